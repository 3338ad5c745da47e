package args

import "ginchat/model"

// AddFriend is the body of POST /contact/addfriend: a user id or an account name.
type AddFriend struct {
	DstID string `form:"dstid"`
}

// Destination is the body of requests about one user or one community.
type Destination struct {
	DstID int64 `form:"dstid"`
}

// AnswerFriend is the body of POST /contact/answerfriend.
type AnswerFriend struct {
	DstID  int64 `form:"dstid"`
	Accept int   `form:"accept"`
}

// Remark is the body of POST /contact/remark.
type Remark struct {
	DstID int64  `form:"dstid"`
	Memo  string `form:"memo"`
}

// Search is the body of POST /contact/search.
type Search struct {
	Kword string `form:"kword"`
}

// CreateCommunity is the body of POST /contact/createcommunity.
type CreateCommunity struct {
	Name          string `form:"name"`
	Icon          string `form:"icon"`
	Cate          int    `form:"cate"`
	Memo          string `form:"memo"`
	JoinPolicy    string `form:"join_policy"`
	HistoryPolicy string `form:"history_policy"`
}

// Draft returns the community the client wishes for.
func (r *CreateCommunity) Draft() model.Community {
	return model.Community{Name: r.Name, Icon: r.Icon, Cate: r.Cate, Memo: r.Memo,
		JoinPolicy: model.JoinPolicy(r.JoinPolicy), HistoryPolicy: model.HistoryPolicy(r.HistoryPolicy)}
}

// UpdateCommunity is the body of POST /contact/updatecommunity; what is left out stays.
type UpdateCommunity struct {
	DstID         int64   `form:"dstid"`
	Name          *string `form:"name"`
	Icon          *string `form:"icon"`
	Cate          *int    `form:"cate"`
	Memo          *string `form:"memo"`
	JoinPolicy    *string `form:"join_policy"`
	HistoryPolicy *string `form:"history_policy"`
}

// Update returns the new values.
func (r *UpdateCommunity) Update() model.CommunityUpdate {
	return model.CommunityUpdate{Name: r.Name, Icon: r.Icon, Cate: r.Cate, Memo: r.Memo,
		JoinPolicy: (*model.JoinPolicy)(r.JoinPolicy), HistoryPolicy: (*model.HistoryPolicy)(r.HistoryPolicy)}
}

// OnMember is the body of requests about one member of a community.
type OnMember struct {
	DstID    int64  `form:"dstid"`
	MemberID int64  `form:"memberid"`
	Role     string `form:"role"`  // of POST /contact/setrole
	Until    int64  `form:"until"` // of POST /contact/mutemember: Unix ms, 0 = not muted
}

// Friend is a contact that is a user.
type Friend struct {
	Profile
	State  string `json:"state"` // friend, requested or blocked
	Remark string `json:"remark"`
	Online int    `json:"online"` // 1, 0, or -1 for unknown
	SeenAt string `json:"seenat"` // when last seen, "" for unknown
}

// Community is a community as the asking user sees it.
type Community struct {
	ID            int64  `json:"id"`
	Name          string `json:"name"`
	OwnerID       int64  `json:"ownerid"`
	Icon          string `json:"icon"`
	Cate          int    `json:"cate"`
	Memo          string `json:"memo"`
	JoinPolicy    string `json:"join_policy"`
	HistoryPolicy string `json:"history_policy"`
	MemberLimit   int    `json:"member_limit"`
	CreateAt      string `json:"createat"`
	Members       int    `json:"members"`
	// Role is owner, admin or member; "requested" for who waits to be accepted, ""
	// for everybody else.
	Role string `json:"role"`
}

// NewCommunity returns c as somebody sees it who has that role there.
func NewCommunity(c model.Community, role model.Role, members int) Community {
	return Community{ID: c.ID, Name: c.Name, OwnerID: c.OwnerID, Icon: c.Icon, Cate: c.Cate, Memo: c.Memo,
		JoinPolicy: string(c.JoinPolicy), HistoryPolicy: string(c.HistoryPolicy), MemberLimit: c.MemberLimit,
		CreateAt: Time(c.CreatedAt), Members: members, Role: string(role)}
}

// Member is a row of POST /contact/members.
type Member struct {
	Profile
	Role   string `json:"role"` // owner, admin, member, or requested
	Online int    `json:"online"`
	SeenAt string `json:"seenat"`
	// Until is when the member may post again, "" for who may.
	Until  string `json:"until"`
	Remark string `json:"remark"`
}

// Found is the answer of POST /contact/search.
type Found struct {
	Users       []Profile   `json:"users"`
	Communities []Community `json:"communities"`
}
