package model

// CommunityNameMax is how many characters a community's name may have.
const CommunityNameMax = 32

// Community is a named group of members. Its messages are in the conversation
// CommunityName(ID).
type Community struct {
	ID   int64
	Name string
	// NameKey is SearchKey(Name).
	NameKey       string
	OwnerID       int64
	Icon          string
	Cate          int
	Memo          string
	JoinPolicy    JoinPolicy
	HistoryPolicy HistoryPolicy
	MemberLimit   int
	CreatedAt     Millis `gorm:"autoCreateTime:false"`
}

// JoinPolicy says who becomes a member by asking.
type JoinPolicy string

const (
	JoinOpen     JoinPolicy = "open"     // whoever asks
	JoinApproval JoinPolicy = "approval" // whom the owner or an admin accepts
	JoinInvite   JoinPolicy = "invite"   // only who is invited
)

// HistoryPolicy says what a new member sees of the past.
type HistoryPolicy string

const (
	HistoryAll       HistoryPolicy = "all"
	HistorySinceJoin HistoryPolicy = "since_join"
)

// Role is what a member may do; see Role.Above.
type Role string

const (
	RoleOwner  Role = "owner"
	RoleAdmin  Role = "admin"
	RoleMember Role = "member"
)

// Above reports whether r may act on a member with role other: the owner on
// everybody else, an admin on plain members.
func (r Role) Above(other Role) bool { return r.rank() > other.rank() }

// Manages reports whether r may change the community itself.
func (r Role) Manages() bool { return r == RoleOwner || r == RoleAdmin }

func (r Role) rank() int {
	switch r {
	case RoleOwner:
		return 3
	case RoleAdmin:
		return 2
	case RoleMember:
		return 1
	}
	return 0
}

// Member is one user's place in a conversation, private or of a community.
type Member struct {
	ConversationID int64 `gorm:"primaryKey"`
	UserID         int64 `gorm:"primaryKey"`
	Role           Role
	// JoinedSeq is the seq of the entry that made the user a member, 0 for a
	// founder and in private conversations.
	JoinedSeq int64
	// ReceivedSeq and ReadSeq only grow and never pass the conversation's last seq.
	ReceivedSeq int64
	ReadSeq     int64
	// Muted silences notifications; the member's own choice.
	Muted bool
	// SilencedUntil forbids posting; an owner's or admin's choice.
	SilencedUntil Millis
}
