package user

import (
	"regexp"
	"testing"

	"ginchat/model"
)

func TestRegister(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		const name = "Ｊosé 💩🧑‍🚀"
		user, err := h.Register(t.Context(), Registration{Mobile: " José@Example.org ", Passwd: passwd, Nickname: name})
		if err != nil {
			t.Fatal(err)
		}
		if user.ID == 0 || user.Passwd != "" || user.Mobile != "José@Example.org" || user.Nickname != name {
			t.Errorf("registered %+v", user)
		}
		stored, err := h.ByID(t.Context(), user.ID)
		if err != nil {
			t.Fatal(err)
		}
		if stored != user {
			t.Errorf("stored  %+v\nwant    %+v", stored, user)
		}
		for _, same := range []string{"jose@example.org", "JOSE@EXAMPLE.ORG", "Jose\u0301@example.org", "ｊｏｓｅ@example.org", "jose @example.org "} {
			_, err := h.Register(t.Context(), Registration{Mobile: same, Passwd: passwd})
			wantCode(t, same, err, model.Conflict)
			found, err := h.ByAccount(t.Context(), same)
			if err != nil || found.ID != user.ID {
				t.Errorf("%s finds %d, %v", same, found.ID, err)
			}
		}
		for _, bad := range []Registration{
			{Mobile: "ab", Passwd: passwd}, {Mobile: "anna", Passwd: "short"}, {Mobile: "anna", Passwd: "password1"},
			{Mobile: "anna", Passwd: passwd, Nickname: "a\u202eb"}, {Mobile: "anna", Passwd: passwd, Nickname: " "},
		} {
			_, err := h.Register(t.Context(), bad)
			wantCode(t, bad.Mobile, err, model.Invalid)
		}
		if n := h.count("users", "1 = 1"); n != 1 {
			t.Errorf("%d users, want 1", n)
		}
	})
}

func TestRegisterMakesANicknameUp(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		user, err := h.Register(t.Context(), Registration{Mobile: "13800000001", Passwd: passwd})
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^user\d{6}$`).MatchString(user.Nickname) || user.NameKey != user.Nickname {
			t.Errorf("nickname %q, key %q", user.Nickname, user.NameKey)
		}
	})
}

func TestOneAccountOfManyParallelRegistrations(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		got := atOnce(50, func(int) error {
			_, err := h.Register(t.Context(), Registration{Mobile: "13800000001", Passwd: passwd})
			return err
		})
		wantCodes(t, got, map[model.Code]int{"": 1, model.Conflict: 49})
		if n := h.count("users", "1 = 1"); n != 1 {
			t.Errorf("%d users, want 1", n)
		}
	})
}

func TestFindingUsers(t *testing.T) {
	onEach(t, Config{}, func(t *testing.T, h *house) {
		anna, bert := h.register("anna"), h.register("bert")
		_, err := h.ByID(t.Context(), 12345)
		wantCode(t, "unknown id", err, model.NotFound)
		_, err = h.ByAccount(t.Context(), "carl")
		wantCode(t, "unknown account", err, model.NotFound)
		_, err = h.ByAccount(t.Context(), "' OR 1=1 --")
		wantCode(t, "no account name", err, model.NotFound)
		profiles, err := h.Profiles(t.Context(), []int64{anna.ID, bert.ID, 12345})
		if err != nil || len(profiles) != 2 || profiles[bert.ID].Passwd != "" || profiles[bert.ID].Mobile != "bert" {
			t.Errorf("profiles %v, %v", profiles, err)
		}
		if none, err := h.Profiles(t.Context(), nil); err != nil || len(none) != 0 {
			t.Errorf("profiles of nobody: %v, %v", none, err)
		}
	})
}
