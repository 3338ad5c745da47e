package common

import (
	"errors"
	"os"
	"strings"
)

// DefaultFile is read when no file is named and it exists, so that a checkout
// runs with the file its owner sees.
const DefaultFile = "./common/config.yaml"

// assignment is one wish to set one key.
type assignment struct {
	key    string
	source string // as Error.Source
	value  value
}

// Load puts a configuration together: a flag wins over the environment, that
// over the file, that over the default. args is the command line without the
// program's name, env has the form of os.Environ.
//
// The error is ErrHelp, ErrVersion or an *Error.
func Load(args []string, env []string) (Config, error) {
	cfg := Default()
	settings := settingsOf(&cfg)

	flags, file, err := readFlags(args, settings)
	if err != nil {
		return Config{}, err
	}
	variables, fileByEnv, err := readEnv(env, settings)
	if err != nil {
		return Config{}, err
	}
	if file == nil {
		file = fileByEnv
	}
	inFile, err := readFile(file, settings)
	if err != nil {
		return Config{}, err
	}

	sources := map[string]string{}
	for _, layer := range [][]assignment{inFile, variables, flags} {
		for _, a := range layer {
			if want := settings.set(a.key, a.value); want != "" {
				return Config{}, &Error{Source: a.source, Key: a.key, Want: want}
			}
			sources[a.key] = a.source
		}
	}
	if err := cfg.Validate(); err != nil {
		var e *Error
		if errors.As(err, &e) {
			e.Source = sources[e.Key]
		}
		return Config{}, err
	}
	return cfg, nil
}

// fileChoice is a configuration file somebody named; "" means none at all.
type fileChoice struct{ path, source string }

// readFile returns what the chosen file sets; with no choice DefaultFile is
// used if it is there.
func readFile(choice *fileChoice, settings settings) ([]assignment, error) {
	path := DefaultFile
	if choice != nil {
		path = choice.path
	}
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	switch {
	case choice == nil && errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		var pathError *os.PathError
		if errors.As(err, &pathError) {
			err = pathError.Err
		}
		e := &Error{Key: "config", Want: "cannot read " + quote(path) + ": " + err.Error()}
		if choice != nil {
			e.Source = choice.source
		}
		return nil, e
	}
	return parseFile(strings.TrimPrefix(path, "./"), text, settings)
}
