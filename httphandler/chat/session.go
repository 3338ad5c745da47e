package chat

import (
	"context"
	"errors"
	"net"
	"time"
	"unicode/utf8"

	"ginchat/args"
	logic "ginchat/httphandlerpack/chat"
	"ginchat/model"

	"github.com/gorilla/websocket"
	"go.uber.org/zap"
	"golang.org/x/time/rate"
)

const (
	// askTimeout bounds what one frame makes the database do. The frames that
	// were pipelined behind it are refused for hungPause without asking again, or
	// the last of them would hear nothing for many times as long.
	askTimeout = 4 * time.Second
	hungPause  = time.Second
	// Frames that are no sends: so many at once, and then so many a second. A
	// client that keeps to docs/protocol.md never comes near.
	paceBurst     = 100
	pacePerSecond = 20
)

// session is one live WebSocket: a reader, which is the session's goroutine,
// and an outbox.
type session struct {
	*logic.Session
	handler *Handler
	conn    *websocket.Conn
	out     *outbox
	pace    *rate.Limiter
	// hung is when the database last kept a frame waiting in vain.
	hung time.Time
}

// run reads until the socket ends, then cleans up. It is called once.
func (s *session) run() {
	defer s.handler.sessions.Done()
	defer s.handler.hub.Leave(s.UserID)
	defer s.handler.hub.Detach(s.Session)
	defer s.conn.Close()
	defer func() {
		if p := recover(); p != nil {
			s.handler.log.Error("panic in a session", zap.Any("panic", p), zap.Stack("stack"))
			s.out.End(websocket.CloseInternalServerErr)
			<-s.out.finished
		}
	}()
	s.goodbye(s.read())
	<-s.out.finished
}

// read handles frames until the socket fails or the session is over.
func (s *session) read() error {
	s.conn.SetReadLimit(int64(s.handler.cfg.FrameBytes))
	s.conn.SetPingHandler(s.ping)
	s.conn.SetPongHandler(func(string) error { return s.heard() })
	s.conn.SetCloseHandler(func(int, string) error { return nil })
	s.out.Expect(s.handler.cfg.Heartbeat)
	for {
		kind, data, err := s.conn.ReadMessage()
		if err != nil {
			return err
		}
		if s.out.Ended() {
			continue // until the client has closed, or the goodbye's time is up
		}
		s.out.Expect(s.handler.cfg.Heartbeat)
		switch {
		case kind != websocket.TextMessage:
			s.out.End(websocket.CloseUnsupportedData)
		case !utf8.Valid(data):
			s.out.End(websocket.CloseInvalidFramePayloadData)
		default:
			s.handle(data)
		}
	}
}

// goodbye ends the outbox in the way that fits why reading ended.
func (s *session) goodbye(err error) {
	var closed *websocket.CloseError
	var silent net.Error // gorilla hides that it is os.ErrDeadlineExceeded
	switch {
	case s.out.Ended():
	case errors.As(err, &silent) && silent.Timeout():
		s.out.End(logic.NoHeartbeat)
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		code := closed.Code
		if code == websocket.CloseNoStatusReceived {
			code = websocket.CloseNormalClosure
		}
		s.out.End(logic.Reason(code))
	default:
		s.out.Abandon() // gone, or gorilla has already told it 1002 or 1009
	}
}

func (s *session) ping(data string) error {
	if err := s.heard(); err != nil {
		return err
	}
	s.out.Push(&logic.Frame{Bytes: append(header(0xA, len(data)), data...)})
	return nil
}

// heard notes a control frame.
func (s *session) heard() error {
	s.paced()
	s.out.Expect(s.handler.cfg.Heartbeat)
	return nil
}

// paced charges a frame that is no send, and ends the session of a client that
// floods the server with such.
func (s *session) paced() bool {
	if s.pace.Allow() {
		return true
	}
	s.out.EndWith(logic.Abuse, "too many frames")
	return false
}

// handle answers one text frame.
func (s *session) handle(data []byte) {
	in, err := decodeFrame(data)
	msgid, idErr := args.NameOf(in.MsgID)
	if err == nil {
		err = idErr
	}
	if err != nil {
		if s.paced() {
			s.refuse(msgid, err)
		}
		return
	}
	cmd := *in.Cmd
	if cmd == args.CmdPrivate || cmd == args.CmdCommunity {
		s.send(&in, msgid)
		return
	}
	if !s.paced() {
		return
	}
	if cmd == args.CmdHeartbeat {
		s.heartbeat(&in)
		return
	}
	if time.Since(s.hung) < hungPause {
		s.refuse(msgid, logic.ErrDatabase)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	switch cmd {
	case args.CmdSync:
		err = s.sync(ctx, &in)
	case args.CmdRead:
		err = s.handler.chat.ReadOn(ctx, s.Session, model.Address{Kind: model.Kind(in.Kind), DstID: in.DstID}, in.Seq)
	case args.CmdEntry:
		err = s.entry(ctx, &in, msgid)
	}
	if err != nil {
		s.noteHung(err)
		s.refuse(msgid, err)
	}
}

// noteHung notes that the database kept a frame waiting in vain: those behind it
// must not wait as long once more.
func (s *session) noteHung(err error) {
	if errors.Is(err, context.DeadlineExceeded) {
		s.hung = time.Now()
	}
}

func (s *session) heartbeat(in *args.In) {
	claimed := int64(0)
	if in.N != nil {
		claimed = *in.N
	}
	if !s.out.Heartbeat(claimed, time.Now()) {
		s.out.EndWith(logic.Abuse, "n is more than was sent")
	}
}

// send submits a message; the ack follows when it is stored.
func (s *session) send(in *args.In, msgid string) {
	to := model.Address{Kind: model.Kind(*in.Cmd), DstID: in.DstID}
	if time.Since(s.hung) < hungPause {
		s.refuse(msgid, logic.ErrDatabase)
		return
	}
	// A send outlives its socket, and once queued has the log's own time-outs.
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	err := s.handler.chat.Submit(ctx, s.Session,
		logic.Outgoing{To: to, MsgID: msgid, Draft: in.Draft(), CRC: in.CRC}, s.answer(to, msgid))
	if err == nil {
		return
	}
	s.noteHung(err)
	s.refuse(msgid, err)
	if errors.Is(err, logic.ErrBusy) {
		s.handler.chat.WaitRoom(s.handler.closing, s.UserID, to)
	}
}

// entry does something to a conversation other than sending to it.
func (s *session) entry(ctx context.Context, in *args.In, msgid string) error {
	to := model.Address{Kind: model.Kind(in.Kind), DstID: in.DstID}
	if model.Op(in.Op) != model.OpRename || to.Kind != model.KindCommunity {
		return model.FieldErrorf("op", "op %q cannot be done here", in.Op)
	}
	return s.handler.chat.SubmitRename(ctx, s.Session, in.DstID, msgid, in.Content, s.answer(to, msgid))
}

// answer returns what tells the client the outcome of a send.
func (s *session) answer(to model.Address, msgid string) func(*model.Message, error) {
	return func(m *model.Message, err error) {
		if err != nil {
			s.refuse(msgid, err)
			return
		}
		s.out.Push(frame(args.NewAck(args.CmdAck, to, m)))
	}
}

func (s *session) refuse(msgid string, err error) {
	if model.CodeOf(err) == model.Unauthenticated { // another node has ended the login
		defer s.out.End(logic.LoginEnded)
	}
	if len(msgid) > 64 {
		msgid = "" // not one of ours to repeat
	}
	s.out.Push(frame(args.NewRefused(msgid, s.handler.replier.Frame(err))))
}

// sync sends what the client misses, then the heads of all its conversations.
func (s *session) sync(ctx context.Context, in *args.In) error {
	have := make([]logic.Have, len(in.Heads))
	named := make(map[model.Address]bool, len(in.Heads))
	for i, h := range in.Heads {
		have[i] = logic.Have{Address: model.Address{Kind: model.Kind(h.Kind), DstID: h.DstID}, Seq: h.Seq}
		named[have[i].Address] = true
	}
	covered := map[int64]int64{}
	s.out.Hold()
	defer func() {
		s.out.Release(func(conversation, seq int64) bool { return seq <= covered[conversation] })
	}()
	epoch, heads, err := s.handler.chat.Sync(ctx, s.UserID, in.Epoch, have, func(m *model.Message, p model.Parties) error {
		s.out.PushWait(Encoder{}.Entry(m, p))
		return nil
	})
	if err != nil {
		return err
	}
	answer := args.Synced{Cmd: args.CmdSync, Epoch: epoch, Heads: make([]args.Head, len(heads)), Done: true}
	for i, h := range heads {
		if named[h.Address] {
			covered[h.Conversation] = h.Seq
		}
		answer.Heads[i] = args.Head{Kind: int(h.Address.Kind), DstID: h.Address.DstID, Seq: h.Seq, Read: h.Read, More: h.More}
	}
	s.out.PushWait(frame(answer))
	return nil
}
