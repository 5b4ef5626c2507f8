package cmd

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"untangle/journal"
	"untangle/prompts"
)

// openDay is what the program does when it is called alone.
func (r *run) openDay(ctx context.Context) error {
	if !r.interactive() {
		return r.printDay(ctx)
	}
	j, err := r.reach(ctx)
	if errors.Is(err, journal.ErrMissing) {
		return r.firstRun(ctx)
	}
	if err != nil {
		return err
	}
	if j.Locked() {
		if err := r.unlockOrNot(ctx, j); err != nil {
			return ignoreLeft(err)
		}
	}
	if j.Locked() {
		return r.lockedDay(ctx, j, r.blank())
	}
	return r.openedDay(ctx, j)
}

// openedDay is the day in a journal that can be read.
func (r *run) openedDay(ctx context.Context, j *journal.Journal) error {
	if done, err := r.offerDrafts(ctx, j); done || err != nil {
		return err
	}
	return r.offerDay(ctx, j)
}

// offerDay shows what the day has: a journey in progress first, or else the question of
// the day, and the ways to begin.
func (r *run) offerDay(ctx context.Context, j *journal.Journal) error {
	d, err := r.day(ctx, j)
	if err != nil {
		return err
	}
	now := r.Now()
	r.show("", longDay(journal.At(now), now)+", "+dayPart(now))
	if err := d.askFirst(ctx); err != nil {
		return ignoreLeft(err)
	}
	n, err := d.news(ctx)
	if err != nil {
		return err
	}
	if journey, going := d.guide.progress.Going(); going {
		w := &walk{d, journey}
		path, _ := w.path()
		if _, ok := w.next(); ok && !path.Today(d.day) {
			_, err := w.offerStep(ctx, n)
			return ignoreLeft(err)
		}
	}
	return ignoreLeft(d.offerQuestion(ctx, n))
}

// offerQuestion shows the question of the day and the ways to begin.
func (d *day) offerQuestion(ctx context.Context, n *news) error {
	d.choose()
	if last, ok := d.guide.history.Last(d.choice.Prompt.ID); ok && last.Day == d.day && last.End == prompts.Answered {
		d.show("")
		d.hint("You wrote to this one today. It can be written to again, or another comes with a.")
	}
	for {
		if err := d.shown(ctx); err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, journal.ErrOlder) {
			return err // where nothing can be written, there is still a question
		}
		d.showQuestion()
		letter, err := d.ask.letter(ctx, append(d.ways(), n.ways()...), nil)
		if err != nil {
			return err
		}
		done, err := d.way(ctx, letter, n)
		if done || err != nil {
			return err
		}
	}
}

// showQuestion shows the question.
func (d *day) showQuestion() {
	d.show("")
	p := d.choice.Prompt
	switch {
	case p.ID == "":
		d.tell(strings.Join(d.choice.Why, " "))
	case d.choice.Revisit:
		d.show(d.style.dim("One you have seen before:"))
	}
	if p.ID != "" {
		d.tell(p.Text)
	}
	d.show("")
}

// ways are the ways to go on from the question.
func (d *day) ways() []answer {
	offered, _ := prompts.Offered(d.guide.me, d.guide.progress)
	journeys := answer{"j", offered.Title} // under its own name, or else under "more"
	if d.choice.Prompt.ID == "" {
		return []answer{{"", "blank page"}, {"q", "not today"}, journeys, {"m", "more"}, {"h", ""}}
	}
	ways := []answer{{"", "begin"}, {"a", "another"}, {"b", "blank page"}, {"x", "never this one"}, {"q", "not today"}}
	if w := d.writer(); w.CanDeepen(d.day) && d.choice.Prompt.Intensity <= w.Cap(d.day) {
		ways = append(ways, answer{"d", "deeper"})
	}
	return append(ways, journeys, answer{"m", "more"}, answer{"f", ""}, answer{"w", ""}, answer{"c", ""}, answer{"h", ""})
}

// way goes one of the ways, and reports whether the sitting is over.
func (d *day) way(ctx context.Context, letter string, n *news) (done bool, err error) {
	asks := d.choice.Prompt.ID != ""
	switch letter {
	case "":
		return d.begin(ctx)
	case "b":
		return true, d.write(ctx, d.blank())
	case "a":
		return false, d.turn(ctx, another)
	case "x":
		return false, d.told(d.turn(ctx, never), "That one will not come again. \"untangle prompts allow\" brings it back.")
	case "d":
		err = d.turn(ctx, deeper)
		if errors.Is(err, errNothingThere) {
			return false, d.told(nil, "There is none that goes deeper today.")
		}
		return false, err
	case "f":
		if asks {
			err = d.remember(ctx, func(h prompts.History) prompts.History { return h.Like(d.choice.Prompt.ID) })
			err = d.told(err, "A favourite now. \"untangle prompts favourites\" lists them.")
		}
		return false, err
	case "w":
		d.show("")
		d.tell(d.choice.Why...)
		return false, nil
	case "c":
		if err := d.comfort(); err != nil {
			return false, err
		}
		_, err := d.ask.letter(ctx, []answer{{"", "go on"}}, nil)
		return false, err
	case "j":
		if journey, ok := prompts.Offered(d.guide.me, d.guide.progress); ok {
			w := &walk{d, journey}
			err := w.start(ctx, "")
			_, begun := w.path()
			return begun, err
		}
		return d.chooseJourney(ctx)
	case "m":
		return d.more(ctx, asks)
	case "h":
		return false, d.helpPage(ctx)
	case "q":
		return true, nil
	}
	return n.way(ctx, letter)
}

// told says that something was done, unless an error says otherwise.
func (d *day) told(err error, sentence string) error {
	if err == nil {
		d.show("")
		d.hint(sentence)
	}
	return err
}

// blank returns an entry of now, without anything in it.
func (r *run) blank() journal.Entry {
	now := r.Now()
	return journal.Entry{Date: journal.At(now), Zone: zoneName(now, r.Getenv)}
}

// deep is the intensity from which a prompt is announced before it is written to.
const deep = 4

// announce says that a prompt goes deep, and asks whether to begin.
func (r *run) announce(ctx context.Context, gentle answer) (letter string, err error) {
	for {
		r.show("")
		r.tell("This one goes deep. Settle in first, if you like: a light, a blanket, a glass of water.")
		r.show("")
		letter, err := r.ask.letter(ctx, []answer{{"y", "begin"}, gentle, {"q", "not today"}, {"h", ""}}, nil)
		if err != nil || letter != "h" {
			return letter, err
		}
		if err := r.helpPage(ctx); err != nil {
			return "", err
		}
	}
}

// begin opens the page for the question. One that goes deep is announced first.
func (d *day) begin(ctx context.Context) (done bool, err error) {
	e := d.blank()
	p := d.choice.Prompt
	if p.Intensity >= deep {
		letter, err := d.announce(ctx, answer{"", "lighter"})
		switch {
		case err != nil || letter == "q":
			return true, err
		case letter == "":
			err := d.turn(ctx, lighter)
			if errors.Is(err, errNothingThere) {
				return false, d.told(nil, "There is none that is lighter today; b opens a blank page.")
			}
			return false, err
		}
	}
	if p.ID != "" {
		e.Prompt = d.asked()
	}
	return true, d.write(ctx, e)
}

// more shows the ways that are taken less often; some of them are about the question that
// was shown, if one was.
func (d *day) more(ctx context.Context, asks bool) (done bool, err error) {
	d.show("")
	var ways []answer
	if asks {
		ways = []answer{{"f", "this one is a favourite"}, {"w", "why this one"}}
	}
	ways = append(ways,
		answer{"j", "journeys, some days that belong together"}, answer{"e", "a letter to read"},
		answer{"c", "a small comfort"}, answer{"k", "say how you are"}, answer{"y", "about you, so that it asks better"},
		answer{"h", "help, people you can call"}, answer{"", "back"}, answer{"q", ""})
	d.showWays(ways)
	letter, err := d.ask.letter(ctx, quietly(ways), nil)
	if err != nil {
		return true, err
	}
	switch letter {
	case "":
		return false, nil
	case "e":
		return false, d.readLetter(ctx, d.journal)
	case "k":
		err = d.checkIn(ctx, d.journal)
	case "y":
		err = d.askMe(ctx, d.journal)
	default:
		return d.way(ctx, letter, &news{day: d})
	}
	if err == nil {
		err = d.refresh(ctx)
	}
	return false, err
}

// refresh reads again what may have changed, and chooses again.
func (d *day) refresh(ctx context.Context) error {
	again, err := d.dayOn(ctx, d.journal, d.day)
	if err == nil {
		d.guide, d.moods, d.choice = again.guide, again.moods, again.choice
	}
	return err
}

// askFirst asks how the writer is before anything else, if they want to be asked, once
// a day.
func (d *day) askFirst(ctx context.Context) error {
	if !d.guide.me.CheckIns || d.guide.me.Asked == d.day || d.moods.ache != nil || d.moods.energy != 0 {
		return nil
	}
	if err := d.change(ctx, func(g *guide) error {
		g.me.Asked = d.day
		return nil
	}); err != nil {
		return err
	}
	if err := d.checkIn(ctx, d.journal); err != nil {
		return err
	}
	return d.refresh(ctx)
}
