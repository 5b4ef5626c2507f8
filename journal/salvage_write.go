package journal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
)

// write makes the new journal in the file at path.
func (p *salvagePlan) write(ctx context.Context, path string) error {
	if err := layOut(path, p.header, p.key); err != nil {
		return err
	}
	to, err := openNew(path)
	if err != nil {
		return err
	}
	pages := int(p.pages())
	of := max(len(p.kept), 1)
	c := &resealer{ctx: ctx, to: to, key: p.key, of: of, progress: func(done, _ int) { p.progress(pages+pages*done/of, 2*pages) }}
	return errors.Join(p.fill(c), to.Close())
}

func (p *salvagePlan) fill(c *resealer) error {
	for len(p.kept) > c.done {
		err := c.update(func(into *tx) error {
			for size := 0; c.done < len(p.kept) && size < copyBytes; c.done++ {
				if err := p.lay(into, p.kept[c.done]); err != nil {
					return err
				}
				size += int(p.kept[c.done].size) + leastCharge
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return c.update(func(into *tx) error {
		for _, id := range p.erased {
			if err := into.putID(idRow{id: id, flags: idErased}); err != nil {
				return err
			}
		}
		into.head.sequence = p.head.sequence
		into.head.generation = max(into.head.generation, p.head.generation)
		return errors.Join(p.putState(into), p.putDrafts(into), p.putItems(into))
	})
}

// lay puts one version where it belongs.
func (p *salvagePlan) lay(into *tx, k kept) error {
	value, _, err := p.read(k.found)
	if err != nil {
		return err
	}
	e, err := decodeEntry(value)
	if err != nil {
		return damagef("record %d", k.number)
	}
	e.Version, e.Words = k.version, countWords(e.Text)
	switch deleted := e.Deleted; k.as {
	case toStand:
		e.Deleted = Date{}
		return errors.Join(into.lay(e), into.putID(idRow{e.ID, e.Version, 0}))
	case toDelete:
		e.Deleted = cmp.Or(deleted, e.Edited, e.Date)
		return errors.Join(into.bury(e, pastDeleted), into.putID(idRow{e.ID, e.Version, idDeleted}))
	default:
		e.Deleted = Date{}
		return into.bury(e, 0)
	}
}

func (p *salvagePlan) putState(into *tx) error {
	for _, f := range p.state {
		value, _, err := p.read(f)
		if err != nil {
			return err
		}
		name, value, _ := splitState(value)
		if err := (&State{into}).Put(name, value); err != nil {
			return err
		}
	}
	return nil
}

func (p *salvagePlan) putDrafts(into *tx) error {
	last := uint64(0)
	for _, f := range p.drafts {
		value, _, err := p.read(f)
		if err != nil {
			return err
		}
		if _, err := into.put(draftsBucket, f.number, value); err != nil {
			return err
		}
		last = max(last, f.number)
	}
	return into.bolt.Bucket([]byte(draftsBucket)).SetSequence(last)
}

func (p *salvagePlan) putItems(into *tx) error {
	inbox := into.bolt.Bucket([]byte(inboxBucket))
	last := p.head.taken
	into.head.taken = p.head.taken
	for _, f := range p.items {
		_, record, err := p.read(f)
		if err != nil {
			return err
		}
		if err := inbox.Put(numberKey(f.number), bytes.Clone(record)); err != nil {
			return err
		}
		if f.number&inboxDraft == 0 {
			last = max(last, f.number)
			into.head.taken = min(into.head.taken, f.number-1) // or it would count as put back
		}
	}
	return inbox.SetSequence(last)
}

// prove reads the new journal back, and makes sure that it is whole and holds what was
// chosen.
func (p *salvagePlan) prove(ctx context.Context, path string) error {
	defer os.Remove(path + ".lock")
	r, err := (&Journal{path: path, key: p.key}).verify(ctx, nil, false)
	switch {
	case err != nil:
		return err
	case len(r.Damage) > 0:
		return damagef("%s", r.Damage[0])
	case r.Entries != p.report.Entries || r.Deleted != p.report.Deleted || r.Versions != p.report.Versions || r.Drafts != p.report.Drafts:
		return damagef("not all that was found came into the new journal")
	}
	return nil
}
