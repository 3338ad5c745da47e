package test

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// constructors make values that nothing can change.
var constructors = []string{"errors.New", "fmt.Errorf", "model.Errorf", "model.FieldErrorf", "regexp.MustCompile", "strings.NewReplacer"}

// linkerSet are the variables that the linker fills.
var linkerSet = []string{"version.number", "version.commit"}

// State belongs to values that main builds: nothing runs before main, and no
// package keeps anything to itself but errors, patterns, constant tables and
// embedded files.
func TestNoPackageState(t *testing.T) {
	changed := changes(t)
	for file, tree := range sources(t) {
		if strings.HasSuffix(file, ".pb.go") {
			continue
		}
		for _, decl := range tree.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv == nil && decl.Name.Name == "init" {
					t.Errorf("%s has an init function", file)
				}
			case *ast.GenDecl:
				if decl.Tok == token.VAR {
					for _, spec := range decl.Specs {
						checkVar(t, file, tree.Name.Name, decl, spec.(*ast.ValueSpec), changed)
					}
				}
			}
		}
	}
}

func checkVar(t *testing.T, file, pkg string, decl *ast.GenDecl, spec *ast.ValueSpec, changed map[string]bool) {
	t.Helper()
	embedded := hasEmbed(decl.Doc) || hasEmbed(spec.Doc)
	for i, name := range spec.Names {
		full := pkg + "." + name.Name
		if name.Name == "_" || slices.Contains(linkerSet, full) {
			continue
		}
		if changed[path.Dir(file)+" "+name.Name] {
			t.Errorf("%s: the package variable %s is changed", file, full)
		}
		if !embedded && (i >= len(spec.Values) || !constant(spec.Values[i])) {
			t.Errorf("%s: the package variable %s is neither error, pattern, constant table nor embedded file", file, full)
		}
	}
}

// constant reports whether value is made of literals and constructors alone.
func constant(value ast.Expr) bool {
	switch v := value.(type) {
	case *ast.BasicLit:
		return true
	case *ast.CompositeLit:
		text := typeName(v.Type)
		return !strings.HasPrefix(text, "sync.") && !strings.HasPrefix(text, "atomic.")
	case *ast.UnaryExpr:
		return constant(v.X)
	case *ast.CallExpr:
		return slices.Contains(constructors, typeName(v.Fun))
	}
	return false
}

func typeName(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	case *ast.Ident:
		return e.Name
	case *ast.IndexExpr:
		return typeName(e.X)
	}
	return ""
}

func hasEmbed(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// changes lists, as "folder name", what is assigned to, counted, taken the
// address of or deleted from inside functions, but for what a function
// declares itself.
func changes(t *testing.T) map[string]bool {
	t.Helper()
	changed := map[string]bool{}
	for file, tree := range sources(t) {
		for _, decl := range tree.Decls {
			function, ok := decl.(*ast.FuncDecl)
			if !ok || function.Body == nil {
				continue
			}
			own := declared(function)
			for _, target := range targets(function.Body) {
				if name := root(target); name != "" && !own[name] {
					changed[path.Dir(file)+" "+name] = true
				}
			}
		}
	}
	return changed
}

func targets(body ast.Node) []ast.Expr {
	var all []ast.Expr
	ast.Inspect(body, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				all = append(all, n.Lhs...)
			}
		case *ast.IncDecStmt:
			all = append(all, n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				all = append(all, n.X)
			}
		case *ast.CallExpr:
			if name := typeName(n.Fun); len(n.Args) > 0 && (name == "delete" || name == "clear" || name == "copy") {
				all = append(all, n.Args[0])
			}
		}
		return true
	})
	return all
}

// root is the variable that an expression like a.b[c] is part of.
func root(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return root(e.X)
	case *ast.IndexExpr:
		return root(e.X)
	case *ast.SliceExpr:
		return root(e.X)
	case *ast.StarExpr:
		return root(e.X)
	case *ast.ParenExpr:
		return root(e.X)
	}
	return ""
}

// declared lists the names a function gives to parameters and local variables.
func declared(function *ast.FuncDecl) map[string]bool {
	own := map[string]bool{}
	ast.Inspect(function, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				own[name.Name] = true
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				own[name.Name] = true
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, left := range n.Lhs {
					own[root(left)] = true
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				own[root(n.Key)] = true
				own[root(n.Value)] = true
			}
		}
		return true
	})
	return own
}
