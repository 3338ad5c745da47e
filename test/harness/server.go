package harness

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ginchat/common"
	"ginchat/test/services"
)

// readyWait is how long a server may take to start, and stopWait to stop.
const (
	readyWait = 30 * time.Second
	stopWait  = 30 * time.Second
)

// disaster is what no server may ever print.
var disaster = regexp.MustCompile(`DATA RACE|panic|fatal error:|goroutine \d+ \[`)

// Server is a server process with its own data and port, which a test may
// stop, kill, pause and start again.
type Server struct {
	t       testing.TB
	binary  string
	limits  []string // switch off the limits that tests would run into
	flags   []string
	dir     string
	port    int
	front   string // host:port that clients use, "" for the server's own
	admin   string // host:port of /metrics, "" for none
	program *services.Program
}

// Option says how a server differs from the one on SQLite without rate limits.
type Option func(*Server)

// MySQL makes the server use that database.
func MySQL(cfg common.MySQL) Option {
	return Flags("--mysql.ip="+cfg.IP, "--mysql.port="+strconv.Itoa(cfg.Port), "--mysql.user="+cfg.User,
		"--mysql.pwd="+cfg.Pwd, "--mysql.db_name="+cfg.DBName)
}

// Flags adds settings; the last one of a key counts.
func Flags(flags ...string) Option {
	return func(s *Server) { s.flags = append(s.flags, flags...) }
}

// On makes the server listen on another loopback address, as a node of its own.
func On(ip string) Option {
	return func(s *Server) {
		s.flags = append(s.flags, "--server.ip="+ip)
		s.front = net.JoinHostPort(ip, strconv.Itoa(s.port))
	}
}

// ShippedLimits leaves on the rate limits that a server has by default.
func ShippedLimits() Option { return func(s *Server) { s.limits = nil } }

// Program makes the server run another binary, such as a Mutant.
func Program(path string) Option { return func(s *Server) { s.binary = path } }

// leaveOut skips t under -short, which is for what takes seconds.
func leaveOut(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs a server, which -short leaves out")
	}
}

// Start starts a server and waits until it is ready. When t ends the server is
// killed, and t fails if the server has printed a panic or a data race.
func Start(t testing.TB, options ...Option) *Server {
	t.Helper()
	leaveOut(t)
	dir, err := services.Folder("ginchat")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, dir: dir, port: services.FreePort(t),
		limits: []string{"--limits.sockets_per_second=0", "--limits.messages_per_second=0", "--limits.login_tries=0"}}
	for _, option := range options {
		option(s)
	}
	if s.binary == "" {
		s.binary = Binary(t)
	}
	t.Cleanup(s.finish)
	s.Restart()
	return s
}

// Restart starts a server that has ended, on the same port and data, and waits
// until it is ready.
func (s *Server) Restart() {
	s.t.Helper()
	s.Launch()
	s.WaitReady()
}

// Launch is Restart without waiting.
func (s *Server) Launch() {
	s.t.Helper()
	program, err := services.StartProgram(s.dir, s.command())
	if err != nil {
		s.t.Fatalf("start the server: %v", err)
	}
	s.program = program
}

// Operate runs the server's binary once, with its settings, to do what an operator
// does by these words.
func (s *Server) Operate(words ...string) {
	s.t.Helper()
	if output, err := s.command(words...).CombinedOutput(); err != nil {
		s.t.Fatalf("%v: %v: %s", words, err, output)
	}
}

// command is the server's command line.
func (s *Server) command(words ...string) *exec.Cmd {
	args := []string{"--config=", "--server.ip=127.0.0.1", "--server.port=" + strconv.Itoa(s.port),
		"--server.attach_path=" + filepath.Join(s.dir, "data"), "--server.log_stdout=true"}
	cmd := exec.Command(s.binary, slices.Concat(words, args, s.limits, s.flags)...)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, common.EnvPrefix) { // only what the test sets counts
			cmd.Env = append(cmd.Env, variable)
		}
	}
	return cmd
}

// WaitReady waits until the server says that it can serve.
func (s *Server) WaitReady() {
	s.t.Helper()
	client := &http.Client{Timeout: 2 * time.Second}
	defer client.CloseIdleConnections()
	for deadline := time.Now().Add(readyWait); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		select {
		case <-s.program.Done():
			s.t.Fatalf("the server ended with status %d instead of starting", s.program.ExitCode())
		default:
		}
		answer, err := client.Get(s.URL("/readyz"))
		if err != nil {
			continue
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return
		}
	}
	s.t.Fatalf("the server was not ready within %s", readyWait)
}

// Kill9 ends the server as a crash would.
func (s *Server) Kill9() { s.program.Kill9() }

// Terminate asks the server to stop, and does not wait.
func (s *Server) Terminate() { s.program.Signal(syscall.SIGTERM) }

// Stop asks the server to stop and waits until it has, with status 0.
func (s *Server) Stop() {
	s.t.Helper()
	s.Terminate()
	if code := s.Wait(); code != 0 {
		s.t.Errorf("the server stopped with status %d", code)
	}
}

// Wait waits until the server has ended and returns its exit status, -1 after a signal.
func (s *Server) Wait() int {
	s.t.Helper()
	select {
	case <-s.program.Done():
	case <-time.After(stopWait):
		s.t.Fatalf("the server did not stop within %s", stopWait)
	}
	return s.program.ExitCode()
}

// Pause stops the server in its tracks, its sockets open and silent.
func (s *Server) Pause() { s.program.Signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (s *Server) Resume() { s.program.Signal(syscall.SIGCONT) }

// Pid returns the process's id, which tells what it takes of the machine.
func (s *Server) Pid() int { return s.program.Pid() }

// Running reports whether the process has not ended.
func (s *Server) Running() bool {
	select {
	case <-s.program.Done():
		return false
	default:
		return true
	}
}

// Host returns host:port for clients.
func (s *Server) Host() string {
	if s.front != "" {
		return s.front
	}
	return "127.0.0.1:" + strconv.Itoa(s.port)
}

// URL returns the address of path, which begins with a slash.
func (s *Server) URL(path string) string { return "http://" + s.Host() + path }

// DataFolder holds the embedded database and the uploads.
func (s *Server) DataFolder() string { return filepath.Join(s.dir, "data") }

// Log returns all that the server has logged and printed, over all restarts.
func (s *Server) Log() string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// finish ends the server and looks for disasters.
func (s *Server) finish() {
	if s.program == nil {
		return
	}
	s.Kill9()
	text := []byte(s.Log())
	if at := disaster.FindIndex(text); at != nil {
		s.t.Errorf("the server printed:\n%s", around(text, at[0]))
		return
	}
	if s.t.Failed() {
		s.t.Logf("the end of what the server printed:\n%s", text[max(0, len(text)-4000):])
	}
}

// around returns the lines near at.
func around(text []byte, at int) []byte {
	from := max(0, bytes.LastIndexByte(text[:at], '\n'))
	return text[from:min(len(text), at+6000)]
}
