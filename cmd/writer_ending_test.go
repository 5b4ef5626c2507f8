//go:build linux || darwin

package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/term"
)

func TestWriterStops(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		page childPage
		stop func(w *writing)
	}{
		{"ctrl-c", childPage{}, func(w *writing) { w.Key("ctrl-c") }},
		{"SIGINT", childPage{}, func(w *writing) { w.Signal(syscall.SIGINT) }},
		{"SIGTERM", childPage{}, func(w *writing) { w.Signal(syscall.SIGTERM) }},
		{"SIGHUP", childPage{}, func(w *writing) { w.Signal(syscall.SIGHUP) }},
		{"hang-up", childPage{}, func(w *writing) { w.Hangup() }},
		{"context", childPage{Cancel: time.Second}, func(*writing) {}},
		{"slow saves", childPage{Slow: 100 * time.Millisecond, Every: 10 * time.Millisecond}, func(w *writing) { w.Signal(syscall.SIGTERM) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := startWriting(t, c.page, ttyOptions{})
			w.Type("I said it in the car\rand badly")
			w.WaitFor("badly")
			c.stop(w)
			w.wantEnd("stopped", "I said it in the car\nand badly", "I said it in the car\nand badly")
			if err := w.result("error"); err != "" {
				t.Errorf("error %q, want none", err)
			}
		})
	}
}

func TestWriterStopsBesideStuckTerminal(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{}, ttyOptions{})
	w.Type("I said it in the car")
	w.WaitFor("in the car")
	w.mu.Lock() // from here on, nothing that it writes is taken
	for range 400 {
		w.Key("ctrl-l")
		time.Sleep(time.Millisecond)
	}
	w.Type(", and badly")
	time.Sleep(100 * time.Millisecond)
	w.Signal(syscall.SIGTERM)
	for began := time.Now(); w.result("end") == "" && time.Since(began) < 5*time.Second; {
		time.Sleep(5 * time.Millisecond)
	}
	w.wantSame("end", "stopped")
	w.mu.Unlock()
	w.wantEnd("stopped", "I said it in the car, and badly", "I said it in the car, and badly")
}

func TestWriterHandsOn(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{CanEdit: true}, ttyOptions{})
	w.WaitFor("Ctrl-E your editor")
	w.Type("half of it")
	w.Key("ctrl-e")
	w.wantEnd("handed on", "half of it", "half of it")
}

func TestWriterKeepsGivenWords(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{Text: "words given as arguments\r\nas they were\r\n"}, ttyOptions{})
	w.Key("ctrl-c")
	w.wantEnd("stopped", "words given as arguments\r\nas they were\r\n", "words given as arguments\r\nas they were\r\n")
}

func TestWriterLeavesNothingUntyped(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{}, ttyOptions{})
	w.Key("ctrl-c")
	w.wantEnd("stopped", "", "")
	if saves := w.result("saves"); saves != "" {
		t.Errorf("an empty page was kept %s times", saves)
	}
}

func TestWriterDraftSurvivesKill(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{Every: 50 * time.Millisecond}, ttyOptions{})
	w.Type("nothing of this is lost")
	w.WaitUntil("a draft", func() bool { return w.result("draft") == "nothing of this is lost" })
	w.Type(", nor this")
	w.WaitUntil("the next draft", func() bool { return w.result("draft") == "nothing of this is lost, nor this" })
	saves := w.result("saves")
	time.Sleep(200 * time.Millisecond)
	if now := w.result("saves"); now != saves {
		t.Errorf("an unchanged text was kept again: %s saves, want %s", now, saves)
	}
	w.Signal(syscall.SIGKILL)
	if code := w.Wait(); code != 128+9 {
		t.Errorf("exit code %d, want %d", code, 128+9)
	}
	w.wantSame("draft", "nothing of this is lost, nor this")
}

func TestWriterFailingSaves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, fail, notice, err string }{
		{"full disk", "no space left\x1b[31m on device", `No draft could be kept just now: no space left\x1b[31m on device`, "no space left"},
		{"panic", "panic", "No draft could be kept just now: keeping it broke off", "keeping it broke off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := startWriting(t, childPage{Fail: c.fail, Every: 20 * time.Millisecond}, ttyOptions{columns: 100, rows: 24})
			w.Type("secret")
			w.WaitFor(c.notice)
			w.Type(" words")
			w.WaitFor("secret words")
			w.Key("ctrl-c")
			w.wantEnd("stopped", "secret words", "")
			if err := w.result("error"); !strings.Contains(err, c.err) || strings.Contains(err, "secret") {
				t.Errorf("error %q, want %q and none of the text", err, c.err)
			}
		})
	}
}

func TestWriterPanic(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{Fail: "show", Every: 20 * time.Millisecond}, ttyOptions{})
	w.Type("secret words")
	w.Wait()
	w.wantSame("end", "stopped")
	w.wantSame("text", "secret words")
	if err := w.result("error"); !strings.Contains(err, "the page closed by itself") || strings.Contains(err, "secret") {
		t.Errorf("error %q, want that the page closed by itself and none of the text", err)
	}
	w.wantOrdinaryTerminal()
}

// wantOrdinaryTerminal checks that the terminal is as a program expects it.
func (w *writing) wantOrdinaryTerminal() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for mode, want := range map[string]bool{"1049": false, "2004": false, "25": true, "7": true} {
		if w.screen.modes[mode] != want {
			w.t.Errorf("mode %s is %v, want %v", mode, w.screen.modes[mode], want)
		}
	}
	if strings.Contains(w.screen.String(), "Ctrl-D") {
		w.t.Errorf("the page is still on the screen:\n%s", w.screen)
	}
}

func TestWriterRestoresTerminal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		stop func(w *writing)
	}{
		{"kept", func(w *writing) { w.Key("ctrl-d") }},
		{"stopped", func(w *writing) { w.Key("ctrl-c") }},
		{"SIGTERM", func(w *writing) { w.Signal(syscall.SIGTERM) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := startWriting(t, childPage{Private: true}, ttyOptions{})
			raw, err := term.GetState(int(w.pty.Fd()))
			if err != nil {
				t.Fatal(err)
			}
			w.Type("secret words")
			w.WaitFor("secret words")
			c.stop(w)
			w.WaitFor("ended")
			w.wantOrdinaryTerminal()
			if after, err := term.GetState(int(w.pty.Fd())); err == nil && *after == *raw {
				t.Error("the terminal is still raw")
			}
			if strings.Contains(w.Screen(), "secret") {
				t.Errorf("the text stayed on the screen:\n%s", w.Screen())
			}
		})
	}
}

func TestWriterSuspends(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{}, ttyOptions{})
	w.Type("before")
	w.Key("ctrl-z") // no shell would continue it here, so it goes on by itself
	w.Type(" and after")
	w.WaitFor("before and after")
	w.Key("ctrl-d")
	w.wantEnd("kept", "before and after", "before")
}

func TestWriterWithoutTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var draft string
	save := func(text string) error { draft = text; return nil }
	text, end, err := writePage(t.Context(), f, f, page{text: "words", save: save})
	if text != "words" || draft != "words" || end != pageStopped || err == nil {
		t.Errorf("writePage returned %q (draft %q), %v, %v; want the words, stopped and an error", text, draft, end, err)
	}
}
