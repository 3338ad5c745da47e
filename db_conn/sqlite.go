package db_conn

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
)

// sqliteReaders bounds the connections that read beside the one that writes.
const sqliteReaders = 8

// openSQLite opens, or makes, attachPath/ginchat.db.
func openSQLite(ctx context.Context, attachPath string) (_ gorm.Dialector, err error) {
	path, err := filepath.Abs(filepath.Join(attachPath, "ginchat.db"))
	if err != nil {
		return nil, fmt.Errorf("embedded database in %s: %w", attachPath, err)
	}
	if err := makeFile(path); err != nil {
		return nil, err
	}
	release, err := lockFile(path + ".lock")
	if err != nil {
		return nil, fmt.Errorf("embedded database %s: %w", path, err)
	}
	pool, err := newSQLitePool(path, release)
	if err != nil {
		return nil, errors.Join(err, release())
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, pool.Close())
		}
	}()
	if err := migrateSQLite(ctx, pool.write); err != nil {
		return nil, fmt.Errorf("embedded database %s: %w", path, err)
	}
	return sqliteDialector{&sqlite.Dialector{Conn: pool}}, nil
}

// makeFile makes sure the database file exists, can be written, and is nobody
// else's to read; SQLite gives its side files the same rights.
func makeFile(path string) error {
	err := os.MkdirAll(filepath.Dir(path), 0o750)
	if err == nil {
		var f *os.File
		if f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err == nil {
			err = f.Close()
		}
	}
	if err == nil {
		return nil
	}
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	return fmt.Errorf("embedded database %s cannot be written: %w; set server.attach_path to a folder that can", path, err)
}

func newSQLitePool(path string, release func() error) (*sqlitePool, error) {
	query := url.Values{
		"_txlock": {"immediate"}, // a transaction never has to upgrade, so it cannot deadlock
		"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"},
	}
	uri := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query.Encode()}
	write, err := sql.Open(sqlite.DriverName, uri.String())
	if err != nil {
		return nil, fmt.Errorf("embedded database %s: %w", path, err)
	}
	read, err := sql.Open(sqlite.DriverName, uri.String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("embedded database %s: %w", path, err), write.Close())
	}
	write.SetMaxOpenConns(1)
	readers := min(sqliteReaders, 2*runtime.GOMAXPROCS(0))
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return &sqlitePool{write: write, read: read, release: release}, nil
}
