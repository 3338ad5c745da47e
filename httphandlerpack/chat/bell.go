package chat

// bell wakes the goroutine that waits for it. Ringing never blocks, and ringing
// twice before it is heard is ringing once.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}
