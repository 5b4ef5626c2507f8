package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/prompts"
)

func journeyCommand(r *run) *cobra.Command {
	c := &cobra.Command{
		Use:     "journey",
		GroupID: groupWrite,
		Short:   "Some days of writing that belong together",
		Long: paragraphs(
			"Goes on with the journey in progress, or shows the journeys there are. Each has some days; each day has something to write, and something small to do after. Days without writing cost nothing, and every step can be skipped, repeated or left.",
			"A journey in progress is what untangle offers first. Some ask one question before they begin; steps that could be risky are offered only where the answer is no."),
		Example: examples("untangle journey list", "untangle journey show plain-days",
			"untangle journey start plain-days", "untangle journey skip", "untangle journey pause"),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if r.interactive() {
				return r.openJourney(c.Context())
			}
			return r.listJourneys(c.Context(), false)
		},
	}
	c.AddCommand(
		r.journeyList(), r.journeyStart(), r.journeyRepeat(),
		r.journeyVerb("show ID", "What it asks, day by day", (*walk).print),
		r.journeyVerb("continue [ID]", "Go on, also with one that was paused or stopped", (*walk).resume),
		r.journeyVerb("skip [ID]", "Leave the next step out", (*walk).skip),
		r.journeyVerb("pause [ID]", "Leave it where it stands; nothing is lost", (*walk).pause),
		r.journeyVerb("stop [ID]", "End it; what you wrote stays", (*walk).stop),
		r.journeyVerb("look-back [ID]", "Read what you wrote on it", (*walk).lookBack))
	return c
}

// walk is one journey, and the day on which something is done with it.
type walk struct {
	*day
	journey prompts.Journey
}

// journeyVerb returns a command that does something with the journey that is named, or
// with the one in progress.
func (r *run) journeyVerb(use, short string, do func(*walk, context.Context) error) *cobra.Command {
	least := 1
	if strings.HasSuffix(use, "]") {
		least = 0
	}
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.RangeArgs(least, 1), ValidArgsFunction: completeJourneys,
		Example: examples("untangle journey " + strings.NewReplacer("[ID]", "plain-days", "ID", "plain-days").Replace(use)),
		RunE: func(c *cobra.Command, args []string) error {
			w, err := r.walk(c.Context(), args, strings.HasPrefix(use, "show"))
			if err != nil {
				return err
			}
			return ignoreLeft(do(w, c.Context()))
		},
	}
}

func completeJourneys(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	for _, j := range prompts.Journeys() {
		ids = append(ids, j.ID+"\t"+j.Title)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// walk returns the journey that is named, or the one in progress, or else the one that
// was paused.
// To be read about, a journey needs no journal.
func (r *run) walk(ctx context.Context, args []string, read bool) (*walk, error) {
	j, err := r.open(ctx)
	if errors.Is(err, journal.ErrMissing) && len(args) > 0 && read {
		if journey, ok := prompts.JourneyNamed(strings.ToLower(args[0])); ok {
			return &walk{&day{run: r}, journey}, nil
		}
	}
	if err != nil {
		return nil, err
	}
	d, err := r.day(ctx, j)
	if err != nil {
		return nil, err
	}
	journey, ok := d.guide.progress.Going()
	if !ok {
		journey, ok = d.guide.progress.Paused()
	}
	if len(args) > 0 {
		journey, ok = prompts.JourneyNamed(strings.ToLower(args[0]))
		if !ok {
			return nil, usagef("there is no journey %q (have %s)", oneLine(truncate(args[0], 40)), journeyIDs())
		}
	}
	if !ok {
		return nil, withHint(errors.New("no journey is in progress"), "\"untangle journey list\" shows them, \"untangle journey start ID\" begins one")
	}
	return &walk{d, journey}, nil
}

func journeyIDs() string {
	var ids []string
	for _, j := range prompts.Journeys() {
		ids = append(ids, j.ID)
	}
	return strings.Join(ids, ", ")
}

func (r *run) journeyStart() *cobra.Command {
	var answer string
	c := r.journeyVerb("start ID", "Begin one, or begin it again", func(w *walk, ctx context.Context) error {
		gate, err := prompts.ParseAnswer(answer)
		if err != nil {
			return usagef("--answer: %w", err)
		}
		return w.start(ctx, gate)
	})
	c.Flags().StringVar(&answer, "answer", "", "answer the question it asks first: no, yes or unsure")
	return c
}

func (r *run) journeyRepeat() *cobra.Command {
	var step int
	c := r.journeyVerb("repeat [ID]", "Do the last step again, or another one", func(w *walk, ctx context.Context) error {
		return w.repeat(ctx, step)
	})
	c.Flags().IntVar(&step, "step", 0, "the number of the step to go to")
	return c
}

// path is how far the journey has come, and whether it was begun.
func (w *walk) path() (prompts.Path, bool) { return w.guide.progress.Path(w.journey.ID) }

// next is the step that the journey goes on with.
func (w *walk) next() (prompts.Offer, bool) {
	return prompts.Next(w.journey, w.guide.progress, w.guide.me, w.moods.now)
}

// careful reports whether the writer may not be safe on the journey.
func (w *walk) careful() bool { return prompts.Careful(w.journey, w.guide.progress, w.guide.me) }

// begun returns an error unless the journey was begun.
func (w *walk) begun() error {
	if _, ok := w.path(); ok {
		return nil
	}
	return withHint(fmt.Errorf("%q was not begun", w.journey.Title), "\"untangle journey start "+w.journey.ID+"\" begins it")
}

func (w *walk) skip(ctx context.Context) error {
	if err := w.begun(); err != nil {
		return err
	}
	offer, ok := w.next()
	if !ok {
		return w.atEnd(ctx)
	}
	err := w.change(ctx, func(g *guide) error {
		g.progress = g.progress.Skip(offer)
		return nil
	})
	if err == nil {
		w.say("Left out of %q: %s.", w.journey.Title, offer.Step.Title)
	}
	return err
}

func (w *walk) repeat(ctx context.Context, step int) error {
	if err := w.begun(); err != nil {
		return err
	}
	path, _ := w.path()
	if step == 0 {
		step = max(path.Step, 1)
	}
	if step < 1 || step > len(w.journey.Steps) {
		return usagef("--step takes a number from 1 to %d", len(w.journey.Steps))
	}
	if w.careful() && w.journey.Steps[step-1].Gated {
		if w.interactive() {
			if err := w.warn(ctx, true); err != nil {
				return err
			}
		}
		return withHint(usagef("that step is left out while you may have to fear how they react"), "\"untangle journey continue\" goes on with the others")
	}
	err := w.change(ctx, func(g *guide) error {
		g.progress = g.progress.Repeat(w.journey.ID, step).Resume(w.journey.ID)
		return nil
	})
	if err != nil {
		return err
	}
	return w.goOn(ctx)
}

func (w *walk) pause(ctx context.Context) error {
	if err := w.begun(); err != nil {
		return err
	}
	err := w.change(ctx, func(g *guide) error {
		if going, ok := g.progress.Going(); ok && going.ID == w.journey.ID {
			g.progress = g.progress.Pause()
		}
		return nil
	})
	if err == nil {
		w.say("Paused. \"untangle journey continue %s\" goes on from there, whenever you like.", w.journey.ID)
	}
	return err
}

func (w *walk) stop(ctx context.Context) error {
	if err := w.begun(); err != nil {
		return err
	}
	err := w.change(ctx, func(g *guide) error {
		g.progress = g.progress.Stop(w.journey.ID)
		return nil
	})
	if err == nil {
		w.say("Stopped. What you wrote on it stays in the journal.")
	}
	return err
}

// lookBack shows what was written on the journey, the oldest first, and nothing that
// was muted.
func (w *walk) lookBack(ctx context.Context) error {
	muted, err := w.mutes(ctx, w.journal)
	if err != nil {
		return err
	}
	q := journal.Query{Journey: w.journey.ID, Oldest: true}
	out := muted.outOf(q)
	var all strings.Builder
	for e, err := range named(ctx, w.journal, out.entries(ctx, w.journal, q)) {
		if err != nil {
			return err
		}
		all.WriteString("\n" + w.full(e))
	}
	switch line := out.line(); {
	case all.Len() == 0 && line == "":
		w.say("Nothing was written on %q yet.", w.journey.Title)
		return nil
	case line != "":
		w.say("%s", strings.Split(line, ";")[0]+".")
	}
	return w.page(ctx, all.String(), false)
}

// print shows what the journey asks. For who may not be safe, the steps behind its
// question stay away.
func (w *walk) print(ctx context.Context) error {
	careful := w.careful()
	if err := w.warn(ctx, true); err != nil {
		return err
	}
	w.show("", w.style.bold(w.journey.Title), "")
	w.tell(w.journey.About)
	for i, step := range w.journey.Steps {
		w.show("", w.style.dim(fmt.Sprintf("%d  %s", i+1, step.Title)))
		switch {
		case careful && step.Gated:
			w.tell("Left out while you may have to fear how they react.")
		case careful && step.Instead != "":
			w.tell(step.Instead)
		default:
			w.tell(step.Text)
		}
	}
	w.show("")
	return nil
}
