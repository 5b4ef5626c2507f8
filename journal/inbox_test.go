package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// locked returns the journal as another window has it, without the passphrase.
func locked(t testing.TB, j *Journal) *Journal {
	t.Helper()
	l, err := Open(t.Context(), j.Path(), Options{Now: j.now})
	if err != nil || !l.Locked() {
		t.Fatal("the journal is not locked", err)
	}
	return l
}

func TestLeaveAndTakeIn(t *testing.T) {
	t.Parallel()
	j := sealedJournal(t, phrase("the heron"))
	add(t, j, Entry{Text: "Before."})
	l := locked(t, j)
	var left []Entry
	for i := range 20 {
		e, err := l.Add(t.Context(), Entry{Date: Day(2026, 2, 1+i), Text: fmt.Sprint(marker, " ", i), Hand: []string{"home"}, Prompt: Prompt{"com-menu", "COM", "?"}}, Beside{})
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, e)
	}
	if b, _ := os.ReadFile(j.Path()); bytes.Contains(b, []byte(marker)) {
		t.Error("what was left can be read in the file")
	}
	whole(t, j)
	if err := j.Seal(t.Context(), nil, phrase("x")); !errors.Is(err, ErrInbox) {
		t.Errorf("a new key with a full inbox: %v", err)
	}
	answered := 0
	taken, err := j.TakeIn(t.Context(), func(s *State, e *Entry) error {
		answered++
		return s.Put("last", []byte(e.Prompt.ID))
	})
	if err != nil || len(taken.Entries) != 20 || taken.Aside != 0 || answered != 20 {
		t.Fatalf("taken in: %+v, %v", taken, err)
	}
	for i, e := range taken.Entries {
		kept, err := j.Entry(t.Context(), left[i].ID.String())
		if err != nil || kept.Text != left[i].Text || e.ID != left[i].ID || kept.Words != left[i].Words || kept.Date != left[i].Date {
			t.Errorf("%d: %+v, %v", i, kept, err)
		}
	}
	if v, _ := j.State(t.Context(), "last"); string(v) != "com-menu" {
		t.Errorf("the state beside is %q", v)
	}
	before, _ := os.ReadFile(j.Path())
	if again, err := j.TakeIn(t.Context(), nil); err != nil || len(again.Entries) != 0 {
		t.Errorf("taken in twice: %+v, %v", again, err)
	}
	if after, _ := os.ReadFile(j.Path()); !bytes.Equal(before, after) {
		t.Error("an empty inbox is written for")
	}
	whole(t, j)
	if err := j.Seal(t.Context(), nil, phrase("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := l.TakeIn(t.Context(), nil); !errors.Is(err, ErrLocked) {
		t.Errorf("taken in while it is locked: %v", err)
	}
}

func TestLeaveRefuses(t *testing.T) {
	t.Parallel()
	j := sealedJournal(t, phrase("the heron"))
	l := locked(t, j)
	before, _ := os.ReadFile(j.Path())
	for what, e := range map[string]Entry{
		"no date": {Text: "x"}, "no text in UTF-8": {Date: Day(2026, 1, 1), Text: "\xff"}, "too long": {Date: Day(2026, 1, 1), Text: strings.Repeat("x", MaxText+1)},
	} {
		if _, err := l.Add(t.Context(), e, Beside{}); err == nil {
			t.Errorf("%s: it is kept", what)
		}
	}
	if after, _ := os.ReadFile(j.Path()); !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
	if _, err := made(t).leave(t.Context(), 0, itemEntry, nil, 0); err == nil {
		t.Error("a plain journal has an inbox")
	}
}

// Requirement 8, for the inbox: of items that were put back, doubled, moved or damaged,
// what can be read is taken in once, and the rest is set aside, named by Verify, and stops
// nothing.
func TestHostileInbox(t *testing.T) {
	t.Parallel()
	j := sealedJournal(t, phrase("the heron"))
	l := locked(t, j)
	for i := range 6 {
		if _, err := l.Add(t.Context(), Entry{ID: ID{1, byte(i)}, Date: Day(2026, 2, 1+i), Text: fmt.Sprint(i)}, Beside{}); err != nil {
			t.Fatal(err)
		}
	}
	items := values(t, j.Path(), inboxBucket)
	raw(t, j.Path(), func(b *bbolt.Tx) error {
		inbox := b.Bucket([]byte(inboxBucket))
		bad := bytes.Clone(items[string(numberKey(2))])
		bad[len(bad)/2] ^= 1
		return errors.Join(
			inbox.Put(numberKey(2), bad),
			inbox.Put(numberKey(90), items[string(numberKey(1))]), // under another number
			inbox.Put(numberKey(91), []byte("rubbish")),
			inbox.Put(numberKey(92), nil),
		)
	})
	if r, err := j.Verify(t.Context(), nil); err != nil || len(r.Damage) != 4 {
		t.Errorf("%q, %v", r.Damage, err)
	}
	taken, err := j.TakeIn(t.Context(), nil)
	if err != nil || len(taken.Entries) != 5 || taken.Aside != 4 {
		t.Fatalf("%d taken in, %d aside, %v", len(taken.Entries), taken.Aside, err)
	}
	// Put back from an older copy, an item is known by its id.
	raw(t, j.Path(), func(b *bbolt.Tx) error {
		return b.Bucket([]byte(inboxBucket)).Put(numberKey(1), items[string(numberKey(1))])
	})
	if taken, err := j.TakeIn(t.Context(), nil); err != nil || len(taken.Entries) != 0 {
		t.Errorf("taken in twice: %+v, %v", taken, err)
	}
	if n, err := j.Count(t.Context()); err != nil || n != 5 {
		t.Errorf("%d entries, %v", n, err)
	}
}

func BenchmarkAddLocked(b *testing.B) {
	j := filled(b, 1000)
	if err := cheaply(j).Seal(b.Context(), nil, phrase("x")); err != nil {
		b.Fatal(err)
	}
	j.Lock()
	for b.Loop() {
		if _, err := j.Add(b.Context(), Entry{Date: Day(2026, 1, 1), Text: strings.Repeat("It rained. ", 100)}, Beside{}); err != nil {
			b.Fatal(err)
		}
	}
}
