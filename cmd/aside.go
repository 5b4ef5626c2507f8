package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"untangle/journal"
)

// errand is what stands beside a text that lies outside the journal: which journal it
// belongs to, and what it was to become there.
type errand struct {
	Journal string        `json:"journal"`
	Draft   journal.Draft `json:"draft"` // without its text
}

// errand returns the piece's own, to be found again beside its text.
func (p *piece) errand() string {
	e := errand{p.journalPath(), p.draft}
	if p.journal != nil {
		e.Journal = p.journal.Path()
	}
	e.Draft.Entry.Text, e.Draft.Owner = "", ""
	told, err := json.Marshal(e)
	if err != nil {
		return ""
	}
	return string(told)
}

// rescue puts a text that could not be kept into a private place outside the journal,
// where the next start finds it, and says where.
func (p *piece) rescue(text string, why error) error {
	if strings.TrimSpace(text) == "" {
		return why
	}
	if p.journal == nil { // it may be closed, and take a draft without its passphrase
		if j, err := p.reach(context.Background()); err == nil && j.Locked() {
			p.journal = j
		}
	}
	if p.journal != nil && (p.draft.Number != 0 || p.journal.Locked()) && p.save(text) == nil {
		return withHint(why, joinHints(why, "the text is kept as a draft; \"untangle drafts\" shows it"))
	}
	d := desk{getenv: p.Getenv, sealed: p.closed(), onDisk: p.is("editor-on-disk")}
	if len(d.places()) == 0 {
		return errors.Join(why, errNowhere)
	}
	n, err := newNook(d.places(), newOwner(leaf{}, p.errand()))
	if err == nil {
		err = n.replace(text)
	}
	if err != nil {
		return errors.Join(why, fmt.Errorf("the text could not be put aside either: %w", err))
	}
	when := "the next start offers it"
	if p.closed() {
		when = "the next start that opens the journal offers it"
	}
	hint := joinHints(why, fmt.Sprintf("the text is in %s, and %s", filepath.Join(n.path, entryFile), when))
	if slices.Contains(memoryPlaces(p.Getenv), filepath.Dir(n.path)) {
		hint += "\nit lies in memory there, so start untangle again before the computer is switched off"
	}
	return withHint(why, hint)
}

// joinHints puts a hint behind those that an error has of its own.
func joinHints(why error, hint string) string { return strings.Join(append(hints(why), hint), "\n") }

// errNowhere is returned for a text of a closed journal that nothing takes: on this
// computer all other places are on a disk, where anybody could read it.
var errNowhere = errors.New("the text was not kept: there is no place in memory to put it aside, and on the disk anybody could read it")

// closed reports whether the piece belongs to a journal that a passphrase closes, as far
// as this computer knows where it cannot be opened.
func (p *piece) closed() bool {
	if p.journal != nil {
		return p.journal.Sealed()
	}
	return journal.Remembered(p.journalPath(), p.opening())
}

// takeIn makes drafts of the texts that were put aside, or that editors left behind
// when they were killed. Only then their files are removed; a text that cannot become a
// draft now stays where it is.
func (r *run) takeIn(ctx context.Context, j *journal.Journal) error {
	left := orphans(r.Getenv, r.Now())
	if len(left) == 0 {
		return nil
	}
	var drafts []journal.Draft
	if !j.Locked() { // a closed one takes them all the same
		var err error
		if drafts, err = j.Drafts(ctx); err != nil {
			return err
		}
	}
	for _, o := range left {
		var e errand
		if json.Unmarshal([]byte(o.about), &e) != nil || e.Journal != j.Path() {
			continue
		}
		err := o.err
		if err == nil && o.changed && strings.TrimSpace(o.text) != "" {
			err = adopt(ctx, j, drafts, e.Draft, o.text)
		}
		if err == nil {
			err = o.remove()
		}
		if err != nil {
			r.say("A text that was put aside stays in %s for now: %v", o.place, err)
		}
	}
	return nil
}

// adopt makes a draft of a text, in place of the draft that was kept of it before, if
// there is one.
func adopt(ctx context.Context, j *journal.Journal, drafts []journal.Draft, d journal.Draft, text string) error {
	number := uint64(0)
	for _, o := range drafts {
		switch {
		case o.Entry.ID != d.Entry.ID:
		case o.Entry.Text == text:
			return nil
		case o.Number == d.Number, d.Entry.Version == 0: // two windows may change one entry
			number = o.Number
		}
	}
	d.Number, d.Entry.Text = number, text
	if string(d.Entry.Properties) == "null" {
		d.Entry.Properties = nil // as JSON has what is unset
	}
	_, err := j.SaveDraft(ctx, d)
	return err
}

// readable returns a text as an entry takes it. Bytes that are no UTF-8 come from a
// terminal or a file in an older encoding, mostly Latin-1, and are read as that; zero
// bytes go.
func readable(text string) string {
	if utf8.ValidString(text) {
		return strings.ReplaceAll(text, "\x00", "")
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 {
			if r = rune(text[i]); r < 0xa0 {
				r = utf8.RuneError
			}
		}
		if r != 0 {
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}
