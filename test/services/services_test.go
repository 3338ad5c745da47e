package services

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
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

// A killed Redis comes back with what was saved, or empty; a paused one is silent,
// a full one refuses to store.
func TestRedisServerFaults(t *testing.T) {
	server := StartRedis(t)
	server.Do("SET", "k", "v")
	server.Save()
	server.Do("SET", "later", "v")
	server.Kill9()
	server.Start()
	if got := server.Do("KEYS", "*"); fmt.Sprint(got) != "[k]" {
		t.Errorf("after a kill: %v, want what was saved", got)
	}
	server.Fill()
	if _, err := server.try("SET", "other", "v"); err == nil {
		t.Error("a full server stored something")
	}
	if got := server.Do("GET", "k"); got != "v" {
		t.Errorf("a full server answered %v", got)
	}
	server.Relieve()
	server.Do("SET", "other", "v")
	server.Flush()
	server.Do("SET", "flushed", "v")
	if got := server.Do("KEYS", "*"); fmt.Sprint(got) != "[flushed]" {
		t.Errorf("after a flush: %v", got)
	}
	server.Kill9()
	server.StartEmpty()
	if got := server.Do("KEYS", "*"); fmt.Sprint(got) != "[]" {
		t.Errorf("started empty: %v", got)
	}

	server.Pause()
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), ContextTimeoutEnabled: true, DisableIdentity: true})
	defer client.Close()
	if err := client.Ping(ctx).Err(); err == nil {
		t.Error("a paused server answered")
	}
	server.Resume()
	if err := client.Ping(context.Background()).Err(); err != nil {
		t.Errorf("after the pause: %v", err)
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
