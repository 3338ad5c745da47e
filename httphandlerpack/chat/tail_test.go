package chat

import (
	"context"
	"slices"
	"testing"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
)

// write puts a row into the commit log, as another node, under an id of the test's
// choice: a smaller one may show after a larger one.
func (w *world) write(id int64, at time.Time, user int64) {
	w.t.Helper()
	row := model.NewCommit("another node", model.MillisOf(at), model.News{Ended: []model.EndedLogin{{User: user, Login: id}}})
	row.ID = id
	must(w.t, w.db.Create(row).Error)
}

// tailOf returns a tail at the end of the log, and the ids of the logins it was told of.
func (w *world) tailOf() (*tail, func() []int64) {
	w.t.Helper()
	var ids []int64
	tail := &tail{store: NewStore(w.db, "this node"), log: zap.NewNop(), restart: func() { ids = append(ids, -1) },
		handle: func(news model.News) {
			for _, one := range news.Ended {
				ids = append(ids, one.Login)
			}
		}}
	must(w.t, tail.start(context.Background()))
	return tail, func() []int64 {
		w.t.Helper()
		must(w.t, tail.read(context.Background()))
		got := ids
		ids = nil
		return got
	}
}

func TestTailMissesNoRowThatShowsLate(t *testing.T) {
	eachDatabase(t, 1, func(t *testing.T, w *world) {
		now := time.Now()
		w.write(10, now, 1) // before the tail begins, with 8 and 9 still on their way
		tail, read := w.tailOf()
		if got := read(); got != nil {
			t.Fatalf("told of %v at the start", got)
		}
		w.write(12, now, 1)
		w.write(15, now, 1)
		if got := read(); !slices.Equal(got, []int64{12, 15}) {
			t.Fatalf("told of %v, want 12 and 15", got)
		}
		w.write(13, now, 1)
		w.write(9, now, 1)
		w.write(16, now, 1)
		time.Sleep(tailEvery) // so that late ones are looked for again
		got := read()
		if slices.Sort(got); !slices.Equal(got, []int64{9, 13, 16}) {
			t.Fatalf("told of %v, want 9, 13 and 16", got)
		}
		if got := read(); got != nil {
			t.Fatalf("told of %v twice", got)
		}
		for id, m := range tail.missing {
			m.since = now.Add(-2 * keptFor)
			tail.missing[id] = m
		}
		if read(); len(tail.missing) != 0 {
			t.Errorf("still waits for %v", tail.missing)
		}
	})
}

func TestTailReadsMoreThanAPage(t *testing.T) {
	eachDatabase(t, 1, func(t *testing.T, w *world) {
		_, read := w.tailOf()
		rows := make([]*model.Commit, tailPage+10)
		for i := range rows {
			rows[i] = model.NewCommit("another node", 1, model.News{Ended: []model.EndedLogin{{User: 1, Login: int64(i)}}})
		}
		must(t, w.db.CreateInBatches(rows, 100).Error)
		if got := read(); len(got) != len(rows) {
			t.Errorf("told of %d rows, want %d", len(got), len(rows))
		}
	})
}

// Whoever could not read for long may have missed what was purged.
func TestTailThatWasAwayForLongStartsAgain(t *testing.T) {
	eachDatabase(t, 1, func(t *testing.T, w *world) {
		tail, read := w.tailOf()
		w.write(1, time.Now(), 1)
		tail.readAt = time.Now().Add(-keptFor)
		if got := read(); !slices.Equal(got, []int64{-1}) {
			t.Errorf("told of %v, want a restart of all sessions", got)
		}
		if got := read(); got != nil {
			t.Errorf("then told of %v", got)
		}
	})
}

func TestCommitLogIsPurged(t *testing.T) {
	eachDatabase(t, 1, func(t *testing.T, w *world) {
		now := time.Now()
		w.write(1, now.Add(-2*keptFor), 1)
		w.write(2, now.Add(-2*keptFor), 1)
		w.write(3, now, 1)
		w.write(4, now.Add(-2*keptFor), 1) // of a node whose clock is behind
		tail, _ := w.tailOf()
		must(t, tail.purge(context.Background()))
		rows, err := w.store.CommitsAfter(context.Background(), 0, 10)
		must(t, err)
		if len(rows) != 1 || rows[0].ID != 3 {
			t.Errorf("kept %+v, want row 3", rows)
		}
	})
}
