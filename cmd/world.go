package cmd

import (
	"io"
	"os"
	"strconv"
	"time"

	"golang.org/x/term"
)

// World is everything outside the program: its streams, its environment, its
// clock. Nothing else reaches for them; tests put their own in.
type World struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	Now      func() time.Time
	// Terminal opens the terminal that the program was started from, wherever its streams
	// go.
	Terminal func() (in, out *os.File, err error)
	// Work, if not 0, is the power of two of how much it takes to try a passphrase. Tests,
	// which make many, say less than the system.
	Work    int
	Keyring Keyring
}

// System returns the world as the operating system has it.
func System() World {
	return World{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Now: time.Now, Terminal: ownTerminal, Keyring: systemKeyring{}}
}

// terminal returns the file behind a stream if it is a terminal.
func terminal(stream any) (*os.File, bool) {
	if c, ok := stream.(*curtain); ok {
		return c.File, true
	}
	f, ok := stream.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// ends returns the terminals at both ends of an interactive program.
func (w World) ends() (in, out *os.File) {
	in, _ = terminal(w.In)
	out, _ = terminal(w.Out)
	return in, out
}

// interactive reports whether a person sits at both ends.
func (w World) interactive() bool {
	_, in := terminal(w.In)
	_, out := terminal(w.Out)
	return in && out && w.Getenv("TERM") != "dumb"
}

// screen returns the size of the terminal that output goes to, 24 lines of 80 if
// there is none or it does not say.
func (w World) screen() (lines, columns int) {
	lines, columns = 24, 80
	if f, ok := terminal(w.Out); ok {
		if c, l, err := term.GetSize(int(f.Fd())); err == nil && c > 0 && l > 0 {
			return l, c
		}
	}
	if c, err := strconv.Atoi(w.Getenv("COLUMNS")); err == nil && c > 0 {
		columns = c
	}
	return lines, columns
}
