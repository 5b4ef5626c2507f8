package journal

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/bbolt"
)

// window returns the journal as another window of the same machine has it, locked.
func window(t testing.TB, j *Journal, memory string) *Journal {
	t.Helper()
	w, err := Open(t.Context(), j.Path(), Options{Now: j.now, Memory: memory})
	if err != nil {
		t.Fatal(err)
	}
	return cheaply(w)
}

// remembered returns a sealed journal of the machine that remembers in the folder.
func remembered(t testing.TB) (j *Journal, memory string) {
	t.Helper()
	j = sealedJournal(t, phrase("the heron"))
	memory = filepath.Join(t.TempDir(), "memory")
	j.memory = memory
	j.rememberNow(t.Context())
	return j, memory
}

func allTexts(t testing.TB, j *Journal) (all []string) {
	t.Helper()
	for e, err := range j.Entries(t.Context(), Query{Oldest: true, CheckIns: true}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e.Text)
	}
	return all
}

// A locked journal takes drafts, each in the place of the one before, entries in the place
// of their draft, and how somebody was.
func TestLockedWriting(t *testing.T) {
	t.Parallel()
	j, memory := remembered(t)
	l := window(t, j, memory)
	first, err := l.SaveDraft(t.Context(), Draft{Owner: "a", Entry: Entry{Text: "It rai"}})
	if err != nil {
		t.Fatal(err)
	}
	first.Entry.Text = "It rained."
	again, err := l.SaveDraft(t.Context(), first)
	if err != nil || again.Number != first.Number {
		t.Fatalf("a draft went from %d to %d, %v", first.Number, again.Number, err)
	}
	if n := len(values(t, j.Path(), inboxBucket)); n != 1 {
		t.Errorf("%d items of one draft", n)
	}
	short := ""
	kept, err := l.Add(t.Context(), again.Entry, Beside{Draft: again.Number, Short: func(s string) { short = s }})
	if err != nil || short != kept.ID.String() || len(values(t, j.Path(), inboxBucket)) != 1 {
		t.Fatalf("kept as %q, %v", short, err)
	}
	if err := l.SetCheckIn(t.Context(), kept.ID, CheckIn{After: Lighter}); err != nil {
		t.Fatal(err)
	}
	left, err := l.SaveDraft(t.Context(), Draft{Owner: "b", Entry: Entry{Text: "Not done"}})
	if err != nil {
		t.Fatal(err)
	}
	gone, err := l.SaveDraft(t.Context(), Draft{Owner: "c", Entry: Entry{Text: "Nothing"}})
	if err == nil {
		err = l.DropDraft(t.Context(), gone.Number)
	}
	if err != nil {
		t.Fatal(err)
	}
	taken, err := j.TakeIn(t.Context(), nil)
	if err != nil || len(taken.Entries) != 1 || taken.Unverified != 0 || taken.Aside != 0 {
		t.Fatalf("%+v, %v", taken, err)
	}
	e, err := j.Entry(t.Context(), kept.ID.String())
	if err != nil || e.Text != "It rained." || e.CheckIn.After != Lighter || len(e.Hand) != 0 {
		t.Errorf("%+v, %v", e, err)
	}
	drafts, err := j.Drafts(t.Context())
	if err != nil || len(drafts) != 1 || drafts[0].Entry.Text != "Not done" || drafts[0].Owner != "b" {
		t.Errorf("%+v, %v", drafts, err)
	}
	// The window that writes it goes on, and keeps it: no draft of it is left over.
	left.Entry.Text = "Not done yet"
	if left, err = l.SaveDraft(t.Context(), left); err != nil {
		t.Fatal(err)
	}
	if _, err := j.TakeIn(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if drafts, err := j.Drafts(t.Context()); err != nil || len(drafts) != 1 || drafts[0].Entry.Text != "Not done yet" {
		t.Errorf("%+v, %v", drafts, err)
	}
	left.Entry.Text = "Done."
	if _, err := l.Add(t.Context(), left.Entry, Beside{Draft: left.Number}); err != nil {
		t.Fatal(err)
	}
	if _, err := j.TakeIn(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if drafts, err := j.Drafts(t.Context()); err != nil || len(drafts) != 0 {
		t.Errorf("%+v, %v", drafts, err)
	}
	whole(t, j)
}

// Requirement 8, for the inbox: what another machine left, and what was put back, is kept
// and marked.
func TestUnverified(t *testing.T) {
	t.Parallel()
	j, memory := remembered(t)
	ours, theirs := window(t, j, memory), window(t, j, filepath.Join(t.TempDir(), "another"))
	nobodys := window(t, j, "")
	for i, w := range []*Journal{ours, theirs, nobodys} {
		if _, err := w.Add(t.Context(), Entry{ID: ID{7, byte(i)}, Date: Day(2026, 2, 1+i), Text: "x"}, Beside{}); err != nil {
			t.Fatal(err)
		}
	}
	items := values(t, j.Path(), inboxBucket)
	taken, err := j.TakeIn(t.Context(), nil)
	if err != nil || len(taken.Entries) != 3 || taken.Unverified != 2 {
		t.Fatalf("%+v, %v", taken, err)
	}
	for i, want := range []bool{false, true, true} {
		e, err := j.Entry(t.Context(), ID{7, byte(i)}.String())
		if err != nil || slices.Contains(e.Tags(), Unverified) != want {
			t.Errorf("%d: %v, %v", i, e, err)
		}
	}
	put := func() {
		raw(t, j.Path(), func(b *bbolt.Tx) error {
			return b.Bucket([]byte(inboxBucket)).Put(numberKey(1), items[string(numberKey(1))])
		})
	}
	put()
	if taken, err := j.TakeIn(t.Context(), nil); err != nil || len(taken.Entries) != 0 {
		t.Errorf("a replay came in twice: %+v, %v", taken, err)
	}
	whole(t, j)
}

// Where nothing can be written, the inbox is read as if it had been taken in.
func TestMergedInMemory(t *testing.T) {
	t.Parallel()
	j, memory := remembered(t)
	plant(t, j)
	l := window(t, j, memory)
	for i := range 300 {
		if _, err := l.Add(t.Context(), Entry{Date: Day(2026, 2, 1+i), Text: "left"}, Beside{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.SaveDraft(t.Context(), Draft{Entry: Entry{Text: "left"}}); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(j.Path())
	reader := unlocked(t, j.Path(), phrase("the heron"))
	reader.older = true // it refuses to write, as a medium that is read only
	taken, err := reader.TakeIn(t.Context(), nil)
	if err != nil || taken.Waiting == nil || len(taken.Entries) != 300 {
		t.Fatalf("%d, %v", len(taken.Entries), err)
	}
	n := 0
	for _, text := range allTexts(t, reader) {
		if text == "left" {
			n++
		}
	}
	drafts, err := reader.Drafts(t.Context())
	if n != 300 || err != nil || len(drafts) != 2 {
		t.Errorf("%d entries, %d drafts, %v", n, len(drafts), err)
	}
	if count, err := reader.Count(t.Context()); err != nil || count != 598 {
		t.Errorf("%d in all, %v", count, err)
	}
	if after, _ := os.ReadFile(j.Path()); string(after) != string(before) {
		t.Error("the file was changed")
	}
	if _, err := j.TakeIn(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	whole(t, j)
}

// What lies in a sealed journal's place is held against what the machine remembers.
func TestPins(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		exchange       func(t *testing.T, j *Journal)
		open, add, set error // of opening, of adding while locked, of changing once unlocked
	}{
		"as it was": {exchange: func(*testing.T, *Journal) {}},
		"gone":      {exchange: func(t *testing.T, j *Journal) { os.Remove(j.Path()) }, open: ErrGone},
		"plain": {exchange: func(t *testing.T, j *Journal) {
			b, _ := os.ReadFile(made(t).Path())
			os.WriteFile(j.Path(), b, 0o600)
		}, open: ErrStranger},
		"another": {exchange: func(t *testing.T, j *Journal) {
			os.Rename(sealedJournal(t, phrase("the heron")).Path(), j.Path())
		}, open: ErrStranger},
		"another key for the inbox": {exchange: func(t *testing.T, j *Journal) {
			other := sealedJournal(t, phrase("the heron"))
			h := header{format: formatVersion, reader: 1, store: j.store}
			if err := other.closeWith(&h, []Secret{phrase("of somebody else")}); err != nil {
				t.Fatal(err)
			}
			raw(t, j.Path(), func(b *bbolt.Tx) error { return writeHeader(b, h) })
		}, add: ErrStranger},
		"an older copy": {exchange: func(t *testing.T, j *Journal) {
			older, _ := os.ReadFile(j.Path())
			add(t, j, Entry{Text: "Since then."})
			os.WriteFile(j.Path(), older, 0o600)
		}, set: ErrOlder},
		"with another key": {exchange: func(t *testing.T, j *Journal) {
			w := unlocked(t, j.Path(), phrase("the heron")) // on another machine
			if err := w.Seal(t.Context(), nil, phrase("the heron")); err != nil {
				t.Fatal(err)
			}
		}, add: ErrStranger},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			j, memory := remembered(t)
			add(t, j, Entry{Text: "Before."})
			c.exchange(t, j)
			o := Options{Now: j.now, Memory: memory}
			before, _ := os.ReadFile(j.Path())
			w, err := Open(t.Context(), j.Path(), o)
			if !errors.Is(err, c.open) {
				t.Fatalf("opening it: %v, want %v", err, c.open)
			}
			if c.open != nil {
				if _, err := Create(t.Context(), j.Path(), o); err == nil {
					t.Error("a plain journal was made in a sealed one's place")
				}
				if after, _ := os.ReadFile(j.Path()); string(before) != string(after) {
					t.Error("what was there was changed")
				}
				o.Replaced = true
				if _, err := Open(t.Context(), j.Path(), o); err != nil && !errors.Is(err, ErrMissing) {
					t.Errorf("accepting it: %v", err)
				}
				o.Replaced = false
				if _, err := Open(t.Context(), j.Path(), o); err != nil && !errors.Is(err, ErrMissing) {
					t.Errorf("once it is accepted: %v", err)
				}
				return
			}
			if _, err := w.Add(t.Context(), Entry{Date: Day(2026, 1, 1), Text: "x"}, Beside{}); !errors.Is(err, c.add) {
				t.Errorf("adding to it: %v, want %v", err, c.add)
			}
			if what == "another key for the inbox" {
				return // nobody we know opens it
			}
			if err := w.Unlock(t.Context(), phrase("the heron")); err != nil {
				t.Fatal(err)
			}
			if w.Older() != (c.set != nil) {
				t.Errorf("older: %v", w.Older())
			}
			if _, err := w.Add(t.Context(), Entry{Date: Day(2026, 1, 1), Text: "x"}, Beside{}); !errors.Is(err, c.set) {
				t.Errorf("changing it: %v, want %v", err, c.set)
			}
			if c.set == nil {
				w.Lock()
				if _, err := w.Add(t.Context(), Entry{Date: Day(2026, 1, 1), Text: "x"}, Beside{}); err != nil {
					t.Errorf("adding to it after it was opened: %v", err)
				}
				return
			}
			o.Replaced = true
			w, err = Open(t.Context(), j.Path(), o)
			if err == nil {
				err = w.Unlock(t.Context(), phrase("the heron"))
			}
			if err != nil || w.Older() {
				t.Fatalf("accepting it: %v", err)
			}
			if _, err := w.Add(t.Context(), Entry{Date: Day(2026, 1, 1), Text: "x"}, Beside{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// A window that was open when another sealed the journal, gave it another key, or made it
// a plain one again, loses no text.
func TestSealedMeanwhile(t *testing.T) {
	t.Parallel()
	j := made(t)
	memory := filepath.Join(t.TempDir(), "memory")
	other := window(t, j, memory)
	write := func(w *Journal, text string) {
		t.Helper()
		if _, err := w.SaveDraft(t.Context(), Draft{Entry: Entry{Text: text}}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Add(t.Context(), Entry{Date: Day(2026, 1, 1), Text: text}, Beside{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.Seal(t.Context(), nil, phrase("the heron")); err != nil {
		t.Fatal(err)
	}
	j.memory = memory
	write(j, "after it was sealed")
	if !j.Locked() {
		t.Error("it is not locked")
	}
	if _, err := other.TakeIn(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := j.Unlock(t.Context(), phrase("the heron")); err != nil {
		t.Fatal(err)
	}
	if err := other.Seal(t.Context(), nil, phrase("the egret")); err != nil {
		t.Fatal(err)
	}
	write(j, "after it had another key")
	if _, err := other.TakeIn(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := j.Unlock(t.Context(), phrase("the egret")); err != nil {
		t.Fatal(err)
	}
	if err := other.Unseal(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	write(j, "after it was plain")
	if got := allTexts(t, other); len(got) != 3 {
		t.Errorf("%q", got)
	}
	whole(t, other)
}

// Two windows that begin at the same time have one key of the machine.
func TestMachineKey(t *testing.T) {
	t.Parallel()
	j, memory := remembered(t)
	keys := make(chan string)
	for range 16 {
		go func() { keys <- string(window(t, j, memory).machine()) }()
	}
	one := <-keys
	for range 15 {
		if key := <-keys; key != one || len(key) != machineKey {
			t.Error("there is another key")
		}
	}
	info, err := os.Stat(filepath.Join(memory, "machine"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// An item that cannot be read stays where it is, and stops neither a new key, nor taking
// the passphrase off, nor compaction.
func TestUnreadableItemStays(t *testing.T) {
	t.Parallel()
	j, memory := remembered(t)
	if _, err := window(t, j, memory).Add(t.Context(), Entry{Date: Day(2026, 2, 1), Text: "x"}, Beside{}); err != nil {
		t.Fatal(err)
	}
	rubbish := []byte("rubbish, and somebody may know what it was")
	raw(t, j.Path(), func(b *bbolt.Tx) error { return b.Bucket([]byte(inboxBucket)).Put(numberKey(90), rubbish) })
	if err := j.Seal(t.Context(), nil, phrase("the egret")); !errors.Is(err, ErrInbox) {
		t.Errorf("with something to take in: %v", err)
	}
	if taken, err := j.TakeIn(t.Context(), nil); err != nil || len(taken.Entries) != 1 || taken.Aside != 1 {
		t.Fatalf("%+v, %v", taken, err)
	}
	for what, do := range map[string]func() error{
		"compact": func() error { _, _, err := j.Compact(t.Context(), nil); return err },
		"seal":    func() error { return j.Seal(t.Context(), nil, phrase("the egret")) },
	} {
		if err := do(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := j.Unseal(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if items := values(t, j.Path(), inboxBucket); string(items[string(numberKey(90))]) != string(rubbish) {
		t.Errorf("the inbox holds %q", items)
	}
	if got := allTexts(t, j); len(got) != 1 {
		t.Errorf("%q", got)
	}
}
