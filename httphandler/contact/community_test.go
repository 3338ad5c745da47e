package contact_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"ginchat/httphandler"
	"ginchat/httphandlerpack/user"
	"ginchat/model"
)

func userUpdate(settings *model.Settings) user.Update { return user.Update{Settings: settings} }

const communityKeys = "cate createat history_policy icon id join_policy member_limit members memo name ownerid role"

func TestCommunity(t *testing.T) {
	a := newAPI(t)
	u := a.people("anna", "bert")
	anna, bert := u[0], u[1]
	got := a.post(anna, "createcommunity", "name=Zoo 🦁&memo=hi&cate=2&icon=/mnt/a.png&id=99&ownerid=%d&createat=2001&member_limit=7&role=admin", anna)
	a.want("create", got, 200, "")
	id, _ := got.data("id").(float64)
	if keys(got.Data) != communityKeys || id == 99 || got.data("ownerid") != float64(anna) || got.data("name") != "Zoo 🦁" || got.data("role") != "owner" ||
		got.data("join_policy") != "open" || got.data("members") != 1.0 || got.data("member_limit") == 7.0 || strings.HasPrefix(fmt.Sprint(got.data("createat")), "2001") {
		t.Errorf("create answers %s", got.Body)
	}
	a.want("for another", a.post(anna, "createcommunity", "name=x&ownerid=%d", bert), 403, model.Forbidden)
	a.want("no name", a.post(anna, "createcommunity", ""), 400, model.Invalid)
	a.want("script", a.post(anna, "createcommunity", "name=x&icon=javascript:x"), 400, model.Invalid)
	joined := a.post(bert, "joincommunity", "dstid=%.0f", id)
	a.want("join", joined, 200, "")
	if joined.data("role") != "member" || joined.data("members") != 2.0 {
		t.Errorf("join answers %s", joined.Body)
	}
	rows := a.post(bert, "loadcommunity", "")
	if *rows.Total != 1 || keys(rows.Rows.([]any)[0]) != communityKeys || rows.Rows.([]any)[0].(map[string]any)["role"] != "member" {
		t.Errorf("communities %s", rows.Body)
	}
	updated := a.post(anna, "updatecommunity", "dstid=%.0f&name=Zoo 2&join_policy=approval", id)
	a.want("update", updated, 200, "")
	if updated.data("name") != "Zoo 2" || updated.data("memo") != "hi" || updated.data("join_policy") != "approval" {
		t.Errorf("update answers %s", updated.Body)
	}
	a.want("mute", a.post(anna, "mutemember", "dstid=%.0f&memberid=%d&until=4102444800000", id, bert), 200, "")
	members := a.post(bert, "members", "dstid=%.0f", id)
	text := members.Body.String()
	if *members.Total != 2 || keys(members.Rows.([]any)[0]) != "avatar createat id memo nickname online remark role seenat sex until" ||
		!strings.Contains(text, `"until":"2100-01-01T00:00:00.000Z"`) || strings.Contains(text, "-account") {
		t.Errorf("members %s", text)
	}
}

func TestALinkCannotJoinOrCreate(t *testing.T) {
	a := newAPI(t)
	u := a.people("anna", "bert")
	id, _ := a.post(u[0], "createcommunity", "name=Zoo").data("id").(float64)
	for verb, form := range map[string]string{"joincommunity": fmt.Sprintf("dstid=%.0f", id), "createcommunity": "name=evil"} {
		got := a.do(http.MethodGet, u[1], httphandler.Cookie, verb, form)
		a.want(verb+" by link", got, http.StatusMethodNotAllowed, model.Forbidden)
		if got.Header().Get("Allow") != "POST" {
			t.Errorf("%s by link: Allow %q", verb, got.Header().Get("Allow"))
		}
	}
	if got := a.post(u[1], "loadcommunity", ""); *got.Total != 0 {
		t.Errorf("a link made its reader a member: %s", got.Body)
	}
	for verb, form := range map[string]string{"joincommunity": fmt.Sprintf("dstid=%.0f", id), "createcommunity": "name=good"} {
		a.want(verb+" by token", a.do(http.MethodGet, u[1], httphandler.Token, verb, form), 200, "")
	}
}

// crowd is a community with somebody in every place a user can have.
type crowd struct {
	owner, admin, member, ex, stranger int64
	// targets
	admin2, member2, friend int64
}

func newCrowd(a *api) crowd {
	u := a.people("owner", "admin", "member", "exmember", "stranger", "admin2", "member2", "friend")
	for _, one := range u[:5] {
		a.befriend(one, u[7])
	}
	return crowd{owner: u[0], admin: u[1], member: u[2], ex: u[3], stranger: u[4], admin2: u[5], member2: u[6], friend: u[7]}
}

// found makes a new community of the crowd with a join policy.
func (w crowd) found(a *api, policy string) int64 {
	a.t.Helper()
	made := a.post(w.owner, "createcommunity", "name=c")
	a.want("create", made, 200, "")
	id, _ := made.data("id").(float64)
	for _, one := range []int64{w.admin, w.member, w.ex, w.admin2, w.member2} {
		a.want("join", a.post(one, "joincommunity", "dstid=%.0f", id), 200, "")
	}
	for _, one := range []int64{w.admin, w.admin2} {
		a.want("make admin", a.post(w.owner, "setrole", "dstid=%.0f&memberid=%d&role=admin", id, one), 200, "")
	}
	a.want("leave", a.post(w.ex, "leavecommunity", "dstid=%.0f", id), 200, "")
	a.want("policy", a.post(w.owner, "updatecommunity", "dstid=%.0f&join_policy=%s", id, policy), 200, "")
	return int64(id)
}

func TestWhoMayDoWhat(t *testing.T) {
	a := newAPI(t)
	w := newCrowd(a)
	tests := []struct {
		verb, policy, form string
		status             [5]int // for owner, admin, member, ex-member, stranger
	}{
		{"members", "open", "", [5]int{200, 200, 200, 403, 403}},
		{"updatecommunity", "open", "&name=new", [5]int{200, 200, 403, 403, 403}},
		{"updatecommunity", "open", "&memo=new", [5]int{200, 200, 403, 403, 403}},
		{"updatecommunity", "open", "", [5]int{200, 200, 403, 403, 403}},
		{"dissolvecommunity", "open", "", [5]int{200, 403, 403, 403, 403}},
		{"leavecommunity", "open", "", [5]int{403, 200, 200, 403, 403}},
		{"joincommunity", "open", "", [5]int{409, 409, 409, 200, 200}},
		{"joincommunity", "approval", "", [5]int{409, 409, 409, 200, 200}},
		{"joincommunity", "invite", "", [5]int{409, 409, 409, 403, 403}},
		{"invite", "open", fmt.Sprint("&memberid=", w.friend), [5]int{200, 200, 200, 403, 403}},
		{"invite", "approval", fmt.Sprint("&memberid=", w.friend), [5]int{200, 200, 403, 403, 403}},
		{"invite", "invite", fmt.Sprint("&memberid=", w.friend), [5]int{200, 200, 403, 403, 403}},
		{"invite", "open", fmt.Sprint("&memberid=", w.ex), [5]int{403, 403, 403, 403, 403}},
		{"kickmember", "open", fmt.Sprint("&memberid=", w.member2), [5]int{200, 200, 403, 403, 403}},
		{"kickmember", "open", fmt.Sprint("&memberid=", w.admin2), [5]int{200, 403, 403, 403, 403}},
		{"kickmember", "open", fmt.Sprint("&memberid=", w.owner), [5]int{403, 403, 403, 403, 403}},
		{"kickmember", "open", fmt.Sprint("&memberid=", w.stranger), [5]int{404, 404, 403, 403, 403}},
		{"setrole", "open", fmt.Sprintf("&memberid=%d&role=admin", w.member2), [5]int{200, 403, 403, 403, 403}},
		{"setrole", "open", fmt.Sprintf("&memberid=%d&role=owner", w.member2), [5]int{200, 403, 403, 403, 403}},
		{"setrole", "open", fmt.Sprintf("&memberid=%d&role=member", w.admin2), [5]int{200, 403, 403, 403, 403}},
		{"setrole", "open", fmt.Sprintf("&memberid=%d&role=king", w.member2), [5]int{400, 400, 400, 400, 400}},
		{"mutemember", "open", fmt.Sprintf("&memberid=%d&until=1", w.member2), [5]int{200, 200, 403, 403, 403}},
		{"mutemember", "open", fmt.Sprintf("&memberid=%d&until=1", w.admin2), [5]int{200, 403, 403, 403, 403}},
	}
	codes := map[int]model.Code{200: "", 400: model.Invalid, 403: model.Forbidden, 404: model.NotFound, 409: model.Conflict}
	for _, tt := range tests {
		id := int64(0)
		for i, who := range []int64{w.owner, w.admin, w.member, w.ex, w.stranger} {
			if id == 0 || tt.status[i-1] == 200 { // who was let has changed it
				id = w.found(a, tt.policy)
			}
			what := fmt.Sprintf("%s%s where %s, by %s", tt.verb, tt.form, tt.policy, [5]string{"owner", "admin", "member", "ex-member", "stranger"}[i])
			a.want(what, a.post(who, tt.verb, "%s", fmt.Sprintf("dstid=%d", id)+tt.form), tt.status[i], codes[tt.status[i]])
			if tt.form != "" && tt.status[0] != 400 {
				a.want(what+", of no community", a.post(who, tt.verb, "%s", "dstid=999999"+tt.form), 404, model.NotFound)
			}
		}
	}
}

func TestRequestsToJoin(t *testing.T) {
	a := newAPI(t)
	w := newCrowd(a)
	id := w.found(a, "approval")
	ask := func() {
		t.Helper()
		got := a.post(w.stranger, "joincommunity", "dstid=%d", id)
		a.want("ask", got, 200, "")
		if got.data("role") != "requested" {
			t.Errorf("ask answers %s", got.Body)
		}
	}
	ask()
	a.want("ask again", a.post(w.stranger, "joincommunity", "dstid=%d", id), 409, model.Conflict)
	a.want("read before", a.post(w.stranger, "members", "dstid=%d", id), 403, model.Forbidden)
	if got := a.post(w.admin, "members", "dstid=%d", id); !strings.Contains(got.Body.String(), `"role":"requested"`) {
		t.Errorf("the admin sees %s", got.Body)
	}
	if got := a.post(w.member, "members", "dstid=%d", id); strings.Contains(got.Body.String(), "requested") {
		t.Errorf("a member sees %s", got.Body)
	}
	for _, who := range []int64{w.member, w.ex} {
		a.want("accept by who may not", a.post(who, "invite", "dstid=%d&memberid=%d", id, w.stranger), 403, model.Forbidden)
		a.want("decline by who may not", a.post(who, "kickmember", "dstid=%d&memberid=%d", id, w.stranger), 403, model.Forbidden)
	}
	a.want("decline", a.post(w.admin, "kickmember", "dstid=%d&memberid=%d", id, w.stranger), 200, "")
	a.want("accept what was declined", a.post(w.admin2, "invite", "dstid=%d&memberid=%d", id, w.stranger), 403, model.Forbidden)
	ask()
	a.want("accept", a.post(w.admin, "invite", "dstid=%d&memberid=%d", id, w.stranger), 200, "")
	a.want("read after", a.post(w.stranger, "members", "dstid=%d", id), 200, "")
}
