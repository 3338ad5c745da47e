package contact

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ginchat/model"
)

// A list has a dot for who is online; a card says more.
func TestPresenceOnThePages(t *testing.T) {
	s := newSite(t)
	ann, bo, cy := s.person("ann"), s.person("bo"), s.person("cy")
	s.send(ann, contactsPath, "action", "add", "dstid", bo)
	path := s.found(cy, model.JoinOpen, ann)
	card := fmt.Sprintf("%s?id=%d", contactsPath, bo)
	for _, tt := range []struct {
		presence model.Presence
		mark     string
		words    string
	}{
		{model.Presence{Online: 1}, `data-presence="1"`, "online"},
		{model.Presence{Seen: model.MillisOf(time.Now().AddDate(0, 0, -1))}, `data-presence="0"`, "last seen yesterday"},
		{model.Presence{}, `data-presence="0"`, "offline"},
		{model.UnknownPresence, `data-presence="-1"`, ""},
	} {
		*s.presence = tt.presence
		dot := fmt.Sprintf(`<span class="presence presence--dot" data-userid="%d" %s`, bo, tt.mark)
		s.holds(s.see(ann, contactsPath), dot, `visually-hidden">`+tt.words+`</span>`)
		s.holds(s.see(ann, path), fmt.Sprintf(`data-userid="%d" %s`, cy, tt.mark))
		words := `<span class="presence__words">` + tt.words + `</span>`
		if said := strings.Contains(s.see(ann, card), words); said != (tt.words != "") {
			t.Errorf("the card says %q: %t", tt.words, said)
		}
	}
	*s.presence = model.Presence{Online: 1}
	stranger := s.person("di")
	s.lacks(s.see(ann, fmt.Sprintf("%s?id=%d", contactsPath, stranger)), "presence--words")
}

// When somebody was seen is told in the reader's zone.
func TestLastSeenIsInTheReadersZone(t *testing.T) {
	s := newSite(t)
	ann, bo := s.person("ann"), s.person("bo")
	s.send(ann, contactsPath, "action", "add", "dstid", bo)
	*s.presence = model.Presence{Seen: model.MillisOf(time.Now().AddDate(-1, 0, 0))}
	for _, zone := range []string{"Pacific/Kiritimati", "Pacific/Pago_Pago"} { // never the same day
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		want := "last seen " + time.Now().AddDate(-1, 0, 0).In(location).Format("Jan 2, 2006")
		w := s.do(ann, "GET", fmt.Sprintf("%s?id=%d", contactsPath, bo), nil, "Cookie", "tz="+strings.ReplaceAll(zone, "/", "%2F"))
		s.holds(w.Body.String(), want)
	}
}
