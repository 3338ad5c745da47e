package chat

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"ginchat/model"

	"gorm.io/gorm"
)

// announce writes to the commit log what the transaction does. A single node has
// nobody to tell.
func (s *Store) announce(tx *gorm.DB, now model.Millis, news model.News) error {
	if s.node == "" {
		return nil
	}
	if err := tx.Create(model.NewCommit(s.node, now, news)).Error; err != nil {
		return fmt.Errorf("write to the commit log: %w", err)
	}
	return nil
}

// refuseEnded refuses the sends that came over a session whose login has ended, on
// another node: word of that may still be on its way here.
func (s *Store) refuseEnded(tx *gorm.DB, batch []*send, now model.Millis) error {
	if s.node == "" {
		return nil
	}
	asked := map[int64]bool{}
	for _, one := range batch {
		if one.origin != nil {
			asked[one.origin.LoginID] = true
		}
	}
	if len(asked) == 0 {
		return nil
	}
	good, err := s.goodLogins(tx, slices.Collect(maps.Keys(asked)), now)
	if err != nil {
		return err
	}
	for _, one := range batch {
		if one.origin != nil && !good[one.origin.LoginID] {
			one.err = ErrEnded
		}
	}
	return nil
}

// goodLogins returns which of the logins prove something at that time.
func (s *Store) goodLogins(tx *gorm.DB, ids []int64, now model.Millis) (map[int64]bool, error) {
	var rows []int64
	err := tx.Raw("SELECT l.id FROM logins l JOIN users u ON u.id=l.user_id WHERE l.id IN ? AND l.expires_at>? AND u.disabled_at=0",
		ids, now).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read logins: %w", err)
	}
	good := make(map[int64]bool, len(rows))
	for _, id := range rows {
		good[id] = true
	}
	return good, nil
}

// rangesOf returns the new entries by conversation.
func rangesOf(fresh []*send) []model.Range {
	index := make(map[int64]int, len(fresh))
	var ranges []model.Range
	for _, one := range fresh {
		at, known := index[one.conversation]
		if !known {
			at = len(ranges)
			index[one.conversation] = at
			ranges = append(ranges, model.Range{Conversation: one.conversation, Parties: one.parties, First: one.msg.Seq})
		}
		ranges[at].Last = one.msg.Seq // a conversation's seqs come in order
		if one.msg.Op == model.OpJoin {
			ranges[at].Joined = one.msg.Target
		}
	}
	return ranges
}

// Announce writes news that belongs to no other transaction.
func (s *Store) Announce(ctx context.Context, now model.Millis, news model.News) error {
	return s.announce(s.db.WithContext(ctx), now, news)
}

// LastCommit returns the highest id of the commit log, 0 for none.
func (s *Store) LastCommit(ctx context.Context) (int64, error) {
	var id int64
	if err := s.db.WithContext(ctx).Raw("SELECT COALESCE(MAX(id),0) FROM commit_log").Scan(&id).Error; err != nil {
		return 0, fmt.Errorf("read the end of the commit log: %w", err)
	}
	return id, nil
}

// CommitsAfter returns rows of the commit log with a larger id, in their order.
func (s *Store) CommitsAfter(ctx context.Context, id int64, limit int) (rows []model.Commit, err error) {
	err = s.db.WithContext(ctx).Raw("SELECT id,node,news FROM commit_log WHERE id>? ORDER BY id LIMIT ?", id, limit).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the commit log: %w", err)
	}
	return rows, nil
}

// Commits returns those of the rows that are there.
func (s *Store) Commits(ctx context.Context, ids []int64) (rows []model.Commit, err error) {
	err = s.db.WithContext(ctx).Raw("SELECT id,node,news FROM commit_log WHERE id IN ? ORDER BY id", ids).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read late rows of the commit log: %w", err)
	}
	return rows, nil
}

// PurgeCommits deletes rows written before a time. It finds their end by a plain
// read first: a DELETE by time would lock the rows that are being written.
func (s *Store) PurgeCommits(ctx context.Context, before model.Millis) error {
	const atOnce = 5000
	db := s.db.WithContext(ctx)
	var ids []int64
	err := db.Raw("SELECT id FROM commit_log WHERE at<? ORDER BY id LIMIT ?", before, atOnce).Scan(&ids).Error
	if err != nil {
		return fmt.Errorf("find old rows of the commit log: %w", err)
	}
	if len(ids) == 0 {
		return nil
	}
	if err := db.Exec("DELETE FROM commit_log WHERE id<=? AND at<?", ids[len(ids)-1], before).Error; err != nil {
		return fmt.Errorf("purge the commit log: %w", err)
	}
	return nil
}
