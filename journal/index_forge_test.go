package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"untangle/journal/search"
)

// forge changes the catalogue of an index, or what the index holds, as only the program
// could: with the right tags.
func forge(t testing.TB, j *Journal, change func(t *tx, b blocks, c *catalogue) ([]byte, error)) {
	t.Helper()
	err := j.update(t.Context(), func(x *tx) error {
		x.indexed.apart = true
		b, err := x.blocks()
		if err != nil {
			return err
		}
		c, err := x.catalogue(servingIndex)
		if err != nil {
			return err
		}
		record, err := change(x, b, c)
		if err != nil {
			return err
		}
		return b.Put(servingIndex, record)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A catalogue that was cut short says nothing, wherever it ends.
func TestCatalogueCutShort(t *testing.T) {
	t.Parallel()
	x := newIndexed(t, 43)
	length := 0
	forge(t, x.copied(t, x.now), func(_ *tx, _ blocks, c *catalogue) ([]byte, error) {
		length = len(c.encode())
		return c.encode(), nil
	})
	for n := 0; n < length; n += 1 + length/ordinarily(5, 200) {
		j := x.copied(t, x.now)
		forge(t, j, func(_ *tx, _ blocks, c *catalogue) ([]byte, error) { return c.encode()[:n], nil })
		x.bear(t, fmt.Sprintf("record 0 cut at %d", n), j)
	}
	j := x.copied(t, x.now)
	forge(t, j, func(_ *tx, _ blocks, c *catalogue) ([]byte, error) { return append(c.encode(), 0), nil })
	x.bear(t, "record 0 with more behind it", j)
}

// What an index holds that the entries do not say, or does not hold, Verify finds, though
// every tag is right.
func TestIndexOfOtherWords(t *testing.T) {
	t.Parallel()
	x := newIndexed(t, 47)
	for name, change := range map[string]func(*tx, blocks, *catalogue, *Entry) error{
		"a document left out": func(_ *tx, b blocks, c *catalogue, e *Entry) error {
			n, err := c.index.Remove(b, e.Version)
			if n != 1 {
				return fmt.Errorf("%d removed, %w", n, err)
			}
			return err
		},
		"a document that went": func(t *tx, b blocks, c *catalogue, e *Entry) error {
			for _, version := range c.index.Dead() {
				_, err := c.index.Restore(b, version)
				return err
			}
			return errors.New("none went")
		},
		"one in another's place": func(t *tx, b blocks, c *catalogue, e *Entry) error {
			_, err := c.index.Remove(b, e.Version)
			if err == nil {
				_, err = c.index.Restore(b, c.index.Dead()[0])
			}
			return err
		},
		"a word more": func(t *tx, b blocks, c *catalogue, e *Entry) error {
			e.Text += " hidden"
			return reword(t, b, c, e)
		},
		"a word less": func(t *tx, b blocks, c *catalogue, e *Entry) error {
			e.Text = strings.Join(strings.Fields(e.Text)[1:], " ")
			return reword(t, b, c, e)
		},
		"words exchanged": func(t *tx, b blocks, c *catalogue, e *Entry) error {
			words := strings.Fields(e.Text)
			slices.Reverse(words)
			e.Text = strings.Join(words, " ")
			return reword(t, b, c, e)
		},
		"another tag": func(t *tx, b blocks, c *catalogue, e *Entry) error {
			e.Hand = append(e.Hand, "other")
			return reword(t, b, c, e)
		},
		"another star": func(t *tx, b blocks, c *catalogue, e *Entry) error { e.Starred = !e.Starred; return reword(t, b, c, e) },
		"of another language": func(_ *tx, _ blocks, c *catalogue, _ *Entry) error {
			c.language = "german"
			return nil
		},
		"up to a later entry": func(t *tx, _ blocks, c *catalogue, _ *Entry) error {
			c.upTo++
			t.head.indexed++
			return nil
		},
		"one that is there is late": func(_ *tx, _ blocks, c *catalogue, e *Entry) error {
			c.late = append(c.late, e.Version)
			return nil
		},
	} {
		j := x.copied(t, x.now)
		forge(t, j, func(t *tx, b blocks, c *catalogue) ([]byte, error) {
			for _, k := range x.oracle.standing {
				if k.Version <= c.upTo && len(strings.Fields(k.Text)) > 5 && k.OpenOn.IsZero() {
					e := *k.Entry
					err := change(t, b, c, &e)
					return c.encode(), err
				}
			}
			return nil, errors.New("no entry will do")
		})
		r, err := j.Verify(t.Context(), nil)
		if err != nil || !r.OnlyIndex() {
			t.Errorf("%s: verify says %q, %v", name, r.Damage, err)
		}
		if _, _, err := j.Compact(t.Context(), nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		whole(t, j)
	}
}

// reword has an index hold an entry as it is given.
func reword(t *tx, b blocks, c *catalogue, e *Entry) error {
	n, err := c.index.Remove(b, e.Version)
	if err != nil || n != 1 {
		return fmt.Errorf("%d removed, %w", n, err)
	}
	for p, err := c.index.PlanWithout(b, e.Version); !p.Empty(); p, err = c.index.PlanWithout(b, e.Version) {
		if err == nil {
			err = c.index.Merge(context.Background(), b, p)
		}
		if err != nil {
			return err
		}
	}
	a, err := t.analyser(c.language)
	if err != nil {
		return err
	}
	var builder search.Builder
	if err := builder.Add(a.Document(e.Version, contentsOf(e), nil)); err != nil {
		return err
	}
	return c.index.Add(context.Background(), b, &builder)
}

// A catalogue that was changed anywhere, though its tag is right, is refused, or serves as
// it says; nothing crashes or waits for ever, and Compact mends it.
func TestCatalogueChanged(t *testing.T) {
	t.Parallel()
	x := newIndexed(t, 53)
	refused := 0
	for range ordinarily(16, 800) {
		j, at := x.copied(t, x.now), 0
		forge(t, j, func(_ *tx, _ blocks, c *catalogue) ([]byte, error) {
			record := c.encode()
			at = x.IntN(len(record))
			record[at] ^= byte(1 + x.IntN(255))
			return record, nil
		})
		r, err := j.Verify(t.Context(), nil)
		if err != nil || len(r.Damage) > 0 && !r.OnlyIndex() {
			t.Errorf("byte %d: verify says %q, %v", at, r.Damage, err)
		}
		for _, s := range []Search{{Words: "garden"}, {Words: `"the rain" OR @home`, Best: true}} {
			found, err := j.Search(t.Context(), s)
			if err == nil {
				_, err = taken(found)
			}
			if err != nil {
				t.Errorf("byte %d: %v", at, err)
			}
		}
		if len(r.Damage) > 0 {
			refused++
		}
		add(t, j, x.entry())
		if _, _, err := j.Compact(t.Context(), nil); err != nil {
			t.Errorf("byte %d: %v", at, err)
		}
		if err := j.IndexState(t.Context()); err != nil {
			t.Errorf("byte %d: after compacting: %v", at, err)
		}
		whole(t, j)
	}
	if refused == 0 {
		t.Error("verify found nothing")
	}
}

func FuzzDecodeCatalogue(f *testing.F) {
	c := newCatalogue("english")
	f.Add(c.encode())
	c.upTo, c.late = 300, []uint64{7, 200}
	f.Add(c.encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := decodeCatalogue(b)
		if err != nil {
			return
		}
		again, err := decodeCatalogue(c.encode())
		if err != nil || !bytes.Equal(again.encode(), c.encode()) {
			t.Errorf("%x becomes %x, %v", b, c.encode(), err)
		}
	})
}
