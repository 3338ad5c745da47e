package contact_test

import (
	"fmt"
	"strings"
	"testing"

	"ginchat/model"
)

const friendKeys = "avatar createat id memo nickname online remark seenat sex state"

func TestFriends(t *testing.T) {
	a := newAPI(t)
	u := a.people("anna", "bert", "carl")
	anna, bert, carl := u[0], u[1], u[2]
	if got := a.post(anna, "loadfriend", ""); !strings.Contains(got.Body.String(), `"rows":[],"total":0`) {
		t.Errorf("no friends: %s", got.Body)
	}
	added := a.post(anna, "addfriend", "dstid=bert-account")
	a.want("add", added, 200, "")
	if keys(added.Data) != friendKeys || added.data("state") != "friend" || added.data("id") != float64(bert) {
		t.Errorf("add answers %s", added.Body)
	}
	a.want("add again", a.post(anna, "addfriend", "dstid=%d", bert), 409, model.Conflict)
	a.want("add oneself", a.post(anna, "addfriend", "dstid=%d", anna), 400, model.Invalid)
	a.want("add nobody", a.post(anna, "addfriend", "dstid=999"), 404, model.NotFound)
	a.want("add nothing", a.post(anna, "addfriend", ""), 400, model.Invalid)
	a.want("remark", a.post(anna, "remark", "dstid=%d&memo=Bertie", bert), 200, "")
	for _, who := range []struct {
		id     int64
		other  int64
		remark string
	}{{anna, bert, "Bertie"}, {bert, anna, ""}} {
		got := a.post(who.id, "loadfriend", "")
		row := got.Rows.([]any)[0].(map[string]any)
		if *got.Total != 1 || keys(row) != friendKeys || row["id"] != float64(who.other) || row["remark"] != who.remark || row["online"] != 1.0 {
			t.Errorf("friends %s", got.Body)
		}
		if strings.Contains(got.Body.String(), "-account") {
			t.Errorf("an account name is shown: %s", got.Body)
		}
	}
	a.want("another's list", a.post(carl, "loadfriend", "userid=%d", anna), 403, model.Forbidden)
	a.want("another's list", a.post(carl, "loadcommunity", "ownerid=%d", anna), 403, model.Forbidden)
	a.want("for another", a.post(carl, "addfriend", "userid=%d&dstid=%d", anna, bert), 403, model.Forbidden)
	a.want("block", a.post(anna, "blockuser", "dstid=%d", bert), 200, "")
	if got := a.post(anna, "loadblocked", ""); *got.Total != 1 || got.Rows.([]any)[0].(map[string]any)["state"] != "blocked" {
		t.Errorf("blocked %s", got.Body)
	}
	a.want("unblock", a.post(anna, "unblockuser", "dstid=%d", bert), 200, "")
	a.want("remove", a.post(anna, "removefriend", "dstid=%d", bert), 200, "")
	a.want("remove again", a.post(anna, "removefriend", "dstid=%d", bert), 404, model.NotFound)
	if got := a.post(bert, "loadfriend", ""); *got.Total != 0 {
		t.Errorf("friends after the end: %s", got.Body)
	}
	for _, verb := range []string{"removefriend", "blockuser", "unblockuser", "leavecommunity", "joincommunity", "dissolvecommunity", "members", "invite", "kickmember"} {
		a.want(verb+" without dstid", a.post(anna, verb, ""), 400, model.Invalid)
		a.want(verb+" of text", a.post(anna, verb, "dstid=x"), 400, model.Invalid)
	}
}

func TestFriendRequests(t *testing.T) {
	a := newAPI(t)
	u := a.people("anna", "bert")
	anna, bert := u[0], u[1]
	settings := model.Settings{Approve: true}
	if _, err := a.users.Update(t.Context(), bert, userUpdate(&settings)); err != nil {
		t.Fatal(err)
	}
	if got := a.post(anna, "addfriend", "dstid=%d", bert); got.data("state") != "requested" || got.data("online") != -1.0 {
		t.Errorf("add answers %s", got.Body)
	}
	for list, who := range map[string]int64{"loadrequest": bert, "loadasked": anna} {
		got := a.post(who, list, "")
		if *got.Total != 1 || got.Rows.([]any)[0].(map[string]any)["id"] != float64(anna+bert-who) || strings.Contains(got.Body.String(), "-account") {
			t.Errorf("%s: %s", list, got.Body)
		}
	}
	a.want("neither yes nor no", a.post(bert, "answerfriend", "dstid=%d&accept=2", anna), 400, model.Invalid)
	a.want("one's own request", a.post(anna, "answerfriend", "dstid=%d&accept=1", bert), 404, model.NotFound)
	a.want("accept", a.post(bert, "answerfriend", "dstid=%d&accept=1", anna), 200, "")
	if got := a.post(anna, "loadfriend", ""); *got.Total != 1 {
		t.Errorf("friends %s", got.Body)
	}
}

func TestSearchShowsPublicThingsOnly(t *testing.T) {
	a := newAPI(t)
	u := a.people("anna", "bert")
	a.want("create", a.post(u[1], "createcommunity", "name=berts"), 200, "")
	got := a.post(u[0], "search", "kword=BERT")
	users, _ := got.data("users").([]any)
	communities, _ := got.data("communities").([]any)
	if len(users) != 1 || len(communities) != 1 || keys(users[0]) != "avatar createat id memo nickname sex" || strings.Contains(got.Body.String(), "-account") {
		t.Errorf("search answers %s", got.Body)
	}
	if got := a.post(u[0], "search", "kword=%%25"); fmt.Sprint(got.Data) != "map[communities:[] users:[]]" {
		t.Errorf("a wildcard finds %s", got.Body)
	}
	if got := a.post(u[0], "search", "kword=bert-account"); len(got.data("users").([]any)) != 1 {
		t.Errorf("an account name finds %s", got.Body)
	}
	a.want("nothing", a.post(u[0], "search", ""), 400, model.Invalid)
}
