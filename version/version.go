// Package version says which build this is.
package version

import (
	"net/http"
	"runtime"

	"github.com/gin-gonic/gin"
)

// Set by the linker, see the Makefile.
var (
	number = "dev"
	commit = "unknown"
)

// Number is the release, or what git describes the commit as.
func Number() string { return number }

// Commit is the hash of the commit that was built.
func Commit() string { return commit }

// String is what --version prints.
func String() string {
	return "ginchat " + number + " (commit " + commit + ", " + runtime.Version() + ")"
}

// answer is the data of GET /v1/version.
type answer struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
}

// Get handles GET /v1/version.
func Get(c *gin.Context) {
	// This package is below args, whose envelope this is.
	c.JSON(http.StatusOK, gin.H{"code": 0, "msg": "", "data": answer{number, commit, runtime.Version()}})
}
