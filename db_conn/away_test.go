package db_conn_test

import (
	"context"
	"errors"
	"testing"

	"ginchat/db_conn"
	"ginchat/test/services"

	"go.uber.org/zap"
	"gorm.io/gorm"
)

// A database that is away is told from one that finds fault with a statement.
func TestAwayIsUnavailable(t *testing.T) {
	server := services.StartMariaDB(t, false)
	db, err := db_conn.OpenSQL(context.Background(), server.Database(), "", zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer db_conn.Close(db)
	unavailable := func(err error) bool {
		var away interface{ Unavailable() bool }
		return errors.As(err, &away) && away.Unavailable()
	}
	insert := "INSERT INTO meta (name, value) VALUES ('twice', '')"
	if err := db.Exec(insert).Error; err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(insert).Error; !errors.Is(err, gorm.ErrDuplicatedKey) || unavailable(err) {
		t.Errorf("a second row: %v, want a duplicated key", err)
	}
	server.Kill9()
	for range 2 { // a connection from the pool, then a new one
		if err := db.Exec(insert).Error; !unavailable(err) {
			t.Errorf("without a server: %v, want unavailable", err)
		}
	}
	if err := db.Begin().Error; !unavailable(err) {
		t.Errorf("begin without a server: %v, want unavailable", err)
	}
}
