package chat

import "ginchat/model"

// Peers are the other nodes; client.Peers is.
type Peers interface {
	// Forward tells them of stored entries. It never blocks.
	Forward(entries []model.Entry)
}

// Alone is Peers for a single node.
type Alone struct{}

// Forward has nobody to tell.
func (Alone) Forward([]model.Entry) {}

// Receive delivers entries that another node has stored.
func (c *Chat) Receive(entries []model.Entry) error {
	batches := map[*deliverer][]*send{}
	for i := range entries {
		e := &entries[i]
		d := c.committerOf(e.Message.ConversationID).deliver
		batches[d] = append(batches[d], &send{conversation: e.Message.ConversationID, parties: e.Parties, msg: e.Message})
	}
	c.closing.RLock()
	defer c.closing.RUnlock()
	if c.closed {
		return model.Errorf(model.Unavailable, "the server is restarting")
	}
	for d, batch := range batches {
		d.work <- delivery{batch: batch, received: true}
	}
	return nil
}

// forward tells the peers of what this node has stored.
func (d *deliverer) forward(batch []*send) {
	if _, alone := d.peers.(Alone); alone {
		return
	}
	var entries []model.Entry
	for _, sent := range batch {
		if sent.stored() {
			entries = append(entries, model.Entry{Message: sent.msg, Parties: sent.parties})
		}
	}
	if len(entries) > 0 {
		d.peers.Forward(entries)
	}
}
