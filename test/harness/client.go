package harness

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"ginchat/args"
)

// answerWait is how long a request may take; the server's own limit is shorter.
const answerWait = 20 * time.Second

// Client is a program or a browser that speaks HTTP to the server.
type Client struct {
	// Server is where the next request goes.
	Server *Server
	// Token proves who is asking, in a Bearer header; "" leaves that to the cookies.
	Token string
	// User is whose login this is; zero for a stranger.
	User args.User

	t      testing.TB
	http   *http.Client
	dialer *net.Dialer // for requests and sockets
}

// NewClient returns a stranger's client, with a cookie jar as browsers have.
func (s *Server) NewClient() *Client {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	dialer := &net.Dialer{Timeout: answerWait}
	transport := &http.Transport{MaxIdleConnsPerHost: 4, DialContext: dialer.DialContext}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &Client{Server: s, t: s.t, dialer: dialer, http: &http.Client{Jar: jar, Timeout: answerWait, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// At returns a client with the same login that uses another server.
func (c *Client) At(server *Server) *Client {
	other := *c
	other.Server = server
	return &other
}

// From makes the client's connections come from another loopback address.
func (c *Client) From(ip string) *Client {
	c.dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(ip)}
	return c
}

// Answer is what the server says to a request: the envelope of docs/protocol.md
// when the body is one.
type Answer struct {
	Status int         `json:"-"`
	Header http.Header `json:"-"`
	Body   []byte      `json:"-"`
	Code   int
	Msg    string
	Error  string // the code word, "" for success
	Field  string
	Data   json.RawMessage
	Rows   json.RawMessage
	Total  int64
}

// OK reports whether the request was done.
func (a Answer) OK() bool { return a.Status == http.StatusOK && a.Code == 0 }

// Try sends a request and returns the answer; the error is one of the link.
// For GET values are the query, else the form.
func (c *Client) Try(method, path string, values url.Values, header ...string) (Answer, error) {
	var body io.Reader
	address := c.Server.URL(path)
	if method == http.MethodGet {
		if len(values) > 0 {
			address += "?" + values.Encode()
		}
	} else {
		body = strings.NewReader(values.Encode())
	}
	req, err := http.NewRequest(method, address, body)
	if err != nil {
		return Answer{}, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return c.Do(req)
}

// Do sends any request, with the client's token, and returns the answer.
func (c *Client) Do(req *http.Request) (Answer, error) {
	if c.Token != "" && req.Header.Get("Authorization") == "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer answer.Body.Close()
	a := Answer{Status: answer.StatusCode, Header: answer.Header}
	if a.Body, err = io.ReadAll(answer.Body); err != nil {
		return Answer{}, err
	}
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(a.Body, &a); err != nil {
			return Answer{}, fmt.Errorf("the answer to %s is no JSON: %w", req.URL.Path, err)
		}
	}
	return a, nil
}

// Post sends a form and returns the answer, whatever it is. pairs are names and values.
func (c *Client) Post(path string, pairs ...any) Answer {
	c.t.Helper()
	return c.request(http.MethodPost, path, pairs)
}

// Get asks for path with a query.
func (c *Client) Get(path string, pairs ...any) Answer {
	c.t.Helper()
	return c.request(http.MethodGet, path, pairs)
}

// MustPost is Post for a request that has to succeed; data, unless nil,
// receives the answer's data.
func (c *Client) MustPost(data any, path string, pairs ...any) {
	c.t.Helper()
	a := c.Post(path, pairs...)
	if !a.OK() {
		c.t.Fatalf("POST %s %v: %d %s %s", path, pairs, a.Status, a.Error, a.Msg)
	}
	if data == nil {
		return
	}
	if err := json.Unmarshal(a.Data, data); err != nil {
		c.t.Fatalf("POST %s: %v in %s", path, err, a.Body)
	}
}

func (c *Client) request(method, path string, pairs []any) Answer {
	c.t.Helper()
	a, err := c.Try(method, path, Form(pairs...))
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// Form makes url.Values of names and values.
func Form(pairs ...any) url.Values {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	return values
}

// Register makes an account, which has to succeed.
func (c *Client) Register(mobile, passwd, nickname string) args.User {
	c.t.Helper()
	var user args.User
	c.MustPost(&user, "/user/register", "mobile", mobile, "passwd", passwd, "nickname", nickname)
	return user
}

// Login signs in, which has to succeed; from now on the client has the token,
// and the cookie.
func (c *Client) Login(mobile, passwd string) {
	c.t.Helper()
	c.User = args.User{}
	c.MustPost(&c.User, "/user/login", "mobile", mobile, "passwd", passwd)
	c.Token = c.User.Token
}

// Browser returns a client that has the same login by cookie alone.
func (c *Client) Browser() *Client {
	c.t.Helper()
	b := c.Server.NewClient()
	b.User = c.User
	address, err := url.Parse(c.Server.URL("/"))
	if err != nil {
		c.t.Fatal(err)
	}
	b.http.Jar.SetCookies(address, []*http.Cookie{{Name: CookieName, Value: c.Token, Path: "/"}})
	return b
}

// CookieName is the cookie that carries the token over plain http.
const CookieName = "ginchat"
