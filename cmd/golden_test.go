package cmd

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// update is the one flag behind which golden files are written anew.
var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file below testdata. What styles a text stands there
// as <b>, <d> and </>, so that the difference can be read.
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = strings.NewReplacer("\x1b[1m", "<b>", "\x1b[2m", "<d>", "\x1b[22m", "</>").Replace(got)
	file := filepath.Join("testdata", filepath.FromSlash(name)+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (see it with go test -run %s -update and git diff):\n%s", file, t.Name(), got)
	}
}
