// Package cmd is the command line of untangle: a file a command, and the few
// files they share.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"untangle/journal"
)

// The exit codes of the program.
const (
	exitFine        = 0
	exitFailure     = 1
	exitUsage       = 2
	exitBusy        = 3
	exitPassphrase  = 4
	exitDamaged     = 5
	exitInterrupted = 130
)

// exitStatus is the text about exit codes that every long help ends in.
const exitStatus = `EXIT STATUS
  0    fine, also when nothing was found
  1    it did not work
  2    the command was not understood
  3    the journal is open in another window
  4    wrong passphrase
  5    the journal is damaged
  130  interrupted`

// Main runs the program with its arguments, without the program's own name, and
// returns its exit code. It alone says what went wrong.
func Main(w World, args []string) int {
	harden()
	ctx, attention := attend(context.Background())
	defer attention.stop()
	r := &run{World: w, attention: attention}
	err := r.guarded(func() error {
		err := r.execute(ctx, args)
		r.drop(ctx)
		return err
	})
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		err = interrupted(ctx)
	}
	r.complain(err)
	return exitCode(err)
}

// exitCode returns the code that says what went wrong.
func exitCode(err error) int {
	var usage *usageError
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return exitFine
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, journal.ErrBusy):
		return exitBusy
	case errors.Is(err, journal.ErrWrongSecret):
		return exitPassphrase
	case errors.Is(err, journal.ErrDamaged):
		return exitDamaged
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	default:
		return exitFailure
	}
}

// complain shows what went wrong, and what helps.
func (r *run) complain(err error) {
	if err == nil || errors.Is(err, syscall.EPIPE) {
		return
	}
	if errors.Is(err, errTold) {
		if h := (*hinted)(nil); errors.As(err, &h) {
			r.sayHints(err)
		}
		return
	}
	if _, ok := err.(interruption); ok {
		return // whoever asked for it knows
	}
	r.say("untangle: %s", err)
	if syntax := (*journal.SyntaxError)(nil); errors.As(err, &syntax) {
		_, columns := r.screen()
		fmt.Fprintln(r.Err, syntax.Caret(columns-1, cells))
	}
	r.sayHints(err)
}

func (r *run) sayHints(err error) {
	for _, hint := range hints(err) {
		r.say("hint: %s", hint)
	}
}

// errTold is returned beside an exit code's error when all was said already.
var errTold = errors.New("told already")

// usageError says how a command was not understood.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// hinted is an error with what helps against it.
type hinted struct {
	err  error
	hint string
}

func (e *hinted) Error() string { return e.err.Error() }
func (e *hinted) Unwrap() error { return e.err }

func withHint(err error, hint string) error {
	if err == nil {
		return nil
	}
	return &hinted{err, hint}
}

// hints returns what helps against an error, one sentence a line.
func hints(err error) []string {
	var h *hinted
	if errors.As(err, &h) {
		return strings.Split(h.hint, "\n")
	}
	switch {
	case errors.Is(err, journal.ErrMissing):
		return []string{"\"untangle\" or \"untangle init\" makes one; \"untangle config path\" shows where it is looked for"}
	case errors.Is(err, journal.ErrBusy):
		return []string{"close the other window, or try again in a moment"}
	case errors.Is(err, journal.ErrDamaged):
		return []string{"keep the file as it is, \"untangle verify\" tells what is damaged and \"untangle verify --salvage OUT\" takes out what can be trusted; a backup opens with --journal FILE"}
	case errors.Is(err, journal.ErrNewer):
		return []string{"install the newer version; nothing in the file was changed"}
	case errors.Is(err, journal.ErrNoEntry):
		return []string{"\"untangle list\" shows the ids, \"untangle list --deleted\" those of deleted entries"}
	case errors.Is(err, journal.ErrAmbiguous):
		return []string{"give one or two more characters of the id"}
	case errors.Is(err, journal.ErrReplaced):
		return []string{"a program that syncs the folder may have put another copy there; look before you write again"}
	case errors.Is(err, journal.ErrGone):
		return []string{"somebody may have moved or removed it; a backup can be copied to its place. If it is gone for good, --replaced lets a new one be made"}
	case errors.Is(err, journal.ErrStranger):
		return []string{"another file lies in its place, and nothing was written to it. If you put it there, --replaced accepts it"}
	case errors.Is(err, journal.ErrOlder):
		return []string{"if you put a backup back, --replaced accepts it, once"}
	case errors.Is(err, journal.ErrWrongSecret):
		return []string{"nothing was changed; look at capital letters and at the layout of the keyboard"}
	case errors.Is(err, journal.ErrNotText):
		return []string{"a text from an older program can be turned into UTF-8 first, for example with iconv -f latin1 -t utf-8"}
	case errors.Is(err, syscall.ENOSPC):
		return []string{"the disk is full; make some room and do it again"}
	case errors.Is(err, fs.ErrPermission):
		return []string{"look who owns the file and its folder"}
	}
	return nil
}
