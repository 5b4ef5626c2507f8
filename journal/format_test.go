package journal

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"untangle/journal/vault"
)

var update = flag.Bool("update", false, "write golden files of the journal for a format that has none yet")

// What opens the sealed golden file.
const (
	goldenPhrase   = "the heron by the canal"
	goldenRecovery = "BX6Y-7MEQ-RZZ1-YY70-7HAH-RFYK-KZ78-ZPXY"
)

func goldenSecrets(t testing.TB) (words, recovery Secret) {
	t.Helper()
	b, err := vault.ParseRecoveryKey([]byte(goldenRecovery))
	if err != nil {
		t.Fatal(err)
	}
	return phrase(goldenPhrase), Secret{RecoveryKey, b}
}

// golden returns the path of a copy of a golden file. Those of format 1 were made by the
// first programs that had them: the plain one by the first of all, the sealed one by the
// first that sealed, its inbox by the first that left something there. They are frozen.
func golden(t testing.TB, name string) string {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var b []byte
	z, err := gzip.NewReader(file)
	if err == nil {
		b, err = io.ReadAll(z)
	}
	path := filepath.Join(quickDir(t), "journal.db")
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// same makes sure that a journal holds what was written into the golden files.
func same(t testing.TB, j *Journal) {
	t.Helper()
	whole(t, j)
	want, err := os.ReadFile(filepath.Join("testdata", "format-1.txt"))
	if err != nil {
		t.Fatal(err)
	}
	got := bytes.Split([]byte(listed(t, j)), []byte("\n"))
	for n, line := range bytes.Split(want, []byte("\n")) {
		if n >= len(got) || !bytes.Equal(got[n], line) {
			t.Fatalf("line %d is not %.200s", n+1, line)
		}
	}
}

// Requirement 5, for whole files: a plain journal of every format opens, can be changed
// and sealed, and loses nothing.
func TestGoldenPlain(t *testing.T) {
	t.Parallel()
	path := golden(t, "format-1.db")
	j := cheaply(opened(t, path))
	same(t, j)
	e := add(t, j, Entry{Date: Day(2027, 1, 1), Text: "By a later program."})
	if err := j.DeleteForever(t.Context(), nil, e.ID); err != nil {
		t.Fatal(err)
	}
	same(t, j)
	if err := j.Seal(t.Context(), nil, phrase("new")); err != nil {
		t.Fatal(err)
	}
	same(t, unlocked(t, path, phrase("new")))
	if err := j.Unseal(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	same(t, opened(t, path))
}

// Requirement 5, for whole files: a sealed journal of every format opens with each of its
// secrets, and can be given a new key and opened for good.
func TestGoldenSealed(t *testing.T) {
	t.Parallel()
	path := golden(t, "format-1-sealed.db")
	words, recovery := goldenSecrets(t)
	l := opened(t, path)
	if !l.Locked() {
		t.Fatal("it is not locked")
	}
	if err := l.Unlock(t.Context(), phrase("the heron")); err == nil {
		t.Error("another passphrase opens it")
	}
	for _, s := range []Secret{words, recovery} {
		same(t, unlocked(t, path, s))
	}
	j := unlocked(t, path, words)
	if err := j.Seal(t.Context(), nil, phrase("new")); err != nil {
		t.Fatal(err)
	}
	same(t, unlocked(t, path, phrase("new")))
	if err := j.Unseal(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	same(t, opened(t, path))
}

// goldenMachine is the key of the machine that marked what lies in a golden inbox.
const goldenMachine = "the key of a machine, of 32 byte"

// Requirement 5, for what was left in a locked journal: all of it is taken in. The first
// items bore no mark of the machine that left them, so nobody can tell any more.
func TestGoldenInbox(t *testing.T) {
	t.Parallel()
	for name, marked := range map[string]bool{"format-1-inbox.db": false, "format-1-inbox-marked.db": true} {
		path := golden(t, name)
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), "machine"), []byte(goldenMachine), 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := Open(t.Context(), path, Options{Now: func() time.Time { return noon }, Memory: filepath.Dir(path)})
		if err == nil {
			err = j.Unlock(t.Context(), phrase(goldenPhrase))
		}
		if err != nil {
			t.Fatal(err)
		}
		whole(t, cheaply(j))
		taken, err := j.TakeIn(t.Context(), nil)
		if err != nil || taken.Aside != 0 || len(taken.Entries) != 1 || (taken.Unverified == 0) != marked {
			t.Errorf("%s: %d taken in, %d unverified, %d aside, %v", name, len(taken.Entries), taken.Unverified, taken.Aside, err)
			continue
		}
		e := taken.Entries[0]
		if e.ID != (ID{4, 1}) || e.Date != At(noon) || e.Title != "Locked" || e.Text != "Left in the inbox. @home" || e.Prompt != (Prompt{"com-menu", "COM", "What then?"}) {
			t.Errorf("%s: what was left reads %+v", name, e)
		}
		if marked {
			e, err := j.Entry(t.Context(), ID{4, 1}.String())
			if err != nil || e.CheckIn != (CheckIn{Mood: 4, After: Lighter}) {
				t.Errorf("%s: the check-in reads %+v, %v", name, e, err)
			}
			drafts, err := j.Drafts(t.Context())
			if err != nil || len(drafts) != 1 || drafts[0].Entry.Text != "A draft, left." || drafts[0].Owner != "me" {
				t.Errorf("%s: the drafts are %+v, %v", name, drafts, err)
			}
		}
		if err := j.Seal(t.Context(), nil, phrase("new")); err != nil {
			t.Errorf("%s: a new key: %v", name, err)
		}
	}
}

// A plain file of an older format is brought up to date with its backup kept, which holds
// the same.
func TestGoldenMigrates(t *testing.T) {
	t.Parallel()
	path := golden(t, "format-1.db")
	aged(t, path, func(h *header) { h.format = 0 })
	way := []migration{{from: 0, apply: func(*tx) error { return nil }}}
	if err := newJournal(path, Options{}).migrate(t.Context(), way, formatVersion); err != nil {
		t.Fatal(err)
	}
	same(t, opened(t, path))
	kept := path + ".format-0"
	if left := beside(t, path); !slices.Contains(left, filepath.Base(kept)) {
		t.Fatalf("beside it there is %v", left)
	}
	aged(t, kept, func(h *header) { h.format = formatVersion })
	same(t, opened(t, kept))
}

// TestGoldenFiles makes the golden files of a format that has none yet. Those that are
// there stay as they are.
func TestGoldenFiles(t *testing.T) {
	if !*update {
		if _, err := os.Stat(filepath.Join("testdata", fmt.Sprintf("format-%d.db.gz", formatVersion))); err != nil {
			t.Error("format", formatVersion, "has no golden file; run the test with -update")
		}
		return
	}
	words, recovery := goldenSecrets(t)
	for name, secrets := range map[string][]Secret{"": nil, "-sealed": {words, recovery}} {
		path := filepath.Join(t.TempDir(), "journal.db")
		j, err := Create(t.Context(), path, Options{Now: func() time.Time { return noon }}, secrets...)
		if err != nil {
			t.Fatal(err)
		}
		varied(t, j)
		var out bytes.Buffer
		z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
		b, err := os.ReadFile(path)
		if err == nil {
			_, err = z.Write(b)
		}
		if err == nil {
			err = z.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		keepNew(t, fmt.Sprintf("format-%d%s.db.gz", formatVersion, name), out.Bytes())
		if secrets == nil {
			keepNew(t, fmt.Sprintf("format-%d.txt", formatVersion), []byte(listed(t, j)))
		}
	}
}

func keepNew(t testing.TB, name string, b []byte) {
	t.Helper()
	file, err := os.OpenFile(filepath.Join("testdata", name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if os.IsExist(err) {
		return
	}
	if err == nil {
		_, err = file.Write(b)
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}
