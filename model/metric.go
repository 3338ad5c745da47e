package model

// Metric is one number that /metrics tells.
type Metric struct {
	Name, Help string
	Value      func() int64
	Counter    bool // it only grows
}
