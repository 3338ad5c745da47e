package chat

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ginchat/model"
)

func TestMuteByForm(t *testing.T) {
	s := newSite(t)
	if strings.Contains(s.get(1, withBo, http.StatusOK), "pane__mute") {
		t.Error("what nobody has begun can be muted")
	}
	s.post(2, withAnn, "m", "hi", http.StatusSeeOther)
	for _, step := range []struct{ send, offers, listed string }{
		{"1", `name="muted" value="0"`, `data-muted="1"`},
		{"0", `name="muted" value="1"`, `data-muted=""`},
	} {
		w := s.submit(1, withBo, url.Values{"action": {"mute"}, "muted": {step.send}}, http.StatusSeeOther)
		if got := w.Header().Get("Location"); got != pagePath+withBo {
			t.Errorf("sent to %s after the form", got)
		}
		body := s.get(1, withBo, http.StatusOK)
		if !strings.Contains(body, step.offers) || !strings.Contains(body, step.listed) {
			t.Errorf("after muted=%s no %s or %s in:\n%s", step.send, step.offers, step.listed, body)
		}
	}
	s.submit(3, withBo, url.Values{"action": {"mute"}, "muted": {"1"}}, http.StatusForbidden)
}

func TestBadgeOfTheChats(t *testing.T) {
	s := newSite(t)
	s.post(1, withBo, "m", "hi", http.StatusSeeOther)
	badge := `data-badge="unread" data-count="`
	if body := s.get(2, "", http.StatusOK); !strings.Contains(body, badge+`1"`) || !strings.Contains(body, `data-badge="friends" data-count="4"`) {
		t.Errorf("badges of %s", body)
	}
	if body := s.get(2, withAnn, http.StatusOK); !strings.Contains(body, badge+`0" hidden`) {
		t.Error("what is read still counts")
	}
}

func TestRemarksAreTheNamesOnThePage(t *testing.T) {
	s := newSite(t)
	s.post(2, withAnn, "m", "hi", http.StatusSeeOther)
	if err := s.db.Model(&model.Contact{}).Where("owner_id = 1").Update("memo", "Zed").Error; err != nil {
		t.Fatal(err)
	}
	body := s.get(1, withBo, http.StatusOK)
	for _, want := range []string{
		`<bdi class="conversation__title">Zed</bdi>`, `<h1 class="pane__title"><bdi>Zed</bdi></h1>`, `<bdi class="message__author">Zed</bdi>`, `aria-hidden="true">Z</span>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(body, ">Bo<") {
		t.Error("the nickname is shown")
	}
	if body := s.get(2, withAnn, http.StatusOK); strings.Contains(body, "Zed") {
		t.Error("somebody else sees the remark")
	}
}

func TestPicturesStandForInitials(t *testing.T) {
	s := newSite(t)
	s.post(2, withAnn, "m", "hi", http.StatusSeeOther)
	s.pictures[2] = "/mnt/bo.png"
	if got := strings.Count(s.get(1, withBo, http.StatusOK), `<img src="/mnt/bo.png" alt=""`); got != 3 {
		t.Errorf("the picture is in %d of 3 places: list, header, message", got)
	}
}
