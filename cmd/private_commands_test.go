//go:build linux

package cmd

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kballard/go-shellquote"
	"github.com/spf13/cobra"
	"untangle/prompts"
)

// step is one call of the program in a journal that is closed.
type step struct {
	of     string // the command, as its path without untangle; "untangle" for none
	args   string // as a shell reads them; $NAME is what a step before kept
	stdin  string
	keep   string   // under which name the first word it prints is kept
	keys   []string // in a terminal: what to wait for, and what to type then, by turns
	locked bool     // without the passphrase
	edited bool     // with the editor of the test, which writes the text in stdin
	code   int
}

// planting puts a word of its own into every field that there is.
func planting() []step {
	return []step{
		{of: "write", args: "--title Umbrafolio --tag garnetmoth --date 1973-08-17T05:11:13 --star", stdin: "Veldtquince in the rain. @pewterloon\n", locked: true},
		{of: "write", stdin: "Stonechat, when it was open.\n", keep: "OPEN"},
		{of: "write", args: "--append", stdin: "Dotterel after it.\n"},
		{of: "write", args: "--open-on 2093-06-11", stdin: "Latershrike.\n", locked: true},
		{of: "write", args: "--prompt com-ten-breaths", stdin: "Turnstone.\n"},
		{of: "write", args: "--blank", locked: true, edited: true, stdin: "Sandmartin, in an editor.\n", keys: []string{"And now?", "l\r"}},
		{of: "write", args: "--blank", locked: true, keys: []string{"Ctrl-D keep", "Tansymere, half of it", "half of it", "\x03"}},
		{of: "write", args: "--blank", keys: []string{"Ctrl-D keep", "Bluethroat, half of it", "half of it", "\x03"}},
		{of: "prompts add", args: "--theme com --id own-oriole", stdin: "What is the sound of kestrelvane?\n"},
		{of: "prompts import", args: "--name packavocet -", stdin: "[[prompt]]\nid = \"porch-whimbrel\"\ntext = \"Which porchgannet do you leave on?\"\n"},
		{of: "write", args: "--prompt own-oriole", stdin: "To my own.\n"},
		{of: "import", args: "--format jsonl -", stdin: `{"date":"1973-08-17T05:11:13+01:00","zone":"Pacific/Chatham","title":"Fieldfare","text":"Redstart #hoopoeland","properties":{"ochrethrush":"sablewren"},"prompt":{"id":"pastpuffin","theme":"GRI","text":"Was there a razorbill?"},"journey":{"id":"plain-days","day":2},"checkin":{"ache":3}}` + "\n"},
		{of: "me", args: "--stages guilt,deciding --parted 1968-05-23 --country nz"},
		{of: "me dates add", args: "04-13 Marrowbone"},
		{of: "checkin", args: "--ache 4 --mood 2 --energy 3 --date 1973-08-17", locked: true},
		{of: "journey start", args: "small-comforts"},
		{of: "write", stdin: "Oldcurlew.\n", keep: "EDITED"},
		{of: "edit", args: "$EDITED", edited: true, stdin: "Newcurlew.\n", keys: []string{}},
		{of: "write", stdin: "Lostplover.\n", keep: "LOST"},
		{of: "delete", args: "$LOST --yes"},
		{of: "tag", args: "heathcrane $OPEN"},
		{of: "mute", args: "--tag garnetmoth"},
		{of: "drafts", keep: "DRAFT"},
		{of: "drafts keep", args: "$DRAFT"},
	}
}

// planted is what is planted.
func planted(t *testing.T) []finding {
	return append(findingWords("Umbrafolio", "garnetmoth", "Veldtquince", "pewterloon", "Stonechat", "Dotterel", "Latershrike", "Turnstone", "com-ten-breaths",
		"Sandmartin", "Tansymere", "Bluethroat", "own-oriole", "kestrelvane", "packavocet", "porch-whimbrel", "porchgannet", "Fieldfare", "Redstart",
		"hoopoeland", "ochrethrush", "sablewren", "Pacific/Chatham", "pastpuffin", "razorbill", "plain-days", "deciding", "Marrowbone", "small-comforts",
		"Oldcurlew", "Newcurlew", "Lostplover", "heathcrane"), findingDates(t, "1973-08-17T05:11:13+01:00", "1973-08-17T00:00:00+01:00", theClock, "2093-06-11T00:00:00+02:00", "1968-05-23T00:00:00+01:00")...)
}

// using calls every command there is. What it leaves elsewhere is asked for.
func using() []step {
	asked := func(name string) string { return "--journal " + name + " " }
	return []step{
		{of: "untangle"},
		{of: "untangle", locked: true},
		{of: "untangle", keys: []string{"Enter go on with it", "l\r", "begin", "q\r"}},
		{of: "today"},
		{of: "today", locked: true},
		{of: "today", args: "--json"},
		{of: "journey"},
		{of: "journey list"},
		{of: "journey show", args: "small-comforts"},
		{of: "journey skip"},
		{of: "journey pause"},
		{of: "journey continue"},
		{of: "journey repeat"},
		{of: "journey look-back", args: "plain-days"},
		{of: "journey stop"},
		{of: "checkin list"},
		{of: "checkin chart"},
		{of: "me"},
		{of: "me dates"},
		{of: "me dates remove", args: "1"},
		{of: "me forget", args: "--yes"},
		{of: "prompts"},
		{of: "prompts list"},
		{of: "prompts search", args: "kestrelvane"},
		{of: "prompts show", args: "own-oriole"},
		{of: "prompts then-and-now", args: "com-ten-breaths"},
		{of: "prompts favourite", args: "com-ten-breaths"},
		{of: "prompts favourites"},
		{of: "prompts unfavourite", args: "com-ten-breaths"},
		{of: "prompts never", args: "com-ten-breaths"},
		{of: "prompts hidden"},
		{of: "prompts allow", args: "com-ten-breaths"},
		{of: "prompts only-mine", args: "on"},
		{of: "prompts export"},
		{of: "prompts remove", args: "own-oriole --yes"},
		{of: "comfort"},
		{of: "ground"},
		{of: "letter"},
		{of: "letter list"},
		{of: "help-now", args: "nz"},
		{of: "safety"},
		{of: "help", args: "write"},
		{of: "list"},
		{of: "list", args: "--json --shut --check-ins"},
		{of: "list", locked: true, code: 2},
		{of: "list", args: "--deleted"},
		{of: "show", args: "$OPEN"},
		{of: "show", args: "Stonechat", code: 1},
		{of: "search", args: "stonechat"},
		{of: "search", args: "--tag hoopoeland redstart"},
		{of: "search", args: "'stonechat OR dotter*' -turnstone --json"},
		{of: "search", args: "--substring tonecha"},
		{of: "search", args: "stonechat", keys: []string{"number read", "w\r", "Which words?", "dotterel (\r", "never closed", "dotterel\r", "number read", "o\r", "oldest first", "1\r", "back to the results", "q\r"}},
		{of: "me language"},
		{of: "me language", args: "german"},
		{of: "tags"},
		{of: "tags rename", args: "heathcrane marshcrane --yes"},
		{of: "star", args: "$OPEN"},
		{of: "unstar", args: "$OPEN"},
		{of: "untag", args: "marshcrane $OPEN"},
		{of: "unmute", args: "--tag garnetmoth"},
		{of: "undelete", args: "$LOST"},
		{of: "versions", args: "$EDITED"},
		{of: "versions", args: "$EDITED 1"},
		{of: "drafts", keep: "DRAFT"},
		{of: "drafts show", args: "$DRAFT"},
		{of: "drafts drop", args: "$DRAFT --yes"},
		{of: "export", args: "-o notes.md"},
		{of: "export", args: "--folder notes"},
		{of: "export", args: "--format jsonl"},
		{of: "export", args: "--new-passphrase-fd 0 -o closed.md.age", stdin: "four herons on a weir\n"},
		{of: "import", args: "notes.md", code: 2},
		{of: "completion", args: "bash"},
		{of: "config"},
		{of: "config set", args: "color never"},
		{of: "config get", args: "color"},
		{of: "config path"},
		{of: "config edit", edited: true, stdin: "# more\n", keys: []string{}},
		{of: "version"},
		{of: "init", args: "--plain", code: 1},
		{of: "verify"},
		{of: "compact"},
		{of: "verify", args: "--salvage salvaged.db"},
		{of: "backup", args: "backup.db"},
		{of: "passphrase"},
		{of: "passphrase list"},
		{of: "passphrase add", args: "--new-passphrase-fd 0", stdin: "four herons on a weir\n"},
		{of: "passphrase remove", args: "2 --yes"},
		{of: "passphrase remember", args: "--yes"},
		{of: "passphrase unremember"},
		{of: "recovery-key", args: "--print"},
		{of: "recovery-key", args: "--remove --yes"},
		{of: "delete", args: "$LOST --forever --yes"},
		{of: "decrypt", args: asked("backup.db") + "--yes"},
		{of: "encrypt", args: asked("backup.db")},
		{of: "rekey", args: "--yes"},
		{of: "passphrase change", args: "--new-passphrase-fd 0", stdin: "four herons on a weir\n"},
	}
}

// testEditor writes what it is told to, and notes what anybody could read on the disk
// meanwhile.
const testEditor = `#!/bin/sh
cat "$GIVEN/text" >>"$1"
sync "$1"
grep -rlF --exclude="*.toml*" -f "$GIVEN/text" "$HOME" "$TMPDIR" >>"$GIVEN/on-disk"
exit 0
`

// take does one of the steps, and looks at what it leaves and what it says.
func (h *home) take(s step, kept map[string]string, private []finding) {
	h.t.Helper()
	args, err := shellquote.Split(os.Expand(s.args, func(name string) string { return kept[name] }))
	if err != nil {
		h.t.Fatal(err)
	}
	if s.of != "untangle" {
		args = append(strings.Fields(s.of), args...)
	}
	if !s.locked {
		args = append(args, h.opening()...)
	}
	before := h.env
	defer func() { h.env = before }()
	if s.edited {
		put(h.t, h.path("given/text"), s.stdin)
		h.env = append(slices.Clone(h.env), "GIVEN="+h.path("given"), "EDITOR="+h.path("given/editor"))
	}
	var out, errs string
	var code int
	if s.keys != nil {
		x := h.sit(args...)
		x.keys(s.keys...)
		code, errs = x.closed(), x.Output()
	} else if out, errs, code = h.run(s.stdin, args...); code != 0 {
		if places := foundIn(map[string][]byte{"what it said": []byte(out + errs)}, private); len(places) > 0 && !strings.Contains(s.args, "Stonechat") {
			h.t.Errorf("%s: %v", s.of, places)
		}
	}
	if code != s.code {
		h.t.Fatalf("%s %s: exit code %d, want %d: %s", s.of, s.args, code, s.code, errs)
	}
	if words := strings.Fields(out); s.keep != "" && len(words) > 0 {
		kept[s.keep] = words[0]
	}
}

// quick has of what is looked for only its first form, to be looked for often.
func quick(all []finding) []finding {
	all = slices.Clone(all)
	for i := range all {
		all[i].forms = all[i].forms[:1]
	}
	return all
}

// Requirements 1 and 13: whatever the program does with a closed journal, nothing of it
// stands on the disk, nor in memory after its end; and it does all of it without a network.
func TestNothingInTheClear(t *testing.T) {
	t.Parallel()
	h := newHome(t, true)
	if err := exec.Command("unshare", "-n", "true").Run(); err == nil {
		h.under = []string{"unshare", "-n"}
	}
	if h.under == nil {
		t.Log("the network could not be taken away: that needs root on Linux")
	}
	useEverything(t, h)
}

// TestNothingWrittenInTheClear looks at each write of all commands, so that a file that is
// there for a moment is seen too.
func TestNothingWrittenInTheClear(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("strace"); err != nil || !long() {
		t.Skip("needs strace, and UNTANGLE_LONG")
	}
	h := newHome(t, true)
	h.under = []string{"strace", "-f", "-qq", "-y", "-A", "-s", "1048576", "-e", "trace=write,pwrite64,writev,pwritev,sendto,sendmsg", "-o", h.path("given/writes")}
	useEverything(t, h)
	writes, err := os.ReadFile(h.path("given/writes"))
	if err != nil {
		t.Fatal(err)
	}
	to := regexp.MustCompile(`^\d+ +\w+\(\d+<([^>]*)>`)
	private := quick(planted(t))
	seen, files := 0, 0
	for line := range bytes.Lines(writes) {
		m := to.FindSubmatch(line)
		if m == nil {
			continue
		}
		where := string(m[1])
		if strings.HasPrefix(where, h.dir) {
			files++
		}
		if places := foundIn(map[string][]byte{where: line[len(m[0]):]}, private); len(places) > 0 {
			seen++
			if !regexp.MustCompile(`^(pipe:|/dev/pts/|/dev/tty|/dev/shm/untangle-test-|` + h.dir + `/(asked|given)/)`).MatchString(where) {
				t.Error(places)
			}
		}
	}
	if seen < 50 || files < 500 {
		t.Errorf("of %d writes to files, and all others, only %d had something private", files, seen)
	}
}

// useEverything plants what is private and calls every command. What is in the files then,
// and after each step, is searched.
func useEverything(t *testing.T, h *home) {
	t.Helper()
	if err := os.WriteFile(h.path("given/editor"), []byte(testEditor), 0o700); err != nil {
		t.Fatal(err)
	}
	private := planted(t)
	kept := make(map[string]string)
	missing := make(map[string]bool)
	everyCommand(plainRoot(), func(c *cobra.Command) { missing[strings.TrimPrefix(c.CommandPath(), "untangle ")] = true })
	for _, s := range slices.Concat(planting(), using()) {
		if delete(missing, s.of); s.of == "" {
			t.Fatalf("%+v has no command", s)
		}
		h.take(s, kept, private)
		if places := foundIn(h.made(), quick(private)); len(places) > 0 {
			t.Fatalf("after %s %s: %v", s.of, s.args, places)
		}
		if t.Failed() {
			t.Fatalf("after %s %s", s.of, s.args)
		}
	}
	for name := range missing {
		t.Errorf("%q has no place in this test; add it to using()", name)
	}
	if on, err := os.ReadFile(h.path("given/on-disk")); err != nil || len(on) > 0 {
		t.Errorf("while an editor was open: %s, %v", on, err)
	}
	files := h.made()
	for _, name := range []string{"backup.db", "salvaged.db", "closed.md.age"} {
		b, err := os.ReadFile(h.path("asked/" + name))
		if err != nil {
			t.Fatal(err)
		}
		files["asked for: "+name] = b
	}
	for _, p := range prompts.Default().All() {
		if len(p.ID) > 8 { // a shorter one may come up by chance
			private = append(private, finding{p.ID, [][]byte{[]byte(p.ID)}})
		}
	}
	for _, place := range foundIn(files, private) {
		t.Error(place)
	}
	for name, content := range files {
		if strings.HasSuffix(name, ".db") {
			for _, run := range printable(content, 24) {
				if !strings.HasSuffix(run, "untangle journal header") { // what the program finds its own files by
					t.Errorf("%s shows %q", name, run)
				}
			}
		} else if theme := themeCode().Find(content); theme != nil && !bytes.HasPrefix(content, []byte("age-encryption.org")) {
			t.Errorf("%s shows %q", name, theme)
		}
	}
}

// themeCode finds a theme, a stage or a field of an entry, standing alone.
func themeCode() *regexp.Regexp {
	words := []string{"title", "tags", "guilt", "nz"}
	for _, theme := range prompts.Themes() {
		words = append(words, string(theme))
	}
	return regexp.MustCompile(`(?i)\b(` + strings.Join(words, "|") + `)\b`)
}

// everyCommand calls fn with every command, those included that help does not show.
func everyCommand(c *cobra.Command, fn func(*cobra.Command)) {
	fn(c)
	for _, sub := range c.Commands() {
		everyCommand(sub, fn)
	}
}

// What TestNothingInTheClear looks for is what an open journal shows: the same steps in
// one, and all is found.
func TestFindings(t *testing.T) {
	t.Parallel()
	h := newHome(t, false)
	if err := os.WriteFile(h.path("given/editor"), []byte(testEditor), 0o700); err != nil {
		t.Fatal(err)
	}
	kept := make(map[string]string)
	for _, s := range planting() {
		h.take(s, kept, nil)
	}
	b, err := os.ReadFile(h.journal())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range planted(t) {
		if places := foundIn(map[string][]byte{filepath.Base(h.journal()): b}, []finding{f}); len(places) == 0 {
			t.Errorf("%q is not found", f.what)
		}
	}
}
