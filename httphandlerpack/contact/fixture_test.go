package contact

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ginchat/model"
	"ginchat/test/services"
)

// house is a set of address books on a fresh database, with stand-ins for the
// other domains.
type house struct {
	*Contacts
	t *testing.T

	mu      sync.Mutex
	told    []string       // "user about kind:id", as ContactChanged was called
	changes []model.Change // as the log was asked
	refuse  error          // what the log answers
}

// onEach runs test on every database engine.
func onEach(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	for engine, db := range services.Databases(t) {
		t.Run(engine, func(t *testing.T) {
			h := &house{t: t}
			now := time.UnixMilli(1_700_000_000_000)
			h.Contacts = New(NewStore(db), h, h, h, Config{CommunityMembers: 9, Now: func() time.Time { return now }})
			test(t, h)
		})
	}
}

// user adds a user whose account name is name.
func (h *house) user(name string) model.User {
	h.t.Helper()
	user := model.User{Mobile: name, MobileKey: name, Passwd: "secret hash", Nickname: name, NameKey: model.SearchKey(name), Sex: "U", CreatedAt: 1}
	if err := h.store.db.Create(&user).Error; err != nil {
		h.t.Fatal(err)
	}
	return user
}

func (h *house) users(names ...string) []int64 {
	ids := make([]int64, len(names))
	for i, name := range names {
		ids[i] = h.user(name).ID
	}
	return ids
}

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	if err := h.store.db.Exec(query, args...).Error; err != nil {
		h.t.Fatal(err)
	}
}

// approving makes a user want to be asked.
func (h *house) approving(id int64) {
	h.exec(`UPDATE users SET settings = '{"approve":true}' WHERE id = ?`, id)
}

// community adds one whose members have these roles.
func (h *house) community(name string, policy model.JoinPolicy, roles map[int64]model.Role) int64 {
	h.t.Helper()
	community := model.Community{Name: name, NameKey: model.SearchKey(name), JoinPolicy: policy, HistoryPolicy: model.HistoryAll, MemberLimit: 9, CreatedAt: 1}
	for id, role := range roles {
		if role == model.RoleOwner {
			community.OwnerID = id
		}
	}
	if err := h.store.db.Create(&community).Error; err != nil {
		h.t.Fatal(err)
	}
	conversation := model.Conversation{Name: model.CommunityName(community.ID), LastHash: make([]byte, 32)}
	if err := h.store.db.Create(&conversation).Error; err != nil {
		h.t.Fatal(err)
	}
	for id, role := range roles {
		h.member(community.ID, id, role)
	}
	return community.ID
}

func (h *house) member(community, id int64, role model.Role) {
	h.t.Helper()
	h.exec("INSERT INTO members (conversation_id, user_id, role) SELECT id, ?, ? FROM conversations WHERE name = ?", id, string(role), model.CommunityName(community))
}

// state returns what two users say of each other, such as "friend/blocked".
func (h *house) state(a, b int64) string {
	h.t.Helper()
	rows, err := h.store.contacts(h.t.Context(), "(owner_id = ? AND peer_id = ?) OR (owner_id = ? AND peer_id = ?)", a, b, b, a)
	if err != nil {
		h.t.Fatal(err)
	}
	said := map[int64]model.ContactState{}
	for _, row := range rows {
		said[row.OwnerID] = row.State
	}
	return fmt.Sprintf("%s/%s", said[a], said[b])
}

func (h *house) wantState(what string, a, b int64, want string) {
	h.t.Helper()
	if got := h.state(a, b); got != want {
		h.t.Errorf("%s: they are %q, want %q", what, got, want)
	}
}

// wantTold fails unless exactly these were told since the last call.
func (h *house) wantTold(what string, want ...string) {
	h.t.Helper()
	h.mu.Lock()
	got := slices.Sorted(slices.Values(h.told))
	h.told = nil
	h.mu.Unlock()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		h.t.Errorf("%s: told %q, want %q", what, got, want)
	}
}

func about(user int64, kind model.Kind, id int64) string {
	return fmt.Sprintf("%d about %d:%d", user, kind, id)
}

// wantChange fails unless the log was asked for exactly this since the last call.
func (h *house) wantChange(what string, want ...model.Change) {
	h.t.Helper()
	h.mu.Lock()
	got := h.changes
	h.changes = nil
	h.mu.Unlock()
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		h.t.Errorf("%s: the log was asked for %+v, want %+v", what, got, want)
	}
}

func (h *house) ByID(ctx context.Context, id int64) (model.User, error) {
	return h.find(ctx, "id = ?", id)
}

func (h *house) ByAccount(ctx context.Context, mobile string) (model.User, error) {
	return h.find(ctx, "mobile_key = ?", mobile)
}

func (h *house) find(ctx context.Context, where string, arg any) (model.User, error) {
	var users []model.User
	if err := h.store.db.WithContext(ctx).Where(where, arg).Find(&users).Error; err != nil {
		return model.User{}, err
	}
	if len(users) == 0 {
		return model.User{}, model.Errorf(model.NotFound, "there is no such user")
	}
	return users[0], nil
}

func (h *house) Profiles(ctx context.Context, ids []int64) (map[int64]model.User, error) {
	profiles := map[int64]model.User{}
	for _, id := range ids {
		if user, err := h.ByID(ctx, id); err == nil {
			profiles[id] = user
		}
	}
	return profiles, nil
}

// Change stands for the log: it only writes who is a member.
func (h *house) Change(_ context.Context, c model.Change) (model.Message, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changes = append(h.changes, c)
	if h.refuse != nil {
		return model.Message{}, h.refuse
	}
	if c.Op == model.OpJoin {
		h.member(c.Community, c.Member, model.RoleMember)
	}
	return model.Message{}, nil
}

func (h *house) CreateCommunity(_ context.Context, c model.Community) (model.Community, error) {
	c.ID = 77
	return c, h.refuse
}

func (h *house) Presences(_ context.Context, users []int64) []model.Presence {
	presences := make([]model.Presence, len(users))
	for i, user := range users {
		presences[i].Online = int(user % 2)
	}
	return presences
}

func (h *house) ContactChanged(userID int64, a model.Address) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told = append(h.told, about(userID, a.Kind, a.DstID))
}

// wantCode fails unless err has that code; "" is success.
func wantCode(t *testing.T, what string, err error, code model.Code) {
	t.Helper()
	if got := model.CodeOf(err); got != code {
		t.Errorf("%s: code %q, want %q (error: %v)", what, got, code, err)
	}
}
