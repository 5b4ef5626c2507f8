//go:build linux || darwin

package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writing is a person at a page: a terminal, and what came of it.
type writing struct {
	*tty
	dir string
}

// startWriting opens a page in a terminal of its own and waits for it.
func startWriting(t *testing.T, c childPage, o ttyOptions) *writing {
	t.Helper()
	c.Dir = t.TempDir()
	if c.Every == 0 {
		c.Every = time.Hour
	}
	described, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	o.env = append(o.env, childVariable+"="+string(described))
	w := &writing{startTerminal(t, o, os.Args[0]), c.Dir}
	w.WaitFor("keep")
	return w
}

// result returns one of the things that came of the writing, "" if it did not.
func (w *writing) result(name string) string {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	return string(b)
}

// wantEnd waits for the end and checks it, and what was returned and drafted.
func (w *writing) wantEnd(end, text, draft string) {
	w.t.Helper()
	w.Wait(30 * time.Second)
	if got := w.result("end"); got != end {
		w.t.Errorf("the writing ended %q, want %q", got, end)
	}
	w.wantSame("text", text)
	w.wantSame("draft", draft)
	if got := w.result("overlap"); got != "" {
		w.t.Error("two saves overlapped")
	}
}

// wantSame compares one of the results, and shows no more of it than helps.
func (w *writing) wantSame(name, want string) {
	w.t.Helper()
	got := w.result(name)
	if got == want {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	cut := func(s string) string { return s[max(0, at-20):min(len(s), at+60)] }
	w.t.Errorf("%s: %d bytes, want %d; they part at %d: %q, want %q", name, len(got), len(want), at, cut(got), cut(want))
}

const question = "Think of one room you were in today. What did you put down when you walked in, " +
	"and what did you pick up again when you left?"

func TestWriterTypedText(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{Question: question}, ttyOptions{})
	w.Type("The kitchen at my sister's.")
	w.Key("enter", "enter", "tab")
	w.Type("And then é, 日本, 👩‍👩‍👧, שלום, e\u0301.")
	w.WaitFor("שלום")
	w.Key("ctrl-home")
	w.Type("1 ")
	w.WaitFor("1 The")
	w.Key("ctrl-d")
	w.wantEnd("kept", "1 The kitchen at my sister's.\n\n\tAnd then é, 日本, 👩‍👩‍👧, שלום, e\u0301.", "")
	for _, want := range []string{"   1 The kitchen", "   -----", "ended: kept"} {
		if !strings.Contains(w.Screen(), want) {
			t.Errorf("the screen does not hold %q:\n%s", want, w.Screen())
		}
	}
}

func TestWriterKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		keys []string
		want string
	}{
		{"words", []string{"ctrl-left", "ctrl-left", "X"}, "one two\nXthree four"},
		{"word right", []string{"home", "ctrl-right", "X"}, "one two\nthreeX four"},
		{"up at the same column", []string{"home", "right", "right", "up", "X"}, "onXe two\nthree four"},
		{"up from the first row", []string{"up", "up", "X"}, "Xone two\nthree four"},
		{"backspace joins lines", []string{"home", "backspace"}, "one twothree four"},
		{"delete joins lines", []string{"ctrl-home", "end", "delete"}, "one twothree four"},
		{"cut and put back", []string{"ctrl-w", "ctrl-w", "ctrl-home", "ctrl-y"}, "three fourone two\n"},
		{"cut to the end", []string{"ctrl-home", "ctrl-k", "ctrl-k", "ctrl-k", "ctrl-y", "ctrl-y"}, "one two\nthree fourone two\nthree four"},
		{"cut to the start", []string{"ctrl-u", "X"}, "one two\nX"},
		{"esc does nothing", []string{"esc", "wait", "b"}, "one two\nthree fourb"},
		{"no editor", []string{"ctrl-e", "X"}, "one two\nthree fourX"},
		{"unknown keys", []string{"\x1b[15~", "\x1b[1;2P", "\x1bOP", "\x1b[I", "X"}, "one two\nthree fourX"},
		{"a late answer", []string{"\x1b]11;rgb:0/0/0\x1b\\", "\x1b[1;1R", "X"}, "one two\nthree fourX"},
		{"keys as sequences", []string{"\x1b[97;5u", "X", "\x1b[13;2u", "\x1b[27;5;101~"}, "one two\nX\nthree four"},
		{"alt", []string{"alt-b", "X"}, "one two\nthree Xfour"},
		{"page up", []string{"pgup", "X"}, "one twoX\nthree four"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := startWriting(t, childPage{Text: "one two\nthree four"}, ttyOptions{})
			for _, k := range c.keys {
				switch {
				case k == "wait":
					time.Sleep(2 * escapePause)
				case keyNames()[k] != "" || strings.HasPrefix(k, "ctrl-") || strings.HasPrefix(k, "alt-"):
					w.Key(k)
				default:
					w.Type(k)
				}
			}
			w.Key("ctrl-d")
			w.wantEnd("kept", c.want, "")
		})
	}
}

func TestWriterPaste(t *testing.T) {
	t.Parallel()
	unusual := "a\tb\x00\x01\x03\x04 \x1b[31mred\x1b[0m \x1b]52;c;AAAA\a\x1b[?1049l\x9b \xff\xc3( \u0085 \u202etxet\u202c \x1bPabc\x1b\\end\x1b"
	for _, c := range []struct{ name, paste, want string }{
		{"short", "one\rtwo\r", "one\ntwo\n"},
		{"line ends", "one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"},
		{"unusual", unusual, unusual},
		{"200 KB", strings.Repeat("The kitchen. é 日本 👩‍👩‍👧 \tx\n", 200<<10/40), ""},
		{"200 KB in a line", strings.Repeat("The kitchen. é 日本 👩‍👩‍👧 \tx ", 200<<10/40), ""},
		{"20,000 lines", strings.Repeat("I\n", 20_000), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.want == "" {
				c.want = c.paste
			}
			w := startWriting(t, childPage{}, ttyOptions{})
			w.Paste(c.paste)
			w.Type("!")
			w.Key("ctrl-d")
			w.wantEnd("kept", c.want+"!", "")
			w.wantCalmOutput()
		})
	}
}

// wantCalmOutput checks that nothing was sent that the page does not send of
// itself: a pasted control character would be the text's.
func (w *writing) wantCalmOutput() {
	w.t.Helper()
	w.mu.Lock()
	unknown := w.screen.unknown
	w.mu.Unlock()
	out := w.Output()
	if len(unknown) > 0 || strings.ContainsAny(out, "\a\x00\x01\x03\x04\x7f") || strings.Contains(out, "\x1b[31m") ||
		strings.Contains(out, "\u202e") || strings.Contains(out, "\u0085") {
		w.t.Errorf("control characters were sent: %q", unknown)
	}
}

func TestWriterShowsControls(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{}, ttyOptions{})
	w.Paste("a\x1b[31mb\u202ec\xffd")
	w.WaitFor(`a\x1b[31mb\u202ec\xffd`)
	w.wantCalmOutput()
	w.Key("ctrl-d")
	w.wantEnd("kept", "a\x1b[31mb\u202ec\xffd", "")
}

func TestWriterLargePastes(t *testing.T) {
	t.Parallel()
	t.Run("10 MB", func(t *testing.T) {
		t.Parallel()
		text := strings.Repeat("The kitchen at my sister's. é 日本 👩‍👩‍👧 \tx\n", 10<<20/64)
		w := startWriting(t, childPage{}, ttyOptions{})
		began := time.Now()
		w.Paste(text)
		w.WaitFor("The kitchen", time.Minute)
		t.Logf("%d bytes in brackets shown after %v", len(text), time.Since(began))
		w.Key("ctrl-d")
		w.wantEnd("kept", text, "")
	})
	t.Run("1 MB without brackets", func(t *testing.T) {
		t.Parallel()
		text := strings.Repeat("The kitchen at my sister's. é 日本 👩‍👩‍👧 \tx\n", 1<<20/64)
		w := startWriting(t, childPage{}, ttyOptions{})
		began := time.Now()
		w.Type(text + "the end")
		w.WaitFor("the end", time.Minute)
		t.Logf("%d bytes without brackets shown after %v", len(text), time.Since(began))
		w.Key("ctrl-d")
		w.wantEnd("kept", text+"the end", "")
	})
}

func TestWriterSizes(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{Question: question}, ttyOptions{})
	w.Type("I put down my phone, for once, because the baby was asleep on the counter side of me, and nobody asked.")
	w.WaitFor("asked.")
	wide := w.Screen()
	w.Resize(10, 40)
	w.WaitUntil("a page of 40 columns", func() bool {
		s := w.Screen()
		return strings.Contains(s, "asked.") && strings.Contains(s, "   Think of one room") && strings.Contains(s, "Ctrl-D keep")
	})
	for row := range strings.SplitSeq(w.Screen(), "\n") {
		if len(row) > 40 {
			t.Errorf("row %q is wider than the screen", row)
		}
	}
	w.Resize(3, 7)
	time.Sleep(50 * time.Millisecond)
	w.Resize(1, 1)
	time.Sleep(50 * time.Millisecond)
	w.Resize(24, 80)
	w.WaitUntil("the page as it was", func() bool { return w.Screen() == wide })
	w.Key("ctrl-d")
	w.wantEnd("kept", "I put down my phone, for once, because the baby was asleep on the counter side of me, and nobody asked.", "")
}

func TestWriterScrolls(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{Question: question}, ttyOptions{})
	w.Paste(strings.Repeat("line\n", 99) + "last")
	w.WaitFor("last")
	if !strings.Contains(w.Screen(), "Think of one room") {
		t.Errorf("the question scrolled away:\n%s", w.Screen())
	}
	w.Key("ctrl-home")
	w.Type("first ")
	w.WaitFor("first line")
	w.Key("pgdn", "pgdn", "pgup", "ctrl-end")
	w.WaitFor("last")
	w.Key("ctrl-d")
	w.wantEnd("kept", "first "+strings.Repeat("line\n", 99)+"last", "")
}

func TestWriterCursorBesideWideCharacters(t *testing.T) {
	t.Parallel()
	w := startWriting(t, childPage{Text: "日本é👍🏽x"}, ttyOptions{})
	w.WaitUntil("the cursor behind the text", func() bool { _, c := w.Cursor(); return c == 3+2+2+1+2+1 })
	w.Key("left", "left")
	w.WaitUntil("the cursor before the emoji", func() bool { _, c := w.Cursor(); return c == 3+2+2+1 })
	w.Key("backspace", "delete", "ctrl-d")
	w.wantEnd("kept", "日本x", "")
}

func TestWriterSilentTerminal(t *testing.T) {
	t.Parallel()
	began := time.Now()
	w := startWriting(t, childPage{}, ttyOptions{silent: true})
	w.Type("no answer needed")
	w.Key("ctrl-d")
	w.wantEnd("kept", "no answer needed", "")
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v", took)
	}
	if out := w.Output(); strings.Contains(out, "\x1b[6n") || strings.Contains(out, "\x1b[c") || strings.Contains(out, "$p") {
		t.Error("the terminal was asked something")
	}
}
