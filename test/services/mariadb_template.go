package services

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// mariaDBTemplate returns an empty data folder to copy, which is quicker than
// making one each time. It is kept in the user's cache, by server version.
func mariaDBTemplate() (string, error) {
	install, err := installed(mariaDBPackages, "mariadb-install-db")
	if err != nil {
		return "", err
	}
	stamp, err := os.Stat(install) // a new server version comes with a new script
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	template := filepath.Join(cache, "ginchat-test", fmt.Sprintf("mariadb-%d-%d", stamp.ModTime().Unix(), os.Getuid()))
	if _, err := os.Stat(template); err == nil {
		return template, nil
	}
	if err := os.MkdirAll(filepath.Dir(template), 0o700); err != nil {
		return "", err
	}
	draft, err := os.MkdirTemp(filepath.Dir(template), "draft-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(draft)
	args := []string{"--no-defaults", "--datadir=" + draft, "--auth-root-authentication-method=normal",
		"--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=8M"}
	if os.Getuid() == 0 {
		args = append(args, "--user=root")
	}
	if output, err := exec.Command(install, args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("mariadb-install-db: %w: %s", err, output)
	}
	// Another test process may have been quicker: its folder is as good.
	if err := os.Rename(draft, template); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	return template, nil
}
