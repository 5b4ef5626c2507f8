package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func verifyCommand(r *run) *cobra.Command {
	var asJSON bool
	var out string
	c := &cobra.Command{
		Use:     "verify",
		GroupID: groupSafe,
		Short:   "Look whether the journal's file is whole",
		Long: paragraphs(
			"Reads the whole file and holds everything in it against its checks. It changes nothing. Damage is listed, and the exit code is then 5.",
			"--salvage OUT takes everything that can still be trusted out of a damaged file into a new journal at OUT: entries with their earlier versions, deleted ones, drafts, and what is remembered beside them. Nothing that does not pass its checks comes along. A journal that is closed with a passphrase comes out closed, and the same passphrase opens it. The damaged file stays as it is, and nothing is written over. Where only an older version of an entry can still be read, that one comes along, and it is said of how many."),
		Example: examples("untangle verify", "untangle verify --json", "untangle verify --salvage ./salvaged.db"),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("salvage") {
				return r.salvage(c.Context(), out, asJSON)
			}
			path := r.journalPath()
			report, err := r.verify(c.Context(), path)
			if err != nil {
				return err
			}
			if asJSON {
				err = r.printReport(report)
			} else {
				err = r.showReport(path, report)
			}
			if err == nil && len(report.Damage) > 0 {
				return errors.Join(errTold, journal.ErrDamaged)
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one object: entries, deleted, versions, drafts, waiting, damage; with --salvage file, waiting, older, missing and broken in place of damage")
	c.Flags().StringVar(&out, "salvage", "", "take what can be trusted out of a damaged file, into a new journal `OUT`")
	return c
}

// verify reads the journal's file. What a passphrase closes needs it for all but the
// file's own structure.
func (r *run) verify(ctx context.Context, path string) (journal.Report, error) {
	bar := r.progress("Reading")
	report, err := journal.Verify(ctx, path, bar.set)
	bar.done()
	if !errors.Is(err, journal.ErrLocked) {
		return report, err
	}
	j, err := r.reach(ctx)
	if err == nil && j.Locked() {
		err = r.unlock(ctx, j)
	}
	if err != nil {
		return report, err
	}
	bar = r.progress("Reading")
	defer bar.done()
	return j.Verify(ctx, bar.set)
}

func (r *run) printReport(report journal.Report) error {
	damage := report.Damage
	if damage == nil {
		damage = []string{}
	}
	return r.printJSON(struct {
		Entries  int      `json:"entries"`
		Deleted  int      `json:"deleted"`
		Versions int      `json:"versions"`
		Drafts   int      `json:"drafts"`
		Waiting  int      `json:"waiting,omitzero"`
		Damage   []string `json:"damage"`
	}{report.Entries, report.Deleted, report.Versions, report.Drafts, report.Waiting, damage})
}

func (r *run) showReport(path string, report journal.Report) error {
	if len(report.Damage) == 0 {
		return r.put(fmt.Sprintf("%s is whole: %s.", r.shownPath(path), report.Summary()))
	}
	what := "is damaged"
	if report.OnlyIndex() {
		what = "has all that you wrote (" + report.Summary() + "); only its search index is damaged"
	}
	if err := r.put(fmt.Sprintf("%s %s:", r.shownPath(path), what)); err != nil {
		return err
	}
	for _, d := range report.Damage {
		fmt.Fprintf(r.Out, "  %s\n", visible(d))
	}
	if report.OnlyIndex() {
		r.say("\"untangle compact\" makes the search index anew from your entries. Until then, a search may have to read every entry.")
		return nil
	}
	r.say("Keep this file as it is. A backup opens with --journal FILE; copied to this place, it is the journal again. \"untangle verify --salvage OUT\" takes what can still be trusted into a new journal.")
	return nil
}
