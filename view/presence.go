package view

import (
	"time"

	"ginchat/model"
)

// Presence is whether somebody is online, as far as the viewer is told.
type Presence struct {
	UserID int64
	// Told is false of whom the viewer learns nothing, such as who is no friend.
	Told bool
	// Online is 1, 0, or -1 while it is unknown.
	Online int
	// Seen is when they were last seen, nil while they are online or it is unknown.
	Seen *Moment
}

// Known reports whether there is anything to say.
func (p Presence) Known() bool { return p.Told && p.Online >= 0 }

// NewPresence returns p as it reads in lang, in the zone of now.
func NewPresence(lang string, user int64, p model.Presence, now time.Time) Presence {
	shown := Presence{UserID: user, Told: true, Online: p.Online}
	if p.Online == 0 && p.Seen > 0 {
		seen := NewMoment(lang, p.Seen, now)
		shown.Seen = &seen
	}
	return shown
}
