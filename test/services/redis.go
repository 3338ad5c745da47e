package services

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"
)

// Redis starts an empty Redis of t's own and returns its host:port.
func Redis(t testing.TB) string {
	t.Helper()
	program := need(t, "redis-server", "redis-server")
	var (
		addr string
		p    *process
		err  error
	)
	for range startTries {
		if addr, p, err = startRedis(program); !errors.Is(err, errEnded) {
			break
		}
	}
	if err != nil {
		t.Fatalf("start Redis: %v", err)
	}
	t.Cleanup(p.kill)
	return addr
}

func startRedis(program string) (string, *process, error) {
	port, err := freePort()
	if err != nil {
		return "", nil, err
	}
	dir, err := newFolder("redis")
	if err != nil {
		return "", nil, err
	}
	p, err := start(dir, program, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", "no")
	if err != nil {
		return "", nil, err
	}
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		select {
		case <-p.done:
			return "", nil, fmt.Errorf("Redis %w: %s", errEnded, p.output())
		default:
		}
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			return addr, p, conn.Close()
		}
	}
	p.kill()
	return "", nil, fmt.Errorf("Redis does not answer: %s", p.output())
}
