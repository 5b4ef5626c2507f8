package format

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"untangle/journal"
)

// manifestName is the file that tells which notes of a folder an export wrote: a line
// for each, the SHA-256 of its content in hexadecimal, two spaces and its name, as
// sha256sum has it.
//
// While an export runs, a note's line is added before the note is written. So a note
// may have several lines, and is ours if its content is that of any of them; and a
// last line may be broken off, and does not count. At the end the file is put in
// order, a line for each note.
const manifestName = ".untangle-export"

const (
	noteExt       = ".md"
	manifestLimit = 64 << 20
)

type sum = [sha256.Size]byte

// manifest is what the file says, and what the export at hand adds.
type manifest struct {
	root    *os.Root
	notes   map[string][]sum // the last one is the newest
	met     map[string]bool  // the notes that this export has entries for
	settled map[string]bool  // those of them that have their newest content
	log     *os.File         // open once something was added
	dirty   bool
}

func openManifest(root *os.Root) (*manifest, error) {
	m := &manifest{root: root, notes: make(map[string][]sum), met: make(map[string]bool), settled: make(map[string]bool)}
	file, err := openPlain(root, manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", manifestName, err)
	}
	b, err := io.ReadAll(io.LimitReader(file, manifestLimit+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("read %q: %w", manifestName, err)
	}
	if len(b) > manifestLimit || !m.read(b) {
		return nil, fmt.Errorf("%q is not a list of exported notes (move it away, and all notes count as not exported)", manifestName)
	}
	return m, nil
}

// read reports whether b is a manifest. The part behind the last newline is a line
// that was broken off.
func (m *manifest) read(b []byte) bool {
	b = b[:bytes.LastIndexByte(b, '\n')+1]
	for line := range strings.Lines(string(b)) {
		digits, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		raw, err := hex.DecodeString(digits)
		if !ok || err != nil || len(raw) != sha256.Size || !isNote(name) {
			return false
		}
		m.notes[name] = append(m.notes[name], sum(raw))
	}
	return true
}

// isNote reports whether a name is that of a day's note.
func isNote(name string) bool {
	day, ok := strings.CutSuffix(name, noteExt)
	if !ok || len(day) != len(time.DateOnly) {
		return false
	}
	_, err := journal.ParseDate(day)
	return err == nil
}

func (m *manifest) meet(name string) { m.met[name] = true }

// unmet returns the notes that this export has no entries for, in order.
func (m *manifest) unmet() (names []string) {
	for name := range m.notes {
		if !m.met[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (m *manifest) knows(name string) bool { return len(m.notes[name]) > 0 }

// owns reports whether an export wrote the note with that content.
func (m *manifest) owns(name string, s sum) bool { return slices.Contains(m.notes[name], s) }

// own puts down that the note is ours if it has that content.
func (m *manifest) own(name string, s sum) error {
	m.settled[name] = true
	sums := m.notes[name]
	if len(sums) > 0 && sums[len(sums)-1] == s {
		return nil
	}
	if m.log == nil {
		if err := m.open(); err != nil {
			return err
		}
	}
	m.notes[name] = append(sums, s)
	m.dirty = true
	_, err := m.log.Write(appendLine(nil, name, s))
	return err
}

func (m *manifest) forget(name string) {
	delete(m.notes, name)
	m.dirty = true
}

// open begins a file of our own with what the manifest says so far, and gives it the
// manifest's name. Lines go to that very file, whatever takes its name meanwhile.
func (m *manifest) open() error {
	file, temp, err := create(m.root)
	if err != nil {
		return err
	}
	_, err = file.Write(m.lines(false))
	if err == nil {
		err = file.Sync()
	}
	if err == nil {
		err = m.root.Rename(temp, manifestName)
	}
	if err != nil {
		return errors.Join(err, file.Close(), m.root.Remove(temp))
	}
	m.log = file
	return nil
}

// save puts the file in order: a line for each note that was seen to have its newest
// content, and what was known of the others.
func (m *manifest) save() error {
	if !m.dirty && !m.crowded() {
		return nil
	}
	if err := m.close(); err != nil {
		return err
	}
	return replace(m.root, manifestName, m.lines(true))
}

// crowded reports whether a note has lines that it needs no more.
func (m *manifest) crowded() bool {
	for name := range m.settled {
		if len(m.notes[name]) > 1 {
			return true
		}
	}
	return false
}

// lines returns the file's content, of settled notes only the newest line if newest
// is set.
func (m *manifest) lines(newest bool) (b []byte) {
	for _, name := range slices.Sorted(maps.Keys(m.notes)) {
		sums := m.notes[name]
		if newest && m.settled[name] {
			sums = sums[len(sums)-1:]
		}
		for _, s := range sums {
			b = appendLine(b, name, s)
		}
	}
	return b
}

func appendLine(b []byte, name string, s sum) []byte {
	b = hex.AppendEncode(b, s[:])
	b = append(append(b, "  "...), name...)
	return append(b, '\n')
}

func (m *manifest) close() error {
	if m.log == nil {
		return nil
	}
	log := m.log
	m.log = nil
	return log.Close()
}
