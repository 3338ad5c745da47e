package chat

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ginchat/common"
	"ginchat/db_conn"
	"ginchat/model"
	"ginchat/test/services"

	"go.uber.org/zap"
)

// pairs is over how many private conversations each way of storing spreads its sends.
const pairs = 200

// BenchmarkSend stores messages through Send, and beside it the same steps in
// one transaction per message over the same pool, for several numbers of sends
// in flight. Both take turns, so that the ratio is of one run and one database.
func BenchmarkSend(b *testing.B) {
	length := 3 * time.Second
	if s, err := time.ParseDuration(os.Getenv("GINCHAT_BENCH_TIME")); err == nil {
		length = s
	}
	server := services.StartMariaDB(b, true) // innodb_flush_log_at_trx_commit=1
	for _, engine := range []struct {
		name string
		cfg  common.MySQL
	}{{"MariaDB, durable", server.Database()}, {"SQLite, synchronous=FULL", common.MySQL{}}} {
		b.Run(engine.name, func(b *testing.B) { benchmark(b, engine.cfg, length) })
	}
}

func benchmark(b *testing.B, cfg common.MySQL, length time.Duration) {
	cfg.MaxOpenConns = 32
	db, err := db_conn.OpenSQL(context.Background(), cfg, b.TempDir(), zap.NewNop())
	must(b, err)
	b.Cleanup(func() { must(b, db_conn.Close(db)) })
	w := newWorld(b, db, 0, Config{})
	sends := w.befriend(b, 2*pairs)[pairs:] // not those of Send: its deliverers would go and look for the entries
	fmt.Printf("\n%9s | %32s | %32s |\n%9s | %8s %11s %11s | %8s %11s %11s | %s\n", "", "one transaction each", "group commit",
		"in flight", "sends/s", "p50", "p99", "sends/s", "p50", "p99", "ratio")
	for _, inFlight := range []int{1, 50, 1600} {
		var single, group result
		for range 3 { // by turns: what else the machine does hits both
			single.add(measure(b, inFlight, length/3, func(n int64) error { return w.store.alone(sends[n%pairs], n) }))
			group.add(measure(b, inFlight, length/3, func(n int64) error {
				_, err := w.Send(context.Background(), n%pairs+1, private(n%pairs+1+2*pairs), "", text(benchText), nil)
				return err
			}))
		}
		fmt.Printf("%9d | %s | %s | %5.2f\n", inFlight, single.row(), group.row(), group.rate()/single.rate())
	}
}

const benchText = "The quick brown fox jumps over the lazy dog, and the dog lets it."

// befriend makes n pairs of friends, i and i+n, and a send from each i.
func (w *world) befriend(t testing.TB, n int64) []*send {
	t.Helper()
	var users []model.User
	var contacts []model.Contact
	for id := int64(1); id <= 2*n; id++ {
		key := fmt.Sprint("user", id)
		users = append(users, model.User{ID: id, Mobile: key, MobileKey: key, Nickname: key})
	}
	for id := int64(1); id <= n; id++ {
		contacts = append(contacts, model.Contact{OwnerID: id, PeerID: id + n, State: model.Friend},
			model.Contact{OwnerID: id + n, PeerID: id, State: model.Friend})
	}
	must(t, w.db.CreateInBatches(users, 500).Error)
	must(t, w.db.CreateInBatches(contacts, 500).Error)
	sends := make([]*send, n)
	for i := range sends {
		conversation, parties, err := w.access.ForPosting(context.Background(), int64(i)+1, private(int64(i)+1+n))
		must(t, err)
		sends[i] = &send{conversation: conversation, parties: parties, msg: model.Message{ConversationID: conversation, SenderID: int64(i) + 1}}
	}
	return sends
}

// alone is the baseline: what a batch does, for this one message.
func (s *Store) alone(like *send, n int64) error {
	one := *like
	one.msg.MsgID = "alone-" + strconv.FormatInt(n, 10)
	one.msg.Draft = model.Draft{Media: model.MediaText, Content: benchText}
	one.msg.PayloadHash, one.msg.CRC = one.msg.Draft.PayloadHash(), one.msg.Draft.CRC()
	if err := s.Append(context.Background(), []*send{&one}, model.MillisOf(time.Now())); err != nil {
		return err
	}
	return one.err
}

// result is the latencies of one way of storing, and how long it was tried.
type result struct {
	took  []time.Duration
	spent time.Duration
}

func (r *result) add(o result) {
	r.took = append(r.took, o.took...)
	r.spent += o.spent
}

func (r *result) rate() float64 { return float64(len(r.took)) / r.spent.Seconds() }

func (r *result) row() string {
	slices.Sort(r.took)
	at := func(q float64) time.Duration {
		return r.took[int(q*float64(len(r.took)-1))].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("%8.0f %11s %11s", r.rate(), at(0.5), at(0.99))
}

// sequence makes every msgid of a run its own.
var sequence = new(atomic.Int64)

// measure keeps inFlight calls of f going for length.
func measure(b *testing.B, inFlight int, length time.Duration, f func(n int64) error) result {
	b.Helper()
	each := make([][]time.Duration, inFlight)
	start := time.Now()
	var wg sync.WaitGroup
	for i := range inFlight {
		wg.Go(func() {
			for time.Since(start) < length {
				begin := time.Now()
				if err := f(sequence.Add(1)); err != nil {
					b.Error(err)
					return
				}
				each[i] = append(each[i], time.Since(begin))
			}
		})
	}
	wg.Wait()
	return result{took: slices.Concat(each...), spent: time.Since(start)}
}
