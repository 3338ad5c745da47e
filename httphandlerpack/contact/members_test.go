package contact

import (
	"fmt"
	"testing"

	"ginchat/model"
)

func TestMembers(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		u := h.users("member", "exmember", "admin", "owner", "asker", "stranger")
		member, exMember, admin, owner, asker, stranger := u[0], u[1], u[2], u[3], u[4], u[5]
		id := h.community("c", model.JoinApproval, map[int64]model.Role{owner: model.RoleOwner, admin: model.RoleAdmin, member: model.RoleMember})
		for _, one := range []int64{asker, member} { // a member's request was not dropped yet
			if err := h.store.AddRequest(t.Context(), id, one, 1); err != nil {
				t.Fatal(err)
			}
		}
		h.exec("UPDATE members SET silenced_until = ? WHERE user_id = ?", h.now()+1000, member)
		h.exec("UPDATE members SET silenced_until = ? WHERE user_id = ?", h.now(), admin)
		if _, err := h.AddFriend(t.Context(), owner, "member"); err != nil {
			t.Fatal(err)
		}
		if err := h.Remark(t.Context(), owner, member, "Mem"); err != nil {
			t.Fatal(err)
		}
		show := func(user int64) string {
			members, err := h.Members(t.Context(), user, id)
			if err != nil {
				return string(model.CodeOf(err))
			}
			text := ""
			for _, m := range members {
				text += fmt.Sprintf("%s %s %d %d %q; ", m.User.Nickname, m.Role, m.Presence.Online, m.SilencedUntil, m.Remark)
			}
			return text
		}
		staff := func(remark string) string {
			return fmt.Sprintf(`owner owner %d 0 ""; admin admin %d 0 ""; member member %d %d %q; `, owner%2, admin%2, member%2, h.now()+1000, remark)
		}
		requested := `asker requested -1 0 ""; `
		for _, tt := range []struct {
			who  int64
			want string
		}{
			{owner, staff("Mem") + requested}, {admin, staff("") + requested}, {member, staff("")},
			{exMember, "forbidden"}, {asker, "forbidden"}, {stranger, "forbidden"},
		} {
			if got := show(tt.who); got != tt.want {
				t.Errorf("user %d sees\n%s\nwant\n%s", tt.who, got, tt.want)
			}
		}
		for who, want := range map[int64]bool{member: false, asker: true, stranger: false} {
			if c, err := h.Community(t.Context(), who, id); err != nil || c.Asked != want {
				t.Errorf("user %d has asked: %v, %v", who, c.Asked, err)
			}
		}
		_, err := h.Members(t.Context(), owner, 999)
		wantCode(t, "no community", err, model.NotFound)
	})
}
