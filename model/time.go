package model

import "time"

// Millis is a moment in Unix milliseconds, UTC; 0 means never. It is how times
// are stored and how frames carry them.
type Millis int64

// MillisOf converts t, dropping what is finer than a millisecond.
func MillisOf(t time.Time) Millis { return Millis(t.UnixMilli()) }

// Time returns the moment in UTC.
func (m Millis) Time() time.Time { return time.UnixMilli(int64(m)).UTC() }
