package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"strings"
	"testing"
)

// Requirement 20: what a panic says may hold a text, and is not told; what Go's runtime
// says of one, and where it was, is.
func TestGuardedTellsNoText(t *testing.T) {
	var list []string
	var nothing map[string]string
	for _, c := range []struct {
		name    string
		command func() error
		say     string
	}{
		{"a text", func() error { panic("the " + secret) }, "a fault of this program ended it"},
		{"an error with a text", func() error { panic(fmt.Errorf("read %q", secret)) }, "a fault of this program ended it"},
		{"an index", func() error { return errors.New(list[len(secret)]) }, "a fault of this program ended it: runtime error: index out of range [6] with length 0"},
		{"a type", func() error { return any(secret).(error) }, "a fault of this program ended it: interface conversion: string is not error: missing method Error"},
		{"nothing", func() error { nothing[secret] = secret; return nil }, "a fault of this program ended it: assignment to entry in nil map"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			r := &run{World: World{In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: func(string) string { return "" }}}
			err := r.guarded(c.command)
			if err == nil || err.Error() != c.say || exitCode(err) != exitFailure {
				t.Errorf("got %v, exit code %d, want %q", err, exitCode(err), c.say)
			}
			r.complain(err)
			said := errs.String()
			if strings.Contains(said, secret) || !strings.Contains(said, "what was kept before is safe") || !strings.Contains(said, "panic_test.go:") || out.Len() > 0 {
				t.Errorf("said %q", said)
			}
		})
	}
	r := &run{}
	for _, want := range []error{nil, errTold} {
		if err := r.guarded(func() error { return want }); err != want {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

// Requirement 20, for goroutines: nobody stands above one, so that a panic in it would be
// printed whole. Each recovers, or only waits for the system.
func TestGoroutinesRecover(t *testing.T) {
	t.Parallel()
	only := map[string]string{
		"cmd/curtain.go":           "reads a line",
		"cmd/editor_signal.go":     "waits for signals",
		"cmd/editor_watch.go":      "waits for the editor",
		"cmd/input.go":             "reads what is typed",
		"cmd/panic.go":             "writes a constant",
		"cmd/unlock.go":            "reads a line that is not shown",
		"cmd/writer.go":            "reads what is typed",
		"cmd/writer_screen.go":     "writes to the terminal",
		"cmd/writer_windows.go":    "looks at the clock",
		"journal/format/folder.go": "syncs a file",
	}
	_, all := house(t)
	for _, s := range all {
		if s.test() {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok && !recovers(g) && only[s.path] == "" {
				t.Errorf("%s starts a goroutine that does not recover", s.path)
			}
			return true
		})
	}
}

// recovers reports whether a function that a goroutine runs calls recover.
func recovers(g *ast.GoStmt) (found bool) {
	ast.Inspect(g, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		id, ok := call.Fun.(*ast.Ident)
		found = found || ok && id.Name == "recover"
		return true
	})
	return found
}
