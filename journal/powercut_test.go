package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sector = 512 // what a disk writes whole or not at all

// commit is one change of a journal: its file before and after, and what it held.
type commit struct {
	name          string
	before, after []byte
	was, is       string
}

// cut returns the file as it may be when the power goes while a change is written. First
// the pages of the change are written, in any order and each sector by itself, then the
// disk is waited for, then the opening page that leads to them follows. Whole says that
// the last has happened.
func (c *commit) cut(r *rand.Rand) (b []byte, whole bool, what string) {
	opening := int(metaTx(c.after) % 2 * pageSize)
	b = bytes.Clone(c.before)
	if r.IntN(4) > 0 { // it is made longer, and that is waited for, before all else
		b = append(b, make([]byte, max(0, len(c.after)-len(b)))...)
	}
	portion := r.Float64()
	switch kind := r.IntN(8); {
	case kind < 5:
		lost := 0
		for at := 2 * pageSize; at+sector <= len(b); at += sector {
			if bytes.Equal(b[at:at+sector], c.after[at:at+sector]) {
				continue
			}
			if r.Float64() < portion {
				copy(b[at:at+sector], c.after[at:])
			} else {
				lost++
			}
		}
		return b, false, fmt.Sprintf("%d sectors are lost", lost)
	case kind < 6:
		number := r.IntN(len(b) / pageSize)
		for at := 2 * pageSize; at+pageSize <= len(b); at += pageSize {
			if at/pageSize != number {
				copy(b[at:at+pageSize], c.after[at:])
			}
		}
		return b, false, fmt.Sprintf("page %d is lost", number)
	}
	b = bytes.Clone(c.after)
	for at := opening; at < opening+pageSize; at += sector { // its sum is in the first sector
		if r.IntN(2) == 0 {
			copy(b[at:at+sector], c.before[at:])
			whole = whole || at == opening
		}
	}
	if whole = !whole; whole && r.IntN(2) == 0 { // the mark is written last, and not waited for
		copy(b[opening+markAt:opening+markAt+markLength], c.before[opening+markAt:])
	}
	return b, whole, "the opening page is torn"
}

// metaTx returns the transaction that a file ends with.
func metaTx(b []byte) uint64 {
	at := func(page int) uint64 { return binary.LittleEndian.Uint64(b[page*pageSize+pageHeader+metaAtTx:]) }
	return max(at(0), at(1))
}

// commits makes a journal and changes it in every way that writes in place.
func commits(t testing.TB, path string, secrets ...Secret) (all []commit) {
	t.Helper()
	ctx := t.Context()
	j := sealedAt(t, path, secrets...)
	few(t, j)
	look := func() ([]byte, string) {
		t.Helper()
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		held, err := contents(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		return b, held
	}
	steps := []struct {
		name string
		do   func() error
	}{
		{"add", func() error {
			_, err := j.Add(ctx, Entry{ID: ID{2, 1}, Date: Day(2026, 3, 1), Text: "added"}, Beside{State: func(s *State) error { return s.Put(marker, []byte("beside")) }})
			return err
		}},
		{"add a long one", func() error {
			_, err := j.Add(ctx, Entry{ID: ID{2, 2}, Date: Day(2026, 3, 2), Text: strings.Repeat("long ", 20000)}, Beside{})
			return err
		}},
		{"edit", func() error {
			_, err := j.Edit(ctx, ID{2, 1}, 0, func(e *Entry) error { e.Text = "edited"; return nil }, Beside{})
			return err
		}},
		{"import", func() error {
			_, err := j.Import(ctx, func(yield func(*Entry, error) bool) {
				for i := range 200 {
					if !yield(&Entry{ID: ID{3, byte(i)}, Date: Day(2001, 1, 1+i), Text: fmt.Sprint("brought ", i)}, nil) {
						return
					}
				}
			}, nil)
			return err
		}},
		{"draft", func() error {
			_, err := j.SaveDraft(ctx, Draft{Entry: Entry{ID: ID{4}, Text: "a draft"}})
			return err
		}},
		{"delete", func() error { return j.Delete(ctx, ID{3, 7}, ID{3, 8}) }},
		{"undelete", func() error { return j.Undelete(ctx, ID{3, 8}) }},
	}
	if len(secrets) > 0 {
		steps = append(steps, []struct {
			name string
			do   func() error
		}{
			{"leave", func() error { return leave(ctx, path, Entry{ID: ID{5}, Date: Day(2026, 4, 1), Text: "left"}) }},
			{"add a secret", func() error { return j.AddSecret(ctx, phrase("two")) }},
			{"change a secret", func() error { return j.ChangeSecret(ctx, 1, phrase("three")) }},
			{"take in", func() error { _, err := j.TakeIn(ctx, nil); return err }},
		}...)
	}
	for _, step := range steps {
		c := commit{name: step.name}
		c.before, c.was = look()
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if c.after, c.is = look(); metaTx(c.after) != metaTx(c.before)+1 {
			t.Fatalf("%s takes %d transactions", c.name, metaTx(c.after)-metaTx(c.before))
		}
		all = append(all, c)
	}
	return all
}

// Requirement 15, for a power cut: of the writes of each change, any are lost or torn in
// sectors before the disk was waited for. The journal opens whole, as it was before the
// change or as it is after it, and goes on.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	for name, secrets := range map[string][]Secret{"plain": nil, "sealed": {phrase("one")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(quickDir(t), "journal.db")
			all := commits(t, path, secrets...)
			images := ordinarily(250, 25000)
			if raced {
				images = 50
			}
			r := rand.New(rand.NewPCG(15, 15))
			for n := range images {
				c := all[n%len(all)]
				b, whole, what := c.cut(r)
				if err := os.WriteFile(path, b, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := c.hold(t, path, whole, n%3 == 0); err != nil {
					t.Fatalf("image %d, %s, %s: %v", n, c.name, what, err)
				}
			}
		})
	}
}

// hold reads a journal after a power cut.
func (c *commit) hold(t testing.TB, path string, whole, goOn bool) error {
	want := c.was
	if whole {
		want = c.is
	}
	got, err := contents(t.Context(), path)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("it holds something else, where the change is there: %v", whole)
	}
	j, err := enterAt(t.Context(), path)
	if err != nil {
		return err
	}
	if goOn {
		if _, err := j.Add(t.Context(), Entry{ID: ID{9}, Date: Day(2026, 9, 9), Text: "after the cut"}, Beside{}); err != nil {
			return err
		}
		if _, err := j.Entry(t.Context(), ID{9}.String()); err != nil {
			return err
		}
	}
	r, err := j.Verify(t.Context(), nil)
	if err == nil && len(r.Damage) > 0 {
		err = errors.New(r.Damage[0])
	}
	return err
}
