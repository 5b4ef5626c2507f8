package journal

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// another makes a second journal beside j's, to take its place.
func another(t *testing.T, j *Journal) *Journal {
	t.Helper()
	other, err := Create(t.Context(), filepath.Join(filepath.Dir(j.Path()), "other.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return other
}

func rename(t *testing.T, from, to *Journal) {
	t.Helper()
	if err := os.Rename(from.Path(), to.Path()); err != nil {
		t.Fatal(err)
	}
}

func TestReplacedWhileAdding(t *testing.T) {
	j := made(t)
	other := another(t, j)
	add(t, other, Entry{Text: "theirs"})
	tries := 0
	_, err := j.Add(t.Context(), Entry{Date: At(noon), Text: "mine"}, Beside{State: func(s *State) error {
		if tries++; tries == 1 {
			rename(t, other, j)
		}
		return s.Put("asked", []byte("yes"))
	}})
	if err != nil || tries != 2 {
		t.Fatalf("%v, after %d tries", err, tries)
	}
	if got := texts(all(t, j, Query{Oldest: true})); !slices.Equal(got, []string{"theirs", "mine"}) {
		t.Errorf("the file holds %q", got)
	}
	if v, _ := j.State(t.Context(), "asked"); string(v) != "yes" {
		t.Errorf("the state beside it is %q", v)
	}
}

// whileWaiting calls write, and replaces the file when write has it open and waits for
// the lock.
func whileWaiting(t *testing.T, j *Journal, replace func(), write func() error) error {
	t.Helper()
	lock := flock.New(j.Path())
	if err := lock.RLock(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- write() }()
	time.Sleep(100 * time.Millisecond)
	replace()
	lock.Close()
	return <-done
}

func TestReplacedWhileSaving(t *testing.T) {
	j := made(t)
	other := another(t, j)
	if _, err := other.SaveDraft(t.Context(), Draft{Entry: Entry{Text: "theirs"}}); err != nil {
		t.Fatal(err)
	}
	var mine Draft
	err := whileWaiting(t, j, func() { rename(t, other, j) }, func() (err error) {
		mine, err = j.SaveDraft(t.Context(), Draft{Entry: Entry{Text: "mine"}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	drafts, err := j.Drafts(t.Context())
	if err != nil || len(drafts) != 2 || drafts[0].Entry.Text != "theirs" || drafts[1].Entry.Text != "mine" || drafts[1].Number != mine.Number {
		t.Errorf("%+v, %v", drafts, err)
	}
}

func TestReplacedWhileCompacting(t *testing.T) {
	j := made(t)
	add(t, j, Entry{Text: "mine"})
	other := another(t, j)
	add(t, other, Entry{Text: "theirs"})
	err := whileWaiting(t, j, func() { rename(t, other, j) }, func() error {
		return j.rewrite(t.Context(), nil, func(*tx) error { return nil })
	})
	if got := texts(all(t, j, Query{})); err == nil || !slices.Equal(got, []string{"theirs"}) {
		t.Errorf("the file holds %q, %v", got, err)
	}
}

func TestBehindALink(t *testing.T) {
	j := made(t)
	add(t, j, Entry{Text: "one"})
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(j.Path(), link); err != nil {
		t.Skip(err)
	}
	linked := opened(t, link)
	e := add(t, linked, Entry{Text: "two"})
	if err := linked.DeleteForever(t.Context(), nil, e.ID); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became a file, %v", err)
	}
	if got := texts(all(t, j, Query{})); !slices.Equal(got, []string{"one"}) {
		t.Errorf("behind the link there is %q", got)
	}
}
