package attacks

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"testing"

	"ginchat/common"

	"github.com/go-sql-driver/mysql"
)

// database is the server's, opened behind its back.
type database struct{ db *sql.DB }

func openSQLite(t *testing.T, folder string) *database {
	t.Helper()
	return connect(t, "sqlite", "file:"+url.PathEscape(filepath.Join(folder, "ginchat.db"))+"?_pragma=busy_timeout(10000)")
}

func openMariaDB(t *testing.T, cfg common.MySQL) *database {
	t.Helper()
	dsn := mysql.NewConfig()
	dsn.User, dsn.Passwd, dsn.Net, dsn.Addr, dsn.DBName = cfg.User, cfg.Pwd, "tcp", cfg.Addr(), cfg.DBName
	return connect(t, "mysql", dsn.FormatDSN())
}

func connect(t *testing.T, driver, dsn string) *database {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &database{db}
}

func (d *database) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := d.db.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// text returns the one value that query finds.
func (d *database) text(t *testing.T, query string, args ...any) (value string) {
	t.Helper()
	if err := d.db.QueryRow(query, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

// dump returns all the database holds, as text.
func (d *database) dump(t *testing.T) (all []string) {
	t.Helper()
	for _, table := range []string{"users", "logins", "contacts", "communities", "conversations", "members", "messages", "join_requests", "meta"} {
		rows, err := d.db.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values := make([]sql.RawBytes, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for _, value := range values {
				all = append(all, string(value))
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}
