package cmd

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"untangle/journal"
)

// shutFlag gives a command the flag that takes in letters to later before their day.
func shutFlag(c *cobra.Command, shut *bool) {
	c.Flags().BoolVar(shut, "shut", false, "letters to later too, before their day")
}

// parseOpenOn reads the day on which a letter to later opens.
func parseOpenOn(given string, now time.Time) (journal.Date, error) {
	day, err := whenNext(given, now)
	switch {
	case err != nil:
		return day, usagef("--open-on: %w", err)
	case day.Timed():
		return day, usagef("--open-on: a letter opens on a day, without a time (write 2030-05-01, \"1 may 2030\" or \"in 3 months\")")
	case day.Compare(journal.At(now)) < 0:
		return day, usagef("--open-on: %s is not a day to come (write 2030-05-01, \"1 may 2030\" or \"in 3 months\")", plainDay(day))
	}
	return day, nil
}

// plainDay returns a date's day as it stands in a sentence: 1 May 2030.
func plainDay(d journal.Date) string { return d.Time().Format("2 January 2006") }

// questionOf returns what stands above the page on which an entry is written.
func questionOf(e *journal.Entry) string {
	if e.OpenOn.IsZero() {
		return e.Prompt.Text
	}
	letter := "A letter to open on " + plainDay(e.OpenOn) + "."
	if e.Prompt.Text != "" {
		letter += "\n\n" + e.Prompt.Text
	}
	return letter
}

// shut reports whether an entry is a letter to later whose day has not come.
func (r *run) shut(e *journal.Entry) bool { return e.ShutOn(journal.At(r.Now())) }

// promise says, of a letter to later that was kept, what its date is worth; nothing of
// another entry.
func (r *run) promise(e *journal.Entry) string {
	if !r.shut(e) {
		return ""
	}
	return "It stays shut until " + plainDay(e.OpenOn) + ", which is a promise and not a lock: --shut shows it before then, and it is in backups."
}

// mayOpen returns why one of these entries is not shown: it is a letter to later, and
// nobody asked for it before its day.
func (r *run) mayOpen(asked bool, entries ...*journal.Entry) error {
	for _, e := range entries {
		if !asked && r.shut(e) {
			return withHint(fmt.Errorf("the letter %s is shut until %s", e.ID.String()[:journal.ShortID+2], plainDay(e.OpenOn)), "--shut opens it before its day")
		}
	}
	return nil
}

// sayShut says how many letters stay out of what a query takes out of the journal.
func (r *run) sayShut(ctx context.Context, j *journal.Journal, q journal.Query) error {
	if q.Shut {
		return nil
	}
	q.Shut, q.Letters = true, q.Limit == 0 // of a few, letters have their place among the others
	n := 0
	for e, err := range j.Entries(ctx, q) {
		if err != nil {
			return err
		}
		if r.shut(e) {
			n++
		}
	}
	switch n {
	case 0:
	case 1:
		r.say("1 letter to later stays shut until its day; --shut takes it along.")
	default:
		r.say("%d letters to later stay shut until their days; --shut takes them along.", n)
	}
	return nil
}
