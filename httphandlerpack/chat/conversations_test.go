package chat

import (
	"fmt"
	"testing"

	"ginchat/model"
)

func TestConversationsBearTheUsersOwnNames(t *testing.T) {
	eachDatabase(t, 3, func(t *testing.T, w *world) {
		club := community(w.found(2, 1))
		w.say(2, private(1), "a", "hi")
		w.say(2, club, "b", "hello")
		w.say(3, private(1), "c", "hey")
		must(t, w.db.Exec("UPDATE contacts SET memo='Boss' WHERE owner_id=1 AND peer_id=2").Error)
		must(t, w.db.Exec("UPDATE contacts SET memo='Somebody' WHERE owner_id=2 AND peer_id=1").Error)
		rows, err := w.Conversations(t.Context(), 1)
		must(t, err)
		got := map[model.Address]string{}
		for _, row := range rows {
			got[row.Address] = row.Title + " by " + row.LastSender
		}
		want := map[model.Address]string{private(2): "Boss by Boss", club: "Club by Boss", private(3): "User 3 by User 3"}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("conversations %v, want %v", got, want)
		}
	})
}

func TestUnreadCountLeavesOutTheMutedAndTheRead(t *testing.T) {
	eachDatabase(t, 3, func(t *testing.T, w *world) {
		count := func(want int64) {
			t.Helper()
			if got, err := w.UnreadCount(t.Context(), 1); err != nil || got != want {
				t.Errorf("%d unread, %v; want %d", got, err, want)
			}
		}
		count(0)
		club := community(w.found(1, 2)) // joining is no message
		w.say(2, club, "a", "one")
		w.say(1, club, "b", "my own")
		w.say(2, private(1), "c", "two")
		last := w.say(2, private(1), "d", "three")
		w.say(2, private(3), "e", "not mine")
		count(3)
		must(t, w.Mute(t.Context(), 1, club, true))
		count(2)
		must(t, w.Read(t.Context(), 1, private(2), last.Seq))
		count(0)
		must(t, w.Mute(t.Context(), 1, club, false))
		count(1)
	})
}
