package cmd

import (
	"context"
	"fmt"
	"strings"

	"untangle/journal"
	"untangle/prompts"
)

// askMe asks the next two questions about the writer that were not put yet. Each can be
// left open, and what is answered is kept at once.
func (r *run) askMe(ctx context.Context, j *journal.Journal) error {
	return r.askNext(ctx, j, false)
}

// askNext asks the next two questions; with again, also those that were left open.
func (r *run) askNext(ctx context.Context, j *journal.Journal, again bool) error {
	g, err := r.guide(ctx, j)
	if err != nil {
		return err
	}
	next := nextItems(g.me, again)
	if len(next) == 0 {
		r.show("")
		r.hint("Every question was put. \"untangle me\" shows what you said, and changes it.")
	}
	for _, i := range next {
		if g, err = r.guide(ctx, j); err != nil {
			return err
		}
		if i.fits(g.me) {
			if err := r.askItem(ctx, j, i, g.me); err != nil {
				return err
			}
		}
	}
	return nil
}

// askItem asks for one thing and keeps it at once.
func (r *run) askItem(ctx context.Context, j *journal.Journal, i meItem, me prompts.Me) error {
	for {
		value, said, err := r.askValue(ctx, i, me)
		if err != nil {
			return err
		}
		if !said {
			return r.tellMe(ctx, j, i.toldAsked())
		}
		if value, err = r.meValue(i.name, value); err == nil {
			_, err = me.Set(i.name, value)
		}
		if err != nil {
			r.hint(err.Error())
			continue
		}
		if _, err := r.setMe(ctx, j, map[string]string{i.name: value}); err != nil {
			return err
		}
		if i.name == "fear" && (value == string(prompts.Yes) || value == string(prompts.Unsure)) {
			return r.read(ctx, partnerSafety()...)
		}
		return nil
	}
}

// askValue asks for one thing. What was left open or left as it is was not said; what is
// taken back is said, and empty.
func (r *run) askValue(ctx context.Context, i meItem, me prompts.Me) (value string, said bool, err error) {
	switch {
	case i.letters:
		return r.askLetters(ctx, i, me)
	case i.several:
		before := i.values(me)
		now, err := r.ask.chooseSome(ctx, i.question, i.options, before)
		value = strings.Join(now, ",")
		return value, value != strings.Join(before, ","), err
	case len(i.options) > 0:
		value, err = r.ask.choose(ctx, i.question, i.options)
		return value, value != "", err
	}
	r.show("")
	question := i.question
	if me.Value(i.name) != "" {
		question += " A dash takes it back."
	}
	for {
		value, err = r.ask.line(ctx, question)
		switch {
		case err != nil:
			return "", false, err
		case strings.ToLower(value) == "h":
			if err := r.helpPage(ctx); err != nil {
				return "", false, err
			}
		case value == "-":
			return "", true, nil
		default:
			return value, value != "", nil
		}
	}
}

// askLetters asks for one thing that a letter answers.
func (r *run) askLetters(ctx context.Context, i meItem, me prompts.Me) (value string, said bool, err error) {
	var answers []answer
	for _, o := range i.options {
		answers = append(answers, answer{o.says[:1], o.says})
	}
	if me.Value(i.name) != "" && i.name == "fear" {
		answers = append(answers, answer{"t", "take it back"})
	}
	answers = append(answers, answer{"", notNow}, answer{"h", "help"})
	for {
		r.show("")
		r.tell(i.question)
		r.show("")
		letter, err := r.ask.letter(ctx, answers, nil)
		switch {
		case err != nil || letter == "":
			return "", false, err
		case letter == "h":
			if err := r.helpPage(ctx); err != nil {
				return "", false, err
			}
			continue
		case letter == "t":
			return "", true, nil
		}
		for _, o := range i.options {
			if o.says[:1] == letter {
				value = o.value
			}
		}
		return value, true, nil
	}
}

// meValue reads a value as people give it: a day as they say it.
func (r *run) meValue(name, value string) (string, error) {
	if name != "parted" || strings.TrimSpace(value) == "" {
		return value, nil
	}
	date, err := when(value, r.Now())
	if err != nil {
		return "", err
	}
	return date.Midnight().String(), nil
}

// setMe keeps what somebody said of themselves, all of it or nothing, and returns what
// is known then. Whatever was said need not be asked.
func (r *run) setMe(ctx context.Context, j *journal.Journal, said map[string]string) (prompts.Me, error) {
	g, err := changeGuide(ctx, j, func(g *guide) error {
		for _, i := range meItems() {
			value, ok := said[i.name]
			if !ok {
				continue
			}
			me, err := g.me.Set(i.name, value)
			if err != nil {
				return usagef("--%s: %w", i.name, err)
			}
			g.me = me.Tell(i.toldAsked())
		}
		return nil
	})
	return g.me, err
}

// tellMe remembers that something was said or asked.
func (r *run) tellMe(ctx context.Context, j *journal.Journal, what string) error {
	_, err := changeGuide(ctx, j, func(g *guide) error {
		g.me = g.me.Tell(what)
		return nil
	})
	return err
}

// changeMe asks which thing to change, and then for it.
func (r *run) changeMe(ctx context.Context, j *journal.Journal, me prompts.Me) error {
	var options []option
	for _, i := range meItems() {
		options = append(options, option{i.name, fmt.Sprintf("%s: %s", i.label, i.says(me))})
	}
	name, err := r.ask.choose(ctx, "Which one?", options)
	if err != nil {
		return err
	}
	for _, i := range meItems() {
		if i.name == name {
			return r.askItem(ctx, j, i, me)
		}
	}
	return nil
}
