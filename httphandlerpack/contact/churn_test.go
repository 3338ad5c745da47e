package contact

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"ginchat/model"
)

// Whatever people do to each other at once, no request fails for a reason of the
// database's, and what is left is whole: nobody has a friend who does not say so.
func TestContactsStayWholeUnderChurn(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		var names []string
		for i := range 6 {
			names = append(names, fmt.Sprint("user", i))
		}
		u := h.users(names...)
		h.approving(u[0])
		h.approving(u[1])
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() {
				for range 20 {
					a, b := u[rand.IntN(len(u))], u[rand.IntN(len(u))]
					if a == b {
						continue
					}
					var err error
					switch rand.IntN(6) {
					case 0, 1:
						_, err = h.AddFriend(t.Context(), a, fmt.Sprint(b))
					case 2:
						err = h.RemoveFriend(t.Context(), a, b)
					case 3:
						err = h.Block(t.Context(), a, b)
					case 4:
						err = h.Unblock(t.Context(), a, b)
					case 5:
						err = h.AnswerFriend(t.Context(), a, b, true)
					}
					if model.CodeOf(err) == model.Internal {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		whole := []string{"/", "friend/friend", "friend/blocked", "blocked/friend", "blocked/", "/blocked", "blocked/blocked",
			"requested/", "/requested"}
		for i := range u {
			for j := range i {
				if state := h.state(u[i], u[j]); !slices.Contains(whole, state) {
					t.Errorf("users %d and %d are %q", u[i], u[j], state)
				}
			}
		}
	})
}
