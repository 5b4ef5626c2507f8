package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/term"
)

// editing is one run of an editor.
type editing struct {
	desk    desk
	nook    *nook
	owner   owner
	kind    editorKind
	command *exec.Cmd
	keeper  keeper
	glimpse string    // the text at the last look
	changed time.Time // when it was another one last
}

// errStillOpen tells that the editor did not end when it was asked to.
var errStillOpen = errors.New("the editor is still open")

func (e *editing) run(ctx context.Context, in, out *os.File) (*edited, error) {
	if state, err := term.GetState(int(in.Fd())); err == nil {
		defer func() { _ = term.Restore(int(in.Fd()), state) }()
	}
	regain := foreground(in)
	if e.desk.attention != nil {
		defer e.desk.attention.hold()()
	}
	heard := make(chan os.Signal, 8)
	signal.Notify(heard, os.Interrupt, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(heard)

	began := time.Now()
	if err := e.command.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("the editor %q cannot be started: %w", e.command.Args[0], err), e.nook.remove())
	}
	// Should we be killed, the nook is no orphan while the editor lives. Where
	// this cannot be written down, the owner of before stands.
	e.owner.Editor = newProcess(e.command.Process.Pid)
	_ = e.nook.own(e.owner)

	ended := make(chan error, 1)
	go func() { ended <- e.command.Wait() }()
	err := e.watch(ctx, ended, heard, term.IsTerminal(int(in.Fd())))
	open := errors.Is(err, errStillOpen)
	regain()
	if !open && !e.command.ProcessState.Exited() && term.IsTerminal(int(out.Fd())) {
		_, _ = out.WriteString(calmTerminal)
	}
	e.keeper.wait()
	if err != nil {
		return nil, e.rescue(err, open)
	}
	return e.take(time.Since(began))
}

// calmTerminal is for an editor that was killed and had no chance to leave the
// screen as it was. It leaves the alternate screen and switches off bracketed
// paste, reports of mouse and focus, the modes of keys and keypad, and a hidden
// or changed cursor.
const calmTerminal = "\x1b[?1049l\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l" +
	"\x1b[>4;0m\x1b[<u\x1b[?1l\x1b>\x1b[?25h\x1b[0 q\x1b[m\r\n"

// watch keeps what the editor saves until it ends, and returns how it ended, or
// why we must.
func (e *editing) watch(ctx context.Context, ended <-chan error, heard chan os.Signal, atTerminal bool) error {
	every := e.desk.every
	if every == 0 {
		every = 5 * time.Second
	}
	look := time.NewTimer(every)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				return fmt.Errorf("the editor %q did not end well (%w)", e.command.Args[0], err)
			}
			return nil
		case <-look.C:
			next := every
			if !e.look() {
				next = min(every, 100*time.Millisecond)
			}
			look.Reset(next)
		case s := <-heard:
			// At a terminal these are keys, and the editor knows what they mean.
			if atTerminal && (s == os.Interrupt || s == syscall.SIGQUIT) {
				continue
			}
			return e.leave(ended, heard, newInterruption(s))
		case <-ctx.Done():
			return e.leave(ended, heard, interrupted(ctx))
		}
	}
}

// look begins to keep a new text once it has been the same for two looks: the
// editor may be in the middle of writing it. It reports whether the next look
// has time.
func (e *editing) look() bool {
	_, text, err := e.nook.text(e.owner.Leaf)
	if err != nil {
		return true
	}
	if text != e.glimpse || e.changed.IsZero() {
		e.changed = time.Now()
	}
	if text != e.glimpse {
		e.glimpse = text
		return false
	}
	if e.desk.idle > 0 && time.Since(e.changed) > e.desk.idle && e.keeper.free() {
		e.desk.forget()
		e.desk.idle = 0
	}
	e.keeper.begin(text)
	return true
}

// leave has the editor end, because we have to. What it saved up to now is kept
// at once: there may be no time for more.
func (e *editing) leave(ended <-chan error, heard chan os.Signal, why error) error {
	// From here on ^C ends us at once. The others come more than once by
	// themselves: a shell hands a hang-up on to its jobs, which have had it.
	rest := make(chan os.Signal, 1)
	signal.Notify(rest, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(rest)
	signal.Stop(heard)

	if _, text, err := e.nook.text(e.owner.Leaf); err == nil {
		// An error comes again, and is told, when the last text is kept.
		_ = e.keeper.keep(text)
	}
	grace := e.desk.grace
	if grace == 0 {
		grace = 2 * time.Second
	}
	why = fmt.Errorf("the writing was cut short: %w", why)
	// The editor may have had the signal as well, and be saving. Some break off
	// when another one comes.
	select {
	case <-ended:
		return why
	case <-time.After(grace / 4):
		nudge(e.command.Process)
	}
	select {
	case <-ended:
		return why
	case <-time.After(grace):
		return fmt.Errorf("%w, and %w", why, errStillOpen)
	}
}

// take returns the text that the person saved.
func (e *editing) take(after time.Duration) (*edited, error) {
	l := e.owner.Leaf
	file, err := e.nook.read(entryFile, editLimit)
	if err != nil {
		return nil, e.rescue(fmt.Errorf("what the editor saved cannot be taken in: %w", err), true)
	}
	s := &edited{text: l.read(file), nook: e.nook}
	s.quick = s.text == l.Text && after < time.Second && !e.kind.waits()
	if other, ok := e.beside(); ok && other != s.text {
		s.aside = true
		if err := e.keeper.keep(other); err != nil {
			s.unsafe = &editError{err: errors.New("the editor was left without saving"), save: err, place: e.nook.path}
		}
	}
	s.missed = e.keeper.err
	return s, nil
}

// beside returns the text of a copy that is newer than what the person saved:
// they left the editor without saving it.
func (e *editing) beside() (string, bool) {
	info, err := e.nook.latest()
	if err != nil || info.Name() == entryFile {
		return "", false
	}
	saved, err := e.nook.root.Lstat(entryFile)
	if err != nil || !info.ModTime().After(saved.ModTime()) {
		return "", false
	}
	file, err := e.nook.read(info.Name(), editLimit)
	return e.owner.Leaf.read(file), err == nil
}

// rescue keeps what there is after an editing that ended badly, and tells where
// it is. The file goes only if its text is safe and it need not stay.
func (e *editing) rescue(cause error, stay bool) error {
	failed := &editError{err: cause}
	name, text, err := e.nook.text(e.owner.Leaf)
	if err == nil {
		failed.save = e.keeper.keep(text)
	}
	if err != nil && !errors.Is(cause, err) {
		failed.err = fmt.Errorf("%w, and its text cannot be read: %w", cause, err)
	}
	failed.kept = e.keeper.kept
	if err == nil && failed.save == nil && !stay {
		if err := e.nook.remove(); err != nil {
			failed.err = fmt.Errorf("%w; %w", failed.err, err)
		}
		return failed
	}
	if _, err := e.nook.root.Lstat(entryFile); err == nil && stay {
		name = entryFile
	} else if errors.Is(err, fs.ErrNotExist) && name == "" {
		name = "."
	}
	failed.place = filepath.Join(e.nook.path, name)
	_ = e.nook.root.Close()
	return failed
}

// keeper hands texts to save, one at a time, and knows which one is safe.
type keeper struct {
	save func(string) error
	safe string // the text that is safe: the last one kept, or the one we began with
	kept bool   // whether save has kept any
	err  error  // why the last save went wrong, if it did
	busy chan error
	text string // what the running save keeps
}

// free reports whether no save runs.
func (k *keeper) free() bool {
	if k.busy != nil {
		select {
		case err := <-k.busy:
			k.end(err)
		default:
		}
	}
	return k.busy == nil
}

// begin keeps a text in the background. While another one is on its way it does
// nothing; the next look comes soon enough.
func (k *keeper) begin(text string) {
	if !k.free() {
		return
	}
	// An editor that writes a file anew leaves it empty for a moment, and a
	// draft of nothing is no use to anybody.
	if text == "" || text == k.safe {
		return
	}
	k.text = text
	k.busy = make(chan error, 1)
	go func(save func(string) error, busy chan<- error) {
		// A panic here would end us with the editor open and the terminal in
		// its hands. What it says may hold the text, so it is not told.
		err := errors.New("it went wrong unexpectedly")
		defer func() {
			_ = recover()
			busy <- err
		}()
		err = save(text)
	}(k.save, k.busy)
}

// wait returns when no save runs any more.
func (k *keeper) wait() {
	if k.busy != nil {
		k.end(<-k.busy)
	}
}

// keep keeps a text and returns when it is safe.
func (k *keeper) keep(text string) error {
	k.wait()
	k.begin(text)
	if k.busy == nil {
		return nil
	}
	k.wait()
	return k.err
}

func (k *keeper) end(err error) {
	k.busy, k.err = nil, err
	if err == nil {
		k.safe, k.kept = k.text, true
	}
}
