package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"untangle/journal/vault"
)

// An item of the inbox is sealed to the lock's public key, under a number that is given
// out once. Inside stands its kind (1 byte), then a record: 1, an entry.
const itemEntry = 1

// Leave keeps an entry in a sealed journal that may be locked, and returns it as it will
// be kept: with an id of its own if it had none. It is sealed so that only who unlocks the
// journal can read it, and TakeIn puts it among the others. When Leave returns without an
// error, the entry is on the disk. The errors are those of Add.
func (j *Journal) Leave(ctx context.Context, e Entry) (Entry, error) {
	if e.ID == (ID{}) {
		e.ID = NewID()
	}
	if err := e.Check(); err != nil {
		return e, err
	}
	e.Words = countWords(e.Text)
	item := encodeEntry([]byte{itemEntry}, &e)
	err := j.retry(ctx, toLeave, func(t *tx) error {
		lock, err := t.header.lock()
		if err != nil {
			return err
		}
		b, err := t.bucket(inboxBucket, numberKey(1<<64-1), toPut)
		if err != nil {
			return err
		}
		number, err := b.NextSequence()
		if err != nil {
			return err
		}
		sealed, err := lock.Seal(t.header.store, number, item)
		if err != nil {
			return err
		}
		t.touched = true
		return b.Put(numberKey(number), sealed)
	})
	return e, err
}

// Taken is what TakeIn found in the inbox.
type Taken struct {
	Entries []*Entry // taken in, in the order they were left in
	Aside   int      // items that cannot be read, which stay where they are
}

// TakeIn puts what was left in the inbox of an unlocked journal among its entries, all in
// one transaction. Beside, if it is not nil, changes the state for each. An entry that is
// there already is taken in once.
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
	err = j.update(ctx, func(t *tx) error {
		taken = Taken{}
		return t.eachItem(func(number uint64, e *Entry, err error) error {
			if err != nil {
				taken.Aside++
				return nil
			}
			r, err := t.idRow(e.ID)
			if err != nil {
				return err
			}
			if r == nil {
				if err := t.insert(e); err != nil {
					return err
				}
				if beside != nil {
					if err := beside(&State{t}, e); err != nil {
						return err
					}
				}
				taken.Entries = append(taken.Entries, e)
			}
			return t.remove(inboxBucket, number)
		})
	})
	if err != nil {
		taken = Taken{}
	}
	return taken, err
}

// eachItem calls fn with each item of the inbox, in the order of their numbers, or with
// why it cannot be read.
func (t *tx) eachItem(fn func(number uint64, e *Entry, err error) error) error {
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
		e, damage := t.item(number, bytes.Clone(b.Get(numberKey(number))))
		err = fn(number, e, damage)
	}
	return err
}

// item reads one item of the inbox.
func (t *tx) item(number uint64, sealed []byte) (*Entry, error) {
	damage := damagef("item %d of the inbox", number)
	value, err := t.key.OpenItem(t.header.store, number, sealed)
	if errors.Is(err, vault.ErrNoKey) {
		return nil, ErrLocked
	}
	if err != nil || len(value) == 0 || value[0] != itemEntry {
		return nil, damage
	}
	e, err := decodeEntry(value[1:])
	if err != nil {
		return nil, damage
	}
	e.Version, e.Deleted = 0, Date{}
	if err := e.Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", damage, err)
	}
	return e, nil
}
