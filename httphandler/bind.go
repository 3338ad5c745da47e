package httphandler

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"unicode/utf8"

	"ginchat/model"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
)

// maxBody bounds a request body that is not an upload, in bytes.
const maxBody = 1 << 20

// Bind reads the request's parameters into the fields of req tagged `form`.
// A userid or ownerid that is not the caller's own is Forbidden: who is asking
// comes from the login alone.
func Bind(c *gin.Context, req any) error {
	params, err := Params(c)
	if err != nil {
		return err
	}
	if self := UserID(c); self != 0 {
		for _, name := range [...]string{"userid", "ownerid"} {
			for _, v := range params[name] {
				if v != "" && v != strconv.FormatInt(self, 10) {
					return model.Errorf(model.Forbidden, "%s is not your id", name)
				}
			}
		}
	}
	if err := binding.MapFormWithTag(req, params, "form"); err != nil {
		return model.Errorf(model.Invalid, "a parameter has the wrong type")
	}
	return nil
}

// Params returns the parameters of the query and of a form, multipart or JSON
// body; the body's come first. The body is read once, however often it is asked.
func Params(c *gin.Context) (map[string][]string, error) {
	if v, ok := c.Get(paramsKey); ok {
		return v.(map[string][]string), nil
	}
	params, err := readParams(c)
	if err != nil {
		return nil, err
	}
	for name, values := range c.Request.URL.Query() {
		params[name] = append(params[name], values...)
	}
	for _, values := range params {
		for _, v := range values {
			if !utf8.ValidString(v) {
				return nil, model.Errorf(model.Invalid, "a parameter is not valid UTF-8")
			}
		}
	}
	c.Set(paramsKey, params)
	return params, nil
}

func readParams(c *gin.Context) (map[string][]string, error) {
	params := map[string][]string{}
	r := c.Request
	if r.Body == nil || r.Body == http.NoBody || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return params, nil
	}
	r.Body = http.MaxBytesReader(c.Writer, r.Body, maxBody)
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.ContentLength != 0 {
		return nil, model.Errorf(model.Invalid, "Content-Type must be a form, multipart/form-data or application/json")
	}
	switch media {
	case "application/json":
		return jsonParams(r.Body)
	case "application/x-www-form-urlencoded":
		err = r.ParseForm()
	case "multipart/form-data":
		err = r.ParseMultipartForm(maxBody)
	case "":
		return params, nil
	default:
		return nil, model.Errorf(model.Invalid, "Content-Type must be a form, multipart/form-data or application/json")
	}
	if err != nil {
		return nil, bodyError(err)
	}
	for name, values := range r.PostForm {
		params[name] = values
	}
	return params, nil
}

// jsonParams flattens one JSON object: text as it is, everything else as its JSON.
func jsonParams(body io.Reader) (map[string][]string, error) {
	raw, err := io.ReadAll(body)
	if err != nil {
		return nil, bodyError(err)
	}
	params := map[string][]string{}
	if len(raw) == 0 {
		return params, nil
	}
	if !utf8.Valid(raw) {
		return nil, model.Errorf(model.Invalid, "the body is not valid UTF-8")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, model.Errorf(model.Invalid, "the body is not a JSON object")
	}
	for name, value := range object {
		text := string(value)
		if text == "null" {
			continue
		}
		if value[0] == '"' {
			if err := json.Unmarshal(value, &text); err != nil {
				return nil, model.Errorf(model.Invalid, "the body is not a JSON object")
			}
		}
		params[name] = []string{text}
	}
	return params, nil
}

func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return model.Errorf(model.TooLarge, "the body is larger than %d bytes", tooLarge.Limit)
	}
	return model.Errorf(model.Invalid, "the body cannot be read")
}
