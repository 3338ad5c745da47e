package httphandler

import (
	"net/http"
	"net/url"
	"strings"
)

// Site is how browsers reach this server.
type Site struct {
	// Secure says that browsers come over https, here or at a load balancer.
	Secure bool
	// Domain is the public host name; "" takes the request's word for it.
	Domain string
}

// Same reports whether the request's Origin header is a page of this site:
// scheme, host and port are equal. A request without one is not from a page.
func (s Site) Same(r *http.Request) bool {
	origin, err := url.Parse(r.Header.Get("Origin"))
	if err != nil || origin.Host == "" {
		return false
	}
	scheme := "http"
	if s.Secure {
		scheme = "https"
	}
	return origin.Scheme == scheme && (strings.EqualFold(origin.Host, r.Host) || s.Domain != "" && strings.EqualFold(origin.Host, s.Domain))
}

// CookieName is the name of the cookie that carries a browser's token. Under
// https its prefix makes browsers refuse one set by a subdomain or without TLS.
func (s Site) CookieName() string {
	if s.Secure {
		return "__Host-ginchat"
	}
	return "ginchat"
}
