package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/prompts"
)

func todayCommand(r *run) *cobra.Command {
	var why, asJSON bool
	var on string
	c := &cobra.Command{
		Use:     "today",
		GroupID: groupWrite,
		Short:   "Today's question, and the ways to begin",
		Long: paragraphs(
			"Shows the question of the day and the ways to begin. It stays the same all day, until you ask for another. A day begins at 04:00, or when the setting day-starts says.",
			"Into a pipe, and with --why, --on or --json, it prints the question and changes nothing. While the journal is closed, it is one that suits anybody."),
		Example: examples("untangle today", "untangle today --why", "untangle today --on tomorrow --json"),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !why && !asJSON && on == "" && r.interactive() {
				return r.openDay(c.Context())
			}
			d, err := r.questionOn(c.Context(), on)
			if err != nil {
				return err
			}
			if asJSON {
				return r.printQuestion(d)
			}
			if !r.interactive() {
				if _, err := fmt.Fprintln(r.Out, d.choice.Prompt.Text); err != nil || !why {
					return err
				}
				for _, sentence := range d.choice.Why {
					fmt.Fprintln(r.Out, sentence)
				}
				return nil
			}
			r.show("")
			r.tell(d.choice.Prompt.Text)
			if why {
				r.show("")
				r.tell(d.choice.Why...)
			}
			r.show("")
			return nil
		},
	}
	flags := c.Flags()
	flags.BoolVar(&why, "why", false, "say why it is this question")
	flags.StringVar(&on, "on", "", "the question of another day")
	flags.BoolVar(&asJSON, "json", false, "print one object: date, prompt, why")
	return c
}

// questionOn returns the question of a day; without a journal, the one that a new
// journal would have.
func (r *run) questionOn(ctx context.Context, on string) (*day, error) {
	which := prompts.DayOf(r.Now(), r.dayStarts())
	if on != "" {
		date, err := when(on, r.Now())
		if err != nil {
			return nil, usagef("--on: %w", err)
		}
		which = r.dayOf(date.Midnight())
	}
	j, err := r.reach(ctx)
	if err == nil && j.Locked() {
		opened, err := r.openUnasked(ctx)
		if err != nil {
			return nil, err
		}
		if opened == nil {
			return &day{run: r, journal: j, day: which, choice: lockedChoice(j, which, prompts.History{})}, nil
		}
		j = opened
	}
	if errors.Is(err, journal.ErrMissing) {
		return &day{run: r, day: which, choice: prompts.Choose(prompts.Default(), which, prompts.Writer{})}, nil
	}
	if err != nil {
		return nil, err
	}
	return r.dayOn(ctx, j, which)
}

// printQuestion prints the question as one object. A day without one has null.
func (r *run) printQuestion(d *day) error {
	var prompt *prompts.Prompt
	if d.choice.Prompt.ID != "" {
		prompt = &d.choice.Prompt
	}
	return r.printJSON(struct {
		Date   string          `json:"date"`
		Prompt *prompts.Prompt `json:"prompt"`
		Why    []string        `json:"why"`
	}{d.day.String(), prompt, d.choice.Why})
}
