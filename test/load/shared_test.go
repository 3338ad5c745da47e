package load

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"ginchat/common"
	"ginchat/db_conn"
	"ginchat/httphandlerpack/chat"
	"ginchat/model"
	"ginchat/test/services"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

// BenchmarkTail prints what it takes to read the commit log, as every node does
// of every row: on the node, which parses the row, and in MariaDB.
func BenchmarkTail(b *testing.B) {
	const rows, page = 20_000, 1000
	maria := services.StartMariaDB(b, true)
	fmt.Printf("\n%18s | %9s | %11s | %11s | %9s\n", "messages a row", "bytes", "µs MariaDB", "µs node", "rows/s")
	for _, entries := range []int{1, 10} {
		db, err := db_conn.OpenSQL(context.Background(), maria.Database(), "", zap.NewNop())
		must(b, err)
		news := model.News{Ranges: make([]model.Range, entries)}
		for i := range news.Ranges {
			news.Ranges[i] = model.Range{Conversation: 34_567_890, Parties: model.Parties{Low: 12_345_678, High: 91_234_567}, First: 1234, Last: 1234}
		}
		commits := make([]*model.Commit, rows)
		for i := range commits {
			commits[i] = model.NewCommit("0123456789abcdef", 1_764_074_400_000, news)
		}
		must(b, db.CreateInBatches(commits, 500).Error)
		store := chat.NewStore(db, "another")
		runtime.GC()
		engine, self, start := spent(b, maria.Pid()), spent(b, os.Getpid()), time.Now()
		const rounds = 25
		for range rounds {
			for after := int64(0); ; {
				got, err := store.CommitsAfter(context.Background(), after, page)
				must(b, err)
				for _, row := range got {
					_, err := model.ParseNews(row.News)
					must(b, err)
				}
				if len(got) < page {
					break
				}
				after = got[page-1].ID
			}
		}
		took := time.Since(start)
		fmt.Printf("%18d | %9d | %11.2f | %11.2f | %9.0f\n", entries, len(news.Text()), perOne(spent(b, maria.Pid())-engine, rounds*rows),
			perOne(spent(b, os.Getpid())-self, rounds*rows), rounds*rows/took.Seconds())
		must(b, db_conn.Close(db))
	}
}

// BenchmarkDirectory prints what keys of the directory take of Redis, when asked
// for as a batch's routes are and when put again as all are each minute.
func BenchmarkDirectory(b *testing.B) {
	const keys, askers = 200_000, 4
	addr := services.Redis(b)
	cache := redis.NewClient(&redis.Options{Addr: addr})
	defer cache.Close()
	var nodes []*chat.Redis
	for i := range 3 {
		var port int
		_, err := fmt.Sscanf(addr, "127.0.0.1:%d", &port)
		must(b, err)
		client := db_conn.OpenRedis(common.Redis{IP: "127.0.0.1", Port: port}, zap.NewNop())
		defer db_conn.CloseRedis(client, zap.NewNop())
		n := chat.NewRedis(client, fmt.Sprintf("127.0.0.1:%d", 9000+i), chat.NewBoot(time.Now()), "secret")
		_, _, err = n.Beat(context.Background())
		must(b, err)
		nodes = append(nodes, n)
	}
	fmt.Printf("\n%30s | %9s | %9s | %9s\n", "keys", "µs Redis", "µs node", "keys/s")
	measure := func(name string, portion int, do func(keys []chat.Key) error) {
		directory, self, start := redisSpent(b, cache), spent(b, os.Getpid()), time.Now()
		var all sync.WaitGroup
		for a := range askers {
			all.Go(func() {
				for from := a * portion; from < keys; from += askers * portion {
					some := make([]chat.Key, portion)
					for i := range some {
						some[i] = chat.Key{Kind: model.KindPrivate, ID: int64(from + i + 1)}
					}
					if err := do(some); err != nil {
						b.Error(err)
					}
				}
			})
		}
		all.Wait()
		took := time.Since(start)
		fmt.Printf("%30s | %9.2f | %9.2f | %9.0f\n", name, perOne(redisSpent(b, cache)-directory, keys),
			perOne(spent(b, os.Getpid())-self, keys), keys/took.Seconds())
	}
	ctx := context.Background()
	put := func(n *chat.Redis) func([]chat.Key) error {
		return func(some []chat.Key) error { _, err := n.Put(ctx, some); return err }
	}
	holders := func(some []chat.Key) error { _, err := nodes[0].Holders(ctx, some); return err }
	empty := redisMemory(b, cache)
	measure("put, 500 at once", 500, put(nodes[0]))
	first := redisMemory(b, cache)
	measure("put again, 500 at once", 500, put(nodes[0]))
	measure("put by a second node", 500, put(nodes[1]))
	second := redisMemory(b, cache)
	measure("looked up, 500 at once", 500, holders)
	measure("looked up, 2 at once", 2, holders)
	fmt.Printf("bytes in Redis: %d a key on one node, %d more on a second\n", (first-empty)/keys, (second-first)/keys)
}

// redisMemory returns the bytes that Redis has taken for its data.
func redisMemory(b *testing.B, client *redis.Client) (bytes int64) {
	b.Helper()
	told, err := client.Info(context.Background(), "memory").Result()
	must(b, err)
	_, rest, _ := strings.Cut(told, "used_memory:")
	_, err = fmt.Sscan(rest, &bytes)
	must(b, err)
	return bytes
}
