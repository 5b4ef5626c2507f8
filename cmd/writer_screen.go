package cmd

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"
)

// pageFrame is what the screen is to show.
type pageFrame struct {
	lines       []string
	row, column int // the cursor's, from zero
	rows, width int // the screen's size
}

// pageScreen is a terminal that has been taken over: raw, on its alternate
// screen, pastes marked. It asks the terminal nothing, so it waits for no
// answer, and it sets no keyboard mode that would outlive a killed process.
//
// A terminal may take its bytes slowly, or never; so it is painted from a
// goroutine of its own, and drafts are kept meanwhile.
type pageScreen struct {
	in, out *os.File
	before  *term.State
	restore func() error // puts back what the output needed
	shown   pageFrame    // belongs to the painter while painting
	painted chan error   // what became of a painting
	busy    bool
}

const (
	enterScreen = "\x1b[?1049h\x1b[2J\x1b[H\x1b[?2004h"
	clearScreen = "\x1b[2J\x1b[?2004h"
	leaveScreen = "\x1b[?2004l\x1b[0m\x1b[?7h\x1b[?25h\x1b[2J\x1b[H\x1b[?1049l"
	// patience is how long a terminal may take for its last bytes.
	patience = time.Second
)

// openScreen takes the terminal over.
func openScreen(in, out *os.File) (*pageScreen, error) {
	s := &pageScreen{in: in, out: out, painted: make(chan error, 1)}
	if err := s.enter(); err != nil {
		return nil, err
	}
	return s, nil
}

// enter makes the terminal ours, for the first time or again.
func (s *pageScreen) enter() error {
	before, err := term.MakeRaw(int(s.in.Fd()))
	if err != nil {
		return fmt.Errorf("write in this terminal: %w", err)
	}
	restore, err := prepareOutput(s.out)
	if err != nil {
		return errors.Join(fmt.Errorf("write in this terminal: %w", err), term.Restore(int(s.in.Fd()), before))
	}
	s.before, s.restore, s.shown = before, restore, pageFrame{}
	s.send(enterScreen)
	return nil
}

// again takes the terminal over once more after somebody else wrote on it. It
// is on its alternate screen still.
func (s *pageScreen) again() error {
	if _, err := term.MakeRaw(int(s.in.Fd())); err != nil {
		return fmt.Errorf("write in this terminal: %w", err)
	}
	if !s.busy {
		s.shown = pageFrame{}
		s.send(clearScreen)
	}
	return nil
}

// leave gives the terminal back as it was.
func (s *pageScreen) leave() error {
	if s.busy {
		select {
		case <-s.painted:
			s.busy = false
		case <-time.After(patience):
		}
	}
	if !s.busy {
		s.send(leaveScreen)
	}
	return errors.Join(s.restore(), term.Restore(int(s.in.Fd()), s.before))
}

// send writes to the terminal, and gives up on one that takes nothing.
func (s *pageScreen) send(text string) {
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = s.out.WriteString(text)
	}()
	select {
	case <-sent:
	case <-time.After(patience):
	}
}

// size returns the rows and columns there are, and what terminals began with if
// this one does not tell.
func (s *pageScreen) size() (rows, columns int) {
	columns, rows, err := term.GetSize(int(s.out.Fd()))
	if err != nil || rows < 1 || columns < 1 {
		return 24, 80
	}
	return rows, columns
}

// paint begins to show a frame. It must not be called while busy; when it is
// done, painted tells.
func (s *pageScreen) paint(f pageFrame) {
	s.busy = true
	go func() {
		var err error
		defer func() {
			if recover() != nil {
				err = errors.New("this page could not be shown")
			}
			s.painted <- err
		}()
		_, err = s.out.WriteString(frameDifference(s.shown, f))
		s.shown = f
	}()
}

// frameDifference returns what makes a screen that shows one frame show another,
// and nothing if they are the same. The terminal's own line wrapping is off
// meanwhile: where it thinks a character wider than we do, a row is cut, not
// spilled.
func frameDifference(old, f pageFrame) string {
	if slices.Equal(old.lines, f.lines) && old.row == f.row && old.column == f.column &&
		old.rows == f.rows && old.width == f.width {
		return ""
	}
	var b strings.Builder
	b.WriteString("\x1b[?25l\x1b[?7l")
	if old.rows != f.rows || old.width != f.width {
		b.WriteString("\x1b[2J")
		old.lines = nil
	}
	for i := range max(len(f.lines), len(old.lines)) {
		line, was := frameLine(f.lines, i), frameLine(old.lines, i)
		if line != was {
			fmt.Fprintf(&b, "\x1b[%d;1H%s\x1b[0m\x1b[K", i+1, line)
		}
	}
	fmt.Fprintf(&b, "\x1b[%d;%dH\x1b[?7h\x1b[?25h", f.row+1, f.column+1)
	return b.String()
}

// frameLine returns a line of a frame, and an empty one below its last.
func frameLine(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// readChunk is what one read of the terminal gave.
type readChunk struct {
	bytes []byte
	err   error
}

// read reads the terminal until it goes away or nobody asks for more. It reads
// only when asked, so that nothing is taken from whoever reads after us.
func (s *pageScreen) read(chunks chan<- readChunk, more <-chan struct{}) {
	buf := make([]byte, 64<<10)
	for range more {
		n, err := s.in.Read(buf)
		chunks <- readChunk{slices.Clone(buf[:n]), err}
		if err != nil {
			return
		}
	}
}
