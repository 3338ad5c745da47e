// Package services starts the real programs that tests need: databases, Redis,
// load balancers and a browser, privately, with their own data folders and
// ports. Nothing it started outlives the process, however that ends. What is
// named Start… is for tests and goes with the test; what is named Run… reports
// errors and is for programs, which end it themselves.
package services

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	// startTries bounds how often a server is started again on another port when
	// somebody else took the first one in between.
	startTries = 5
	// startWithin and stopWithin are for a machine that is busy.
	startWithin = 30 * time.Second
	stopWithin  = 40 * time.Second
)

// errEnded is a server that ended instead of starting; its port may be the reason.
var errEnded = errors.New("ended")

// need skips t under -short and otherwise returns the program's path. A missing
// program fails the test: a skipped one would look like a passed one.
func need(t testing.TB, install string, names ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("needs " + names[0] + ", which -short leaves out")
	}
	path, err := installed(install, names...)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// installed returns the path of a program, or says how to get it.
func installed(install string, names ...string) (string, error) {
	path, err := find(names...)
	if err != nil {
		return "", fmt.Errorf("%w; install it: apt-get install %s", err, install)
	}
	return path, nil
}

// find looks for a program, also where servers are that a user's PATH leaves out.
func find(names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
		for _, folder := range [...]string{"/usr/sbin", "/usr/local/sbin", "/usr/local/bin"} {
			if path, err := exec.LookPath(filepath.Join(folder, name)); err == nil {
				return path, nil
			}
		}
	}
	return "", fmt.Errorf("%s is missing", names[0])
}

// process is a running program.
type process struct {
	pid  int
	exit int           // its exit status, -1 after a signal; valid when done is closed
	done chan struct{} // closed when it has ended and been waited for
	log  string        // the file with what it printed
}

// start runs a program with its output in dir/log.
func start(dir, program string, args ...string) (*process, error) {
	return startCommand(dir, exec.Command(program, args...))
}

func startCommand(dir string, cmd *exec.Cmd) (*process, error) {
	p := &process{done: make(chan struct{}), log: filepath.Join(dir, "log")}
	output, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, output, output
	cmd.SysProcAttr = dieWithParent()
	started := make(chan error)
	go func() {
		// The kernel takes the end of the thread that started the child for
		// the end of the parent, so this thread stays until the child is gone.
		runtime.LockOSThread()
		defer output.Close()
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err == nil {
			_ = cmd.Wait() // a killed process always ends in an error
			p.exit = cmd.ProcessState.ExitCode()
		}
		close(p.done)
	}()
	return p, <-started
}

// kill ends the process at once, as a crash would, and waits until it is gone.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.done
}

// stop asks the process to end and waits until it has; one that does not is killed.
func (p *process) stop() {
	p.signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(stopWithin):
		p.kill()
	}
}

// await waits until up finds no fault. A process that ended before is errEnded.
func (p *process) await(name string, up func() error) error {
	var err error
	for deadline := time.Now().Add(startWithin); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		select {
		case <-p.done:
			return fmt.Errorf("%s %w: %s", name, errEnded, p.output())
		default:
		}
		if err = up(); err == nil {
			return nil
		}
	}
	p.kill()
	return fmt.Errorf("%s does not answer: %w: %s", name, err, p.output())
}

func (p *process) signal(s syscall.Signal) {
	select {
	case <-p.done: // the id may be another process's by now
	default:
		_ = syscall.Kill(p.pid, s) // it may just have ended, which is as good
	}
}

// output returns the end of what the process printed.
func (p *process) output() string {
	const most = 2000
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-most):])
}

// onFreePort starts a server on a free port, or on another where that was taken
// in between.
func onFreePort[S any](start func(port int) (S, error)) (S, error) {
	var (
		server S
		err    error
		port   int
	)
	for range startTries {
		if port, err = freePort(); err != nil {
			return server, err
		}
		if server, err = start(port); !errors.Is(err, errEnded) {
			return server, err
		}
	}
	return server, err
}

// hostPort is where this machine's programs reach a port.
func hostPort(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// listens reports, as a fault, that nobody takes connections at addr.
func listens(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	return conn.Close()
}

// given are the ports that freePort has returned: a server may not listen yet.
var given sync.Map

// freePort returns a port nobody listens on, from below those the system hands
// out itself, so that a server restarted on it finds it still free. It returns
// each port once.
func freePort() (int, error) {
	var err error
	for range 100 {
		port := 20000 + rand.IntN(10000)
		if _, taken := given.LoadOrStore(port, true); taken {
			continue
		}
		var l net.Listener
		if l, err = net.Listen("tcp", hostPort(port)); err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("no free port: %w", err)
}

// home is where everything that this process starts keeps its files.
type home struct {
	dir string
	// lifeline is the input of a shell that removes dir at its end, which is
	// the end of this process; held here so that it is not closed before.
	lifeline io.Closer
}

var root = sync.OnceValues(func() (home, error) {
	dir, err := os.MkdirTemp("", "ginchat-test-")
	if err != nil {
		return home{}, err
	}
	sweeper := exec.Command("sh", "-c", `cat >/dev/null; sleep 0.3; rm -rf "$0"; sleep 1; rm -rf "$0"`, dir)
	sweeper.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for the tests
	lifeline, err := sweeper.StdinPipe()
	if err != nil {
		return home{}, err
	}
	return home{dir, lifeline}, sweeper.Start()
})

// newFolder makes a folder for one server, which goes with this process.
func newFolder(name string) (string, error) {
	home, err := root()
	if err != nil {
		return "", err
	}
	return os.MkdirTemp(home.dir, name+"-")
}
