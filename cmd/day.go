package cmd

import (
	"context"
	"errors"
	"fmt"

	"untangle/journal"
	"untangle/prompts"
)

// day is today's question, and what may be done with it.
type day struct {
	*run
	journal *journal.Journal
	day     prompts.Day
	guide   guide
	moods   moods
	choice  prompts.Choice
}

// day returns the question of the day.
func (r *run) day(ctx context.Context, j *journal.Journal) (*day, error) {
	return r.dayOn(ctx, j, prompts.DayOf(r.Now(), r.dayStarts()))
}

// dayOn returns the question of a day as it stands by now.
func (r *run) dayOn(ctx context.Context, j *journal.Journal, on prompts.Day) (*day, error) {
	d := &day{run: r, journal: j, day: on}
	var err error
	if d.guide, err = r.guide(ctx, j); err != nil {
		return nil, err
	}
	if d.moods, err = r.moods(ctx, j, on); err != nil {
		return nil, err
	}
	d.choose()
	return d, nil
}

// choose chooses the day's question from what is known by now.
func (d *day) choose() { d.choice = prompts.Choose(d.guide.questions(), d.day, d.writer()) }

func (d *day) writer() prompts.Writer { return d.guide.writer(d.moods, d.journal.Store()) }

// asked returns the day's question as an entry keeps it.
func (d *day) asked() journal.Prompt { return asked(d.choice.Prompt) }

// asked returns a prompt as an entry keeps it.
func asked(p prompts.Prompt) journal.Prompt {
	return journal.Prompt{ID: p.ID, Theme: string(p.Theme), Text: p.Text}
}

// shown remembers that the question was shown, so that it stays all day.
func (d *day) shown(ctx context.Context) error {
	if d.choice.Prompt.ID == "" {
		return nil
	}
	return d.remember(ctx, func(h prompts.History) prompts.History { return h.Show(d.day, d.choice.Prompt.ID) })
}

// remember changes the journal's history of questions, and the day's copy of it.
func (d *day) remember(ctx context.Context, change func(prompts.History) prompts.History) error {
	if string(change(d.guide.history).Encode()) == string(d.guide.history.Encode()) {
		return nil
	}
	return d.change(ctx, func(g *guide) error {
		g.history = change(g.history)
		return nil
	})
}

// change changes what the journal remembers for asking, and the day's copy of it.
func (d *day) change(ctx context.Context, change func(*guide) error) error {
	g, err := changeGuide(ctx, d.journal, change)
	if err == nil {
		d.guide = g
	}
	return err
}

// answeredState returns what the journal remembers beside an entry to a prompt, or to a
// step of a journey; nil for one without.
func (r *run) answeredState(e journal.Entry) func(*journal.State) error {
	return answeredOn(e, prompts.DayOf(r.Now(), r.dayStarts()))
}

// answeredOn is answeredState for an entry of another day.
func answeredOn(e journal.Entry, today prompts.Day) func(*journal.State) error {
	if e.Prompt.ID == "" {
		return nil
	}
	return func(s *journal.State) error {
		before, err := guideOf(s)
		if err != nil {
			return err
		}
		g := before
		if step, ok := prompts.StepOf(e.Journey.ID, e.Journey.Day, e.Prompt.ID); ok {
			g.progress = g.progress.Done(step, today)
		} else {
			g.history = g.history.Answer(today, e.Prompt.ID)
		}
		return g.put(s, before)
	}
}

// turning is how a question is exchanged for another.
type turning int

const (
	another turning = iota
	never           // and this one is not asked again
	deeper
	lighter
)

// turn exchanges the question for another one.
func (d *day) turn(ctx context.Context, how turning) error {
	turned := d.choice.Prompt.ID
	w := d.writer()
	w.Deeper, w.Lighter = how == deeper, how == lighter
	next := prompts.Another(d.guide.questions(), d.day, w)
	if next.Prompt.ID == "" && (how == deeper || how == lighter) {
		return errNothingThere
	}
	err := d.remember(ctx, func(h prompts.History) prompts.History {
		h = h.Skip(d.day, turned)
		if how == never {
			h = h.Never(turned)
		}
		if next.Prompt.ID != "" {
			h = h.Show(d.day, next.Prompt.ID)
		}
		return h
	})
	d.choice = next
	return err
}

// errNothingThere is returned when there is no deeper question, or no lighter one.
var errNothingThere = errors.New("there is no such question today")

// printDay prints the question of the day, where nobody can answer it.
func (r *run) printDay(ctx context.Context) error {
	d, err := r.questionOn(ctx, "")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(r.Out, d.choice.Prompt.Text); err != nil {
		return err
	}
	r.say("\"untangle write\" in a terminal opens a page for it; a text through a pipe is kept as it is.")
	return nil
}
