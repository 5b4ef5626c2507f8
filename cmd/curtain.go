package cmd

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
)

// curtain is the output of a command that shows what a closed journal holds. What is
// written goes to the terminal's alternate screen, which leaves nothing in the scrollback,
// from the first byte on until the curtain falls.
type curtain struct {
	*os.File
	up     bool
	unread bool // whether something was shown since somebody last pressed a key
	free   func()
}

const (
	alternateScreen = "\x1b[?1049h"
	raiseCurtain    = alternateScreen + "\x1b[2J\x1b[H"
	dropCurtain     = "\x1b[0m\x1b[2J\x1b[H\x1b[?1049l"
)

// behindCurtain has what is shown from here on vanish in the end, if it is shown on a
// terminal.
func (r *run) behindCurtain() {
	out, ok := terminal(r.Out)
	switch {
	case !ok || r.curtain != nil:
	case r.Getenv("TERM") == "dumb":
		r.say("This terminal cannot clear its screen by itself: what is shown stays on it.")
	default:
		r.curtain = &curtain{File: out}
		r.Out = r.curtain
	}
}

func (c *curtain) Write(b []byte) (int, error) {
	if !c.up {
		c.up, c.free = true, stayHere()
		if _, err := c.File.WriteString(raiseCurtain); err != nil {
			return 0, err
		}
	}
	c.unread = true
	return c.File.Write(b)
}

// WriteString is Write for a string.
func (c *curtain) WriteString(s string) (int, error) { return c.Write([]byte(s)) }

// ReadFrom is Write for all that a reader has.
func (c *curtain) ReadFrom(from io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{c}, from)
}

// seen notes that somebody has seen what was shown.
func (c *curtain) seen() { c.unread = false }

// again raises the curtain after somebody else had the terminal, who may have left its
// alternate screen.
func (c *curtain) again() {
	if c.up {
		_, _ = c.File.WriteString(raiseCurtain)
		c.unread = false
	}
}

// curtainAgain raises the curtain again, if there is one.
func (r *run) curtainAgain() {
	if r.curtain != nil {
		r.curtain.again()
	}
}

// behindScreen gives an editor the alternate screen for a text of a closed journal, since
// some have no screen of their own. The function it returns is called when the editor has
// ended, on whichever screen that was.
func (p *piece) behindScreen(out *os.File) (putBack func()) {
	if !p.closed() {
		return func() {}
	}
	_, _ = out.WriteString(raiseCurtain)
	return func() {
		if p.curtain != nil && p.curtain.up {
			p.curtain.again()
			return
		}
		_, _ = out.WriteString(raiseCurtain + dropCurtain)
	}
}

// drop ends it: the screen is cleared and left. What nobody can have read yet waits for
// Enter first, unless the command was interrupted.
func (r *run) drop(ctx context.Context) {
	c := r.curtain
	if c == nil || !c.up {
		return
	}
	if c.unread && ctx.Err() == nil {
		r.awaitEnter(ctx)
	}
	c.fall()
}

// fall clears the screen and gives it back.
func (c *curtain) fall() {
	if c.up {
		c.up, c.unread = false, false
		_, _ = c.File.WriteString(dropCurtain)
		c.free()
	}
}

// awaitEnter waits until somebody has read what is shown.
func (r *run) awaitEnter(ctx context.Context) {
	if r.interactive() {
		r.show("")
		_, _ = r.ask.letter(ctx, []answer{{"", "close"}, {"q", ""}}, func(string) bool { return true })
		return
	}
	in, out, err := r.Terminal()
	if err != nil {
		return
	}
	defer in.Close()
	defer out.Close()
	fmt.Fprint(out, "\n   Enter close\n   > ")
	pressed := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(in).ReadBytes('\n')
		pressed <- err
	}()
	waits, cancel := r.idling(ctx)
	defer cancel()
	select {
	case <-waits.Done():
	case <-pressed:
	}
}
