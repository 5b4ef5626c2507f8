package journal

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Backups that are not sealed are found by what they hold; other files beside the journal
// are neither named nor touched.
func TestPlainCopies(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	j := cheaply(made(t))
	dir, stem := filepath.Dir(j.Path()), strings.TrimSuffix(filepath.Base(j.Path()), ".db")
	beside := func(name string) string { return filepath.Join(dir, stem+name) }
	var want []string
	for _, name := range []string{"-2026-03-10-214700.db", ".db.format-1"} {
		want = append(want, beside(name))
		if err := j.Backup(ctx, beside(name), nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Seal(ctx, nil, phrase("one")); err != nil {
		t.Fatal(err)
	}
	if err := j.Backup(ctx, beside("-sealed.db"), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(ctx, beside("-another.db"), Options{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"-empty.db", "-notes.txt"} {
		if err := os.WriteFile(beside(name), []byte(strings.TrimPrefix(name, "-empty.db")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := j.PlainCopies(ctx)
	if slices.Sort(got); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	after, err := os.ReadDir(dir)
	if err != nil || len(after) != len(before) {
		t.Errorf("%d files beside it, %v, want %d", len(after), err, len(before))
	}
}
