package services

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"
)

const redisPackages = "redis-server"

// RedisServer is a private Redis that a test may kill, pause, empty and fill.
type RedisServer struct {
	t       testing.TB // nil outside of tests
	program string
	dir     string
	port    int
	args    []string
	process *process
}

// Redis starts an empty Redis of t's own and returns its host:port.
func Redis(t testing.TB) string {
	t.Helper()
	return StartRedis(t).Addr()
}

// StartRedis starts an empty Redis of t's own.
func StartRedis(t testing.TB) *RedisServer {
	t.Helper()
	need(t, redisPackages, "redis-server")
	s, err := RunRedis()
	if err != nil {
		t.Fatalf("start Redis: %v", err)
	}
	s.t = t
	t.Cleanup(s.Kill9)
	return s
}

// RunRedis starts an empty Redis.
func RunRedis() (*RedisServer, error) {
	return onFreePort(func(port int) (*RedisServer, error) { return runRedis(port) })
}

// runRedis starts an empty Redis with further arguments.
func runRedis(port int, args ...string) (*RedisServer, error) {
	program, err := installed(redisPackages, "redis-server")
	if err != nil {
		return nil, err
	}
	dir, err := newFolder("redis")
	if err != nil {
		return nil, err
	}
	s := &RedisServer{program: program, dir: dir, port: port, args: args}
	return s, s.start()
}

func (s *RedisServer) start() error {
	args := []string{"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir, "--save", "", "--appendonly", "no"}
	p, err := start(s.dir, s.program, append(args, s.args...)...)
	if err != nil {
		return err
	}
	s.process = p
	return p.await("Redis", func() error { return listens(s.Addr()) })
}

// Addr returns the server's host:port.
func (s *RedisServer) Addr() string { return hostPort(s.port) }

// Pid returns the running server's process id.
func (s *RedisServer) Pid() int { return s.process.pid }

// Done is closed when the server has ended.
func (s *RedisServer) Done() <-chan struct{} { return s.process.done }

// Again starts a server that has ended, on the same port.
func (s *RedisServer) Again() error { return s.start() }

// Kill9 ends the server without a chance to tidy up.
func (s *RedisServer) Kill9() { s.process.kill() }

// Save keeps what is there for the next Start.
func (s *RedisServer) Save() {
	s.t.Helper()
	s.Do("SAVE")
}

// Start starts a killed server again, on the same port, with what was saved last.
func (s *RedisServer) Start() {
	s.t.Helper()
	if err := s.Again(); err != nil {
		s.t.Fatalf("start Redis again: %v", err)
	}
}

// StartEmpty starts a killed server again, on the same port, with nothing.
func (s *RedisServer) StartEmpty() {
	s.t.Helper()
	if err := os.Remove(filepath.Join(s.dir, "dump.rdb")); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.t.Fatal(err)
	}
	s.Start()
}

// Pause stops the server in its tracks, its connections open and silent.
func (s *RedisServer) Pause() { s.process.signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (s *RedisServer) Resume() { s.process.signal(syscall.SIGCONT) }

// Flush deletes everything.
func (s *RedisServer) Flush() {
	s.t.Helper()
	s.Do("FLUSHALL")
}

// filler is the name of what Fill adds.
const filler = "filler"

// Fill uses up the server's memory, so that from now on it refuses to store anything.
func (s *RedisServer) Fill() {
	s.t.Helper()
	s.Do("CONFIG", "SET", "maxmemory-policy", "noeviction")
	s.Do("CONFIG", "SET", "maxmemory", "1mb")
	for size := 1 << 16; size > 0; size /= 2 { // to the last byte
		for n := 0; n < 100; n++ {
			if _, err := s.try("APPEND", filler, strings.Repeat("x", size)); err != nil {
				break
			}
		}
	}
	if _, err := s.try("SET", filler+"2", "x"); err == nil {
		s.t.Fatal("Redis stores what it has no memory for")
	}
}

// Relieve undoes Fill.
func (s *RedisServer) Relieve() {
	s.t.Helper()
	s.Do("CONFIG", "SET", "maxmemory", "0")
	s.Do("DEL", filler)
}

// Do runs one command, which has to succeed.
func (s *RedisServer) Do(command ...any) any {
	s.t.Helper()
	answer, err := s.try(command...)
	if err != nil {
		s.t.Fatalf("Redis: %v: %v", command, err)
	}
	return answer
}

func (s *RedisServer) try(command ...any) (any, error) {
	client := redis.NewClient(&redis.Options{Addr: s.Addr(), DisableIdentity: true, MaxRetries: -1})
	defer client.Close()
	return client.Do(context.Background(), command...).Result()
}
