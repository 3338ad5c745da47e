package harness

import (
	"testing"

	"ginchat/test/services"
)

// Engines runs f on a server with each kind of database, as a subtest. f adds
// its own options to those given.
func Engines(t *testing.T, f func(t *testing.T, on Option)) {
	t.Run("sqlite", func(t *testing.T) { f(t, Flags()) })
	t.Run("mariadb", func(t *testing.T) { f(t, MySQL(services.MariaDB(t))) })
}
