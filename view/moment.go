package view

import (
	"time"

	"ginchat/model"
)

// Moment is a time as people in one zone read it. The pages' scripts format
// the same way, so nothing moves when they take over.
type Moment struct {
	Millis model.Millis
	// ISO is for the datetime attribute.
	ISO string
	// Clock is hours and minutes.
	Clock string
	// Near is "today", "yesterday" or "".
	Near string
	// Day is the whole date, Short the date without a year that is the present one.
	Day, Short string
}

type dateLayouts struct{ day, short, dated string }

var layouts = map[string]dateLayouts{
	"en": {day: "January 2, 2006", short: "Jan 2", dated: "Jan 2, 2006"},
	"zh": {day: "2006年1月2日", short: "1月2日", dated: "2006年1月2日"},
}

// NewMoment returns at as it reads in lang, in the zone of now.
func NewMoment(lang string, at model.Millis, now time.Time) Moment {
	local := at.Time().In(now.Location())
	layout := layouts[lang]
	m := Moment{
		Millis: at,
		ISO:    at.Time().Format("2006-01-02T15:04:05.000Z"),
		Clock:  local.Format("15:04"),
		Day:    local.Format(layout.day),
		Short:  local.Format(layout.dated),
	}
	if local.Year() == now.Year() {
		m.Short = local.Format(layout.short)
	}
	switch local.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		m.Near = "today"
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		m.Near = "yesterday"
	}
	return m
}

// SameDay reports whether both moments are on one day of their zone.
func (m Moment) SameDay(other Moment) bool { return m.Day == other.Day }
