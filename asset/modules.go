package asset

import (
	"path"
	"regexp"
)

// Needs returns the addresses of all modules that a module imports, and those
// import in turn, so that a browser can load them side by side.
func (a *Assets) Needs(module string) []string {
	found := map[string]bool{module: true}
	var paths []string
	for queue := []string{module}; len(queue) > 0; queue = queue[1:] {
		for _, match := range imported.FindAllSubmatch(a.files[queue[0]].raw, -1) {
			name := path.Join(path.Dir(queue[0]), string(match[1]))
			if !found[name] {
				found[name] = true
				queue, paths = append(queue, name), append(paths, a.Path(name))
			}
		}
	}
	return paths
}

var imported = regexp.MustCompile(`(?m)^import .*"(\.[^"]+)"$`)
