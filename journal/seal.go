package journal

import (
	"context"
	"errors"
	"slices"

	"go.etcd.io/bbolt"
	"untangle/journal/vault"
)

// The occasions on which a sealed journal says no.
var (
	// ErrLocked is returned by a sealed journal that was not unlocked.
	ErrLocked = errors.New("the journal is locked")
	// ErrWrongSecret is returned by Unlock for a secret that opens no slot.
	ErrWrongSecret = vault.ErrWrongSecret
)

// Sealed reports whether the journal's records are encrypted.
func (j *Journal) Sealed() bool { return j.sealed }

// Locked reports whether the journal is sealed, and was not unlocked.
func (j *Journal) Locked() bool { return j.sealed && !j.key.Sealed() }

// Unlock opens a sealed journal with a secret. It must not run beside other methods. The
// errors are ErrWrongSecret and, if what guards the journal was changed by who could not
// open it, ErrDamaged.
func (j *Journal) Unlock(ctx context.Context, s Secret) error {
	h, err := j.readHeader(ctx)
	if err != nil {
		return err
	}
	lock, err := h.lock()
	if err != nil {
		return j.wrap(err)
	}
	key, slot, err := lock.Open(h.store, s.Kind, s.Bytes, h.bound())
	switch {
	case errors.Is(err, vault.ErrDamaged):
		return j.wrap(damagef("what guards the journal was changed"))
	case err != nil:
		return err
	}
	j.key, j.print = key, lock.Fingerprint()
	j.opened, j.ways = slot, h.slots
	if h.format < formatVersion {
		if err := j.migrate(ctx, migrations(), formatVersion); err != nil {
			return err
		}
	}
	return j.with(ctx, toView, func(t *tx) error {
		j.recogniseHead(&t.header, t.head, t.headTag)
		return nil
	})
}

// otherLock reports whether a lock is not the one that was opened: the journal was given
// another key meanwhile.
func (j *Journal) otherLock(h *header) bool {
	lock, err := h.lock()
	return err == nil && j.print != [32]byte{} && j.print != lock.Fingerprint()
}

// sealing reports whether an error may come from the journal being sealed in another way
// than when it was opened.
func (j *Journal) sealing(err error) bool {
	return errors.Is(err, ErrLocked) || errors.Is(err, ErrStranger) || errors.Is(err, ErrReplaced)
}

// again finds out how the journal is sealed now, after another window has sealed it,
// given it another key, or made it a plain one. It is locked then, unless it is plain.
func (j *Journal) again(ctx context.Context) error {
	now, err := Open(ctx, j.path, Options{Now: j.now, Memory: j.memory})
	if err == nil && (now.store != j.store || j.sealed && !now.sealed && !j.known) {
		err = j.wrap(ErrStranger) // a plain one may be somebody else's
	}
	if err == nil {
		j.key.Clear()
		j.key, j.sealed, j.known = now.key, now.sealed, now.known
	}
	return err
}

// Lock forgets the key of a sealed journal. It must not run beside other methods.
func (j *Journal) Lock() {
	if j.sealed {
		j.key.Clear()
		j.key = vault.Key{}
	}
}

// readHeader reads the header, which a locked journal shows too.
func (j *Journal) readHeader(ctx context.Context) (h header, err error) {
	err = j.with(ctx, asItIs, func(t *tx) error {
		h = t.header
		return nil
	})
	return h, err
}

// Seal encrypts a plain journal, or gives a sealed one a new key, so that nothing that
// opened it before does any more. The secrets are those that open it from then on. A new
// file is made and verified, and takes the old one's place; backups stay as they are. A
// sealed journal must be unlocked.
func (j *Journal) Seal(ctx context.Context, progress Progress, secrets ...Secret) error {
	if len(secrets) == 0 {
		return errors.New("a sealed journal needs a secret that opens it")
	}
	h, err := j.readHeader(ctx)
	if err != nil {
		return err
	}
	key, lock, err := newLock(h.store, j.cost, secrets)
	if err != nil {
		return err
	}
	return j.reseal(ctx, progress, key, &lock)
}

// newLock returns a new key, and a lock of it that the secrets open.
func newLock(store [16]byte, cost vault.Cost, secrets []Secret) (vault.Key, vault.Lock, error) {
	key := vault.NewKey()
	lock, err := vault.NewLock(key)
	for _, s := range secrets {
		if err == nil {
			lock, err = lock.With(key, store, s.Kind, s.Bytes, cost)
		}
	}
	return key, lock, err
}

// closeWith seals a journal that is about to be made.
func (j *Journal) closeWith(h *header, secrets []Secret) error {
	key, lock, err := newLock(h.store, j.cost, secrets)
	if err != nil {
		return err
	}
	h.sealed = 1
	h.slots, err = lock.Encode(key, h.bound())
	j.key, j.sealed, j.print = key, true, lock.Fingerprint()
	return err
}

// Unseal makes a sealed journal, which must be unlocked, a plain one again.
func (j *Journal) Unseal(ctx context.Context, progress Progress) error {
	return j.reseal(ctx, progress, vault.Plain(), nil)
}

// reseal writes the journal under another key into a new file, and uses that key from
// then on.
func (j *Journal) reseal(ctx context.Context, progress Progress, key vault.Key, lock *vault.Lock) error {
	switch {
	case j.Locked():
		return j.wrap(ErrLocked)
	case j.older:
		return j.wrap(ErrOlder)
	}
	after := *j
	after.key, after.sealed, after.ways = key, lock != nil, nil
	if lock != nil {
		after.print = lock.Fingerprint()
	}
	f, err := openFile(ctx, j.path, true)
	if err != nil {
		return j.wrap(err)
	}
	err = f.attempt(func() error {
		if err := f.sound(ctx); err != nil {
			return err
		}
		return replaceFile(j.path, func(temp string) error {
			if err := j.copyUnder(ctx, f.db, temp, progress, key, lock); err != nil {
				return err
			}
			if err := after.proof(ctx, temp, nil); err != nil {
				return err
			}
			j.expect(lock)
			return errors.Join(f.inPlace(), f.db.Close())
		})
	})
	if err != nil {
		key.Clear()
		return j.wrap(err)
	}
	j.key.Clear()
	j.key, j.sealed, j.print, j.ways = after.key, after.sealed, after.print, nil
	if !j.sealed {
		j.forget()
	}
	j.rememberNow(ctx)
	return nil
}

// copyUnder makes a new file of all that a journal holds, sealed under another key.
func (j *Journal) copyUnder(ctx context.Context, from *bbolt.DB, path string, progress Progress, key vault.Key, lock *vault.Lock) error {
	b, err := from.Begin(false)
	if err != nil {
		return err
	}
	defer b.Rollback()
	old, err := begin(b, nil, j.key)
	if err != nil {
		return err
	}
	if err := old.eachItem(nil, func(_ item, damage error) error {
		if damage == nil {
			return ErrInbox // sealed for the key that is about to go
		}
		return nil
	}); err != nil {
		return err
	}
	h := old.header
	h.sealed, h.slots = 0, nil
	if lock != nil {
		h.sealed = 1
		if h.slots, err = lock.Encode(key, h.bound()); err != nil {
			return err
		}
	}
	if err := layOut(path, h, key); err != nil {
		return err
	}
	to, err := openNew(path)
	if err != nil {
		return err
	}
	roots := old.head.roots
	c := &resealer{
		ctx: ctx, old: old, to: to, key: key, progress: progress, indexed: !useless(old.checkIndex(ctx, nil, nil)),
		of: int(roots[timelineTree].count + roots[idsTree].count + roots[historyTree].count + roots[stateTree].count + roots[segmentsTree].count),
	}
	return errors.Join(c.run(), to.Close())
}

// ErrInbox is returned by Seal and Unseal as long as something lies in the inbox that was
// not taken in.
var ErrInbox = errors.New("something was written while the journal was locked, and must be taken in first")

// resealer carries the rows of a journal's trees, and the records that they lead to, into
// another file.
type resealer struct {
	ctx      context.Context
	old      *tx
	to       *bbolt.DB
	key      vault.Key
	indexed  bool // the search index is carried, too
	done, of int
	progress Progress
}

// resealRows is how many rows one transaction carries.
const resealRows = 1024

func (c *resealer) run() error {
	carry := func(bucket string, number func([]byte) uint64, tagAt int) func(*tx, []byte) ([]byte, error) {
		return func(into *tx, b []byte) ([]byte, error) {
			value, tag, err := c.old.open(bucket, number(b))
			if err != nil {
				return nil, err
			}
			if tag != vault.Tag(b[tagAt:]) {
				return nil, damagef("record %d of %s is not the one that belongs there", number(b), bucket)
			}
			if tag, err = into.put(bucket, number(b), value); err != nil {
				return nil, err
			}
			row := slices.Clone(b)
			copy(row[tagAt:], tag[:])
			return row, nil
		}
	}
	version := func(at int) func([]byte) uint64 { return func(b []byte) uint64 { return be64(b[at:]) } }
	for _, one := range []struct {
		tree int
		row  func(*tx, []byte) ([]byte, error)
	}{
		{timelineTree, carry(entriesBucket, version(8), rowWidth-vault.TagSize)},
		{historyTree, carry(historyBucket, version(idKey), pastWidth-vault.TagSize)},
		{stateTree, carry(stateBucket, version(stateKey), stateWidth-vault.TagSize)},
		{segmentsTree, carry(segmentsBucket, version(0), 8)},
		{idsTree, func(_ *tx, b []byte) ([]byte, error) { return b, nil }},
	} {
		if one.tree == segmentsTree && !c.indexed {
			continue
		}
		if err := c.tree(one.tree, one.row); err != nil {
			return err
		}
	}
	return c.rest()
}

// tree carries the rows of one tree, some in each transaction.
func (c *resealer) tree(which int, carry func(*tx, []byte) ([]byte, error)) error {
	tree, err := c.old.tree(which)
	if err != nil {
		return err
	}
	var rows [][]byte
	flush := func() error {
		return c.update(func(into *tx) error {
			t, err := into.tree(which)
			if err != nil {
				return err
			}
			for _, b := range rows {
				row, err := carry(into, b)
				if err != nil {
					return err
				}
				if err := t.put(row); err != nil {
					return err
				}
			}
			t.next = max(t.next, tree.next) // numbers given out once are not given out again
			c.done += len(rows)
			rows = rows[:0]
			return nil
		})
	}
	var failed error
	err = tree.walk(nil, false, func(b []byte) bool {
		if rows = append(rows, slices.Clone(b)); len(rows) == resealRows {
			failed = flush()
		}
		return failed == nil
	})
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	return flush()
}

// rest carries the drafts, what of the inbox cannot be read, and the numbers that go on.
func (c *resealer) rest() error {
	return c.update(func(into *tx) error {
		into.head.sequence, into.head.taken = c.old.head.sequence, c.old.head.taken
		into.head.pending = dropped
		if c.indexed {
			into.head.indexed, into.head.pending = c.old.head.indexed, c.old.head.pending
		}
		into.head.generation = max(into.head.generation, c.old.head.generation) // it only grows
		for _, bucket := range []string{draftsBucket, inboxBucket} {
			from, to := c.old.bolt.Bucket([]byte(bucket)), into.bolt.Bucket([]byte(bucket))
			if from == nil || to == nil {
				return damagef("a part of the file, %q, is missing", bucket)
			}
			if err := to.SetSequence(from.Sequence()); err != nil {
				return err
			}
			if bucket == draftsBucket {
				continue
			}
			// What cannot be read stays as it is.
			if err := from.ForEach(func(key, value []byte) error { return to.Put(key, value) }); err != nil {
				return err
			}
		}
		return c.old.eachKey(draftsBucket, func(key []byte) error {
			value, _, err := c.old.open(draftsBucket, be64(key))
			if err == nil {
				_, err = into.put(draftsBucket, be64(key), value)
			}
			return err
		})
	})
}

// update changes the new file in a transaction of its own.
func (c *resealer) update(fn func(*tx) error) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	err := c.to.Update(func(b *bbolt.Tx) error {
		into, err := begin(b, nil, c.key)
		if err != nil {
			return err
		}
		if err := fn(into); err != nil {
			return err
		}
		return into.finish()
	})
	if err == nil && c.progress != nil {
		c.progress(c.done, c.of)
	}
	return err
}
