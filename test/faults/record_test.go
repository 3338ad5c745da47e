package faults

import (
	"fmt"
	"sync"
	"time"

	"ginchat/model"
	"ginchat/test/checker"
	"ginchat/test/harness"
)

// collect reads every conversation from every server, waits until every device
// has caught up, and returns what is known.
func (c *crowd) collect() checker.Record {
	c.t.Helper()
	var record checker.Record
	reads := make([][]checker.History, max(2, len(c.servers))) // two people's where there is one server
	var all sync.WaitGroup
	for n := range reads {
		all.Go(func() { reads[n] = c.histories(n) })
	}
	all.Wait()
	for _, read := range reads {
		record.Histories = append(record.Histories, read...)
	}
	c.awaitCaughtUp(record)
	for _, d := range c.devices {
		d.Record(&record)
	}
	c.collectMarks(&record)
	return record
}

// histories reads every conversation as one of two people, from one of the servers.
func (c *crowd) histories(n int) []checker.History {
	var all []checker.History
	server := c.servers[n%len(c.servers)]
	for _, p := range c.places {
		reader := p.readers[n%2]
		rows, err := reader.At(server).HistoryAfter(p.addresses[n%2], p.base)
		if err != nil {
			c.t.Errorf("%s reads %s from %s: %v", reader.User.Nickname, p.name, server.Host(), err)
			continue
		}
		h := checker.History{Conversation: p.name, Reader: fmt.Sprint(reader.User.Nickname, " at node ", n%len(c.servers)+1), After: p.base}
		for _, m := range rows {
			h.Entries = append(h.Entries, checker.Entry{Seq: m.Seq, Sender: m.UserID, MsgID: m.MsgID, Content: m.Content, Event: m.Op != ""})
		}
		all = append(all, h)
	}
	return all
}

// lasts returns the last seq of each conversation, by its name.
func lasts(record checker.Record) map[string]int64 {
	last := map[string]int64{}
	for _, h := range record.Histories {
		last[h.Conversation] = max(last[h.Conversation], h.After+int64(len(h.Entries)))
	}
	return last
}

// awaitCaughtUp gives every device a moment for the last pushes; the checker
// finds who misses some.
func (c *crowd) awaitCaughtUp(record checker.Record) {
	last := lasts(record)
	deadline := time.Now().Add(lateLimit)
	for _, d := range c.devices {
		for _, of := range d.all() {
			for !d.Caught(of, last[of.Name(d.self)]) && time.Now().Before(deadline) {
				time.Sleep(5 * time.Millisecond)
			}
		}
	}
}

// collectMarks asks every server for some people's read marks, and once more
// where they differ: a mark may still be on its way.
func (c *crowd) collectMarks(record *checker.Record) {
	record.Marks = append(record.Marks, c.marks...)
	c.marks = nil
	for _, person := range c.marked() {
		kept := c.kept(person)
		for deadline := time.Now().Add(2 * time.Second); differ(kept) && time.Now().Before(deadline); kept = c.kept(person) {
			time.Sleep(100 * time.Millisecond)
		}
		record.Marks = append(record.Marks, kept...)
		c.begin(kept)
	}
}

// marked are the people whose read marks are compared.
func (c *crowd) marked() []*harness.Client {
	var some []*harness.Client
	for i := 0; i < len(c.people); i += 1 + len(c.people)/8 {
		some = append(some, c.people[i])
	}
	return some
}

// begin takes marks as those that the next record begins with.
func (c *crowd) begin(kept []checker.Mark) {
	for _, m := range kept {
		m.Kind = checker.Before
		c.marks = append(c.marks, m)
	}
}

// kept returns a person's marks, in the crowd's conversations, as every server has
// them.
func (c *crowd) kept(person *harness.Client) []checker.Mark {
	ours := map[string]bool{}
	for _, p := range c.places {
		ours[p.name] = true
	}
	var all []checker.Mark
	for n, server := range c.servers {
		rows, err := person.At(server).Conversations()
		if err != nil {
			c.t.Error(err)
		}
		for _, row := range rows {
			of := model.Address{Kind: model.Kind(row.Cmd), DstID: row.DstID}
			if !ours[of.Name(person.User.ID)] {
				continue
			}
			all = append(all, checker.Mark{Kind: checker.Kept, Conversation: of.Name(person.User.ID), Reader: person.User.ID,
				Where: fmt.Sprint("node ", n+1), Seq: row.ReadSeq})
		}
	}
	return all
}

func differ(kept []checker.Mark) bool {
	first := map[string]int64{}
	for _, m := range kept {
		if seq, known := first[m.Conversation]; known && seq != m.Seq {
			return true
		}
		first[m.Conversation] = m.Seq
	}
	return false
}

// judge fails the test for each broken promise.
func (c *crowd) judge(record checker.Record) {
	c.t.Helper()
	violations := checker.Check(record)
	for i, v := range violations {
		if i == 20 {
			c.t.Errorf("… and %d more", len(violations)-i)
			break
		}
		c.t.Error(v)
	}
	for _, d := range c.devices {
		for _, fault := range d.Faults() {
			c.t.Error(fault)
		}
	}
}

// report judges the record and says what was seen.
func (c *crowd) report(record checker.Record, figures string) {
	c.t.Helper()
	c.judge(record)
	fmt.Printf("%s: %s; %d sends, %d stored entries, %d conversations, %d devices\n",
		c.t.Name(), figures, len(record.Sends), entries(record), len(c.places), len(c.devices))
}

// entries counts what is stored.
func entries(record checker.Record) (n int) {
	most := map[string]int{}
	for _, h := range record.Histories {
		most[h.Conversation] = max(most[h.Conversation], len(h.Entries))
	}
	for _, entries := range most {
		n += entries
	}
	return n
}

// lost sums the sends that were on their way when their socket died.
func (c *crowd) lost() int64 {
	return c.sum(func(d *member) int64 { return d.Lost.Load() })
}

// silent sums the sends that nobody answered within 5 s on an open socket.
func (c *crowd) silent() int64 {
	return c.sum(func(d *member) int64 { return d.Silent.Load() })
}

// retried sums the refusals that ask for another try.
func (c *crowd) retried() int64 {
	return c.sum(func(d *member) int64 { return d.Retried.Load() })
}

// sockets sums the sockets that devices have opened.
func (c *crowd) sockets() int64 {
	return c.sum(func(d *member) int64 { return d.Sockets.Load() })
}

func (c *crowd) sum(of func(*member) int64) (n int64) {
	for _, d := range c.devices {
		n += of(d)
	}
	return n
}

// slowest is the longest time that an answer took.
func (c *crowd) slowest() (longest time.Duration) {
	for _, d := range c.devices {
		longest = max(longest, d.Slowest())
	}
	return longest
}
