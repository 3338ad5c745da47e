package load

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ginchat/args"
	"ginchat/db_conn"
	"ginchat/model"
	"ginchat/test/harness"
	"ginchat/test/services"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

const (
	people   = 1000
	talkers  = 200 // of them send, each the next message when the last is acked
	talkFor  = 5 * time.Second
	posts    = 200 // messages to the community of all
	loadText = "The quick brown fox jumps over the lazy dog, and the dog lets it."
)

// BenchmarkDeliver prints the processor time that a message takes: on the nodes,
// in MariaDB and in Redis, when the other person is on the same node and when
// they are on another; and that of one frame of a message to many.
func BenchmarkDeliver(b *testing.B) {
	binary := built(b)
	maria, redisAt := services.StartMariaDB(b, true), services.Redis(b)
	database := maria.Database()
	one := node(b, binary, harness.MySQL(database), redisAt)
	two := node(b, binary, harness.MySQL(database), redisAt)
	db, err := db_conn.OpenSQL(context.Background(), database, "", zap.NewNop())
	must(b, err)
	crowd(b, db, people, 1, people, 1, people/2)
	cache := redis.NewClient(&redis.Options{Addr: redisAt})
	defer cache.Close()
	here := sockets(b, one, 0, people/2)
	there := sockets(b, two, people/2, people)
	time.Sleep(5 * time.Second) // the nodes find each other

	fmt.Printf("\n%28s | %9s | %8s | %8s | %8s\n", "µs of processor time", "number", "nodes", "MariaDB", "Redis")
	measure := func(name string, do func() int) {
		nodes, engine, directory := spent(b, one.Pid())+spent(b, two.Pid()), spent(b, maria.Pid()), redisSpent(b, cache)
		n := do()
		nodes, engine = spent(b, one.Pid())+spent(b, two.Pid())-nodes, spent(b, maria.Pid())-engine
		fmt.Printf("%28s | %9d | %8.1f | %8.1f | %8.1f\n", name, n, perOne(nodes, n), perOne(engine, n), perOne(redisSpent(b, cache)-directory, n))
	}
	measure("private, 2 in flight", func() int { return talk(b, here[:2], 1) })
	measure("private, same node", func() int { return talk(b, here[:talkers], 1) })
	measure("private, to the other node", func() int { return talk(b, here[:talkers], people/2) })
	measure("read mark, to the other node", func() int { return read(b, there[:talkers], here) })
	measure("frame of a message to 1,000", func() int { return shout(b, here[0], here, there) })
	var stored struct{ Messages, Bytes int64 }
	must(b, db.Exec("ANALYZE TABLE messages").Error) // else the sizes are of long ago
	must(b, db.Raw("SELECT table_rows AS messages, data_length+index_length AS bytes FROM information_schema.tables"+
		" WHERE table_schema=DATABASE() AND table_name='messages'").Scan(&stored).Error)
	frames := here[1].Frames()
	fmt.Printf("a message of %d letters is a frame of %d bytes and takes about %d bytes in MariaDB\n",
		len(loadText), len(frames[len(frames)-1].Raw), stored.Bytes/stored.Messages)
	must(b, db_conn.Close(db))
}

// talk has the sockets of the first users write to who is step after each, until
// talkFor is over.
func talk(b *testing.B, from []*harness.Socket, step int) int {
	b.Helper()
	var sent atomic.Int64
	var all sync.WaitGroup
	start := time.Now()
	for i, s := range from {
		all.Go(func() {
			to := model.Address{Kind: model.KindPrivate, DstID: int64(i + step + 1)}
			n := 0
			for ; time.Since(start) < talkFor; n++ {
				ack, err := s.Send(to, fmt.Sprintf("m%d-%d-%d", start.UnixNano(), i, n), loadText)
				if err != nil || ack.Seq == 0 {
					b.Errorf("send: %v %s", err, ack.Raw)
					return
				}
			}
			sent.Add(int64(n))
		})
	}
	all.Wait()
	return int(sent.Load())
}

// read has sockets on one node read, message by message, what those on the other
// wrote, until each of these has been told.
func read(b *testing.B, readers, writers []*harness.Socket) int {
	b.Helper()
	const marks = 50
	for seq := 1; seq <= marks; seq++ {
		for i, s := range readers {
			must(b, s.Write(map[string]any{"cmd": args.CmdRead, "kind": int(model.KindPrivate), "dstid": i + 1, "seq": seq}))
		}
	}
	for i := range readers {
		_, _, err := writers[i].Await(0, func(f *harness.Frame) bool { return f.Cmd == args.CmdRead && f.Seq == marks })
		must(b, err)
	}
	return marks * len(readers)
}

// shout sends to the community of all and waits until the last one has all.
func shout(b *testing.B, from *harness.Socket, here, there []*harness.Socket) int {
	b.Helper()
	club := model.Address{Kind: model.KindCommunity, DstID: 1}
	for n := range posts {
		_, err := from.Send(club, fmt.Sprint("club", n), loadText)
		must(b, err)
	}
	last := func(f *harness.Frame) bool { return f.MsgID == fmt.Sprint("club", posts-1) }
	for _, s := range append(here[1:len(here):len(here)], there...) {
		_, _, err := s.Await(0, last)
		must(b, err)
	}
	return posts * (people - 1)
}

// redisSpent returns the processor time that Redis has had.
func redisSpent(b *testing.B, client *redis.Client) time.Duration {
	b.Helper()
	told, err := client.Info(context.Background(), "cpu").Result()
	must(b, err)
	var sum time.Duration
	for line := range strings.Lines(told) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if name != "used_cpu_sys" && name != "used_cpu_user" {
			continue
		}
		d, err := time.ParseDuration(value + "s")
		must(b, err)
		sum += d
	}
	return sum
}
