package args

import "ginchat/model"

// Message is one entry of a conversation, as a delivered frame and as a row of
// history. Entries that are not messages have cmd 12, and op and what belongs to it.
type Message struct {
	Cmd      int    `json:"cmd"`
	MsgID    string `json:"msgid"`
	UserID   int64  `json:"userid"`
	Kind     int    `json:"kind,omitempty"`
	DstID    int64  `json:"dstid"`
	Seq      int64  `json:"seq"`
	Time     int64  `json:"time"`
	Op       string `json:"op,omitempty"`
	MemberID int64  `json:"memberid,omitempty"`
	Target   int64  `json:"target,omitempty"`
	Media    int    `json:"media,omitempty"`
	Content  string `json:"content"`
	URL      string `json:"url"`
	Pic      string `json:"pic"`
	Memo     string `json:"memo"`
	Amount   int64  `json:"amount"`
	Reply    int64  `json:"reply"`
	CRC      uint32 `json:"crc"`
}

// NewMessage returns m as everybody in the conversation sees it: of a private
// one, dstid is the recipient.
func NewMessage(m *model.Message, parties model.Parties) Message {
	to := parties.AddressFor(m.SenderID)
	out := Message{Cmd: int(to.Kind), MsgID: m.MsgID, UserID: m.SenderID, DstID: to.DstID, Seq: m.Seq, Time: int64(m.SentAt),
		Media: int(m.Media), Content: m.Content, URL: m.URL, Pic: m.Pic, Memo: m.Memo, Amount: m.Amount, Reply: m.ReplyTo, CRC: m.CRC}
	if m.Op == "" {
		return out
	}
	out.Cmd, out.Kind, out.Op = CmdEntry, int(to.Kind), string(m.Op)
	if m.Op.OnMember() {
		out.MemberID = m.Target
	} else {
		out.Target = m.Target
	}
	return out
}

// Send is the body of POST /chat/send.
type Send struct {
	Cmd     int    `form:"cmd"`
	DstID   int64  `form:"dstid"`
	MsgID   MsgID  `form:"msgid"`
	Media   int    `form:"media"`
	Content string `form:"content"`
	URL     string `form:"url"`
	Pic     string `form:"pic"`
	Memo    string `form:"memo"`
	Amount  int64  `form:"amount"`
	Reply   int64  `form:"reply"`
	CRC     string `form:"crc"`
}

// Draft returns what the client wants to say.
func (s *Send) Draft() model.Draft {
	return model.Draft{Media: model.Media(s.Media), Content: s.Content, URL: s.URL, Pic: s.Pic,
		Memo: s.Memo, Amount: s.Amount, ReplyTo: s.Reply}
}

// History is the query of GET /chat/history.
type History struct {
	Cmd    int    `form:"cmd"`
	DstID  int64  `form:"dstid"`
	Before *int64 `form:"before"`
	After  *int64 `form:"after"`
	Limit  int    `form:"limit"`
}

// Mute is the body of POST /chat/mute.
type Mute struct {
	Cmd   int   `form:"cmd"`
	DstID int64 `form:"dstid"`
	Muted int   `form:"muted"`
}

// ReadMark is the body of POST /chat/read.
type ReadMark struct {
	Cmd   int   `form:"cmd"`
	DstID int64 `form:"dstid"`
	Seq   int64 `form:"seq"`
}

// Conversation is a row of GET /chat/conversations.
type Conversation struct {
	Cmd     int      `json:"cmd"`
	DstID   int64    `json:"dstid"`
	Title   string   `json:"title"`
	Avatar  string   `json:"avatar"`
	Last    *Message `json:"last"`
	Sender  string   `json:"sender"` // nickname of Last's sender
	LastSeq int64    `json:"lastseq"`
	ReadSeq int64    `json:"readseq"`
	Unread  int64    `json:"unread"`
	Muted   bool     `json:"muted"`
}
