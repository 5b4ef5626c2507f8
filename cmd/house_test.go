package cmd

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kballard/go-shellquote"
	"github.com/spf13/cobra"
)

// The house rules: what may import what, what must be said about a name and about a
// command, and what is never said to a person.

// source is one of our Go files.
type source struct {
	path string // from the module's root, with slashes
	dir  string // its package
	text []byte
	tree *ast.File
}

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

func (s source) generated() bool { return ast.IsGenerated(s.tree) }

// house returns all our Go files.
func house(t *testing.T) (*token.FileSet, []source) {
	t.Helper()
	files := token.NewFileSet()
	var all []source
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (path != ".." && strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(filepath.ToSlash(path), "../")
		tree, err := parser.ParseFile(files, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{name, filepath.ToSlash(filepath.Dir(name)), text, tree})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, all
}

func TestArrows(t *testing.T) {
	t.Parallel()
	ours := map[string][]string{
		"cmd/untangle":   {"cmd"},
		"cmd":            {"journal", "journal/format", "journal/review", "prompts"},
		"journal/format": {"journal"},
		"journal/review": {"journal"},
		"journal":        {"journal/search", "journal/vault"},
		"journal/search": {},
		"journal/vault":  {},
		"prompts":        {},
	}
	theirs := map[string]string{
		"go.etcd.io/bbolt": "journal", "github.com/spf13/cobra": "cmd", "github.com/spf13/pflag": "cmd",
		"github.com/spf13/viper": "cmd", "github.com/AlecAivazis/survey": "cmd", "filippo.io/age": "cmd",
	}
	_, all := house(t)
	for _, s := range all {
		allowed, known := ours[s.dir]
		if !known {
			t.Errorf("%s: the package %s has no place in the house", s.path, s.dir)
		}
		for _, spec := range s.tree.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if to, ok := strings.CutPrefix(path, "untangle/"); ok && !slices.Contains(allowed, to) && !(s.test() && to == s.dir) {
				t.Errorf("%s imports %s", s.path, path)
			}
			for prefix, home := range theirs {
				if (path == prefix || strings.HasPrefix(path, prefix+"/")) && s.dir != home {
					t.Errorf("%s imports %s, which only %s does", s.path, path, home)
				}
			}
		}
	}
}

func TestTopLevel(t *testing.T) {
	t.Parallel()
	ignored, err := os.ReadFile("../.gitignore")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") ||
			slices.Contains([]string{"cmd", "journal", "prompts", "go.mod", "go.sum", "README.md", "LICENSE"}, name) {
			continue
		}
		passed := slices.ContainsFunc(strings.Fields(string(ignored)), func(pattern string) bool {
			ok, err := filepath.Match(strings.TrimPrefix(pattern, "/"), name)
			return ok && err == nil
		})
		if !passed {
			t.Errorf("%s has no place at the top", name)
		}
	}
}

func TestFileLength(t *testing.T) {
	t.Parallel()
	_, all := house(t)
	for _, s := range all {
		if n := bytes.Count(s.text, []byte("\n")); n > 450 && !s.test() && !s.generated() {
			t.Errorf("%s has %d lines; 450 are the most", s.path, n)
		}
	}
}

// Every package, and every exported name, has a sentence that begins with its name.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	_, all := house(t)
	packages := make(map[string]bool)
	for _, s := range all {
		if s.test() {
			continue
		}
		packages[s.dir] = packages[s.dir] || s.tree.Doc != nil
		if s.tree.Doc != nil && s.dir != "cmd/untangle" {
			documented(t, s, "Package "+s.tree.Name.Name, s.tree.Doc)
		}
		for _, d := range s.tree.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
					documented(t, s, d.Name.Name, d.Doc)
				}
			case *ast.GenDecl:
				documentedGroup(t, s, d)
			}
		}
	}
	for dir, ok := range packages {
		if !ok {
			t.Errorf("the package %s has no comment", dir)
		}
	}
}

func documentedGroup(t *testing.T, s source, d *ast.GenDecl) {
	t.Helper()
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			doc := spec.Doc
			if doc == nil {
				doc = d.Doc
			}
			if spec.Name.IsExported() {
				documented(t, s, spec.Name.Name, doc)
			}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				switch {
				case !name.IsExported():
				case spec.Doc != nil:
					documented(t, s, name.Name, spec.Doc)
				case !d.Lparen.IsValid():
					documented(t, s, name.Name, d.Doc)
				case d.Doc == nil && spec.Comment == nil:
					t.Errorf("%s: %s has no comment", s.path, name.Name)
				}
			}
		}
	}
}

func documented(t *testing.T, s source, name string, doc *ast.CommentGroup) {
	t.Helper()
	text := strings.Join(strings.Fields(doc.Text()), " ")
	for _, article := range []string{"", "A ", "An ", "The "} {
		if strings.HasPrefix(text, article+name+" ") && strings.Contains(text, ".") {
			return
		}
	}
	t.Errorf("%s: the comment of %s is no sentence that begins with it: %.60q", s.path, name, text)
}

func receiver(d *ast.FuncDecl) string {
	of := d.Recv.List[0].Type
	for {
		switch x := of.(type) {
		case *ast.StarExpr:
			of = x.X
		case *ast.IndexExpr:
			of = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// Nothing happens before main, and nothing at the top of a package ever changes.
func TestNoHiddenState(t *testing.T) {
	t.Parallel()
	files, all := house(t)
	packages := make(map[string][]*ast.File)
	for _, s := range all {
		if s.test() {
			continue
		}
		packages[s.dir] = append(packages[s.dir], s.tree)
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has a function init", s.path)
			}
		}
	}
	for dir, trees := range packages {
		// The files of all systems are read at once and imports stay unread; names at
		// the top of a package are found all the same.
		info := &types.Info{Uses: make(map[*ast.Ident]types.Object)}
		config := types.Config{Error: func(error) {}, Importer: noImports{}}
		_, _ = config.Check(dir, files, trees, info)
		changed := func(target ast.Expr) {
			if v, ok := info.Uses[rootOf(target)].(*types.Var); ok && v.Parent() != nil && v.Parent() == v.Pkg().Scope() {
				t.Errorf("%s: %s is changed, or may be", files.Position(target.Pos()), v.Name())
			}
		}
		for _, tree := range trees {
			ast.Inspect(tree, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.AssignStmt:
					for _, target := range n.Lhs {
						changed(target)
					}
				case *ast.IncDecStmt:
					changed(n.X)
				case *ast.RangeStmt:
					changed(n.Key)
					changed(n.Value)
				case *ast.UnaryExpr:
					if n.Op == token.AND {
						changed(n.X)
					}
				}
				return true
			})
		}
	}
}

type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not read") }

// rootOf returns the name that an expression begins with.
func rootOf(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// banned are words that tell people what they feel, or what to do.
var banned = regexp.MustCompile(`(?i)\b(happens for a reason|blessing in disguise|move on|get over|closure|toxic|` +
	`narcissist|deserve better|stay strong|you should|healed|streak)`)

// exclaimed finds an exclamation mark that ends something said.
var exclaimed = regexp.MustCompile(`[\pL\pN)"'.?]!(\s|$|["')])`)

func TestWords(t *testing.T) {
	t.Parallel()
	files, all := house(t)
	for _, s := range all {
		if bytes.Contains(s.text, []byte("TO"+"DO")) {
			t.Errorf("%s has something left to do", s.path)
		}
		if s.test() {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(literal.Value); err == nil {
				calm(t, files.Position(literal.Pos()).String(), text)
			}
			return true
		})
	}
	for _, name := range []string{"README.md", ".github/CONTRIBUTING.md", ".github/ARCHITECTURE.md"} {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		calm(t, name, string(text))
	}
}

func calm(t *testing.T, where, text string) {
	t.Helper()
	if found := banned.FindString(text); found != "" {
		t.Errorf("%s says %q", where, found)
	}
	if found := exclaimed.FindString(strings.ReplaceAll(text, "silent!", "")); found != "" { // vim's word
		t.Errorf("%s has an exclamation mark: %q", where, found)
	}
}

// What the pages about the program name is there: functions and files.
func TestPages(t *testing.T) {
	t.Parallel()
	_, all := house(t)
	names := make(map[string]bool)
	for _, s := range all {
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				names[f.Name.Name] = true
				if f.Recv != nil {
					names[receiver(f)+"."+f.Name.Name] = true
				} else {
					names[s.tree.Name.Name+"."+f.Name.Name] = true
				}
			}
		}
	}
	for _, page := range []string{"ARCHITECTURE.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile(filepath.Join("..", ".github", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("`([\\w.]+)\\(\\)`").FindAllStringSubmatch(string(text), -1) {
			if !names[m[1]] {
				t.Errorf("%s tells of %s, which is not there", page, m[1])
			}
		}
		paths := regexp.MustCompile("`((?:cmd|journal|prompts|\\.ci)/[^`<>]*)`|\\]\\(\\.\\./([^)]+)\\)")
		for _, m := range paths.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(m[1]+m[2]))); err != nil {
				t.Errorf("%s leads to %s: %v", page, m[1]+m[2], err)
			}
		}
	}
}

// plainRoot returns the tree of commands of a run in an empty world.
func plainRoot() *cobra.Command {
	r := &run{World: World{
		In: strings.NewReader(""), Out: io.Discard, Err: io.Discard,
		Getenv: func(string) string { return "" }, Now: time.Now,
	}}
	return r.root()
}

// eachCommand calls fn with every command that help shows.
func eachCommand(c *cobra.Command, fn func(*cobra.Command)) {
	fn(c)
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			eachCommand(sub, fn)
		}
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	eachCommand(plainRoot(), func(c *cobra.Command) {
		name := c.CommandPath()
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: the line about it is %q", name, c.Short)
		}
		if long, ok := strings.CutSuffix(c.Long, "\n\n"+exitStatus); !ok || long == "" {
			t.Errorf("%s: its help does not end in EXIT STATUS, or has nothing before it", name)
		}
		if c.Example == "" {
			t.Errorf("%s has no examples", name)
		}
		for line := range strings.Lines(c.Example) {
			example(t, name, strings.TrimSpace(line))
		}
		if !c.HasParent() || c.Parent().HasParent() {
			return
		}
		if _, err := os.Stat(filepath.Join("testdata", "script", c.Name()+".txtar")); err != nil {
			t.Errorf("%s has no script: %v", name, err)
		}
		if c.GroupID == "" {
			t.Errorf("%s is in no group of help", name)
		}
	})
}

// example checks that a line of examples is understood: its command is there, and so
// are its flags.
func example(t *testing.T, of, line string) {
	t.Helper()
	words, err := shellquote.Split(line)
	at := slices.Index(words, "untangle")
	if err != nil || at < 0 || at > 0 && words[at-1] != "|" {
		t.Errorf("%s: the example %q does not call untangle", of, line)
		return
	}
	words = words[at+1:]
	if end := slices.IndexFunc(words, func(w string) bool { return w == "|" || w == "<" || w == ">" }); end >= 0 {
		words = words[:end]
	}
	root := plainRoot()
	args, err := plainFlags(root, words)
	if err != nil {
		t.Errorf("%s: %q: %v", of, line, err)
		return
	}
	c, rest, err := root.Find(args)
	if err == nil {
		err = c.ParseFlags(rest)
	}
	if err == nil {
		err = c.ValidateArgs(c.Flags().Args())
	}
	if err != nil || !c.Runnable() {
		t.Errorf("%s: %q: %v", of, line, err)
	}
	if !c.HasParent() && c.Flags().NArg() > 0 {
		t.Errorf("%s: %q calls no command", of, line)
	}
}

// TestVerbs holds the names in the table of commands against the commands' own.
func TestVerbs(t *testing.T) {
	for _, v := range verbs() {
		c := v.make(&run{})
		if names := strings.Join(append([]string{c.Name()}, c.Aliases...), " "); names != v.names {
			t.Errorf("the table says %q, the command %q", v.names, names)
		}
	}
}
