package model

// ContactState says what a peer is to the owner of a contact row.
type ContactState string

const (
	// Friend is mutual: the peer's row says Friend too, or Blocked.
	Friend ContactState = "friend"
	// Requested means the owner has asked and the peer has not answered.
	Requested ContactState = "requested"
	// Blocked means the owner wants nothing from the peer.
	Blocked ContactState = "blocked"
)

// Contact is one row of a user's address book.
type Contact struct {
	OwnerID   int64 `gorm:"primaryKey"`
	PeerID    int64 `gorm:"primaryKey"`
	State     ContactState
	Memo      string
	CreatedAt Millis `gorm:"autoCreateTime:false"`
}
