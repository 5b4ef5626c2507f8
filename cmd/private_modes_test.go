//go:build linux

package cmd

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Requirement 18: whatever the umask, only their owner can open the files that are made,
// and the folders they are in. That no words of an entry come from the arguments is in
// testdata/script/write.txtar, and in sealed.txtar.
func TestModesOfAClosedJournal(t *testing.T) {
	t.Parallel()
	for _, umask := range []string{"0000", "0022", "0077"} {
		h := newHome(t, true)
		h.env = append(h.env, "GIVEN="+h.path("given"), "EDITOR="+h.path("given/editor"))
		if err := os.WriteFile(h.path("given/editor"), []byte("#!/bin/sh\necho Stonechat >>\"$1\"\nstat -c '%a %n' \"$1\" \"${1%/*}\" >\"$GIVEN/modes\" 2>/dev/null ||\nstat -f '%Lp %N' \"$1\" \"${1%/*}\" >\"$GIVEN/modes\"\nexit 1\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{"home", "home/data"} { // made by others
			if err := os.Chmod(h.path(dir), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		h.under = []string{"sh", "-c", "umask " + umask + `; exec "$@"`, "sh"}
		h.must("Stonechat.\n", "write")
		x := h.sit("write", "--blank")
		if code := x.closed(); code != 1 {
			t.Fatalf("exit code %d: %s", code, x.Output())
		}
		for _, args := range [][]string{
			{"drafts"},
			{"compact"},
			{"backup"},
			{"backup", "copy.db"},
			{"config", "set", "color", "never"},
			{"export", "-o", "notes.md"},
			{"export", "--folder", "notes"},
			{"verify", "--salvage", "salvaged.db"},
			{"init", "--plain", "--journal", h.path("home/data/deeper/down/other.db")},
		} {
			h.must("", h.opening(args...)...)
		}
		if modes, err := os.ReadFile(h.path("given/modes")); err != nil || !regexp.MustCompile(`^600 .*\n700 .*\n$`).Match(modes) {
			t.Errorf("umask %s: the editor's file has the modes %s, %v", umask, modes, err)
		}
		for _, folder := range []string{"home/data/untangle", "home/data/deeper", "home/state/untangle", "home/config/untangle", "asked", "tmp"} {
			n := 0
			err := filepath.WalkDir(h.path(folder), func(path string, d fs.DirEntry, err error) error {
				if err != nil {
					return err
				}
				n++
				info, err := d.Info()
				want := fs.FileMode(0o600)
				if d.IsDir() {
					want = 0o700
				}
				if err == nil && info.Mode().Perm() != want {
					t.Errorf("umask %s: %s has the mode %v", umask, path, info.Mode())
				}
				return err
			})
			if err != nil || n == 1 && folder != "tmp" {
				t.Errorf("%s: %d files, %v", folder, n, err)
			}
		}
	}
}

// Requirement 18, for what others made looser: it is said, and mended.
func TestLooseModesAreMended(t *testing.T) {
	t.Parallel()
	h := newHome(t, true)
	h.must("Stonechat.\n", "write")
	for _, args := range [][]string{{"write"}, {"list"}, h.opening("list")} {
		if err := os.Chmod(h.journal(), 0o644); err != nil {
			t.Fatal(err)
		}
		_, errs, _ := h.run("Whinchat.\n", args...)
		if info, err := os.Stat(h.journal()); err != nil || info.Mode().Perm() != 0o600 || !strings.Contains(errs, "Others could read ~/data/untangle/journal.db; now only you can.") {
			t.Errorf("%q: %v, %v, %q", args, info.Mode(), err, errs)
		}
	}
}

// hostile is what takes over a terminal that shows it: it hides, moves and colours text,
// changes the title, writes into the clipboard, presses keys, and turns words around.
const hostile = "Before\x1b[8mhidden\x1b[0m\x1b]52;c;aGVyb24=\x07\x1b]0;title\x1b\\\x1bP$q\x1b\\\u009b31m\u009d52;c;aGVyb24=\u009c\x08\x7f\r over \u202egnp\u202c \u2066x\u2069\u200e after"

// Requirement 21: nothing in an entry reaches the terminal as anything but text, wherever
// it is shown.
func TestHostileTextIsShown(t *testing.T) {
	t.Parallel()
	h := newHome(t, true)
	quoted, err := json.Marshal(hostile)
	if err != nil {
		t.Fatal(err)
	}
	line := strings.ReplaceAll(`{"date":"2071-01-02","zone":"Europe/Berlin","title":TEXT,"text":TEXT,"prompt":{"id":TEXT,"theme":"GRI","text":TEXT},"properties":{TEXT:TEXT}}`, "TEXT", string(quoted))
	h.must(line+"\n", h.opening("import", "--format", "jsonl", "-")...)
	h.must(hostile+"\n", "write", "--title", strings.NewReplacer("\r", "").Replace(hostile))
	if err := os.WriteFile(h.path("given/editor"), []byte("#!/bin/sh\ncat \"$GIVEN/text\" >>\"$1\"\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, h.path("given/text"), hostile)
	h.env = append(h.env, "GIVEN="+h.path("given"), "EDITOR="+h.path("given/editor"))
	h.sit("write", "--blank").closed() // a draft of the same
	h.must("And more.\n", h.opening("write", "--append")...)
	raw := regexp.MustCompile("\x1b\\[8m|\x1b\\]|\x1bP|\x07|\x08|\x7f|\r over|[\u0080-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f]")
	for _, c := range []struct {
		args []string
		keys []string
	}{
		{args: []string{"list", "--shut"}, keys: []string{"Enter leave", "\r"}},
		{args: []string{"show", "last"}},
		{args: []string{"show", "last~1"}},
		{args: []string{"search", "before"}, keys: []string{"Enter leave", "\r"}},
		{args: []string{"versions", "last"}},
		{args: []string{"versions", "last", "1"}},
		{args: []string{"drafts"}},
		{args: []string{"drafts", "show", "1"}},
		{args: []string{"tags"}},
		{keys: []string{"later", "l\r", "not today", "q\r"}},
	} {
		x := h.sit(h.opening(c.args...)...)
		x.keys(c.keys...)
		code := x.closed()
		shown := x.Output()
		if found := raw.FindAllString(shown, -1); code != 0 || len(found) > 0 {
			t.Errorf("%q: exit code %d, %q in %q", c.args, code, found, shown)
		}
		if !strings.Contains(flowing(shown), "Before") && c.args[0] != "tags" {
			t.Errorf("%q does not show it: %q", c.args, shown)
		}
	}
	x := h.sit(h.opening("export")...)
	if code := x.closed(); code != exitUsage || strings.Contains(x.Output(), "Before") {
		t.Errorf("export to a terminal: exit code %d, %q", code, x.Output())
	}
}

// Requirement 13: no code is linked that speaks to the network over HTTP.
func TestNoHTTP(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the program")
	}
	program := filepath.Join(t.TempDir(), "untangle")
	if out, err := exec.Command("go", "build", "-o", program, "./untangle").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	names, err := exec.Command("go", "tool", "nm", program).Output()
	if err != nil || !strings.Contains(string(names), "untangle/cmd.Main") {
		t.Fatalf("%d bytes of names, %v", len(names), err)
	}
	for line := range strings.Lines(string(names)) {
		if regexp.MustCompile(` [Tt] net/http\.\(\*(Client|Transport)\)`).MatchString(line) {
			t.Errorf("it has %s", line)
		}
	}
}
