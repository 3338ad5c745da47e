// Package view renders the pages. Each page is a typed struct that embeds Page
// and names its template; the texts come from one catalogue per language.
package view

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Files beginning with _ are partials: those of layout are at hand on every
// page, those of another folder on the pages of that folder.
//
//go:embed */*.html
var templates embed.FS

// Renderable is a page struct: it embeds Page and names its template, such as
// "user/login" for user/login.html.
type Renderable interface {
	Template() string
	language() string
}

// View renders pages in every language.
type View struct {
	catalogues map[string]*catalogue
	pages      map[string]*template.Template // by language + " " + template name
}

// Assets tells the addresses of what pages load; asset.Assets does.
type Assets interface {
	// Path returns the address of a file, by its name such as "css/all.css".
	Path(name string) string
	// Needs returns the addresses of all modules that a module imports.
	Needs(module string) []string
}

// New parses all templates for all languages.
func New(assets Assets) (*View, error) {
	catalogues, err := loadCatalogues()
	if err != nil {
		return nil, err
	}
	v := &View{catalogues: catalogues, pages: map[string]*template.Template{}}
	names, err := fs.Glob(templates, "*/*.html")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	for lang, texts := range catalogues {
		for _, name := range names {
			if path.Base(name)[0] == '_' || path.Dir(name) == "layout" {
				continue
			}
			page, err := parse(name, names, funcs(texts, assets))
			if err != nil {
				return nil, err
			}
			v.pages[lang+" "+strings.TrimSuffix(name, ".html")] = page
		}
	}
	return v, nil
}

func parse(name string, names []string, funcs template.FuncMap) (*template.Template, error) {
	files := []string{}
	for _, partial := range names {
		dir, base := path.Split(partial)
		if dir == "layout/" || (base[0] == '_' && dir == path.Dir(name)+"/") {
			files = append(files, partial)
		}
	}
	page, err := template.New(name).Funcs(funcs).ParseFS(templates, append(files, name)...)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", name, err)
	}
	return page, nil
}

// Render writes page to w, or nothing if it fails.
func (v *View) Render(w io.Writer, page Renderable) error {
	t, ok := v.pages[page.language()+" "+page.Template()]
	if !ok {
		return fmt.Errorf("no template %q in language %q", page.Template(), page.language())
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "page", page); err != nil {
		return fmt.Errorf("render %s: %w", page.Template(), err)
	}
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("write %s: %w", page.Template(), err)
	}
	return nil
}
