package router

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
)

// checkTimeout bounds the look at one dependency.
const checkTimeout = 2 * time.Second

// Health answers whether the process lives and whether it can serve.
type Health struct {
	checks   map[string]func(context.Context) error
	draining atomic.Bool
}

// NewHealth returns a Health that asks these dependencies.
func NewHealth(checks map[string]func(context.Context) error) *Health {
	return &Health{checks: checks}
}

// Drain makes the node not ready, so that load balancers send nobody any more.
func (h *Health) Drain() { h.draining.Store(true) }

// Alive handles GET /healthz.
func (h *Health) Alive(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) }

// Ready handles GET /readyz: 503 when a dependency is away or the node drains.
func (h *Health) Ready(c *gin.Context) {
	status, code := "ok", http.StatusOK
	states := gin.H{}
	for name, check := range h.checks {
		ctx, cancel := context.WithTimeout(c.Request.Context(), checkTimeout)
		states[name] = "ok"
		if check(ctx) != nil { // why is in the log of whoever needed it
			states[name], status, code = "away", "unavailable", http.StatusServiceUnavailable
		}
		cancel()
	}
	if h.draining.Load() {
		status, code = "draining", http.StatusServiceUnavailable
	}
	c.JSON(code, gin.H{"status": status, "dependencies": states})
}
