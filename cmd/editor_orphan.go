package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// idle is how long an orphan whose text nobody changed is left alone. An
// editor that opens a window of its own and does not wait may still show it.
const idle = 24 * time.Hour

// process is a number and a start, which no other process shares.
type process struct {
	PID   int    `json:"pid"`
	Start string `json:"start,omitempty"`
}

func newProcess(pid int) process {
	start, _ := started(pid)
	return process{PID: pid, Start: start}
}

func (p process) alive() bool {
	if p.PID <= 0 {
		return false
	}
	start, alive := started(p.PID)
	return alive && (start == p.Start || start == "" || p.Start == "")
}

// owner says which processes work in a nook, and on what.
type owner struct {
	Boot    string  `json:"boot,omitempty"`
	Space   string  `json:"space,omitempty"`
	Process process `json:"process"`
	Editor  process `json:"editor,omitzero"`
	Leaf    leaf    `json:"leaf,omitzero"`
	About   string  `json:"about,omitempty"`
}

func newOwner(l leaf, about string) owner {
	boot, space := machine()
	return owner{Boot: boot, Space: space, Process: newProcess(os.Getpid()), Leaf: l, About: about}
}

// alive reports whether one of the processes lives, or may live for all we can
// see: one in another container cannot be told by its number.
func (o owner) alive() bool {
	boot, space := machine()
	if o.Boot != "" && boot != "" && o.Boot != boot {
		return false
	}
	return o.Space != space || o.Process.alive() || o.Editor.alive()
}

// orphan is the text of an editing whose processes are gone.
type orphan struct {
	place    string // the file with the text, or the directory if that is unclear
	about    string // as the desk had it
	question string
	text     string
	changed  bool  // whether the text differs from the one that was laid out
	err      error // why the text cannot be read; nothing may be removed then
	dir      string
}

// orphans returns the texts that processes left behind when they were killed.
// The caller keeps each changed one as a draft, and only then removes it; the
// unchanged ones can be removed at once. What a living process works on, and
// what belongs to somebody else, is not among them.
func orphans(getenv func(string) string, now time.Time) []orphan {
	var found []orphan
	var seen []os.FileInfo
	for _, dir := range nookPlaces(getenv) {
		// One place may have two names, as when TMPDIR is /dev/shm.
		info, err := os.Stat(dir)
		if err != nil || slices.ContainsFunc(seen, func(s os.FileInfo) bool { return os.SameFile(s, info) }) {
			continue
		}
		seen = append(seen, info)
		// A place that cannot be listed has nothing of ours.
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if !e.IsDir() || !strings.HasPrefix(e.Name(), nookPrefix) {
				continue
			}
			if o, ok := findOrphan(filepath.Join(dir, e.Name()), now); ok {
				found = append(found, o)
			}
		}
	}
	return found
}

func findOrphan(dir string, now time.Time) (orphan, bool) {
	n, err := openNook(dir)
	if err != nil {
		return orphan{}, false
	}
	defer n.root.Close()
	own, err := n.owner()
	if err != nil || own.alive() {
		return orphan{}, false
	}
	o := orphan{place: dir, about: own.About, question: own.Leaf.Question, dir: dir}
	var name string
	if name, o.text, o.err = n.text(own.Leaf); name != "" {
		o.place = filepath.Join(dir, name)
	}
	o.changed = o.err == nil && name != "" && o.text != own.Leaf.Text
	if o.changed || o.err != nil {
		return o, true
	}
	info, err := n.root.Lstat(ownerFile)
	return o, err == nil && now.Sub(info.ModTime()) >= idle
}

// text returns the newest text in the nook and the name of its file. Without a
// file it returns nothing: a process died over removing it.
func (n *nook) text(l leaf) (name, text string, err error) {
	info, err := n.latest()
	if err != nil {
		return "", "", ignoreMissing(err)
	}
	file, err := n.read(info.Name(), editLimit)
	if errors.Is(err, errNotText) {
		file, err = readable(file), nil
	}
	return info.Name(), l.read(file), err
}

// remove takes the orphan away, unless it has changed since it was found.
func (o orphan) remove() error {
	if o.err != nil {
		return o.err
	}
	n, err := openNook(o.dir)
	if err != nil {
		return ignoreMissing(err)
	}
	own, err := n.owner()
	if err != nil || own.alive() {
		return errors.Join(err, n.root.Close())
	}
	name, text, err := n.text(own.Leaf)
	if err == nil && name != "" && text != o.text {
		err = fmt.Errorf("the text in %q has changed since it was read, and stays there", o.place)
	}
	if err != nil {
		return errors.Join(err, n.root.Close())
	}
	return n.remove()
}
