package db_conn

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// migrateWait is how long a start waits for another one's migrations, in seconds.
const migrateWait = 60

// migrateMySQL migrates under a lock that the server drops with the
// connection, so that of several starting nodes one migrates and a dead one
// blocks nobody.
func migrateMySQL(ctx context.Context, pool *sql.DB, dbName string) error {
	// Lock names are the whole server's, and at most 64 characters.
	name := fmt.Sprintf("ginchat_migrate_%08x", crc32.ChecksumIEEE([]byte(dbName)))
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer conn.Close()
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, ?)", name, migrateWait).Scan(&got); err != nil {
		return fmt.Errorf("wait for other nodes' migrations: %w", err)
	}
	if got.Int64 != 1 {
		return fmt.Errorf("another node has been migrating for more than %d s; start again when it is done", migrateWait)
	}
	err = migrate(ctx, goose.DialectMySQL, pool, "migrations/mysql")
	_, unlock := conn.ExecContext(context.WithoutCancel(ctx), "DO RELEASE_LOCK(?)", name)
	return errors.Join(err, unlock)
}

// migrateSQLite needs no lock of its own: the process has the file's.
func migrateSQLite(ctx context.Context, pool *sql.DB) error {
	return migrate(ctx, goose.DialectSQLite3, pool, "migrations/sqlite")
}

// migrate brings the schema to the newest version this binary knows. A newer
// one is refused: an old binary would not keep its rules.
func migrate(ctx context.Context, dialect goose.Dialect, pool *sql.DB, folder string) error {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	provider, err := goose.NewProvider(dialect, pool, files,
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	sources := provider.ListSources()
	newest := sources[len(sources)-1].Version
	current, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if current > newest {
		return fmt.Errorf("the schema has version %d and this GinChat knows only up to %d: start a newer GinChat", current, newest)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate the schema from version %d: %w", current, err)
	}
	return nil
}
