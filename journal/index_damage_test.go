package journal

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
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

// An entry is deleted for ever wherever the index is damaged, also where nothing is of it.
func TestForeverBesideDamage(t *testing.T) {
	t.Parallel()
	x := newIndexed(t, 59)
	last := slices.MaxFunc(x.oracle.standing, func(a, b *known) int { return cmp.Compare(a.Version, b.Version) })
	blocks := len(indexBlocks(t, x.j)) - 1
	for n := 0; n < blocks; n += 1 + blocks/ordinarily(5, 1000) {
		j := x.copied(t, x.now)
		damageBlock(t, j.Path(), n)
		if err := j.DeleteForever(t.Context(), nil, last.ID); err != nil {
			t.Errorf("block %d: %v", n, err)
		}
		whole(t, j)
	}
}
