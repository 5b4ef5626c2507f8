package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"untangle/journal/vault"
)

// enterAt opens a journal and, if it is sealed, unlocks it with the first of the secrets
// that does; the passphrase is one without any.
func enterAt(ctx context.Context, path string, secrets ...Secret) (*Journal, error) {
	j, err := Open(ctx, path, Options{Now: func() time.Time { return noon }})
	if err != nil {
		return nil, err
	}
	if !cheaply(j).Locked() {
		return j, nil
	}
	if len(secrets) == 0 {
		secrets = []Secret{phrase("one")}
	}
	for _, s := range secrets {
		if err = j.Unlock(ctx, s); !errors.Is(err, ErrWrongSecret) {
			break
		}
	}
	return j, err
}

// leave has a locked journal keep an entry, under the mark of a machine if there is a
// folder for it.
func leave(ctx context.Context, path string, e Entry, memory ...string) error {
	j, err := Open(ctx, path, Options{Now: func() time.Time { return noon }, Memory: strings.Join(memory, "")})
	if err == nil {
		_, err = j.Add(ctx, e, Beside{})
	}
	return err
}

// readInbox hands on what was left in a journal, which it takes in in a copy of the file.
func readInbox(ctx context.Context, path string, each func(what string), secrets ...Secret) error {
	dir, err := os.MkdirTemp("/dev/shm", "untangle-test-")
	if err != nil {
		dir, err = os.MkdirTemp("", "untangle-test-")
	}
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	path = filepath.Join(dir, "journal.db")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		return err
	}
	j, err := enterAt(ctx, path, secrets...)
	if err != nil {
		return err
	}
	taken, err := j.TakeIn(ctx, nil)
	if err == nil && taken.Aside > 0 {
		err = damagef("%d items of the inbox", taken.Aside)
	}
	for _, e := range taken.Entries {
		each("left " + e.Date.String() + e.Text)
	}
	return err
}

// contents returns everything that a journal at a path holds, in words, what was left in
// its inbox too. Any of the secrets may open it.
func contents(ctx context.Context, path string, secrets ...Secret) (string, error) {
	var b strings.Builder
	j, err := enterAt(ctx, path, secrets...)
	if err != nil {
		return "", err
	}
	for _, q := range []Query{{Oldest: true, CheckIns: true, Shut: true}, {Deleted: true, Oldest: true}} {
		for e, err := range j.Entries(ctx, q) {
			if err != nil {
				return "", err
			}
			versions := []*Entry{e}
			if !e.Edited.IsZero() || q.Deleted {
				if versions, err = j.Versions(ctx, e.ID); err != nil {
					return "", err
				}
			}
			for _, v := range versions {
				fmt.Fprintln(&b, printed(v))
			}
		}
	}
	drafts, err := j.Drafts(ctx)
	if err != nil {
		return "", err
	}
	for _, d := range drafts {
		fmt.Fprintln(&b, "draft", d.Number, d.Owner, d.Saved, printed(&d.Entry))
	}
	v, err := j.State(ctx, marker)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "state %s\n", v)
	if j.Sealed() {
		err = readInbox(ctx, path, func(what string) { fmt.Fprintln(&b, what) }, secrets...)
	}
	return b.String(), err
}

// few fills a journal with a little of everything that a journal can hold.
func few(t testing.TB, j *Journal) {
	t.Helper()
	ache := 3
	for i := range 8 {
		add(t, j, Entry{
			ID: ID{1, byte(i)}, Date: Day(2026, 1, 1+i), Zone: "Europe/Berlin", Title: fmt.Sprint("Rain ", i), Hand: []string{"home"},
			Text: strings.Repeat(marker+" and rain. ", 1+20*i), Starred: i == 3, Prompt: Prompt{"com-menu", "COM", "What then?"},
			Journey: Journey{"do-it", 3}, CheckIn: CheckIn{Ache: &ache, Mood: 2, Energy: 5, After: Mixed}, Properties: []byte(`{"a":[1]}`), Origin: "x:1",
		})
	}
	_, edited := j.Edit(t.Context(), ID{1, 2}, 0, func(e *Entry) error { e.Text = "Another text."; return nil }, Beside{})
	_, kept := j.SaveDraft(t.Context(), Draft{Entry: Entry{ID: ID{2}, Date: Day(2026, 2, 2), Text: "Not done"}, Owner: "me"})
	err := errors.Join(edited, kept, j.Delete(t.Context(), ID{1, 5}), j.UpdateState(t.Context(), func(s *State) error {
		return s.Put(marker, []byte("asked"))
	}))
	if err != nil {
		t.Fatal(err)
	}
}

// mutable is a file whose bytes can be changed in place and put back.
type mutable struct {
	t     testing.TB
	file  *os.File
	whole []byte
}

func mutate(t testing.TB, path string) *mutable {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return &mutable{t, file, whole}
}

// with has do see the file with other bytes wherever the old ones stood.
func (m *mutable) with(old, other []byte, do func()) {
	m.t.Helper()
	found := 0
	for at := 0; ; found++ {
		n := bytes.Index(m.whole[at:], old)
		if n < 0 {
			break
		}
		at += n
		if _, err := m.file.WriteAt(other, int64(at)); err != nil {
			m.t.Fatal(err)
		}
		defer m.file.WriteAt(old, int64(at))
		at += len(old)
	}
	if found == 0 {
		m.t.Fatal("the bytes to be changed are not in the file")
	}
	do()
}

// Requirement 7: a flipped bit in any kind of thing that a sealed file holds is damage,
// and never another text. Each is flipped wherever a copy of it stands.
func TestEveryKindOfByte(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), quickDir(t)
	path := filepath.Join(dir, "journal.db")
	j := sealedAt(t, path, phrase("one"))
	few(t, j)
	if err := leave(ctx, path, Entry{ID: ID{3}, Date: Day(2026, 3, 3), Text: "Left."}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := j.Compact(ctx, nil); err != nil {
		t.Fatal(err)
	}
	want, err := contents(ctx, path, phrase("one"))
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "copy.db")
	if err := j.Backup(ctx, copied, nil); err != nil {
		t.Fatal(err)
	}
	kinds := make(map[string][]byte)
	for _, bucket := range buckets() {
		for k, v := range values(t, copied, bucket) {
			kind := bucket + " " + k
			if len(k) == 8 && be64([]byte(k))&nodeBit != 0 {
				kind = bucket + " node"
			} else if len(k) == 8 {
				kind = bucket
			}
			if have, ok := kinds[kind]; !ok || len(v) < len(have) {
				kinds[kind] = v
			}
		}
	}
	if len(kinds) < 12 {
		t.Errorf("only %d kinds of things were found", len(kinds))
	}
	file := mutate(t, path)
	tried := 0
	for kind, record := range kinds {
		spare := kind == spareBucket+" header"
		if spare {
			record = kinds[metaBucket+" header"] // behind it are zeros
		}
		unmarked := len(record)
		if kind == inboxBucket { // behind it stands the mark of a machine, which only that one can tell
			unmarked -= sha256.Size
		}
		step := ordinarily(23, 1)
		for n := len(record) % step; n < len(record); n += step {
			bad := bytes.Clone(record)
			bad[n] ^= 1 << (n / step % 8)
			file.with(record, bad, func() {
				tried++
				got, err := contents(ctx, path, phrase("one"))
				if err != nil && !errors.Is(err, ErrDamaged) || err == nil && got != want {
					t.Errorf("%s, byte %d: %v, and something else is read: %v", kind, n, err, got != want)
				}
				if r, err := j.Verify(ctx, nil); err != nil || len(r.Damage) == 0 && n < unmarked {
					t.Errorf("%s, byte %d: verify finds nothing, %v", kind, n, err)
				}
			})
		}
	}
	if got, err := contents(ctx, path, phrase("one")); err != nil || got != want {
		t.Error("put back, the file reads something else", err)
	}
	t.Log(tried, "bits were flipped")
}

// Requirement 7, for the header: every byte of it is changed, once as damage would and
// once as somebody would who mends the checksum, and never does the journal open.
func TestEveryByteOfTheHeader(t *testing.T) {
	t.Parallel()
	ctx, path := t.Context(), filepath.Join(quickDir(t), "journal.db")
	j := sealedAt(t, path, phrase("one"), phrase("two"))
	add(t, j, Entry{Text: marker})
	h, err := j.readHeader(ctx)
	if err != nil {
		t.Fatal(err)
	}
	record := h.encode()
	end := len(record) - 4
	file := mutate(t, path)
	for n := range record {
		for bit := range 8 {
			if (n+bit)%ordinarily(8, 1) != 0 {
				continue
			}
			bad := bytes.Clone(record)
			bad[n] ^= 1 << bit
			file.with(record, bad, func() {
				l := *j
				l.key = vault.Key{}
				if _, err := Open(ctx, path, Options{}); !errors.Is(err, ErrDamaged) {
					t.Errorf("byte %d: opening it: %v, want damaged", n, err)
				}
				if _, err := l.Add(ctx, Entry{Date: Day(2026, 1, 1), Text: "x"}, Beside{}); !errors.Is(err, ErrDamaged) {
					t.Errorf("byte %d: leaving something: %v, want damaged", n, err)
				}
			})
			if n >= end {
				continue
			}
			binary.BigEndian.PutUint32(bad[end:], headerSum(bad[:end]))
			changed, err := decodeHeader(bad)
			if lock, lerr := changed.lock(); err == nil && lerr == nil && slow(lock) {
				continue
			}
			file.with(record, bad, func() {
				for _, words := range []string{"one", "two"} {
					l, err := Open(ctx, path, Options{})
					if err == nil {
						err = l.Unlock(ctx, phrase(words))
					}
					if err == nil {
						t.Errorf("byte %d: it opens", n)
					} else if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrWrongSecret) && !errors.Is(err, ErrNewer) && !errors.Is(err, ErrLocked) {
						t.Errorf("byte %d: %v", n, err)
					}
				}
			})
		}
	}
	if l := unlocked(t, path, phrase("two")); len(all(t, l, Query{})) != 1 {
		t.Error("put back, the entry is gone")
	}
}

// slow reports whether trying a secret on a lock would take long.
func slow(l vault.Lock) bool {
	for i := range l.Slots {
		if l.Slots[i].Cost.Memory > 1<<12 {
			return true
		}
	}
	return false
}

// Requirement 9, for the file: a header that asks for all memory or time is refused
// before any is taken.
func TestHostileHeader(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(quickDir(t), "journal.db")
	j := sealedAt(t, path, phrase("one"))
	h, err := j.readHeader(ctx)
	if err != nil {
		t.Fatal(err)
	}
	record := h.encode()
	end := len(record) - 4
	costs := len(h.bound()) + 4 + 2 + 1 + 16 // behind the lock's length, its opening, the kind and the salt
	file := mutate(t, path)
	for _, c := range []vault.Cost{
		{Passes: 1 << 31, Memory: 64, Threads: 1},
		{Passes: 17, Memory: 64, Threads: 1},
		{Passes: 0, Memory: 64, Threads: 1},
		{Passes: 1, Memory: 1<<20 + 1, Threads: 1},
		{Passes: 1, Memory: 1<<32 - 1, Threads: 1},
		{Passes: 1, Memory: 7, Threads: 1},
		{Passes: 1, Memory: 64, Threads: 17},
		{Passes: 1, Memory: 64, Threads: 0},
	} {
		bad := bytes.Clone(record)
		binary.BigEndian.PutUint32(bad[costs:], c.Passes)
		binary.BigEndian.PutUint32(bad[costs+4:], c.Memory)
		bad[costs+8] = c.Threads
		binary.BigEndian.PutUint32(bad[end:], headerSum(bad[:end]))
		file.with(record, bad, func() {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			begun := time.Now()
			l, err := Open(ctx, path, Options{})
			if err == nil {
				err = l.Unlock(ctx, phrase("one"))
			}
			took := time.Since(begun)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, ErrDamaged) || took > 50*time.Millisecond || after.TotalAlloc-before.TotalAlloc > 1<<20 {
				t.Errorf("%+v: %v after %v and %d bytes", c, err, took, after.TotalAlloc-before.TotalAlloc)
			}
		})
	}
}
