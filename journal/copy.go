package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.etcd.io/bbolt"
)

// Backup copies the journal, as it stands at one moment, into a new file at path, and
// reads the whole copy back before it is given its name. A backup is itself a journal,
// and is opened like one. The error is os.ErrExist if there is a file at path already.
func (j *Journal) Backup(ctx context.Context, path string, progress Progress) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("back up to %q: %w", path, os.ErrExist)
	}
	err := newFile(path, func(temp string) error {
		err := j.view(ctx, func(t *tx) error { return copyPages(ctx, t.bolt, temp, progress) })
		if err != nil {
			return err
		}
		err = j.proof(ctx, temp, nil)
		if errors.Is(err, errIndexDamaged) {
			err = nil // it came along as it is, and can be made anew
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("back up to %q: %w", path, plainly(err))
	}
	return nil
}

// copyPages writes the file behind a transaction, page by page.
func copyPages(ctx context.Context, b *bbolt.Tx, path string, progress Progress) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	w := &meter{ctx: ctx, out: out, of: int(b.Size()), progress: progress}
	_, err = b.WriteTo(w)
	return errors.Join(err, out.Close())
}

// meter is a file that tells how much was written to it, and can be interrupted.
type meter struct {
	ctx      context.Context
	out      *os.File
	done, of int
	progress Progress
}

func (m *meter) Write(b []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.out.Write(b)
	m.done += n
	if m.progress != nil {
		m.progress(m.done, m.of)
	}
	return n, err
}

// proof reads a file that was just made, and says whether it is whole.
func (j *Journal) proof(ctx context.Context, path string, progress Progress) error {
	defer os.Remove(path + ".lock")
	r, err := (&Journal{path: path, key: j.key}).verify(ctx, progress, false)
	if err != nil {
		return err
	}
	for _, damage := range r.Damage {
		if strings.HasPrefix(damage, inboxDamage) { // which came along as it was
			continue
		}
		err := damagef("%s", damage)
		if r.OnlyIndex() {
			err = fmt.Errorf("%w: %w", errIndexDamaged, err)
		}
		return err
	}
	return nil
}

// Compact writes the journal into a new file without gaps, verifies it, and puts it
// into the old one's place. The search index is made anew where it has to be, and its
// parts become one. Texts that were deleted for ever are in the old file until
// then. It returns the sizes before and after, in bytes.
func (j *Journal) Compact(ctx context.Context, progress Progress) (before, after int64, err error) {
	if before, err = sizeOf(j.path); err == nil {
		err = j.tidyIndex(ctx, progress)
	}
	if err == nil {
		err = j.rewrite(ctx, progress, func(*tx) error { return nil })
	}
	if err == nil {
		after, err = sizeOf(j.path)
	}
	return before, after, j.wrap(err)
}

func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, ErrMissing
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// DeleteForever removes entries, deleted or not, with all their versions, and rewrites
// the file so that their texts are not in it any more. Nothing brings them back. It
// does not reach backups and exports.
func (j *Journal) DeleteForever(ctx context.Context, progress Progress, ids ...ID) error {
	return j.rewrite(ctx, progress, func(t *tx) error {
		var versions []uint64
		for _, id := range ids {
			gone, err := t.erase(id)
			if err != nil {
				return err
			}
			versions = append(versions, gone...)
		}
		t.purgeIndex(ctx, versions)
		return nil
	})
}

// erase removes an entry's records, and leaves its id, so that no import brings it
// back. It returns the versions that there were.
func (t *tx) erase(id ID) (versions []uint64, err error) {
	e, err := t.entry(id, true)
	if err != nil {
		return nil, err
	}
	versions = append(versions, e.Version)
	if e.Deleted.IsZero() {
		if err := t.takeOut(e); err != nil {
			return nil, err
		}
	}
	rows, err := t.pastOf(id)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		versions = append(versions, r.sequence)
		if err := t.unbury(&Entry{ID: id, Version: r.sequence}); err != nil {
			return nil, err
		}
	}
	if err := t.eraseDrafts(id); err != nil {
		return nil, err
	}
	return versions, t.putID(idRow{id: id, flags: idErased})
}

// eraseDrafts removes the drafts that are changes of an entry.
func (t *tx) eraseDrafts(id ID) error {
	var numbers []uint64
	err := t.eachDraft(func(d Draft) {
		if d.Entry.ID == id {
			numbers = append(numbers, d.Number)
		}
	})
	for _, number := range numbers {
		if err == nil {
			err = t.remove(draftsBucket, number)
		}
	}
	return err
}

// rewrite changes the journal in a new file, which takes the old one's place when it
// is verified. The change is never committed to the old file, and what it removes never
// comes into the new one.
func (j *Journal) rewrite(ctx context.Context, progress Progress, change func(*tx) error) error {
	if j.older {
		return j.wrap(ErrOlder)
	}
	f, err := openFile(ctx, j.path, true)
	if err != nil {
		return j.wrap(err)
	}
	err = j.wrap(f.attempt(func() error {
		if err := f.sound(ctx); err != nil {
			return err
		}
		return replaceFile(j.path, func(temp string) error {
			if err := j.copyChanged(ctx, f.db, temp, progress, change); err != nil {
				return err
			}
			if err := j.proof(ctx, temp, nil); err != nil {
				return err
			}
			// Windows exchanges no file that is open. The turnstile is ours until the end.
			return errors.Join(f.inPlace(), f.db.Close())
		})
	}))
	if err == nil {
		j.rememberNow(ctx)
	}
	return err
}

// sound reads all pages of an open file, and returns the first damage. What a damaged
// page hides would not come into a copy, and the copy would look whole.
func (f *file) sound(ctx context.Context) error {
	var damage error
	note := func(err error) {
		if damage == nil {
			damage = err
		}
	}
	err := walkPages(ctx, f.handle, note, func(int, int) {})
	return cmp.Or(err, damage)
}

// copyChanged makes a new file of all records as they are after the change, in order,
// so that its pages are full.
func (j *Journal) copyChanged(ctx context.Context, from *bbolt.DB, path string, progress Progress, change func(*tx) error) error {
	b, err := from.Begin(true)
	if err != nil {
		return err
	}
	defer b.Rollback()
	t, err := begin(b, nil, j.key)
	if err != nil {
		return err
	}
	if err := change(t); err != nil {
		return err
	}
	if err := t.finish(); err != nil {
		return err
	}
	to, err := openNew(path)
	if err != nil {
		return err
	}
	c := &copier{ctx: ctx, to: to, of: int(b.Size()), progress: progress}
	for _, name := range buckets() {
		if err := c.bucket([]byte(name), b.Bucket([]byte(name))); err != nil {
			return errors.Join(err, to.Close())
		}
	}
	return to.Close()
}

type copier struct {
	ctx      context.Context
	to       *bbolt.DB
	done, of int
	progress Progress
}

// copyBytes is how much one transaction of a copy holds in memory.
const copyBytes = 16 << 20

func (c *copier) bucket(name []byte, from *bbolt.Bucket) error {
	if from == nil {
		return damagef("a part of the file, %q, is missing", name)
	}
	cursor := from.Cursor()
	key, value := cursor.First()
	for first := true; first || key != nil; first = false {
		err := c.to.Update(func(b *bbolt.Tx) error {
			into, err := b.CreateBucketIfNotExists(name)
			if err != nil {
				return err
			}
			into.FillPercent = 1
			if err := into.SetSequence(from.Sequence()); err != nil {
				return err
			}
			for size := 0; key != nil && size < copyBytes; key, value = cursor.Next() {
				if err := into.Put(key, value); err != nil {
					return err
				}
				size += len(key) + len(value)
				c.done += len(key) + len(value)
			}
			return c.ctx.Err()
		})
		if err != nil {
			return err
		}
		if c.progress != nil {
			c.progress(min(c.done, c.of), c.of)
		}
	}
	return nil
}

// migration brings a journal from one version of the format to the next.
type migration struct {
	from  uint32
	apply func(*tx) error
}

// migrations returns the ways from each older format to the next; there is none yet.
func migrations() []migration { return nil }

// migrate brings the journal to the format given, in a new file. The older file stays
// beside it, under a name that tells its format.
func (j *Journal) migrate(ctx context.Context, ways []migration, to uint32) error {
	var from uint32
	if err := j.view(ctx, func(t *tx) error { from = t.header.format; return nil }); err != nil {
		return err
	}
	for format := from; format < to; format++ {
		if _, ok := wayFrom(ways, format); !ok {
			return fmt.Errorf("%s has format %d, and nothing leads on from there", filepath.Base(j.path), format)
		}
	}
	if err := j.keepOlder(ctx, from); err != nil {
		return err
	}
	return j.rewrite(ctx, nil, func(t *tx) error {
		for t.header.format < to {
			if err := ctx.Err(); err != nil {
				return err
			}
			way, _ := wayFrom(ways, t.header.format)
			if err := way.apply(t); err != nil {
				return err
			}
			t.header.format++
		}
		t.dropIndex() // what a step made of the entries, it does not know
		if err := t.header.rebind(t.key); err != nil {
			return err
		}
		return writeHeader(t.bolt, t.header)
	})
}

// keepOlder backs the journal up beside itself, unless a migration that was interrupted
// did so already.
func (j *Journal) keepOlder(ctx context.Context, format uint32) error {
	name := fmt.Sprintf("%s.format-%d", j.path, format)
	for n := 2; ; n++ {
		err := j.Backup(ctx, name, nil)
		if !errors.Is(err, os.ErrExist) || j.sameAs(ctx, name) {
			return ignore(err, os.ErrExist)
		}
		name = fmt.Sprintf("%s.format-%d-%d", j.path, format, n)
	}
}

// sameAs reports whether a backup holds just what the journal holds now.
func (j *Journal) sameAs(ctx context.Context, path string) bool {
	defer os.Remove(path + ".lock")
	var here, there head
	backup := *j
	backup.path = path
	err := errors.Join(
		j.view(ctx, func(t *tx) error { here = t.head; return nil }),
		backup.view(ctx, func(t *tx) error { there = t.head; return nil }),
	)
	return err == nil && here == there
}

func ignore(err, known error) error {
	if errors.Is(err, known) {
		return nil
	}
	return err
}

func wayFrom(ways []migration, format uint32) (migration, bool) {
	for _, w := range ways {
		if w.from == format {
			return w, true
		}
	}
	return migration{}, false
}
