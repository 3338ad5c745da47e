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
	required map[string]func(context.Context) error
	told     map[string]func() map[string]bool
	draining atomic.Bool
}

// NewHealth returns a Health that depends on nothing yet.
func NewHealth() *Health {
	return &Health{required: map[string]func(context.Context) error{}, told: map[string]func() map[string]bool{}}
}

// Require makes the node not ready while check fails. It is called before the
// first request.
func (h *Health) Require(name string, check func(context.Context) error) { h.required[name] = check }

// Tell adds the states of what the node can do without. It is called before the
// first request.
func (h *Health) Tell(kind string, states func() map[string]bool) { h.told[kind] = states }

// Drain makes the node not ready, so that load balancers send nobody any more.
func (h *Health) Drain() { h.draining.Store(true) }

// Alive handles GET /healthz.
func (h *Health) Alive(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) }

// Ready handles GET /readyz: 503 when what it requires is away or the node drains.
func (h *Health) Ready(c *gin.Context) {
	status, code := "ok", http.StatusOK
	states := gin.H{}
	for name, check := range h.required {
		ctx, cancel := context.WithTimeout(c.Request.Context(), checkTimeout)
		states[name] = "ok"
		if check(ctx) != nil { // why is in the log of whoever needed it
			states[name], status, code = "away", "unavailable", http.StatusServiceUnavailable
		}
		cancel()
	}
	for kind, ask := range h.told {
		for name, up := range ask() {
			if name != kind {
				name = kind + " " + name
			}
			states[name] = "away"
			if up {
				states[name] = "ok"
			}
		}
	}
	if h.draining.Load() {
		status, code = "draining", http.StatusServiceUnavailable
	}
	c.JSON(code, gin.H{"status": status, "dependencies": states})
}
