package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"untangle/journal/vault"
)

// phrase is a secret of words.
func phrase(s string) Secret { return Secret{Passphrase, []byte(s)} }

// cheaply makes opening a journal's slots cost next to nothing.
func cheaply(j *Journal) *Journal {
	j.cost = vault.Cost{Passes: 1, Memory: 8, Threads: 1}
	return j
}

// marker stands in every field of the entries that plant makes.
const marker = "MARKED0heron"

// plant fills a journal with entries, versions, deleted ones, state and drafts, all of
// which hold the marker wherever words can stand.
func plant(t testing.TB, j *Journal) {
	t.Helper()
	ache := 3
	for i := range 300 {
		e := Entry{
			ID: ID{9, byte(i >> 8), byte(i)}, Date: Day(2026, 1, 1+i), Zone: "Europe/" + marker, Title: marker, Hand: []string{strings.ToLower(marker)},
			Text: strings.Repeat(marker+" and rain. ", 1+i%40), Starred: i%7 == 0, Prompt: Prompt{marker, marker, marker},
			Journey: Journey{marker, 3}, CheckIn: CheckIn{Ache: &ache, Mood: 2}, Properties: json.RawMessage(`{"` + marker + `":1}`), Origin: marker,
		}
		add(t, j, e)
	}
	for i := range 40 {
		set := func(e *Entry) error { e.Text = fmt.Sprint(marker, " again ", i); return nil }
		if _, err := j.Edit(t.Context(), ID{9, 0, byte(i)}, 0, set, Beside{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Delete(t.Context(), ID{9, 0, 50}, ID{9, 0, 51}); err != nil {
		t.Fatal(err)
	}
	if err := j.UpdateState(t.Context(), func(s *State) error { return s.Put(marker, []byte(marker)) }); err != nil {
		t.Fatal(err)
	}
	if _, err := j.SaveDraft(t.Context(), Draft{Entry: Entry{Date: Day(2026, 1, 1), Text: marker}, Owner: marker}); err != nil {
		t.Fatal(err)
	}
}

// holds returns everything that a journal holds, in words.
func holds(t testing.TB, j *Journal) string {
	t.Helper()
	var b strings.Builder
	for _, q := range []Query{{Oldest: true, CheckIns: true, Shut: true}, {Deleted: true, Oldest: true}} {
		for e, err := range j.Entries(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			versions, err := j.Versions(t.Context(), e.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range versions {
				fmt.Fprintf(&b, "%x\n", encodeEntry(nil, v))
			}
		}
	}
	drafts, err := j.Drafts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range drafts {
		fmt.Fprintln(&b, d.Number, d.Owner, d.Entry.Text)
	}
	v, err := j.State(t.Context(), marker)
	if err != nil {
		t.Fatal(err)
	}
	return b.String() + string(v)
}

func sealedJournal(t testing.TB, secrets ...Secret) *Journal {
	t.Helper()
	return sealedAt(t, filepath.Join(t.TempDir(), "journal.db"), secrets...)
}

// sealedAt makes an empty sealed journal, or a plain one without a secret.
func sealedAt(t testing.TB, path string, secrets ...Secret) *Journal {
	t.Helper()
	if len(secrets) == 0 {
		j, err := Create(t.Context(), path, Options{Now: func() time.Time { return noon }})
		if err != nil {
			t.Fatal(err)
		}
		return cheaply(j)
	}
	j := cheaply(newJournal(path, Options{Now: func() time.Time { return noon }}))
	j.store = NewID()
	h := header{format: formatVersion, reader: 1, store: j.store}
	if err := j.closeWith(&h, secrets); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(path, func(temp string) error { return j.build(temp, h) }); err != nil {
		t.Fatal(err)
	}
	return j
}

func unlocked(t testing.TB, path string, s Secret) *Journal {
	t.Helper()
	j, err := Open(t.Context(), path, Options{Now: func() time.Time { return noon }})
	if err == nil {
		err = j.Unlock(t.Context(), s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return cheaply(j)
}

// Requirement 17: a sealed journal verifies whole, and so does its backup, which opens
// with the same secret.
func TestSealedJournal(t *testing.T) {
	t.Parallel()
	j := sealedJournal(t, phrase("the heron"))
	plant(t, j)
	whole(t, j)
	want := holds(t, j)
	again := unlocked(t, j.Path(), phrase("the heron"))
	if !again.Sealed() || again.Locked() || holds(t, again) != want {
		t.Error("another window reads something else")
	}
	if _, _, err := again.Compact(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	backup := j.Path() + ".copy"
	if err := again.Backup(t.Context(), backup, nil); err != nil {
		t.Fatal(err)
	}
	if copied := unlocked(t, backup, phrase("the heron")); holds(t, copied) != want {
		t.Error("the backup holds something else")
	}
	if err := again.DeleteForever(t.Context(), nil, ID{9, 0, 7}); err != nil {
		t.Fatal(err)
	}
	whole(t, again)
}

// Requirement 1, for the file: no word of what was written stands in it, nor in a backup.
func TestSealedFileShowsNothing(t *testing.T) {
	t.Parallel()
	j := sealedJournal(t, phrase("the heron"))
	plant(t, j)
	if err := j.Backup(t.Context(), j.Path()+".copy", nil); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(filepath.Dir(j.Path()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(filepath.Dir(j.Path()), f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{marker, strings.ToLower(marker), marker[:8], "rain", "Europe", "2026"} {
			if bytes.Contains(b, []byte(word)) {
				t.Errorf("%s holds %q", f.Name(), word)
			}
		}
	}
	plain := made(t)
	plant(t, plain)
	if b, _ := os.ReadFile(plain.Path()); !bytes.Contains(b, []byte(marker)) {
		t.Error("a plain journal does not hold it either, so the test finds nothing")
	}
}

func TestLockedJournal(t *testing.T) {
	t.Parallel()
	there := sealedJournal(t, phrase("the heron"))
	plant(t, there)
	j, err := Open(t.Context(), there.Path(), Options{})
	if err != nil || !j.Sealed() || !j.Locked() || j.Store() != there.Store() {
		t.Fatalf("opening a locked journal: %v", err)
	}
	before, _ := os.ReadFile(j.Path())
	ctx := t.Context()
	for what, do := range map[string]func() error{
		"delete":       func() error { return j.Delete(ctx, ID{9}) },
		"entry":        func() error { _, err := j.Entry(ctx, "2"); return err },
		"count":        func() error { _, err := j.Count(ctx); return err },
		"drafts":       func() error { _, err := j.Drafts(ctx); return err },
		"compact":      func() error { _, _, err := j.Compact(ctx, nil); return err },
		"seal":         func() error { return j.Seal(ctx, nil, phrase("x")) },
		"unseal":       func() error { return j.Unseal(ctx, nil) },
		"add a secret": func() error { return j.AddSecret(ctx, phrase("x")) },
		"verify":       func() error { _, err := j.Verify(ctx, nil); return err },
		"entries": func() error {
			for _, err := range j.Entries(ctx, Query{}) {
				return err
			}
			return nil
		},
	} {
		if err := do(); !errors.Is(err, ErrLocked) {
			t.Errorf("%s: %v, want locked", what, err)
		}
	}
	// Requirement 11, for the journal: ten wrong passphrases change nothing.
	for range 10 {
		if err := j.Unlock(ctx, phrase("the herring")); !errors.Is(err, ErrWrongSecret) {
			t.Fatalf("a wrong passphrase: %v", err)
		}
	}
	if after, _ := os.ReadFile(j.Path()); !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
	if err := j.Unlock(ctx, phrase("the heron")); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Count(ctx); err != nil {
		t.Error(err)
	}
	j.Lock()
	if _, err := j.Count(ctx); !errors.Is(err, ErrLocked) {
		t.Errorf("after locking it: %v", err)
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	j := sealedJournal(t, phrase("one"))
	opens := func(want ...string) {
		t.Helper()
		for _, w := range []string{"one", "two", "three"} {
			other, err := Open(ctx, j.Path(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			err = other.Unlock(ctx, phrase(w))
			if opened := err == nil; opened != slices.Contains(want, w) {
				t.Errorf("%q: %v, want %v", w, err, want)
			}
		}
		whole(t, j)
	}
	opens("one")
	if err := j.AddSecret(ctx, phrase("two")); err != nil {
		t.Fatal(err)
	}
	opens("one", "two")
	if err := j.ChangeSecret(ctx, 0, phrase("three")); err != nil {
		t.Fatal(err)
	}
	opens("two", "three")
	other, err := Open(ctx, j.Path(), Options{})
	if err == nil {
		err = other.Unlock(ctx, phrase("two"))
	}
	if err != nil || other.Opened() != 1 {
		t.Fatalf("opened slot %d, %v, want 1", other.Opened(), err)
	}
	if kinds, err := j.Secrets(ctx); err != nil || !slices.Equal(kinds, []SecretKind{Passphrase, Passphrase}) {
		t.Errorf("%v, %v", kinds, err)
	}
	if err := j.RemoveSecret(ctx, 1); err != nil {
		t.Fatal(err)
	}
	opens("three")
	for what, err := range map[string]error{
		"removed": other.RemoveSecret(ctx, 0), "changed": other.ChangeSecret(ctx, 0, phrase("x")),
	} {
		if !errors.Is(err, ErrWays) {
			t.Errorf("%s by a number that somebody looked up before: %v, want %v", what, err, ErrWays)
		}
	}
	for what, err := range map[string]error{
		"the last": j.RemoveSecret(ctx, 0), "none": j.RemoveSecret(ctx, 3), "no slot": j.ChangeSecret(ctx, 9, phrase("x")),
	} {
		if err == nil {
			t.Errorf("%s was removed", what)
		}
	}
	opens("three")
}

// Requirement 12, in its ordinary course: what is sealed, opened for good, or given a new
// key holds the same as before, and what opened it before does no more.
func TestSealAndUnseal(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	j := cheaply(made(t))
	plant(t, j)
	want := holds(t, j)
	if err := j.Seal(ctx, nil, phrase("one"), phrase("spare")); err != nil {
		t.Fatal(err)
	}
	whole(t, j)
	if !j.Sealed() || holds(t, j) != want {
		t.Error("sealed, it holds something else")
	}
	b, _ := os.ReadFile(j.Path())
	if bytes.Contains(b, []byte(marker)) {
		t.Error("sealed, the file still shows what was written")
	}
	old := j.Path() + ".old"
	if err := j.Backup(ctx, old, nil); err != nil {
		t.Fatal(err)
	}
	if err := j.Seal(ctx, nil, phrase("two")); err != nil {
		t.Fatal(err)
	}
	if holds(t, unlocked(t, j.Path(), phrase("two"))) != want || holds(t, unlocked(t, old, phrase("one"))) != want {
		t.Error("with a new key, it holds something else")
	}
	locked, _ := Open(ctx, j.Path(), Options{})
	if err := locked.Unlock(ctx, phrase("one")); !errors.Is(err, ErrWrongSecret) {
		t.Errorf("the old passphrase: %v", err)
	}
	if err := j.Unseal(ctx, nil); err != nil {
		t.Fatal(err)
	}
	whole(t, j)
	again, err := Open(ctx, j.Path(), Options{})
	if err != nil || again.Sealed() || holds(t, again) != want {
		t.Errorf("opened for good: %v", err)
	}
	// Numbers go on where they were, and an import brings nothing twice.
	e := add(t, j, Entry{Date: Day(2026, 2, 2), Text: "After it."})
	if e.Version <= 300 {
		t.Errorf("the next version is %d", e.Version)
	}
	if err := j.Seal(ctx, nil); err == nil {
		t.Error("it is sealed without a secret")
	}
}

// An import that was brought in before sealing is known after it.
func TestImportAcrossSealing(t *testing.T) {
	t.Parallel()
	stream := func(yield func(*Entry, error) bool) {
		for i := range 50 {
			if !yield(&Entry{Date: Day(2000, 1, 1+i/3), Text: fmt.Sprint("same ", i/2)}, nil) {
				return
			}
		}
	}
	j := cheaply(made(t))
	for i, want := range []int{50, 0, 0} {
		r, err := j.Import(t.Context(), stream, nil)
		if err != nil || r.Added != want {
			t.Fatalf("import %d: %+v, %v, want %d", i, r, err, want)
		}
		if err := j.Seal(t.Context(), nil, phrase(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
}

// Requirement 8: with raw access, records are swapped, put back, removed and doubled, and
// a file is put in the place of another. All of it is noticed.
func TestSealedRecordsKeepTheirPlaces(t *testing.T) {
	t.Parallel()
	j := sealedJournal(t, phrase("one"))
	for i := range 50 {
		add(t, j, Entry{ID: ID{9, byte(i)}, Date: Day(2026, 1, 1+i), Text: strings.Repeat("rain ", 20)})
	}
	at := func(b *bbolt.Tx, bucket string, number uint64) []byte {
		return bytes.Clone(b.Bucket([]byte(bucket)).Get(numberKey(number)))
	}
	put := func(b *bbolt.Tx, bucket string, number uint64, record []byte) error {
		return b.Bucket([]byte(bucket)).Put(numberKey(number), record)
	}
	for what, change := range map[string]func(*bbolt.Tx) error{
		"swapped": func(b *bbolt.Tx) error {
			three, four := at(b, entriesBucket, 3), at(b, entriesBucket, 4)
			return errors.Join(put(b, entriesBucket, 3, four), put(b, entriesBucket, 4, three))
		},
		"doubled":   func(b *bbolt.Tx) error { return put(b, entriesBucket, 90, at(b, entriesBucket, 3)) },
		"removed":   func(b *bbolt.Tx) error { return b.Bucket([]byte(entriesBucket)).Delete(numberKey(3)) },
		"elsewhere": func(b *bbolt.Tx) error { return put(b, historyBucket, 3, at(b, entriesBucket, 3)) },
	} {
		path := filepath.Join(t.TempDir(), "journal.db")
		b, err := os.ReadFile(j.Path())
		if err == nil {
			err = os.WriteFile(path, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		raw(t, path, change)
		damaged := unlocked(t, path, phrase("one"))
		if r, err := damaged.Verify(t.Context(), nil); err != nil || len(r.Damage) == 0 {
			t.Errorf("%s: %q, %v", what, r.Damage, err)
		}
	}
	plain := made(t)
	b, err := os.ReadFile(plain.Path())
	if err == nil {
		err = os.WriteFile(j.Path(), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Count(t.Context()); !errors.Is(err, ErrReplaced) {
		t.Errorf("a plain journal in a sealed one's place: %v", err)
	}
	if _, err := j.Add(t.Context(), Entry{Date: Day(2026, 1, 1), Text: "x"}, Beside{}); !errors.Is(err, ErrReplaced) {
		t.Errorf("and adding to it: %v", err)
	}
}

// What nobody says for tests costs what is right.
func TestCostOfSecrets(t *testing.T) {
	t.Parallel()
	if cost := newJournal("x", Options{}).cost; cost != vault.DefaultCost() || cost.Memory < 64<<10 || cost.Passes < 3 {
		t.Errorf("a secret costs %+v", cost)
	}
}
