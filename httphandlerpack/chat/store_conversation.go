package chat

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"ginchat/model"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// entryRange is the entries after < seq ≤ through of a conversation.
type entryRange struct{ conversation, after, through int64 }

// place is one of a user's conversations with their place in it.
type place struct {
	model.Conversation
	JoinedSeq     int64
	ReadSeq       int64
	Muted         bool
	HistoryPolicy model.HistoryPolicy
	Title, Icon   string // of a community
}

// hidden is the last seq that the member may not see, 0 for none.
func (p *place) hidden() int64 {
	if p.HistoryPolicy == model.HistorySinceJoin && p.JoinedSeq > 0 {
		return p.JoinedSeq - 1
	}
	return 0
}

func (p *place) view(parties model.Parties) view {
	return view{conversation: p.ID, parties: parties, lastSeq: p.LastSeq, hidden: p.hidden(), readSeq: p.ReadSeq}
}

// Places returns the user's conversations, newest first; with name only that one.
func (s *Store) Places(ctx context.Context, user int64, name string) ([]place, error) {
	query := "SELECT c.id,c.name,c.last_seq,c.last_at,m.joined_seq,m.read_seq,m.muted,COALESCE(g.history_policy,'') AS history_policy," +
		"COALESCE(g.name,'') AS title,COALESCE(g.icon,'') AS icon" +
		" FROM members m JOIN conversations c ON c.id=m.conversation_id" +
		" LEFT JOIN communities g ON g.id=CASE WHEN c.name LIKE 'g:%' THEN CAST(SUBSTR(c.name,3) AS SIGNED) END" +
		" WHERE m.user_id=?"
	args := []any{user}
	if name != "" {
		query += " AND c.name=?"
		args = append(args, name)
	}
	var rows []place
	if err := s.db.WithContext(ctx).Raw(query+" ORDER BY c.last_at DESC,c.id DESC", args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read conversations of user %d: %w", user, err)
	}
	return rows, nil
}

// ConversationID returns the id of the conversation with that name, 0 for none.
func (s *Store) ConversationID(ctx context.Context, name string) (int64, error) {
	var id int64
	if err := s.db.WithContext(ctx).Raw("SELECT id FROM conversations WHERE name=?", name).Scan(&id).Error; err != nil {
		return 0, fmt.Errorf("find conversation %s: %w", name, err)
	}
	return id, nil
}

// CreatePrivate makes the private conversation and both members' rows; of two
// calls at once, and after a call that died half-way, it is one conversation.
func (s *Store) CreatePrivate(ctx context.Context, name string, p model.Parties) (id int64, err error) {
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		c := model.Conversation{Name: name, LastHash: make([]byte, 32)}
		ignore := clause.OnConflict{DoNothing: true}
		if err := tx.Clauses(ignore).Create(&c).Error; err != nil {
			return fmt.Errorf("create conversation %s: %w", name, err)
		}
		if err := tx.Raw("SELECT id FROM conversations WHERE name=?"+s.forUpdate(), name).Scan(&id).Error; err != nil {
			return fmt.Errorf("find conversation %s: %w", name, err)
		}
		members := []model.Member{{ConversationID: id, UserID: p.Low, Role: model.RoleMember}}
		if p.High != p.Low {
			members = append(members, model.Member{ConversationID: id, UserID: p.High, Role: model.RoleMember})
		}
		if err := tx.Clauses(ignore).Create(&members).Error; err != nil {
			return fmt.Errorf("create members of %s: %w", name, err)
		}
		return nil
	})
	return id, err
}

// ContactStates returns what a is to b and b to a; "" where there is no row.
func (s *Store) ContactStates(ctx context.Context, a, b int64) (mine, theirs model.ContactState, err error) {
	var rows []model.Contact
	err = s.db.WithContext(ctx).Raw("SELECT owner_id,peer_id,state FROM contacts WHERE (owner_id=? AND peer_id=?) OR (owner_id=? AND peer_id=?)",
		a, b, b, a).Scan(&rows).Error
	if err != nil {
		return "", "", fmt.Errorf("read contacts of %d and %d: %w", a, b, err)
	}
	for _, row := range rows {
		if row.OwnerID == a {
			mine = row.State
		} else {
			theirs = row.State
		}
	}
	return mine, theirs, nil
}

// UserExists reports whether there is an account with that id.
func (s *Store) UserExists(ctx context.Context, id int64) (bool, error) {
	return s.exists(ctx, "SELECT COUNT(*) FROM users WHERE id=?", id)
}

// CommunityExists reports whether there is a community with that id.
func (s *Store) CommunityExists(ctx context.Context, id int64) (bool, error) {
	return s.exists(ctx, "SELECT COUNT(*) FROM communities WHERE id=?", id)
}

func (s *Store) exists(ctx context.Context, query string, id int64) (bool, error) {
	var n int64
	if err := s.db.WithContext(ctx).Raw(query, id).Scan(&n).Error; err != nil {
		return false, fmt.Errorf("look up %d: %w", id, err)
	}
	return n > 0, nil
}

// Follows returns the conversations of the user and how far each goes.
func (s *Store) Follows(ctx context.Context, user int64) ([]followed, error) {
	var rows []model.Conversation
	err := s.db.WithContext(ctx).Raw("SELECT c.id,c.name,c.last_seq FROM members m JOIN conversations c ON c.id=m.conversation_id WHERE m.user_id=?", user).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read what user %d follows: %w", user, err)
	}
	all := make([]followed, len(rows))
	for i, row := range rows {
		p, err := model.ParseName(row.Name)
		if err != nil {
			return nil, err
		}
		all[i] = followed{row.ID, p, row.LastSeq}
	}
	return all, nil
}

// SetRead moves the member's read mark forward, never past the last entry, and
// returns where it is now; moved is false when it was there before.
func (s *Store) SetRead(ctx context.Context, conversation, user, seq int64) (moved bool, err error) {
	result := s.db.WithContext(ctx).Exec("UPDATE members SET read_seq=? WHERE conversation_id=? AND user_id=? AND read_seq<?"+
		" AND EXISTS (SELECT 1 FROM conversations WHERE id=? AND last_seq>=?)", seq, conversation, user, seq, conversation, seq)
	if result.Error != nil {
		return false, fmt.Errorf("move read mark: %w", result.Error)
	}
	return result.RowsAffected > 0, nil
}

// SetMuted records whether the member wants notifications.
func (s *Store) SetMuted(ctx context.Context, conversation, user int64, muted bool) error {
	err := s.db.WithContext(ctx).Exec("UPDATE members SET muted=? WHERE conversation_id=? AND user_id=?", muted, conversation, user).Error
	if err != nil {
		return fmt.Errorf("mute conversation: %w", err)
	}
	return nil
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.db.WithContext(ctx).Exec("SELECT 1").Error
}

// meta is a fact about the whole database.
type meta struct {
	Name  string `gorm:"primaryKey"`
	Value string
}

// TableName keeps gorm from making a plural.
func (meta) TableName() string { return "meta" }

// Epoch returns the log's epoch, made up when the database has none yet.
func (s *Store) Epoch(ctx context.Context) (string, error) {
	db := s.db.WithContext(ctx)
	row := meta{Name: "epoch", Value: rand.Text()}
	if err := db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return "", fmt.Errorf("write epoch: %w", err)
	}
	var epoch string
	if err := db.Raw("SELECT value FROM meta WHERE name='epoch'").Scan(&epoch).Error; err != nil {
		return "", fmt.Errorf("read epoch: %w", err)
	}
	return epoch, nil
}

// retryable reports whether the transaction lost a race and was rolled back. A
// commit that failed is not: it may have happened.
func retryable(err error) bool {
	if errors.Is(err, errUnknown) {
		return false
	}
	var my *mysql.MySQLError
	if errors.As(err, &my) {
		return my.Number == 1213 || my.Number == 1205 // deadlock, lock wait time-out
	}
	return sqliteCode(err) == sqliteBusy
}

// duplicateKey reports whether a row had the unique key of another.
func duplicateKey(err error) bool {
	var my *mysql.MySQLError
	if errors.As(err, &my) {
		return my.Number == 1062
	}
	return sqliteCode(err) == sqliteConstraint
}

// refusedBySQL reports whether the database took in a statement and found fault
// with it, so that the rest of a batch may fare better.
func refusedBySQL(err error) bool {
	var my *mysql.MySQLError
	if errors.As(err, &my) {
		return my.Number >= 1264 && my.Number <= 1452 || my.Number == 1062 || my.Number == 1048
	}
	return sqliteCode(err) == sqliteConstraint
}

// Primary result codes of SQLite, see https://sqlite.org/rescode.html.
const (
	sqliteBusy       = 5
	sqliteConstraint = 19
)

// sqliteCode returns the primary result code of an error of SQLite, else 0.
func sqliteCode(err error) int {
	var coded interface{ Code() int }
	if errors.As(err, &coded) {
		return coded.Code() & 0xff
	}
	return 0
}
