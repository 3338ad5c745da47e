package chat

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"ginchat/model"
)

var presenceMark = regexp.MustCompile(`<span class="presence presence--(dot|words)" data-userid="(\d+)" data-presence="([-\d]*)" data-seen="(\d*)"><span class="presence__words[^>]*>([^<]*)<`)

// marks returns what the list and the head say of a user's presence.
func marks(t *testing.T, body, user string) (dot, words []string) {
	t.Helper()
	for _, found := range presenceMark.FindAllStringSubmatch(body, -1) {
		if found[2] != user {
			continue
		}
		if found[1] == "dot" {
			dot = found[3:]
		} else {
			words = found[3:]
		}
	}
	return dot, words
}

func TestPresenceOfFriendsOnThePage(t *testing.T) {
	s := newSite(t)
	s.post(2, withAnn, "m", "hi", http.StatusSeeOther)
	now := time.Now()
	for _, tt := range []struct {
		name     string
		presence model.Presence
		online   string
		words    string
	}{
		{"online", model.Presence{Online: 1}, "1", "online"},
		{"gone", model.Presence{Seen: model.MillisOf(now.AddDate(0, 0, -1))}, "0", "last seen yesterday"},
		{"never seen", model.Presence{}, "0", "offline"},
		{"unknown", model.UnknownPresence, "-1", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.presences[2] = tt.presence
			dot, words := marks(t, s.get(1, withBo, http.StatusOK), "2")
			if dot == nil || dot[0] != tt.online || dot[2] != tt.words {
				t.Errorf("the list says %q", dot)
			}
			if words == nil || words[0] != tt.online || words[2] != tt.words {
				t.Errorf("the head says %q", words)
			}
		})
	}
}

// Before anybody has said anything only the head tells.
func TestPresenceOfAFriendNotWrittenWith(t *testing.T) {
	s := newSite(t)
	s.presences[2] = model.Presence{Online: 1}
	if dot, words := marks(t, s.get(1, withBo, http.StatusOK), "2"); dot != nil || words == nil || words[2] != "online" {
		t.Errorf("the list says %q, the head %q", dot, words)
	}
}

func TestPresenceIsNotToldOfStrangersAndOneself(t *testing.T) {
	s := newSite(t)
	s.post(1, withBo, "m", "hi", http.StatusSeeOther)
	s.post(1, withAnn, "n", "a note", http.StatusSeeOther)
	s.presences[1] = model.Presence{Online: 1}
	body := s.get(1, withAnn, http.StatusOK)
	if dot, words := marks(t, body, "1"); dot != nil || words != nil {
		t.Errorf("of oneself: %q, %q", dot, words)
	}
	if !strings.Contains(body, "Notes to yourself") {
		t.Error("notes are not called so")
	}
	if dot, words := marks(t, s.get(1, withBo, http.StatusOK), "2"); dot == nil || dot[0]+dot[2] != "" || words == nil || words[0]+words[2] != "" {
		t.Errorf("of who tells nothing: %q, %q", dot, words)
	}
}
