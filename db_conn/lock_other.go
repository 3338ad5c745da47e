//go:build !unix

package db_conn

import (
	"fmt"
	"os"
)

// lockFile takes a lock by making a file that must not exist. A process that
// was killed leaves it behind; the error says so.
func lockFile(path string) (release func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if os.IsExist(err) {
		return nil, fmt.Errorf("another GinChat is using it; if none is running, delete %s", path)
	}
	if err != nil {
		return nil, err
	}
	return func() error {
		if err := f.Close(); err != nil {
			return err
		}
		return os.Remove(path)
	}, nil
}
