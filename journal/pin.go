package journal

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"untangle/journal/vault"
)

// A locked journal cannot prove that it is the one of before: its lock can be checked
// only by who opens it, and whoever can write the file could put another there, and read
// what is left in it from then on. So the machine remembers of each sealed journal, in a
// small file of its own folder, what of it everybody can see, and how far it had come.

// pin is what this machine remembers of the sealed journal at a path. The names are of
// the file's format.
type pin struct {
	Store      string `json:"store"`
	Inbox      string `json:"inbox"`      // the hash of the inbox's public key
	Generation uint64 `json:"generation"` // of the head, as it was last seen
	Head       string `json:"head"`       // its tag
	// Next is the hash of the key that is about to take the other's place, so that a
	// computer that stops in between knows both; plainNext if there will be none.
	Next string `json:"next,omitempty"`
}

const plainNext = "plain"

// expect remembers what the journal is about to become.
func (j *Journal) expect(lock *vault.Lock) {
	p, ok := j.pinned()
	if !ok {
		return
	}
	p.Next = plainNext
	if lock != nil {
		print := lock.Fingerprint()
		p.Next = hex.EncodeToString(print[:])
	}
	b, err := json.Marshal(p)
	for _, path := range j.pinPaths() {
		if err == nil {
			_ = keepSmall(path, b, os.Rename)
		}
	}
}

// The occasions on which a sealed journal is not the one that was here.
var (
	// ErrGone is returned where a sealed journal was and nothing is any more.
	ErrGone = errors.New("the closed journal that was here is gone")
	// ErrStranger is returned where another journal, or a plain one, stands in the place
	// of a sealed one.
	ErrStranger = errors.New("this is not the closed journal that was here")
	// ErrOlder is returned by what would change a journal that is older than when it was
	// last open here, as one that was put back from a backup.
	ErrOlder = errors.New("this is an older copy of the journal than the one that was here")
)

// pinPaths returns where the pins of a journal are: of the path that was given, and, if
// that is a link, of what it leads to, since either may be exchanged. Nothing is
// remembered without a folder.
func (j *Journal) pinPaths() (paths []string) {
	if j.memory == "" {
		return nil
	}
	for _, path := range []string{j.named, j.path} {
		full, err := filepath.Abs(path)
		if err != nil {
			full = path
		}
		if dir, err := filepath.EvalSymlinks(filepath.Dir(full)); err == nil {
			full = filepath.Join(dir, filepath.Base(full))
		}
		sum := sha256.Sum256([]byte(full))
		pinPath := filepath.Join(j.memory, "journals", hex.EncodeToString(sum[:16]))
		if !slices.Contains(paths, pinPath) {
			paths = append(paths, pinPath)
		}
	}
	return paths
}

// pinned returns what is remembered of the journal, and whether something is. What
// cannot be read is as good as forgotten.
func (j *Journal) pinned() (p pin, ok bool) {
	for _, path := range j.pinPaths() {
		b, err := os.ReadFile(path)
		if err == nil && json.Unmarshal(b, &p) == nil {
			return p, true
		}
	}
	return pin{}, false
}

// Remembered reports whether this machine remembers a sealed journal at a path, whatever
// is there now.
func Remembered(path string, o Options) bool {
	_, ok := newJournal(path, o).pinned()
	return ok
}

// remember puts down what is to be known of the journal the next time. A folder that
// takes nothing is no reason to fail what has been done.
func (j *Journal) remember(h *header, at head, tag vault.Tag) {
	lock, err := h.lock()
	if j.memory == "" || err != nil {
		return
	}
	j.pin(lock, h.store, at.generation, tag)
}

// rememberNow remembers the journal as it stands in its file.
func (j *Journal) rememberNow(ctx context.Context) {
	if !j.sealed || j.memory == "" {
		return
	}
	_ = j.view(ctx, func(t *tx) error {
		j.remember(&t.header, t.head, t.headTag)
		return nil
	})
}

func (j *Journal) pin(lock vault.Lock, store [16]byte, generation uint64, tag vault.Tag) {
	print := lock.Fingerprint()
	b, err := json.Marshal(pin{hex.EncodeToString(store[:]), hex.EncodeToString(print[:]), generation, hex.EncodeToString(tag[:]), ""})
	for _, path := range j.pinPaths() {
		if err == nil && keepSmall(path, b, os.Rename) == nil {
			j.known = true
		}
	}
}

// forget drops what is remembered of the journal.
func (j *Journal) forget() {
	for _, path := range j.pinPaths() {
		os.Remove(path)
	}
}

// keepSmall writes a small file whole and has place give it its name, or leaves what was
// there.
func keepSmall(path string, b []byte, place func(temp, path string) error) error {
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // after the rename there is nothing under that name
	_, err = temp.Write(b)
	if err := errors.Join(err, temp.Chmod(0o600), temp.Close()); err != nil {
		return err
	}
	return place(temp.Name(), path)
}

// machine returns the key under which this machine marks what it leaves in an inbox,
// made when it is first asked for; nil where none can be kept.
func (j *Journal) machine() []byte {
	if j.memory == "" {
		return nil
	}
	path := filepath.Join(j.memory, "machine")
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key = make([]byte, machineKey)
		rand.Read(key)
		// Another window may make one at the same time; the first is everybody's.
		_ = keepSmall(path, key, NameNew)
		key, err = os.ReadFile(path)
	}
	if err != nil || len(key) != machineKey {
		return nil
	}
	return key
}

const machineKey = 32

// recognise holds the journal that was opened, or the lack of one, against what is
// remembered of the one that was here.
func (j *Journal) recognise(h *header, missing error) error {
	p, ok := j.pinned()
	if !ok {
		return missing
	}
	j.known = true
	if j.replaced {
		j.forget()
		return missing
	}
	switch {
	case errors.Is(missing, ErrMissing):
		return fmt.Errorf("open %q: %w", j.path, ErrGone)
	case missing != nil:
		return missing
	case h.sealed == 0 && p.Next == plainNext && hex.EncodeToString(h.store[:]) == p.Store:
		j.forget() // it was about to become a plain one
	case h.sealed == 0:
		return fmt.Errorf("open %q: %w: what lies there has no passphrase", j.path, ErrStranger)
	case hex.EncodeToString(h.store[:]) != p.Store:
		return fmt.Errorf("open %q: %w", j.path, ErrStranger)
	}
	return nil
}

// recogniseLock holds a lock that nobody has opened against the remembered one: what is
// left in the journal is sealed to its key. One that was never seen is remembered.
func (j *Journal) recogniseLock(h *header) error {
	lock, err := h.lock()
	if err != nil || j.memory == "" {
		return err
	}
	p, ok := j.pinned()
	if !ok {
		j.pin(lock, h.store, 0, vault.Tag{})
		return nil
	}
	print := lock.Fingerprint()
	inbox := hex.EncodeToString(print[:])
	if hex.EncodeToString(h.store[:]) != p.Store || inbox != p.Inbox && inbox != p.Next {
		return ErrStranger
	}
	return nil
}

// recogniseHead holds a head that was opened against the remembered one. The lock around
// it was opened too, so that it is the writer's own; but it may be an older copy.
func (j *Journal) recogniseHead(h *header, at head, tag vault.Tag) {
	p, ok := j.pinned()
	j.older = ok && hex.EncodeToString(h.store[:]) == p.Store &&
		(at.generation < p.Generation || at.generation == p.Generation && p.Head != hex.EncodeToString(tag[:]))
	if !j.older {
		j.remember(h, at, tag)
	}
}

// Older reports whether the journal, which must be unlocked, is older than when it was
// last open on this machine. Nothing is written to it then.
func (j *Journal) Older() bool { return j.older }
