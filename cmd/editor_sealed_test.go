package cmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sealedTable is a table of a sealed journal, all of whose folders are on the disk.
func sealedTable(t *testing.T, editor string) *table {
	t.Helper()
	b := newTable(t, editor)
	b.place, b.sealed = t.TempDir(), true
	b.about = b.place
	return b
}

// holding returns the files below a folder that hold the text of these tests.
func holding(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), secret) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Requirement 1, for the editor: what an editor works on in a sealed journal, its
// text, its copies and what is noted of its owner, lies in memory only. A folder that
// should be in memory and is not, is passed over.
func TestSealedEditorInMemory(t *testing.T) {
	b := sealedTable(t, script(t, `echo lilacs >> "$f"; cp "$f" "$f.save"; sleep 0.3`))
	places := memoryPlaces(b.env)
	if len(places) == 0 || slices.Contains(places, b.place) {
		t.Skip("needs a place in memory, and temporary files on a disk")
	}
	began := "more lilacs"
	b.save = func(text string) error {
		if on := holding(t, b.place); len(on) > 0 {
			t.Errorf("on the disk: %v", on)
		}
		return b.keep(text)
	}
	e, err := b.write(t.Context(), t, "Why "+secret+"?", began)
	if err != nil || e.text != began+"\n"+secret || len(b.drafts()) == 0 {
		t.Fatalf("got %+v, %v, kept %q", e, err, b.drafts())
	}
	if !slices.Contains(places, filepath.Dir(e.nook.path)) {
		t.Errorf("the file is in %q, want it in one of %q", e.nook.path, places)
	}
	for _, name := range []string{entryFile, asideFile, ownerFile} {
		if _, err := os.Lstat(filepath.Join(e.nook.path, name)); err != nil {
			t.Error(err)
		}
	}
	if err := e.done(); err != nil || len(holding(t, b.place)) > 0 {
		t.Errorf("done: %v, and on the disk: %v", err, holding(t, b.place))
	}
	if _, err := os.Lstat(e.nook.path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}

func TestSealedEditorWithoutMemory(t *testing.T) {
	none := func(func(string) string) []string { return nil }

	b := sealedTable(t, script(t, `echo lilacs >> "$f"; sleep 1.1`))
	b.memory = none
	e, err := b.write(t.Context(), t, "", secret)
	if !errors.Is(err, errNoMemoryPlace) || !strings.Contains(err.Error(), "built-in writer") {
		t.Fatalf("got %+v, %v", e, err)
	}
	if hint := strings.Join(hints(err), " "); !strings.Contains(hint, "editor-on-disk true") || !strings.Contains(hint, "EDITOR") {
		t.Errorf("the hint is %q", hint)
	}
	if on, left := holding(t, b.place), b.nooks(t); len(on) > 0 || len(left) > 0 {
		t.Errorf("on the disk: %v, %v", on, left)
	}

	// A place that cannot be had is no reason for the disk either.
	b.memory = func(func(string) string) []string { return []string{filepath.Join(b.place, "none")} }
	if e, err := b.write(t.Context(), t, "", secret); err == nil || len(b.nooks(t)) > 0 {
		t.Errorf("got %+v, %v, and %v is left", e, err, b.nooks(t))
	}

	b.memory, b.onDisk = none, true
	if e, err = b.write(t.Context(), t, "", ""); err != nil || e.text != secret {
		t.Fatalf("with editor-on-disk: %+v, %v", e, err)
	}
	if err := e.done(); err != nil || len(holding(t, b.place)) > 0 {
		t.Errorf("done: %v, and on the disk: %v", err, holding(t, b.place))
	}

	b.sealed, b.onDisk = false, false
	if e, err = b.write(t.Context(), t, "", ""); err != nil || e.text != secret {
		t.Fatalf("in a plain journal: %+v, %v", e, err)
	}
	if err := e.done(); err != nil {
		t.Error(err)
	}
}
