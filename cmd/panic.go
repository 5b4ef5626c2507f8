package cmd

import (
	"fmt"
	"os"
	"path"
	"runtime"
	"strings"
	"time"

	"golang.org/x/term"
)

// guarded runs a command, and leaves the terminal as it was before, however the command
// ends. A panic becomes an error that says nothing of what was being written: a panic's
// value may hold it, and so nothing prints one.
//
// It covers this goroutine only. Every other one recovers by itself, or does nothing that
// can break off; a test holds the list.
func (r *run) guarded(command func() error) (err error) {
	before := r.terminalBefore()
	if r.attention != nil {
		r.attention.beforeEnd(before.calm)
	}
	defer func() {
		p := recover()
		if p == nil {
			before.restore()
			return
		}
		if r.curtain != nil {
			r.curtain.fall()
		}
		before.calm()
		err = brokeOff(panicReason(p), panicPlace())
	}()
	return command()
}

// brokeOff returns the error of a command that broke off by a fault of ours.
func brokeOff(reason, place string) error {
	hint := "what was kept before is safe; \"untangle drafts\" shows what was being written"
	if place != "" {
		hint += "\nif you report this, the place helps: " + place
	}
	return withHint(fmt.Errorf("a fault of this program ended it%s", reason), hint)
}

// panicPlace returns the line of ours that panicked. It is for the deferred function
// that has recovered, which still stands above that line.
func panicPlace() string {
	calls := make([]uintptr, 64)
	frames := runtime.CallersFrames(calls[:runtime.Callers(1, calls)])
	for panicked, more := false, true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		panicked = panicked || f.Function == "runtime.gopanic"
		if panicked && strings.HasPrefix(f.Function, "untangle/") {
			return fmt.Sprintf("%s:%d", path.Base(f.File), f.Line)
		}
	}
	return ""
}

// terminalBefore is how a terminal was before us; nil where nobody sits at it.
type terminalBefore struct {
	in, out *os.File
	state   *term.State
}

// terminalBefore remembers the terminal. Where output goes elsewhere, it belongs to
// somebody else as well, such as a pager, and is left alone.
func (w World) terminalBefore() *terminalBefore {
	in, _ := w.In.(*os.File)
	out, ok := terminal(w.Out)
	if in == nil || !ok {
		return nil
	}
	state, err := term.GetState(int(in.Fd()))
	if err != nil {
		return nil
	}
	return &terminalBefore{in, out, state}
}

// restore has keys read as before. In the background it does nothing: the terminal is
// the shell's then, and the system stops whoever sets it.
func (b *terminalBefore) restore() {
	if b == nil || !inForeground(b.in) {
		return
	}
	if now, err := term.GetState(int(b.in.Fd())); err == nil && *now != *b.state {
		_ = term.Restore(int(b.in.Fd()), b.state) // a terminal that refuses is gone
	}
}

// calmScreen leaves the alternate screen, and then is as calmTerminal for what we use
// ourselves. Terminals put the cursor back when they leave it, also where they were not
// on it; so its place is noted first.
const calmScreen = "\x1b7\x1b[?1049l\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[m\r\x1b[J"

// calm leaves the alternate screen, and restores. A terminal that takes nothing is given
// up on.
func (b *terminalBefore) calm() {
	if b == nil || !inForeground(b.in) {
		return
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = b.out.WriteString(calmScreen)
	}()
	select {
	case <-sent:
	case <-time.After(patience):
	}
	b.restore()
}
