package chat

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ginchat/model"

	"go.uber.org/goleak"
)

// Entries that this node did not commit, or does not know it did, reach its
// sessions all the same, in order and once.
func TestRepairReadsWhatDidNotComeByItself(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		_, two := w.connect(2, 2)
		w.say(1, private(2), "a", "one")
		two.hears(t, "1 one")
		elsewhere := func(msgid, content string) *send {
			conversation, parties, err := w.access.ForPosting(context.Background(), 1, private(2))
			must(t, err)
			s := &send{conversation: conversation, parties: parties, msg: model.Message{ConversationID: conversation, SenderID: 1, MsgID: msgid, Draft: model.Draft{Media: 1, Content: content}}}
			s.msg.PayloadHash = s.msg.Draft.PayloadHash()
			must(t, w.store.Append(context.Background(), []*send{s}, 1))
			return s
		}
		elsewhere("b", "two")
		elsewhere("c", "three")
		w.say(1, private(2), "d", "four") // shows the hole
		two.hears(t, "2 two", "3 three", "4 four")

		lost := elsewhere("e", "five") // committed, and the answer never came
		w.committerOf(lost.conversation).deliver.work <- delivery{batch: []*send{lost}, recheck: true}
		two.hears(t, "5 five") // the last before silence
		w.say(1, private(2), "f", "six")
		two.hears(t, "6 six")

		var many []string
		for i := range repairPage + 10 {
			elsewhere(fmt.Sprint("many", i), "x")
			many = append(many, fmt.Sprint(7+i, " x"))
		}
		w.say(1, private(2), "g", "end")
		two.hears(t, append(many, fmt.Sprint(7+len(many), " end"))...)
	})
}

// Another node's batch may come late, twice or with a hole before it.
func TestReceivedEntriesAreShownOnceAndInOrder(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		_, two := w.connect(2, 2)
		first := w.say(1, private(2), "a", "one")
		two.hears(t, "1 one")
		parties := model.Parties{Low: 1, High: 2}
		must(t, w.Receive(forwarded(parties, first, first)))
		second := w.say(1, private(2), "b", "two")
		two.hears(t, "2 two")
		third := second
		third.Seq, third.Content = 3, "three"
		must(t, w.Receive(forwarded(parties, third, second)))
		two.hears(t, "3 three")
	})
}

// forwarded is what another node says of entries it has stored.
func forwarded(p model.Parties, entries ...model.Message) *model.Batch {
	batch := &model.Batch{}
	for i := range entries {
		m := &entries[i]
		batch.Entries = append(batch.Entries, model.Forwarded{Conversation: m.ConversationID, Parties: p, Seq: m.Seq, Op: m.Op, Target: m.Target,
			Frame: plainEncoder{}.Entry(m, p).Bytes})
	}
	return batch
}

// An unknown commit is answered by what is stored: the same msgid is acked if it
// is there and may be sent again if not.
func TestUnknownCommitIsLookedUp(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		w.say(1, private(2), "there", "x")
		conversation, parties, err := w.access.ForPosting(context.Background(), 1, private(2))
		must(t, err)
		answers := map[string]error{}
		batch := []*send{}
		for _, msgid := range []string{"there", "lost"} {
			s := &send{conversation: conversation, parties: parties, msg: model.Message{ConversationID: conversation, SenderID: 1, MsgID: msgid, Draft: model.Draft{Media: 1, Content: "x"}}}
			s.msg.PayloadHash = s.msg.Draft.PayloadHash()
			s.done = func(_ *model.Message, err error) { answers[msgid] = err }
			batch = append(batch, s)
		}
		w.committerOf(conversation).resolve(batch, errUnknown)
		wantCode(t, answers["there"], "")
		wantCode(t, answers["lost"], model.Unavailable)
	})
}

func TestBusyQueueRefuses(t *testing.T) {
	stuck := &committer{queue: make(chan *send, 1)}
	c := &Chat{committers: []*committer{stuck}, now: time.Now}
	must(t, c.queue(&send{}))
	if err := c.queue(&send{}); err != ErrBusy {
		t.Fatalf("a full queue: %v, want %v", err, ErrBusy)
	}
	<-stuck.queue
	must(t, c.queue(&send{}))
}

// Who has waited for longer than a sender should is refused, and may try again.
func TestSendsThatWaitedTooLongAreRefused(t *testing.T) {
	answers := map[string]error{}
	one := func(msgid string, waited time.Duration) *send {
		return &send{msg: model.Message{MsgID: msgid}, queued: time.Now().Add(-waited), done: func(_ *model.Message, err error) { answers[msgid] = err }}
	}
	c := &committer{now: time.Now}
	kept := c.inTime([]*send{one("new", 0), one("old", 2*maxWait), one("newer", maxWait/2)})
	if len(kept) != 2 || kept[0].msg.MsgID != "new" || kept[1].msg.MsgID != "newer" {
		t.Errorf("kept %d sends", len(kept))
	}
	wantCode(t, answers["old"], model.Unavailable)
	if len(answers) != 1 {
		t.Errorf("answered %v", answers)
	}
}

func TestCloseFinishesWhatIsQueued(t *testing.T) {
	eachDatabase(t, 2, func(t *testing.T, w *world) {
		before := goleak.IgnoreCurrent()
		c, err := New(context.Background(), w.store, w.hub, people{w.db}, Nodes{}, w.cfg, w.log)
		must(t, err)
		const n = 300
		acked := make(chan error, n)
		from := &Session{UserID: 1}
		for i := range n {
			must(t, c.Submit(context.Background(), from, Outgoing{To: private(2), MsgID: fmt.Sprint(i), Draft: text("x")},
				func(_ *model.Message, err error) { acked <- err }))
		}
		c.Close()
		for range n {
			must(t, <-acked)
		}
		if rows := w.contents(2, private(1)); len(rows) != MaxPage {
			t.Errorf("%d rows on the page, want a full one", len(rows))
		}
		wantCode(t, c.Submit(context.Background(), from, Outgoing{To: private(2), MsgID: "late", Draft: text("x")}, nil), model.Unavailable)
		goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("database/sql.(*DB).connectionOpener"))
	})
}
