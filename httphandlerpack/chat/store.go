package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ginchat/model"

	"gorm.io/gorm"
)

// Store keeps conversations, their members and their logs. Every write to a
// log happens under the lock of its conversation's row, and nothing else
// orders entries.
type Store struct {
	db *gorm.DB
	// sqlite changes three things: its transactions take the one write lock at
	// BEGIN, so no row is locked; lists of tuples and upserts are spelt otherwise.
	sqlite bool
	// node is the boot id that the commit log knows this node by, "" for a single
	// node, which keeps no commit log.
	node string
}

// NewStore returns a Store on a migrated database. node is the boot id of this
// node where there are several, else "".
func NewStore(db *gorm.DB, node string) *Store {
	return &Store{db: db, sqlite: db.Name() == "sqlite", node: node}
}

// errUnknown means that a commit failed on the way: it may have happened.
var errUnknown = errors.New("the commit's outcome is unknown")

const messageColumns = "conversation_id,seq,sender_id,msg_id,op,target,media,content,url,pic,memo,amount,reply_to,crc,payload_hash,hash,sent_at,recalled_at"

// maxTries is how often a transaction that lost a deadlock is run.
const maxTries = 5

// inTx runs f in one transaction, and again when that lost a deadlock. It
// returns errUnknown, wrapped, when the commit itself failed.
func (s *Store) inTx(ctx context.Context, f func(tx *gorm.DB) error) (err error) {
	for range maxTries {
		if err = s.once(ctx, f); err == nil || !retryable(err) {
			return err
		}
	}
	return err
}

func (s *Store) once(ctx context.Context, f func(tx *gorm.DB) error) error {
	tx := s.db.WithContext(ctx).Begin()
	if tx.Error != nil {
		return fmt.Errorf("begin: %w", tx.Error)
	}
	done := false
	defer func() {
		if !done {
			tx.Rollback() // also when f panics; its own error would only hide the first
		}
	}()
	if err := f(tx); err != nil {
		return err
	}
	done = true
	if err := tx.Commit().Error; err != nil {
		return fmt.Errorf("%w: %w", errUnknown, err)
	}
	return nil
}

// forUpdate is appended to a SELECT that locks what it reads until the commit.
func (s *Store) forUpdate() string {
	if s.sqlite {
		return ""
	}
	return " FOR UPDATE"
}

// by is appended to a table's name to have the rows of a list of tuples looked
// up by that index. MySQL otherwise reads a table whole when the list names
// much of it, and compares each row with each tuple.
func (s *Store) by(index string) string {
	if s.sqlite {
		return ""
	}
	return " FORCE INDEX (" + index + ")"
}

// tuples returns "(a,b) IN (…)" for n tuples of the columns named.
func (s *Store) tuples(columns string, n int) string {
	one := "(" + strings.Repeat("?,", strings.Count(columns, ",")) + "?)"
	list := strings.Repeat(one+",", n-1) + one
	if s.sqlite {
		return "(" + columns + ") IN (VALUES " + list + ")"
	}
	return "(" + columns + ") IN (" + list + ")"
}

// Append stores a batch of sends in one transaction with the same number of
// statements whatever their number. Sends of one conversation get their seq in
// the batch's order. It sets each send's outcome; the error is about the batch.
//
// Hardly any msgid comes twice, so Append does not ask whether these do: the
// unique key tells, and only then the batch is run again and they are looked up.
func (s *Store) Append(ctx context.Context, batch []*send, now model.Millis) error {
	err := s.append(ctx, batch, now, false)
	if duplicateKey(err) {
		err = s.append(ctx, batch, now, true)
	}
	return err
}

func (s *Store) append(ctx context.Context, batch []*send, now model.Millis, lookup bool) error {
	return s.inTx(ctx, func(tx *gorm.DB) error {
		heads, err := s.lock(tx, batch)
		if err != nil {
			return err
		}
		if err := s.authorize(tx, batch, now); err != nil {
			return err
		}
		if err := s.refuseEnded(tx, batch, now); err != nil {
			return err
		}
		doubtful := batch
		if !lookup { // who may not send any more is still told what was stored before
			doubtful = slices.DeleteFunc(slices.Clone(batch), func(one *send) bool { return one.err == nil })
		}
		stored, err := s.stored(tx, doubtful)
		if err != nil {
			return err
		}
		dedupe(batch, stored)
		fresh := assign(batch, heads, now)
		if len(fresh) == 0 {
			return nil
		}
		if err := s.insert(tx, fresh); err != nil {
			return err
		}
		if err := s.advance(tx, heads); err != nil {
			return err
		}
		return s.announce(tx, now, model.News{Ranges: rangesOf(fresh)})
	})
}

// lock locks the batch's conversations in id order, so that two batches cannot
// wait for each other, and returns them by id.
func (s *Store) lock(tx *gorm.DB, batch []*send) (map[int64]*model.Conversation, error) {
	heads := make(map[int64]*model.Conversation, len(batch))
	ids := make([]int64, 0, len(batch))
	for _, one := range batch {
		one.reset() // this may be another try
		if heads[one.conversation] == nil {
			heads[one.conversation] = &model.Conversation{}
			ids = append(ids, one.conversation)
		}
	}
	var rows []*model.Conversation
	err := tx.Raw("SELECT id,name,last_seq,last_hash,last_at FROM conversations WHERE id IN ? ORDER BY id"+s.forUpdate(), ids).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("lock conversations: %w", err)
	}
	if len(rows) != len(ids) {
		return nil, fmt.Errorf("%d of %d conversations are gone", len(ids)-len(rows), len(ids))
	}
	for _, row := range rows {
		heads[row.ID] = row
	}
	for _, one := range batch {
		one.lockedSeq = heads[one.conversation].LastSeq
	}
	return heads, nil
}

// authorize refuses the sends whose sender may not post, as of this transaction.
func (s *Store) authorize(tx *gorm.DB, batch []*send, now model.Millis) error {
	type pair struct{ a, b int64 }
	var members, contacts []any
	seen := make(map[pair]bool, len(batch)) // many sends of a batch come from the same people
	for _, one := range batch {
		p := one.parties
		key := pair{one.conversation, one.msg.SenderID}
		if p.Community == 0 {
			key = pair{p.Low, -p.High} // the sign keeps people and communities apart
		}
		switch {
		case seen[key], p.Community == 0 && p.Low == p.High: // notes to oneself need no friend
		case p.Community != 0:
			members = append(members, one.conversation, one.msg.SenderID)
		default:
			contacts = append(contacts, p.Low, p.High, p.High, p.Low)
		}
		seen[key] = true
	}
	silenced := map[pair]model.Millis{}
	if len(members) > 0 {
		var rows []model.Member
		err := tx.Raw("SELECT conversation_id,user_id,silenced_until FROM members"+s.by("PRIMARY")+" WHERE "+
			s.tuples("conversation_id,user_id", len(members)/2), members...).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("read members: %w", err)
		}
		for _, row := range rows {
			silenced[pair{row.ConversationID, row.UserID}] = row.SilencedUntil
		}
	}
	states := map[pair]model.ContactState{}
	if len(contacts) > 0 {
		var rows []model.Contact
		err := tx.Raw("SELECT owner_id,peer_id,state FROM contacts"+s.by("PRIMARY")+" WHERE "+
			s.tuples("owner_id,peer_id", len(contacts)/2), contacts...).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("read contacts: %w", err)
		}
		for _, row := range rows {
			states[pair{row.OwnerID, row.PeerID}] = row.State
		}
	}
	for _, one := range batch {
		p, sender := one.parties, one.msg.SenderID
		if p.Community == 0 {
			other := p.Other(sender)
			one.err = mayWrite(sender == other, states[pair{sender, other}], states[pair{other, sender}])
			continue
		}
		until, member := silenced[pair{one.conversation, sender}]
		one.err = mayPost(member, until, now)
	}
	return nil
}

// stored returns the messages that already have one of the sends' msgids.
func (s *Store) stored(tx *gorm.DB, batch []*send) (map[msgKey]*model.Message, error) {
	if len(batch) == 0 {
		return nil, nil
	}
	args := make([]any, 0, 3*len(batch))
	for _, one := range batch {
		args = append(args, one.conversation, one.msg.SenderID, one.msg.MsgID)
	}
	var rows []model.Message
	err := tx.Raw("SELECT conversation_id,sender_id,msg_id,seq,payload_hash,sent_at FROM messages"+s.by("messages_msgid")+" WHERE "+
		s.tuples("conversation_id,sender_id,msg_id", len(batch)), args...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read msgids: %w", err)
	}
	stored := make(map[msgKey]*model.Message, len(rows))
	for i := range rows {
		stored[keyOf(&rows[i])] = &rows[i]
	}
	return stored, nil
}

// dedupe answers the sends whose msgid is already stored, or is in the batch
// before them, with what is stored.
func dedupe(batch []*send, stored map[msgKey]*model.Message) {
	first := make(map[msgKey]*send, len(batch))
	for _, one := range batch {
		key := keyOf(&one.msg)
		if old := stored[key]; old != nil {
			one.repeats(old)
		} else if before := first[key]; before != nil {
			one.twin = before
		} else {
			first[key] = one
		}
	}
}

// sqliteRows is how many entries one INSERT takes on SQLite, whose driver looks
// through all of a statement's values for each of them. A statement more costs
// no round trip there.
const sqliteRows = 32

// insert writes the entries, in one statement where that is a round trip.
func (s *Store) insert(tx *gorm.DB, fresh []*send) error {
	if !s.sqlite {
		return insertRows(tx, fresh)
	}
	for rows := range slices.Chunk(fresh, sqliteRows) {
		if err := insertRows(tx, rows); err != nil {
			return err
		}
	}
	return nil
}

func insertRows(tx *gorm.DB, fresh []*send) error {
	columns := "conversation_id,seq,sender_id,msg_id,media,content,crc,payload_hash,hash,sent_at"
	plain := !slices.ContainsFunc(fresh, func(one *send) bool { return !one.plain() })
	if !plain {
		columns += ",op,target,url,pic,memo,amount,reply_to"
	}
	row := "(" + strings.Repeat("?,", strings.Count(columns, ",")) + "?)"
	args := make([]any, 0, strings.Count(row, "?")*len(fresh))
	for _, one := range fresh {
		m := &one.msg
		args = append(args, m.ConversationID, m.Seq, m.SenderID, m.MsgID, int(m.Media), m.Content, m.CRC, m.PayloadHash, m.Hash, int64(m.SentAt))
		if !plain {
			args = append(args, string(m.Op), m.Target, m.URL, m.Pic, m.Memo, m.Amount, m.ReplyTo)
		}
	}
	query := "INSERT INTO messages (" + columns + ") VALUES " + strings.Repeat(row+",", len(fresh)-1) + row
	// Past gorm: it would look at each of the many values once more.
	if _, err := tx.Statement.ConnPool.ExecContext(tx.Statement.Context, query, args...); err != nil {
		return fmt.Errorf("insert messages: %w", err)
	}
	return nil
}

// advance writes the new heads of the conversations in one statement.
func (s *Store) advance(tx *gorm.DB, heads map[int64]*model.Conversation) error {
	const row = "(?,?,?,?,?)"
	args := make([]any, 0, 5*len(heads))
	for _, c := range heads {
		args = append(args, c.ID, c.Name, c.LastSeq, c.LastHash, int64(c.LastAt))
	}
	query := "INSERT INTO conversations (id,name,last_seq,last_hash,last_at) VALUES " + strings.Repeat(row+",", len(heads)-1) + row
	if s.sqlite {
		query += " ON CONFLICT(id) DO UPDATE SET last_seq=excluded.last_seq,last_hash=excluded.last_hash,last_at=excluded.last_at"
	} else {
		query += " ON DUPLICATE KEY UPDATE last_seq=VALUES(last_seq),last_hash=VALUES(last_hash),last_at=VALUES(last_at)"
	}
	if _, err := tx.Statement.ConnPool.ExecContext(tx.Statement.Context, query, args...); err != nil {
		return fmt.Errorf("advance conversations: %w", err)
	}
	return nil
}

// Lookup settles those sends of a batch, whose commit is unknown, that turn out
// to be stored.
func (s *Store) Lookup(ctx context.Context, batch []*send) error {
	for _, one := range batch {
		one.reset()
	}
	stored, err := s.stored(s.db.WithContext(ctx), batch)
	if err == nil {
		dedupe(batch, stored)
	}
	return err
}

// Entries returns the entries of a conversation with after < seq, or the last
// ones with seq < before when before is not 0; in seq order, at most limit.
func (s *Store) Entries(ctx context.Context, conversation, before, after int64, limit int) ([]model.Message, error) {
	var rows []model.Message
	query := "SELECT " + messageColumns + " FROM messages WHERE conversation_id=? AND seq>? ORDER BY seq LIMIT ?"
	args := []any{conversation, after, limit}
	if before != 0 {
		query = "SELECT " + messageColumns + " FROM messages WHERE conversation_id=? AND seq>? AND seq<? ORDER BY seq DESC LIMIT ?"
		args = []any{conversation, after, before, limit}
	}
	if err := s.db.WithContext(ctx).Raw(query, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read entries of conversation %d: %w", conversation, err)
	}
	if before != 0 {
		slices.Reverse(rows) // a sort by the database would take a temporary table
	}
	return rows, nil
}

// Ranges returns the entries of several conversations, each from after+1 to
// through, ordered by conversation and seq.
func (s *Store) Ranges(ctx context.Context, ranges []entryRange) ([]model.Message, error) {
	if len(ranges) == 0 {
		return nil, nil
	}
	var query strings.Builder
	var args []any
	query.WriteString("SELECT " + messageColumns + " FROM messages WHERE ")
	for i, r := range ranges {
		if i > 0 {
			query.WriteString(" OR ")
		}
		query.WriteString("(conversation_id=? AND seq>? AND seq<=?)")
		args = append(args, r.conversation, r.after, r.through)
	}
	query.WriteString(" ORDER BY conversation_id, seq")
	var rows []model.Message
	if err := s.db.WithContext(ctx).Raw(query.String(), args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read entries of %d conversations: %w", len(ranges), err)
	}
	return rows, nil
}

// Settle waits until no transaction holds the conversation, so that a commit
// whose answer was lost is either visible to the next read or undone.
func (s *Store) Settle(ctx context.Context, conversation int64) error {
	return s.inTx(ctx, func(tx *gorm.DB) error {
		var id int64
		return tx.Raw("SELECT id FROM conversations WHERE id=?"+s.forUpdate(), conversation).Scan(&id).Error
	})
}
