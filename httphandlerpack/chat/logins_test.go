package chat

import (
	"context"
	"testing"
	"time"

	"ginchat/model"
)

// An open socket does not outlive what its login proves.
func TestSessionsOfStaleLoginsEnd(t *testing.T) {
	eachDatabase(t, 3, func(t *testing.T, w *world) {
		now := time.Now()
		login := func(user int64, expires time.Time) *listener {
			row := model.Login{UserID: user, TokenHash: []byte(time.Duration(user).String() + "-----------------------------"), ExpiresAt: model.MillisOf(expires)}
			must(t, w.db.Create(&row).Error)
			_, l := w.connect(user, row.ID)
			return l
		}
		good, old, disabled := login(1, now.Add(time.Hour)), login(2, now.Add(-time.Second)), login(3, now.Add(time.Hour))
		must(t, w.db.Exec("UPDATE users SET disabled_at=1 WHERE id=3").Error)
		must(t, w.endStale(context.Background()))
		if good.endedBy() != 0 || old.endedBy() != LoginEnded || disabled.endedBy() != LoginEnded {
			t.Errorf("ended by %d, %d and %d; want only the last two", good.endedBy(), old.endedBy(), disabled.endedBy())
		}
	})
}
