package args

import "ginchat/model"

// The cmd numbers of frames.
const (
	CmdHeartbeat = 0
	CmdAck       = 1
	CmdRefused   = 2
	CmdSync      = 3
	CmdRead      = 4
	CmdPresence  = 7
	CmdChanged   = 8
	CmdPrivate   = int(model.KindPrivate)
	CmdCommunity = int(model.KindCommunity)
	CmdEntry     = 12
)

// MsgID is the name a client gives a send. nil is one left out, which the server
// makes up; an empty one is a client's mistake.
type MsgID *string

// NameOf returns the name, "" for one left out. Invalid when it is empty.
func NameOf(id MsgID) (string, error) {
	if id == nil {
		return "", nil
	}
	if *id == "" {
		return "", model.FieldErrorf("msgid", "msgid must be 1 to 64 of A-Z a-z 0-9 _ -")
	}
	return *id, nil
}

// In is a frame from a client. Which fields count depends on Cmd.
type In struct {
	Cmd     *int    `json:"cmd"`
	N       *int64  `json:"n"`
	MsgID   MsgID   `json:"msgid"`
	Kind    int     `json:"kind"`
	DstID   int64   `json:"dstid"`
	Seq     int64   `json:"seq"`
	Media   int     `json:"media"`
	Content string  `json:"content"`
	URL     string  `json:"url"`
	Pic     string  `json:"pic"`
	Memo    string  `json:"memo"`
	Amount  int64   `json:"amount"`
	Reply   int64   `json:"reply"`
	CRC     *uint32 `json:"crc"`
	Op      string  `json:"op"`
	Epoch   string  `json:"epoch"`
	Heads   []Head  `json:"heads"`
}

// Draft returns what the client wants to say.
func (f *In) Draft() model.Draft {
	return model.Draft{Media: model.Media(f.Media), Content: f.Content, URL: f.URL, Pic: f.Pic,
		Memo: f.Memo, Amount: f.Amount, ReplyTo: f.Reply}
}

// Head is how far one conversation goes, at the client or at the server.
type Head struct {
	Kind  int   `json:"kind"`
	DstID int64 `json:"dstid"`
	Seq   int64 `json:"seq"`
	Read  int64 `json:"read"`
	More  bool  `json:"more"`
}

// Heartbeat is the server's answer to one.
type Heartbeat struct {
	Cmd  int   `json:"cmd"`
	N    int64 `json:"n"`
	Time int64 `json:"time"`
}

// Ack says under which seq a send is stored.
type Ack struct {
	Cmd   int    `json:"cmd,omitempty"`
	MsgID string `json:"msgid"`
	Kind  int    `json:"kind"`
	DstID int64  `json:"dstid"`
	Seq   int64  `json:"seq"`
	Time  int64  `json:"time"`
}

// NewAck returns the ack of m for its sender, who addressed it to to. The
// HTTP answer has no cmd.
func NewAck(cmd int, to model.Address, m *model.Message) Ack {
	return Ack{Cmd: cmd, MsgID: m.MsgID, Kind: int(to.Kind), DstID: to.DstID, Seq: m.Seq, Time: int64(m.SentAt)}
}

// Refused says why a frame was not accepted, and whether to send it again.
type Refused struct {
	Cmd   int    `json:"cmd"`
	MsgID string `json:"msgid"`
	Error string `json:"error"`
	Msg   string `json:"msg"`
	Retry bool   `json:"retry"`
	After int64  `json:"after"`
}

// NewRefused returns the error frame for e.
func NewRefused(msgid string, e *model.Error) Refused {
	retry := false
	switch e.Code {
	case model.Checksum, model.RateLimited, model.Unavailable, model.Internal:
		retry = true
	}
	return Refused{Cmd: CmdRefused, MsgID: msgid, Error: string(e.Code), Msg: e.Message, Retry: retry, After: e.After.Milliseconds()}
}

// Synced ends a sync.
type Synced struct {
	Cmd   int    `json:"cmd"`
	Epoch string `json:"epoch"`
	Heads []Head `json:"heads"`
	Done  bool   `json:"done"`
}

// Read tells how far somebody has read.
type Read struct {
	Cmd    int   `json:"cmd"`
	Kind   int   `json:"kind"`
	DstID  int64 `json:"dstid"`
	Seq    int64 `json:"seq"`
	UserID int64 `json:"userid"`
}

// Presence tells that a friend came or went. UserID 0 is every friend: -1 says
// that nothing is known of any, 0 that those still unknown are offline.
type Presence struct {
	Cmd    int   `json:"cmd"`
	UserID int64 `json:"userid"`
	Online int   `json:"online"`
	Time   int64 `json:"time"` // when last seen, of who is offline; else the present
}

// Changed says that a contact or community changed: reload its row.
type Changed struct {
	Cmd   int   `json:"cmd"`
	Kind  int   `json:"kind"`
	DstID int64 `json:"dstid"`
}
