package cmd

import (
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/journal/format"
)

func showCommand(r *run) *cobra.Command {
	var o output
	var shut bool
	c := &cobra.Command{
		Use:     "show ID...",
		Aliases: []string{"view", "cat"},
		GroupID: groupFind,
		Short:   "Read an entry",
		Long: paragraphs(
			"Shows entries whole. An entry is named by its id, or the beginning of it, or as last, last~1 and so on, counted back in time. Without a name it is the last."),
		Example:           examples("untangle show", "untangle show last~1", "untangle show last --json", "untangle show last --format markdown"),
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: r.completeIDs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.settle(); err != nil {
				return err
			}
			if len(args) == 0 {
				args = []string{"last"}
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			entries, err := byNames(c.Context(), j, args, journal.Query{Shut: shut})
			if err == nil {
				err = r.mayOpen(shut, entries...)
			}
			if err != nil {
				return err
			}
			if o.format == "json" && len(entries) == 1 {
				_, err := r.Out.Write(append(format.AppendJSON(nil, entries[0]), '\n'))
				return err
			}
			stream := func(yield func(*journal.Entry, error) bool) {
				for _, e := range entries {
					if !yield(e, nil) {
						return
					}
				}
			}
			var text strings.Builder
			if err := r.print(c.Context(), &text, j, stream, &o, "full"); err != nil {
				return err
			}
			return r.page(c.Context(), text.String(), o.pager)
		},
	}
	shutFlag(c, &shut)
	o.flags(c)
	return c
}
