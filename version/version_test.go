package version

import (
	"encoding/json"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

func TestGet(t *testing.T) {
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	engine.GET("/v1/version", Get)
	answered := httptest.NewRecorder()
	engine.ServeHTTP(answered, httptest.NewRequest("GET", "/v1/version", nil))
	var got struct {
		Code *int
		Msg  *string
		Data struct{ Version, Commit, Go string }
	}
	if err := json.Unmarshal(answered.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Code == nil || *got.Code != 0 || got.Msg == nil || got.Data.Version != Number() || got.Data.Commit != Commit() || got.Data.Go != runtime.Version() {
		t.Errorf("got %s", answered.Body)
	}
}

func TestString(t *testing.T) {
	if s := String(); !strings.Contains(s, Number()) || !strings.Contains(s, Commit()) || strings.Contains(s, "\n") {
		t.Errorf("got %q", s)
	}
}
