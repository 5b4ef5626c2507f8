package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"untangle/journal/search"
)

// index looks at the search index, and holds it against the entries.
func (c *checker) index(ctx context.Context) error {
	var sums *search.Sums
	if c.thorough && len(c.report.Damage) == 0 {
		all := search.NewSums()
		sums = &all
	}
	err := c.tx.checkIndex(ctx, sums, func() { c.step(ctx) })
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil, errors.Is(err, errIndexOld), errors.Is(err, errIndexBehind):
	case errors.Is(err, errIndexDamaged):
		c.note(err)
	default:
		c.note(fmt.Errorf("%w: %s", errIndexDamaged, strings.TrimPrefix(err.Error(), ErrDamaged.Error()+": ")))
	}
	return nil
}

// checkIndex reads all indexes and returns what is wrong with them. With sums it holds the
// one that serves against the entries that stand, and calls step for each.
func (t *tx) checkIndex(ctx context.Context, sums *search.Sums, step func()) error {
	if err := t.guard.all(segmentsBucket); err != nil {
		return err
	}
	b, err := t.blocks()
	if err != nil {
		return err
	}
	blocks := 0
	if err := b.tree.walk(nil, false, func([]byte) bool { blocks++; return true }); err != nil {
		return err
	}
	nodes, err := b.tree.size(b.tree.root)
	if err != nil {
		return err
	}
	records := 0
	if err := t.eachKey(segmentsBucket, func([]byte) error { records++; return nil }); err != nil {
		return err
	}
	if records != blocks+nodes {
		return fmt.Errorf("%w: of %d records %d are known", errIndexDamaged, records, blocks+nodes)
	}
	for _, number := range []uint64{servingIndex, makingIndex} {
		c, err := t.catalogue(number)
		if err != nil {
			return err
		}
		if c == nil {
			continue
		}
		numbers, err := c.index.Numbers(b)
		if err != nil {
			return err
		}
		blocks -= 1 + len(numbers)
		all := search.NewSums()
		if sums != nil {
			all = *sums
		}
		sum, err := c.index.Check(ctx, b, all)
		if err != nil {
			return err
		}
		if number == servingIndex && sums != nil && c.analyser == search.Version {
			if err := t.compareIndex(ctx, c, all, sum, step); err != nil {
				return err
			}
		}
	}
	if blocks != 0 {
		return fmt.Errorf("%w: %d blocks belong to nothing", errIndexDamaged, blocks)
	}
	c, err := t.serving()
	if err != nil {
		return err
	}
	return t.behind(c)
}

// compareIndex holds the documents of an index against the entries that stand.
func (t *tx) compareIndex(ctx context.Context, c *catalogue, sums search.Sums, sum search.Sum, step func()) error {
	a, err := t.analyser(c.language)
	if err != nil {
		return err
	}
	defer t.giveBack(a)
	late := make(map[uint64]bool)
	for _, version := range c.late {
		late[version] = true
	}
	var want search.Sum
	for version := uint64(1); version <= c.upTo; version++ {
		if version%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		e, err := t.standing(version)
		if err != nil {
			return nil // which is told as damage of the entries
		}
		step()
		if e != nil && !late[version] {
			want += sums.Of(a.Document(version, contentsOf(e), nil))
		}
	}
	if want != sum {
		return fmt.Errorf("%w: it does not have what the entries have", errIndexDamaged)
	}
	return nil
}
