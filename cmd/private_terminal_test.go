//go:build linux

package cmd

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// outside returns what the program wrote to the terminal's ordinary screen, which the
// scrollback keeps, and what it wrote to the other one.
func (x *tty) outside() (ordinary, other string) {
	rest := x.Output()
	for {
		before, after, entered := strings.Cut(rest, "\x1b[?1049h")
		ordinary += before
		if !entered {
			return ordinary, other
		}
		shown, after, left := strings.Cut(after, "\x1b[?1049l")
		if other += shown; !left {
			return ordinary, other
		}
		rest = after
	}
}

// leavesNothing checks that a program that has ended showed words and left none of them.
func (x *tty) leavesNothing(what string, words ...string) {
	x.t.Helper()
	ordinary, other := x.outside()
	for _, word := range words {
		if !strings.Contains(other, word) {
			x.t.Errorf("%s: %q was not shown", what, word)
		}
		if strings.Contains(ordinary, word) {
			x.t.Errorf("%s: %q stays in the scrollback", what, word)
		}
	}
	if strings.Contains(ordinary+other, thePassphrase) {
		x.t.Errorf("%s: the passphrase was shown", what)
	}
	if left := x.Screen(); slices.ContainsFunc(words, func(w string) bool { return strings.Contains(left, w) }) {
		x.t.Errorf("%s: the screen is\n%s", what, left)
	}
	if i := strings.LastIndex(x.Output(), "\x1b[?1049l"); i < 0 || len(words) > 0 && !strings.Contains(x.Output()[:i], "\x1b[2J") {
		x.t.Errorf("%s: the other screen was not cleared and left", what)
	}
}

// reading is a home whose closed journal has a few entries.
func reading(t *testing.T) *home {
	t.Helper()
	h := newHome(t, true)
	for _, text := range []string{"Stonechat on the fence.\n", "Whinchat in the reeds.\n", "Wheatear on the wall. @pewterloon\n"} {
		h.must(text, "write", "--title", "Umbrafolio")
	}
	return h
}

// Requirement 1, for the screen: what is read of a closed journal, and what is written in
// it, stands on the terminal's other screen only, which is cleared in the end.
func TestReadingLeavesNothing(t *testing.T) {
	t.Parallel()
	type sitting struct {
		args  []string
		env   string
		keys  []string
		words []string
	}
	opening := func(args ...string) []string { return append(args, "--passphrase-command", "cat ../given/pass") }
	asked := []string{"Passphrase:", thePassphrase + "\r"}
	page := func(word, end string) []string { return []string{"Ctrl-D keep", word, word, end} }
	editor := "#!/bin/sh\nprintf '\\033[?1049h\\033[H'; cat \"$1\"; echo '@more' >>\"$1\"; printf '\\033[?1049l'\n"
	for what, s := range map[string]sitting{
		"a list":          {args: []string{"list"}, keys: append(asked, "Enter leave", "\r"), words: []string{"Umbrafolio", "pewterloon"}},
		"a list in a row": {args: []string{"list", "-2"}, env: "UNTANGLE_SITTING=false", keys: asked, words: []string{"Umbrafolio"}},
		"an entry":        {args: []string{"show", "last"}, keys: asked, words: []string{"Wheatear", "pewterloon"}},
		"a search":        {args: []string{"search", "stonechat"}, keys: append(asked, "Enter leave", "1\r", "fence.", "\r", "Enter leave", "\r"), words: []string{"Stonechat", "Umbrafolio"}},
		"tags":            {args: []string{"tags"}, keys: asked, words: []string{"pewterloon"}},
		"versions":        {args: []string{"versions", "last"}, keys: asked, words: []string{"Umbrafolio"}},
		"a mistake":       {args: []string{"show", "last"}, keys: append([]string{"Passphrase:", "the bittern\r"}, asked...), words: []string{"Wheatear"}},
		"the day":         {keys: []string{"Passphrase, or Enter", thePassphrase + "\r", "not today", "q\r"}, words: []string{"29 October"}},
		"writing":         {args: []string{"write", "--blank"}, keys: append(page("Dunlin", "\x04"), "And now?", "\r"), words: []string{"Dunlin"}},
		"writing, open":   {args: opening("write", "--blank"), keys: append(page("Godwit", "\x04"), "And now?", "\r"), words: []string{"Godwit"}},
		"a draft":         {args: []string{"write", "--blank"}, keys: page("Plover", "\x03"), words: []string{"Plover"}},
		"a draft, open":   {args: opening("write", "--blank"), keys: page("Plover", "\x03"), words: []string{"Plover"}},
		"an editor":       {args: opening("edit", "last"), env: "EDITOR=../given/editor", words: []string{"title: Umbrafolio", "Wheatear"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			h := reading(t)
			if err := os.WriteFile(h.path("given/editor"), []byte(editor), 0o700); err != nil {
				t.Fatal(err)
			}
			if s.env != "" {
				h.env = append(h.env, s.env)
			}
			x := h.sit(s.args...)
			x.keys(s.keys...)
			if code := x.closed(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			x.leavesNothing(what, s.words...)
			if places := foundIn(h.made(), quick(findingWords(s.words...))); len(places) > 0 {
				t.Error(places)
			}
		})
	}
}

// interrupts checks that Ctrl-C ends a command at once, and clears what it showed.
func (x *tty) interrupts(what string) {
	x.t.Helper()
	x.Type("\x03")
	if code := x.Wait(scriptPatience); code != exitInterrupted {
		x.t.Errorf("%s: exit code %d", what, code)
	}
}

// Ctrl-C clears the screen and ends at once, wherever somebody reads. What was being
// written is a draft.
func TestInterruptedReading(t *testing.T) {
	t.Parallel()
	h := reading(t)
	for what, s := range map[string]struct {
		args  []string
		until string
		word  string
	}{
		"a list":    {h.opening("list"), "Enter leave", "Umbrafolio"},
		"an entry":  {h.opening("show", "last"), "Enter close", "Wheatear"},
		"a search":  {h.opening("search", "stonechat"), "Enter leave", "Stonechat"},
		"the day":   {h.opening(), "not today", "29 October"},
		"a mistake": {[]string{"list"}, "Passphrase:", ""},
	} {
		x := h.sit(s.args...)
		x.keys(s.until, "")
		x.interrupts(what)
		if s.word != "" {
			x.leavesNothing(what, s.word)
		}
	}
}

// A journal that nobody touches for a while closes itself, and clears what is shown. A page
// keeps what is written on it without the key.
func TestIdleClosesAndClears(t *testing.T) {
	t.Parallel()
	h := reading(t)
	h.env = append(h.env, "UNTANGLE_CLOSES_AFTER=1s")
	for what, s := range map[string]struct {
		args []string
		word string
	}{
		"a list":   {h.opening("list"), "Umbrafolio"},
		"a search": {h.opening("search", "stonechat"), "Stonechat"},
		"an entry": {h.opening("show", "last"), "Wheatear"},
		"the day":  {h.opening(), "29 October"},
	} {
		x := h.sit(s.args...)
		if code := x.Wait(scriptPatience); code != 0 {
			t.Errorf("%s: exit code %d", what, code)
		}
		x.leavesNothing(what, s.word)
		if ordinary, _ := x.outside(); !strings.Contains(flowing(ordinary), "The journal was closed, since no key was pressed for a while.") {
			t.Errorf("%s ends with %q", what, ordinary)
		}
	}
	x := h.sit(h.opening("write", "--blank")...)
	x.keys("Ctrl-D keep", "Corncrake", "Corncrake", "")
	time.Sleep(2 * time.Second) // nothing is to be seen of it
	x.keys("", " and a rail")
	x.WaitFor("and a rail", scriptPatience)
	x.Key("ctrl-d")
	if x.closed(); !strings.Contains(flowing(x.Output()), "The journal was closed meanwhile.") {
		t.Errorf("it ends with %q", x.Output())
	}
	x.leavesNothing("a page", "Corncrake")
	if all := h.exported(); strings.Count(all, "Corncrake and a rail") != 1 {
		t.Errorf("the entries are %q", all)
	}
}

// A long text of a closed journal is read in one's own pager, which turns its pages, on the
// terminal's other screen.
func TestPagerOfAClosedJournal(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("less"); err != nil {
		t.Skip("needs less")
	}
	h := newHome(t, true)
	h.env = append(h.env, "PAGER=less")
	h.must("Wheatear\n"+strings.Repeat("on the wall\n\n", 60)+"Whimbrel\n", "write")
	x := h.sit(h.opening("show", "last")...)
	x.WaitUntil("the first page", func() bool { return strings.HasSuffix(strings.TrimSpace(x.Screen()), ":") }, scriptPatience)
	if first := x.Screen(); !strings.Contains(first, "Wheatear") || strings.Contains(first, "Whimbrel") {
		t.Errorf("the first page is\n%s", first)
	}
	x.Type("G")
	x.WaitFor("Whimbrel", scriptPatience)
	x.Type("q")
	if code := x.closed(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.leavesNothing("a pager", "Wheatear", "Whimbrel")
	h.made()
}
