package browser

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"ginchat/test/harness"
)

// lonely stands for a balancer that may find no node to ask for the chat page.
type lonely struct {
	*harness.Server
	alone    atomic.Bool
	failures atomic.Int64
}

func newLonely(t *testing.T, node *harness.Server) *lonely {
	t.Helper()
	target, err := url.Parse(node.URL(""))
	if err != nil {
		t.Fatal(err)
	}
	l, proxy := new(lonely), httputil.NewSingleHostReverseProxy(target)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.alone.Load() || r.URL.Path != "/chat/index.shtml" {
			proxy.ServeHTTP(w, r)
			return
		}
		http.Error(w, "Bad Gateway", http.StatusBadGateway)
		l.failures.Add(1)
	}))
	t.Cleanup(front.Close)
	l.Server = harness.Behind(t, strings.TrimPrefix(front.URL, "http://"))
	return l
}

// An error that comes in place of a page is not gone to: what is on the screen
// stays, and the next conversation can be asked for again.
func TestNoNodeToAsk(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	ann, bob := server.Friends("alone")
	club := harness.Community("Readers", ann, bob)
	if a := bob.Send(ann.Private(), "b1", "from afar"); !a.OK() {
		t.Fatal(a.Msg)
	}
	balancer := newLonely(t, server)
	page := in(t, ann.At(balancer.Server), club)
	page.problems.forgive(`status (of )?502`)
	page.expectConnection(true)
	page.sendMessage("hello")
	page.expectState("hello", "stored")
	page.insert("half a wo")

	balancer.alone.Store(true)
	ann.MustPost(nil, "/contact/remark", "dstid", bob.User.ID, "memo", "Big Bob") // the page asks for its head anew
	if !page.comes(func() bool { return balancer.failures.Load() > 0 }) {
		t.Fatal("the page has asked for nothing")
	}
	page.expectList("Readers", "Big Bob")
	equals(page, "what was typed", "half a wo", `document.querySelector(".composer__text").value`)
	page.expectMessages("hello")

	page.click(`//a[contains(@class,"conversation__link")][.//bdi[.='Big Bob']]`)
	page.sees(".pane--none .button")
	balancer.alone.Store(false)
	page.click(".pane--none .button")
	page.says(".pane__title", "Big Bob")
	page.expectMessages("from afar")
}
