package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/prompts"
)

func draftsCommand(r *run) *cobra.Command {
	c := &cobra.Command{
		Use:     "drafts",
		GroupID: groupSafe,
		Short:   "Texts that were not finished",
		Long: paragraphs(
			"Lists the texts that were being written when something ended: a window that was closed, a Ctrl-C, a computer that lost its power. The next start offers them too.",
			"\"untangle drafts keep NUMBER\" makes an entry of one as it is, \"show\" prints it, \"drop\" removes it."),
		Example: examples("untangle drafts", "untangle drafts show 1", "untangle drafts keep 1", "untangle drafts drop 1 --yes"),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, drafts, err := r.drafts(c.Context())
			if err != nil {
				return err
			}
			if len(drafts) == 0 {
				r.say("There are no drafts.")
			}
			for _, d := range drafts {
				if err := r.put(fmt.Sprintf("%3d  %s  %s", d.Number, shortDate(d.Saved), oneLine(r.draftWords(d)))); err != nil {
					return err
				}
			}
			return nil
		},
	}
	for _, sub := range []struct {
		use, short string
		run        func(context.Context, *journal.Journal, journal.Draft) error
	}{
		{"show NUMBER", "Print a draft", r.showDraft},
		{"keep NUMBER", "Make an entry of a draft, as it is", r.keepDraft},
		{"drop NUMBER", "Remove a draft", r.dropDraft},
	} {
		c.AddCommand(&cobra.Command{
			Use: sub.use, Short: sub.short, Long: sub.short + ".", Args: cobra.ExactArgs(1),
			Example: examples("untangle drafts " + strings.Replace(sub.use, "NUMBER", "1", 1)),
			RunE: func(c *cobra.Command, args []string) error {
				j, drafts, err := r.drafts(c.Context())
				if err != nil {
					return err
				}
				for _, d := range drafts {
					if strconv.FormatUint(d.Number, 10) == args[0] {
						return sub.run(c.Context(), j, d)
					}
				}
				return withHint(fmt.Errorf("there is no draft with the number %q", args[0]), "\"untangle drafts\" lists them")
			},
		})
	}
	return c
}

// drafts opens the journal and returns its drafts, those of editors that died
// included.
func (r *run) drafts(ctx context.Context) (*journal.Journal, []journal.Draft, error) {
	j, err := r.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := r.takeIn(ctx, j); err != nil {
		return nil, nil, err
	}
	drafts, err := j.Drafts(ctx)
	return j, drafts, err
}

// draftWords is how a draft is called in a list.
func (r *run) draftWords(d journal.Draft) string {
	e := d.Entry
	if d.Entry.Version != 0 {
		if plain, err := readHeader(e, e.Text, r.Now()); err == nil {
			e = plain
		}
	}
	words := truncate(oneLine(shown{&e, ""}.heading()), 50)
	if d.Entry.Version != 0 && r.shut(&e) {
		words = "A letter to open on " + plainDay(e.OpenOn)
	}
	if d.Entry.Version != 0 {
		words += " (a change of an entry)"
	}
	if beingWritten(d) {
		words += " (open in another window)"
	}
	return words
}

func (r *run) showDraft(_ context.Context, _ *journal.Journal, d journal.Draft) error {
	text := visible(strings.TrimRight(d.Entry.Text, "\n"))
	if _, ok := terminal(r.Out); ok {
		r.tell(text)
		return nil
	}
	_, err := fmt.Fprintln(r.Out, text)
	return err
}

// keepDraft makes an entry of a draft, or changes the entry it is a change of.
func (r *run) keepDraft(ctx context.Context, j *journal.Journal, d journal.Draft) error {
	if beingWritten(d) {
		return errors.New("this draft is open in another window")
	}
	kept, err := r.keepAsIs(ctx, j, d)
	if err != nil {
		return err
	}
	if promise := r.promise(&kept); promise != "" {
		r.say("%s", promise)
	}
	_, err = fmt.Fprintln(r.Out, nameOf(ctx, j, kept.ID))
	return err
}

func (r *run) keepAsIs(ctx context.Context, j *journal.Journal, d journal.Draft) (journal.Entry, error) {
	if d.Entry.Version == 0 {
		d.Entry.Text = strings.TrimRight(d.Entry.Text, "\n")
		return j.Add(ctx, d.Entry, journal.Beside{State: r.answeredState(d.Entry), Draft: d.Number})
	}
	changed, err := readHeader(d.Entry, d.Entry.Text, r.Now())
	if err != nil {
		return d.Entry, withHint(err, "\"untangle\" alone offers to go on with it")
	}
	kept, err := j.Edit(ctx, d.Entry.ID, d.Entry.Version, applyHeader(changed), journal.Beside{Draft: d.Number})
	return kept, r.sayConflict(err)
}

func (r *run) dropDraft(ctx context.Context, j *journal.Journal, d journal.Draft) error {
	if beingWritten(d) {
		return errors.New("this draft is open in another window")
	}
	_, err := r.askDrop(ctx, j, d)
	return ignoreLeft(err)
}

// askDrop removes a draft if somebody is sure.
func (r *run) askDrop(ctx context.Context, j *journal.Journal, d journal.Draft) (gone bool, err error) {
	if ok, err := r.sure(ctx, "Remove this draft? It cannot be brought back."); err != nil || !ok {
		return false, err
	}
	return true, j.DropDraft(ctx, d.Number)
}

// sure asks whether to go on with what cannot be undone. Without a terminal, only
// --yes says so.
func (r *run) sure(ctx context.Context, question string) (bool, error) {
	if r.yes {
		return true, nil
	}
	if !r.interactive() {
		return false, usagef("this asks first; without a terminal, --yes answers it")
	}
	ok, err := r.ask.confirm(ctx, question)
	if err == nil && !ok {
		r.tell("Nothing was changed.")
	}
	return ok, err
}

// offerDrafts offers each draft that nobody works on. It returns true if somebody
// went on with one, or left.
func (r *run) offerDrafts(ctx context.Context, j *journal.Journal) (done bool, err error) {
	if err := r.takeIn(ctx, j); err != nil {
		return false, err
	}
	drafts, err := j.Drafts(ctx)
	if err != nil {
		return false, err
	}
	drafts = slices.DeleteFunc(drafts, beingWritten)
	for n, d := range drafts {
		if more := len(drafts) - n - 1; more > 0 {
			r.show("")
			r.hint(counted(more+1, "draft waits", "drafts wait") + "; this is the oldest. \"untangle drafts\" shows them all.")
		}
		done, err := r.offerDraft(ctx, j, d)
		if done || err != nil {
			return true, ignoreLeft(err)
		}
	}
	return false, nil
}

func (r *run) offerDraft(ctx context.Context, j *journal.Journal, d journal.Draft) (done bool, err error) {
	for {
		when := longDay(d.Saved, r.Now())
		if d.Saved.Timed() {
			when += ", " + clock(d.Saved)
		}
		r.tell("", "A draft from "+when, "")
		r.show(r.style.bold(truncate(r.draftWords(d), r.room())), "")
		letter, err := r.ask.letter(ctx, []answer{
			{"", "go on with it"}, {"k", "keep it as it is"}, {"d", "drop it"}, {"l", "later"}, {"q", ""}, {"h", ""},
		}, nil)
		if err != nil {
			return true, err
		}
		switch letter {
		case "":
			return true, r.resume(ctx, j, d)
		case "k":
			if _, err := readHeader(d.Entry, d.Entry.Text, r.Now()); err != nil && d.Entry.Version != 0 {
				r.tell("", "The lines above its text cannot be read: "+err.Error()+". Enter opens it, to mend them.")
				continue
			}
			kept, err := r.keepAsIs(ctx, j, d)
			if err != nil {
				return true, err
			}
			r.sayKept(ctx, j, kept)
			return false, nil
		case "d":
			if gone, err := r.askDrop(ctx, j, d); gone || err != nil {
				return false, err
			}
		case "l":
			return false, nil
		case "h":
			if err := r.helpPage(ctx); err != nil {
				return false, err
			}
		default:
			return true, nil
		}
	}
}

// resume goes on with a draft.
func (r *run) resume(ctx context.Context, j *journal.Journal, d journal.Draft) error {
	d.Owner = ownerName()
	p := &piece{run: r, journal: j, draft: d, question: questionOf(&d.Entry)}
	if d.Entry.Version != 0 {
		p.question = ""
		return p.finishEdit(ctx)
	}
	p.state = r.answeredState(d.Entry)
	if step, ok := prompts.StepOf(d.Entry.Journey.ID, d.Entry.Journey.Day, d.Entry.Prompt.ID); ok {
		on, err := r.day(ctx, j)
		if err != nil {
			return err
		}
		if w := (&walk{on, step.Journey}); step.Step.Gated && w.careful() {
			p.question = "" // it is not asked any more; the text stays
			if err := w.warn(ctx, true); err != nil {
				return err
			}
		}
	}
	return p.finish(ctx)
}
