package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"untangle/journal/vault"
)

// Beside is what changes in the same transaction as an entry.
type Beside struct {
	// State, if not nil, reads and changes the journal's state. A locked journal cannot;
	// there TakeIn does it, when the entry is taken in.
	State func(*State) error
	// Draft is the draft the entry was made of, which then goes; 0 if none was.
	Draft uint64
	// Short, if not nil, is told the entry's shortest prefix, as the method of that name
	// returns it. Asking for it here saves opening the file once more.
	Short func(prefix string)
}

// Add keeps a new entry and returns it as it is kept: with an id of its own if it
// had none, and with its words counted. When Add returns without an error, the
// entry is on the disk. An entry that is not in order is refused with a sentence.
// A locked journal takes it too: it is sealed so that only who unlocks the journal can
// read it, and TakeIn puts it among the others.
func (j *Journal) Add(ctx context.Context, e Entry, beside Beside) (Entry, error) {
	if e.ID == (ID{}) {
		e.ID = NewID()
	}
	if err := e.Check(); err != nil {
		return e, err
	}
	e.Words = countWords(e.Text)
	err := j.add(ctx, &e, beside)
	if j.sealing(err) && j.again(ctx) == nil {
		err = j.add(ctx, &e, beside)
	}
	return e, err
}

func (j *Journal) add(ctx context.Context, e *Entry, beside Beside) error {
	if j.Locked() {
		return j.leaveEntry(ctx, *e, beside)
	}
	return j.update(ctx, func(t *tx) error {
		r, err := t.idRow(e.ID)
		if err != nil {
			return err
		}
		if r != nil {
			return fmt.Errorf("there is an entry %s already", e.ID)
		}
		if err := t.insert(e); err != nil {
			return err
		}
		return t.besides(beside, e.ID)
	})
}

// Edit changes an entry and returns it as it is kept. The version before stays in
// the history. Base is the version that the change began from, or 0 for a change
// that suits any. If the entry was changed or deleted elsewhere since, the edit is
// kept all the same, as the newest version, and the error is ErrConflict, beside
// the entry. A change that changes nothing makes no version.
func (j *Journal) Edit(ctx context.Context, id ID, base uint64, change func(*Entry) error, beside Beside) (Entry, error) {
	var kept Entry
	var conflict bool
	err := j.update(ctx, func(t *tx) error {
		e, err := t.entry(id, base != 0)
		if err != nil {
			return err
		}
		conflict = base != 0 && (e.Version != base || !e.Deleted.IsZero())
		if err := t.change(e, change, j.today); err != nil {
			return err
		}
		kept = *e
		return t.besides(beside, id)
	})
	if err == nil && conflict {
		err = fmt.Errorf("entry %s: %w", id, ErrConflict)
	}
	return kept, err
}

// EditEach changes the entries with these ids in one transaction, each as Edit does,
// and returns how many changed. All of them change, or none.
func (j *Journal) EditEach(ctx context.Context, ids []ID, change func(*Entry) error) (n int, err error) {
	err = j.update(ctx, func(t *tx) error {
		n, t.indexed.long = 0, len(ids) > 1
		for _, id := range ids {
			if err := ctx.Err(); err != nil {
				return err
			}
			e, err := t.entry(id, false)
			if err != nil {
				return err
			}
			before := e.Version
			if err := t.change(e, change, j.today); err != nil {
				return err
			}
			if e.Version != before {
				n++
			}
		}
		return nil
	})
	return n, err
}

// Delete takes entries out of the journal into its history, all of them or none,
// from where Undelete brings them back.
func (j *Journal) Delete(ctx context.Context, ids ...ID) error {
	return j.update(ctx, func(t *tx) error {
		for _, id := range ids {
			e, err := t.entry(id, false)
			if err != nil {
				return err
			}
			if err := t.takeOut(e); err != nil {
				return err
			}
			e.Deleted = j.today()
			if err := t.bury(e, pastDeleted); err != nil {
				return err
			}
			if err := t.putID(idRow{e.ID, e.Version, idDeleted}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Undelete brings deleted entries back as they were, all of them or none.
func (j *Journal) Undelete(ctx context.Context, ids ...ID) error {
	return j.update(ctx, func(t *tx) error {
		for _, id := range ids {
			e, err := t.entry(id, true)
			if err != nil {
				return err
			}
			if e.Deleted.IsZero() {
				continue
			}
			if err := t.unbury(e); err != nil {
				return err
			}
			// The version keeps its number, so that who is reading meanwhile finds it.
			e.Deleted = Date{}
			if err := errors.Join(t.lay(e), t.putID(idRow{e.ID, e.Version, 0})); err != nil {
				return err
			}
			t.indexed.back = append(t.indexed.back, e.Version)
		}
		return nil
	})
}

// SetCheckIn notes how somebody said they were beside an entry that stands. It is no
// change of what they wrote, so it makes no version. A locked journal takes it too.
func (j *Journal) SetCheckIn(ctx context.Context, id ID, c CheckIn) error {
	if j.Locked() {
		said := Entry{ID: id, Date: j.today(), CheckIn: c}
		if err := said.Check(); err != nil {
			return err
		}
		_, err := j.leave(ctx, 0, itemCheckIn, encodeEntry(nil, &said), 0)
		return err
	}
	return j.update(ctx, func(t *tx) error {
		e, err := t.entry(id, false)
		if err != nil {
			return err
		}
		return t.checkIn(e, c)
	})
}

// checkIn notes how somebody was beside an entry.
func (t *tx) checkIn(e *Entry, c CheckIn) error {
	before := e.bare()
	e.CheckIn = c
	if err := e.Check(); err != nil {
		return err
	}
	if e.bare() == before {
		return t.lay(e)
	}
	if t.over != nil {
		t.indexed.over = append(t.indexed.over, e.Version)
		return t.lay(e)
	}
	// Now that it is nothing but a check-in, or no more, the search index finds it
	// elsewhere; so it gets another number, though nothing that was written changed.
	if err := t.takeOut(e); err != nil {
		return err
	}
	return t.insert(e)
}

func (j *Journal) today() Date { return At(j.now()) }

// insert gives the entry the next version number and puts it among those that
// stand.
func (t *tx) insert(e *Entry) error {
	t.head.sequence++
	e.Version, e.Deleted = t.head.sequence, Date{}
	for _, bucket := range []string{entriesBucket, historyBucket} {
		if err := t.unused(bucket, e.Version); err != nil {
			return err
		}
	}
	if err := t.lay(e); err != nil {
		return err
	}
	t.indexed.added += len(e.Title) + len(e.Text)
	t.indexed.fresh++
	return t.putID(idRow{e.ID, e.Version, 0})
}

// lay writes the entry's record and its place in time.
func (t *tx) lay(e *Entry) error {
	tag, err := t.put(entriesBucket, e.Version, encodeEntry(nil, e))
	if err != nil {
		return err
	}
	timeline, err := t.tree(timelineTree)
	if err != nil {
		return err
	}
	r := rowOf(e, tag)
	return timeline.put(r.encode())
}

// change applies fn to an entry of the journal; what stood before is buried.
func (t *tx) change(e *Entry, fn func(*Entry) error, now func() Date) error {
	before := *e
	before.Hand = slices.Clone(e.Hand) // fn may change it in place
	if err := fn(e); err != nil {
		return err
	}
	if err := e.Check(); err != nil {
		return err
	}
	e.Words = countWords(e.Text)
	e.ID, e.Version = before.ID, before.Version
	if string(encodeEntry(nil, e)) == string(encodeEntry(nil, &before)) && before.Deleted.IsZero() {
		return nil
	}
	e.Edited = now()
	if !before.Deleted.IsZero() {
		if err := t.unbury(&before); err != nil {
			return err
		}
		before.Deleted = Date{}
	} else if err := t.takeOut(&before); err != nil {
		return err
	}
	if err := t.bury(&before, 0); err != nil {
		return err
	}
	return t.insert(e)
}

// takeOut removes an entry's record and its place in time.
func (t *tx) takeOut(e *Entry) error {
	timeline, err := t.tree(timelineTree)
	if err != nil {
		return err
	}
	r := row{date: e.Date, sequence: e.Version}
	found, err := timeline.remove(r.key())
	if err != nil {
		return err
	}
	if !found {
		return damagef("entry %s has no place in time", e.ID)
	}
	t.indexed.gone = append(t.indexed.gone, e.Version)
	return t.remove(entriesBucket, e.Version)
}

// bury puts a version into the history.
func (t *tx) bury(e *Entry, flags byte) error {
	tag, err := t.put(historyBucket, e.Version, encodeEntry(nil, e))
	if err != nil {
		return err
	}
	past, err := t.tree(historyTree)
	if err != nil {
		return err
	}
	r := pastRow{e.ID, e.Version, flags, tag}
	return past.put(r.encode())
}

// unbury takes a version out of the history.
func (t *tx) unbury(e *Entry) error {
	past, err := t.tree(historyTree)
	if err != nil {
		return err
	}
	r := pastRow{id: e.ID, sequence: e.Version}
	found, err := past.remove(r.key())
	if err != nil {
		return err
	}
	if !found {
		return damagef("entry %s has no place in the history", e.ID)
	}
	return t.remove(historyBucket, e.Version)
}

func (t *tx) putID(r idRow) error {
	ids, err := t.tree(idsTree)
	if err != nil {
		return err
	}
	return ids.put(r.encode())
}

// idRow returns where the entry with the id is, nil if there never was one.
func (t *tx) idRow(id ID) (*idRow, error) {
	ids, err := t.tree(idsTree)
	if err != nil {
		return nil, err
	}
	b, err := ids.get(id[:])
	if b == nil || err != nil {
		return nil, err
	}
	r := decodeIDRow(b)
	return &r, nil
}

// entry returns the entry with the id; a deleted one only where that is asked for.
func (t *tx) entry(id ID, deleted bool) (*Entry, error) {
	r, err := t.idRow(id)
	if err != nil {
		return nil, err
	}
	if r == nil || r.flags&idErased != 0 || r.flags&idDeleted != 0 && !deleted {
		return nil, fmt.Errorf("%s: %w", id.String()[:ShortID], ErrNoEntry)
	}
	e, err := t.find(*r)
	if err == nil && e.ID != id {
		err = damagef("entry %s leads to another", id)
	}
	return e, err
}

// find reads the record that an ids row leads to. The tag it must have stands in the
// entry's place in time, or in the history.
func (t *tx) find(r idRow) (*Entry, error) {
	bucket, which := entriesBucket, timelineTree
	if r.flags&idDeleted != 0 {
		bucket, which = historyBucket, historyTree
	}
	e, tag, err := t.readAny(bucket, r.sequence)
	if err != nil {
		return nil, err
	}
	place, past := row{date: e.Date, sequence: e.Version}, pastRow{id: e.ID, sequence: e.Version}
	key := place.key()
	if which == historyTree {
		key = past.key()
	}
	tree, err := t.tree(which)
	if err != nil {
		return nil, err
	}
	found, err := tree.get(key)
	if err != nil {
		return nil, err
	}
	if found == nil || vault.Tag(found[len(found)-vault.TagSize:]) != tag {
		return nil, damagef("record %d of %s is not the one that belongs there", r.sequence, bucket)
	}
	return e, nil
}

// read returns the entry in a record, whose tag must be the one given, unless that
// is zero.
func (t *tx) read(bucket string, sequence uint64, tag vault.Tag) (*Entry, error) {
	e, got, err := t.readAny(bucket, sequence)
	if err == nil && tag != (vault.Tag{}) && got != tag {
		err = damagef("record %d of %s is not the one that belongs there", sequence, bucket)
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

// readAny returns the entry in a record, and the record's tag.
func (t *tx) readAny(bucket string, sequence uint64) (*Entry, vault.Tag, error) {
	value, tag, err := t.open(bucket, sequence)
	if err != nil {
		return nil, tag, err
	}
	e, err := decodeEntry(value)
	if err != nil {
		return nil, tag, damagef("record %d of %s", sequence, bucket)
	}
	e.Version = sequence
	return e, tag, nil
}

func (t *tx) besides(b Beside, id ID) error {
	if b.Short != nil {
		short, err := t.short(id)
		if err != nil {
			return err
		}
		b.Short(short)
	}
	if b.State != nil {
		if err := b.State(&State{t}); err != nil {
			return err
		}
	}
	return t.dropDraft(b.Draft)
}
