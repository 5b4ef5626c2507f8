package journal

import (
	"context"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// Draft is a text somebody was writing, kept before it became an entry.
type Draft struct {
	// Number names the draft; SaveDraft gives one to a draft that has none.
	Number uint64
	// Entry is what it would become. Its Version, if not 0, says that it is an edit
	// of the entry with its ID, begun from that version.
	Entry Entry
	// Saved is when it was last kept. SaveDraft sets it.
	Saved Date
	// Owner names who is writing it, so that nobody else is offered it meanwhile.
	Owner string
}

// The fields of a draft's record, as of an entry's.
const (
	draftSaved = 1 // a date
	draftOwner = 2 // text
	draftBase  = 3 // varint: the version it edits
	draftEntry = 4 // an entry's record
)

// SaveDraft keeps a draft, in place of the one with its number, and returns it as it
// is kept. In a locked journal it is kept in the inbox.
func (j *Journal) SaveDraft(ctx context.Context, d Draft) (Draft, error) {
	if d.Entry.ID == (ID{}) {
		d.Entry.ID = NewID()
	}
	if d.Entry.Date.IsZero() {
		d.Entry.Date = j.today()
	}
	if len(d.Entry.Text) > MaxText {
		return d, fmt.Errorf("the text is longer than %d MiB; keep it in parts", MaxText>>20)
	}
	d.Saved = j.today()
	kept, err := j.saveDraft(ctx, d)
	if j.sealing(err) && j.again(ctx) == nil {
		kept, err = j.saveDraft(ctx, d)
	}
	return kept, err
}

func (j *Journal) saveDraft(ctx context.Context, d Draft) (Draft, error) {
	if j.Locked() {
		return j.leaveDraft(ctx, d)
	}
	kept := d
	err := j.update(ctx, func(t *tx) error {
		kept = d // a second try, in another file, begins anew
		if kept.Number == 0 || kept.Number&inboxDraft != 0 {
			var err error
			if kept.Number, err = t.nextNumber(draftsBucket); err != nil {
				return err
			}
			if err := t.dropDraft(d.Number); err != nil {
				return err
			}
		}
		_, err := t.put(draftsBucket, kept.Number, encodeDraft(d))
		return err
	})
	return kept, err
}

// leaveDraft is SaveDraft in a locked journal.
func (j *Journal) leaveDraft(ctx context.Context, d Draft) (Draft, error) {
	at, before := d.Number&^inboxDraft, uint64(0)
	if d.Number&inboxDraft == 0 {
		at, before = 0, d.Number // it was begun before the journal was locked
	}
	at, err := j.leave(ctx, at, itemDraft, encodeDraft(d), before)
	if err == nil {
		d.Number = at | inboxDraft
	}
	return d, err
}

func encodeDraft(d Draft) []byte {
	b := appendDate(nil, draftSaved, d.Saved)
	b = appendText(b, draftOwner, d.Owner)
	b = appendNumber(b, draftBase, d.Entry.Version)
	return appendField(b, draftEntry, encodeEntry(nil, &d.Entry))
}

// Drafts returns all drafts, the oldest first.
func (j *Journal) Drafts(ctx context.Context) (drafts []Draft, err error) {
	err = j.view(ctx, func(t *tx) error {
		drafts = nil
		return t.eachDraft(func(d Draft) { drafts = append(drafts, d) })
	})
	return drafts, err
}

// DropDraft removes a draft, in a locked journal too. One that is gone already is no
// error.
func (j *Journal) DropDraft(ctx context.Context, number uint64) error {
	why := toUpdate
	if j.Locked() {
		why = toLeave
	}
	return j.retry(ctx, why, func(t *tx) error { return t.dropDraft(number) })
}

func (t *tx) dropDraft(number uint64) error {
	switch {
	case number == 0:
		return nil
	case number&inboxDraft != 0:
		return t.remove(inboxBucket, number&^inboxDraft)
	}
	return t.remove(draftsBucket, number)
}

func (t *tx) eachDraft(fn func(Draft)) error {
	if err := t.guard.all(draftsBucket); err != nil {
		return err
	}
	return t.eachKey(draftsBucket, func(key []byte) error {
		number := be64(key)
		value, _, err := t.open(draftsBucket, number)
		if err != nil {
			return err
		}
		d, err := decodeDraft(value)
		if err != nil {
			return damagef("draft %d", number)
		}
		d.Number = number
		fn(d)
		return nil
	})
}

// eachKey calls fn with the key of each record in a bucket.
func (t *tx) eachKey(bucket string, fn func(key []byte) error) error {
	b := t.bolt.Bucket([]byte(bucket))
	if b == nil {
		return damagef("a part of the file, %q, is missing", bucket)
	}
	err := eachKey(b, func(key []byte) error {
		if len(key) != 8 {
			return damagef("%s holds what does not belong there", bucket)
		}
		return fn(key)
	})
	for _, number := range t.coveredIn(bucket) {
		if err == nil && b.Get(numberKey(number)) == nil {
			err = fn(numberKey(number))
		}
	}
	return err
}

func eachKey(b *bbolt.Bucket, fn func(key []byte) error) error {
	c := b.Cursor()
	for key, _ := c.First(); key != nil; key, _ = c.Next() {
		if err := fn(key); err != nil {
			return err
		}
	}
	return nil
}

func decodeDraft(b []byte) (d Draft, err error) {
	var base uint64
	var entry *Entry
	for len(b) > 0 {
		tag, value, rest, err := nextField(b)
		if err != nil {
			return d, err
		}
		switch tag {
		case draftSaved:
			d.Saved, err = decodeDate(value)
		case draftOwner:
			d.Owner = string(value)
		case draftBase:
			var n int
			if base, n = binary.Uvarint(value); n != len(value) {
				err = errRecord
			}
		case draftEntry:
			entry, err = decodeEntry(value)
		}
		if err != nil {
			return d, err
		}
		b = rest
	}
	if entry == nil {
		return d, errRecord
	}
	d.Entry, d.Entry.Version = *entry, base
	return d, nil
}
