package cmd

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// The files in a nook. An editor's own leavings have entryFile in their names:
// entry.md~ of vim, entry.md.save of nano, #entry.md# of emacs.
const (
	entryFile = "entry.md"
	asideFile = entryFile + ".save"
	ownerFile = "owner"
	// editLimit keeps a file that is no text at all from filling the memory.
	editLimit = 16 << 20
	// nookPrefix begins the name of every nook. The name shows in lists of
	// processes, so it does not tell whose it is.
	nookPrefix = "edit-"
)

var (
	errTooLong = errors.New("the text is longer than an editor's file may be")
	errNotText = errors.New("the file is not UTF-8 text")
	errNoFile  = errors.New("this is no plain file")
)

// nook is a private directory that holds one text while an editor works on it.
type nook struct {
	path string
	root *os.Root
}

// newNook makes a nook in the first of the places that takes it.
func newNook(places []string, o owner) (*nook, error) {
	var errs []error
	for _, dir := range places {
		n, err := makeNook(dir, o)
		if err == nil {
			return n, nil
		}
		errs = append(errs, err)
	}
	return nil, fmt.Errorf("no private place for the editor's file: %w", errors.Join(errs...))
}

func makeNook(dir string, o owner) (*nook, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !guarded(info) {
		return nil, fmt.Errorf("others could change what is in %q", dir)
	}
	path := filepath.Join(dir, nookPrefix+strings.ToLower(rand.Text()))
	if err := os.Mkdir(path, 0o700); err != nil {
		return nil, err
	}
	n, err := furnish(path, o)
	if err != nil {
		// Nothing of the person's is in it yet.
		return nil, errors.Join(err, os.RemoveAll(path))
	}
	return n, nil
}

func furnish(path string, o owner) (*nook, error) {
	// The umask and a set-group-id parent have a say in Mkdir, none in Chmod.
	if err := os.Chmod(path, 0o700); err != nil {
		return nil, err
	}
	n, err := openNook(path)
	if err != nil {
		return nil, err
	}
	if err = n.own(o); err == nil {
		err = n.write(entryFile, o.Leaf.file())
	}
	if err != nil {
		return nil, errors.Join(err, n.root.Close())
	}
	return n, nil
}

// openNook opens a directory that is ours alone, and no link to one.
func openNook(path string) (*nook, error) {
	seen, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !private(seen) {
		return nil, fmt.Errorf("%q is not private", path)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	if opened, err := root.Stat("."); err != nil || !os.SameFile(seen, opened) {
		return nil, errors.Join(fmt.Errorf("%q changed while it was opened", path), err, root.Close())
	}
	return &nook{path: path, root: root}, nil
}

// own writes down whose the nook is. A reader sees the owner of before or the
// new one, and nothing between.
func (n *nook) own(o owner) error {
	b, err := json.Marshal(o)
	if err != nil {
		return err
	}
	next := ownerFile + ".new"
	if err := n.write(next, string(b)); err != nil {
		return errors.Join(err, ignoreMissing(n.root.Remove(next)))
	}
	return n.root.Rename(next, ownerFile)
}

func (n *nook) owner() (owner, error) {
	var o owner
	// In JSON a byte may take six.
	text, err := n.read(ownerFile, 6*editLimit+4096)
	if err == nil {
		err = json.Unmarshal([]byte(text), &o)
	}
	if err == nil && o.Process.PID == 0 {
		err = errors.New("it has no owner")
	}
	return o, err
}

func (n *nook) write(name, text string) error {
	f, err := n.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Chmod(0o600), f.Close())
}

// replace puts another text into the place of the one that was laid out.
func (n *nook) replace(text string) error {
	const fresh = entryFile + ".new"
	if err := n.write(fresh, text); err != nil {
		return errors.Join(err, ignoreMissing(n.root.Remove(fresh)))
	}
	return n.root.Rename(fresh, entryFile)
}

// read returns what a plain file holds, up to a limit in bytes. With errNotText
// it returns that as well.
func (n *nook) read(name string, limit int64) (string, error) {
	seen, err := n.root.Lstat(name)
	if err != nil {
		return "", err
	}
	if !seen.Mode().IsRegular() {
		return "", errNoFile
	}
	f, err := n.root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if opened, err := f.Stat(); err != nil || !os.SameFile(seen, opened) {
		return "", errors.Join(errNoFile, err)
	}
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return "", err
	case int64(len(b)) > limit:
		return "", errTooLong
	case !utf8.Valid(b):
		return string(b), errNotText
	}
	return string(b), nil
}

// latest returns the newest file that holds the text: the entry, or a copy that
// the editor put beside it, in its last moment or now and then. An empty file
// counts only if there is nothing else.
func (n *nook) latest() (fs.FileInfo, error) {
	infos, err := n.list()
	if err != nil {
		return nil, err
	}
	var best, backup, empty fs.FileInfo
	for _, info := range infos {
		name := info.Name()
		copied := strings.HasPrefix(name, asideFile) || name == "#"+entryFile+"#"
		switch {
		case !info.Mode().IsRegular():
		case name == entryFile && info.Size() == 0:
			empty = info
		case info.Size() == 0:
		case name == entryFile+"~":
			// A backup is the text of before. It matters when the editor died
			// over writing the new one.
			backup = info
		case name != entryFile && !copied:
		case best == nil || info.ModTime().After(best.ModTime()),
			// Of two of one moment, the entry is what the person saved.
			name == entryFile && info.ModTime().Equal(best.ModTime()):
			best = info
		}
	}
	for _, info := range []fs.FileInfo{best, backup, empty} {
		if info != nil {
			return info, nil
		}
	}
	return nil, fs.ErrNotExist
}

func (n *nook) list() ([]fs.FileInfo, error) {
	dir, err := n.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	var infos []fs.FileInfo
	for _, e := range entries {
		// A file may go between being listed and being looked at.
		if info, err := n.root.Lstat(e.Name()); err == nil {
			infos = append(infos, info)
		}
	}
	return infos, nil
}

// remove takes the nook away, with the text, the editor's leavings and the
// owner. Whatever else the person put there stays, and the error names it.
func (n *nook) remove() error {
	defer n.root.Close()
	infos, err := n.list()
	if err != nil {
		return err
	}
	others := false
	for _, info := range infos {
		switch name := info.Name(); {
		case name == ownerFile:
		case name == ownerFile+".new" || strings.Contains(name, entryFile):
			err = errors.Join(err, ignoreMissing(n.root.Remove(name)))
		default:
			others = true
		}
	}
	if err != nil {
		return err
	}
	// The owner goes last, so that a nook that is half removed is found again.
	if err := ignoreMissing(n.root.Remove(ownerFile)); err != nil {
		return err
	}
	if others {
		return fmt.Errorf("other files were put into %q, and are still there: take what you need, then delete it", n.path)
	}
	// Windows removes no directory that is open.
	return errors.Join(n.root.Close(), ignoreMissing(os.Remove(n.path)))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
