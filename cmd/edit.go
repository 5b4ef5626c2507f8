package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func editCommand(r *run) *cobra.Command {
	var shut bool
	c := &cobra.Command{
		Use:     "edit [ID]",
		GroupID: groupChange,
		Short:   "Change an entry",
		Long: paragraphs(
			"Opens an entry with its date, title, tags and star above a line, and its text below it. All of it can be changed. The version before is kept; \"untangle versions\" shows it. Without an id it is the last entry."),
		Example:           examples("untangle edit", "untangle edit last~1"),
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: r.completeIDs,
		RunE: func(c *cobra.Command, args []string) error {
			if !r.interactive() {
				return withHint(usagef("edit needs a terminal"), "\"untangle write --append\" adds to today's entry from a pipe")
			}
			name := "last"
			if len(args) == 1 {
				name = args[0]
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			e, err := byName(c.Context(), j, name, journal.Query{Shut: shut})
			if err == nil {
				err = r.mayOpen(shut, e)
			}
			if err != nil {
				return err
			}
			if !e.Deleted.IsZero() {
				return withHint(errors.New("this entry is deleted"), "\"untangle undelete\" brings it back")
			}
			return r.editEntry(c.Context(), j, e, true)
		},
	}
	shutFlag(c, &shut)
	return c
}

// goOn lets somebody go on with an entry, in a new paragraph.
func (r *run) goOn(ctx context.Context, j *journal.Journal, e *journal.Entry, words string) error {
	e.Text = strings.TrimRight(e.Text, "\n") + "\n\n" + words
	return r.editEntry(ctx, j, e, words == "")
}

// editEntry lets somebody change an entry, whose text may be safe in the journal as it
// is.
func (r *run) editEntry(ctx context.Context, j *journal.Journal, e *journal.Entry, safe bool) error {
	page := *e
	page.Text = withHeader(e)
	p := r.start(j, page)
	p.question, p.safe = "", safe
	return p.finishEdit(ctx)
}

// finishEdit lets somebody change an entry until its header can be read.
func (p *piece) finishEdit(ctx context.Context) error {
	p.id = p.draft.Entry.ID
	for {
		opening := p.draft.Entry.Text
		text, err := p.compose(ctx)
		switch {
		case errors.Is(err, errStopped):
			if p.draft.Number == 0 {
				p.stopped("Stopped. The entry is as it was.")
			} else {
				p.stopped("Stopped. The entry is as it was; what you changed is kept as a draft.")
			}
			return nil
		case errors.Is(err, errTold):
			return nil
		case err != nil:
			return err
		}
		changed, err := readHeader(p.draft.Entry, text, p.Now())
		switch {
		case err == nil && (strings.TrimSpace(changed.Text) != "" || text == opening):
			return p.keepEdit(ctx, text, changed)
		case err == nil, strings.TrimSpace(text) == "":
			p.tell("", "The text is empty, so the entry stays as it was. \"untangle delete\" takes it out.")
			return p.drop(ctx)
		}
		if err := p.save(text); err != nil {
			return p.rescue(text, err)
		}
		p.show("")
		p.tell("The lines above the text cannot be read: "+err.Error()+".", "What you wrote is kept as a draft.")
		p.show("")
		letter, err := p.ask.letter(ctx, []answer{{"", "open it again"}, {"q", "leave it as a draft"}}, nil)
		if err != nil || letter == "q" {
			return ignoreLeft(err)
		}
		p.draft.Entry.Text = mendHeader(p.draft.Entry, text)
	}
}

func (p *piece) keepEdit(ctx context.Context, text string, changed journal.Entry) error {
	var kept journal.Entry
	edit := func() (err error) {
		kept, err = p.journal.Edit(ctx, p.id, p.draft.Entry.Version, applyHeader(changed), journal.Beside{Draft: p.draft.Number})
		return err
	}
	err := p.patiently(ctx, edit)
	if errors.Is(err, journal.ErrLocked) { // nobody pressed a key for a while
		if err = p.unlock(ctx, p.journal); err == nil {
			err = p.patiently(ctx, edit)
		}
	}
	if err = p.sayConflict(err); err != nil {
		return p.rescue(text, err)
	}
	p.sayKept(ctx, p.journal, kept)
	return nil
}

// sayConflict says that an entry was changed elsewhere meanwhile, which lost nothing.
func (r *run) sayConflict(err error) error {
	if !errors.Is(err, journal.ErrConflict) {
		return err
	}
	r.say("The entry was changed or deleted in another window meanwhile. Yours is the newest version now, and stands; \"untangle versions\" shows the other.")
	return nil
}

// applyHeader returns the change that makes an entry what its page says.
func applyHeader(page journal.Entry) func(*journal.Entry) error {
	return func(e *journal.Entry) error {
		e.Date, e.Title, e.Hand, e.Starred, e.Text = page.Date, page.Title, page.Hand, page.Starred, page.Text
		return nil
	}
}

// headerEnd stands between an entry's header and its text.
const headerEnd = "---"

// withHeader returns the page on which an entry is changed.
func withHeader(e *journal.Entry) string {
	star := "no"
	if e.Starred {
		star = "yes"
	}
	return fmt.Sprintf("date: %s\ntitle: %s\ntags: %s\nstar: %s\n%s\n\n%s", e.Date, e.Title, strings.Join(e.Hand, ", "), star, headerEnd, e.Text)
}

// readHeader returns the entry that a page says, from the entry it was made of. The
// error says which line cannot be read.
func readHeader(e journal.Entry, page string, now time.Time) (journal.Entry, error) {
	var seen []string
	rest := page
	for {
		line, after, ok := strings.Cut(rest, "\n")
		rest = after
		if line = strings.TrimSpace(line); line == headerEnd {
			break
		}
		if !ok {
			return e, fmt.Errorf("the line %q between them and the text is missing", headerEnd)
		}
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		if !ok || !slices.Contains([]string{"date", "title", "tags", "star"}, key) || slices.Contains(seen, key) {
			return e, errors.New("above the line there are date, title, tags and star, each once")
		}
		seen = append(seen, key)
		if err := setHeader(&e, key, value, now); err != nil {
			return e, err
		}
	}
	e.Text = strings.TrimPrefix(rest, "\n")
	return e, nil
}

func setHeader(e *journal.Entry, key, value string, now time.Time) (err error) {
	switch key {
	case "date":
		if value == e.Date.String() {
			return nil
		}
		if zone, err := time.LoadLocation(e.Zone); err == nil && e.Zone != "" {
			now = now.In(zone) // a time of day is that of the place it was written in
		}
		if e.Date, err = when(value, now); err != nil {
			return fmt.Errorf("date: %w", err)
		}
	case "title":
		e.Title = value
	case "tags":
		var tags []string
		for part := range strings.FieldsFuncSeq(value, func(c rune) bool { return c == ',' || c == ' ' }) {
			tag, err := journal.ParseTag(part)
			if err != nil {
				return fmt.Errorf("tags: %w", err)
			}
			tags = append(tags, tag)
		}
		e.Hand = tags
	case "star":
		switch strings.ToLower(value) {
		case "yes", "y", "true", "*":
			e.Starred = true
		case "no", "n", "false", "":
			e.Starred = false
		default:
			return fmt.Errorf("star is yes or no, not %q", value)
		}
	}
	return nil
}

// mendHeader returns a page to go on with after its header could not be read. A page
// that lost the line below its header gets a new header above everything in it.
func mendHeader(e journal.Entry, page string) string {
	for line := range strings.Lines(page) {
		if strings.TrimSpace(line) == headerEnd {
			return page
		}
	}
	e.Text = page
	return withHeader(&e)
}
