package services

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"ginchat/common"
)

// The account tests use. It has a password, since a server that is one of
// several nodes refuses to run without.
const (
	testUser     = "ginchat"
	testPassword = "for-tests-only"
)

const mariaDBPackages = "mariadb-server-core mariadb-client-core"

// MariaDBServer is a private MariaDB that a test may stop, kill and pause.
type MariaDBServer struct {
	t       testing.TB // nil outside of tests
	program string
	dir     string
	port    int
	durable bool
	process *process
}

// StartMariaDB starts a server of t's own. A durable one has every commit on
// the disk before it answers; any survives Kill9 without loss.
func StartMariaDB(t testing.TB, durable bool) *MariaDBServer {
	t.Helper()
	need(t, mariaDBPackages, "mariadbd")
	s, err := newMariaDB("", durable)
	if err != nil {
		t.Fatalf("start MariaDB: %v", err)
	}
	s.t = t
	t.Cleanup(s.Kill9)
	return s
}

// RunMariaDB starts a durable server whose data is in dir and stays there; with
// "" it is empty and goes with this process.
func RunMariaDB(dir string) (*MariaDBServer, error) { return newMariaDB(dir, true) }

func newMariaDB(dir string, durable bool) (*MariaDBServer, error) {
	program, err := installed(mariaDBPackages, "mariadbd")
	if err != nil {
		return nil, err
	}
	if dir == "" {
		if dir, err = newFolder("mariadb"); err != nil {
			return nil, err
		}
	}
	if err := fillMariaDB(dir); err != nil {
		return nil, err
	}
	return onFreePort(func(port int) (*MariaDBServer, error) {
		s := &MariaDBServer{program: program, dir: dir, durable: durable, port: port}
		return s, s.start()
	})
}

// fillMariaDB puts an empty database server's files into dir, unless they are there.
func fillMariaDB(dir string) error {
	account := fmt.Sprintf("CREATE USER IF NOT EXISTS '%s'@'127.0.0.1' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO '%[1]s'@'127.0.0.1';\n", testUser, testPassword)
	if err := os.WriteFile(filepath.Join(dir, "init.sql"), []byte(account), 0o600); err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	if _, err := os.Stat(data); err == nil {
		return nil
	}
	template, err := mariaDBTemplate()
	if err != nil {
		return err
	}
	draft := data + "-draft" // so that an interrupted copy is not taken for a whole one
	if err := errors.Join(os.RemoveAll(draft), os.CopyFS(draft, os.DirFS(template))); err != nil {
		return err
	}
	return os.Rename(draft, data)
}

// start runs the server on its port and data and waits until it answers.
func (s *MariaDBServer) start() error {
	flush := "--innodb-flush-log-at-trx-commit=2" // the system has it, the disk later
	if s.durable {
		flush = "--innodb-flush-log-at-trx-commit=1"
	}
	// A server that starts removes what it takes for its leftovers from tmpdir,
	// another one's tables included.
	args := []string{"--no-defaults", "--datadir=" + filepath.Join(s.dir, "data"), "--tmpdir=" + s.dir, "--socket=" + filepath.Join(s.dir, "socket"),
		"--pid-file=" + filepath.Join(s.dir, "pid"), "--bind-address=127.0.0.1", "--port=" + strconv.Itoa(s.port), "--skip-name-resolve",
		"--innodb-log-file-size=64M", "--innodb-buffer-pool-size=128M", "--performance-schema=off", "--max-connections=400", flush,
		"--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci", "--init-file=" + filepath.Join(s.dir, "init.sql")}
	if os.Getuid() == 0 {
		args = append(args, "--user=root")
	}
	p, err := start(s.dir, s.program, args...)
	if err != nil {
		return err
	}
	s.process = p
	admin, err := openAdmin(s.Config())
	if err != nil {
		p.kill()
		return err
	}
	defer admin.Close()
	return p.await("MariaDB", admin.Ping)
}

// Config returns how to reach the server; DBName is "".
func (s *MariaDBServer) Config() common.MySQL {
	return common.MySQL{IP: "127.0.0.1", Port: s.port, User: testUser, Pwd: testPassword, MaxOpenConns: 32}
}

// Database makes an empty database and returns how to reach it.
func (s *MariaDBServer) Database() common.MySQL {
	s.t.Helper()
	return newDatabase(s.t, s.Config())
}

// Exec runs one statement in a database of the server's.
func (s *MariaDBServer) Exec(database common.MySQL, statement string) {
	s.t.Helper()
	execute(s.t, database, statement)
}

// Create makes a database unless it is there and returns how to reach it.
func (s *MariaDBServer) Create(name string) (common.MySQL, error) {
	admin, err := openAdmin(s.Config())
	if err != nil {
		return common.MySQL{}, err
	}
	defer admin.Close()
	cfg := s.Config()
	cfg.DBName = name
	_, err = admin.Exec("CREATE DATABASE IF NOT EXISTS " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	return cfg, err
}

// Pid returns the running server's process id.
func (s *MariaDBServer) Pid() int { return s.process.pid }

// Kill9 ends the server without a chance to tidy up.
func (s *MariaDBServer) Kill9() { s.process.kill() }

// Stop ends the server in good order.
func (s *MariaDBServer) Stop() { s.process.stop() }

// Done is closed when the server has ended.
func (s *MariaDBServer) Done() <-chan struct{} { return s.process.done }

// Again starts a server that has ended, on the same port and data.
func (s *MariaDBServer) Again() error { return s.start() }

// Start is Again for tests.
func (s *MariaDBServer) Start() {
	s.t.Helper()
	if err := s.Again(); err != nil {
		s.t.Fatalf("start MariaDB again: %v", err)
	}
}

// Pause stops the server in its tracks, its connections open and silent.
func (s *MariaDBServer) Pause() { s.process.signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (s *MariaDBServer) Resume() { s.process.signal(syscall.SIGCONT) }
