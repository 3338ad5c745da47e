package chat

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ginchat/model"
	"ginchat/view"
)

// outline writes entries as one line: days, the mark before what is new, who
// speaks (lower case when it continues) and what changed.
func outline(entries []view.Entry) string {
	var out []string
	for _, e := range entries {
		switch {
		case e.Day != nil:
			out = append(out, e.Day.Near+"|")
		case e.New:
			out = append(out, "new|")
		case e.Change != nil:
			out = append(out, fmt.Sprintf("%s(%s,%s,%s)", e.Change.Name, e.Change.Actor, e.Change.Member, e.Change.Value))
		case e.Message.Continued:
			out = append(out, strings.ToLower(e.Message.Author))
		default:
			out = append(out, e.Message.Author)
		}
	}
	return strings.Join(out, " ")
}

func TestEntries(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 40, 0, time.UTC)
	r := &reader{id: 1, lang: "en", now: now, people: map[int64]model.User{1: {Nickname: "Ann"}, 2: {Nickname: "Bo"}}}
	at := func(before time.Duration) model.Millis { return model.MillisOf(now.Add(-before)) }
	say := func(who int64, before time.Duration) model.Message {
		return model.Message{SenderID: who, SentAt: at(before), Draft: model.Draft{Media: model.MediaText, Content: "x"}}
	}
	change := func(op model.Op, who, whom int64, content string, amount int64) model.Message {
		return model.Message{SenderID: who, SentAt: at(0), Draft: model.Draft{Op: op, Target: whom, Content: content, Amount: amount}}
	}
	tests := []struct {
		name string
		rows []model.Message
		read int64
		want string
	}{
		{"nothing", nil, 0, ""},
		{"grouped by sender and minute", []model.Message{say(1, 30*time.Second), say(1, 20*time.Second), say(2, 19*time.Second), say(2, -time.Minute)}, 9, "today| Ann ann Bo Bo"},
		{"a day's head breaks a group", []model.Message{say(1, 24*time.Hour), say(1, 12*time.Hour), say(1, 11*time.Hour)}, 9, "yesterday| Ann today| Ann Ann"},
		{"new after what was read", []model.Message{say(2, 2), say(2, 1), say(2, 0)}, 2, "today| Bo bo new| Bo"},
		{"own messages are not new", []model.Message{say(2, 2), say(1, 1), say(1, 0)}, 1, "today| Bo Ann ann"},
		{"a first hello is not marked", []model.Message{say(2, 2), say(2, 1)}, 0, "today| Bo bo"},
		{"changes", []model.Message{change(model.OpJoin, 2, 2, "", 0), change(model.OpJoin, 1, 2, "", 0), change(model.OpRename, 1, 0, "New", 0),
			change(model.OpRole, 1, 2, "admin", 0), change(model.OpRole, 1, 2, "member", 0), change(model.OpSilence, 1, 2, "", 5), change(model.OpSilence, 1, 2, "", 0),
			change(model.OpKick, 1, 9, "", 0), change("pin", 1, 3, "", 0)}, 0,
			"today| join(Bo,Bo,) invited(Ann,Bo,) rename(Ann,,New) role_admin(Ann,Bo,) role_member(Ann,Bo,) mute(Ann,Bo,) unmute(Ann,Bo,) kick(Ann,,) other(Ann,,)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i := range tt.rows {
				tt.rows[i].Seq = int64(i + 1)
			}
			if got := outline(r.entries(tt.rows, tt.read)); got != tt.want {
				t.Errorf("entries:\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestTyped(t *testing.T) {
	for in, want := range map[string]string{"a\r\nb": "a\nb", "\n\n  code\n \n": "  code", " \r\n ": ""} {
		if got := typed(in); got != want {
			t.Errorf("typed(%q) = %q, want %q", in, got, want)
		}
	}
}
