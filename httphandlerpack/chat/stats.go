package chat

import "ginchat/model"

// Metrics are what this node tells of its work.
func (c *Chat) Metrics() []model.Metric {
	committed := func(of func(*committer) int64) func() int64 {
		return func() (sum int64) {
			for _, k := range c.committers {
				sum += of(k)
			}
			return sum
		}
	}
	return []model.Metric{
		{Name: "ginchat_sessions", Help: "Open WebSockets.", Value: c.hub.Count},
		{Name: "ginchat_batches_total", Help: "Transactions that stored sends.", Counter: true,
			Value: committed(func(k *committer) int64 { return k.batches.Load() })},
		{Name: "ginchat_sends_total", Help: "Sends in those transactions, repeats and refused ones included.", Counter: true,
			Value: committed(func(k *committer) int64 { return k.sends.Load() })},
		{Name: "ginchat_entries_encoded_total", Help: "Entries encoded for delivery.", Counter: true, Value: c.hub.encoded.Load},
		{Name: "ginchat_entries_pushed_total", Help: "Entries put into outboxes.", Counter: true, Value: c.hub.pushed.Load},
		{Name: "ginchat_entries_repaired_total", Help: "Entries read from the log because they did not come by themselves.", Counter: true, Value: c.hub.repaired.Load},
	}
}
