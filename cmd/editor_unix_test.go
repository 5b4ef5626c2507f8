//go:build unix

package cmd

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// TestEditChild is the program that the tests below start and kill. It says how
// its editing ended.
func TestEditChild(t *testing.T) {
	place := os.Getenv("EDIT_CHILD_PLACE")
	if place == "" {
		t.Skip("the child process of the TestEdit tests, which run it with its variable set")
	}
	ctx, a := attend(t.Context())
	defer a.stop()
	b := &table{place: place}
	d := desk{editor: os.Getenv("EDIT_CHILD_EDITOR"), getenv: b.env, every: 20 * time.Millisecond, about: place, attention: a}
	d.save = func(text string) error {
		return os.WriteFile(filepath.Join(place, "draft"), []byte(text), 0o600)
	}
	e, err := d.edit(ctx, os.Stdin, os.Stdout, os.Stderr, "Why?", "")
	said := ""
	if err != nil {
		said = "failed: " + err.Error()
	} else {
		said = "text: " + e.text
		err = e.done()
	}
	if ctx.Err() != nil {
		said += " (cancelled)"
	}
	if err := errors.Join(err, os.WriteFile(filepath.Join(place, "said"), []byte(said), 0o600)); err != nil {
		t.Log(err)
	}
}

// child starts TestEditChild on a table's place. Its editor has lines of shell.
func child(b *table, editor string) *exec.Cmd {
	c := exec.Command(os.Args[0], "-test.run=^TestEditChild$")
	c.Env = append(os.Environ(), "EDIT_CHILD_PLACE="+b.place, "EDIT_CHILD_EDITOR='"+editor+"'")
	return c
}

// await waits for a file in the table's place, and returns what it holds.
func (b *table) await(t *testing.T, name string) string {
	t.Helper()
	for range 500 {
		if got, err := os.ReadFile(filepath.Join(b.place, name)); err == nil && len(got) > 0 {
			return string(got)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("there is no %s", name)
	return ""
}

func TestEditKilled(t *testing.T) {
	b := newTable(t, "")
	c := child(b, script(t, `echo lilacs >> "$f"; echo $$ > "${f%/*}/../pid"; exec sleep 60`))
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	b.await(t, "pid")
	if found := b.orphans(); len(found) != 0 {
		t.Errorf("a living process has orphans: %v", found)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	if found := b.orphans(); len(found) != 0 {
		t.Errorf("a living editor has orphans: %v", found)
	}
	if err := exec.Command("kill", "-9", strings.TrimSpace(b.await(t, "pid"))).Run(); err != nil {
		t.Fatal(err)
	}
	var found []orphan
	for range 100 {
		if found = b.orphans(); len(found) > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if len(found) != 1 || found[0].text != "\nlilacs" || !found[0].changed || found[0].err != nil || found[0].question != "Why?" {
		t.Fatalf("found %+v", found)
	}
	if err := found[0].remove(); err != nil || len(b.nooks(t)) != 0 {
		t.Errorf("remove: %v, and %v is left", err, b.nooks(t))
	}
	if err := found[0].remove(); err != nil {
		t.Errorf("removing it again: %v", err)
	}
}

func TestEditAsked(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		b := newTable(t, "")
		c := child(b, script(t, `echo lilacs >> "$f"; echo $$ > "${f%/*}/../pid"; exec sleep 60`))
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		b.await(t, "pid")
		_ = c.Process.Signal(s)
		if err := c.Wait(); err != nil {
			t.Errorf("%v: %v", s, err)
		}
		if said := b.await(t, "said"); !strings.Contains(said, s.String()) || !strings.Contains(said, "kept as a draft") {
			t.Errorf("%v: it said %q", s, said)
		}
		if got := b.await(t, "draft"); got != "\nlilacs" || len(b.nooks(t)) != 0 {
			t.Errorf("%v: kept %q, and %v is left", s, got, b.nooks(t))
		}
	}
}

// The keys ^C and ^\ belong to an editor at a terminal, and the terminal is as
// before when it is done.
func TestEditAtATerminal(t *testing.T) {
	b := newTable(t, "")
	c := child(b, script(t, `
		trap 'echo lilacs >> "$f"' INT; trap 'echo roses >> "$f"' QUIT
		stty -echo; echo $$ > "${f%/*}/../pid"
		read line; read line; read line; kill -9 $$`))
	tty, err := pty.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	before, err := term.GetState(int(tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for buf := make([]byte, 1024); ; {
			if _, err := tty.Read(buf); err != nil {
				return
			}
		}
	}()
	b.await(t, "pid")
	for _, key := range []string{"\x03", "\x1c", "\n", "\n", "\n"} {
		_, _ = tty.WriteString(key)
		time.Sleep(100 * time.Millisecond)
	}
	if said := b.await(t, "said"); !strings.Contains(said, "killed") || strings.Contains(said, "cancelled") {
		t.Errorf("it said %q", said)
	}
	if got := b.await(t, "draft"); got != "\nlilacs\nroses" {
		t.Errorf("kept %q", got)
	}
	if after, err := term.GetState(int(tty.Fd())); err == nil && *after != *before {
		t.Error("the terminal is not as before")
	}
	_ = c.Wait()
}

func TestEditUmask(t *testing.T) {
	old := syscall.Umask(0o777)
	n, err := newNook([]string{newTableAt(t, old)}, newOwner(leaf{Text: secret}, ""))
	syscall.Umask(old)
	if err != nil {
		t.Fatal(err)
	}
	infos, err := n.list()
	if err != nil || len(infos) != 2 {
		t.Fatalf("got %v, %v", infos, err)
	}
	for _, info := range infos {
		if info.Mode() != 0o600 {
			t.Errorf("%s is %v", info.Name(), info.Mode())
		}
	}
	if err := n.remove(); err != nil {
		t.Error(err)
	}
}

// newTableAt makes the place of a table under another umask.
func newTableAt(t *testing.T, umask int) string {
	now := syscall.Umask(umask)
	defer syscall.Umask(now)
	return newTable(t, "").place
}

func TestNookNeedsAGuardedPlace(t *testing.T) {
	place := newTable(t, "").place
	if err := os.Chmod(place, 0o777); err != nil {
		t.Fatal(err)
	}
	if n, err := newNook([]string{place}, newOwner(leaf{}, "")); err == nil {
		t.Errorf("got %v in a place where others can move it", n.path)
	}
	if err := os.Chmod(place, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	if _, err := newNook([]string{filepath.Join(place, "none"), place}, newOwner(leaf{}, "")); err != nil {
		t.Error(err)
	}
}

func TestAttention(t *testing.T) {
	ctx, a := attend(t.Context())
	defer a.stop()
	us, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	release := a.hold()
	_ = us.Signal(os.Interrupt)
	time.Sleep(50 * time.Millisecond)
	if ctx.Err() != nil {
		t.Fatal("^C was not left to the editor")
	}
	release()
	other := make(chan bool, 1)
	release = a.instead(func() { other <- true })
	_ = us.Signal(os.Interrupt)
	<-other
	if ctx.Err() != nil {
		t.Fatal("^C did more than something else")
	}
	release()
	_ = us.Signal(os.Interrupt)
	<-ctx.Done()
	if err := interrupted(ctx); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "interrupt") {
		t.Errorf("got %v", err)
	}
}
