package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// desk is where one's own editor works on a text, and how the text is kept
// meanwhile.
type desk struct {
	// editor is the command as the person set it.
	editor string
	getenv func(string) string
	// save keeps a draft of the text, which comes without the question. It may
	// be slow; it is never called twice at once, and never with an empty text.
	save func(text string) error
	// every is how often the file is looked at; 5 s if zero.
	every time.Duration
	// idle is after how long without a change in the file forget is called, so that nothing
	// stays open for whoever comes by; 0 for never.
	idle   time.Duration
	forget func()
	// grace is how long the editor gets to end when we have to; 2 s if zero.
	grace time.Duration
	// about is for the caller, who finds it again in an orphan: which journal
	// and which entry the text belongs to.
	about string
	// attention, if there is one, leaves ^C to the editor while it works.
	attention *attention
	// sealed says that the text belongs to a sealed journal: its file may lie
	// in memory only, unless onDisk says that the person allows a disk.
	sealed, onDisk bool
	// memory lists the places that are in memory; memoryPlaces if nil.
	memory func(getenv func(string) string) []string
}

// edited is a text as it came back from the editor. Its file stays until done is
// called, and becomes an orphan if it never is.
type edited struct {
	text string
	// aside tells that the editor was left without saving (:q!) and had another
	// text, which save keeps: the caller must not remove that draft.
	aside bool
	// quick tells that an editor we do not know came back at once and changed
	// nothing. It may have opened a window of its own, so the file stays for a
	// day, and what it will hold is found as an orphan. A flag such as --wait
	// helps.
	quick bool
	// missed is why the last try to keep a draft went wrong, if it did.
	missed error

	nook   *nook
	unsafe error // why the file must stay, if it must
}

// done removes the file. It is for the caller to call once the text is kept.
func (s *edited) done() error {
	if s.unsafe != nil || s.quick {
		return errors.Join(s.unsafe, s.nook.root.Close())
	}
	return s.nook.remove()
}

// editError tells how an editing ended badly, and where its text is now.
type editError struct {
	err   error
	kept  bool   // whether save has kept the text as a draft
	save  error  // why it has not
	place string // where the text is, if its file is still there
}

func (e *editError) Error() string {
	said := e.err.Error()
	switch {
	case e.save != nil:
		said += fmt.Sprintf("; a draft could not be kept (%v)", e.save)
	case e.kept:
		said += "; what was written is kept as a draft"
	case e.place == "":
		said += "; nothing new had been saved in it"
	}
	if e.place != "" {
		said += fmt.Sprintf("; the text is in %q", e.place)
	}
	return said
}

func (e *editError) Unwrap() []error { return []error{e.err, e.save} }

// edit lets the person's editor work on a text, below a question if there is
// one, and returns the text as they left it. The streams are the terminal's.
//
// While the editor runs, what it has saved is kept as a draft. The error is
// an *editError if the editor failed or we were asked to end: a new text has
// then been kept as a draft, or is in the file that the error names.
func (d desk) edit(ctx context.Context, in, out, errs *os.File, question, text string) (*edited, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := d.refusal(); err != nil {
		return nil, err
	}
	words, err := editorWords(d.editor, d.getenv, runtime.GOOS)
	if err != nil {
		return nil, err
	}
	if _, err := exec.LookPath(words[0]); err != nil {
		return nil, fmt.Errorf("the editor %q cannot be started (%w): set another, or write with the built-in writer", words[0], errors.Unwrap(err))
	}
	own := newOwner(leaf{Question: question, Text: text}, d.about)
	n, err := newNook(d.places(), own)
	if err != nil {
		return nil, err
	}
	kind := kindOf(words[0], func() string { return editorVersion(ctx, words[0]) })
	args := append(words[1:], kind.arguments(words[1:], n.path, own.Leaf.line())...)
	c := exec.Command(words[0], append(args, filepath.Join(n.path, entryFile))...)
	c.Stdin, c.Stdout, c.Stderr = in, out, errs
	e := editing{desk: d, nook: n, owner: own, kind: kind, command: c, keeper: keeper{save: d.save, safe: text}}
	return e.run(ctx, in, out)
}

// places lists where the file may lie, the best place first.
func (d desk) places() []string {
	if !d.sealed || d.onDisk {
		return nookPlaces(d.getenv)
	}
	if d.memory != nil {
		return d.memory(d.getenv)
	}
	return memoryPlaces(d.getenv)
}

// errNoMemoryPlace is returned where an editor's file of a sealed journal would lie on
// a disk.
var errNoMemoryPlace = errors.New("your editor would put what you write on the disk, where the passphrase does not protect it: write with the built-in writer")

// refusal returns why no editor can be had for this text, if so. The built-in writer,
// which needs no file, can.
func (d desk) refusal() error {
	if len(d.places()) > 0 {
		return nil
	}
	return withHint(errNoMemoryPlace, "the built-in writer opens where the setting editor, VISUAL and EDITOR are all empty\n"+
		"\"untangle config set editor-on-disk true\" lets your editor's file lie on the disk while you write")
}

// nookPlaces lists where a private text may be put, the best one first: in memory,
// where the system has a place for that. In all of them orphans are looked for.
func nookPlaces(getenv func(string) string) []string {
	return append(memoryPlaces(getenv), onDiskPlace(getenv))
}
