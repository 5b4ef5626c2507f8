package journal

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"untangle/journal/vault"
)

// What was left in the inbox before, and is put back, takes nothing's place: not a newer
// draft, not what was said since; and it does not make what comes later doubtful.
func TestReplays(t *testing.T) {
	t.Parallel()
	j, memory := remembered(t)
	l := window(t, j, memory)
	d, err := l.SaveDraft(t.Context(), Draft{Owner: "a", Entry: Entry{Text: "first words"}})
	if err != nil {
		t.Fatal(err)
	}
	old := values(t, j.Path(), inboxBucket)
	j.now = func() time.Time { return noon.Add(time.Minute) }
	l.now = j.now
	d.Entry.Text = "first words and much more"
	if d, err = l.SaveDraft(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	kept, err := l.Add(t.Context(), Entry{Date: Day(2026, 2, 1), Text: "x"}, Beside{})
	if err == nil {
		err = l.SetCheckIn(t.Context(), kept.ID, CheckIn{After: Heavier})
	}
	if err != nil {
		t.Fatal(err)
	}
	said := values(t, j.Path(), inboxBucket)
	if _, err := j.TakeIn(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := j.SetCheckIn(t.Context(), kept.ID, CheckIn{After: Lighter}); err != nil {
		t.Fatal(err)
	}
	lock, _ := func() (vault.Lock, error) { h, _ := j.readHeader(t.Context()); return h.lock() }()
	forged, err := lock.Seal(j.store, 1<<64-1, append([]byte{itemEntry}, encodeEntry(nil, &Entry{ID: ID{8}, Date: Day(2026, 1, 1), Text: "forged"})...))
	if err != nil {
		t.Fatal(err)
	}
	raw(t, j.Path(), func(b *bbolt.Tx) error {
		inbox := b.Bucket([]byte(inboxBucket))
		return errors.Join(inbox.Put(numberKey(1), old[string(numberKey(1))]), inbox.Put(numberKey(3), said[string(numberKey(3))]),
			inbox.Put(numberKey(1<<64-1), append(forged, make([]byte, 32)...)))
	})
	if taken, err := j.TakeIn(t.Context(), nil); err != nil || taken.Unverified != 1 {
		t.Fatalf("%+v, %v", taken, err)
	}
	drafts, err := j.Drafts(t.Context())
	if err != nil || !slices.ContainsFunc(drafts, func(d Draft) bool { return d.Entry.Text == "first words and much more" }) {
		t.Errorf("%+v, %v", drafts, err)
	}
	if e, err := j.Entry(t.Context(), kept.ID.String()); err != nil || e.CheckIn.After != Lighter {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := l.Add(t.Context(), Entry{Date: Day(2026, 2, 2), Text: "later"}, Beside{}); err != nil {
		t.Fatal(err)
	}
	if taken, err := j.TakeIn(t.Context(), nil); err != nil || len(taken.Entries) != 1 || taken.Unverified != 0 {
		t.Errorf("%+v, %v", taken, err)
	}
}

// Two texts under one id are both kept.
func TestOneIDTwice(t *testing.T) {
	t.Parallel()
	j, memory := remembered(t)
	l := window(t, j, memory)
	for _, text := range []string{"one", "another", "one"} {
		if _, err := l.Add(t.Context(), Entry{ID: ID{5}, Date: Day(2026, 2, 1), Text: text}, Beside{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := j.TakeIn(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	drafts, err := j.Drafts(t.Context())
	if got := allTexts(t, j); err != nil || len(got) != 1 || got[0] != "one" || len(drafts) != 1 || drafts[0].Entry.Text != "another" {
		t.Errorf("%q, %+v, %v", got, drafts, err)
	}
	whole(t, j)
}

// A link at the journal's path that is turned to another file is noticed, by whichever
// name the journal was remembered.
func TestPinsOfLinks(t *testing.T) {
	t.Parallel()
	j, memory := remembered(t)
	dir := filepath.Dir(j.Path())
	plain, _ := os.ReadFile(made(t).Path())
	other := filepath.Join(dir, "plain.db")
	if err := errors.Join(os.WriteFile(other, plain, 0o600), os.Rename(j.Path(), filepath.Join(dir, "real.db")), os.Symlink(other, j.Path())); err != nil {
		t.Skip("links cannot be made here:", err)
	}
	if _, err := Open(t.Context(), j.Path(), Options{Memory: memory}); !errors.Is(err, ErrStranger) {
		t.Errorf("a link to a plain journal: %v", err)
	}
	alias := filepath.Join(t.TempDir(), "alias")
	if err := os.Symlink(dir, alias); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), filepath.Join(alias, filepath.Base(j.Path())), Options{Memory: memory}); !errors.Is(err, ErrStranger) {
		t.Errorf("by another name of its folder: %v", err)
	}
}

// A computer that stops between the new file's taking its place and the note of it knows
// the journal again.
func TestPinsOfARekeyCutShort(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(*Journal) error{
		"rekey":   func(j *Journal) error { return j.Seal(t.Context(), nil, phrase("the egret")) },
		"decrypt": func(j *Journal) error { return j.Unseal(t.Context(), nil) },
	} {
		t.Run(what, func(t *testing.T) {
			j, memory := remembered(t)
			add(t, j, Entry{Text: "Before."})
			before, _ := j.pinned()
			if err := change(j); err != nil {
				t.Fatal(err)
			}
			// What is noted just before the file is exchanged.
			before.Next = plainNext
			if h, err := j.readHeader(t.Context()); err == nil && j.Sealed() {
				lock, _ := h.lock()
				print := lock.Fingerprint()
				before.Next = hex.EncodeToString(print[:])
			}
			note, _ := json.Marshal(before)
			if err := os.WriteFile(j.pinPaths()[0], note, 0o600); err != nil {
				t.Fatal(err)
			}
			w, err := Open(t.Context(), j.Path(), Options{Memory: memory, Now: j.now})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Add(t.Context(), Entry{Date: Day(2026, 2, 2), Text: "since"}, Beside{}); err != nil {
				t.Errorf("adding to it: %v", err)
			}
			if w.Sealed() {
				if err := w.Unlock(t.Context(), phrase("the egret")); err != nil || w.Older() {
					t.Errorf("older %v, %v", w.Older(), err)
				}
			}
		})
	}
}
