package cmd

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func versionsCommand(r *run) *cobra.Command {
	var shut bool
	c := &cobra.Command{
		Use:         "versions ID [NUMBER]",
		GroupID:     groupChange,
		Short:       "Earlier versions of an entry",
		Annotations: rare(),
		Long: paragraphs(
			"Lists the versions of an entry, the newest first. With a number behind the id it prints that version."),
		Example:           examples("untangle versions last", "untangle versions last 2"),
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: r.completeIDs,
		RunE: func(c *cobra.Command, args []string) error {
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			e, err := byName(c.Context(), j, args[0], journal.Query{Shut: shut})
			if err == nil {
				err = r.mayOpen(shut, e)
			}
			if err != nil {
				return err
			}
			versions, err := j.Versions(c.Context(), e.ID)
			if err != nil {
				return err
			}
			if len(args) == 2 {
				n, err := strconv.Atoi(args[1])
				if err != nil || n < 1 || n > len(versions) {
					return usagef("there are versions 1 to %d", len(versions))
				}
				return r.page(c.Context(), r.full(shown{versions[n-1], strconv.Itoa(n)}), false)
			}
			for i, v := range versions {
				when := "first written"
				switch {
				case !v.Deleted.IsZero():
					when = "deleted " + shortDate(v.Deleted)
				case !v.Edited.IsZero():
					when = "changed " + shortDate(v.Edited) + " " + clock(v.Edited)
				}
				line := fmt.Sprintf("%3d  %-30s %5d words  %s", i+1, when, v.Words, oneLine(shown{v, ""}.heading()))
				if _, err := fmt.Fprintln(r.Out, truncate(line, max(40, r.room()+margin))); err != nil {
					return err
				}
			}
			return nil
		},
	}
	shutFlag(c, &shut)
	return c
}
