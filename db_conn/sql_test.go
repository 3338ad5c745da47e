package db_conn_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ginchat/common"
	"ginchat/db_conn"
	"ginchat/test/services"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"gorm.io/gorm"
)

func open(t *testing.T, cfg common.MySQL, folder string) (*gorm.DB, error) {
	t.Helper()
	db, err := db_conn.OpenSQL(t.Context(), cfg, folder, zap.NewNop())
	if err == nil {
		t.Cleanup(func() { _ = db_conn.Close(db) }) // a test may have closed it
	}
	return db, err
}

// wantLine checks an error that an operator reads.
func wantLine(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("%q is more than one line", err)
	}
}

// Nodes that start together must not migrate together.
func TestStartersAtOnce(t *testing.T) {
	cfg := services.MariaDB(t)
	var starters sync.WaitGroup
	for range 4 {
		starters.Go(func() {
			if _, err := open(t, cfg, ""); err != nil {
				t.Error(err)
			}
		})
	}
	starters.Wait()
	db, err := open(t, cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	var applied int64
	if err := db.Raw("SELECT COUNT(*) FROM goose_db_version WHERE version_id = 1").Scan(&applied).Error; err != nil || applied != 1 {
		t.Errorf("the first migration was applied %d times, %v", applied, err)
	}
}

// MySQL commits each statement: a crash in the middle must not end all starts.
func TestInterruptedMigration(t *testing.T) {
	cfg := services.MariaDB(t)
	db, err := open(t, cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"DELETE FROM goose_db_version WHERE version_id > 0", "DROP TABLE meta, messages"} {
		if err := db.Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	if db, err = open(t, cfg, ""); err != nil {
		t.Fatal(err)
	}
	if err := db.Exec("INSERT INTO meta (name, value) VALUES ('k', 'v')").Error; err != nil {
		t.Error(err)
	}
}

// A client that falls silent in the middle of a transaction does not keep others
// from the rows it has locked.
func TestSilentTransactionEnds(t *testing.T) {
	db, err := open(t, services.MariaDB(t), "")
	if err != nil {
		t.Fatal(err)
	}
	silent := db.Begin()
	defer silent.Rollback()
	if err := silent.Exec("INSERT INTO meta (name, value) VALUES ('locked', 'x')").Error; err != nil {
		t.Fatal(err)
	}
	if err := db.Exec("INSERT INTO meta (name, value) VALUES ('locked', 'y')").Error; err != nil {
		t.Errorf("the row stays locked: %v", err)
	}
	if err := silent.Commit().Error; err == nil {
		t.Error("the silent transaction is committed all the same")
	}
}

func TestNewerSchema(t *testing.T) {
	cfg, folder := services.MariaDB(t), t.TempDir()
	for name, reopen := range map[string]func() (*gorm.DB, error){
		"mariadb": func() (*gorm.DB, error) { return open(t, cfg, "") },
		"sqlite":  func() (*gorm.DB, error) { return open(t, common.MySQL{}, folder) },
	} {
		t.Run(name, func(t *testing.T) {
			db, err := reopen()
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)").Error; err != nil {
				t.Fatal(err)
			}
			if err := db_conn.Close(db); err != nil {
				t.Fatal(err)
			}
			_, err = reopen()
			wantLine(t, err, "99999", "start a newer GinChat")
		})
	}
}

func TestSQLiteHasOneOwner(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "made on the way ?%")
	db, err := open(t, common.MySQL{}, folder)
	if err != nil {
		t.Fatal(err)
	}
	_, err = open(t, common.MySQL{}, folder)
	wantLine(t, err, "another GinChat", "ginchat.db")
	if err := db_conn.Close(db); err != nil {
		t.Fatal(err)
	}
	if db, err = open(t, common.MySQL{}, folder); err != nil {
		t.Fatalf("after the first was closed: %v", err)
	}
	if !db_conn.IsSQLite(db) {
		t.Error("the embedded database is not SQLite")
	}
	if info, err := os.Stat(filepath.Join(folder, "ginchat.db")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; others can read the database", info.Mode(), err)
	}
}

func TestSQLiteUnwritable(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := open(t, common.MySQL{}, blocked)
	wantLine(t, err, "server.attach_path")
}

// Reads go on beside an open write transaction, and see what is committed.
func TestSQLiteReadsBesideWrite(t *testing.T) {
	db, err := open(t, common.MySQL{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	count := func(db *gorm.DB) (n int64) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := db.WithContext(ctx).Table("meta").Count(&n).Error; err != nil {
			t.Error(err)
		}
		return n
	}
	err = db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("INSERT INTO meta (name, value) VALUES ('k', 'v')").Error; err != nil {
			return err
		}
		if n := count(db); n != 0 {
			t.Errorf("%d rows seen before the commit", n)
		}
		return db.Transaction(func(reader *gorm.DB) error {
			if n := count(reader); n != 0 {
				t.Errorf("%d rows seen before the commit", n)
			}
			return nil
		}, &sql.TxOptions{ReadOnly: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(db); n != 1 {
		t.Errorf("%d rows after the commit, want 1", n)
	}
}

func TestMySQLRefusals(t *testing.T) {
	cfg := services.MariaDB(t)
	none, stranger, dead := cfg, cfg, cfg
	none.DBName = "nowhere"
	stranger.Pwd = "not-the-password"
	dead.Port = 1
	_, err := open(t, none, "")
	wantLine(t, err, cfg.Addr(), "CREATE DATABASE `nowhere`")
	_, err = open(t, stranger, "")
	wantLine(t, err, cfg.Addr(), "mysql.pwd")
	if strings.Contains(err.Error(), stranger.Pwd) {
		t.Errorf("%q shows the password", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = db_conn.OpenSQL(ctx, dead, "", zap.NewNop())
	wantLine(t, err, "127.0.0.1:1", "does not answer")
}

// A start outlives a database that comes up later.
func TestWaitsForMySQL(t *testing.T) {
	server := services.StartMariaDB(t, false)
	cfg := server.Database()
	server.Kill9()
	opened := make(chan error, 1)
	go func() {
		_, err := open(t, cfg, "")
		opened <- err
	}()
	time.Sleep(300 * time.Millisecond)
	server.Start()
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

// What does not fit is refused, a second row under one key is told as such,
// and an update to the same value counts as found: on both engines.
func TestEnginesAgree(t *testing.T) {
	for name, db := range services.Databases(t) {
		t.Run(name, func(t *testing.T) {
			insert := "INSERT INTO meta (name, value) VALUES (?, ?)"
			if err := db.Exec(insert, "k", "v").Error; err != nil {
				t.Fatal(err)
			}
			if err := db.Exec(insert, "k", "w").Error; !errors.Is(err, gorm.ErrDuplicatedKey) {
				t.Errorf("second row: %v", err)
			}
			if same := db.Exec("UPDATE meta SET value = 'v' WHERE name = 'k'"); same.Error != nil || same.RowsAffected != 1 {
				t.Errorf("same value: %d rows, %v", same.RowsAffected, same.Error)
			}
			if err := db.Exec(insert, "long", strings.Repeat("x", 256)).Error; err == nil && !db_conn.IsSQLite(db) {
				t.Error("256 characters went into 255")
			}
		})
	}
}

func TestShowSQLHidesValues(t *testing.T) {
	core, seen := observer.New(zap.InfoLevel)
	db, err := db_conn.OpenSQL(t.Context(), common.MySQL{ShowSQL: true}, t.TempDir(), zap.New(core))
	if err != nil {
		t.Fatal(err)
	}
	defer db_conn.Close(db)
	if err := db.Exec("INSERT INTO meta (name, value) VALUES (?, ?)", "k", "a secret").Error; err != nil {
		t.Fatal(err)
	}
	row := map[string]any{"name": "l", "value": "a secret"}
	if err := db.Table("meta").Create(row).Error; err != nil {
		t.Fatal(err)
	}
	entries := seen.FilterMessage("sql").All()
	if len(entries) != 2 {
		t.Fatalf("%d statements logged, want 2", len(entries))
	}
	for _, entry := range entries {
		if text := entry.ContextMap()["sql"].(string); strings.Contains(text, "a secret") || !strings.Contains(text, "INSERT INTO") {
			t.Errorf("logged %q", text)
		}
	}
}
