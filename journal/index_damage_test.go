package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
	"untangle/journal/search"
)

// indexed is a journal with an index of several segments, and its file as it was before the
// last changes to that.
type indexed struct {
	*life
	before, now []byte
}

func newIndexed(t *testing.T, seed uint64, secrets ...Secret) *indexed {
	t.Helper()
	j := sealedAt(t, filepath.Join(quickDir(t), "journal.db"), secrets...)
	x := &indexed{life: newLife(t, j, seed)}
	for _, n := range []int{160, 40, 36} {
		if err := x.bring(n); err != nil {
			t.Fatal(err)
		}
		x.oracle.look(t, j)
	}
	x.before = x.file()
	_, err := j.EditEach(t.Context(), x.some(x.oracle.standing, 30), x.change())
	x.oracle.look(t, j)
	if err == nil {
		err = j.Delete(t.Context(), x.some(x.oracle.standing, 10)...)
	}
	if err == nil {
		err = x.bring(40)
	}
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		add(t, j, x.entry())
	}
	x.now = x.file()
	x.oracle.look(t, j)
	return x
}

func (x *indexed) file() []byte {
	x.t.Helper()
	b, err := os.ReadFile(x.j.Path())
	if err != nil {
		x.t.Fatal(err)
	}
	return b
}

// copied returns the journal in a copy of its file.
func (x *indexed) copied(t testing.TB, b []byte) *Journal {
	t.Helper()
	j := *x.j
	j.path = filepath.Join(quickDir(t), "journal.db")
	j.spare = new(spare)
	if err := os.WriteFile(j.path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return &j
}

// changes returns what may happen to the records of an index, by name.
func (x *indexed) changes() map[string]func(*bbolt.Bucket) error {
	now := values(x.t, x.copied(x.t, x.now).Path(), segmentsBucket)
	before := values(x.t, x.copied(x.t, x.before).Path(), segmentsBucket)
	changes := make(map[string]func(*bbolt.Bucket) error)
	var blocks []string
	for key, record := range now {
		node := be64([]byte(key))&nodeBit != 0
		name := fmt.Sprintf("record %d", be64([]byte(key)))
		if node {
			name = fmt.Sprintf("node %d", be64([]byte(key))&^nodeBit)
		}
		changes[name+" dropped"] = func(b *bbolt.Bucket) error { return b.Delete([]byte(key)) }
		if was, ok := before[key]; ok && !bytes.Equal(was, record) {
			changes[name+" put back"] = func(b *bbolt.Bucket) error { return b.Put([]byte(key), was) }
		}
		if node {
			changes["a node twice"] = func(b *bbolt.Bucket) error { return b.Put(numberKey(nodeBit|1<<40), record) }
		}
		if be64([]byte(key)) >= firstBlock && !node {
			blocks = append(blocks, key)
		}
		changed := bytes.Clone(record)
		changed[x.IntN(len(changed))] ^= 1 << x.IntN(8)
		changes[name+" changed"] = func(b *bbolt.Bucket) error { return b.Put([]byte(key), changed) }
	}
	slices.Sort(blocks)
	for i, key := range blocks[1:] {
		changes[fmt.Sprintf("record %d exchanged", be64([]byte(key)))] = func(b *bbolt.Bucket) error {
			return errors.Join(b.Put([]byte(key), now[blocks[i]]), b.Put([]byte(blocks[i]), now[key]))
		}
	}
	changes["a block twice"] = func(b *bbolt.Bucket) error { return b.Put(numberKey(1<<40), now[blocks[0]]) }
	changes["all as before"] = func(b *bbolt.Bucket) error {
		for key := range now {
			if err := b.Delete([]byte(key)); err != nil {
				return err
			}
		}
		for key, record := range before {
			if err := b.Put([]byte(key), record); err != nil {
				return err
			}
		}
		return nil
	}
	changes["all gone"] = func(b *bbolt.Bucket) error {
		for key := range now {
			if err := b.Delete([]byte(key)); err != nil {
				return err
			}
		}
		return nil
	}
	return changes
}

// Whatever happens to a record of the index, Verify tells that it is the index alone,
// searches find what is there, entries are kept, and Compact mends it.
func TestIndexDamaged(t *testing.T) {
	t.Parallel()
	for name, secrets := range map[string][]Secret{"plain": nil, "sealed": {phrase("one")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newIndexed(t, 41, secrets...)
			changes := x.changes()
			names := make([]string, 0, len(changes))
			for name := range changes {
				names = append(names, name)
			}
			slices.Sort(names)
			x.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
			tried := 0
			for _, name := range names {
				always := !strings.HasPrefix(name, "record") || strings.HasPrefix(name, "record 0 ")
				if tried++; !always && tried > ordinarily(8, 1<<20) {
					continue
				}
				j := x.copied(t, x.now)
				raw(t, j.Path(), func(b *bbolt.Tx) error { return changes[name](b.Bucket([]byte(segmentsBucket))) })
				x.bear(t, name, j)
			}
		})
	}
}

// bear makes sure that a journal gets over the damage of its index.
func (x *indexed) bear(t *testing.T, name string, j *Journal) {
	t.Helper()
	r, err := j.Verify(t.Context(), nil)
	if err != nil || !r.OnlyIndex() {
		t.Errorf("%s: verify says %q, %v", name, r.Damage, err)
	}
	l := &life{wordsmith: x.wordsmith, t: t, j: j, does: make(map[string]int)}
	l.oracle = oracle{analyser: x.oracle.analyser, tokens: maps.Clone(x.oracle.tokens), scans: true}
	l.oracle.look(t, j)
	l.questions(j, 3, 3)
	found, err := j.Search(t.Context(), Search{Words: `garden OR "the rain"`})
	if always := !strings.HasPrefix(name, "record") || strings.HasPrefix(name, "record 0 "); err != nil || always && found.Scanned == nil && !strings.HasSuffix(name, "twice") {
		t.Errorf("%s: a search tells nothing, %v", name, err)
	}
	add(t, j, x.life.entry())
	if x.IntN(2) == 0 {
		ids := x.some(l.oracle.standing, 50)
		if _, err := j.EditEach(t.Context(), ids, l.change()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := j.Delete(t.Context(), ids[0]); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := j.Undelete(t.Context(), ids[0]); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r, err := j.Verify(t.Context(), nil); err != nil || len(r.Damage) > 0 && !r.OnlyIndex() {
		t.Errorf("%s: after changes verify says %q, %v", name, r.Damage, err)
	}
	l.oracle.look(t, j)
	l.questions(j, 2, 2)
	if _, _, err := j.Compact(t.Context(), nil); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if state := j.IndexState(t.Context()); state != nil {
		t.Errorf("%s: after compacting: %v", name, state)
	}
	whole(t, j)
	l.oracle.scans = false
	l.questions(j, 2, 2)
}

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
	if err := builder.Add(a.Document(e.Version, contentsOf(e))); err != nil {
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
		if strings.Contains(strings.Join(r.Damage, ""), "what the entries have") { // which only holding it against them shows
			err = errors.Join(j.SetLanguage(t.Context(), "none", nil), j.SetLanguage(t.Context(), "english", nil))
		}
		if err != nil {
			t.Errorf("byte %d: %v", at, err)
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
