package services

import (
	"context"
	"net"
	"syscall"
	"testing"
	"time"
)

const emoji = "a👩‍👩‍👧‍👦b🇨🇳𠜎"

// On both engines four-byte characters come back byte for byte.
func TestDatabases(t *testing.T) {
	for name, db := range Databases(t) {
		t.Run(name, func(t *testing.T) {
			if err := db.Exec("INSERT INTO meta (name, value) VALUES (?, ?)", "k", emoji).Error; err != nil {
				t.Fatal(err)
			}
			var got string
			if err := db.Raw("SELECT value FROM meta WHERE name = ?", "k").Scan(&got).Error; err != nil {
				t.Fatal(err)
			}
			if got != emoji {
				t.Errorf("got %q, want %q", got, emoji)
			}
		})
	}
}

func TestDatabasesAreFresh(t *testing.T) {
	if a, b := MariaDB(t), MariaDB(t); a.DBName == b.DBName || a.Port != b.Port {
		t.Errorf("got %v and %v, want two databases on one server", a, b)
	}
}

// What was committed before a crash is there after it, on the same port.
func TestMariaDBServerFaults(t *testing.T) {
	server := StartMariaDB(t, true)
	cfg := server.Database()
	db := open(t, cfg, "")
	if err := db.Exec("INSERT INTO meta (name, value) VALUES ('k', 'v')").Error; err != nil {
		t.Fatal(err)
	}
	old := server.Pid()
	server.Kill9()
	if err := syscall.Kill(old, 0); err == nil {
		t.Error("the killed server still runs")
	}
	server.Start()
	var got string
	if err := db.Raw("SELECT value FROM meta WHERE name = 'k'").Scan(&got).Error; err != nil || got != "v" {
		t.Errorf("after the crash: %q, %v", got, err)
	}

	server.Pause()
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if err := db.WithContext(ctx).Exec("UPDATE meta SET value = 'w'").Error; err == nil {
		t.Error("a paused server answered")
	}
	server.Resume()
	if err := db.Raw("SELECT value FROM meta WHERE name = 'k'").Scan(&got).Error; err != nil {
		t.Errorf("after the pause: %v", err)
	}
}

func TestRedis(t *testing.T) {
	conn, err := net.Dial("tcp", Redis(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 7)
	if _, err := conn.Read(answer); err != nil || string(answer) != "+PONG\r\n" {
		t.Errorf("got %q, %v", answer, err)
	}
}

func TestParseServer(t *testing.T) {
	got, err := parseServer("root:p@ss:word@db.example:3307")
	if err != nil || got.User != "root" || got.Pwd != "p@ss:word" || got.IP != "db.example" || got.Port != 3307 {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{"", "host", "host:3306", "u:p@host", "u:p@host:x"} {
		if _, err := parseServer(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}
