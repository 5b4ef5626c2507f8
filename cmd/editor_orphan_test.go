//go:build unix

package cmd

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestOrphans(t *testing.T) {
	dead := process{PID: os.Getpid(), Start: "at another time"}
	living := newProcess(os.Getpid())
	if living.Start == "" {
		if runtime.GOOS == "linux" || runtime.GOOS == "darwin" {
			t.Fatal("the start of a process is not found")
		}
		t.Skip("the start of a process is unknown on this system")
	}
	boot, space := machine()
	tests := []struct {
		name  string
		owner owner
		spoil func(t *testing.T, dir string)
		age   time.Duration
		want  string
		bad   bool
	}{
		{name: "dead, changed", owner: owner{Process: dead}, want: "lilacs"},
		{name: "an editor dead as well", owner: owner{Process: dead, Editor: dead}, want: "lilacs"},
		{name: "living", owner: owner{Process: living}, want: "none"},
		{name: "a living editor", owner: owner{Process: dead, Editor: living}, want: "none"},
		{name: "of another start of the machine", owner: owner{Boot: "another", Process: living}, want: "lilacs"},
		{name: "of another container", owner: owner{Space: "another", Process: dead}, want: "none"},
		{name: "unchanged", owner: owner{Process: dead, Leaf: leaf{Text: secret}}, want: "none"},
		{name: "unchanged for long", owner: owner{Process: dead, Leaf: leaf{Text: secret}}, age: 2 * idle, want: "lilacs"},
		{name: "a newer copy", owner: owner{Process: dead}, want: "roses", spoil: func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, asideFile), "roses\n")
			later := time.Now().Add(time.Minute)
			if err := os.Chtimes(filepath.Join(dir, asideFile), later, later); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "half removed", owner: owner{Process: dead}, age: 2 * idle, want: "", spoil: func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, entryFile)); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "not UTF-8", owner: owner{Process: dead}, want: "ÿ", spoil: func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, entryFile), "\xff\n")
		}},
		{name: "open to others", owner: owner{Process: dead}, want: "none", spoil: func(t *testing.T, dir string) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "a link to one", owner: owner{Process: dead}, want: "none", spoil: func(t *testing.T, dir string) {
			real := filepath.Join(t.TempDir(), "real")
			if err := exec.Command("mv", dir, real).Run(); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(real, dir); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "an owner that is a link", owner: owner{Process: dead}, want: "none", spoil: func(t *testing.T, dir string) {
			if err := errors.Join(os.Rename(filepath.Join(dir, ownerFile), filepath.Join(dir, "x")), os.Symlink("x", filepath.Join(dir, ownerFile))); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "no owner", owner: owner{Process: dead}, want: "none", spoil: func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, ownerFile), "{")
		}},
		{name: "somebody else's", owner: owner{Process: dead}, want: "none", spoil: func(t *testing.T, dir string) {
			if os.Geteuid() != 0 {
				t.Skip("only root can give a directory away")
			}
			if err := os.Chown(dir, os.Geteuid()+1, -1); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newTable(t, "")
			o := tt.owner
			o.About = b.about
			if o.Boot == "" {
				o.Boot = boot
			}
			if o.Space == "" {
				o.Space = space
			}
			n, err := newNook([]string{b.place}, o)
			if err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(n.path, entryFile), "lilacs\n")
			if tt.spoil != nil {
				tt.spoil(t, n.path)
			}
			got, text := orphans(b.env, time.Now().Add(tt.age)), "none"
			got = mine(got, b.about)
			if len(got) == 1 {
				text = got[0].text
			}
			if text != tt.want {
				t.Fatalf("found %+v, want %q", got, tt.want)
			}
			if tt.want == "none" {
				return
			}
			if err := got[0].remove(); (err != nil) != tt.bad || (got[0].err != nil) != tt.bad || (len(b.nooks(t)) == 1) != tt.bad {
				t.Errorf("remove: %v, and %v is left", err, b.nooks(t))
			}
		})
	}
}

func TestOrphanThatChanges(t *testing.T) {
	b := newTable(t, "")
	n, err := newNook([]string{b.place}, owner{Process: process{PID: 1 << 30}, About: b.about})
	if err != nil {
		t.Fatal(err)
	}
	_, o := machine()
	own, err := n.owner()
	if err != nil {
		t.Fatal(err)
	}
	own.Space = o
	put(t, filepath.Join(n.path, entryFile), "lilacs\n")
	text, _ := json.Marshal(own)
	put(t, filepath.Join(n.path, ownerFile), string(text))
	found := b.orphans()
	if len(found) != 1 {
		t.Fatalf("found %v", found)
	}
	put(t, filepath.Join(n.path, entryFile), "more lilacs\n")
	if err := found[0].remove(); err == nil || strings.Contains(err.Error(), secret) || len(b.nooks(t)) != 1 {
		t.Errorf("remove: %v", err)
	}
}

func mine(all []orphan, about string) (found []orphan) {
	for _, o := range all {
		if o.about == about {
			found = append(found, o)
		}
	}
	return found
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
