package httphandler

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"ginchat/args"
	"ginchat/model"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"
)

// Func is a handler that returns its error instead of writing it.
type Func func(c *gin.Context) error

// Replier turns the errors of handlers into answers and log lines, in one place.
type Replier struct {
	log *zap.Logger
}

// NewReplier returns a Replier that logs what is not the caller's fault.
func NewReplier(log *zap.Logger) *Replier { return &Replier{log: log} }

// JSON adapts f to gin; an error becomes the JSON envelope of docs/protocol.md.
func (r *Replier) JSON(f Func) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := f(c); err != nil {
			r.Fail(c, err)
		}
	}
}

// Fail answers with err.
func (r *Replier) Fail(c *gin.Context, err error) {
	e := r.Public(c, err)
	if e.After > 0 {
		seconds := int64((e.After + time.Second - 1) / time.Second)
		c.Header("Retry-After", strconv.FormatInt(seconds, 10))
	}
	c.Abort()
	if c.Writer.Written() {
		return
	}
	msg := e.Message
	if e.Code == model.Internal {
		msg += ", request " + RequestID(c)
	}
	c.JSON(Status(e.Code), args.Envelope{Code: -1, Msg: msg, Error: string(e.Code), Field: e.Field})
}

// Public returns what may be shown of err, and logs the rest.
func (r *Replier) Public(c *gin.Context, err error) *model.Error {
	if over := c.Request.Context().Err(); over != nil {
		err = errors.Join(over, err) // SQLite calls both a leaving client and the deadline "interrupted"
	}
	return r.public(err, zap.String("request", RequestID(c)), zap.String("method", c.Request.Method), zap.String("path", c.Request.URL.Path))
}

// Frame is Public for an error that is answered over a socket.
func (r *Replier) Frame(err error) *model.Error { return r.public(err) }

func (r *Replier) public(err error, where ...zap.Field) *model.Error {
	var e *model.Error
	var away interface{ Unavailable() bool } // db_conn's word that the database is not there
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled):
		return model.Errorf(model.Unavailable, "the request was cancelled") // nobody reads this
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &away) && away.Unavailable():
		r.log.Warn("dependency unavailable", append(where, zap.Error(err))...)
		return &model.Error{Code: model.Unavailable, Message: "the server cannot do this right now, retry", After: time.Second}
	}
	r.log.Error("request failed", append(where, zap.Error(err))...)
	return model.Errorf(model.Internal, "internal error")
}

// Status is the HTTP status of a code.
func Status(code model.Code) int {
	switch code {
	case model.Invalid, model.Checksum:
		return http.StatusBadRequest
	case model.Unauthenticated:
		return http.StatusUnauthorized
	case model.Forbidden:
		return http.StatusForbidden
	case model.NotFound:
		return http.StatusNotFound
	case model.Conflict:
		return http.StatusConflict
	case model.TooLarge:
		return http.StatusRequestEntityTooLarge
	case model.RateLimited:
		return http.StatusTooManyRequests
	case model.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// OK answers with data, or with nothing but success when it is nil.
func OK(c *gin.Context, data any) error {
	c.JSON(http.StatusOK, args.Envelope{Data: data})
	return nil
}

// Rows answers with a list. rows must be a slice, made with make when empty,
// so that the answer is [] and not null.
func Rows(c *gin.Context, rows any, total int64) error {
	c.JSON(http.StatusOK, args.Envelope{Rows: rows, Total: &total})
	return nil
}

// RequestID names this request in logs and in answers to internal errors.
func RequestID(c *gin.Context) string { return c.GetString("request_id") }

// SetRequestID records the request's name; the router's middleware calls it.
func SetRequestID(c *gin.Context, id string) { c.Set("request_id", id) }

// MethodNotAllowed answers a request whose method does not fit its address;
// the Allow header is the caller's business.
func MethodNotAllowed(c *gin.Context, message string) {
	c.AbortWithStatusJSON(http.StatusMethodNotAllowed, args.Envelope{Code: -1, Msg: message, Error: string(model.Forbidden)})
}
