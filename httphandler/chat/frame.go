package chat

import (
	"encoding/json"

	"ginchat/args"
	"ginchat/model"
)

// maxHeads bounds the conversations that one sync may name.
const maxHeads = 1000

// decodeFrame reads one frame from a client. The error is Invalid; what could
// be read is returned with it, so that the answer can name the msgid.
func decodeFrame(data []byte) (args.In, error) {
	var in args.In
	if err := json.Unmarshal(data, &in); err != nil {
		return in, model.Errorf(model.Invalid, "the frame is not a JSON object with fields of the right type")
	}
	if in.Cmd == nil {
		return in, model.FieldErrorf("cmd", "cmd is missing")
	}
	switch *in.Cmd {
	case args.CmdHeartbeat:
		if in.N != nil && *in.N < 0 {
			return in, model.FieldErrorf("n", "n cannot be negative")
		}
	case args.CmdPrivate, args.CmdCommunity:
		if in.DstID <= 0 {
			return in, model.FieldErrorf("dstid", "dstid must name a user or community")
		}
	case args.CmdSync:
		return in, checkHeads(in.Heads)
	case args.CmdRead, args.CmdEntry:
		if in.DstID <= 0 || !knownKind(in.Kind) {
			return in, model.FieldErrorf("dstid", "kind and dstid must name a conversation")
		}
	default:
		return in, model.FieldErrorf("cmd", "cmd %d is not known", *in.Cmd)
	}
	return in, nil
}

func checkHeads(heads []args.Head) error {
	if len(heads) > maxHeads {
		return model.Errorf(model.TooLarge, "a sync may name at most %d conversations", maxHeads)
	}
	for _, h := range heads {
		if !knownKind(h.Kind) || h.DstID <= 0 || h.Seq < 0 {
			return model.FieldErrorf("heads", "a head needs kind, dstid and seq")
		}
	}
	return nil
}

func knownKind(kind int) bool { return kind == args.CmdPrivate || kind == args.CmdCommunity }
