package cmd

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"untangle/journal"
)

// TestTakeIn puts texts aside, has their process die, and looks at what the next start
// makes of them.
func TestTakeIn(t *testing.T) {
	home := t.TempDir()
	var said bytes.Buffer
	now := time.Date(2026, 3, 10, 21, 47, 0, 0, time.UTC)
	r := &run{World: World{
		In: strings.NewReader(""), Out: &said, Err: &said, Now: func() time.Time { return now },
		Getenv: func(name string) string { return map[string]string{"TMPDIR": home, "HOME": home}[name] },
	}}
	r.options = mustOptions(t, r)
	path := filepath.Join(home, "journal.db")
	j, err := journal.Create(t.Context(), path, journal.Options{Now: r.Now})
	if err != nil {
		t.Fatal(err)
	}
	old, err := j.Add(t.Context(), journal.Entry{Date: journal.Day(2019, 5, 5), Title: "Old", Text: "before"}, journal.Beside{})
	if err != nil {
		t.Fatal(err)
	}
	aside := func(p *piece, text string) {
		t.Helper()
		own := newOwner(leaf{}, p.errand())
		own.Process = process{PID: 1 << 30}
		n, err := newNook([]string{home}, own)
		if err = errors.Join(err, n.replace(text)); err != nil {
			t.Fatal(err)
		}
	}
	fresh := r.start(j, journal.Entry{Date: journal.Day(2020, 1, 2), Title: "Wedding", Hand: []string{"fam"}, Starred: true, Prompt: journal.Prompt{ID: "p", Theme: "STO", Text: "?"}})
	if err := fresh.save("caf"); err != nil {
		t.Fatal(err)
	}
	aside(fresh, "caf\xe9 later")
	page := old
	page.Text = withHeader(&old)
	change := r.start(j, page)
	aside(change, strings.Replace(page.Text, "before", "after", 1))
	elsewhere := r.start(j, journal.Entry{Date: journal.Day(2020, 1, 2)})
	elsewhere.journal = nil
	aside(elsewhere, "of another journal")

	if err := r.takeIn(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	drafts, err := j.Drafts(t.Context())
	if err != nil || len(drafts) != 2 {
		t.Fatalf("%d drafts, %v: %s", len(drafts), err, said.String())
	}
	for _, d := range drafts {
		if _, err := r.keepAsIs(t.Context(), j, d); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for e, err := range j.Entries(t.Context(), journal.Query{Oldest: true}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Join([]string{e.Date.String(), e.Title, strings.Join(e.Hand, ","), e.Prompt.ID, e.Text}, "|"))
	}
	if want := "2019-05-05|Old|||after\n2020-01-02|Wedding|fam|p|café later"; strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	left, err := filepath.Glob(filepath.Join(home, nookPrefix+"*"))
	if err != nil || len(left) != 1 {
		t.Errorf("%v is left, %v", left, err)
	}
	for _, dir := range left {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	}
}

// mustOptions returns the settings of a run without any.
func mustOptions(t *testing.T, r *run) *options {
	t.Helper()
	o, err := loadOptions(r.Getenv, (&run{}).root().PersistentFlags(), filepath.Join(t.TempDir(), "none.toml"))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestReadable(t *testing.T) {
	for in, want := range map[string]string{"": "", "café 日本": "café 日本", "caf\xe9": "café", "a\x00b": "ab", "\x85\xff": "\ufffdÿ"} {
		if got := readable(in); got != want {
			t.Errorf("%q is read as %q, want %q", in, got, want)
		}
	}
}
