package chat

import (
	"context"
	"fmt"

	"ginchat/model"
)

// maxUnread bounds how far past a read mark unread messages are counted.
const maxUnread = 1000

// LastEntries returns the newest entry of each place, by conversation.
func (s *Store) LastEntries(ctx context.Context, places []place) (map[int64]*model.Message, error) {
	last := make(map[int64]*model.Message, len(places))
	for begin := 0; begin < len(places); begin += maxBatch {
		chunk := places[begin:min(begin+maxBatch, len(places))]
		args := make([]any, 0, 2*len(chunk))
		for i := range chunk {
			args = append(args, chunk[i].ID, chunk[i].LastSeq)
		}
		var rows []model.Message
		err := s.db.WithContext(ctx).Raw("SELECT "+messageColumns+" FROM messages"+s.by("PRIMARY")+" WHERE "+
			s.tuples("conversation_id,seq", len(chunk)), args...).Scan(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read last entries: %w", err)
		}
		for i := range rows {
			last[rows[i].ConversationID] = &rows[i]
		}
	}
	return last, nil
}

// fromUnread are the unread entries of a user: maxUnread, the user and the user again.
const fromUnread = " FROM members m JOIN messages e ON e.conversation_id=m.conversation_id AND e.seq>m.read_seq AND e.seq<=m.read_seq+?" +
	" WHERE m.user_id=? AND e.op='' AND e.sender_id<>?"

// Unread counts the messages of others after the user's read marks, by
// conversation; where there are none the conversation is left out.
func (s *Store) Unread(ctx context.Context, user int64) (map[int64]int64, error) {
	var rows []struct{ ConversationID, Unread int64 }
	err := s.db.WithContext(ctx).Raw("SELECT m.conversation_id,COUNT(*) AS unread"+fromUnread+" GROUP BY m.conversation_id",
		maxUnread, user, user).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count unread of user %d: %w", user, err)
	}
	unread := make(map[int64]int64, len(rows))
	for _, row := range rows {
		unread[row.ConversationID] = row.Unread
	}
	return unread, nil
}

// UnreadCount is the sum of Unread over the conversations that are not muted.
func (s *Store) UnreadCount(ctx context.Context, user int64) (count int64, err error) {
	err = s.db.WithContext(ctx).Raw("SELECT COUNT(*)"+fromUnread+" AND m.muted=?", maxUnread, user, user, false).Scan(&count).Error
	if err != nil {
		return 0, fmt.Errorf("count all unread of user %d: %w", user, err)
	}
	return count, nil
}

// Remarks returns what the user calls others, by user id.
func (s *Store) Remarks(ctx context.Context, user int64) (map[int64]string, error) {
	var rows []model.Contact
	err := s.db.WithContext(ctx).Raw("SELECT peer_id,memo FROM contacts WHERE owner_id=? AND memo<>''", user).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read remarks of user %d: %w", user, err)
	}
	remarks := make(map[int64]string, len(rows))
	for _, row := range rows {
		remarks[row.PeerID] = row.Memo
	}
	return remarks, nil
}
