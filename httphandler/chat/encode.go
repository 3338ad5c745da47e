package chat

import (
	"encoding/binary"
	"encoding/json"

	"ginchat/args"
	logic "ginchat/httphandlerpack/chat"
	"ginchat/model"
)

// Encoder makes the frames that the hub hands to sessions.
type Encoder struct{}

// Entry returns the frame that delivers a log entry.
func (Encoder) Entry(m *model.Message, p model.Parties) *logic.Frame {
	f := frame(args.NewMessage(m, p))
	f.Counted, f.Conversation, f.Seq = true, m.ConversationID, m.Seq
	return f
}

// Read returns the frame that tells how far reader has read.
func (Encoder) Read(of model.Address, reader, seq int64) *logic.Frame {
	return frame(args.Read{Cmd: args.CmdRead, Kind: int(of.Kind), DstID: of.DstID, Seq: seq, UserID: reader})
}

// Changed returns the frame that says a contact or community changed.
func (Encoder) Changed(about model.Address) *logic.Frame {
	return frame(args.Changed{Cmd: args.CmdChanged, Kind: int(about.Kind), DstID: about.DstID})
}

// Presence returns the frame that tells whether a friend is online.
func (Encoder) Presence(user int64, online int, at model.Millis) *logic.Frame {
	return frame(args.Presence{Cmd: args.CmdPresence, UserID: user, Online: online, Time: int64(at)})
}

// frame encodes v as one text frame, header included (RFC 6455 section 5.2):
// servers do not mask, so the same bytes serve every socket.
func frame(v any) *logic.Frame {
	payload, err := json.Marshal(v)
	if err != nil {
		panic("a frame of plain fields always encodes: " + err.Error())
	}
	return &logic.Frame{Bytes: append(header(0x1, len(payload)), payload...)}
}

// header returns the header of a final frame.
func header(opcode byte, length int) []byte {
	h := make([]byte, 0, 10+length)
	h = append(h, 0x80|opcode)
	switch {
	case length < 126:
		return append(h, byte(length))
	case length < 1<<16:
		return binary.BigEndian.AppendUint16(append(h, 126), uint16(length))
	}
	return binary.BigEndian.AppendUint64(append(h, 127), uint64(length))
}

// closeFrame encodes the end of a session.
func closeFrame(code int, text string) []byte {
	h := header(0x8, 2+len(text))
	h = binary.BigEndian.AppendUint16(h, uint16(code))
	return append(h, text...)
}
