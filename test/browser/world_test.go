package browser

import (
	"fmt"
	"testing"

	"ginchat/args"
	"ginchat/model"
	"ginchat/test/harness"
)

// world is a server with people, communities and talk, as pictures and checks of
// the pages need it.
type world struct {
	server *harness.Server
	self   *harness.Client // whose pages are shown
	lonely *harness.Client // who knows nobody
	friend *harness.Client
	club   model.Address // of self
	other  model.Address // of somebody else, with self as a member
}

// cast is what a world says in one language.
type cast struct {
	language string
	self     string
	friends  []string // the first is written with most
	asking   string
	memo     string // of the first friend
	club     string
	clubMemo string
	other    string
	talk     []string // with the first friend, by turns; the friend begins
	clubTalk []string // in the community, by turns of friends and self
}

func makeWorld(t testing.TB, c cast) *world {
	t.Helper()
	w := &world{server: harness.Start(t)}
	w.self, w.lonely = w.person(c.self, 0), w.person("Newcomer", 50)
	var friends []*harness.Client
	for i, name := range c.friends {
		friend := w.person(name, i+1)
		harness.Befriend(w.self, friend)
		friends = append(friends, friend)
	}
	w.friend = friends[0]
	w.friend.MustPost(nil, "/user/update", "memo", c.memo)
	w.self.MustPost(nil, "/user/update", "settings", `{"approve":true,"lang":"`+c.language+`"}`)
	w.person(c.asking, 40).MustPost(nil, "/contact/addfriend", "dstid", w.self.User.ID)

	w.club = w.community(c.club, c.clubMemo, w.self, friends...)
	w.other = w.community(c.other, "", friends[1], w.self, friends[2])
	w.self.MustPost(nil, "/contact/setrole", "dstid", w.club.DstID, "memberid", friends[1].User.ID, "role", "admin")
	w.friend.Dial() // is online
	friends[3].Dial()
	for i, friend := range friends[2:] {
		w.say(friend, w.self.Private(), c.talk[i])
	}
	w.say(friends[1], w.other, c.clubTalk[0])
	for i, words := range c.clubTalk {
		w.say(append(friends[:3:3], w.self)[i%4], w.club, words)
	}
	for i, words := range c.talk {
		if i%2 == 0 {
			w.say(w.friend, w.self.Private(), words)
		} else {
			w.say(w.self, w.friend.Private(), words)
		}
	}
	return w
}

// person registers and signs in.
func (w *world) person(name string, number int) *harness.Client {
	c := w.server.NewClient()
	mobile := fmt.Sprintf("138%08d", 20+number)
	c.Register(mobile, harness.Passwd, name)
	c.Login(mobile, harness.Passwd)
	return c
}

func (w *world) community(name, memo string, owner *harness.Client, others ...*harness.Client) model.Address {
	var made args.Community
	owner.MustPost(&made, "/contact/createcommunity", "name", name, "memo", memo, "join_policy", string(model.JoinOpen))
	for _, other := range others {
		other.MustPost(nil, "/contact/joincommunity", "dstid", made.ID)
	}
	return model.Address{Kind: model.KindCommunity, DstID: made.ID}
}

func (w *world) say(who *harness.Client, to model.Address, words string) {
	who.MustPost(nil, "/chat/send", "cmd", int(to.Kind), "dstid", to.DstID, "content", words)
}

// view is a page as its picture and its check name it.
type view struct {
	name string
	path string
	who  *harness.Client // nil for a stranger
}

// views are all pages, in each state that looks different.
func (w *world) views() []view {
	card := fmt.Sprintf("/contact/index.shtml?id=%d", w.friend.User.ID)
	community := func(of model.Address) string { return fmt.Sprintf("/contact/community.shtml?dstid=%d", of.DstID) }
	return []view{
		{"sign-in", "/user/login.shtml", nil},
		{"sign-up", "/user/register.shtml", nil},
		{"chats", "/chat/index.shtml", w.self},
		{"chats-empty", "/chat/index.shtml", w.lonely},
		{"chat", pageOf(w.friend.Private()), w.self},
		{"chat-community", pageOf(w.club), w.self},
		{"contacts", "/contact/index.shtml", w.self},
		{"contacts-empty", "/contact/index.shtml", w.lonely},
		{"contact", card, w.self},
		{"contact-search", "/contact/index.shtml?add=1&kword=N", w.self},
		{"communities", "/contact/community.shtml", w.self},
		{"communities-empty", "/contact/community.shtml", w.lonely},
		{"community-owner", community(w.club), w.self},
		{"community-member", community(w.other), w.self},
		{"settings", "/user/settings.shtml", w.self},
		{"not-found", "/nothing-here", w.self},
	}
}

// show opens the view in a tab of its own visitor and waits until it is still.
func (v view) show(p *tab) {
	p.t.Helper()
	if v.who == nil {
		p.hasCookie("")
	} else {
		p.hasCookie(v.who.Token)
	}
	p.goTo(v.path)
	p.until("loaded", `document.readyState === "complete"`)
	p.until("fonts", `document.fonts.ready.then(() => true)`)
}

var english = cast{
	language: "en",
	self:     "Ann Miller",
	friends:  []string{"Ben Okafor", "Carla Rossi", "Dmitri Ivanov", "Emma Lindqvist", "Farid Haddad", "Grace Kim"},
	asking:   "Noor Patel",
	memo:     "Maps, mountains and too much coffee",
	club:     "Sunday hikers",
	clubMemo: "Every Sunday at nine, whatever the weather.",
	other:    "House on Elm Street",
	talk: []string{
		"Morning! Did you get home all right yesterday?", "Yes, the last train was even on time 🚆",
		"A miracle 😄", "I have been looking at the map for Sunday. What about the ridge above the lake?",
		"https://example.org/maps/ridge-walk says four hours, with the ferry back at five.", "Four hours is fine. I'll bring tea and the good biscuits.",
		"Then I'll bring the weather.", "Deal. Nine at the station?",
		"Nine it is. I'll tell the others tonight, and ask whether Dmitri can lend us his poles: the last kilometre is steep and it may still be wet from the rain on Friday.", "👍", "See you!",
	},
	clubTalk: []string{
		"The forecast for Sunday looks good ☀️", "How long is the walk this time?", "Four hours, with one steep bit at the end.", "I can lend two pairs of poles.",
		"Great, I'll take one!", "Is the ferry running already?", "From this weekend on, the last one at five.", "Nine at the station, then. Who needs a lift?",
	},
}
