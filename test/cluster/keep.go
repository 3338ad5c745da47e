package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// startAgain is how long what has ended stays away.
const startAgain = 3 * time.Second

// part is one process of the cluster.
type part struct {
	name  string
	run   func() running // as it runs now
	again func() error
}

type running interface {
	Done() <-chan struct{}
	Pid() int
}

// keepUp starts again what ends, until ctx ends.
func (c *cluster) keepUp(ctx context.Context, out io.Writer) {
	parts := []part{
		{"MariaDB", func() running { return c.database }, c.database.Again},
		{"Redis", func() running { return c.redis }, c.redis.Again},
		{"nginx", func() running { return c.nginx }, c.startNginx},
	}
	for _, n := range c.nodes {
		parts = append(parts, part{n.name, func() running { return n.program }, n.start})
	}
	var all sync.WaitGroup
	for _, p := range parts {
		all.Go(func() { p.keepUp(ctx, out) })
	}
	all.Wait()
}

func (p part) keepUp(ctx context.Context, out io.Writer) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.run().Done():
		}
		fmt.Fprintf(out, "%s  %s, pid %d, has ended\n", time.Now().Format(time.TimeOnly), p.name, p.run().Pid())
		select {
		case <-ctx.Done():
			return
		case <-time.After(startAgain):
		}
		if err := p.again(); err != nil {
			fmt.Fprintf(out, "%s  %s does not start again: %v\n", time.Now().Format(time.TimeOnly), p.name, err)
			return
		}
		fmt.Fprintf(out, "%s  %s runs again, pid %d\n", time.Now().Format(time.TimeOnly), p.name, p.run().Pid())
	}
}
