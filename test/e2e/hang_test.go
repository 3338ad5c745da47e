package e2e

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"ginchat/test/harness"
)

// A node that hangs, its kernel still taking connections, holds people behind
// nginx up for a few seconds at most, and swallows nothing they send.
func TestNginxPassesByANodeThatHangs(t *testing.T) {
	one, two := trustingNodes(t)
	front := harness.Nginx(t, one.Host(), two.Host())
	ann, bob := front.Friends("hang")
	page := ann.Browser()
	two.Pause()
	for i := range 20 {
		for what, do := range map[string]func() bool{
			"page":   func() bool { return page.Get("/chat/index.shtml").Status == http.StatusOK },
			"send":   func() bool { return ann.Send(bob.Private(), fmt.Sprint("m", i), "hello").OK() },
			"socket": func() bool { s := bob.Dial(); defer s.Close(); return s.Heartbeat() == nil },
		} {
			began := time.Now()
			if !do() {
				t.Errorf("%s %d failed", what, i)
			}
			if took := time.Since(began); took > 6*time.Second { // twice what one question may take
				t.Errorf("%s %d was held up for %s", what, i, took)
			}
		}
	}
	two.Resume()
	one.Kill9()
	two.Kill9()
	if a := ann.Get("/chat/conversations"); a.Status != http.StatusBadGateway {
		t.Errorf("without a node: %d, want %d", a.Status, http.StatusBadGateway)
	}
}
