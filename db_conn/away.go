package db_conn

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/glebarez/sqlite"
	"github.com/go-sql-driver/mysql"
	gormmysql "gorm.io/driver/mysql"
)

// away is the error of a database that is not there or cannot take in anything
// now; the same request may succeed later.
type away struct{ error }

// Unavailable tells who answers clients that it is not their fault.
func (away) Unavailable() bool { return true }

func (a away) Unwrap() error { return a.error }

// translate marks such errors on their way through gorm.
func translate(err error) error {
	var server *mysql.MySQLError
	var embedded interface{ Code() int }
	var network net.Error
	switch {
	case errors.As(err, &server) && mysqlAway[server.Number],
		errors.As(err, &embedded) && sqliteAway[embedded.Code()&0xff],
		errors.As(err, &network), errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, driver.ErrBadConn),
		errors.Is(err, sql.ErrConnDone), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.DeadlineExceeded):
		return away{err}
	}
	return err
}

// mysqlAway: too many connections, disk full, shutdown, table full, lock wait
// time-out, deadlock, read-only.
var mysqlAway = map[uint16]bool{1040: true, 1021: true, 1053: true, 1114: true, 1205: true, 1213: true, 1290: true}

// sqliteAway: busy, locked, read-only, I/O error, disk full, cannot open.
var sqliteAway = map[int]bool{5: true, 6: true, 8: true, 10: true, 13: true, 14: true}

type mysqlDialector struct{ *gormmysql.Dialector }

// Translate is called by gorm for every error.
func (d mysqlDialector) Translate(err error) error { return translate(d.Dialector.Translate(err)) }

type sqliteDialector struct{ *sqlite.Dialector }

// Translate is called by gorm for every error.
func (d sqliteDialector) Translate(err error) error { return translate(d.Dialector.Translate(err)) }
