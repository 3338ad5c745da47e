package chat

import (
	"context"
	"math/rand/v2"
	"time"

	"ginchat/model"

	"go.uber.org/zap"
)

const (
	// tailEvery is how often the commit log is read: a lost forward is found out
	// about within that.
	tailEvery = time.Second
	tailPage  = 1000
	// keptFor is how long rows are kept. Whoever has not read for half of that may
	// have missed some.
	keptFor    = 10 * time.Minute
	purgeEvery = time.Minute
	// maxMissing bounds the ids that are waited for.
	maxMissing = 100_000
)

// tail reads what was committed from the commit log, and so finds what was said of
// it between the nodes and got lost. This node's own rows are read as well: an entry
// may have been stored here before word came that somebody here has joined.
//
// Ids are given out before the commit, so a smaller one may show after a larger
// one. Each id that is skipped is looked for again, at growing intervals, until
// its row would have been purged.
type tail struct {
	store   *Store
	handle  func(model.News)
	restart func() // nothing that is known counts any more
	log     *zap.Logger

	last    int64 // the highest id read
	missing map[int64]missing
	readAt  time.Time
}

// missing is an id that has not shown yet.
type missing struct{ since, next time.Time }

// start begins at the end of the log. Rows that are being committed right now
// count as missing.
func (t *tail) start(ctx context.Context) error {
	t.missing = map[int64]missing{}
	last, err := t.store.LastCommit(ctx)
	if err != nil {
		return err
	}
	t.last = max(0, last-tailPage)
	rows, err := t.store.CommitsAfter(ctx, t.last, tailPage)
	if err != nil {
		return err
	}
	t.readAt = time.Now()
	for _, row := range rows {
		t.skip(row.ID)
	}
	if len(rows) == 0 {
		t.last = last
	}
	return nil
}

// skip moves on to id and notes the ids between.
func (t *tail) skip(id int64) {
	now := time.Now()
	for between := max(t.last+1, id-tailPage); between < id && len(t.missing) < maxMissing; between++ {
		t.missing[between] = missing{since: now, next: now.Add(tailEvery / 2)}
	}
	t.last = max(t.last, id)
}

// run reads until ctx ends.
func (t *tail) run(ctx context.Context) {
	ticker := time.NewTicker(tailEvery)
	defer ticker.Stop()
	purge := time.Now().Add(rand.N(purgeEvery))
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := t.read(ctx); err != nil && ctx.Err() == nil {
			t.log.Warn("commit log not read", zap.Error(err))
			continue
		}
		if time.Now().After(purge) {
			purge = time.Now().Add(purgeEvery)
			if err := t.purge(ctx); err != nil && ctx.Err() == nil {
				t.log.Warn("commit log not purged", zap.Error(err))
			}
		}
	}
}

// read takes in what is new, and what was missing and has shown.
func (t *tail) read(ctx context.Context) error {
	if time.Since(t.readAt) > keptFor/2 {
		t.log.Warn("the commit log was not read for long: all sessions start again")
		if err := t.start(ctx); err != nil {
			return err
		}
		t.restart()
		return nil
	}
	for {
		rows, err := t.page(ctx, t.store.CommitsAfter, t.last)
		if err != nil {
			return err
		}
		for _, row := range rows {
			t.skip(row.ID)
			t.take(row)
		}
		if len(rows) < tailPage {
			break
		}
	}
	t.readAt = time.Now()
	return t.late(ctx)
}

func (t *tail) page(ctx context.Context, read func(context.Context, int64, int) ([]model.Commit, error), after int64) ([]model.Commit, error) {
	ctx, cancel := context.WithTimeout(ctx, txTimeout)
	defer cancel()
	return read(ctx, after, tailPage)
}

// late looks for missing ids.
func (t *tail) late(ctx context.Context) error {
	now := time.Now()
	var due []int64
	for id, m := range t.missing {
		switch {
		case now.Sub(m.since) > keptFor:
			delete(t.missing, id)
		case now.After(m.next) && len(due) < tailPage:
			due = append(due, id)
			m.next = now.Add(max(tailEvery/2, now.Sub(m.since)))
			t.missing[id] = m
		}
	}
	if len(due) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, txTimeout)
	defer cancel()
	rows, err := t.store.Commits(ctx, due)
	if err != nil {
		return err
	}
	for _, row := range rows {
		delete(t.missing, row.ID)
		t.take(row)
	}
	return nil
}

func (t *tail) take(row model.Commit) {
	news, err := model.ParseNews(row.News)
	if err != nil {
		t.log.Error("a row of the commit log is damaged", zap.Int64("id", row.ID), zap.Error(err))
		return
	}
	if row.Node == t.store.node {
		news.Changed = nil // its own pages were told at once
	}
	t.handle(news)
}

func (t *tail) purge(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, txTimeout)
	defer cancel()
	return t.store.PurgeCommits(ctx, model.MillisOf(time.Now().Add(-keptFor)))
}
