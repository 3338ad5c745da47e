package harness

import (
	"encoding/json"
	"time"

	"ginchat/args"
	"ginchat/model"
)

// Frame is any frame from the server; which fields count depends on Cmd, see
// docs/protocol.md.
type Frame struct {
	args.Message
	N     *int64      `json:"n"`
	Error string      `json:"error"`
	Msg   string      `json:"msg"`
	Retry bool        `json:"retry"`
	After int64       `json:"after"`
	Epoch string      `json:"epoch"`
	Heads []args.Head `json:"heads"`
	Done  bool        `json:"done"`
	// Online is what a presence frame tells of UserID.
	Online int `json:"online"`

	At  time.Time       `json:"-"` // when it was read
	Raw json.RawMessage `json:"-"`
}

// Counted reports whether the frame carries a log entry.
func (f *Frame) Counted() bool {
	return f.Cmd == args.CmdPrivate || f.Cmd == args.CmdCommunity || f.Cmd == args.CmdEntry
}

// Answers reports whether the frame acks or refuses the send msgid.
func (f *Frame) Answers(msgid string) bool {
	return (f.Cmd == args.CmdAck || f.Cmd == args.CmdRefused) && f.MsgID == msgid
}

// Conversation is what user calls the conversation of an entry or an ack.
func (f *Frame) Conversation(user int64) model.Address {
	kind := model.Kind(f.Kind)
	if f.Cmd == args.CmdPrivate || f.Cmd == args.CmdCommunity {
		kind = model.Kind(f.Cmd)
	}
	if f.Counted() && kind == model.KindPrivate && f.DstID == user {
		return model.Address{Kind: kind, DstID: f.UserID}
	}
	return model.Address{Kind: kind, DstID: f.DstID}
}

// Text is the frame that sends a text.
func Text(to model.Address, msgid, content string) map[string]any {
	return map[string]any{"cmd": int(to.Kind), "dstid": to.DstID, "msgid": msgid, "content": content}
}

// SyncFrom is the frame that asks for what comes after heads.
func SyncFrom(epoch string, heads map[model.Address]int64) map[string]any {
	list := make([]args.Head, 0, len(heads))
	for of, seq := range heads {
		list = append(list, args.Head{Kind: int(of.Kind), DstID: of.DstID, Seq: seq})
	}
	return map[string]any{"cmd": args.CmdSync, "epoch": epoch, "heads": list}
}
