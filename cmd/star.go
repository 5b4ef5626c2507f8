package cmd

import (
	"github.com/spf13/cobra"
	"untangle/journal"
)

func starCommand(r *run) *cobra.Command {
	return r.changeCommand("star", "Give entries a star", "Gives entries a star, so that they are found with --starred.", nil,
		func([]string) func(*journal.Entry) error {
			return func(e *journal.Entry) error { e.Starred = true; return nil }
		}, "starred")
}

func unstarCommand(r *run) *cobra.Command {
	return r.changeCommand("unstar", "Take their star away", "Takes their star from entries.", nil,
		func([]string) func(*journal.Entry) error {
			return func(e *journal.Entry) error { e.Starred = false; return nil }
		}, "changed")
}

// changeCommand returns a command that makes the same change to all entries that ids
// or filters choose. Take, if not nil, takes arguments off the front.
func (r *run) changeCommand(name, short, long string, take func([]string) (taken, rest []string, err error),
	change func(taken []string) func(*journal.Entry) error, done string,
) *cobra.Command {
	var f filter
	use, example := name+" ID...", []string{"untangle " + name + " last", "untangle " + name + " --on yesterday"}
	if take != nil {
		use, example = name+" TAG ID...", []string{"untangle " + name + " home last", "untangle " + name + " home --on yesterday"}
	}
	c := &cobra.Command{
		Use: use, GroupID: groupChange, Short: short, Annotations: rare(),
		Long:              paragraphs(long, "Entries are named by id, as \"untangle list\" shows them, or chosen by filters."),
		Example:           examples(example...),
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: r.completeIDs,
		RunE: func(c *cobra.Command, args []string) error {
			var taken []string
			if take != nil {
				var err error
				if taken, args, err = take(args); err != nil {
					return err
				}
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			if f.deleted {
				return withHint(usagef("deleted entries are not changed"), "\"untangle undelete\" brings them back first")
			}
			entries, err := someEntries(c, j, &f, args, r.Now())
			if err != nil {
				return err
			}
			n, err := j.EditEach(c.Context(), idsOf(entries), change(taken))
			switch {
			case err != nil:
				return err
			case n == 0:
				r.say("Nothing to change.")
			default:
				r.say("%s %s.", counted(n, "entry", "entries"), done)
			}
			return nil
		},
	}
	f.flags(r, c)
	return c
}
