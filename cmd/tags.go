package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func tagsCommand(r *run) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "tags",
		GroupID: groupFind,
		Short:   "Your tags, and how often you used them",
		Long: paragraphs(
			"Lists all tags of your entries, with the number of entries that have each. A tag stands in the text as @home or #home, or was given beside it.",
			"\"untangle tags rename OLD NEW\" renames one, in the texts too."),
		Example: examples("untangle tags", "untangle tags --json", "untangle tags rename work office"),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			tags, err := j.Tags(c.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return r.printTagsJSON(tags)
			}
			if len(tags) == 0 {
				r.say("There are no tags yet. A word like @home in a text is one.")
			}
			widest := 0
			for _, t := range tags {
				widest = max(widest, cells(t.Name))
			}
			for _, t := range tags {
				if _, err := fmt.Fprintf(r.Out, "@%s  %5d\n", pad(t.Name, widest), t.Count); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print an array of {\"tag\", \"entries\"}")
	c.AddCommand(renameTagCommand(r))
	return c
}

func (r *run) printTagsJSON(tags []journal.Tag) error {
	type object struct {
		Tag     string `json:"tag"`
		Entries int    `json:"entries"`
	}
	all := make([]object, 0, len(tags))
	for _, t := range tags {
		all = append(all, object{t.Name, t.Count})
	}
	return r.printJSON(all)
}

func renameTagCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use:   "rename OLD NEW",
		Short: "Rename a tag in all entries",
		Long: paragraphs(
			"Gives a tag another name, in every entry that has it, in its text too: @old becomes @new. The versions before are kept. Where the old one is muted, the new one is from then on. It asks first."),
		Example:           examples("untangle tags rename work office"),
		Args:              cobra.ExactArgs(2),
		ValidArgsFunction: r.completeTags,
		RunE: func(c *cobra.Command, args []string) error {
			names, err := parseTags(args)
			if err != nil {
				return err
			}
			if len(names) != 2 || names[0] == names[1] {
				return usagef("give two different tags, the old one and the new one")
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			var ids []journal.ID
			for e, err := range j.Entries(c.Context(), journal.Query{Tags: names[:1], CheckIns: true, Shut: true}) {
				if err != nil {
					return err
				}
				ids = append(ids, e.ID)
			}
			if len(ids) == 0 {
				return errors.New("no entry has the tag @" + names[0])
			}
			ok, err := r.sure(c.Context(), fmt.Sprintf("Rename @%s to @%s in %s?", names[0], names[1], counted(len(ids), "entry", "entries")))
			if err != nil || !ok {
				return ignoreLeft(err)
			}
			n, muted, err := renameTag(c.Context(), j, ids, names[0], names[1])
			switch {
			case err != nil:
				return err
			case muted:
				m := mutes{tags: names[1:]}
				r.say("%s changed. %s muted, and %s.", counted(n, "entry", "entries"), m.subject(), m.asking())
			default:
				r.say("%s changed.", counted(n, "entry", "entries"))
			}
			return nil
		},
	}
}

// renameTag renames a tag in these entries and in what is muted, and reports whether
// the new one is muted by then. It is before an entry has it, so that nothing comes up
// if this ends in between.
func renameTag(ctx context.Context, j *journal.Journal, ids []journal.ID, from, to string) (n int, muted bool, err error) {
	m, added, err := changeMutes(ctx, j, func(m mutes) mutes {
		if !slices.Contains(m.tags, from) {
			return m
		}
		return m.with(mutes{tags: []string{to}})
	})
	if err != nil {
		return 0, false, err
	}
	n, err = j.EditEach(ctx, ids, func(e *journal.Entry) error {
		e.Text = journal.RenameTag(e.Text, from, to)
		if i := slices.Index(e.Hand, from); i >= 0 {
			e.Hand[i] = to
		}
		return nil
	})
	if err != nil {
		if added {
			_, _, undo := changeMutes(context.WithoutCancel(ctx), j, func(m mutes) mutes { return m.without(mutes{tags: []string{to}}) })
			err = errors.Join(err, undo)
		}
		return 0, false, err
	}
	muted = slices.Contains(m.tags, to)
	if !slices.Contains(m.tags, from) {
		return n, muted, nil
	}
	// Deleted entries keep the old name, and if one is brought back, it is muted still.
	deleted := false
	for _, err := range j.Entries(ctx, journal.Query{Tags: []string{from}, Deleted: true, CheckIns: true, Shut: true}) {
		if err != nil {
			return n, muted, err
		}
		deleted = true
	}
	if !deleted {
		_, _, err = changeMutes(ctx, j, func(m mutes) mutes { return m.without(mutes{tags: []string{from}}) })
	}
	return n, muted, err
}
