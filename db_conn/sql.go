// Package db_conn opens what GinChat keeps its data in.
package db_conn

import (
	"context"
	"fmt"

	"ginchat/common"

	"go.uber.org/zap"
	"gorm.io/gorm"
)

// DB is a database that OpenSQL has opened.
type DB = gorm.DB

// OpenSQL opens the MySQL or MariaDB database of cfg, or without cfg.IP the
// embedded one at attachPath/ginchat.db, and brings its schema up to date. It
// waits some seconds for a database that does not answer yet. Errors are one
// line that says what to do, without the password.
func OpenSQL(ctx context.Context, cfg common.MySQL, attachPath string, log *zap.Logger) (*gorm.DB, error) {
	var dialector gorm.Dialector
	var err error
	if cfg.IP == "" {
		dialector, err = openSQLite(ctx, attachPath)
	} else {
		dialector, err = openMySQL(ctx, cfg, log)
	}
	if err != nil {
		return nil, err
	}
	db, err := gorm.Open(dialector, &gorm.Config{
		TranslateError:         true, // gorm.ErrDuplicatedKey instead of each engine's number
		SkipDefaultTransaction: true, // stores open transactions where they need one
		DisableAutomaticPing:   true,
		Logger:                 newSQLLog(log, cfg.ShowSQL),
	})
	if err != nil {
		return nil, fmt.Errorf("start the database: %w", err)
	}
	return db, nil
}

// IsSQLite reports whether db is the embedded database, which has no
// SELECT … FOR UPDATE: there a transaction holds the only write lock from its start.
func IsSQLite(db *gorm.DB) bool { return db.Name() == "sqlite" }

// Close closes db's connections and, for the embedded database, lets another
// process have it.
func Close(db *gorm.DB) error {
	if pool, ok := db.ConnPool.(*sqlitePool); ok {
		return pool.Close()
	}
	pool, err := db.DB()
	if err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return pool.Close()
}
