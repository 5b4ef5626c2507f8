package journal

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	"untangle/journal/vault"
)

// Journal is one journal in its file. Each method opens the file, does its work in
// one transaction and closes it again, so that nothing is held while somebody
// writes, reads, or answers. Methods may be called from several goroutines.
type Journal struct {
	path   string
	key    vault.Key
	sealed bool // the header says so
	cost   vault.Cost
	now    func() time.Time
	store  [16]byte
	spare  *spare

	named    string   // the path as it was given
	known    bool     // the machine remembers this sealed journal
	memory   string   // a folder in which this machine remembers sealed journals
	replaced bool     // what is there counts, whatever is remembered
	print    [32]byte // of the inbox's key, as it was unlocked
	ways     []byte   // the slots as somebody last looked at them
	opened   int      // the slot that Unlock used
	older    bool     // what was opened is older than what is remembered
	merging  bool     // the inbox cannot be taken in, and is read with the rest
}

// Options say how a journal is opened.
type Options struct {
	// Now is the clock, time.Now if it is nil.
	Now func() time.Time
	// Memory is a folder of this machine's own, in which it remembers sealed journals, so
	// that one that is exchanged or put back is noticed; empty to remember nothing.
	Memory string
	// Replaced accepts what is at the path as it is, whatever is remembered of it.
	Replaced bool
	// Work, if not 0, is the power of two of how many bytes of memory it takes to try a
	// secret that is added from now on. It is for tests, which add many.
	Work int
}

func newJournal(path string, o Options) *Journal {
	if o.Now == nil {
		o.Now = time.Now
	}
	cost := vault.DefaultCost()
	if o.Work > 0 {
		cost = vault.Cost{Passes: 1, Memory: max(8, uint32(1<<o.Work>>10)), Threads: 1}
	}
	return &Journal{path: behindLink(path), named: path, key: vault.Plain(), cost: cost, now: o.Now, spare: new(spare), memory: o.Memory, replaced: o.Replaced}
}

// behindLink returns the file that a symbolic link at path leads to, since a file that
// takes a journal's place would else take the link's. Any other path stays as it is.
func behindLink(path string) string {
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			return target
		}
	}
	return path
}

// Open returns the journal in the file at path, and brings a file of an older
// format up to date, keeping the older one beside it; Unlock does so for a sealed one. The errors are ErrMissing,
// ErrBusy, ErrDamaged, ErrNewer, ErrGone and ErrStranger. A sealed journal is opened
// locked: until Unlock it takes entries, drafts and check-ins, and all other methods
// return ErrLocked.
func Open(ctx context.Context, path string, o Options) (*Journal, error) {
	j := newJournal(path, o)
	h, err := j.readHeader(ctx)
	j.store = h.store
	err = j.recognise(&h, err)
	if err == nil && h.sealed != 0 {
		j.key, j.sealed = vault.Key{}, true
	}
	if err == nil && h.format < formatVersion && !j.sealed {
		err = j.migrate(ctx, migrations(), formatVersion)
	}
	if err != nil {
		return nil, err
	}
	trySweep(j.path)
	return j, nil
}

// Path returns the file the journal is in.
func (j *Journal) Path() string { return j.path }

// Store returns the journal's own id, which no other has, in hexadecimal.
func (j *Journal) Store() string { return hex.EncodeToString(j.store[:]) }

// Count returns the number of entries that stand.
func (j *Journal) Count(ctx context.Context) (n int, err error) {
	err = j.view(ctx, func(t *tx) error {
		n = int(t.head.roots[timelineTree].count) + len(t.merged.Entries)
		return nil
	})
	return n, err
}

// Create makes an empty journal at path, and its folder where there is none. The
// file appears whole or not at all. With secrets it is sealed, any of them opens it, and
// it is returned unlocked. The errors are ErrExists if there is a journal already, and
// ErrGone if this machine remembers a sealed one there.
func Create(ctx context.Context, path string, o Options, secrets ...Secret) (*Journal, error) {
	dir := filepath.Dir(path)
	if err := makeFolder(dir); err != nil {
		return nil, fmt.Errorf("make the folder for the journal: %w", err)
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("make %q: %w", path, ErrExists)
	}
	turnstile, err := enter(ctx, path, true)
	if err != nil {
		return nil, fmt.Errorf("make %q: %w", path, err)
	}
	defer turnstile.Close()
	sweep(path)
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("make %q: %w", path, ErrExists)
	}
	j := newJournal(path, o)
	if err := j.recognise(nil, ErrMissing); !errors.Is(err, ErrMissing) {
		return nil, err
	}
	j.store = NewID()
	h := header{format: formatVersion, reader: 1, store: j.store}
	if len(secrets) > 0 {
		if err := j.closeWith(&h, secrets); err != nil {
			return nil, err
		}
	}
	err = replaceFile(path, func(temp string) error { return j.build(temp, h) })
	if err != nil {
		return nil, fmt.Errorf("make %q: %w", path, plainly(err))
	}
	j.rememberNow(ctx)
	return j, nil
}

// makeFolder makes a folder that only its owner can enter, whatever the umask.
// Folders that are there already stay as they are.
func makeFolder(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := makeFolder(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// build writes an empty journal into the file at path and reads it back.
func (j *Journal) build(path string, h header) error {
	if err := layOut(path, h, j.key); err != nil {
		return err
	}
	made := *j
	made.path = path
	defer os.Remove(path + ".lock")
	return made.view(context.Background(), func(*tx) error { return nil })
}

// layOut makes the file of an empty journal at path, with that header.
func layOut(path string, h header, key vault.Key) error {
	return fill(path, func(b *bbolt.Tx) error {
		for _, name := range buckets() {
			if _, err := b.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		if err := writeHeader(b, h); err != nil {
			return err
		}
		t := &tx{bolt: b, key: key, header: h, writable: true}
		return t.finish()
	})
}

// fill makes a bbolt file of the empty or missing one at path, in one transaction.
func fill(path string, fn func(*bbolt.Tx) error) error {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout: patience, PageSize: pageSize, FreelistType: bbolt.FreelistArrayType, NoStatistics: true,
	})
	if err != nil {
		return err
	}
	return errors.Join(db.Update(fn), db.Close())
}

// writeHeader writes both copies of the header.
func writeHeader(b *bbolt.Tx, h header) error {
	record := h.encode()
	if err := b.Bucket([]byte(metaBucket)).Put(headerKey, record); err != nil {
		return err
	}
	spare := make([]byte, max(headerCopyLength, len(record)))
	copy(spare, record)
	return b.Bucket([]byte(spareBucket)).Put(headerKey, spare)
}
