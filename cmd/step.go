package cmd

import (
	"context"
	"fmt"
	"slices"

	"untangle/journal"
	"untangle/prompts"
)

// openJourney goes on with the journey in progress, or offers those there are.
func (r *run) openJourney(ctx context.Context) error {
	j, err := r.openOrBegin(ctx)
	if err != nil {
		return err
	}
	d, err := r.day(ctx, j)
	if err != nil {
		return err
	}
	if going, ok := d.guide.progress.Going(); ok {
		w := &walk{d, going}
		return ignoreLeft(w.resume(ctx))
	}
	_, err = d.chooseJourney(ctx)
	return ignoreLeft(err)
}

// chooseJourney lets somebody choose a journey and begins it, or goes on with it.
func (d *day) chooseJourney(ctx context.Context) (done bool, err error) {
	var options []option
	for _, j := range prompts.Journeys() {
		options = append(options, option{j.ID, j.Title + progressWords(j, &d.guide)})
	}
	id, err := d.ask.choose(ctx, "Which journey?", options)
	if err != nil || id == "" {
		return false, err
	}
	journey, _ := prompts.JourneyNamed(id)
	w := &walk{d, journey}
	if path, ok := w.path(); ok && !path.Ended {
		return true, w.resume(ctx)
	}
	return true, w.start(ctx, "")
}

// offerStep shows the step that a journey goes on with, and the ways to begin. It
// reports whether the sitting is over; if not, the question of the day follows.
func (w *walk) offerStep(ctx context.Context, n *news) (done bool, err error) {
	if err := w.warn(ctx, false); err != nil {
		return true, err
	}
	for {
		offer, ok := w.next() // anew each time: what was said meanwhile may close a gate
		if !ok {
			return true, w.atEnd(ctx)
		}
		w.showStep(offer)
		ways := []answer{
			{"", "begin"},
			{"t", "today's question"},
			{"b", "blank page"},
			{"s", "skip this step"},
			{"p", "pause"},
			{"q", "not today"},
			{"m", "more"},
			{"h", ""},
		}
		letter, err := w.ask.letter(ctx, append(ways, n.ways()...), nil)
		if err != nil {
			return true, err
		}
		switch letter {
		case "":
			done, err = w.writeStep(ctx, offer)
		case "t":
			return true, w.offerQuestion(ctx, n)
		case "s":
			err = w.skip(ctx)
		case "p":
			return true, w.pause(ctx)
		case "m":
			done, err = w.more(ctx, false)
		default:
			done, err = w.way(ctx, letter, n)
		}
		if done || err != nil {
			return true, err
		}
	}
}

func (w *walk) showStep(offer prompts.Offer) {
	w.show("", w.style.bold(w.journey.Title)+w.style.dim(fmt.Sprintf("   day %d of %d", offer.Day, len(w.journey.Steps))), "")
	if offer.Rest {
		w.tell("The last two times ended heavier, so here is something small in between. The day itself waits.", "")
	}
	w.tell(offer.Step.Text)
	w.show("")
}

// writeStep opens the page for a step, and says when it was the last one. It reports
// whether the sitting is over.
func (w *walk) writeStep(ctx context.Context, offer prompts.Offer) (done bool, err error) {
	if offer.Step.Intensity >= deep {
		switch letter, err := w.announce(ctx, answer{"", "not now"}); {
		case err != nil:
			return true, err
		case letter != "y":
			return false, nil
		}
	}
	if err := w.refresh(ctx); err != nil { // another window may have closed a gate
		return true, err
	}
	if now, ok := w.next(); !ok || now.Step.ID != offer.Step.ID || now.Step.Text != offer.Step.Text {
		return false, w.warn(ctx, false)
	}
	e := w.blank()
	e.Prompt = journal.Prompt{ID: offer.Step.ID, Text: offer.Step.Text}
	e.Journey = journal.Journey{ID: w.journey.ID, Day: offer.Day}
	if err := w.day.write(ctx, e); err != nil {
		return true, err
	}
	if err := w.refresh(ctx); err != nil {
		return true, err
	}
	if path, _ := w.path(); slices.Contains(path.Done, offer.Step.ID) {
		if _, more := w.next(); !more {
			w.tell("", "That was the last day of it. For the hours after: untangle comfort, untangle ground, and untangle help-now for people who can help.")
			return true, w.end(ctx)
		}
	}
	return true, nil
}
