// Command cluster is what `make cluster` does: three nodes behind nginx, with a
// private MariaDB and Redis, to look at and to break. Ctrl-C or SIGTERM stops
// everything, and nothing is left behind but what --data names.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	var s settings
	flag.IntVar(&s.port, "port", 8080, "of nginx; the three after it are the nodes'")
	flag.StringVar(&s.data, "data", "", "folder that keeps the database and the logs; without it they go")
	flag.StringVar(&s.binary, "binary", ".build/ginchat", "the server")
	flag.StringVar(&s.config, "nginx", "deploy/nginx.conf", "nginx's configuration")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second Ctrl-C ends this process, and with it the others, at once
	}()
	if err := run(ctx, s, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	port   int
	data   string
	binary string
	config string
}

func run(ctx context.Context, s settings, out io.Writer) error {
	c, err := newCluster(s)
	if err != nil {
		return err
	}
	return c.serve(ctx, out)
}

// serve starts everything, keeps it up until ctx ends, and stops it.
func (c *cluster) serve(ctx context.Context, out io.Writer) error {
	defer c.stop()
	if err := c.start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	c.introduce(out)
	c.keepUp(ctx, out)
	fmt.Fprintln(out, "\nstopping")
	return nil
}

// introduce says what is where and what one can do with it.
func (c *cluster) introduce(out io.Writer) {
	front := "http://" + c.front
	fmt.Fprintf(out, "GinChat is at %s, where nginx stands before three nodes.\n\n", front)
	for _, n := range c.nodes {
		fmt.Fprintf(out, "  %s   pid %-7d http://%s   metrics: http://%s/metrics\n", n.name, n.program.Pid(), n.addr, n.admin)
	}
	database := c.database.Config()
	fmt.Fprintf(out, "  nginx    pid %-7d %s\n", c.nginx.Pid(), front)
	fmt.Fprintf(out, "  Redis    pid %-7d %s\n", c.redis.Pid(), c.redis.Addr())
	fmt.Fprintf(out, "  MariaDB  pid %-7d %s   user %s, password %s, database %s\n", c.database.Pid(), database.Addr(), database.User, database.Pwd, databaseName)
	fmt.Fprintf(out, `
Sign up at %[1]s/user/register.shtml in two browsers, or
  curl %[1]s/user/register -d mobile=13900000000 -d passwd=correct-horse-0

kill a node to see it drain, kill -9 it, or kill -STOP and -CONT it, or Redis, or
MariaDB. What has ended starts again after %[2]s. The logs are in %[3]s.
Ctrl-C stops everything.
`, front, startAgain, c.dir)
}
