package format

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"runtime"
	"strings"
	"time"

	"untangle/journal"
)

// FolderReport says what became of a folder's files.
type FolderReport struct {
	// Added notes are new, Updated ones have new content, Same ones had it already.
	Added, Updated, Same int
	// Untouched are the notes that were left as they are, by name.
	Untouched []Untouched
}

// Untouched is a note that was left as it is, and why.
type Untouched struct {
	Name string
	Why  Reason
}

// Reason is why a note was left as it is.
type Reason string

// The reasons, as a person may read them.
const (
	NotOurs      Reason = "not written by an export"
	ChangedSince Reason = "changed since it was exported"
	NoEntries    Reason = "no entries of that day any more"
)

// Folder writes a note a day, YYYY-MM-DD.md, into the folder at dir, which is made
// where there is none. The entries must come oldest first. Notes of an earlier export
// are updated, but never one that somebody changed since, nor any other file; these
// are reported. Each note appears whole or not at all, and after an interruption the
// next export goes on. No link in the folder is followed, and nothing is written
// outside of it. The errors are those of the entries, of ctx, which is looked at
// between two days, and of the disk; the report counts what was done until then.
func Folder(ctx context.Context, dir string, entries iter.Seq2[*journal.Entry, error], o Options) (FolderReport, error) {
	f, err := openFolder(dir, o)
	if err != nil {
		return FolderReport{}, fmt.Errorf("export to %q: %w", dir, err)
	}
	err = f.export(ctx, entries)
	if closing := f.close(); err == nil {
		err = closing
	}
	if err != nil {
		return f.report, fmt.Errorf("export to %q: %w", dir, err)
	}
	return f.report, nil
}

// folder is a folder that is exported to.
type folder struct {
	root     *os.Root
	manifest *manifest
	prose    prose
	report   FolderReport
	note     []byte
	laid     []laid
	partial  bool
}

// laid is a note that was written under another name, and is not yet on the disk for
// sure.
type laid struct {
	file       *os.File
	temp, name string
	count      *int // of the report
}

// atOnce is how many notes are brought onto the disk together. Waiting for each alone
// took 17.9 s for 3,410 notes, together 1.4 s.
const atOnce = 64

func openFolder(dir string, o Options) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	m, err := openManifest(root)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return &folder{root: root, manifest: m, prose: newProse(2), partial: o.Partial}, nil
}

func (f *folder) close() error {
	var err error
	for _, l := range f.laid { // of an export that failed
		err = errors.Join(err, l.file.Close(), f.root.Remove(l.temp))
	}
	return errors.Join(err, f.manifest.close(), f.root.Close())
}

func (f *folder) export(ctx context.Context, entries iter.Seq2[*journal.Entry, error]) error {
	if err := sweep(f.root); err != nil {
		return err
	}
	var day []*journal.Entry
	for e, err := range entries {
		if err != nil {
			return err
		}
		if len(day) > 0 {
			switch last := day[0].Date.Midnight(); e.Date.Midnight().Compare(last) {
			case -1:
				return errors.New("the entries do not come oldest first")
			case 1:
				if err := f.write(ctx, day); err != nil {
					return err
				}
				clear(day)
				day = day[:0]
			}
		}
		day = append(day, e)
	}
	if len(day) > 0 {
		if err := f.write(ctx, day); err != nil {
			return err
		}
	}
	if err := f.settle(); err != nil {
		return err
	}
	return f.finish(ctx)
}

// write brings the note of one day up to date, or leaves it.
func (f *folder) write(ctx context.Context, day []*journal.Entry) error {
	if err := ctx.Err(); err != nil {
		return cmp.Or(f.settle(), err)
	}
	name := dayName(day[0].Date.Midnight()) + noteExt
	if !isNote(name) {
		return fmt.Errorf("the date %s is outside the years 1 to 9999", day[0].Date)
	}
	f.note = appendNote(f.note[:0], day, f.prose)
	sum := sha256.Sum256(f.note)
	f.manifest.meet(name)
	here, err := hashOf(f.root, name)
	count := &f.report.Updated
	switch {
	case errors.Is(err, fs.ErrNotExist):
		count = &f.report.Added
	case errors.Is(err, errNoFile):
		f.leave(name, NotOurs)
		return nil
	case err != nil:
		return err
	case here == sum:
		f.report.Same++
		return f.manifest.own(name, sum)
	case f.manifest.owns(name, here):
	case f.manifest.knows(name):
		f.leave(name, ChangedSince)
		return nil
	default:
		f.leave(name, NotOurs)
		return nil
	}
	if err := f.manifest.own(name, sum); err != nil {
		return err
	}
	file, temp, err := create(f.root)
	if err != nil {
		return err
	}
	f.laid = append(f.laid, laid{file, temp, name, count})
	if _, err := file.Write(f.note); err != nil || len(f.laid) < atOnce {
		return err
	}
	return f.settle()
}

// settle brings the notes that were laid onto the disk, and gives them their names.
func (f *folder) settle() error {
	done := make(chan error, len(f.laid))
	for _, l := range f.laid {
		go func() { done <- l.file.Sync() }()
	}
	var err error
	for range f.laid {
		err = errors.Join(err, <-done)
	}
	for err == nil && len(f.laid) > 0 {
		l := f.laid[0]
		if err = errors.Join(l.file.Close(), f.root.Rename(l.temp, l.name)); err == nil {
			*l.count++
			f.laid = f.laid[1:]
		}
	}
	return err
}

func (f *folder) leave(name string, why Reason) {
	f.report.Untouched = append(f.report.Untouched, Untouched{name, why})
}

// finish reports the notes of earlier exports whose days have no entries any more.
func (f *folder) finish(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, name := range f.manifest.unmet() {
		_, err := f.root.Lstat(name)
		switch {
		case err == nil && f.partial:
		case err == nil:
			f.leave(name, NoEntries)
		case errors.Is(err, fs.ErrNotExist):
			f.manifest.forget(name)
		default:
			return err
		}
	}
	if err := f.manifest.save(); err != nil {
		return err
	}
	return syncFolder(f.root)
}

// errNoFile is returned for a folder, a link or a device where a file was expected.
var errNoFile = errors.New("it is no plain file")

// openPlain opens a plain file for reading. A link is not followed, not even one that
// takes the file's place at the last moment.
func openPlain(root *os.Root, name string) (*os.File, error) {
	before, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, errNoFile
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	after, err := file.Stat()
	if err == nil && !os.SameFile(before, after) {
		err = errNoFile
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func hashOf(root *os.Root, name string) (sum [sha256.Size]byte, err error) {
	file, err := openPlain(root, name)
	if err != nil {
		return sum, err
	}
	defer file.Close() // it was only read
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return sum, err
	}
	h.Sum(sum[:0])
	return sum, nil
}

// Files that are not yet whole are named so that they are known when a later export
// finds one left over.
const (
	tempStart = ".untangle-export-"
	tempEnd   = ".tmp"
)

// create makes a new file under a name for a while.
func create(root *os.Root) (*os.File, string, error) {
	name := tempStart + strings.ToLower(rand.Text()) + tempEnd
	file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	return file, name, err
}

// replace gives the name to a new file with the content, once it is on the disk.
func replace(root *os.Root, name string, content []byte) error {
	file, temp, err := create(root)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(temp))
	}
	return nil
}

// sweep removes what an export left that was interrupted a day ago or earlier.
func sweep(root *os.Root) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	names, err := dir.Readdirnames(-1)
	if err = errors.Join(err, dir.Close()); err != nil {
		return err
	}
	for _, name := range names {
		if !strings.HasPrefix(name, tempStart) || !strings.HasSuffix(name, tempEnd) {
			continue
		}
		info, err := root.Lstat(name)
		if err != nil || !info.Mode().IsRegular() || time.Since(info.ModTime()) < 24*time.Hour {
			continue // that of today may be another export's, at work
		}
		if err := root.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

func syncFolder(root *os.Root) error {
	if runtime.GOOS == "windows" { // which cannot, and need not
		return nil
	}
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
