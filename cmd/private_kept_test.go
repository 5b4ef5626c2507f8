//go:build linux

package cmd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Requirement 11: however often a passphrase is wrong, the file stays byte for byte as it
// is, the sentence is always the same, and the exit code is 4.
func TestWrongPassphrase(t *testing.T) {
	t.Parallel()
	h := newHome(t, true)
	h.must("Stonechat.\n", "write")
	before := h.files("home")
	for range 4 {
		x := h.sit("list")
		for n, typed := range []string{"the bittern", "", "The Heron"} {
			x.WaitUntil("the question", func() bool { return strings.Count(x.Output(), "Passphrase: ") == n+1 }, scriptPatience)
			x.hidden()
			x.Type(typed + "\r")
		}
		if code := x.Wait(scriptPatience); code != exitPassphrase {
			t.Fatalf("exit code %d", code)
		}
		said, _, _ := strings.Cut(x.Output(), "hint: ")
		if want := strings.Repeat("   Passphrase: \r\n   That does not open the journal.\r\n", 3); said != want {
			t.Fatalf("it says %q", x.Output())
		}
	}
	said := ""
	for _, way := range [][]string{
		{"list", "--passphrase-fd", "0"},
		{"list", "--passphrase-command", "cat " + h.path("given/wrong")},
		{"show", "last", "--passphrase-fd", "0"},
		{"rekey", "--yes", "--passphrase-fd", "0"},
		{"decrypt", "--yes", "--passphrase-fd", "0"},
	} {
		out, errs, code := h.run("the bittern\n", way...)
		sentence, _, _ := strings.Cut(errs, "\n")
		if said == "" {
			said = sentence
		}
		if code != exitPassphrase || out != "" || sentence != said {
			t.Errorf("%q: exit code %d, %q, %q", way, code, out, errs)
		}
	}
	after := h.files("home")
	for name := range before {
		if string(before[name]) != string(after[name]) {
			t.Errorf("%s was changed", name)
		}
	}
	if _, _, code := h.run("the bittern\n", "write", "--passphrase-command", "cat "+h.path("given/wrong")); code != exitPassphrase {
		t.Errorf("writing with a wrong passphrase: exit code %d", code)
	}
	h.must("", h.opening("verify")...)
	if all := h.exported(); strings.TrimSpace(all) != "Stonechat." {
		t.Errorf("the journal holds %q", all)
	}
	if out := h.must("", h.opening("drafts")...); !strings.HasSuffix(out, "the bittern") {
		t.Errorf("what was to be written was lost; the drafts are %q", out)
	}
	h.made()
}

// holding holds the journal as another program would, until the test or the function ends it.
func (h *home) holding() (release func()) {
	h.t.Helper()
	lock, err := os.OpenFile(h.journal()+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { lock.Close() })
	return func() { lock.Close() }
}

// Requirement 16: a journal that another program holds answers soon, with a sentence, also
// a closed one. How soon is 2 s; it is only measured here, since a machine may be slow.
func TestHeldJournalAnswers(t *testing.T) {
	t.Parallel()
	for _, sealed := range []bool{true, false} {
		h := newHome(t, sealed)
		h.must("Stonechat.\n", "write")
		release := h.holding()
		var all sync.WaitGroup
		for _, args := range [][]string{
			{"list"},
			{"today"},
			h.opening("list"), h.opening("search", "stonechat"), h.opening("verify"), h.opening("rekey", "--yes"),
			h.opening("export", "-o", "held.md"), h.opening("delete", "last", "--yes"),
			{"write"},
			h.opening("write"),
			{"checkin", "--mood", "3"},
		} {
			all.Go(func() {
				began := time.Now()
				out, errs, code := h.run("Whinchat.\n", args...)
				if code != exitBusy || out != "" || !strings.Contains(errs, "the journal is open in another window\n") {
					t.Errorf("closed: %v, %q: exit code %d, %q, %q", sealed, args, code, out, errs)
				}
				if took := time.Since(began); took > 3*time.Second {
					t.Logf("%q took %v", args, took)
				}
			})
		}
		all.Wait()
		release()
		h.must("", h.opening("drafts")...) // takes in what could not be kept
		if out := h.must("", h.opening("drafts")...); strings.Count(out, "Whinchat.") != 2 {
			t.Errorf("closed: %v, the drafts are %q", sealed, out)
		}
		h.made()
	}
}

// smallDisk has the home's data lie on a disk in memory that has so many KiB.
func (h *home) smallDisk(size int) {
	h.t.Helper()
	dir := filepath.Dir(h.journal())
	b, err := os.ReadFile(h.journal())
	if err != nil {
		h.t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk,mode=700", size), "tmpfs", dir).CombinedOutput(); err != nil {
		h.t.Skipf("no file system can be mounted here: %v %s", err, out)
	}
	h.t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			h.t.Errorf("%v %s", err, out)
		}
	})
	if err := os.WriteFile(h.journal(), b, 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// fill leaves no room on the disk of the journal, until the function makes some again.
func (h *home) fill() (empty func()) {
	h.t.Helper()
	path := filepath.Join(filepath.Dir(h.journal()), "filler")
	f, err := os.Create(path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	return func() { os.Remove(path) }
}

// Requirement 14: a text that is being written to a closed journal survives whatever ends
// the writing, and is offered again after the journal is opened; or it was kept.
func TestClosedJournalKeepsTexts(t *testing.T) {
	t.Parallel()
	const text = "Corncrake at dusk"
	saves := "#!/bin/sh\nprintf '" + text + "\\n' >>\"$1\"\n"
	written := func(x *tty) {
		x.WaitUntil("the page", func() bool { return strings.Contains(flowing(x.Output()), "Ctrl-D keep") }, scriptPatience)
		x.Type(text)
		x.WaitFor(text, scriptPatience)
	}
	for what, c := range map[string]struct {
		editor string
		under  func(h *home) (after func())
		do     func(h *home, x *tty)
		kept   bool // as an entry; else as a draft
	}{
		"a wrong passphrase": {kept: true, do: func(_ *home, x *tty) {
			x.keys("Passphrase, or Enter", "the bittern\r", "does not open the journal. Passphrase, or Enter", "\r", "blank page", "b\r")
			written(x)
			x.Key("ctrl-d")
			x.keys("And now?", "\r")
		}},
		"a hang-up": {do: func(_ *home, x *tty) {
			x.keys("Passphrase, or Enter", "\r", "blank page", "b\r")
			written(x)
			x.Hangup()
		}},
		"a signal": {do: func(_ *home, x *tty) {
			x.keys("Passphrase, or Enter", "\r", "blank page", "b\r")
			written(x)
			x.Signal(syscall.SIGTERM)
		}},
		"a kill": {do: func(h *home, x *tty) {
			x.keys("Passphrase, or Enter", "\r", "blank page", "b\r")
			before := h.files("home")
			written(x)
			x.WaitUntil("a draft", func() bool {
				return string(h.files("home")["/home/data/untangle/journal.db"]) != string(before["/home/data/untangle/journal.db"])
			}, scriptPatience)
			h.holding()() // when nobody writes any more
			x.Signal(syscall.SIGKILL)
		}},
		"a full disk": {under: func(h *home) func() { h.smallDisk(1024); return h.fill() }, do: func(_ *home, x *tty) {
			x.keys("Passphrase, or Enter", "\r", "blank page", "b\r")
			written(x)
			x.Paste(strings.Repeat("\nand a rail", 20000))
			x.Key("ctrl-d")
		}},
		"another window": {do: func(h *home, x *tty) {
			x.keys("Passphrase, or Enter", "\r", "blank page", "b\r")
			written(x)
			release := h.holding()
			x.Key("ctrl-d")
			x.keys("open in another window. Waiting for it", "\x03")
			x.closed()
			release()
		}},
		"an editor that crashes": {editor: saves + "kill -9 $$\n", do: func(_ *home, x *tty) {
			x.keys("Passphrase, or Enter", "\r", "blank page", "b\r")
		}},
		"an editor that is killed with the program": {editor: saves + "echo $PPID $$ >\"$GIVEN/pids\"\nexec sleep 60\n", do: func(h *home, x *tty) {
			x.keys("Passphrase, or Enter", "\r", "blank page", "b\r")
			var pid, editor int
			x.WaitUntil("the editor", func() bool {
				b, err := os.ReadFile(h.path("given/pids"))
				n, _ := fmt.Sscan(string(b), &pid, &editor)
				return err == nil && n == 2
			}, scriptPatience)
			_ = syscall.Kill(pid, syscall.SIGKILL)
			_ = syscall.Kill(editor, syscall.SIGKILL)
		}},
		"an editor, and a full disk": {editor: saves, under: func(h *home) func() { h.smallDisk(1024); return h.fill() }, do: func(_ *home, x *tty) {
			x.keys("Passphrase, or Enter", "\r", "blank page", "b\r")
		}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			h := newHome(t, true)
			h.must("Stonechat.\n", "write")
			h.env = append(h.env, "GIVEN="+h.path("given"))
			plain := h.env
			if c.editor != "" {
				if err := os.WriteFile(h.path("given/editor"), []byte(c.editor), 0o700); err != nil {
					t.Fatal(err)
				}
				h.env = append(slices.Clone(h.env), "EDITOR="+h.path("given/editor"))
			}
			after := func() {}
			if c.under != nil {
				after = c.under(h)
			}
			x := h.sit()
			c.do(h, x)
			x.closed()
			if places := foundIn(h.files("home", "tmp", "asked"), findingWords("Corncrake")); len(places) > 0 {
				t.Error(places)
			}
			after()
			h.env = plain
			if !c.kept {
				x = h.sit(h.opening()...)
				x.keys("Enter go on with it", "k\r", "Kept.", "", "not today", "q\r")
				if code := x.closed(); code != 0 {
					t.Errorf("exit code %d", code)
				}
			}
			if all := h.exported(); strings.Count(all, text) != 1 || strings.Count(all, "Stonechat.") != 1 {
				t.Errorf("the entries are %q", all)
			}
			if out := h.must("", h.opening("drafts")...); out != "" {
				t.Errorf("the drafts are %q", out)
			}
			h.made()
		})
	}
}
