package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"untangle/journal"
	"untangle/prompts"
)

// promptsState is the name under which a journal remembers its questions.
const promptsState = "prompts"

// day is today's question, and what may be done with it.
type day struct {
	*run
	journal *journal.Journal
	day     prompts.Day
	history prompts.History
	choice  prompts.Choice
}

// day returns the question of the day.
func (r *run) day(ctx context.Context, j *journal.Journal) (*day, error) {
	d := &day{run: r, journal: j, day: prompts.DayOf(r.Now(), r.dayStarts())}
	raw, err := j.State(ctx, promptsState)
	if err != nil {
		return nil, err
	}
	if d.history, err = prompts.ParseHistory(raw); err != nil {
		return nil, err
	}
	d.choice = prompts.Choose(prompts.Default(), d.day, d.history, j.Store())
	return d, nil
}

// asked returns the day's question as an entry keeps it.
func (d *day) asked() journal.Prompt {
	p := d.choice.Prompt
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
	if string(change(d.history).Encode()) == string(d.history.Encode()) {
		return nil
	}
	return d.journal.UpdateState(ctx, func(s *journal.State) error {
		h, err := changeHistory(s, change)
		d.history = h
		return err
	})
}

func changeHistory(s *journal.State, change func(prompts.History) prompts.History) (prompts.History, error) {
	raw, err := s.Get(promptsState)
	if err != nil {
		return prompts.History{}, err
	}
	h, err := prompts.ParseHistory(raw)
	if err != nil {
		return h, err
	}
	h = change(h)
	return h, s.Put(promptsState, h.Encode())
}

// answeredState returns what the journal remembers beside an entry to a prompt; nil
// for one without.
func (r *run) answeredState(e journal.Entry) func(*journal.State) error {
	if e.Prompt.ID == "" {
		return nil
	}
	today := prompts.DayOf(r.Now(), r.dayStarts())
	return func(s *journal.State) error {
		_, err := changeHistory(s, func(h prompts.History) prompts.History { return h.Answer(today, e.Prompt.ID) })
		return err
	}
}

// another exchanges the question for the next one.
func (d *day) another(ctx context.Context, never bool) error {
	turned := d.choice.Prompt.ID
	next := prompts.Another(prompts.Default(), d.day, d.history, d.journal.Store())
	err := d.remember(ctx, func(h prompts.History) prompts.History {
		h = h.Skip(d.day, turned)
		if never {
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

// openDay is what the program does when it is called alone.
func (r *run) openDay(ctx context.Context) error {
	if !r.interactive() {
		return r.printDay(ctx)
	}
	j, err := r.open(ctx)
	if errors.Is(err, journal.ErrMissing) {
		return r.firstRun(ctx)
	}
	if err != nil {
		return err
	}
	if done, err := r.offerDrafts(ctx, j); done || err != nil {
		return err
	}
	return r.offerDay(ctx, j)
}

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

// offerDay shows the question of the day and the ways to begin.
func (r *run) offerDay(ctx context.Context, j *journal.Journal) error {
	d, err := r.day(ctx, j)
	if err != nil {
		return err
	}
	now := r.Now()
	r.show("", longDay(journal.At(now), now)+", "+dayPart(now))
	if last, ok := d.history.Last(d.choice.Prompt.ID); ok && last.Day == d.day && last.End == prompts.Answered {
		r.show("")
		r.hint("You wrote to this one today. It can be written to again, or another comes with a.")
	}
	for {
		if err := d.shown(ctx); err != nil {
			return err
		}
		letter, err := d.menu(ctx)
		if err != nil {
			return ignoreLeft(err)
		}
		e := journal.Entry{Date: journal.At(r.Now()), Zone: zoneName(r.Now(), r.Getenv)}
		switch letter {
		case "":
			e.Prompt = d.asked()
			return r.writePiece(ctx, j, e)
		case "b":
			return r.writePiece(ctx, j, e)
		case "a", "x":
			if err := d.another(ctx, letter == "x"); err != nil {
				return err
			}
			if letter == "x" {
				r.show("")
				r.hint("That one will not come again.")
			}
		case "h":
			r.helpPage()
		default:
			return nil
		}
	}
}

// menu shows the question and asks how to begin.
func (d *day) menu(ctx context.Context) (string, error) {
	d.show("")
	if d.choice.Prompt.ID == "" {
		d.tell(strings.Join(d.choice.Why, " "))
		d.show("")
		return d.ask.letter(ctx, []answer{{"", "blank page"}, {"q", "not today"}, {"h", ""}}, nil)
	}
	if d.choice.Revisit {
		d.show(d.style.dim("One you have seen before:"))
	}
	d.tell(d.choice.Prompt.Text)
	d.show("")
	return d.ask.letter(ctx, []answer{
		{"", "begin"}, {"a", "another"}, {"b", "blank page"}, {"x", "never this one"}, {"q", "not today"}, {"h", ""},
	}, nil)
}

// helpPage is what h shows, at every question.
func (r *run) helpPage() {
	r.show("")
	r.tell(
		"If you might act on thoughts of dying, or are in danger, contact local emergency services now.",
		"",
		"findahelpline.com lists people to call or write to, by country. It needs the internet, and stays in the browser's history.",
		"",
		"If you fear how somebody would react to what you write or plan, a helpline for abuse can help you think it through, from a device they cannot see.",
		"",
		"This program reads nothing you write, and cannot get you help.")
	r.show("")
}
