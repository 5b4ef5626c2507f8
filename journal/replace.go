package journal

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// replaceFile has build make a file under another name beside path, makes sure it
// is on the disk, and then gives it path's name.
func replaceFile(path string, build func(temp string) error) error {
	return putFile(path, build, os.Rename)
}

// newFile is replaceFile for a path that must be new: a file that appears there
// meanwhile stays, and the error is os.ErrExist.
func newFile(path string, build func(temp string) error) error {
	return putFile(path, build, NameNew)
}

// NameNew gives a file, in the same folder, a name that nothing has yet; the error is
// os.ErrExist if something has.
func NameNew(temp, path string) error {
	err := os.Link(temp, path)
	if err == nil {
		return os.Remove(temp)
	}
	if _, there := os.Lstat(path); there == nil {
		return fmt.Errorf("%q is there already: %w", path, os.ErrExist)
	}
	return os.Rename(temp, path) // some file systems have no second names
}

func putFile(path string, build func(temp string) error, place func(temp, path string) error) error {
	temp, err := os.CreateTemp(filepath.Dir(path), tempPrefix(path)+"*"+tempSuffix)
	if err != nil {
		return err
	}
	name := temp.Name()
	defer os.Remove(name) // after the rename there is nothing under that name
	if err := errors.Join(temp.Chmod(0o600), temp.Close()); err != nil {
		return err
	}
	if err := build(name); err != nil {
		return err
	}
	if err := syncFile(name); err != nil {
		return err
	}
	if err := place(name, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFile(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// The names of files on their way to another name: a prefix with a hash of that name's
// last part, random digits, and a suffix.
const tempSuffix = ".tmp"

func tempPrefix(path string) string {
	name, _, _ := strings.Cut(filepath.Base(path), ".format-") // what a migration keeps is swept with the journal
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf(".untangle-%x-", sum[:4])
}

// sweep removes what killed processes left of files that were to take path's place. The
// turnstile must be ours: only who holds it makes such files. Those of other names, as
// backups have them, go when they have not changed for a day.
func sweep(path string) {
	for _, name := range leftovers(path) {
		os.Remove(name)
	}
}

// trySweep sweeps if there is something to sweep and nobody is writing.
func trySweep(path string) {
	if len(leftovers(path)) == 0 {
		return
	}
	turnstile := flock.New(path+".lock", flock.SetPermissions(0o600))
	if ours, err := turnstile.TryLock(); ours && err == nil {
		defer turnstile.Close()
		sweep(path)
	}
}

func leftovers(path string) (names []string) {
	dir := filepath.Dir(path)
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, f := range files {
		name := f.Name()
		bare := strings.TrimSuffix(name, ".lock")
		if !strings.HasPrefix(bare, ".untangle-") || !strings.HasSuffix(bare, tempSuffix) || !f.Type().IsRegular() {
			continue
		}
		info, err := f.Info()
		if err == nil && (strings.HasPrefix(bare, tempPrefix(path)) || time.Since(info.ModTime()) > 24*time.Hour) {
			names = append(names, filepath.Join(dir, name))
		}
	}
	return names
}
