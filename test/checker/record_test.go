package checker

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// sound is a record without fault: five acked messages, one refused, one unknown
// that is stored and one that is not, two readers and one device.
func sound() Record {
	var r Record
	var log []Entry
	for i := 1; i <= 5; i++ {
		id := fmt.Sprint("m", i)
		log = append(log, Entry{Seq: int64(i), Sender: 1, MsgID: id, Content: "text " + id})
		r.Sends = append(r.Sends, Send{Conversation: "u:1:2", Sender: 1, MsgID: id, Content: "text " + id, Outcome: Acked,
			Seqs: []int64{int64(i)}, First: noon.Add(time.Duration(2*i) * time.Second), AckedAt: noon.Add(time.Duration(2*i+1) * time.Second),
			Lane: "socket", Place: i})
	}
	log = append(log, Entry{Seq: 6, Sender: 2, MsgID: "maybe", Content: "x"}, Entry{Seq: 7, Sender: 2, MsgID: "join", Event: true})
	r.Sends = append(r.Sends,
		Send{Conversation: "u:1:2", Sender: 2, MsgID: "maybe", Content: "x", First: noon},
		Send{Conversation: "u:1:2", Sender: 2, MsgID: "never", Content: "y", First: noon},
		Send{Conversation: "u:1:2", Sender: 2, MsgID: "no", Content: "z", Outcome: Refused, First: noon})
	r.Histories = []History{{Conversation: "u:1:2", Reader: "first", Entries: slices.Clone(log)}, {Conversation: "u:1:2", Reader: "second", Entries: slices.Clone(log)}}
	r.Views = []View{{Conversation: "u:1:2", Device: "phone", After: 2, Entries: slices.Clone(log[2:])}}
	for _, e := range log[2:] { // m3 is acked at 7 s, m4 at 9 s, m5 at 11 s
		r.Views[0].Shown = append(r.Views[0].Shown, noon.Add(time.Duration(2*e.Seq+2)*time.Second))
	}
	r.Healed, r.Late = noon.Add(8*time.Second), 3*time.Second
	r.Marks = []Mark{{Before, "u:1:2", 2, "", 3}, {Said, "u:1:2", 2, "phone", 5}, {Told, "u:1:2", 2, "other", 4},
		{Kept, "u:1:2", 2, "node 1", 4}, {Kept, "u:1:2", 2, "node 2", 4}}
	return r
}

func TestCheckAcceptsASoundRecord(t *testing.T) {
	if found := Check(sound()); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

// A record may begin in the middle of a log.
func TestCheckFromTheMiddle(t *testing.T) {
	r := sound()
	r.Sends = r.Sends[2:]
	for i := range r.Histories {
		r.Histories[i].After, r.Histories[i].Entries = 2, r.Histories[i].Entries[2:]
	}
	if found := Check(r); len(found) > 0 {
		t.Errorf("found %v", found)
	}
	r.Histories[0].After = 1
	if found := Check(r); !slices.ContainsFunc(found, func(v Violation) bool { return v.Rule == "I5" }) {
		t.Errorf("found %v, want a gap", found)
	}
}

// The gaps of a record are those of acked messages, the shortest first.
func TestGaps(t *testing.T) {
	r := sound()
	r.Views[0].Shown[1] = noon
	gaps := Gaps(r)
	if len(gaps) != 3 || gaps[0].Seq != 4 || gaps[0].Took() != 0 || gaps[2].Took() != time.Second {
		t.Errorf("gaps are %+v", gaps)
	}
}

// Each fault is found, under its rule.
func TestCheckFindsEachFault(t *testing.T) {
	both := func(r *Record, change func([]Entry) []Entry) {
		for i := range r.Histories {
			r.Histories[i].Entries = change(r.Histories[i].Entries)
		}
	}
	faults := []struct {
		name, rule string
		damage     func(*Record)
	}{
		{"lost", "I1", func(r *Record) {
			both(r, func(e []Entry) []Entry { return slices.Delete(e, 2, 3) })
		}},
		{"doubled", "I3", func(r *Record) {
			both(r, func(e []Entry) []Entry { again := e[1]; again.Seq = 8; return append(e, again) })
		}},
		{"reordered", "I7", func(r *Record) {
			both(r, func(e []Entry) []Entry {
				e[1].Seq, e[3].Seq = e[3].Seq, e[1].Seq
				e[1], e[3] = e[3], e[1]
				return e
			})
			r.Sends[1].Seqs, r.Sends[3].Seqs = r.Sends[3].Seqs, r.Sends[1].Seqs
		}},
		{"gapped", "I5", func(r *Record) {
			both(r, func(e []Entry) []Entry { e[6].Seq = 8; return e })
		}},
		{"forged", "I2", func(r *Record) {
			both(r, func(e []Entry) []Entry { return append(e, Entry{Seq: 8, Sender: 2, MsgID: "m9", Content: "nobody's"}) })
		}},
		{"lost at the end", "I1", func(r *Record) {
			both(r, func(e []Entry) []Entry { return e[:4] })
		}},
		{"lost, its seq used again", "I1", func(r *Record) {
			both(r, func(e []Entry) []Entry { e[2] = Entry{Seq: 3, Sender: 2, MsgID: "never", Content: "y"}; return e })
		}},
		{"refused and stored", "I2", func(r *Record) {
			both(r, func(e []Entry) []Entry { return append(e, Entry{Seq: 8, Sender: 2, MsgID: "no", Content: "z"}) })
		}},
		{"forged in another's name", "I2", func(r *Record) {
			both(r, func(e []Entry) []Entry { return append(e, Entry{Seq: 8, Sender: 3, MsgID: "m1", Content: "text m1"}) })
		}},
		{"other content", "I2", func(r *Record) {
			both(r, func(e []Entry) []Entry { e[1].Content = "changed"; return e })
		}},
		{"stored twice", "I3", func(r *Record) {
			both(r, func(e []Entry) []Entry { again := e[0]; again.Seq = 8; return append(e, again) })
		}},
		{"acked with another seq than stored", "I3", func(r *Record) { r.Sends[4].Seqs = []int64{6} }},
		{"acked with two seqs", "I3", func(r *Record) { r.Sends[1].Seqs = []int64{2, 9} }},
		{"readers differ", "I4", func(r *Record) { r.Histories[1].Entries[3].Content = "other" }},
		{"history out of order", "I4", func(r *Record) {
			both(r, func(e []Entry) []Entry { e[1], e[2] = e[2], e[1]; return e })
		}},
		{"device saw another message", "I4", func(r *Record) { r.Views[0].Entries[1].MsgID = "other" }},
		{"gap", "I5", func(r *Record) {
			both(r, func(e []Entry) []Entry { return slices.Delete(e, 5, 6) })
		}},
		{"seq used twice", "I5", func(r *Record) {
			both(r, func(e []Entry) []Entry { e[6].Seq = 6; return e })
		}},
		{"pipelined sends swapped", "I6", func(r *Record) { r.Sends[1].Place, r.Sends[2].Place = 3, 2 }},
		{"sent after an ack and stored before", "I7", func(r *Record) {
			r.Sends[0].First = noon.Add(time.Hour)
		}},
		{"device misses the last one", "I8", func(r *Record) { r.Views[0].Entries = r.Views[0].Entries[:4] }},
		{"device saw nothing", "I8", func(r *Record) { r.Views[0].Entries = nil }},
		{"device met a hole", "I8", func(r *Record) { r.Views[0].Holes = []string{"5 came after 3"} }},
		{"device skipped one", "I9", func(r *Record) { r.Views[0].Entries = slices.Delete(r.Views[0].Entries, 1, 2) }},
		{"device showed one twice", "I9", func(r *Record) {
			r.Views[0].Entries = slices.Insert(r.Views[0].Entries, 1, r.Views[0].Entries[0])
		}},
		{"shown long after its ack", "I13", func(r *Record) { r.Views[0].Shown[2] = noon.Add(15 * time.Second) }},
		{"shown long after the fault", "I13", func(r *Record) { r.Views[0].Shown[0] = noon.Add(12 * time.Second) }},
		{"mark beyond the log", "I11", func(r *Record) {
			for i := range r.Marks {
				r.Marks[i].Seq += 10
			}
		}},
		{"mark nobody has said", "I11", func(r *Record) { r.Marks[1].Seq = 3 }},
		{"mark went back", "I11", func(r *Record) { r.Marks[0].Seq = 5 }},
		{"mark told and not kept", "I11", func(r *Record) { r.Marks[2].Seq = 5 }},
		{"marks differ", "I11", func(r *Record) { r.Marks[4].Seq = 5 }},
		{"one reader is behind", "I12", func(r *Record) { r.Histories[1].Entries = r.Histories[1].Entries[:6] }},
	}
	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) {
			r := sound()
			tt.damage(&r)
			found := Check(r)
			if !slices.ContainsFunc(found, func(v Violation) bool { return v.Rule == tt.rule }) {
				t.Errorf("found %v, want %s", found, tt.rule)
			}
		})
	}
}
