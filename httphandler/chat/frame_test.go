package chat

import (
	"strings"
	"testing"

	"ginchat/args"
	"ginchat/model"
)

func TestDecodeFrame(t *testing.T) {
	tests := []struct {
		name string
		in   string
		code model.Code // "" when the frame is good
	}{
		{"heartbeat", `{"cmd":0}`, ""},
		{"heartbeat with a count", `{"cmd":0,"n":17}`, ""},
		{"negative count", `{"cmd":0,"n":-1}`, model.Invalid},
		{"private", `{"cmd":10,"dstid":7,"content":"hi"}`, ""},
		{"unknown fields", `{"cmd":11,"dstid":7,"userid":3,"seq":9,"time":1,"x":{"y":[1]}}`, ""},
		{"no destination", `{"cmd":11}`, model.Invalid},
		{"negative destination", `{"cmd":10,"dstid":-7}`, model.Invalid},
		{"2^63", `{"cmd":10,"dstid":9223372036854775808}`, model.Invalid},
		{"float", `{"cmd":10,"dstid":7.5}`, model.Invalid},
		{"text for a number", `{"cmd":10,"dstid":"7"}`, model.Invalid},
		{"no cmd", `{"dstid":7}`, model.Invalid},
		{"null cmd", `{"cmd":null}`, model.Invalid},
		{"unknown cmd", `{"cmd":99}`, model.Invalid},
		{"server's cmd", `{"cmd":1}`, model.Invalid},
		{"not an object", `[1]`, model.Invalid},
		{"deep", strings.Repeat("[", 60000), model.Invalid},
		{"empty", ``, model.Invalid},
		{"crc too large", `{"cmd":10,"dstid":7,"crc":4294967296}`, model.Invalid},
		{"sync", `{"cmd":3,"epoch":"E","heads":[{"kind":10,"dstid":42,"seq":17}]}`, ""},
		{"sync of nothing", `{"cmd":3}`, ""},
		{"sync of a bad kind", `{"cmd":3,"heads":[{"kind":12,"dstid":42,"seq":17}]}`, model.Invalid},
		{"sync of too much", `{"cmd":3,"heads":[` + strings.Repeat(`{"kind":10,"dstid":1,"seq":0},`, maxHeads) + `{"kind":10,"dstid":1,"seq":0}]}`, model.TooLarge},
		{"read", `{"cmd":4,"kind":10,"dstid":42,"seq":17}`, ""},
		{"read nowhere", `{"cmd":4,"seq":17}`, model.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := decodeFrame([]byte(tt.in)); model.CodeOf(err) != tt.code {
				t.Fatalf("code = %q, want %q (err: %v)", model.CodeOf(err), tt.code, err)
			}
		})
	}
	in, err := decodeFrame([]byte(`{"cmd":10,"msgid":"m1","dstid":"7"}`))
	if msgid, _ := args.NameOf(in.MsgID); err == nil || msgid != "m1" {
		t.Errorf("a bad frame's msgid is %q, want m1: the refusal must name it", msgid)
	}
}

func FuzzDecodeFrame(f *testing.F) {
	for _, seed := range []string{`{"cmd":0,"n":1}`, `{"cmd":10,"msgid":"a","dstid":7,"media":1,"content":"hi","crc":3}`,
		`{"cmd":3,"epoch":"E","heads":[{"kind":10,"dstid":42,"seq":17}]}`, `{"cmd":12,"kind":11,"dstid":7,"op":"rename","content":"x"}`, `[[[[`, `{"cmd":4`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := decodeFrame(data)
		if err != nil {
			if code := model.CodeOf(err); code != model.Invalid && code != model.TooLarge {
				t.Fatalf("code %q for %q", code, data)
			}
			return
		}
		switch *in.Cmd {
		case args.CmdPrivate, args.CmdCommunity, args.CmdRead, args.CmdEntry:
			if in.DstID <= 0 {
				t.Fatalf("dstid %d let through", in.DstID)
			}
		case args.CmdHeartbeat, args.CmdSync:
		default:
			t.Fatalf("cmd %d let through", *in.Cmd)
		}
		draft := in.Draft()
		draft.PayloadHash()
	})
}
