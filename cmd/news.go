package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"untangle/journal"
	"untangle/prompts"
)

// news is what the day brings beside a question: letters to later whose day has come, a
// day that comes round each year, and an entry that may be looked back on.
type news struct {
	day     *day
	letters []*journal.Entry
	look    *journal.Entry
}

// awayDays is after how many days without a question somebody has been away.
const awayDays = 14

// news tells what the day brings.
func (d *day) news(ctx context.Context) (*news, error) {
	n := &news{day: d}
	if last := d.guide.history.LastDay(d.day); last != 0 && d.day-last > awayDays {
		d.show("")
		d.hint("Nothing to catch up on.")
	}
	for _, date := range d.guide.me.Dates {
		if date.On(d.day) {
			d.show("")
			d.tell("Today is a day you named: " + oneLine(date.Name) + ". b opens a page for it, c shows a small comfort, and it can just as well go by.")
		}
	}
	var err error
	if n.letters, err = d.opened(ctx); err != nil {
		return nil, err
	}
	switch len(n.letters) {
	case 0:
	case 1:
		d.show("")
		d.tell("A letter you kept shut on " + longDay(n.letters[0].Date, d.Now()) + " may be opened now. From today on it stands in your list.")
	default:
		d.show("")
		d.tell(fmt.Sprintf("%d letters you kept shut may be opened now. From today on they stand in your list.", len(n.letters)))
	}
	if n.look, err = d.lookBack(ctx); err != nil {
		return nil, err
	}
	if n.look != nil {
		d.show("")
		d.tell(d.ago(n.look) + ". l looks back; else it stays shut.")
	}
	return n, nil
}

// opened returns the letters to later whose day has come and that were not announced,
// and remembers that they are now.
func (d *day) opened(ctx context.Context) (letters []*journal.Entry, err error) {
	muted, err := d.mutes(ctx, d.journal)
	if err != nil {
		return nil, err
	}
	for e, err := range d.journal.Entries(ctx, journal.Query{Letters: true, Oldest: true}) {
		if err != nil {
			return nil, err
		}
		if !d.guide.me.WasTold(letterTold(e)) && !muted.has(e) {
			letters = append(letters, e)
		}
	}
	if len(letters) == 0 {
		return nil, nil
	}
	return letters, d.change(ctx, func(g *guide) error {
		for _, e := range letters {
			g.me = g.me.Tell(letterTold(e))
		}
		return nil
	})
}

func letterTold(e *journal.Entry) string { return "letter " + e.ID.String() }

// lookBack returns the entry that is offered to be looked back on, if there is one. That
// it was offered is remembered, so that it comes once a week at most.
func (d *day) lookBack(ctx context.Context) (*journal.Entry, error) {
	pasts, err := d.pasts(ctx)
	if err != nil {
		return nil, err
	}
	past, ok := prompts.LookBack(d.day, d.writer(), pasts)
	if !ok {
		return nil, nil
	}
	if err := d.change(ctx, func(g *guide) error {
		g.me.Looked = d.day
		return nil
	}); err != nil {
		return nil, err
	}
	e, err := d.journal.Entry(ctx, past.ID)
	if errors.Is(err, journal.ErrNoEntry) { // another window took it away
		return nil, nil
	}
	return e, err
}

// pasts returns the entries of the days that may be looked back on.
func (d *day) pasts(ctx context.Context) (pasts []prompts.Past, err error) {
	lib := d.guide.questions()
	muted, err := d.mutes(ctx, d.journal)
	if err != nil {
		return nil, err
	}
	for _, on := range prompts.LookDays(d.day) {
		date := journal.Day(on.Calendar())
		for e, err := range d.journal.Entries(ctx, journal.Query{From: date, To: date, Oldest: true}) {
			if err != nil {
				return nil, err
			}
			if muted.has(e) {
				continue
			}
			p := prompts.Past{
				ID: e.ID.String(), Day: on, Prompt: e.Prompt.ID, Theme: prompts.Theme(e.Prompt.Theme), Heavier: e.CheckIn.After == journal.Heavier,
			}
			if asked, ok := lib.Prompt(e.Prompt.ID); ok {
				p.Intensity = asked.Intensity
			} else if step, ok := prompts.StepOf(e.Journey.ID, e.Journey.Day, e.Prompt.ID); ok {
				p.Intensity = step.Step.Intensity
			}
			pasts = append(pasts, p)
		}
	}
	return pasts, nil
}

// ago says when an entry was written and what about, and no word of it.
func (d *day) ago(e *journal.Entry) string {
	when := "A year ago"
	switch days := d.day - d.dayOf(e.Date); {
	case days < 60:
		when = "A month ago"
	case days < 200:
		when = "Three months ago"
	}
	if theme := prompts.Theme(e.Prompt.Theme); slices.Contains(prompts.Themes(), theme) {
		return when + " you wrote about " + theme.Name()
	}
	return when + " you wrote here"
}

// ways are the ways to what the day brings.
func (n *news) ways() (ways []answer) {
	if len(n.letters) > 0 {
		ways = append(ways, answer{"o", "open the letter"})
	}
	if n.look != nil {
		ways = append(ways, answer{"l", "look back"})
	}
	return ways
}

// way goes to what the day brings, and reports whether the sitting is over.
func (n *news) way(ctx context.Context, letter string) (done bool, err error) {
	d := n.day
	switch {
	case letter == "o" && len(n.letters) > 0:
		e := n.letters[0]
		n.letters = n.letters[1:]
		return false, d.showEntry(ctx, d.journal, e)
	case letter == "l" && n.look != nil:
		e := n.look
		n.look = nil
		if err := d.showEntry(ctx, d.journal, e); err != nil {
			return true, err
		}
		return n.beside(ctx, e)
	}
	return false, nil
}

// beside asks whether to write beside an entry that was looked back on.
func (n *news) beside(ctx context.Context, e *journal.Entry) (done bool, err error) {
	d := n.day
	for {
		d.show("")
		letter, err := d.ask.letter(ctx, []answer{{"", "go on"}, {"w", "write beside it"}, {"q", "enough for today"}, {"h", ""}}, nil)
		switch {
		case err != nil || letter == "q":
			return true, err
		case letter == "w":
			now := d.blank()
			now.Prompt = e.Prompt
			return true, d.write(ctx, now)
		case letter == "":
			return false, nil
		}
		if err := d.helpPage(ctx); err != nil {
			return true, err
		}
	}
}

// showEntry shows an entry whole.
func (r *run) showEntry(ctx context.Context, j *journal.Journal, e *journal.Entry) error {
	short, err := j.Short(ctx, e.ID)
	if err != nil {
		return err
	}
	r.show("")
	return r.page(ctx, r.full(shown{e, short[0]}), false)
}
