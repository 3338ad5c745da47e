package checker

// MarkKind says who speaks of a read mark.
type MarkKind int

const (
	// Said is the reader's own word.
	Said MarkKind = iota
	// Told is what another device was told.
	Told
	// Kept is what a node answered when everything was quiet.
	Kept
	// Before is what was kept when everything was quiet the last time.
	Before
)

// Mark is how far somebody has read a conversation.
type Mark struct {
	Kind         MarkKind
	Conversation string
	Reader       int64
	Where        string // the device or node
	Seq          int64
}

// marks checks what the nodes have kept: all the same, within the log, moved by
// the reader alone and never back.
func (c *check) marks(all []Mark) {
	type whose struct {
		conversation string
		reader       int64
	}
	var highest [Before + 1]map[whose]int64
	for kind := range highest {
		highest[kind] = map[whose]int64{}
	}
	for _, m := range all {
		k := whose{m.Conversation, m.Reader}
		if kept, known := highest[Kept][k]; known && m.Kind == Kept && kept != m.Seq {
			c.report("I11", "%s: %d has read up to %d at %s and to %d elsewhere", m.Conversation, m.Reader, m.Seq, m.Where, kept)
		}
		highest[m.Kind][k] = max(highest[m.Kind][k], m.Seq)
	}
	for k, seq := range highest[Kept] {
		if last := c.last[k.conversation]; seq > last {
			c.report("I11", "%s: %d has read up to %d of %d", k.conversation, k.reader, seq, last)
		}
		if said := max(highest[Said][k], highest[Before][k]); seq > said {
			c.report("I11", "%s: %d has said to have read up to %d, kept is %d", k.conversation, k.reader, said, seq)
		}
		if before := highest[Before][k]; seq < before {
			c.report("I11", "%s: %d had read up to %d and has up to %d", k.conversation, k.reader, before, seq)
		}
		if told := highest[Told][k]; seq < told {
			c.report("I11", "%s: others were told that %d has read up to %d, kept is %d", k.conversation, k.reader, told, seq)
		}
	}
}
