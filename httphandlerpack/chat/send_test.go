package chat

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"ginchat/model"
)

func TestSendStoresInOrder(t *testing.T) {
	eachDatabase(t, 3, func(t *testing.T, w *world) {
		for i := range 5 {
			if m := w.say(1, private(2), fmt.Sprint("m", i), fmt.Sprint("text ", i)); m.Seq != int64(i+1) {
				t.Fatalf("message %d got seq %d", i, m.Seq)
			}
		}
		emoji := "你好 👩‍👩‍👧‍👦 🏳️‍🌈"
		w.say(2, private(1), "m0", emoji) // another sender's msgid is another message
		want := []string{"text 0", "text 1", "text 2", "text 3", "text 4", emoji}
		for _, reader := range []struct{ user, other int64 }{{1, 2}, {2, 1}} {
			if got := w.contents(reader.user, private(reader.other)); !slices.Equal(got, want) {
				t.Errorf("user %d reads %q, want %q", reader.user, got, want)
			}
		}
		_, _, err := w.History(context.Background(), 3, private(4), Page{})
		wantCode(t, err, model.NotFound)
	})
}

func TestHashChainCoversTheLog(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		for i := range 20 {
			w.say(int64(1+i%2), private(int64(2-i%2)), fmt.Sprint(i), "x")
		}
		rows, _, err := w.History(context.Background(), 1, private(2), Page{})
		must(t, err)
		prev := make([]byte, 32)
		for _, row := range rows {
			if !bytes.Equal(row.PayloadHash, row.Draft.PayloadHash()) {
				t.Fatalf("seq %d: the payload is not what was hashed", row.Seq)
			}
			if prev = row.Chain(prev); !bytes.Equal(prev, row.Hash) {
				t.Fatalf("seq %d breaks the chain", row.Seq)
			}
		}
		var head model.Conversation
		must(t, w.db.Raw("SELECT * FROM conversations WHERE name=?", "u:1:2").Scan(&head).Error)
		if head.LastSeq != 20 || !bytes.Equal(head.LastHash, prev) {
			t.Errorf("head is %d %x, want 20 %x", head.LastSeq, head.LastHash, prev)
		}
	})
}

func TestSameMsgIDIsTheSameMessage(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		const tries = 50
		seqs := make([]int64, tries)
		var wg sync.WaitGroup
		for i := range tries {
			wg.Go(func() {
				m, err := w.Send(context.Background(), 1, private(2), "once", text("hello"), nil)
				if err != nil {
					t.Error(err)
				}
				seqs[i] = m.Seq
			})
		}
		wg.Wait()
		for _, seq := range seqs {
			if seq != 1 {
				t.Fatalf("seqs are %v, want all 1", seqs)
			}
		}
		if got := w.contents(2, private(1)); len(got) != 1 {
			t.Fatalf("history has %q, want one row", got)
		}
		_, err := w.Send(context.Background(), 1, private(2), "once", text("other"), nil)
		wantCode(t, err, model.Conflict)
		_, err = w.Send(context.Background(), 1, private(2), "once", model.Draft{Content: "hello", URL: "/mnt/x"}, nil)
		wantCode(t, err, model.Conflict)
	})
}

// Sends of one batch are decided one by one: bad ones must not fail their
// neighbours, nor take a seq.
func TestOneBatchManyOutcomes(t *testing.T) {
	eachDatabase(t, 3, func(t *testing.T, w *world) {
		w.say(1, private(2), "old", "old")
		id := w.found(2)
		conversation, parties, err := w.access.ForPosting(context.Background(), 1, community(id))
		must(t, err)
		pair, pairParties, err := w.access.ForPosting(context.Background(), 1, private(2))
		must(t, err)
		one := func(conversation int64, p model.Parties, msgid, content string) *send {
			s := &send{conversation: conversation, parties: p, msg: model.Message{ConversationID: conversation, SenderID: 1, MsgID: msgid, Draft: model.Draft{Media: 1, Content: content}}}
			s.msg.PayloadHash = s.msg.Draft.PayloadHash()
			return s
		}
		batch := []*send{
			one(pair, pairParties, "a", "first"), one(conversation, parties, "b", "stranger"), one(pair, pairParties, "old", "old"),
			one(pair, pairParties, "old", "new"), one(pair, pairParties, "a", "first"), one(pair, pairParties, "a", "twin"), one(pair, pairParties, "c", "last"),
		}
		must(t, w.store.Append(context.Background(), batch, 1))
		want := []struct {
			seq  int64
			code model.Code
		}{{2, ""}, {0, model.Forbidden}, {1, ""}, {0, model.Conflict}, {2, ""}, {0, model.Conflict}, {3, ""}}
		for i, s := range batch {
			m, err := s.outcome()
			if code := model.CodeOf(err); code != want[i].code {
				t.Errorf("send %d: code %q, want %q", i, code, want[i].code)
			} else if err == nil && m.Seq != want[i].seq {
				t.Errorf("send %d: seq %d, want %d", i, m.Seq, want[i].seq)
			}
		}
		if got := w.contents(1, private(2)); !slices.Equal(got, []string{"old", "first", "last"}) {
			t.Errorf("history is %q", got)
		}
	})
}

func TestWhoMaySend(t *testing.T) {
	eachDatabase(t, 3, func(t *testing.T, w *world) {
		id := w.found(1, 2)
		tests := []struct {
			name   string
			before string // SQL that makes the case
			from   int64
			to     model.Address
			want   model.Code
		}{
			{"friend", "", 1, private(2), ""},
			{"self", "", 1, private(1), ""},
			{"nobody", "", 1, private(99), model.NotFound},
			{"member", "", 2, community(id), ""},
			{"stranger", "", 3, community(id), model.Forbidden},
			{"no community", "", 1, community(99), model.NotFound},
			{"silenced", "UPDATE members SET silenced_until=9000000000000 WHERE user_id=2", 2, community(id), model.Forbidden},
			{"silence over", "UPDATE members SET silenced_until=1 WHERE user_id=2", 2, community(id), ""},
			{"blocked", "UPDATE contacts SET state='blocked' WHERE owner_id=2 AND peer_id=1", 1, private(2), model.Forbidden},
			{"blocker", "", 2, private(1), model.Forbidden},
			{"no more friends", "DELETE FROM contacts WHERE owner_id=3 OR peer_id=3", 1, private(3), model.Forbidden},
			{"kind", "", 1, model.Address{Kind: 12, DstID: 2}, model.Invalid},
			{"negative", "", 1, private(-2), model.Invalid},
		}
		for i, tt := range tests {
			if tt.before != "" {
				must(t, w.db.Exec(tt.before).Error)
			}
			_, err := w.Send(context.Background(), tt.from, tt.to, fmt.Sprint("m", i), text("hi"), nil)
			if code := model.CodeOf(err); code != tt.want {
				t.Errorf("%s: code %q, want %q (%v)", tt.name, code, tt.want, err)
			}
		}
	})
}

func TestCheckDraft(t *testing.T) {
	c := &Chat{cfg: Config{TextBytes: 10}}
	sum := func(d model.Draft, add uint32) *uint32 { s := d.CRC() + add; return &s }
	hi := model.Draft{Media: 1, Content: "hi", URL: "u"}
	tests := []struct {
		name string
		out  Outgoing
		want model.Code
	}{
		{"good", Outgoing{MsgID: "a-Z_9", Draft: hi, CRC: sum(hi, 0)}, ""},
		{"crc", Outgoing{MsgID: "a", Draft: hi, CRC: sum(hi, 1)}, model.Checksum},
		{"crc of the text alone", Outgoing{MsgID: "a", Draft: model.Draft{Media: 1, Content: "hi"}, CRC: new(uint32(3633523372))}, ""},
		{"crc of the text alone beside a url", Outgoing{MsgID: "a", Draft: hi, CRC: new(uint32(3633523372))}, model.Checksum},
		{"msgid characters", Outgoing{MsgID: "a b", Draft: hi}, model.Invalid},
		{"msgid length", Outgoing{MsgID: strings.Repeat("a", 65), Draft: hi}, model.Invalid},
		{"msgid line feed", Outgoing{MsgID: "a\n", Draft: hi}, model.Invalid},
		{"media 5", Outgoing{MsgID: "a", Draft: model.Draft{Media: 5, Content: "x"}}, model.Invalid},
		{"media 11", Outgoing{MsgID: "a", Draft: model.Draft{Media: 11, Content: "x"}}, model.Invalid},
		{"empty", Outgoing{MsgID: "a", Draft: model.Draft{Media: 1, Content: " \n"}}, model.Invalid},
		{"picture without text", Outgoing{MsgID: "a", Draft: model.Draft{Media: 4, URL: "/mnt/x"}}, ""},
		{"long", Outgoing{MsgID: "a", Draft: model.Draft{Media: 1, Content: "12345678901"}}, model.TooLarge},
		{"long url", Outgoing{MsgID: "a", Draft: model.Draft{Media: 4, URL: strings.Repeat("u", 2049)}}, model.TooLarge},
		{"long memo", Outgoing{MsgID: "a", Draft: model.Draft{Media: 1, Content: "x", Memo: strings.Repeat("u", 1025)}}, model.TooLarge},
		{"U+0000", Outgoing{MsgID: "a", Draft: model.Draft{Media: 1, Content: "a\x00"}}, model.Invalid},
		{"not UTF-8", Outgoing{MsgID: "a", Draft: model.Draft{Media: 1, Content: "a\xff"}}, model.Invalid},
		{"negative amount", Outgoing{MsgID: "a", Draft: model.Draft{Media: 3, URL: "u", Amount: -1}}, model.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantCode(t, c.check(tt.out), tt.want) })
	}
}

// Two nodes, or a node and a zombie of it, write to the same log.
func TestTwoWritersOneOrder(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		if w.store.sqlite {
			return // one process has the file
		}
		other, err := New(context.Background(), NewStore(w.db, ""), w.hub, people{w.db}, Nodes{}, w.cfg, w.log)
		must(t, err)
		defer other.Close()
		const each = 100
		var wg sync.WaitGroup
		for n, c := range []*Chat{w.Chat, other} {
			for k := range 4 {
				wg.Go(func() {
					for i := range each {
						if _, err := c.Send(context.Background(), 1, private(2), fmt.Sprintf("%d-%d-%d", n, k, i), text("x"), nil); err != nil {
							t.Error(err)
						}
					}
				})
			}
		}
		wg.Wait()
		id, err := w.store.ConversationID(context.Background(), "u:1:2") // the race to begin it may have used up ids
		must(t, err)
		rows, err := w.store.Entries(context.Background(), id, 0, 0, 2*4*each+1)
		must(t, err)
		if len(rows) != 2*4*each {
			t.Fatalf("%d rows, want %d", len(rows), 2*4*each)
		}
		for i, row := range rows {
			if row.Seq != int64(i+1) {
				t.Fatalf("row %d has seq %d", i, row.Seq)
			}
		}
	})
}

// Who was removed, and did not hear the ack, still learns that it was stored.
func TestRepeatAfterRemoval(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		id := w.found(1, 2)
		first := w.say(2, community(id), "a", "hello")
		w.change(model.Change{Op: model.OpKick, Community: id, Actor: 1, Member: 2})
		if again := w.say(2, community(id), "a", "hello"); again.Seq != first.Seq {
			t.Errorf("stored as %d, then %d", first.Seq, again.Seq)
		}
		_, err := w.Send(context.Background(), 2, community(id), "a", text("other"), nil)
		wantCode(t, err, model.Conflict)
		_, err = w.Send(context.Background(), 2, community(id), "b", text("hello"), nil)
		wantCode(t, err, model.Forbidden)
	})
}

func TestRateLimit(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		limited, err := New(context.Background(), w.store, w.hub, people{w.db}, Nodes{}, Config{MessagesPerSecond: 1}, w.log)
		must(t, err)
		defer limited.Close()
		var refused *model.Error
		for i := range 10 {
			_, err := limited.Send(context.Background(), 1, private(2), fmt.Sprint(i), text("x"), nil)
			if model.CodeOf(err) == model.RateLimited {
				refused = err.(*model.Error)
			}
		}
		if refused == nil || refused.After <= 0 {
			t.Fatalf("ten sends at once: %v, want rate_limited with a wait", refused)
		}
	})
}
