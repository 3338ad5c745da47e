package common

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// yamlLine finds the line number in the YAML parser's messages.
var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parseFile returns what a file sets. It walks the nodes itself, since a
// decoder's errors tell neither the whole key nor what would be right.
func parseFile(name string, text []byte, settings settings) ([]assignment, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, yamlFault(name, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, &Error{Source: name, Want: "wants one YAML document"}
	}
	f := file{name: name, settings: settings, seen: map[string]bool{}}
	root := resolve(document.Content[0])
	if empty(root) {
		return nil, nil
	}
	if root.Kind != yaml.MappingNode {
		return nil, f.fault(root, "", "wants sections: "+settings.namesIn(""))
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if err := f.section(root.Content[i], resolve(root.Content[i+1])); err != nil {
			return nil, err
		}
	}
	return f.set, nil
}

func yamlFault(name string, err error) error {
	message := err.Error()
	if found := yamlLine.FindStringSubmatch(message); found != nil {
		message = message[len(found[0]):]
		if found[1] != "" {
			name += ":" + found[1]
		}
	}
	return &Error{Source: name, Want: "is not YAML: " + message}
}

type file struct {
	name     string
	settings settings
	set      []assignment
	seen     map[string]bool
}

func (f *file) fault(at *yaml.Node, key, want string) error {
	return &Error{Source: f.at(at), Key: key, Want: want}
}

func (f *file) at(node *yaml.Node) string { return fmt.Sprintf("%s:%d", f.name, node.Line) }

func (f *file) section(name, body *yaml.Node) error {
	if f.settings.namesIn(name.Value) == "" || name.Value == "" {
		return f.fault(name, name.Value, f.settings.unknown(name.Value))
	}
	if empty(body) {
		return nil
	}
	if body.Kind != yaml.MappingNode {
		return f.fault(body, name.Value, "is a section with the keys "+f.settings.namesIn(name.Value))
	}
	for i := 0; i+1 < len(body.Content); i += 2 {
		label, node := body.Content[i], resolve(body.Content[i+1])
		key := name.Value + "." + label.Value
		if f.seen[key] {
			return f.fault(label, key, "is set twice; once would be right")
		}
		f.seen[key] = true
		if _, ok := f.settings.find(key); !ok {
			return f.fault(label, key, f.settings.unknown(key))
		}
		v, ok := valueOf(node)
		if !ok {
			return f.fault(label, key, "wants plain values, not a nest of lists and maps")
		}
		f.set = append(f.set, assignment{key, f.at(label), v})
	}
	return nil
}

// valueOf reads a scalar, a list of scalars or a map of scalars.
func valueOf(node *yaml.Node) (value, bool) {
	switch node.Kind {
	case yaml.ScalarNode:
		return value{text: scalar(node)}, true
	case yaml.SequenceNode:
		v := value{shape: asList}
		for _, item := range node.Content {
			item = resolve(item)
			if item.Kind != yaml.ScalarNode {
				return value{}, false
			}
			v.list = append(v.list, scalar(item))
		}
		return v, true
	case yaml.MappingNode:
		v := value{shape: asMap, entries: map[string]string{}}
		for i := 0; i+1 < len(node.Content); i += 2 {
			from, to := resolve(node.Content[i]), resolve(node.Content[i+1])
			if from.Kind != yaml.ScalarNode || to.Kind != yaml.ScalarNode {
				return value{}, false
			}
			v.entries[scalar(from)] = scalar(to)
		}
		return v, true
	}
	return value{}, false
}

// scalar is "" for a key without a value, which YAML calls null.
func scalar(node *yaml.Node) string {
	if empty(node) {
		return ""
	}
	return strings.TrimSpace(node.Value)
}

func empty(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" }

func resolve(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}
