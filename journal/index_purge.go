package journal

import (
	"context"
	"errors"
)

// purgeIndex writes the index anew as far as it knows some versions that are gone, and
// drops it where it is damaged, since nobody can tell then what it knows.
func (t *tx) purgeIndex(ctx context.Context, versions []uint64) {
	t.indexed.apart = true
	err := t.checkIndex(ctx, nil, nil)
	if err == nil || errors.Is(err, errIndexBehind) {
		err = t.purge(ctx, versions)
	}
	if err != nil {
		t.dropIndex()
	}
}

func (t *tx) purge(ctx context.Context, versions []uint64) error {
	if err := t.moveAll(); err != nil {
		return err
	}
	if err := t.keepIndexes(servingIndex); err != nil {
		return err
	}
	c, err := t.serving()
	if err != nil {
		return err
	}
	b, err := t.blocks()
	if err != nil {
		return err
	}
	forgotten, err := t.forgotten(c.index.Dead())
	if err != nil {
		return err
	}
	versions = append(versions, forgotten...)
	for {
		p, err := c.index.PlanWithout(b, versions...)
		if err != nil {
			return err
		}
		if p.Empty() {
			break
		}
		if err := c.index.Merge(ctx, b, p); err != nil {
			return err
		}
	}
	pending := t.head.pending
	err = t.putCatalogue(servingIndex, c)
	t.head.pending = pending
	return err
}

// forgotten returns those of some versions that are not in the history either: what an
// entry was before a check-in gave it another number.
func (t *tx) forgotten(versions []uint64) (all []uint64, err error) {
	for _, version := range versions {
		key := numberKey(version)
		b, err := t.bucket(historyBucket, key, toRead)
		if err != nil {
			return nil, err
		}
		if b.Get(key) == nil {
			all = append(all, version)
		}
	}
	return all, nil
}
