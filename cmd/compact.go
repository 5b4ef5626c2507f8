package cmd

import "github.com/spf13/cobra"

func compactCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use:         "compact",
		GroupID:     groupSafe,
		Short:       "Write the journal's file anew, without gaps",
		Annotations: rare(),
		Long: paragraphs(
			"Writes the journal into a new file without gaps, verifies it, and puts it in the old one's place. The search index becomes one piece, and is made anew if it was damaged or came from another version of this program. It needs room for both on the disk meanwhile. Interrupted, nothing is lost, though the old file may be larger than before."),
		Example: examples("untangle compact"),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			if err := r.reindex(c.Context(), j); err != nil {
				return err
			}
			bar := r.progress("Writing anew")
			before, after, err := j.Compact(c.Context(), bar.set)
			bar.done()
			if err == nil {
				r.say("%d KB before, %d KB now.", before>>10, after>>10)
			}
			return err
		},
	}
}
