package services

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

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
	t       testing.TB
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
	program := need(t, mariaDBPackages, "mariadbd")
	s, err := newMariaDB(program, durable)
	if err != nil {
		t.Fatalf("start MariaDB: %v", err)
	}
	s.t = t
	t.Cleanup(s.Kill9)
	return s
}

func newMariaDB(program string, durable bool) (*MariaDBServer, error) {
	template, err := mariaDBTemplate()
	if err != nil {
		return nil, err
	}
	dir, err := newFolder("mariadb")
	if err != nil {
		return nil, err
	}
	if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS(template)); err != nil {
		return nil, err
	}
	account := fmt.Sprintf("CREATE USER IF NOT EXISTS '%s'@'127.0.0.1' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO '%[1]s'@'127.0.0.1';\n", testUser, testPassword)
	if err := os.WriteFile(filepath.Join(dir, "init.sql"), []byte(account), 0o600); err != nil {
		return nil, err
	}
	s := &MariaDBServer{program: program, dir: dir, durable: durable}
	for range startTries {
		if s.port, err = freePort(); err != nil {
			return nil, err
		}
		if err = s.start(); !errors.Is(err, errEnded) {
			return s, err
		}
	}
	return nil, err
}

// start runs the server on its port and data and waits until it answers.
func (s *MariaDBServer) start() error {
	flush := "--innodb-flush-log-at-trx-commit=2" // the system has it, the disk later
	if s.durable {
		flush = "--innodb-flush-log-at-trx-commit=1"
	}
	args := []string{"--no-defaults", "--datadir=" + filepath.Join(s.dir, "data"), "--socket=" + filepath.Join(s.dir, "socket"),
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
	return s.waitUntilUp()
}

func (s *MariaDBServer) waitUntilUp() error {
	admin, err := openAdmin(s.Config())
	if err != nil {
		return err
	}
	defer admin.Close()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		select {
		case <-s.process.done:
			return fmt.Errorf("MariaDB %w: %s", errEnded, s.process.output())
		default:
		}
		if err = admin.Ping(); err == nil {
			return nil
		}
	}
	s.process.kill()
	return fmt.Errorf("MariaDB does not answer: %w: %s", err, s.process.output())
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

// Pid returns the running server's process id.
func (s *MariaDBServer) Pid() int { return s.process.pid }

// Kill9 ends the server without a chance to tidy up.
func (s *MariaDBServer) Kill9() { s.process.kill() }

// Start starts a killed server again, on the same port and data.
func (s *MariaDBServer) Start() {
	s.t.Helper()
	if err := s.start(); err != nil {
		s.t.Fatalf("start MariaDB again: %v", err)
	}
}

// Pause stops the server in its tracks, its connections open and silent.
func (s *MariaDBServer) Pause() { s.process.signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (s *MariaDBServer) Resume() { s.process.signal(syscall.SIGCONT) }
