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
	c.JSON(Status(e.Code), args.Envelope{Code: -1, Msg: e.Message, Error: string(e.Code), Field: e.Field})
}

// Public returns what may be shown of err, and logs the rest.
func (r *Replier) Public(c *gin.Context, err error) *model.Error {
	var e *model.Error
	if errors.As(err, &e) {
		if e.Code == model.Unavailable {
			r.log.Warn("unavailable", zap.String("request", RequestID(c)), zap.Error(err))
			if e.After == 0 {
				return &model.Error{Code: e.Code, Message: e.Message, After: time.Second}
			}
		}
		return e
	}
	if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
		return model.Errorf(model.Unavailable, "the request was cancelled") // nobody reads this
	}
	r.log.Error("request failed", zap.String("request", RequestID(c)),
		zap.String("method", c.Request.Method), zap.String("path", c.Request.URL.Path), zap.Error(err))
	return model.Errorf(model.Internal, "internal error, request %s", RequestID(c))
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
