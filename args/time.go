package args

import "ginchat/model"

// Time writes a moment as HTTP answers have it: RFC 3339 in UTC with
// milliseconds, "" for never.
func Time(m model.Millis) string {
	if m == 0 {
		return ""
	}
	return m.Time().Format("2006-01-02T15:04:05.000Z07:00")
}
