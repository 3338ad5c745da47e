package chat

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"ginchat/model"
)

func TestSync(t *testing.T) {
	eachDatabase(t, 3, func(t *testing.T, w *world) {
		for i := range 205 {
			w.say(1, private(2), fmt.Sprint(i), "x")
		}
		id := w.found(1, 2)
		since := model.HistorySinceJoin
		w.change(model.Change{Op: model.OpUpdate, Community: id, Actor: 1, Update: model.CommunityUpdate{HistoryPolicy: &since}})
		w.change(model.Change{Op: model.OpJoin, Community: id, Actor: 3, Member: 3})
		tests := []struct {
			name  string
			user  int64
			epoch string
			have  []Have
			want  []string // conversation:seq pushed
			more  int
			same  bool // the epoch asked for comes back
		}{
			{name: "nothing named", user: 2},
			{name: "up to date", user: 2, have: []Have{{private(1), 205}, {community(id), 3}}},
			{name: "two conversations", user: 2, have: []Have{{private(1), 203}, {community(id), 1}}, want: []string{"1:204", "1:205", "2:2", "2:3"}},
			{name: "too many", user: 2, have: []Have{{private(1), 4}}, more: 1},
			{name: "from 0", user: 2, have: []Have{{community(id), 0}}, want: []string{"2:1", "2:2", "2:3"}},
			{name: "not a member", user: 2, have: []Have{{community(99), 0}, {private(3), 0}}},
			{name: "since joining", user: 3, have: []Have{{community(id), 0}}, want: []string{"2:3"}},
			{name: "right epoch", user: 2, epoch: w.epoch, have: []Have{{private(1), 204}}, want: []string{"1:205"}, same: true},
			{name: "wrong epoch", user: 2, epoch: "other", have: []Have{{private(1), 204}}, more: 1},
			{name: "beyond the log", user: 2, epoch: w.epoch, have: []Have{{private(1), 900}, {community(id), 1}}, more: 1},
		}
		for _, tt := range tests {
			var pushed []string
			epoch, heads, err := w.Sync(context.Background(), tt.user, tt.epoch, tt.have, func(m *model.Message, _ model.Parties) error {
				pushed = append(pushed, fmt.Sprintf("%d:%d", m.ConversationID, m.Seq))
				return nil
			})
			must(t, err)
			if !slices.Equal(pushed, tt.want) {
				t.Errorf("%s: pushed %q, want %q", tt.name, pushed, tt.want)
			}
			more := 0
			for _, h := range heads {
				if h.More {
					more++
				}
			}
			if more != tt.more {
				t.Errorf("%s: %d heads with more, want %d (%+v)", tt.name, more, tt.more, heads)
			}
			if tt.epoch != "" && (epoch == tt.epoch) != tt.same {
				t.Errorf("%s: epoch %q for %q", tt.name, epoch, tt.epoch)
			}
		}
	})
}

// A client whose cursor was ahead drops what it has once, and is then in step,
// while others are not disturbed.
func TestEpochChangesForOneClient(t *testing.T) {
	c := &Chat{epoch: "E"}
	heads := []Head{{Address: private(1), Seq: 5}}
	ahead, fine := map[model.Address]int64{private(1): 9}, map[model.Address]int64{private(1): 5}
	first, same := c.compareEpochs("E", heads, ahead)
	if same || first == "E" {
		t.Fatalf("ahead: %q %v, want a changed epoch", first, same)
	}
	if again, same := c.compareEpochs(first, heads, fine); again != first || !same {
		t.Errorf("then: %q %v, want %q and in step", again, same, first)
	}
	second, same := c.compareEpochs(first, heads, ahead)
	if same || second == first {
		t.Errorf("ahead again: %q %v, want another epoch", second, same)
	}
	if other, same := c.compareEpochs("E", heads, fine); other != "E" || !same {
		t.Errorf("another client: %q %v", other, same)
	}
}
