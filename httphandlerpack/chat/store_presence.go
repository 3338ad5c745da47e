package chat

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ginchat/model"
)

// friendPair is one user's friend, mutual and unblocked.
type friendPair struct{ User, Friend int64 }

// FriendPairs returns the friends of some users.
func (s *Store) FriendPairs(ctx context.Context, users []int64) (pairs []friendPair, err error) {
	err = s.db.WithContext(ctx).Raw("SELECT mine.owner_id AS user,mine.peer_id AS friend FROM contacts mine"+
		" JOIN contacts theirs ON theirs.owner_id=mine.peer_id AND theirs.peer_id=mine.owner_id"+
		" WHERE mine.owner_id IN ? AND mine.state=? AND theirs.state=?", users, model.Friend, model.Friend).Scan(&pairs).Error
	if err != nil {
		return nil, fmt.Errorf("read friends of %d users: %w", len(users), err)
	}
	return pairs, nil
}

// Seen records when users were last seen.
func (s *Store) Seen(ctx context.Context, changes map[int64]change) error {
	args := make([]any, 0, 2*len(changes))
	for _, user := range slices.Sorted(maps.Keys(changes)) { // in one order, so that nodes cannot deadlock
		args = append(args, user, int64(changes[user].at))
	}
	query := "INSERT INTO last_seen (user_id,at) VALUES " + strings.Repeat("(?,?),", len(changes)-1) + "(?,?)"
	if s.sqlite {
		query += " ON CONFLICT(user_id) DO UPDATE SET at=MAX(at,excluded.at)"
	} else {
		query += " ON DUPLICATE KEY UPDATE at=GREATEST(at,VALUES(at))"
	}
	if err := s.db.WithContext(ctx).Exec(query, args...).Error; err != nil {
		return fmt.Errorf("record when %d users were seen: %w", len(changes), err)
	}
	return nil
}

// LastSeen returns when those of the users were last seen that ever were.
func (s *Store) LastSeen(ctx context.Context, users []int64) (map[int64]model.Millis, error) {
	var rows []struct {
		UserID int64
		At     model.Millis
	}
	err := s.db.WithContext(ctx).Raw("SELECT user_id,at FROM last_seen WHERE user_id IN ?", users).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read when %d users were seen: %w", len(users), err)
	}
	seen := make(map[int64]model.Millis, len(rows))
	for _, row := range rows {
		seen[row.UserID] = row.At
	}
	return seen, nil
}
