package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
)

// run is one run of the program: the world it runs in, and what all commands share.
type run struct {
	World
	attention *attention
	*options
	ask   asker
	style style
	// The flags that all commands know.
	configFlag, journalFlag, colorFlag string
	yes                                bool
	country                            string           // the writer's, once it was read
	held                               *journal.Journal // a closed one that was opened with its passphrase
	curtain                            *curtain         // of a journal that was opened with its passphrase
	firstLine                          []byte           // of standard input, where it is the passphrase
	replacedFlag                       bool
	newSecretFlagged                   string // where a new passphrase comes from
	unsettled                          bool   // the settings could not be read, and count as not set
}

// prepare reads the settings, once the flags are known.
func (r *run) prepare(c *cobra.Command) error {
	path := r.configFlag
	if path == "" {
		path = configPath(r.Getenv)
	}
	o, err := loadOptions(r.Getenv, c.Flags(), path)
	if err != nil {
		return withHint(err, "\"untangle config edit\" opens the file, \"untangle config path\" shows where it is")
	}
	r.options = o
	if home := dataFolder(r.Getenv); o.text("journal") == "" && !filepath.IsAbs(home) {
		return withHint(usagef("no home folder is set, so there is no place for a journal"), "--journal FILE names one")
	}
	if r.text("passphrase-fd") == "0" {
		if err := r.takeFirstLine(); err != nil {
			return err
		}
	}
	_, colored := terminal(r.Out)
	switch o.text("color") {
	case "always":
		r.style.on = true
	case "auto":
		r.style.on = colored && r.Getenv("NO_COLOR") == "" && r.Getenv("TERM") != "dumb"
	}
	r.ask = newAsker(r)
	return r.knownJournal()
}

// knownJournal returns an error for a word that names no journal of the settings, which
// would otherwise be taken for a file in this folder.
func (r *run) knownJournal() error {
	name := r.text("journal")
	if name == "" || r.journals[name] != "" || strings.ContainsAny(name, `./\`) {
		return nil
	}
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	return withHint(usagef("there is no journal called %q in your settings", name), "a file is named with its path, like ./"+name+".db")
}

// journalPath returns the file of the journal that is meant.
func (r *run) journalPath() string {
	name := r.text("journal")
	switch {
	case name == "":
		return filepath.Join(dataFolder(r.Getenv), "journal.db")
	case r.journals[name] != "":
		name = r.journals[name]
	}
	if rest, ok := strings.CutPrefix(name, "~"+string(filepath.Separator)); ok {
		name = filepath.Join(r.Getenv("HOME"), rest)
	}
	if full, err := filepath.Abs(name); err == nil {
		return full
	}
	return name
}

// shownPath returns a path with the person's home written as ~.
func (r *run) shownPath(path string) string {
	if home := r.Getenv("HOME"); home != "" && home != "/" {
		if rest, ok := strings.CutPrefix(path, home+string(filepath.Separator)); ok {
			return filepath.Join("~", rest)
		}
	}
	return path
}

// reach opens the journal that is meant, and leaves one closed that is closed. Modes that
// others could read it with are mended, and said.
func (r *run) reach(ctx context.Context) (*journal.Journal, error) {
	if r.held != nil && !r.held.Locked() {
		return r.held, nil
	}
	path := r.journalPath()
	j, err := journal.Open(ctx, path, r.opening())
	if err == nil { // or it may be somebody else's file
		r.mendMode(path, 0o600)
	}
	if errors.Is(err, journal.ErrMissing) && !slices.Contains([]string{filepath.Join(dataFolder(r.Getenv), "journal.db")}, path) {
		return nil, withHint(err, fmt.Sprintf("\"untangle init --plain --journal %s\" makes it", path))
	}
	return j, err
}

// opening is how journals are opened.
func (r *run) opening() journal.Options {
	return journal.Options{Now: r.Now, Memory: stateFolder(r.Getenv), Replaced: r.replacedFlag, Work: r.Work}
}

// mendMode takes others' rights to a file of ours away.
func (r *run) mendMode(path string, want fs.FileMode) {
	info, err := os.Lstat(path)
	if err != nil || runtime.GOOS == "windows" || !info.Mode().IsRegular() || info.Mode().Perm()&^want == 0 {
		return
	}
	if err := os.Chmod(path, want); err == nil {
		r.say("Others could read %s; now only you can.", r.shownPath(path))
	} else {
		r.say("Others can read %s, and that could not be changed: %v", r.shownPath(path), err)
	}
}

// say shows a sentence beside the output. On a terminal it breaks between words, and
// never within one: it may be a path, to be copied.
func (r *run) say(format string, args ...any) {
	text := visible(fmt.Sprintf(format, args...))
	if _, ok := terminal(r.Err); ok {
		_, width := r.screen()
		text = wrapWords(text, width-1)
	}
	fmt.Fprintln(r.Err, text)
}

// put writes a line of output. On a terminal it breaks between words, and goes on as
// far to the right as it began.
func (r *run) put(line string) error {
	if _, ok := terminal(r.Out); ok {
		in := len(line) - len(strings.TrimLeft(line, " "))
		line = indent(wrapWords(line[in:], max(1, r.room()+margin-in)), in)
	}
	_, err := fmt.Fprintln(r.Out, line)
	return err
}

// show writes lines to the screen, each behind the margin.
func (r *run) show(lines ...string) {
	for _, line := range lines {
		fmt.Fprintln(r.Out, strings.TrimRight(indent(line, margin), " "))
	}
}

// room is how wide a text may be.
func (r *run) room() int {
	_, width := r.screen()
	return textWidth(width)
}

// tell writes a paragraph to the screen, wrapped.
func (r *run) tell(paragraphs ...string) {
	_, width := r.screen()
	for _, p := range paragraphs {
		r.show(wrapLines(visible(p), textWidth(width))...)
	}
}

// read shows paragraphs that must not scroll away: a screen of them at a time, and the
// last until somebody goes on.
func (r *run) read(ctx context.Context, paragraphs ...string) error {
	rows, width := r.screen()
	var text strings.Builder
	text.WriteString("\n")
	for _, p := range paragraphs {
		for _, line := range wrapLines(visible(p), textWidth(width)) {
			text.WriteString(strings.TrimRight(indent(line, margin), " ") + "\n")
		}
	}
	if err := r.leaf(ctx, text.String()+"\n", rows-3); err != nil {
		return err
	}
	_, err := r.ask.letter(ctx, []answer{{"", "go on"}}, nil)
	return err
}

// hint writes a dim paragraph to the screen, wrapped.
func (r *run) hint(text string) {
	for _, line := range wrapLines(text, r.room()) {
		r.show(r.style.dim(line))
	}
}
