package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"go.etcd.io/bbolt"
	"untangle/journal/vault"
)

// The buckets of a journal's file.
const (
	entriesBucket  = "entries"
	historyBucket  = "history"
	timelineBucket = "timeline"
	idsBucket      = "ids"
	stateBucket    = "state"
	draftsBucket   = "drafts"
	inboxBucket    = "inbox"
	segmentsBucket = "segments"
	metaBucket     = "meta"
	spareBucket    = "header" // the header's second copy, on a page of its own
)

var (
	headKey   = []byte("head")
	headerKey = []byte("header")
)

// buckets returns the names of all buckets, in the order they are made in.
func buckets() []string {
	return []string{
		entriesBucket, historyBucket, timelineBucket, idsBucket, stateBucket,
		draftsBucket, inboxBucket, segmentsBucket, metaBucket, spareBucket,
	}
}

// tx is one transaction: the file as it stands, and the changes to it so far.
type tx struct {
	bolt     *bbolt.Tx
	guard    *guard // nil where the pages are known to be in order
	key      vault.Key
	header   header
	locked   bool // only the header could be read
	head     head
	writable bool
	touched  bool // a record was put or removed
	trees    [5]*tree
	dropped  []place
	indexed  indexChanges
	spare    *spare
	headTag  vault.Tag                // of the head's record, as it was read or written
	over     map[place]covered        // what lies over the file while its inbox is merged
	merged   Taken                    // what was merged
	known    map[string]*bbolt.Bucket // by name, once it was asked for
	along    struct {
		cursor *bbolt.Cursor
		bucket string
		number uint64 // where the cursor stands
	}
}

// place names a numbered record.
type place struct {
	bucket string
	number uint64
}

// treeShapes are the buckets, keys and widths of the five trees.
var treeShapes = [...]struct {
	bucket     string
	key, width int
}{
	timelineTree: {timelineBucket, rowKey, rowWidth},
	idsTree:      {idsBucket, idKey, idWidth},
	historyTree:  {historyBucket, pastKey, pastWidth},
	stateTree:    {stateBucket, stateKey, stateWidth},
	segmentsTree: {segmentsBucket, 8, 8 + vault.TagSize},
}

func begin(b *bbolt.Tx, g *guard, key vault.Key) (*tx, error) {
	t := &tx{bolt: b, guard: g, key: key, writable: b.Writable()}
	do := toRead
	if t.writable {
		do = toPut
	}
	bucket, err := t.bucket(metaBucket, headKey, do)
	if err != nil {
		return nil, err
	}
	if err := g.way(metaBucket, headerKey, toRead); err != nil {
		return nil, err
	}
	if t.header, err = decodeHeader(bucket.Get(headerKey)); err != nil {
		return nil, err
	}
	switch sealed := t.header.sealed != 0; {
	case sealed && !key.Sealed():
		t.locked = true
		return t, ErrLocked
	case !sealed && key != vault.Plain():
		return nil, ErrReplaced // a plain file took a sealed one's place
	}
	value, err := key.Open(t.place(metaBucket, headKey), bucket.Get(headKey))
	if err != nil {
		return t, damagef("the head")
	}
	t.headTag = vault.TagOf(bucket.Get(headKey))
	t.head, err = decodeHead(value)
	return t, err
}

func (t *tx) tree(which int) (*tree, error) {
	if t.trees[which] == nil {
		s := treeShapes[which]
		tr, err := openTree(t, s.bucket, s.key, s.width, t.head.roots[which])
		if err != nil {
			return nil, err
		}
		t.trees[which] = tr
	}
	return t.trees[which], nil
}

// finish writes the trees that changed and the head.
func (t *tx) finish() error {
	for i, tr := range t.trees {
		if tr == nil || !tr.root.dirty {
			continue
		}
		root, err := tr.flush()
		if err != nil {
			return err
		}
		t.head.roots[i] = root
	}
	for _, p := range t.dropped {
		if err := t.remove(p.bucket, p.number); err != nil {
			return err
		}
	}
	t.head.generation++
	record, err := t.key.Seal(nil, t.place(metaBucket, headKey), t.head.encode())
	if err != nil {
		return err
	}
	t.headTag = vault.TagOf(record)
	return t.bolt.Bucket([]byte(metaBucket)).Put(headKey, record)
}

func (t *tx) place(bucket string, key []byte) vault.Place {
	return vault.Place{Store: t.header.store, Bucket: bucket, Key: key}
}

// bucket returns a bucket in which the way to the key is in order, as far as bbolt
// will use it.
func (t *tx) bucket(name string, key []byte, do intent) (*bbolt.Bucket, error) {
	if err := t.guard.way(name, key, do); err != nil {
		return nil, err
	}
	b := t.known[name]
	if b == nil {
		if b = t.bolt.Bucket([]byte(name)); b == nil {
			return nil, damagef("a part of the file, %q, is missing", name)
		}
		if t.known == nil {
			t.known = make(map[string]*bbolt.Bucket)
		}
		t.known[name] = b
	}
	return b, nil
}

// open returns the value and the tag of a numbered record, in the file's memory.
// One that is missing or not as it was written is ErrDamaged.
func (t *tx) open(bucket string, number uint64) ([]byte, vault.Tag, error) {
	if c, ok := t.over[place{bucket, number}]; ok {
		return c.value, c.tag, nil
	}
	key := numberKey(number)
	b, err := t.bucket(bucket, key, toRead)
	if err != nil {
		return nil, vault.Tag{}, err
	}
	record := t.get(b, bucket, number, key)
	if record == nil {
		return nil, vault.Tag{}, damagef("record %d of %s is missing", number&^nodeBit, bucket)
	}
	value, err := t.key.Open(t.place(bucket, key), record)
	if err != nil {
		return nil, vault.Tag{}, damagef("record %d of %s", number&^nodeBit, bucket)
	}
	return value, vault.TagOf(record), nil
}

// get returns a record. Reading goes on from the record before where it can, since
// those who read many mostly read them in order.
func (t *tx) get(b *bbolt.Bucket, bucket string, number uint64, key []byte) []byte {
	if t.writable {
		return b.Get(key)
	}
	if t.along.cursor == nil || t.along.bucket != bucket || t.along.number+1 != number {
		t.along.cursor = b.Cursor()
		t.along.bucket, t.along.number = bucket, number
		if at, record := t.along.cursor.Seek(key); bytes.Equal(at, key) {
			return record
		}
		t.along.cursor = nil
		return nil
	}
	t.along.number = number
	if at, record := t.along.cursor.Next(); bytes.Equal(at, key) {
		return record
	}
	t.along.cursor = nil // a number was left out
	return b.Get(key)
}

// put seals a value as a numbered record and returns its tag.
func (t *tx) put(bucket string, number uint64, value []byte) (vault.Tag, error) {
	if t.over != nil {
		return t.cover(bucket, number, value)
	}
	key := numberKey(number)
	b, err := t.bucket(bucket, key, toPut)
	if err != nil {
		return vault.Tag{}, err
	}
	if bucket == entriesBucket {
		b.FillPercent = 1 // only ever appended to; half full pages would double the file
	}
	record, err := t.key.Seal(make([]byte, 0, len(value)+vault.TagSize), t.place(bucket, key), value)
	if err != nil {
		return vault.Tag{}, err
	}
	t.touched = true
	return vault.TagOf(record), b.Put(key, record)
}

// unused makes sure that nothing stands under a number that is about to be given out.
// What does shows that the head is an older one, put back.
func (t *tx) unused(bucket string, number uint64) error {
	key := numberKey(number)
	b, err := t.bucket(bucket, key, toRead)
	if err == nil && b.Get(key) != nil {
		err = damagef("record %d of %s stands where a new one belongs", number&^nodeBit, bucket)
	}
	return err
}

func (t *tx) remove(bucket string, number uint64) error {
	if t.over != nil {
		delete(t.over, place{bucket, number})
		return nil
	}
	key := numberKey(number)
	b, err := t.bucket(bucket, key, toRemove)
	if err != nil || b.Get(key) == nil {
		return err
	}
	t.touched = true
	return b.Delete(key)
}

// changed reports whether there is anything to commit.
func (t *tx) changed() bool {
	return t.touched || slices.ContainsFunc(t.trees[:], func(tr *tree) bool { return tr != nil && tr.root.dirty })
}

// view calls fn with a transaction that reads, and holds the file no longer.
func (j *Journal) view(ctx context.Context, fn func(*tx) error) error {
	return j.with(ctx, toView, fn)
}

// update calls fn with a transaction that writes, and commits what fn changed
// unless it returns an error.
func (j *Journal) update(ctx context.Context, fn func(*tx) error) error {
	return j.retry(ctx, toUpdate, fn)
}

// retry opens the file again where another one took its place meanwhile.
func (j *Journal) retry(ctx context.Context, why purpose, fn func(*tx) error) error {
	for try := 0; ; try++ {
		err := j.with(ctx, why, fn)
		if !errors.Is(err, ErrReplaced) || try == 2 {
			return err
		}
	}
}

// purpose is what a file is opened for.
type purpose int

const (
	toView   purpose = iota
	toUpdate         // what changed is committed
	asItIs           // to view, also where a sealed journal is locked
	toLeave          // to commit what a locked journal takes
)

func (j *Journal) with(ctx context.Context, why purpose, fn func(*tx) error) error {
	if why == toUpdate && j.older {
		return j.wrap(ErrOlder)
	}
	write := why == toUpdate || why == toLeave
	f, err := openFile(ctx, j.path, write)
	if err != nil {
		return j.wrap(err)
	}
	return j.wrap(f.attempt(func() error {
		g, err := newGuard(f.handle)
		if err != nil {
			return err
		}
		b, err := f.db.Begin(write)
		if err != nil {
			return err
		}
		defer b.Rollback()
		t, err := begin(b, g, j.key)
		if t != nil {
			t.spare = j.spare
		}
		switch {
		case errors.Is(err, ErrDamaged) && t != nil && t.header.sealed != 0 && j.otherLock(&t.header):
			err = ErrStranger
		case err == nil && why == toView && j.merging:
			err = t.merge(j.machine())
		case errors.Is(err, ErrLocked) && why == toLeave:
			err = j.recogniseLock(&t.header)
		case errors.Is(err, ErrLocked) && why == asItIs:
			err = nil
		}
		if err == nil {
			err = fn(t)
		}
		if err != nil || !write || !t.changed() {
			return err
		}
		if why != toLeave {
			t.settleIndex(ctx)
			if err := t.finish(); err != nil {
				return err
			}
		}
		if err := f.commit(b); err != nil {
			return err
		}
		if why != toLeave {
			j.remember(&t.header, t.head, t.headTag)
		}
		return nil
	}))
}

// attempt calls fn and closes the file. What bbolt trips over in a damaged file becomes
// ErrDamaged.
func (f *file) attempt(fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			f.abandon()
			f.leave()
			err = damagef("the file's own structure")
			return
		}
		if closing := f.close(); err == nil {
			err = closing
		}
	}()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return fn()
}

// commit makes the changes last. A file that was exchanged under us meanwhile, as
// programs that sync folders do, would take them with it.
func (f *file) commit(b *bbolt.Tx) error {
	if err := f.inPlace(); err != nil {
		return err
	}
	if err := b.Commit(); err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	mark(f.handle)
	return f.inPlace()
}

// wrap names the journal in an error that is about its file.
func (j *Journal) wrap(err error) error {
	var named *pathError
	if errors.As(err, &named) {
		return err
	}
	for _, about := range []error{ErrMissing, ErrBusy, ErrDamaged, ErrNewer, ErrReplaced, ErrLocked, ErrStranger, ErrOlder} {
		if errors.Is(err, about) {
			return &pathError{j.path, err}
		}
	}
	return plainly(err)
}

// pathError is an error and the journal it happened to.
type pathError struct {
	path string
	err  error
}

func (e *pathError) Error() string { return fmt.Sprintf("open %q: %v", e.path, e.err) }
func (e *pathError) Unwrap() error { return e.err }
