package load

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ginchat/args"
	"ginchat/db_conn"
	"ginchat/test/harness"
	"ginchat/test/services"

	"go.uber.org/zap"
)

const (
	idleSockets = 5000
	warm        = 50 // of them are open before anything is measured
	beats       = 10
)

// BenchmarkIdle opens sockets on a node, each of another user who is in no
// community or in ten, and prints what they take: to open and sync, to be there,
// and to send heartbeats.
func BenchmarkIdle(b *testing.B) {
	binary := built(b)
	fmt.Printf("\n%18s | %14s | %14s | %10s | %17s\n", "communities a user", "bytes a socket", "µs to open one", "in MariaDB", "µs of a heartbeat")
	for _, places := range []int{0, 10} {
		maria := services.StartMariaDB(b, true)
		database := maria.Database()
		server := node(b, binary, harness.MySQL(database), services.Redis(b))
		db, err := db_conn.OpenSQL(context.Background(), database, "", zap.NewNop())
		must(b, err)
		crowd(b, db, idleSockets, places, 50)
		must(b, db_conn.Close(db))
		idle(b, sockets(b, server, 0, warm))
		memory, work, engine := resident(b, server.Pid()), spent(b, server.Pid()), spent(b, maria.Pid())
		open := sockets(b, server, warm, idleSockets)
		idle(b, open)
		opening, engine := spent(b, server.Pid())-work, spent(b, maria.Pid())-engine
		time.Sleep(10 * time.Second) // for Redis to be told, and the garbage to go
		memory = resident(b, server.Pid()) - memory
		work = spent(b, server.Pid())
		for range beats {
			for _, s := range open {
				must(b, s.Write(map[string]any{"cmd": args.CmdHeartbeat, "n": 0}))
			}
		}
		for _, s := range open {
			_, _, err := s.Await(beats, func(f *harness.Frame) bool { return f.Cmd == args.CmdHeartbeat })
			must(b, err)
		}
		work = spent(b, server.Pid()) - work
		fmt.Printf("%18d | %14d | %14.1f | %10.1f | %17.2f\n", places, memory/int64(len(open)),
			perOne(opening, len(open)), perOne(engine, len(open)), perOne(work, beats*len(open)))
		server.Kill9()
	}
}

// idle has new sockets sync, as pages do.
func idle(b *testing.B, all []*harness.Socket) {
	b.Helper()
	for _, s := range all {
		_, answer, err := s.Sync("", nil)
		must(b, err)
		if !answer.Done {
			b.Fatalf("a sync was answered with %s", answer.Raw)
		}
	}
}

// perOne is microseconds.
func perOne(spent time.Duration, times int) float64 {
	return float64(spent.Microseconds()) / float64(times)
}
