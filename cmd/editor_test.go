package cmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// secret stands in every text of these tests, and in no error.
const secret = "lilacs"

// table is a desk in a place of its own, and the drafts that it kept.
type table struct {
	desk
	place string
	mu    sync.Mutex
	saved []string
}

func newTable(t *testing.T, editor string) *table {
	t.Helper()
	place := t.TempDir()
	if dir, err := os.MkdirTemp("/dev/shm", "test-"); err == nil {
		place = dir
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
	}
	b := &table{place: place}
	b.desk = desk{editor: editor, getenv: b.env, save: b.keep, every: 20 * time.Millisecond, grace: time.Second, about: place}
	return b
}

func (b *table) env(name string) string {
	switch name {
	case "XDG_RUNTIME_DIR", "TMPDIR", "TMP":
		return b.place
	}
	return ""
}

func (b *table) keep(text string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.saved = append(b.saved, text)
	return nil
}

func (b *table) drafts() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.saved)
}

func (b *table) write(ctx context.Context, t *testing.T, question, text string) (*edited, error) {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	e, err := b.edit(ctx, null, null, null, question, text)
	if err != nil && strings.Contains(err.Error(), secret) {
		t.Errorf("the error holds the text: %v", err)
	}
	return e, err
}

// nooks returns the directories that are left.
func (b *table) nooks(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(b.place, nookPrefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

// orphans returns those of this table.
func (b *table) orphans() []orphan {
	return slices.DeleteFunc(orphans(b.env, time.Now()), func(o orphan) bool { return o.about != b.about })
}

// script makes an editor of some lines of shell, in which $f is the file.
func script(t *testing.T, lines string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the editors of this test are shell scripts")
	}
	path := filepath.Join(t.TempDir(), "an editor")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nfor f; do :; done\n"+lines+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEdit(t *testing.T) {
	tests := []struct {
		name, editor, question, text, want string
	}{
		{name: "an empty page", editor: `echo lilacs > "$f"`, want: "lilacs"},
		{name: "nothing written", editor: `sleep 1.1`},
		{name: "below a question", editor: `echo "I miss the lilacs." >> "$f"`, question: "What do you miss?", want: "\nI miss the lilacs."},
		{name: "in place of the empty line", editor: `printf '> Why?\n\nlilacs\n' > "$f"`, question: "Why?", want: "lilacs"},
		{name: "a question left alone", editor: `sleep 1.1`, question: "Why?"},
		{name: "an older text", editor: `echo "and lilacs" >> "$f"`, text: "Roses", want: "Roses\nand lilacs"},
		{name: "its own last newline", editor: `echo "and lilacs" >> "$f"`, text: "Roses\n", want: "Roses\nand lilacs\n"},
		{name: "everything removed", editor: `: > "$f"`, question: "Why?", text: "lilacs"},
		{name: "carriage returns", editor: `printf '\357\273\277> Why?\r\n\r\nlilacs\r\nroses\r\n' > "$f"`, question: "Why?", want: "lilacs\nroses"},
		{name: "a new file in its place", editor: `echo lilacs > "$f.tmp" && mv "$f.tmp" "$f"`, want: "lilacs"},
		{name: "a private file", editor: `ls -ld "${f%/*}" "$f" | cut -c1-10 | sort > "$f"`, want: "-rw-------\ndrwx------"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newTable(t, script(t, tt.editor))
			e, err := b.write(t.Context(), t, tt.question, tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if e.text != tt.want || e.aside || e.missed != nil {
				t.Errorf("got %q, %+v, want %q", e.text, e, tt.want)
			}
			if len(b.nooks(t)) != 1 {
				t.Errorf("the file went before the caller was done: %v", b.nooks(t))
			}
			if found := b.orphans(); len(found) != 0 {
				t.Errorf("a living process has orphans: %v", found)
			}
			e.quick = false
			if err := e.done(); err != nil || len(b.nooks(t)) != 0 {
				t.Errorf("done: %v, and %v is left", err, b.nooks(t))
			}
		})
	}
}

func TestEditKeepsWhileWriting(t *testing.T) {
	b := newTable(t, script(t, `
		echo one > "$f"; sleep 0.4
		: > "$f"; sleep 0.2; echo two > "$f"; sleep 0.4
		printf 'not \377 text' > "$f"; sleep 0.4
		echo three > "$f"`))
	running := false
	b.save = func(text string) error {
		if running {
			t.Error("two drafts are kept at once")
		}
		running = true
		time.Sleep(30 * time.Millisecond)
		running = false
		return b.keep(text)
	}
	e, err := b.write(t.Context(), t, "", "zero")
	if err != nil || e.text != "three" {
		t.Fatalf("got %v, %v", e, err)
	}
	if got, want := b.drafts(), []string{"one", "two", "not ÿ text"}; !slices.Equal(got, want) {
		t.Errorf("kept %q, want %q", got, want)
	}
}

func TestEditTellsOfMissedDrafts(t *testing.T) {
	b := newTable(t, script(t, `echo lilacs > "$f"; sleep 0.3`))
	full := errors.New("the disk is full")
	b.save = func(string) error { return full }
	e, err := b.write(t.Context(), t, "", "")
	if err != nil || e.text != secret || !errors.Is(e.missed, full) {
		t.Errorf("got %+v, %v", e, err)
	}

	b = newTable(t, script(t, `echo lilacs > "$f"; sleep 0.3`))
	b.save = func(string) error { panic(secret) }
	e, err = b.write(t.Context(), t, "", "")
	if err != nil || e.text != secret || e.missed == nil || strings.Contains(e.missed.Error(), secret) {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestEditCannotStart(t *testing.T) {
	for _, editor := range []string{"", "  ", "no-such-editor-here", "vim 'open", "/", os.DevNull} {
		b := newTable(t, editor)
		if e, err := b.write(t.Context(), t, "", secret); err == nil {
			t.Errorf("%q: got %v", editor, e)
		}
		if left := b.nooks(t); len(left) != 0 {
			t.Errorf("%q: %v is left", editor, left)
		}
	}
}

func TestEditThatMayHaveAWindow(t *testing.T) {
	b := newTable(t, script(t, ``))
	e, err := b.write(t.Context(), t, "", "roses")
	if err != nil || e.text != "roses" || !e.quick {
		t.Fatalf("got %+v, %v", e, err)
	}
	if err := e.done(); err != nil || len(b.nooks(t)) != 1 {
		t.Errorf("done: %v, and %v is left", err, b.nooks(t))
	}
}

func TestEditLeavesOtherFiles(t *testing.T) {
	b := newTable(t, script(t, `echo lilacs > "$f"; echo more > "${f%/*}/other.md"; echo x > "$f~"`))
	e, err := b.write(t.Context(), t, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.done(); err == nil || !strings.Contains(err.Error(), e.nook.path) {
		t.Errorf("done: %v", err)
	}
	left, _ := filepath.Glob(filepath.Join(e.nook.path, "*"))
	if len(left) != 1 || filepath.Base(left[0]) != "other.md" {
		t.Errorf("%v is left", left)
	}
}
