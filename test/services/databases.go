package services

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"ginchat/common"
	"ginchat/db_conn"

	"github.com/go-sql-driver/mysql"
	"go.uber.org/zap"
	"gorm.io/gorm"
)

// ServerEnv names a MySQL or MariaDB to use instead of a private one, as
// user:password@host:port. The account must be able to make databases.
const ServerEnv = "GINCHAT_TEST_MARIADB"

// Databases returns a fresh, migrated database of each engine, by its name:
// "sqlite" and "mariadb".
func Databases(t testing.TB) map[string]*gorm.DB {
	t.Helper()
	return map[string]*gorm.DB{
		"mariadb": open(t, MariaDB(t), ""),
		"sqlite":  open(t, common.MySQL{}, t.TempDir()),
	}
}

func open(t testing.TB, cfg common.MySQL, folder string) *gorm.DB {
	t.Helper()
	db, err := db_conn.OpenSQL(context.Background(), cfg, folder, zap.NewNop())
	if err != nil {
		t.Fatalf("open a database: %v", err)
	}
	t.Cleanup(func() {
		if err := db_conn.Close(db); err != nil {
			t.Errorf("close a database: %v", err)
		}
	})
	return db
}

// MariaDB returns a fresh, empty database on a server that the tests of this
// process share.
func MariaDB(t testing.TB) common.MySQL {
	t.Helper()
	if address := os.Getenv(ServerEnv); address != "" && !testing.Short() {
		server, err := parseServer(address)
		if err != nil {
			t.Fatal(err)
		}
		return newDatabase(t, server)
	}
	need(t, mariaDBPackages, "mariadbd")
	server, err := shared()
	if err != nil {
		t.Fatalf("start MariaDB: %v", err)
	}
	return newDatabase(t, server.Config())
}

// shared is the server of this test process; it ends with the process.
var shared = sync.OnceValues(func() (*MariaDBServer, error) { return newMariaDB("", false) })

func parseServer(address string) (common.MySQL, error) {
	at := strings.LastIndexByte(address, '@')
	host, port, err := net.SplitHostPort(address[at+1:])
	number, notNumber := strconv.Atoi(port)
	if at < 0 || err != nil || notNumber != nil {
		return common.MySQL{}, fmt.Errorf("%s wants user:password@host:port", ServerEnv)
	}
	user, password, _ := strings.Cut(address[:at], ":")
	return common.MySQL{IP: host, Port: number, User: user, Pwd: password, MaxOpenConns: 32}, nil
}

// newDatabase makes an empty database and drops it when t ends.
func newDatabase(t testing.TB, server common.MySQL) common.MySQL {
	t.Helper()
	name := "t_" + rand.Text()
	execute(t, server, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	server.DBName = name
	t.Cleanup(func() {
		admin, err := openAdmin(server)
		if err != nil {
			return
		}
		defer admin.Close()
		_, _ = admin.Exec("DROP DATABASE IF EXISTS " + server.DBName) // a test may have killed the server
	})
	return server
}

func execute(t testing.TB, server common.MySQL, statement string) {
	t.Helper()
	admin, err := openAdmin(server)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// openAdmin connects to the server itself, or to its database of that name.
func openAdmin(server common.MySQL) (*sql.DB, error) {
	cfg := mysql.NewConfig()
	cfg.DBName = server.DBName
	cfg.User, cfg.Passwd, cfg.Net, cfg.Addr = server.User, server.Pwd, "tcp", server.Addr()
	cfg.Logger = quiet{}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// quiet drops the driver's complaints about a server that is still starting.
type quiet struct{}

func (quiet) Print(...any) {}
