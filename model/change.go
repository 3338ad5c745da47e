package model

// Op names something done to a conversation rather than said in it.
type Op string

const (
	OpJoin     Op = "join"     // Target joined, by themselves or invited by the sender
	OpLeave    Op = "leave"    // Target left
	OpKick     Op = "kick"     // Target was removed by the sender
	OpRename   Op = "rename"   // Content is the new name
	OpUpdate   Op = "update"   // icon, memo, category or policies changed
	OpRole     Op = "role"     // Target has the role Content now
	OpSilence  Op = "mute"     // Target may not post until Amount (Unix ms, 0 = may)
	OpDissolve Op = "dissolve" // the community is no more
)

// OnMember reports whether Target is a user rather than a message.
func (o Op) OnMember() bool {
	switch o {
	case OpJoin, OpLeave, OpKick, OpRole, OpSilence:
		return true
	}
	return false
}

// Change is a wish to change a community. The log applies it under the same
// lock as sends, checks there whether Actor may, and records it as an entry.
type Change struct {
	Op        Op
	Community int64
	Actor     int64
	// Member is whom it is done to, where one person is meant.
	Member int64
	// MsgID makes a repeat the same change; "" makes each call its own.
	MsgID string
	// Role is for OpRole, Until for OpSilence, Update for OpRename and OpUpdate.
	Role   Role
	Until  Millis
	Update CommunityUpdate
}

// CommunityUpdate holds the new values of a community; nil leaves one as it is.
type CommunityUpdate struct {
	Name, Icon, Memo *string
	Cate             *int
	JoinPolicy       *JoinPolicy
	HistoryPolicy    *HistoryPolicy
}
