package cmd

import (
	"context"

	"untangle/journal"
	"untangle/prompts"
)

const (
	// easeAfter is after how many heavier endings something lighter is suggested.
	easeAfter = 3
	// easeEvery is the least number of days between two such suggestions.
	easeEvery = 14
)

// What was said once, and need not be again.
const (
	toldMe   = "me"   // that there are two questions
	toldEase = "ease" // that nothing lighter is to be suggested again
)

// ground shows what belongs after writing to a prompt, if something does, and the
// question for whoever wants to go on.
func (r *run) ground(ctx context.Context, j *journal.Journal, prompt string) error {
	if prompt == "" {
		return nil
	}
	questions := prompts.Default()
	if !j.Locked() {
		g, err := r.guide(ctx, j)
		if err != nil {
			return err
		}
		questions = g.questions()
	}
	grounding, followups := prompts.Afterwards(questions, prompt)
	if grounding != "" {
		r.show("")
		r.tell(grounding)
	}
	if len(followups) > 0 {
		r.show("")
		r.hint("To go on, if you like: " + followups[0])
	}
	return nil
}

// afterEnding answers how writing ended: after a heavier one with where to turn, without
// a question, and after several in a row with a suggestion.
func (r *run) afterEnding(ctx context.Context, j *journal.Journal, after journal.After) error {
	if after != journal.Heavier {
		return nil
	}
	r.hint("There are \"untangle ground\", \"untangle comfort\", and \"untangle help-now\" for people to call or write to.")
	if j.Locked() {
		return nil
	}
	today := prompts.DayOf(r.Now(), r.dayStarts())
	m, err := r.moods(ctx, j, today)
	if err != nil || m.now < easeAfter {
		return err
	}
	g, err := r.guide(ctx, j)
	if err != nil || g.me.WasTold(toldEase) || g.me.Eased != 0 && today-g.me.Eased < easeEvery {
		return err
	}
	if _, err := changeGuide(ctx, j, func(g *guide) error {
		g.me.Eased = today
		return nil
	}); err != nil {
		return err
	}
	for {
		r.show("")
		r.tell("The last few times ended heavier. Lighter questions, a break, or somebody to talk to may be worth a thought. The next questions will be lighter by themselves.")
		r.show("")
		letter, err := r.ask.letter(ctx, []answer{{"", "all right"}, {"n", "never say this again"}, {"h", "help"}, {"q", ""}}, nil)
		switch {
		case err != nil:
			return ignoreLeft(err)
		case letter == "h":
			err = r.helpPage(ctx)
		case letter == "n":
			return r.tellMe(ctx, j, toldEase)
		default:
			return nil
		}
		if err != nil {
			return ignoreLeft(err)
		}
	}
}

// write opens a page for an entry of the day. After the first one that was kept, it
// offers two questions, once.
func (d *day) write(ctx context.Context, e journal.Entry) error {
	before, err := d.journal.Count(ctx)
	if err != nil {
		return err
	}
	if err := d.writePiece(ctx, d.journal, e); err != nil || d.guide.me.WasTold(toldMe) {
		return err
	}
	if after, err := d.journal.Count(ctx); err != nil || after == before {
		return err
	}
	if m, err := d.run.moods(ctx, d.journal, d.day); err != nil || m.now > 0 {
		return err // not now
	}
	if err := d.change(ctx, func(g *guide) error {
		g.me = g.me.Tell(toldMe)
		return nil
	}); err != nil {
		return err
	}
	return d.offerMe(ctx)
}

func (d *day) offerMe(ctx context.Context) error {
	for {
		d.show("")
		d.tell("Two questions, so that it asks better? They can wait, and \"untangle me\" has them at any time.")
		d.show("")
		letter, err := d.ask.letter(ctx, []answer{{"", "not now"}, {"y", "ask"}, {"q", ""}, {"h", ""}}, nil)
		switch {
		case err != nil:
			return err
		case letter == "h":
			if err := d.helpPage(ctx); err != nil {
				return err
			}
		case letter == "y":
			return d.askMe(ctx, d.journal)
		default:
			return nil
		}
	}
}
