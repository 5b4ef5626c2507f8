package journal

import (
	"errors"
	"fmt"
	"syscall"
)

// The occasions on which a journal says no. All are tested with errors.Is.
var (
	// ErrMissing is returned when there is no journal at the path.
	ErrMissing = errors.New("there is no journal here yet")
	// ErrExists is returned by Create when there is one already.
	ErrExists = errors.New("there is a journal here already")
	// ErrBusy is returned when another program held the journal for too long.
	ErrBusy = errors.New("the journal is open in another window")
	// ErrDamaged is returned, wrapped with what is damaged, when the file does not
	// hold what was written to it.
	ErrDamaged = errors.New("the journal is damaged")
	// ErrNewer is returned when the file needs a later version of the program.
	ErrNewer = errors.New("the journal was made by a newer version of untangle")
	// ErrReplaced is returned when another file took the journal's place while it
	// was open, as programs that sync folders do. Nothing was written.
	ErrReplaced = errors.New("another file took the journal's place")
	// ErrFull is returned when there is no room on the disk. Nothing was written.
	ErrFull = errors.New("the disk is full")
	// ErrNoEntry is returned when no entry has the id.
	ErrNoEntry = errors.New("there is no such entry")
	// ErrAmbiguous is returned when more than one entry's id begins like that.
	ErrAmbiguous = errors.New("more than one entry's id begins like that")
	// ErrConflict is returned by Edit when the entry was changed elsewhere since
	// the version the edit began from. Both versions are kept.
	ErrConflict = errors.New("the entry was changed in another window meanwhile")
	// ErrNotText is returned for a text that is not UTF-8.
	ErrNotText = errors.New("this is not text in UTF-8")
)

// plainly says in plain words what the system says in its own.
func plainly(err error) error {
	if errors.Is(err, syscall.ENOSPC) && !errors.Is(err, ErrFull) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}
