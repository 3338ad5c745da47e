package contact

import (
	"strings"
	"testing"

	"ginchat/model"
)

const public = model.KindCommunity

func TestCommunities(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert", "carl")
		anna, bert, carl := u[0], u[1], u[2]
		zoo := h.community("Zoo", model.JoinOpen, map[int64]model.Role{anna: model.RoleOwner, bert: model.RoleAdmin, carl: model.RoleMember})
		arts := h.community("ärts", model.JoinApproval, map[int64]model.Role{bert: model.RoleOwner, anna: model.RoleMember})
		h.community("other", model.JoinOpen, map[int64]model.Role{carl: model.RoleOwner})
		h.exec("INSERT INTO conversations (name, last_hash) VALUES (?, ?)", model.PrivateName(anna, bert), make([]byte, 32))
		h.exec("INSERT INTO members (conversation_id, user_id, role) SELECT id, ?, 'member' FROM conversations WHERE name = ?", anna, model.PrivateName(anna, bert))

		got, err := h.Communities(t.Context(), anna)
		if err != nil || len(got) != 2 {
			t.Fatalf("communities %+v, %v", got, err)
		}
		if c := got[0]; c.ID != arts || c.Role != model.RoleMember || c.Members != 2 || c.Name != "ärts" {
			t.Errorf("first %+v", c)
		}
		if c := got[1]; c.ID != zoo || c.Role != model.RoleOwner || c.Members != 3 {
			t.Errorf("second %+v", c)
		}
		if c, err := h.Community(t.Context(), carl, arts); err != nil || c.Role != "" || c.Members != 2 || c.Asked {
			t.Errorf("a stranger sees %+v, %v", c, err)
		}
		_, err = h.Community(t.Context(), anna, 999)
		wantCode(t, "no community", err, model.NotFound)
		if none, err := h.Communities(t.Context(), h.user("dora").ID); err != nil || none == nil || len(none) != 0 {
			t.Errorf("communities of a member of none: %#v, %v", none, err)
		}
	})
}

func TestCreateCommunity(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		got, err := h.Contacts.CreateCommunity(t.Context(), 3, model.Community{ID: 5, OwnerID: 9, Name: " Straße  🎉 ", Memo: "hi", Icon: "/mnt/a.png", Cate: 2, MemberLimit: 1 << 20, CreatedAt: 7})
		if err != nil {
			t.Fatal(err)
		}
		want := model.Community{ID: 77, Name: "Straße 🎉", NameKey: "strasse 🎉", OwnerID: 3, Icon: "/mnt/a.png", Cate: 2, Memo: "hi",
			JoinPolicy: model.JoinOpen, HistoryPolicy: model.HistoryAll, MemberLimit: 9, CreatedAt: h.now()}
		if got.Community != want || got.Role != model.RoleOwner || got.Members != 1 {
			t.Errorf("created %+v\nwant    %+v", got, want)
		}
		h.wantTold("created", about(3, public, 77))
		for what, bad := range map[string]model.Community{
			"no name": {}, "blank": {Name: " \u200b "}, "long name": {Name: strings.Repeat("x", 33)}, "bidi": {Name: "a\u202eb"},
			"icon": {Name: "x", Icon: "javascript:alert(1)"}, "memo": {Name: "x", Memo: strings.Repeat("x", 201)},
			"cate": {Name: "x", Cate: -1}, "big cate": {Name: "x", Cate: 1 << 40}, "join policy": {Name: "x", JoinPolicy: "closed"}, "history policy": {Name: "x", HistoryPolicy: "none"},
		} {
			_, err := h.Contacts.CreateCommunity(t.Context(), 3, bad)
			wantCode(t, what, err, model.Invalid)
		}
		h.refuse = model.Errorf(model.Conflict, "too many")
		_, err = h.Contacts.CreateCommunity(t.Context(), 3, model.Community{Name: "x"})
		wantCode(t, "too many", err, model.Conflict)
		h.wantTold("refused")
	})
}

func TestUpdateCommunity(t *testing.T) {
	text := func(s string) *string { return &s }
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert")
		id := h.community("zoo", model.JoinOpen, map[int64]model.Role{u[0]: model.RoleOwner, u[1]: model.RoleMember})
		invite, cate := model.JoinInvite, 3
		update := func(user int64, change model.CommunityUpdate) error {
			_, err := h.UpdateCommunity(t.Context(), user, id, change)
			return err
		}
		wantCode(t, "all", update(u[0], model.CommunityUpdate{Name: text(" zoo 2 "), Memo: text(""), Cate: &cate, JoinPolicy: &invite}), "")
		if len(h.changes) != 1 || h.changes[0].Op != model.OpRename || *h.changes[0].Update.Name != "zoo 2" || *h.changes[0].Update.Cate != 3 ||
			*h.changes[0].Update.JoinPolicy != invite || h.changes[0].Update.Memo != nil || h.changes[0].Actor != u[0] {
			t.Errorf("the log was asked for %+v", h.changes)
		}
		h.changes = nil
		wantCode(t, "nothing new", update(u[0], model.CommunityUpdate{Name: text("zoo"), Memo: text("")}), "")
		wantCode(t, "by a member", update(u[1], model.CommunityUpdate{Name: text("zoo")}), model.Forbidden)
		wantCode(t, "by a stranger", update(999, model.CommunityUpdate{Name: text("mine")}), model.Forbidden)
		wantCode(t, "bad icon", update(u[0], model.CommunityUpdate{Icon: text("http://x/y.png")}), model.Invalid)
		h.wantChange("refused or nothing new")
		_, err := h.UpdateCommunity(t.Context(), u[0], 999, model.CommunityUpdate{Name: text("x")})
		wantCode(t, "no community", err, model.NotFound)
	})
}

func TestDissolve(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("anna", "bert", "carl")
		id := h.community("zoo", model.JoinApproval, map[int64]model.Role{u[0]: model.RoleOwner, u[1]: model.RoleMember})
		if _, err := h.Join(t.Context(), u[2], id); err != nil {
			t.Fatal(err)
		}
		h.told = nil
		h.refuse = model.Errorf(model.Forbidden, "only the owner")
		wantCode(t, "refused", h.Dissolve(t.Context(), u[1], id), model.Forbidden)
		h.wantTold("refused")
		h.refuse, h.changes = nil, nil
		wantCode(t, "by the owner", h.Dissolve(t.Context(), u[0], id), "")
		h.wantChange("by the owner", model.Change{Op: model.OpDissolve, Community: id, Actor: u[0]})
		h.wantTold("by the owner", about(u[0], public, id), about(u[1], public, id))
		if asking, err := h.store.Asking(t.Context(), id); err != nil || len(asking) != 0 {
			t.Errorf("requests are left: %v, %v", asking, err)
		}
	})
}
