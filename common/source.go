package common

import (
	"errors"
	"flag"
	"io"
	"reflect"
	"strings"
)

// EnvPrefix begins the name of every environment variable that sets a key:
// GINCHAT_SERVER_PORT is server.port.
const EnvPrefix = "GINCHAT_"

// foreignEnv are variables of others that begin like ours: those of the tests,
// and those that Kubernetes sets in every pod beside a service named ginchat.
var foreignEnv = []string{"GINCHAT_TEST_", "GINCHAT_SERVICE_", "GINCHAT_PORT"}

// readFlags returns what the command line sets and the file it names.
func readFlags(args []string, settings settings) ([]assignment, *fileChoice, error) {
	var (
		set     []assignment
		file    *fileChoice
		version bool
	)
	flags := flag.NewFlagSet("ginchat", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {} // main prints Usage
	flags.BoolVar(&version, "version", false, "")
	flags.Func("config", "", func(path string) error {
		file = &fileChoice{path, "flag --config"}
		return nil
	})
	for _, one := range settings {
		add := func(text string) error {
			set = append(set, assignment{one.key, "flag --" + one.key, value{text: text}})
			return nil
		}
		if one.field.Kind() == reflect.Bool {
			flags.BoolFunc(one.key, "", add)
		} else {
			flags.Func(one.key, "", add)
		}
	}
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return nil, nil, ErrHelp
	case version:
		return nil, nil, ErrVersion
	case err != nil:
		return nil, nil, &Error{Source: "command line", Want: flagFault(err, settings)}
	case flags.NArg() > 0:
		return nil, nil, &Error{Source: "command line", Want: quote(flags.Arg(0)) + " is not a flag; flags look like --server.port=8080"}
	}
	return set, file, nil
}

func flagFault(err error, settings settings) string {
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		return "--" + name + ": " + settings.unknown(name)
	}
	return err.Error()
}

// readEnv returns what the environment sets and the file it names.
func readEnv(env []string, settings settings) ([]assignment, *fileChoice, error) {
	keys := make(map[string]string, len(settings))
	for _, one := range settings {
		keys[EnvPrefix+strings.ToUpper(strings.ReplaceAll(one.key, ".", "_"))] = one.key
	}
	var (
		set  []assignment
		file *fileChoice
	)
	for _, variable := range env {
		name, text, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, EnvPrefix) || foreign(name) {
			continue
		}
		if name == EnvPrefix+"CONFIG" {
			file = &fileChoice{text, "environment variable " + name}
			continue
		}
		key, ok := keys[name]
		if !ok {
			section, rest, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(name, EnvPrefix)), "_")
			return nil, nil, &Error{Source: "environment variable " + name, Want: settings.unknown(section + "." + rest)}
		}
		set = append(set, assignment{key, "environment variable " + name, value{text: text}})
	}
	return set, file, nil
}

func foreign(name string) bool {
	for _, prefix := range foreignEnv {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
