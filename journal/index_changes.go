package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"untangle/journal/search"
)

const (
	tailEntries = 32
	tailBytes   = 64 << 10
	// What one added entry may index at most, so that nobody waits for it: more than that
	// is left for work that takes long anyway.
	mostEntries = 1024
	mostBytes   = 2 << 20
	// dropped stands for what is not indexed any more, so that nobody who adds something
	// waits for a new index.
	dropped = 2*mostBytes + 1
	// builderBytes is how large a segment grows before it is written, in memory.
	builderBytes = 32 << 20
)

// indexChanges is what a transaction does that an index must know of.
type indexChanges struct {
	fresh int      // new entries
	added int      // and their bytes
	gone  []uint64 // versions that stand no more
	back  []uint64 // versions that stand again
	over  []uint64 // versions that lie over the file otherwise than they were indexed
	late  bool     // of those many are in no index
	long  bool     // nobody waits for an answer

	progress Progress // if not nil, is told how far an index has come
	apart    bool     // the index is taken care of otherwise
}

// settleIndex brings the index up to what a transaction did to entries. It fails for
// nothing.
func (t *tx) settleIndex(ctx context.Context) {
	did := &t.indexed
	if t.over != nil || did.apart || did.fresh+len(did.gone)+len(did.back) == 0 {
		return
	}
	t.head.pending += uint64(did.added)
	ctx = context.WithoutCancel(ctx) // what is kept is kept whole
	if err := t.moveAll(); err != nil {
		t.dropIndex()
		return
	}
	lacking := t.head.sequence - t.head.indexed
	due := lacking >= tailEntries || t.head.pending >= tailBytes || did.late
	if !due || lacking > mostEntries+uint64(did.fresh) || !did.long && (lacking > mostEntries || t.head.pending > mostBytes) {
		return
	}
	c, err := t.serving()
	if err == nil {
		err = t.fill(ctx, c)
	}
	if err == nil {
		err = t.putCatalogue(servingIndex, c)
	}
	if err != nil && !errors.Is(err, errIndexOld) {
		t.dropIndex()
	}
}

// fill indexes all of an index's tail.
func (t *tx) fill(ctx context.Context, c *catalogue) error {
	for {
		if end, err := t.fillSome(ctx, c); end || err != nil {
			return err
		}
	}
}

// fillSome indexes some of an index's tail, merges what is to be merged, and reports
// whether that was all of it.
func (t *tx) fillSome(ctx context.Context, c *catalogue) (end bool, err error) {
	a, err := t.analyser(c.language)
	if err != nil {
		return false, err
	}
	defer t.giveBack(a)
	b, err := t.blocks()
	if err != nil {
		return false, err
	}
	var builder search.Builder
	room := builderBytes
	if t.indexed.apart {
		room /= 4 // so that whoever wants to write gets a turn
	}
	take := func(version uint64) error {
		e, err := t.standing(version)
		if e == nil || err != nil {
			return err
		}
		return builder.Add(a.Document(version, contentsOf(e), nil))
	}
	for ; len(c.late) > 0 && builder.Size() < room; c.late = c.late[1:] {
		if err := take(c.late[0]); err != nil {
			return false, err
		}
	}
	for ; c.upTo < t.head.sequence && builder.Size() < room; c.upTo++ {
		if err := take(c.upTo + 1); err != nil {
			return false, err
		}
		if t.indexed.progress != nil && c.upTo%1024 == 0 {
			t.indexed.progress(int(c.upTo), int(t.head.sequence))
		}
		if err := ctx.Err(); err != nil {
			return false, err
		}
	}
	if err := c.index.Add(ctx, b, &builder); err != nil {
		return false, err
	}
	long := t.indexed.long || t.indexed.apart
	for p := c.index.Plan(long); !p.Empty(); p = c.index.Plan(long) {
		if err := c.index.Merge(ctx, b, p); err != nil {
			return false, err
		}
	}
	return len(c.late) == 0 && c.upTo >= t.head.sequence, err
}

// standing returns the entry with a version, nil if none that stands has it.
func (t *tx) standing(version uint64) (*Entry, error) {
	if _, over := t.over[place{entriesBucket, version}]; !over {
		key := numberKey(version)
		b, err := t.bucket(entriesBucket, key, toRead)
		if err != nil || t.get(b, entriesBucket, version, key) == nil {
			return nil, err
		}
	}
	return t.find(idRow{sequence: version})
}

// moveAll tells all indexes which entries went and which came back.
func (t *tx) moveAll() error {
	did := &t.indexed
	if len(did.gone)+len(did.back) == 0 {
		return nil
	}
	b, err := t.blocks()
	if err != nil {
		return err
	}
	for _, number := range []uint64{servingIndex, makingIndex} {
		c, err := t.catalogue(number)
		if err != nil {
			return err
		}
		if c == nil {
			continue
		}
		if number == servingIndex && (c.analyser != search.Version || c.upTo != t.head.indexed) {
			t.head.indexed = 0 // whoever knows this index must see that it was passed over
			continue
		}
		changed, err := c.move(b, did.gone, did.back)
		if err != nil {
			return err
		}
		did.late = did.late || number == servingIndex && len(c.late) >= tailEntries
		if changed {
			pending := t.head.pending
			if err := t.putCatalogue(number, c); err != nil {
				return err
			}
			t.head.pending = pending
		}
	}
	did.gone, did.back = nil, nil
	return nil
}

// move tells an index which versions went and which came back, and reports whether that
// changed it.
func (c *catalogue) move(b blocks, gone, back []uint64) (changed bool, err error) {
	var dead []uint64
	for _, version := range gone {
		if i := slices.Index(c.late, version); i >= 0 {
			c.late = slices.Delete(c.late, i, i+1)
			changed = true
		} else if version <= c.upTo {
			dead = append(dead, version)
		}
	}
	if len(dead) > 0 {
		n, err := c.index.Remove(b, dead...)
		if err != nil {
			return false, err
		}
		if n != len(dead) {
			return false, search.ErrBroken
		}
		changed = true
	}
	for _, version := range back {
		if version > c.upTo {
			continue
		}
		changed = true
		restored, err := c.index.Restore(b, version)
		if err != nil {
			return false, err
		}
		if !restored {
			c.late = append(c.late, version)
		}
	}
	return changed, nil
}

// overlay has an index, in memory, take some versions for late ones.
func (c *catalogue) overlay(b blocks, versions []uint64) error {
	for _, version := range versions {
		if version > c.upTo || slices.Contains(c.late, version) {
			continue
		}
		if n, err := c.index.Remove(b, version); n != 1 || err != nil {
			return fmt.Errorf("%w: %w", errIndexDamaged, cmp.Or(err, search.ErrBroken))
		}
		c.late = append(c.late, version)
	}
	return nil
}

// dropIndex removes all indexes, as far as it can.
func (t *tx) dropIndex() {
	t.head.indexed, t.head.pending = 0, dropped
	var numbers []uint64
	if t.guard.all(segmentsBucket) != nil || t.eachKey(segmentsBucket, func(key []byte) error {
		numbers = append(numbers, be64(key))
		return nil
	}) != nil {
		return
	}
	for _, number := range numbers {
		if t.remove(segmentsBucket, number) != nil {
			return
		}
	}
	t.trees[segmentsTree] = emptyTree(t, segmentsTree)
	t.dropped = slices.DeleteFunc(t.dropped, func(p place) bool { return p.bucket == segmentsBucket })
}
