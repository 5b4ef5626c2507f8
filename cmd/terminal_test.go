//go:build linux || darwin

package cmd

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// tty is a terminal with a program running in it, for tests: it shows what
// a person would see, and has the keys that a person would press.
type tty struct {
	t       *testing.T
	process *os.Process
	pty     *os.File
	code    chan int

	mu     sync.Mutex
	screen *vt
	output strings.Builder
}

// ttyOptions are a terminal's size, 24 rows of 80 columns unless told
// otherwise; what the program's environment has beside our own, or all of it if
// it is bare; the folder it runs in; and whether the terminal leaves every
// question unanswered, as some do.
type ttyOptions struct {
	rows, columns int
	env           []string
	bare          bool
	dir           string
	silent        bool
}

// startTerminal starts a program in a terminal. Both end with the test.
func startTerminal(t *testing.T, o ttyOptions, argv ...string) *tty {
	t.Helper()
	if o.rows == 0 {
		o.rows, o.columns = 24, 80
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	if !o.bare {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(append(cmd.Env, "TERM=xterm-256color", "GORACE=atexit_sleep_ms=0"), o.env...)
	cmd.Dir = o.dir
	started, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(o.rows), Cols: uint16(o.columns)})
	if err != nil {
		t.Fatal(err)
	}
	term := &tty{
		t: t, process: cmd.Process, pty: nonblocking(t, started),
		code: make(chan int, 1), screen: newVT(o.rows, o.columns),
	}
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		term.show(o.silent)
	}()
	go func() {
		err := cmd.Wait()
		select { // what it wrote last comes after its end
		case <-shown:
		case <-time.After(time.Second):
		}
		code := cmd.ProcessState.ExitCode()
		if exit := new(exec.ExitError); errors.As(err, &exit) {
			if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
				code = 128 + int(status.Signal())
			}
		}
		term.code <- code
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		term.Hangup()
	})
	return term
}

// nonblocking returns the terminal's end as a file that can be closed while it
// is read from, which is how a terminal hangs up.
func nonblocking(t *testing.T, f *os.File) *os.File {
	t.Helper()
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(fd)
	if err := errors.Join(syscall.SetNonblock(fd, true), f.Close()); err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), "terminal")
}

// show shows what the program writes, and answers its questions.
func (x *tty) show(silent bool) {
	buf := make([]byte, 64<<10)
	for {
		n, err := x.pty.Read(buf)
		x.mu.Lock()
		x.output.Write(buf[:n])
		answers := x.screen.write(string(buf[:n]))
		x.mu.Unlock()
		if answers != "" && !silent {
			_, _ = x.pty.WriteString(answers)
		}
		if err != nil {
			return
		}
	}
}

// Type sends text as it is.
func (x *tty) Type(text string) {
	x.t.Helper()
	if _, err := x.pty.WriteString(text); err != nil {
		x.t.Fatal(err)
	}
}

// Paste sends text as a terminal that marks pastes does.
func (x *tty) Paste(text string) {
	x.t.Helper()
	x.Type("\x1b[200~" + text + "\x1b[201~")
}

// Key presses keys by their names: a letter with "ctrl-" or "alt-", or one of
// those in keyNames.
func (x *tty) Key(names ...string) {
	x.t.Helper()
	for _, name := range names {
		switch {
		case keyNames()[name] != "":
			x.Type(keyNames()[name])
		case strings.HasPrefix(name, "ctrl-") && len(name) == 6:
			x.Type(string(name[5] & 0x1f))
		case strings.HasPrefix(name, "alt-") && len(name) == 5:
			x.Type("\x1b" + name[4:])
		default:
			x.t.Fatalf("no key %q", name)
		}
	}
}

// keyNames returns what terminals send for the keys that have names.
func keyNames() map[string]string {
	return map[string]string{
		"enter": "\r", "space": " ", "tab": "\t", "esc": "\x1b", "backspace": "\x7f", "delete": "\x1b[3~",
		"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
		"pgup": "\x1b[5~", "pgdn": "\x1b[6~", "ctrl-left": "\x1b[1;5D", "ctrl-right": "\x1b[1;5C",
		"ctrl-home": "\x1b[1;5H", "ctrl-end": "\x1b[1;5F", "app-up": "\x1bOA", "app-down": "\x1bOB",
	}
}

// Screen returns the text on the screen, without blanks at the ends of rows.
func (x *tty) Screen() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.String()
}

// Cursor returns where the cursor is, from zero.
func (x *tty) Cursor() (row, column int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.row, x.screen.column
}

// Output returns everything that the program has written, byte for byte.
func (x *tty) Output() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.output.String()
}

// WaitFor waits until the screen holds a text.
func (x *tty) WaitFor(text string, patience ...time.Duration) {
	x.t.Helper()
	x.WaitUntil(fmt.Sprintf("%q on the screen", text), func() bool { return strings.Contains(x.Screen(), text) }, patience...)
}

// WaitForMatch waits until the screen holds what a regular expression matches.
func (x *tty) WaitForMatch(pattern string, patience ...time.Duration) {
	x.t.Helper()
	re := regexp.MustCompile(pattern)
	x.WaitUntil(fmt.Sprintf("%q on the screen", pattern), func() bool { return re.MatchString(x.Screen()) }, patience...)
}

// WaitUntil waits until something is so, for five seconds unless told otherwise.
func (x *tty) WaitUntil(what string, so func() bool, patience ...time.Duration) {
	x.t.Helper()
	deadline := time.Now().Add(append(patience, 5*time.Second)[0])
	for !so() {
		if time.Now().After(deadline) {
			x.t.Fatalf("waited in vain for %s; the screen is\n%s", what, x.Screen())
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// Resize gives the terminal another size.
func (x *tty) Resize(rows, columns int) {
	x.t.Helper()
	x.mu.Lock()
	x.screen.resize(rows, columns)
	x.mu.Unlock()
	if err := pty.Setsize(x.pty, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)}); err != nil {
		x.t.Fatal(err)
	}
}

// Signal sends the program a signal.
func (x *tty) Signal(signal os.Signal) {
	x.t.Helper()
	if err := x.process.Signal(signal); err != nil {
		x.t.Fatal(err)
	}
}

// Hangup takes the terminal away from the program.
func (x *tty) Hangup() { _ = x.pty.Close() }

// Wait waits for the program's end and returns its exit code: 128 and the
// signal's number if one ended it.
func (x *tty) Wait(patience ...time.Duration) int {
	x.t.Helper()
	select {
	case code := <-x.code:
		x.code <- code
		return code
	case <-time.After(append(patience, 10*time.Second)[0]):
		x.t.Fatalf("the program did not end; the screen is\n%s", x.Screen())
		return -1
	}
}
