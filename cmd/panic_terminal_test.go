//go:build linux || darwin

package cmd

import (
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// guardVariable tells TestGuardedChild how to end.
const guardVariable = "UNTANGLE_TEST_GUARD"

// TestGuardedChild is the program that the tests below start in a terminal. It takes
// the terminal over, shows a text, and does not put anything back.
func TestGuardedChild(t *testing.T) {
	how := os.Getenv(guardVariable)
	if how == "" {
		t.Skip("the child process of the TestGuarded tests, which run it with its variable set")
	}
	ctx, a := attend(t.Context())
	r := &run{World: System(), attention: a}
	_, _ = os.Stdout.WriteString("before\r\n")
	err := r.guarded(func() error {
		if _, err := term.MakeRaw(int(os.Stdin.Fd())); err != nil {
			return err
		}
		switch how {
		case "raw":
			return errTold
		case "curtain":
			r.behindCurtain()
			_, _ = r.Out.Write([]byte(secret))
			panic("about " + secret)
		}
		_, _ = os.Stdout.WriteString(enterScreen + "\x1b[?25l\x1b[?7l" + secret)
		switch how {
		case "text":
			panic("about " + secret)
		case "index":
			return errors.New(os.Args[len(os.Args)])
		}
		<-ctx.Done()
		_, _ = os.Stdout.WriteString(" asked")
		select {}
	})
	r.complain(err)
	os.Exit(exitCode(err))
}

// freshTerminal returns how keys are read in a terminal that is new.
func freshTerminal(t *testing.T) *term.State {
	t.Helper()
	x, other, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	defer other.Close()
	state, err := term.GetState(int(x.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func startGuarded(t *testing.T, how string) *tty {
	t.Helper()
	return startTerminal(t, ttyOptions{env: []string{guardVariable + "=" + how}}, os.Args[0], "-test.run=^TestGuardedChild$")
}

// wantTerminalAsBefore checks what a program leaves of its terminal.
func (x *tty) wantTerminalAsBefore(before *term.State) {
	x.t.Helper()
	raw, err := x.pty.SyscallConn()
	if err != nil {
		x.t.Fatal(err)
	}
	_ = raw.Control(func(fd uintptr) {
		if after, err := term.GetState(int(fd)); err != nil || *after != *before {
			x.t.Errorf("keys are not read as before: %v", err)
		}
	})
	x.mu.Lock()
	defer x.mu.Unlock()
	for mode, want := range map[string]bool{"1049": false, "2004": false, "25": true, "7": true} {
		if is, ok := x.screen.modes[mode]; ok && is != want {
			x.t.Errorf("mode %s of the terminal is %v, want %v", mode, is, want)
		}
	}
	if seen := x.screen.String(); strings.Contains(seen, secret) {
		x.t.Errorf("the text is still there:\n%s", seen)
	}
}

// Requirements 19 and 20: after a panic the terminal is as before, what was on it before
// is there again, and of the text nothing is.
func TestGuardedTerminal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ how, say string }{
		{"text", "untangle: a fault of this program ended it"},
		{"index", "runtime error: index out of range"},
		{"curtain", "untangle: a fault of this program ended it"},
		{"raw", ""},
	} {
		t.Run(c.how, func(t *testing.T) {
			t.Parallel()
			before := freshTerminal(t)
			x := startGuarded(t, c.how)
			if code := x.Wait(); code != exitFailure {
				t.Errorf("exit code %d, want %d", code, exitFailure)
			}
			x.wantTerminalAsBefore(before)
			lines := strings.Fields(x.Screen())
			if !strings.Contains(x.Screen(), c.say) || !slices.Contains(lines, "before") || strings.Contains(x.Output(), "goroutine") {
				t.Errorf("the screen is\n%s", x.Screen())
			}
		})
	}
}

// Requirement 19, for who is asked twice to end, and cannot wait for what hangs.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ first, second, end syscall.Signal }{
		{syscall.SIGINT, syscall.SIGINT, syscall.SIGINT},
		{syscall.SIGTERM, syscall.SIGTERM, syscall.SIGTERM},
		{syscall.SIGQUIT, syscall.SIGQUIT, syscall.SIGTERM},
	} {
		t.Run(c.first.String(), func(t *testing.T) {
			t.Parallel()
			before := freshTerminal(t)
			x := startGuarded(t, "wait")
			x.WaitFor(secret)
			x.Signal(c.first)
			x.WaitFor(secret + " asked")
			x.Signal(syscall.SIGHUP) // comes twice by itself, and ends nobody
			select {
			case code := <-x.code:
				t.Fatalf("it ended with %d", code)
			case <-time.After(50 * time.Millisecond):
			}
			x.Signal(c.second)
			if code := x.Wait(); code != 128+int(c.end) {
				t.Errorf("exit code %d, want %d", code, 128+int(c.end))
			}
			x.wantTerminalAsBefore(before)
		})
	}
}
