package contact

import (
	"testing"

	"ginchat/model"
)

func TestAdded(t *testing.T) {
	const none model.ContactState = ""
	tests := []struct {
		mine, theirs model.ContactState
		open, asks   string // the outcome when the second wants no request, and when they do
	}{
		{none, none, "friend", "requested"},
		{none, model.Requested, "friend", "friend"},
		{none, model.Blocked, "forbidden", "forbidden"},
		{model.Requested, none, "friend", "conflict"},
		{model.Requested, model.Requested, "friend", "friend"},
		{model.Requested, model.Blocked, "forbidden", "forbidden"},
		{model.Friend, model.Friend, "conflict", "conflict"},
		{model.Friend, model.Blocked, "conflict", "conflict"},
		{model.Blocked, none, "conflict", "conflict"},
		{model.Blocked, model.Friend, "conflict", "conflict"},
		{model.Blocked, model.Requested, "conflict", "conflict"},
		{model.Blocked, model.Blocked, "conflict", "conflict"},
	}
	for _, tt := range tests {
		for approve, want := range map[bool]string{false: tt.open, true: tt.asks} {
			state, err := pair{model.Contact{State: tt.mine}, model.Contact{State: tt.theirs}}.added(approve)
			got := string(state)
			if err != nil {
				got = string(model.CodeOf(err))
			}
			if got != want {
				t.Errorf("%q/%q, approve %v: %s, want %s", tt.mine, tt.theirs, approve, got, want)
			}
		}
	}
}
