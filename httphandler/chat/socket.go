package chat

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/chat"
	"ginchat/model"
	"ginchat/util"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/websocket"
	"go.uber.org/zap"
	"golang.org/x/time/rate"
)

// Config holds what sessions may cost; 0 switches a limit off.
type Config struct {
	FrameBytes       int
	OutboxFrames     int
	OutboxBytes      int
	SocketsPerSecond int // of one address, with bursts of two and a half times as many
	Heartbeat        time.Duration
	Site             httphandler.Site
}

// maxAddresses is how many addresses' recent sockets are remembered.
const maxAddresses = 100_000

// Handler serves the chat: sockets, the same over HTTP, and the chat page.
type Handler struct {
	chat     *logic.Chat
	hub      *logic.Hub
	replier  *httphandler.Replier
	cfg      Config
	log      *zap.Logger
	upgrader websocket.Upgrader
	arrivals *util.Limiter

	sessions sync.WaitGroup
	closing  context.Context // ends when no new socket is let in
	close    context.CancelFunc
}

// New returns the handlers of the chat.
func New(chat *logic.Chat, hub *logic.Hub, replier *httphandler.Replier, cfg Config, log *zap.Logger) *Handler {
	h := &Handler{chat: chat, hub: hub, replier: replier, cfg: cfg, log: log}
	h.upgrader = websocket.Upgrader{
		HandshakeTimeout: 5 * time.Second,
		// Most frames are small, and an idle session keeps this buffer.
		ReadBufferSize: 512, WriteBufferSize: 512, WriteBufferPool: &sync.Pool{},
		CheckOrigin: func(*http.Request) bool { return true }, // Open has checked it
		Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
			http.Error(w, reason.Error(), status)
		},
	}
	interval := time.Duration(0)
	if cfg.SocketsPerSecond > 0 {
		interval = time.Second / time.Duration(cfg.SocketsPerSecond)
	}
	h.arrivals = util.NewLimiter(cfg.SocketsPerSecond*5/2, interval, maxAddresses, nil)
	h.closing, h.close = context.WithCancel(context.Background())
	return h
}

// Open handles GET /chat: the upgrade to a WebSocket.
func (h *Handler) Open(c *gin.Context) error {
	id, ok := httphandler.IdentityOf(c)
	if !ok {
		return model.Errorf(model.Unauthenticated, "sign in first")
	}
	if claimed := c.Query("id"); claimed != "" && claimed != strconv.FormatInt(id.User.ID, 10) {
		return model.Errorf(model.Unauthenticated, "the token is not this id's")
	}
	if h.closing.Err() != nil {
		return model.Errorf(model.Unavailable, "the server is restarting, retry")
	}
	if !websocket.IsWebSocketUpgrade(c.Request) {
		return model.Errorf(model.Invalid, "this address is for WebSockets; the page is /chat/index.shtml")
	}
	if !h.sameOrigin(c.Request, id.Credential) {
		return model.Errorf(model.Forbidden, "this origin may not open a chat")
	}
	if wait, ok := h.arrivals.Allow(c.ClientIP()); !ok {
		return &model.Error{Code: model.RateLimited, Message: "too many new sockets from this address", After: wait}
	}
	if err := h.hub.Enter(c.Request.Context(), id.User.ID); err != nil {
		return err
	}
	conn, err := h.upgrader.Upgrade(c.Writer, c.Request, nil)
	if err != nil {
		h.hub.Leave(id.User.ID)
		return nil // the upgrader has answered
	}
	h.start(conn, id)
	return nil
}

// sameOrigin lets in a browser on our own pages, and programs, which send no
// Origin and prove who they are by what no browser sends on its own.
func (h *Handler) sameOrigin(r *http.Request, by httphandler.Credential) bool {
	if r.Header.Get("Origin") == "" {
		return by == httphandler.Token
	}
	return h.cfg.Site.Same(r)
}

// start makes the session; its reader outlives the request.
func (h *Handler) start(conn *websocket.Conn, id httphandler.Identity) {
	raw := conn.NetConn()
	raw.SetDeadline(time.Time{})
	out := newOutbox(raw, h.cfg.OutboxFrames, h.cfg.OutboxBytes)
	s := &session{
		Session: &logic.Session{UserID: id.User.ID, LoginID: id.Login.ID, Outbox: out},
		handler: h, conn: conn, out: out,
		pace: rate.NewLimiter(pacePerSecond, paceBurst),
	}
	if why, ok := h.hub.Attach(s.Session); !ok {
		h.hub.Leave(id.User.ID)
		go refuse(out, raw, why)
		return
	}
	h.sessions.Add(1)
	if h.closing.Err() != nil {
		out.End(logic.Restarting) // Shutdown may have passed by already
	}
	go s.run()
}

// refuse closes a socket that must not become a session.
func refuse(out *outbox, conn net.Conn, why logic.Reason) {
	out.End(why)
	<-out.finished
	drainInput(conn)
	conn.Close()
}

// drainInput reads what the client still sends, so that closing does not reset
// the connection before the client has read its close frame.
func drainInput(conn net.Conn) {
	buf := make([]byte, 512)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
	}
}

// closeEvery is the pause between two sockets that a node closes which ends, where
// the time it has is enough for that: the other nodes let them in one by one.
const closeEvery = 5 * time.Millisecond

// Shutdown lets no new socket in, closes the open ones and waits until they are
// gone or ctx ends. The sockets are closed over most of that time, or in less when
// they are few.
func (h *Handler) Shutdown(ctx context.Context) {
	h.close()
	pause := closeEvery
	if end, ok := ctx.Deadline(); ok {
		pause = min(pause, time.Until(end)*4/5/time.Duration(max(1, h.hub.Count())))
	}
	h.hub.EndAll(logic.Restarting, pause)
	gone := make(chan struct{})
	go func() {
		h.sessions.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}
