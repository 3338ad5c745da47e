package db_conn

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"ginchat/common"

	"github.com/go-sql-driver/mysql"
	"go.uber.org/zap"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
)

const (
	// startWait is how long a start waits for a database that does not answer.
	startWait = 10 * time.Second
	// ioTimeout catches a dead link that no context bounds; contexts are shorter.
	ioTimeout      = 10 * time.Second
	connectTimeout = 3 * time.Second
	// idleInTransaction is how many seconds the server keeps a transaction whose client
	// says nothing. A node that hangs, or whose link is dead, would else keep the
	// conversations of its last batch locked for as long as it does. No transaction
	// of ours pauses for more than a moment, and none lasts longer than 3 s.
	idleInTransaction = "2"
	// connLifetime lets connections follow a fail-over or a changed address.
	connLifetime = 5 * time.Minute
)

// Error numbers of MySQL that waiting does not mend.
const (
	errDatabaseAccess  = 1044
	errAccess          = 1045
	errUnknownDatabase = 1049
)

func openMySQL(ctx context.Context, cfg common.MySQL, log *zap.Logger) (gorm.Dialector, error) {
	driver := mysqlConfig(cfg, log)
	version, err := prepareMySQL(ctx, cfg, driver.Clone(), log)
	if err != nil {
		return nil, err
	}
	if strings.Contains(version, "MariaDB") { // MySQL has nothing of the kind
		driver.Params["idle_transaction_timeout"] = idleInTransaction
	}
	connector, err := mysql.NewConnector(driver)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", cfg.Addr(), err)
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(cfg.MaxOpenConns)
	pool.SetMaxIdleConns(max(cfg.MaxOpenConns, 2)) // reconnecting costs more than keeping
	pool.SetConnMaxLifetime(connLifetime)
	return mysqlDialector{&gormmysql.Dialector{Config: &gormmysql.Config{
		Conn: pool,
		// Debian's MariaDB would get INSERT … RETURNING, which MySQL has not:
		// one dialect means that tests on the one speak for the other.
		DisableWithReturning: true,
	}}}, nil
}

func mysqlConfig(cfg common.MySQL, log *zap.Logger) *mysql.Config {
	driver := mysql.NewConfig()
	driver.User, driver.Passwd = cfg.User, cfg.Pwd
	driver.Net, driver.Addr = "tcp", cfg.Addr()
	driver.DBName = cfg.DBName
	driver.Loc = time.UTC
	driver.ParseTime = true
	driver.InterpolateParams = true // one round trip a statement instead of three
	driver.ClientFoundRows = true   // an UPDATE to the same value counts as found
	driver.RejectReadOnly = true    // after a fail-over, leave the server that may not write
	driver.Timeout, driver.ReadTimeout, driver.WriteTimeout = connectTimeout, ioTimeout, ioTimeout
	driver.Params = map[string]string{"sql_mode": "'TRADITIONAL'"} // what does not fit is an error, never cut
	driver.Logger = driverLog{log}
	// The charset is sent as SET NAMES, which fixes the collation as well.
	if err := driver.Apply(mysql.Charset("utf8mb4", "")); err != nil {
		log.Warn("database character set", zap.Error(err))
	}
	return driver
}

// prepareMySQL waits for the database, migrates it and returns its version. It has
// its own connections, since a migration may take longer than any query.
func prepareMySQL(ctx context.Context, cfg common.MySQL, driver *mysql.Config, log *zap.Logger) (version string, err error) {
	driver.ReadTimeout = 0
	connector, err := mysql.NewConnector(driver)
	if err != nil {
		return "", fmt.Errorf("database %s: %w", cfg.Addr(), err)
	}
	pool := sql.OpenDB(connector)
	defer pool.Close()
	if err := waitFor(ctx, pool, cfg, log); err != nil {
		return "", err
	}
	if err := migrateMySQL(ctx, pool, cfg.DBName); err != nil {
		return "", fmt.Errorf("database %s: %w", cfg.Addr(), err)
	}
	if err := pool.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return "", fmt.Errorf("database %s: %w", cfg.Addr(), err)
	}
	return version, nil
}

// waitFor returns when the database answers, when waiting cannot help, or
// after startWait.
func waitFor(ctx context.Context, pool *sql.DB, cfg common.MySQL, log *zap.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	for try := 1; ; try++ {
		attempt, done := context.WithTimeout(ctx, connectTimeout)
		err := pool.PingContext(attempt)
		done()
		if err == nil {
			return nil
		}
		if hopeless := explain(err, cfg); hopeless != nil {
			return hopeless
		}
		if try == 1 {
			log.Warn("waiting for the database", zap.String("address", cfg.Addr()), zap.Error(err))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("database %s does not answer: %w", cfg.Addr(), err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// explain says what to do about an error that waiting does not mend; nil for others.
func explain(err error, cfg common.MySQL) error {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Number {
	case errUnknownDatabase:
		return fmt.Errorf("database %s has no database %q; run: CREATE DATABASE `%s` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
			cfg.Addr(), cfg.DBName, cfg.DBName)
	case errAccess:
		return fmt.Errorf("database %s refuses user %q: check mysql.user and mysql.pwd", cfg.Addr(), cfg.User)
	case errDatabaseAccess:
		return fmt.Errorf("database %s: user %q may not use %q; run: GRANT ALL ON `%s`.* TO '%s'@'…'",
			cfg.Addr(), cfg.User, cfg.DBName, cfg.DBName, cfg.User)
	}
	return nil
}
