package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/prompts"
)

func (r *run) meDates() *cobra.Command {
	c := &cobra.Command{
		Use: "dates", Short: "Days that come round each year",
		Long:    paragraphs("Lists the days of the year that you entered. On such a day the program says so once, asks for little, and you may let it pass. It knows no others."),
		Example: examples("untangle me dates", "untangle me dates add 03-10", "untangle me dates remove 1"),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			if r.interactive() {
				return ignoreLeft(r.showDates(c.Context(), j))
			}
			g, err := r.guide(c.Context(), j)
			if err != nil {
				return err
			}
			for n, d := range g.me.Dates {
				if _, err := fmt.Fprintf(r.Out, "%d  %s  %s\n", n+1, monthDay(d), oneLine(d.Name)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.AddCommand(r.meDatesAdd(), r.meDatesRemove())
	return c
}

func (r *run) meDatesAdd() *cobra.Command {
	return &cobra.Command{
		Use: "add DAY [NAME]", Short: "Add a day of the year, and what it is", Args: cobra.MinimumNArgs(1),
		Long: paragraphs("Adds a day that comes round each year: 03-10, or \"10 march\". On a terminal it asks what the day is, where no name is given.",
			"A name given as arguments stays in the shell's history."),
		Example: examples("untangle me dates add 03-10", "untangle me dates add 03-10 the key"),
		RunE: func(c *cobra.Command, args []string) error {
			day, err := r.yearDay(args[0])
			if err != nil {
				return usagef("%w", err)
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			name := strings.Join(args[1:], " ")
			switch {
			case name != "":
				r.say("What is typed behind a command stays in the shell's history. \"untangle me dates add %s\" alone asks for the name.", day)
			case !r.interactive():
				return usagef("say what the day is: untangle me dates add %s NAME", day)
			default:
				return ignoreLeft(r.nameDate(c.Context(), j, day))
			}
			return r.addDate(c.Context(), j, day, name)
		},
	}
}

func (r *run) meDatesRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove N", Short: "Take a day out, by its number in the list", Args: cobra.ExactArgs(1),
		Long:    paragraphs("Takes a day out, by the number that \"untangle me dates\" shows it with."),
		Example: examples("untangle me dates remove 1"),
		RunE: func(c *cobra.Command, args []string) error {
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			return r.removeDate(c.Context(), j, args[0])
		},
	}
}

// showDates shows the days, and asks what to do with them, until somebody leaves.
func (r *run) showDates(ctx context.Context, j *journal.Journal) error {
	for {
		g, err := r.guide(ctx, j)
		if err != nil {
			return err
		}
		r.show("")
		answers := []answer{{"", "back"}, {"a", "add a day"}}
		if len(g.me.Dates) == 0 {
			r.tell("No day of the year is entered. On one that is, the program says so, and asks for little.")
		} else {
			answers = append(answers, answer{"r", "remove one"})
		}
		for n, d := range g.me.Dates {
			lead := fmt.Sprintf("%2d  %s  ", n+1, pad(yearDayWords(d), 12))
			for _, line := range wrapLines(oneLine(d.Name), r.room()-len(lead)) {
				r.show(lead + line)
				lead = strings.Repeat(" ", len(lead))
			}
		}
		r.show("")
		letter, err := r.ask.letter(ctx, append(answers, answer{"h", "help"}, answer{"q", ""}), nil)
		switch {
		case err != nil:
			return err
		case letter == "a":
			err = r.askDate(ctx, j)
		case letter == "r":
			err = r.askRemove(ctx, j, g.me.Dates)
		case letter == "h":
			if err := r.helpPage(ctx); err != nil {
				return err
			}
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// askDate asks for a day and its name. Enter leaves everything as it is.
func (r *run) askDate(ctx context.Context, j *journal.Journal) error {
	for {
		r.show("")
		line, err := r.ask.line(ctx, "Which day of the year? 03-10, or 10 march; Enter goes back.")
		if err != nil || line == "" {
			return err
		}
		if strings.ToLower(line) == "h" {
			if err := r.helpPage(ctx); err != nil {
				return err
			}
			continue
		}
		day, err := r.yearDay(line)
		if err == nil {
			return r.nameDate(ctx, j, day)
		}
		r.hint(err.Error())
	}
}

// nameDate asks what a day is, and adds it. Without a name there is none.
func (r *run) nameDate(ctx context.Context, j *journal.Journal, day string) error {
	for {
		r.show("")
		name, err := r.ask.line(ctx, "What is it? A word will do; Enter leaves it out.")
		if err != nil || name == "" {
			return err
		}
		if strings.ToLower(name) == "h" {
			if err := r.helpPage(ctx); err != nil {
				return err
			}
			continue
		}
		if _, err := prompts.ParseDate(day + " " + name); err != nil {
			r.hint(err.Error())
			continue
		}
		return r.addDate(ctx, j, day, name)
	}
}

func (r *run) askRemove(ctx context.Context, j *journal.Journal, dates []prompts.Date) error {
	var options []option
	for n, d := range dates {
		options = append(options, option{strconv.Itoa(n + 1), yearDayWords(d) + ", " + d.Name})
	}
	number, err := r.ask.choose(ctx, "Which one?", options)
	if err != nil || number == "" {
		return err
	}
	return r.removeDate(ctx, j, number)
}

// addDate keeps a day and its name.
func (r *run) addDate(ctx context.Context, j *journal.Journal, day, name string) error {
	date, err := prompts.ParseDate(day + " " + name)
	if err != nil {
		return usagef("%w", err)
	}
	known := false
	_, err = changeGuide(ctx, j, func(g *guide) error {
		if known = slices.Contains(g.me.Dates, date); known {
			return nil
		}
		g.me.Dates = append(slices.Clone(g.me.Dates), date)
		slices.SortStableFunc(g.me.Dates, func(a, b prompts.Date) int {
			return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Day, b.Day))
		})
		return nil
	})
	switch {
	case err != nil:
		return err
	case known:
		r.remark("That day is there already.")
	default:
		r.remark("Kept: " + yearDayWords(date) + ", each year.")
	}
	return nil
}

// removeDate takes out the day with a number of the list.
func (r *run) removeDate(ctx context.Context, j *journal.Journal, number string) error {
	n, err := strconv.Atoi(number)
	if err != nil {
		return usagef("a day is removed by its number, which \"untangle me dates\" shows")
	}
	var gone prompts.Date
	_, err = changeGuide(ctx, j, func(g *guide) error {
		if n < 1 || n > len(g.me.Dates) {
			return withHint(errors.New("there is no day with that number"), "\"untangle me dates\" lists them")
		}
		gone = g.me.Dates[n-1]
		g.me.Dates = slices.Delete(slices.Clone(g.me.Dates), n-1, n)
		return nil
	})
	if err == nil {
		r.remark("Taken out: " + yearDayWords(gone) + ", " + oneLine(gone.Name) + ".")
	}
	return err
}

// remark says what was done: on the screen among what else is there, or beside the output.
func (r *run) remark(text string) {
	if r.interactive() {
		r.hint(text)
		return
	}
	r.say("%s", text)
}

// yearDay reads a day of the year, as 03-10 or in words, and returns it as 03-10.
func (r *run) yearDay(s string) (string, error) {
	s = strings.TrimSpace(s)
	if d, err := prompts.ParseDate(s + " x"); err == nil {
		return monthDay(d), nil
	}
	date, err := when(s, r.Now())
	if err != nil {
		return "", fmt.Errorf("%q is no day of the year (write 03-10, or \"10 march\")", truncate(oneLine(s), 40))
	}
	_, month, day := date.Calendar()
	return monthDay(prompts.Date{Month: month, Day: day}), nil
}

// monthDay returns a day of the year as 03-10.
func monthDay(d prompts.Date) string { return fmt.Sprintf("%02d-%02d", d.Month, d.Day) }

// yearDayWords returns a day of the year as it is shown: 10 March.
func yearDayWords(d prompts.Date) string {
	return time.Date(2024, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format("2 January")
}
