package cmd

import (
	"context"
	"fmt"

	"untangle/prompts"
)

// start begins the journey. What its question is not answered with no keeps some of its
// steps away.
func (w *walk) start(ctx context.Context, gate prompts.Answer) error {
	if path, ok := w.path(); ok && len(path.Done) > 0 && !w.yes {
		if !w.interactive() {
			return withHint(usagef("this journey was begun before"), "--yes begins it again; \"untangle journey continue\" goes on with it")
		}
		again, err := w.ask.confirm(ctx, "You were on this journey before. Begin it again from the first day? What you wrote stays.")
		if err != nil || !again {
			return err
		}
	}
	if w.interactive() {
		begin, err := w.introduce(ctx)
		if err != nil || !begin {
			return err
		}
		if w.journey.Gate != "" && gate == "" && w.guide.me.Fear != prompts.Yes && w.guide.me.Fear != prompts.Unsure {
			if gate, err = w.askGate(ctx); err != nil {
				return err
			}
		}
	}
	err := w.change(ctx, func(g *guide) error {
		g.progress = g.progress.Start(w.journey.ID, gate, w.day.day)
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.warn(ctx, true); err != nil {
		return err
	}
	return w.goOn(ctx)
}

// introduce says what the journey is, and asks whether to begin it.
func (w *walk) introduce(ctx context.Context) (begin bool, err error) {
	for {
		w.show("", w.style.bold(w.journey.Title), "")
		w.tell(w.journey.About)
		if going, ok := w.guide.progress.Going(); ok && going.ID != w.journey.ID {
			w.tell("", going.Title+" is paused meanwhile, and keeps its place.")
		}
		w.show("")
		letter, err := w.ask.letter(ctx, []answer{{"", "begin"}, {"q", "not now"}, {"h", ""}}, nil)
		if err != nil || letter != "h" {
			return letter == "", err
		}
		if err := w.helpPage(ctx); err != nil {
			return false, err
		}
	}
}

// askGate asks what the journey asks first. Enter leaves it open.
func (w *walk) askGate(ctx context.Context) (prompts.Answer, error) {
	for {
		w.show("")
		w.tell(w.journey.Gate.Question())
		w.show("")
		letter, err := w.ask.letter(ctx, []answer{{"n", "no"}, {"y", "yes"}, {"u", "unsure"}, {"", "rather not say"}, {"q", "not now"}, {"h", "help"}}, nil)
		if err != nil {
			return "", err
		}
		if letter == "q" {
			return "", errLeft
		}
		if letter == "h" {
			if err := w.helpPage(ctx); err != nil {
				return "", err
			}
			continue
		}
		return map[string]prompts.Answer{"n": prompts.No, "y": prompts.Yes, "u": prompts.Unsure}[letter], nil
	}
}

// warn shows what somebody reads who may not be safe, before anything else of a journey
// that asks about it: always, or if they did not read it yet.
func (w *walk) warn(ctx context.Context, always bool) error {
	told := "safety " + w.journey.ID
	if !w.careful() || w.journey.Gate == "" || !always && w.guide.me.WasTold(told) {
		return nil
	}
	if !w.interactive() {
		for _, p := range partnerSafety() {
			if p != "" {
				w.say("%s", p)
			}
		}
		return nil
	}
	if err := w.read(ctx, partnerSafety()...); err != nil {
		return err
	}
	if w.journal == nil {
		return nil
	}
	return w.change(ctx, func(g *guide) error {
		g.me = g.me.Tell(told)
		return nil
	})
}

// goOn offers the next step in a terminal, or prints it elsewhere.
func (w *walk) goOn(ctx context.Context) error {
	offer, ok := w.next()
	if !ok {
		return w.atEnd(ctx)
	}
	if !w.interactive() {
		_, err := fmt.Fprintln(w.Out, offer.Step.Text)
		return err
	}
	_, err := w.offerStep(ctx, &news{day: w.day})
	return err
}

// atEnd says that no step is left, and ends the journey.
func (w *walk) atEnd(ctx context.Context) error {
	w.say("%q has no step left. \"untangle journey look-back %s\" shows what you wrote on it.", w.journey.Title, w.journey.ID)
	return w.end(ctx)
}

func (w *walk) end(ctx context.Context) error {
	return w.change(ctx, func(g *guide) error {
		g.progress = g.progress.Stop(w.journey.ID)
		return nil
	})
}

func (w *walk) resume(ctx context.Context) error {
	if err := w.begun(); err != nil {
		return err
	}
	err := w.change(ctx, func(g *guide) error {
		g.progress = g.progress.Resume(w.journey.ID)
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.warn(ctx, true); err != nil {
		return err
	}
	return w.goOn(ctx)
}
