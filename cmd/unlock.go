package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"

	"github.com/kballard/go-shellquote"
	"github.com/spf13/cobra"
	"golang.org/x/term"
	"untangle/journal"
)

const (
	// unlockTries is how often a passphrase may be typed.
	unlockTries = 3
	// longestSecret is the most bytes of a passphrase.
	longestSecret = 4096
)

// secretFlags gives all commands the flags that say where a passphrase comes from.
func secretFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.String("passphrase-fd", "", "read the passphrase from this open file's number")
	flags.String("passphrase-command", "", "read the passphrase from what this program prints")
}

// open opens the journal that is meant. A closed one is opened with its passphrase, and
// what was written while it was closed is put among the rest.
func (r *run) open(ctx context.Context) (*journal.Journal, error) {
	j, err := r.reach(ctx)
	if err != nil || !j.Locked() {
		return j, err
	}
	if err := r.unlock(ctx, j); err != nil {
		return nil, err
	}
	return j, r.opened(ctx, j)
}

// opened does what follows after a closed journal was opened. It stays open as long as the
// command runs.
func (r *run) opened(ctx context.Context, j *journal.Journal) error {
	r.held = j
	r.behindCurtain()
	return r.takeInbox(ctx, j)
}

// openUnasked opens the journal where nobody need be asked for anything; it is nil where
// there is none, and where it is closed and nothing but somebody's passphrase opens it.
func (r *run) openUnasked(ctx context.Context) (*journal.Journal, error) {
	j, err := r.reach(ctx)
	switch {
	case errors.Is(err, journal.ErrMissing):
		return nil, nil
	case err != nil, !j.Locked():
		return j, err
	case r.text("passphrase-fd") != "" || r.text("passphrase-command") != "":
		return r.open(ctx)
	}
	return nil, nil
}

// openToWrite opens the journal for a new entry, or has make make one. A closed one stays
// closed, since it takes an entry all the same, unless a flag gives the passphrase.
func (r *run) openToWrite(ctx context.Context, make func(context.Context) (*journal.Journal, error)) (*journal.Journal, error) {
	for _, key := range []string{"passphrase-fd", "passphrase-command"} {
		if r.sources[key] == "--"+key {
			return make(ctx)
		}
	}
	j, err := r.reach(ctx)
	if errors.Is(err, journal.ErrMissing) {
		return make(ctx)
	}
	return j, err
}

// unlock opens a closed journal with what its writer gives.
func (r *run) unlock(ctx context.Context, j *journal.Journal) error {
	kinds, err := j.Secrets(ctx)
	if err != nil {
		return err
	}
	try := func(s journal.Secret) error { return j.Unlock(ctx, s) }
	if given, err := r.givenSecret(ctx); given != nil || err != nil {
		return tryTyped(given, err, try)
	}
	if slices.Contains(kinds, journal.Keyring) && r.tryKeyring(ctx, j.Store(), try) {
		return nil
	}
	return r.askUnlock(ctx, "Passphrase:", try)
}

// trySecret has try be given what a writer gives to open something of theirs.
func (r *run) trySecret(ctx context.Context, try func(journal.Secret) error) error {
	if given, err := r.givenSecret(ctx); given != nil || err != nil {
		return tryTyped(given, err, try)
	}
	return r.askUnlock(ctx, "Passphrase:", try)
}

// tryTyped tries what was typed as whatever it may be.
func tryTyped(typed []byte, err error, try func(journal.Secret) error) error {
	if err != nil {
		return err
	}
	defer clear(typed)
	for _, s := range journal.Typed(typed) {
		if err = try(s); !errors.Is(err, journal.ErrWrongSecret) {
			return err
		}
	}
	return err
}

// askUnlock asks on the terminal, three times at most.
func (r *run) askUnlock(ctx context.Context, question string, try func(journal.Secret) error) error {
	if in, ok := terminal(r.In); ok {
		defer hush(in)() // what is typed while a passphrase is tried must not show either
	}
	for n := 1; ; n++ {
		typed, err := r.readSecret(ctx, question)
		if err = tryTyped(typed, err, try); !errors.Is(err, journal.ErrWrongSecret) {
			return err
		}
		r.say("%s", indent("That does not open the journal.", margin))
		if n == unlockTries {
			if in, ok := terminal(r.In); ok {
				dropTyped(in) // what was typed meanwhile is not for the shell
			}
			return errors.Join(errTold, withHint(err, wrongHint))
		}
	}
}

// wrongHint is for whoever typed three passphrases that open nothing.
const wrongHint = "capital letters and the layout of the keyboard make a difference, and a recovery key works here too; \"untangle write\" needs no passphrase"

// givenSecret returns the passphrase that comes from an open file or a program, nil if
// none is to.
func (r *run) givenSecret(ctx context.Context) ([]byte, error) {
	if number := r.text("passphrase-fd"); number != "" {
		return r.secretFrom(number)
	}
	command := r.text("passphrase-command")
	if command == "" {
		return nil, nil
	}
	words, err := shellquote.Split(command)
	if err != nil || len(words) == 0 {
		return nil, usagef("the passphrase command %q cannot be read as a command", command)
	}
	defer r.attention.hold()()
	c := exec.CommandContext(ctx, words[0], words[1:]...)
	c.Stdin, c.Stderr = r.In, r.Err
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start the passphrase command %q: %w", words[0], err)
	}
	secret, err := firstLine(out)
	_, _ = io.CopyN(io.Discard, out, longestSecret)
	out.Close() // it need not print more
	if ended := c.Wait(); ended != nil {
		clear(secret)
		return nil, fmt.Errorf("the passphrase command %q did not end well: %w", words[0], ended)
	}
	return secret, err
}

// secretFrom reads a passphrase from the open file with the number. Of standard input no
// more is taken than its first line.
func (r *run) secretFrom(number string) ([]byte, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 {
		return nil, usagef("--passphrase-fd takes the number of an open file, like 3")
	}
	var in io.Reader
	switch {
	case n == 0 && r.firstLine != nil:
		secret := r.firstLine
		r.firstLine = nil
		return secret, nil
	case n == 0:
		in = r.In
	case !inherited(n):
		return nil, usagef("no file is open with the number %d", n)
	default:
		f := os.NewFile(uintptr(n), "passphrase")
		defer f.Close()
		in = f
	}
	secret, err := firstLine(in)
	if err != nil {
		return nil, fmt.Errorf("read the passphrase from the open file %d: %w", n, err)
	}
	return secret, nil
}

// takeFirstLine takes the passphrase from standard input before anything else is read
// there, so that it is not taken for a text.
func (r *run) takeFirstLine() error {
	if r.sources["passphrase-fd"] != "--passphrase-fd" {
		return usagef("passphrase-fd can be 0 as a flag only, so that no text is taken for a passphrase")
	}
	if _, ok := terminal(r.In); ok {
		return nil
	}
	line, err := firstLine(r.In)
	if err != nil {
		return fmt.Errorf("read the passphrase from standard input: %w", err)
	}
	r.firstLine = line
	return nil
}

// firstLine reads one line, byte by byte, without its end.
func firstLine(in io.Reader) ([]byte, error) {
	line := make([]byte, 0, longestSecret)
	var b [1]byte
	for {
		n, err := in.Read(b[:])
		switch {
		case n == 1 && b[0] != '\n' && len(line) < longestSecret:
			line = append(line, b[0])
			continue
		case n == 1 && b[0] != '\n':
			clear(line)
			return nil, fmt.Errorf("a passphrase has %d bytes at most", longestSecret)
		case n == 0 && err == nil:
			continue
		case err != nil && !errors.Is(err, io.EOF):
			clear(line)
			return nil, err
		}
		return bytes.TrimSuffix(line, []byte("\r")), nil
	}
}

// takeInbox puts what was written while the journal was closed among the rest, and says
// so in a line.
func (r *run) takeInbox(ctx context.Context, j *journal.Journal) error {
	if j.Older() {
		r.say("This journal is older than when it was last open here, as after a backup was put back. It can be read. To write to it again, add --replaced once.")
	}
	taken, err := j.TakeIn(ctx, func(s *journal.State, e *journal.Entry) error {
		if state := answeredOn(*e, r.dayOf(e.Date)); state != nil {
			return state(s)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if n := len(taken.Entries); n > 0 {
		end := "."
		if taken.Waiting != nil {
			end = ", and can be read; nothing can be written to the file now."
		}
		r.say("%s written while the journal was closed%s", leftWords(taken.Entries), end)
	}
	if taken.Unverified > 0 {
		r.say("%s not known to come from this computer. \"untangle list --tag %s\" shows what to look at; \"untangle untag\" takes the mark away.",
			counted(taken.Unverified, "of them is", "of them are"), journal.Unverified)
	}
	if taken.Aside > 0 {
		r.say("%s that was left while the journal was closed cannot be read. It stays in the file; \"untangle verify\" names it.", counted(taken.Aside, "thing", "things"))
	}
	return nil
}

// leftWords counts what was left in a closed journal.
func leftWords(left []*journal.Entry) string {
	texts := 0
	for _, e := range left {
		if e.Text != "" {
			texts++
		}
	}
	checkIns := len(left) - texts
	switch {
	case checkIns == 0:
		return counted(texts, "entry was", "entries were")
	case texts == 0:
		return counted(checkIns, "check-in was", "check-ins were")
	}
	return counted(texts, "entry", "entries") + " and " + counted(checkIns, "check-in were", "check-ins were")
}

// readSecret asks on the terminal for a line that is not shown as it is typed. The end of
// the input is errLeft.
func (r *run) readSecret(ctx context.Context, question string) ([]byte, error) {
	in, out, shut, err := r.secretTerminal()
	if err != nil {
		return nil, err
	}
	defer shut()
	if r.curtain == nil || !r.curtain.up {
		defer stayHere()() // what is typed after coming back would show
	}
	defer hush(in)()
	fmt.Fprint(out, indent(question, margin)+" ")
	typed, err := readHidden(ctx, in)
	fmt.Fprintln(out)
	if r.curtain != nil {
		r.curtain.seen()
	}
	return typed, err
}

// secretTerminal returns the terminal that somebody can type a passphrase at, which may be
// another than where input and output go.
func (r *run) secretTerminal() (in *os.File, out io.Writer, shut func(), err error) {
	if in, ok := terminal(r.In); ok {
		if _, ok := terminal(r.Out); ok {
			return in, r.Out, func() {}, nil
		}
		if _, ok := terminal(r.Err); ok {
			return in, r.Err, func() {}, nil
		}
	}
	if in, out, err := r.Terminal(); err == nil {
		return in, out, func() { in.Close(); out.Close() }, nil
	}
	return nil, nil, nil, withHint(usagef("the journal is closed with a passphrase, and there is no terminal to ask for it"),
		"--passphrase-fd N or --passphrase-command PROGRAM gives it")
}

// readHidden reads a line from a terminal that does not show it.
func readHidden(ctx context.Context, in *os.File) ([]byte, error) {
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return nil, fmt.Errorf("read the passphrase: %w", err)
	}
	type line struct {
		bytes []byte
		err   error
	}
	read := make(chan line, 1)
	go func() {
		b, err := term.ReadPassword(int(in.Fd()))
		read <- line{b, err}
	}()
	select {
	case <-ctx.Done():
		_ = term.Restore(int(in.Fd()), before)
		return nil, interrupted(ctx)
	case l := <-read:
		switch {
		case errors.Is(l.err, io.EOF):
			return nil, errLeft
		case ctx.Err() != nil:
			return nil, interrupted(ctx)
		case len(l.bytes) >= longestSecret-1: // a terminal's line ends there
			clear(l.bytes)
			return nil, fmt.Errorf("a passphrase that is typed has %d bytes at most", longestSecret-2)
		}
		return l.bytes, l.err
	}
}
