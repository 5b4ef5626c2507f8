package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func verifyCommand(r *run) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "verify",
		GroupID: groupSafe,
		Short:   "Look whether the journal's file is whole",
		Long: paragraphs(
			"Reads the whole file and holds everything in it against its checks. It changes nothing. Damage is listed, and the exit code is then 5."),
		Example: examples("untangle verify", "untangle verify --json"),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			path := r.journalPath()
			bar := r.progress("Reading")
			report, err := journal.Verify(c.Context(), path, bar.set)
			bar.done()
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
	c.Flags().BoolVar(&asJSON, "json", false, "print one object: entries, deleted, versions, drafts, damage")
	return c
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
		Damage   []string `json:"damage"`
	}{report.Entries, report.Deleted, report.Versions, report.Drafts, damage})
}

func (r *run) showReport(path string, report journal.Report) error {
	if len(report.Damage) == 0 {
		return r.put(fmt.Sprintf("%s is whole: %s.", r.shownPath(path), report.Summary()))
	}
	fmt.Fprintf(r.Out, "%s is damaged:\n", r.shownPath(path))
	for _, d := range report.Damage {
		fmt.Fprintf(r.Out, "  %s\n", visible(d))
	}
	r.say("Keep this file as it is. A backup opens with --journal FILE; copied to this place, it is the journal again.")
	return nil
}
