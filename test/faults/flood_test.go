package faults

import (
	"fmt"
	"sync"
	"time"

	"ginchat/args"
	"ginchat/model"
	"ginchat/test/harness"
)

// flood is somebody who sends to one conversation over a socket as fast as the
// answers come, four sends at a time, until the socket or the test ends it.
type flood struct {
	socket *harness.Socket
	to     model.Address
	name   string
	stop   chan struct{}
	all    sync.WaitGroup

	mu    sync.Mutex
	sends []flooded
}

// flooded is one send of a flood and its answer.
type flooded struct {
	msgid   string
	written time.Time
	answer  harness.Frame // zero for none
}

const abreast = 4

func startFlood(socket *harness.Socket, to model.Address, name string) *flood {
	f := &flood{socket: socket, to: to, name: name, stop: make(chan struct{})}
	for lane := range abreast {
		f.all.Go(func() { f.run(lane) })
	}
	return f
}

func (f *flood) run(lane int) {
	for n := 0; ; n++ {
		select {
		case <-f.stop:
			return
		case <-time.After(5 * time.Millisecond): // the machine has others to serve
		}
		one := flooded{msgid: fmt.Sprintf("%s-%d-%d", f.name, lane, n), written: time.Now()}
		var err error
		one.answer, err = f.socket.Send(f.to, one.msgid, "text of "+one.msgid)
		f.mu.Lock()
		f.sends = append(f.sends, one)
		f.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// end stops the flood and returns its sends.
func (f *flood) end() []flooded {
	close(f.stop)
	f.all.Wait()
	return f.sends
}

// acked returns the sends that were acked.
func acked(sends []flooded) []flooded {
	var some []flooded
	for _, one := range sends {
		if one.answer.Cmd == args.CmdAck {
			some = append(some, one)
		}
	}
	return some
}
