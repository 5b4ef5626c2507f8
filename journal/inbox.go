package journal

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"untangle/journal/vault"
)

// What a locked journal is given lies in its inbox until somebody opens it. An item is
// sealed to the lock's public key under a number that is given out once, and behind it
// stands a MAC under a key of the machine that left it, since the public key is there for
// everybody. Inside stands its kind (1 byte), then a record.
const (
	itemEntry   = 1
	itemDraft   = 2
	itemCheckIn = 3 // an entry's record, of which the id and the check-in count
)

// Unverified is the tag that an entry gets that was left in the inbox by another machine
// than this one, or was put there by who cannot open the journal.
const Unverified = "unverified"

// inboxDraft tells the number of a draft in the inbox from that of another.
const inboxDraft = 1 << 63

// leave seals an item to who unlocks the journal, under the number given or, if that is
// 0, under a new one, and drops a draft. It returns the number.
func (j *Journal) leave(ctx context.Context, number uint64, kind byte, record []byte, draft uint64) (at uint64, err error) {
	err = j.retry(ctx, toLeave, func(t *tx) error {
		lock, err := t.header.lock()
		if err != nil {
			return err
		}
		key := numberKey(number)
		if number == 0 {
			key = numberKey(1<<64 - 1)
		}
		b, err := t.bucket(inboxBucket, key, toPut)
		if err != nil {
			return err
		}
		if at = number; at == 0 {
			if at, err = b.NextSequence(); err != nil {
				return err
			}
		}
		sealed, err := lock.Seal(t.header.store, at, append([]byte{kind}, record...))
		if err != nil {
			return err
		}
		mac := itemMAC(j.machine(), t.header.store, at, sealed)
		t.touched = true
		return errors.Join(b.Put(numberKey(at), append(sealed, mac[:]...)), t.dropDraft(draft))
	})
	return at, err
}

// leaveEntry is Add in a locked journal.
func (j *Journal) leaveEntry(ctx context.Context, e Entry, beside Beside) error {
	_, err := j.leave(ctx, 0, itemEntry, encodeEntry(nil, &e), beside.Draft)
	if err == nil && beside.Short != nil {
		beside.Short(e.ID.String()) // nobody knows which other ids there are
	}
	return err
}

// itemMAC returns the MAC of an item: HMAC-SHA256 under the machine's key, of a purpose,
// the store id, the number and the sealed item. It is zero without a key.
func itemMAC(machine []byte, store [16]byte, number uint64, sealed []byte) (sum [sha256.Size]byte) {
	if len(machine) == 0 {
		return sum
	}
	mac := hmac.New(sha256.New, machine)
	mac.Write([]byte("untangle item 1"))
	mac.Write(store[:])
	mac.Write(binary.BigEndian.AppendUint64(nil, number))
	mac.Write(sealed)
	return [sha256.Size]byte(mac.Sum(nil))
}

// Taken is what TakeIn found in the inbox.
type Taken struct {
	Entries    []*Entry // taken in, in the order they were left in
	Unverified int      // of them, those without this machine's mark, which got a tag
	Aside      int      // items that cannot be read, which stay where they are
	Waiting    error    // why all stays in the inbox for now, and is read from there
}

// takePatience is how long TakeIn waits for its turn to write.
const takePatience = 250 * time.Millisecond

// TakeIn puts what was left in the inbox of an unlocked journal among its entries and
// drafts, all in one transaction. Beside, if it is not nil, changes the state for each
// entry. An entry that is there already is taken in once. Where nothing can be written
// now, the inbox is read as if it had been taken in, as long as the Journal is used.
func (j *Journal) TakeIn(ctx context.Context, beside func(*State, *Entry) error) (Taken, error) {
	var taken Taken
	empty := true
	err := j.view(ctx, func(t *tx) error {
		if t.header.sealed == 0 {
			return nil
		}
		return t.eachKey(inboxBucket, func([]byte) error {
			empty = false
			return nil
		})
	})
	if err != nil || empty {
		return taken, err
	}
	soon, cancel := context.WithTimeout(ctx, takePatience)
	defer cancel()
	err = j.update(soon, func(t *tx) error {
		taken, t.indexed.long = Taken{}, true
		return t.takeIn(j.machine(), &taken, beside)
	})
	if err == nil || errors.Is(err, ErrDamaged) || ctx.Err() != nil {
		return taken, err
	}
	why := err
	j.merging = true
	err = j.view(ctx, func(t *tx) error {
		taken = t.merged
		taken.Waiting = why
		return nil
	})
	return taken, err
}

// takeIn puts the items of the inbox where they belong.
func (t *tx) takeIn(machine []byte, taken *Taken, beside func(*State, *Entry) error) error {
	return t.eachItem(machine, func(i item, err error) error {
		if err != nil {
			taken.Aside++
			return nil
		}
		switch i.kind {
		case itemEntry:
			err = t.takeEntry(i, taken, beside)
		case itemDraft:
			err = t.takeDraft(i)
		case itemCheckIn:
			err = t.takeCheckIn(i.draft.Entry, i.verified && i.number > t.head.taken)
		}
		if err != nil {
			return err
		}
		if i.verified {
			t.head.taken = max(t.head.taken, i.number)
		}
		return t.remove(inboxBucket, i.number)
	})
}

func (t *tx) takeEntry(i item, taken *Taken, beside func(*State, *Entry) error) error {
	e := i.draft.Entry
	r, err := t.idRow(e.ID)
	if err != nil {
		return err
	}
	if r != nil {
		known, err := t.holdsText(*r, &e)
		if known || err != nil {
			return err
		}
		i.draft.Saved = e.Date
		return t.takeDraft(i) // another text under its id; nothing is to be lost
	}
	// One that was taken in before, and is not there any more, was put back by somebody.
	if !i.verified || i.number <= t.head.taken {
		taken.Unverified++
		e.Hand = append(slices.Clone(e.Hand), Unverified)
	}
	if err := t.insert(&e); err != nil {
		return err
	}
	if beside != nil {
		if err := beside(&State{t}, &e); err != nil {
			return err
		}
	}
	taken.Entries = append(taken.Entries, &e)
	drafts, err := t.draftsOf(e.ID, 0)
	for _, d := range drafts {
		if err == nil {
			err = t.remove(draftsBucket, d.Number) // it was kept after it was a draft
		}
	}
	return err
}

// takeDraft puts a draft among the others, in place of an earlier one of the same text.
func (t *tx) takeDraft(i item) error {
	d := i.draft
	if d.Entry.Version == 0 {
		r, err := t.idRow(d.Entry.ID)
		if err != nil {
			return err
		}
		if r != nil { // an entry of its own, should it become one
			d.Entry.ID = NewID()
		}
	}
	if !i.verified {
		d.Entry.Hand = append(slices.Clone(d.Entry.Hand), Unverified)
	}
	before, err := t.draftsOf(d.Entry.ID, d.Entry.Version)
	if err != nil {
		return err
	}
	number := uint64(0)
	for _, b := range before {
		// An older one, or somebody else's, never takes a draft's place.
		if i.verified && (b.Owner == d.Owner || d.Owner == "") && b.Saved.Compare(d.Saved) <= 0 {
			number = b.Number
		}
		if b.Entry.Text == d.Entry.Text {
			return nil
		}
	}
	if number == 0 {
		if number, err = t.nextNumber(draftsBucket); err != nil {
			return err
		}
	}
	_, err = t.put(draftsBucket, number, encodeDraft(d))
	return err
}

// takeCheckIn notes how somebody was. What may not be theirs changes nothing that was said.
func (t *tx) takeCheckIn(said Entry, sure bool) error {
	e, err := t.entry(said.ID, false)
	if errors.Is(err, ErrNoEntry) || err == nil && !sure && !e.CheckIn.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	return t.checkIn(e, said.CheckIn)
}

// holdsText reports whether an entry has the text of another, now or in an earlier
// version. One that was deleted for ever is not asked for.
func (t *tx) holdsText(r idRow, e *Entry) (bool, error) {
	if r.flags&idErased != 0 {
		return true, nil
	}
	now, err := t.find(r)
	if err != nil || now.Text == e.Text {
		return true, err
	}
	rows, err := t.pastOf(e.ID)
	for _, past := range rows {
		if err != nil {
			break
		}
		var before *Entry
		if before, err = t.read(historyBucket, past.sequence, past.tag); err == nil && before.Text == e.Text {
			return true, nil
		}
	}
	return false, err
}

// draftsOf returns the drafts of an entry that were begun from a version of it.
func (t *tx) draftsOf(id ID, version uint64) (drafts []Draft, err error) {
	err = t.eachDraft(func(d Draft) {
		if d.Entry.ID == id && d.Entry.Version == version {
			drafts = append(drafts, d)
		}
	})
	return drafts, err
}

// inboxDamage begins what is said of an item that cannot be read.
const inboxDamage = "the inbox's item "

// item is one of the inbox.
type item struct {
	number   uint64
	kind     byte
	verified bool  // this machine left it
	draft    Draft // of which an entry's item fills the Entry alone
}

// eachItem calls fn with each item of the inbox, in the order of their numbers, or with
// why it cannot be read.
func (t *tx) eachItem(machine []byte, fn func(item, error) error) error {
	if err := t.guard.all(inboxBucket); err != nil {
		return err
	}
	var numbers []uint64
	err := t.eachKey(inboxBucket, func(key []byte) error {
		numbers = append(numbers, be64(key))
		return nil
	})
	for _, number := range numbers {
		if err != nil {
			return err
		}
		b, berr := t.bucket(inboxBucket, numberKey(number), toRead)
		if berr != nil {
			return berr
		}
		i, damage := t.item(machine, number, bytes.Clone(b.Get(numberKey(number))))
		err = fn(i, damage)
	}
	return err
}

// item reads one item of the inbox.
func (t *tx) item(machine []byte, number uint64, b []byte) (i item, err error) {
	damage := damagef("%s%d cannot be read", inboxDamage, number)
	if len(b) < sha256.Size {
		return i, damage
	}
	sealed, mac := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	value, err := t.key.OpenItem(t.header.store, number, sealed)
	if errors.Is(err, vault.ErrDamaged) { // the first items had no MAC
		value, err = t.key.OpenItem(t.header.store, number, b)
		mac = nil
	}
	if errors.Is(err, vault.ErrNoKey) {
		return i, ErrLocked
	}
	if err != nil || len(value) == 0 {
		return i, damage
	}
	want := itemMAC(machine, t.header.store, number, sealed)
	i = item{number: number, kind: value[0], verified: len(machine) > 0 && hmac.Equal(want[:], mac)}
	switch i.kind {
	case itemEntry, itemCheckIn:
		var e *Entry
		if e, err = decodeEntry(value[1:]); err == nil {
			e.Version, e.Deleted = 0, Date{}
			i.draft.Entry, err = *e, e.Check()
		}
	case itemDraft:
		i.draft, err = decodeDraft(value[1:])
	default:
		err = errRecord
	}
	if err != nil {
		return i, fmt.Errorf("%w: %w", damage, err)
	}
	return i, nil
}

// Where the inbox cannot be taken in, a transaction that reads does so in memory: what it
// puts lies over what is in the file. The tags there are of plain records, so that they
// are the same in each transaction.

// merge takes the inbox in, in memory.
func (t *tx) merge(machine []byte) error {
	t.over = make(map[place]covered)
	return t.takeIn(machine, &t.merged, nil)
}

// covered is a record that lies over the file.
type covered struct {
	value []byte
	tag   vault.Tag
}

// cover puts a record over the file.
func (t *tx) cover(bucket string, number uint64, value []byte) (vault.Tag, error) {
	record, err := vault.Plain().Seal(nil, t.place(bucket, numberKey(number)), value)
	tag := vault.TagOf(record)
	t.over[place{bucket, number}] = covered{bytes.Clone(value), tag}
	return tag, err
}

// coveredIn returns the numbers of a bucket's records that lie over the file, in order.
func (t *tx) coveredIn(bucket string) (numbers []uint64) {
	for p := range maps.Keys(t.over) {
		if p.bucket == bucket {
			numbers = append(numbers, p.number)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// nextNumber returns a number that no record of the bucket had yet.
func (t *tx) nextNumber(bucket string) (uint64, error) {
	b, err := t.bucket(bucket, numberKey(1<<64-1), toRead)
	if err != nil {
		return 0, err
	}
	if t.over != nil {
		return b.Sequence() + uint64(len(t.coveredIn(bucket))) + 1, nil
	}
	if _, err := t.bucket(bucket, numberKey(1<<64-1), toPut); err != nil {
		return 0, err
	}
	return b.NextSequence()
}
