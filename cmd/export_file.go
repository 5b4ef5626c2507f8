package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"untangle/journal"
)

// exportsState is the name under which a journal remembers which files it was
// exported to, and a hash of each.
const exportsState = "exports"

// intoFile writes one file, whole or not at all.
func (e *exporting) intoFile(ctx context.Context, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	known, err := e.known(ctx)
	if err != nil {
		return err
	}
	if err := mayReplace(path, known[path]); err != nil {
		return err
	}
	if err := e.askPassphrase(ctx); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".untangle-*.tmp")
	if err != nil {
		if in, ok := errors.AsType[*fs.PathError](err); ok {
			err = in.Err // the name of the file beside it says nothing
		}
		return fmt.Errorf("export to %q: %w", path, err)
	}
	defer os.Remove(temp.Name()) // after the rename there is nothing under that name
	sum := sha256.New()
	err = errors.Join(temp.Chmod(0o600), e.write(io.MultiWriter(temp, sum)))
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return fmt.Errorf("export to %q: %w; nothing was written there", path, err)
	}
	if err := putExport(temp.Name(), path, known[path]); err != nil {
		return err
	}
	e.remember(ctx, path, hex.EncodeToString(sum.Sum(nil)))
	said := counted(e.count, "entry is", "entries are") + " in " + e.shownPath(path)
	if len(e.recipients) > 0 {
		e.say("%s, %s", said, e.howToOpen())
	} else {
		e.say("%s. %s", said, e.openToAll("this file is", "it", "with --encrypt it is closed too"))
	}
	return nil
}

// putExport gives a finished export its name. What stands there was looked at before,
// but writing took a while.
func putExport(temp, path, hash string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		err = journal.NameNew(temp, path)
		if errors.Is(err, fs.ErrExist) {
			err = mayReplace(path, "")
		}
		return err
	}
	if err := mayReplace(path, hash); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("export to %q: %w", path, err)
	}
	return nil
}

// mayReplace returns why a file may not be written over: it is not ours, or it was
// changed since we wrote it.
func mayReplace(path, hash string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	refused := withHint(fmt.Errorf("%q is there already, and untangle did not write it or it was changed since; it stays as it is", path),
		"choose another name, or move that file away")
	if hash == "" || !info.Mode().IsRegular() {
		return refused
	}
	now, err := hashOf(path)
	if err == nil && now != hash {
		err = refused
	}
	return err
}

// known returns the files that the journal was exported to, with their hashes; a
// folder has none.
func (e *exporting) known(ctx context.Context) (map[string]string, error) {
	raw, err := e.journal.State(ctx, exportsState)
	return exportsOf(raw), err
}

func exportsOf(raw []byte) map[string]string {
	known := make(map[string]string)
	_ = json.Unmarshal(raw, &known) // what cannot be read is as good as unknown
	return known
}

// remember notes where an export went. A journal that takes no note, because it is
// damaged or cannot be written, can be taken out all the same.
func (e *exporting) remember(ctx context.Context, path, hash string) {
	err := e.journal.UpdateState(ctx, func(s *journal.State) error {
		raw, err := s.Get(exportsState)
		if err != nil {
			return err
		}
		known := exportsOf(raw)
		if at, ok := known[path]; ok && at == hash {
			return nil
		}
		known[path] = hash
		if raw, err = json.Marshal(known); err != nil {
			return err
		}
		return s.Put(exportsState, raw)
	})
	if err != nil {
		e.say("The journal could not note this export, so another one will not write over it: %v", err)
	}
}
