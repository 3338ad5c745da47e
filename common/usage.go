package common

import _ "embed"

// shipped is the file as it comes with GinChat: the manual of all keys.
//
//go:embed config.yaml
var shipped string

// Usage returns what --help prints.
func Usage() string {
	return `Usage: ginchat [--config=PATH] [--KEY=VALUE ...]
       ginchat disable|enable ACCOUNT [--config=PATH] [--KEY=VALUE ...]

  --config=PATH   read PATH; without it ./common/config.yaml, if there is one
  --server.port=  and so on for each key below
  --version       say which build this is
  --help          say this

The keys, with their defaults:

` + shipped
}
