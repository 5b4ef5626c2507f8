package journal

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"github.com/gofrs/flock"
	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

const (
	pageSize = 8192
	// patience is how long a journal is waited for that another program holds.
	patience = 2 * time.Second
)

// file is one journal's bbolt file, open and locked for a moment. The lock of
// bbolt alone lets readers starve a writer, so there is a turnstile before it: a
// lock file beside the journal that writers hold while they write, and readers only
// pass through: the less they linger in it, the sooner a writer gets hold of it.
type file struct {
	db        *bbolt.DB
	handle    *os.File
	path      string
	turnstile *flock.Flock
}

// openFile opens the file at path, for reading by many or for writing by one.
// The errors are ErrMissing, ErrBusy, ErrDamaged, the context's, and the system's.
func openFile(ctx context.Context, path string, write bool) (*file, error) {
	if err := findFile(path); err != nil {
		return nil, err
	}
	begun := time.Now()
	turnstile, err := enter(ctx, path, write)
	if err != nil {
		return nil, err
	}
	f := &file{path: path, turnstile: turnstile}
	if !write {
		f.leave()
	}
	if err := f.open(write, max(patience-time.Since(begun), 100*time.Millisecond)); err != nil {
		f.leave()
		return nil, err
	}
	return f, nil
}

// findFile returns ErrMissing if there is nothing at path, and another error if what is
// there is no file, since opening a pipe would wait for ever, or begins like no journal:
// nothing is left beside a file that is somebody else's.
func findFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ErrMissing
	case err != nil:
		return nil // what keeps it shut, opening it tells
	case !info.Mode().IsRegular():
		return fmt.Errorf("open %q: this is a folder or a device, not a file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	for number := range int64(2) {
		var magic [4]byte
		_, err := file.ReadAt(magic[:], number*pageSize+pageHeader)
		if err == nil && binary.LittleEndian.Uint32(magic[:]) == boltMagic {
			return nil
		}
	}
	return damagef("this is no journal of untangle, or its beginning is gone")
}

// enter takes the turnstile, shared for reading. It is nil where the folder takes
// no lock file, as on a medium that is read only.
func enter(ctx context.Context, path string, write bool) (*flock.Flock, error) {
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	take := lock.TryRLockContext
	if write {
		take = lock.TryLockContext
	}
	_, err := take(limited, time.Millisecond)
	switch {
	case err == nil:
		if info, err := os.Stat(lock.Path()); err == nil && info.Mode().Perm() != 0o600 {
			os.Chmod(lock.Path(), 0o600) // what a umask left of it might keep its owner out
		}
		return lock, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return nil, ErrBusy
	case write:
		return nil, fmt.Errorf("lock the journal: %w", err)
	default:
		return nil, nil
	}
}

func (f *file) leave() {
	if f.turnstile != nil {
		f.turnstile.Close()
		f.turnstile = nil
	}
}

// open has bbolt open the file. bbolt believes what it reads, so the first pages
// are checked before it sees them, and what it trips over becomes ErrDamaged.
func (f *file) open(write bool, wait time.Duration) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = damagef("the file's own structure")
		}
		if err != nil && f.handle != nil {
			f.abandon() // bbolt leaves the lock behind when it panics
		}
	}()
	f.db, err = bbolt.Open(f.path, 0o600, &bbolt.Options{
		Timeout:      wait,
		ReadOnly:     !write,
		PageSize:     pageSize,
		FreelistType: bbolt.FreelistArrayType,
		NoStatistics: true,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			handle, err := os.OpenFile(name, flag&^os.O_CREATE, mode)
			if err != nil {
				return nil, err
			}
			f.handle = handle
			if write {
				if err := lockFile(handle, wait); err != nil {
					return handle, err
				}
			}
			return handle, preflight(handle, write)
		},
	})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrBusy
	case errors.Is(err, fs.ErrNotExist):
		return ErrMissing
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		return damagef("the file's opening pages")
	}
	return err
}

// openNew opens a file that is about to be filled, and is no journal before that is done.
// It grows no further than it has to.
func openNew(path string) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout: patience, PageSize: pageSize, FreelistType: bbolt.FreelistArrayType, NoStatistics: true, NoSync: true,
	})
	if err == nil {
		db.AllocSize = pageSize
	}
	return db, err
}

// abandon gives the file back when bbolt's own state is not to be trusted any more.
func (f *file) abandon() {
	unlockFile(f.handle)
	f.handle.Close()
}

func (f *file) close() error {
	err := f.db.Close()
	f.leave()
	return err
}

// inPlace returns ErrReplaced if the path no longer names the open file.
func (f *file) inPlace() error {
	now, err := os.Stat(f.path)
	if err != nil {
		return ErrReplaced
	}
	open, err := f.handle.Stat()
	if err != nil || !os.SameFile(now, open) {
		return ErrReplaced
	}
	return nil
}

// bbolt's meta page: a page header of 16 bytes, then these, little endian.
const (
	boltMagic   = 0xED0CDAED
	metaLength  = 64 // behind the page header
	metaAtRoot  = 16
	metaAtFree  = 32
	metaAtHigh  = 40
	metaAtTx    = 48
	metaAtSum   = 56
	pageHeader  = 16
	boltVersion = 2
)

// meta is what one of the file's two first pages says.
type meta struct{ root, freelist, high, tx uint64 }

// leastSize is the size of the least file that bbolt makes.
const leastSize = 4 * pageSize

// preflight refuses a file that bbolt would crash on, or mistake for a new one. A
// reader has no lock yet, so it looks at no more than the size; the guard does the rest.
func preflight(handle *os.File, write bool) error {
	info, err := handle.Stat()
	if err != nil {
		return err
	}
	if info.Size() < leastSize {
		return damagef("the file is cut short, at %d bytes", info.Size())
	}
	if !write {
		return nil
	}
	_, spare, err := readMetas(handle, info.Size())
	if err != nil {
		return err
	}
	if spare != nil {
		return spare // going on from the older page could drop the last entry
	}
	g, err := newGuard(handle)
	if err != nil {
		return err
	}
	return g.freelist()
}

// readMetas returns the newer of the two meta pages, as bbolt chooses it. If the other
// is damaged, spare says so; if that one is, or there is none, err does.
func readMetas(handle *os.File, size int64) (newest meta, spare, err error) {
	var metas [2]meta
	var sound [2]bool
	var damage [2]error
	for i := range metas {
		metas[i], sound[i], damage[i] = readMeta(handle, uint64(i), size)
	}
	chosen := 0
	if !sound[0] || sound[1] && metas[1].tx > metas[0].tx {
		chosen = 1
	}
	return metas[chosen], damage[1-chosen], damage[chosen]
}

// readMeta reads a meta page. A sound one is one that bbolt would use.
func readMeta(handle *os.File, number uint64, size int64) (m meta, sound bool, damage error) {
	var page [pageHeader + metaLength]byte
	if _, err := handle.ReadAt(page[:], int64(number*pageSize)); err != nil {
		return m, false, damagef("the file's opening page %d cannot be read", number)
	}
	b := page[pageHeader:]
	sum := fnv.New64a()
	sum.Write(b[:metaAtSum])
	le := binary.LittleEndian
	m = meta{le.Uint64(b[metaAtRoot:]), le.Uint64(b[metaAtFree:]), le.Uint64(b[metaAtHigh:]), le.Uint64(b[metaAtTx:])}
	sound = le.Uint32(b) == boltMagic && le.Uint32(b[4:]) == boltVersion && le.Uint64(b[metaAtSum:]) == sum.Sum64()
	switch {
	case sound && m.high > uint64(size)/pageSize:
		return m, sound, damagef("the file is cut short, at %d of %d bytes", size, m.high*pageSize)
	case !sound, le.Uint32(b[8:]) != pageSize, le.Uint64(page[:]) != number, le.Uint16(page[8:]) != flagMeta,
		m.root < 2, m.root >= m.high, m.freelist < 2, m.freelist >= m.high:
		return m, sound, damagef("the file's opening page %d", number)
	}
	return m, sound, nil
}

// damagef returns ErrDamaged with what is damaged.
func damagef(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}
