package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func deleteCommand(r *run) *cobra.Command {
	var f filter
	var forever bool
	c := &cobra.Command{
		Use:     "delete ID...",
		Aliases: []string{"rm"},
		GroupID: groupChange,
		Short:   "Take entries out of the journal",
		Long: paragraphs(
			"Takes entries out of the journal. It asks first. \"untangle list --deleted\" shows them, and \"untangle undelete\" brings them back.",
			"With --forever the entries and all their versions are removed, and the file is written anew without them. That cannot be undone. It does not reach backups and exports."),
		Example:           examples("untangle delete last", "untangle delete --tag test --yes", "untangle delete last --forever"),
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: r.completeIDs,
		RunE: func(c *cobra.Command, args []string) error {
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			entries, err := someEntries(c, j, &f, args, r.Now())
			if err != nil {
				return err
			}
			if forever {
				return r.deleteForever(c.Context(), j, entries)
			}
			entries = standing(entries)
			if len(entries) == 0 {
				r.say("Already deleted. --forever removes it for good.")
				return nil
			}
			ok, err := r.sure(c.Context(), fmt.Sprintf("Delete %s? It can be undone with undelete.", entryNames(entries)))
			if err != nil || !ok {
				return ignoreLeft(err)
			}
			if err := j.Delete(c.Context(), idsOf(entries)...); err != nil {
				return err
			}
			if len(entries) > 3 {
				r.say("Deleted. \"untangle undelete\", with the same filters or with ids from \"untangle list --deleted\", brings them back.")
			} else {
				r.say("Deleted. \"untangle undelete %s\" brings %s back.", shortIDs(entries), itOrThem(len(entries)))
			}
			return nil
		},
	}
	f.flags(r, c)
	c.Flags().BoolVar(&forever, "forever", false, "remove them for good, with all their versions")
	return c
}

func undeleteCommand(r *run) *cobra.Command {
	var f filter
	c := &cobra.Command{
		Use:               "undelete ID...",
		GroupID:           groupChange,
		Short:             "Bring deleted entries back",
		Long:              paragraphs("Brings deleted entries back as they were, by their ids, which \"untangle list --deleted\" shows, or all that filters choose."),
		Example:           examples("untangle list --deleted", "untangle undelete k7m2xq", "untangle undelete --on yesterday"),
		Args:              cobra.ArbitraryArgs,
		Annotations:       rare(),
		ValidArgsFunction: r.completeIDs,
		RunE: func(c *cobra.Command, args []string) error {
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			f.deleted = true
			entries, err := someEntries(c, j, &f, args, r.Now())
			if err != nil {
				return err
			}
			entries = slices.DeleteFunc(entries, func(e *journal.Entry) bool { return e.Deleted.IsZero() })
			if len(entries) == 0 {
				r.say("Nothing to bring back: this is in the journal.")
				return nil
			}
			if err := j.Undelete(c.Context(), idsOf(entries)...); err != nil {
				return err
			}
			r.say("%s in the journal again.", counted(len(entries), "entry is", "entries are"))
			return nil
		},
	}
	f.flags(r, c)
	return c
}

// deleteForever removes entries after somebody typed a word for it.
func (r *run) deleteForever(ctx context.Context, j *journal.Journal, entries []*journal.Entry) error {
	if !r.yes {
		if !r.interactive() {
			return usagef("this asks first; without a terminal, --yes answers it")
		}
		r.show("")
		r.tell("Remove "+entryNames(entries)+", with all versions? Nothing brings that back. It does not reach backups and exports you made.", "")
		typed, err := r.ask.line(ctx, "Type forever to do it, or Enter to leave everything as it is.")
		if err != nil || strings.ToLower(typed) != "forever" {
			r.tell("Nothing was changed.")
			return ignoreLeft(err)
		}
	}
	bar := r.progress("Writing the journal anew")
	err := j.DeleteForever(ctx, bar.set, idsOf(entries)...)
	bar.done()
	if err == nil {
		r.say("Removed. Backups and exports made before still have %s.", itOrThem(len(entries)))
	}
	return err
}

func standing(entries []*journal.Entry) (those []*journal.Entry) {
	for _, e := range entries {
		if e.Deleted.IsZero() {
			those = append(those, e)
		}
	}
	return those
}

// entryNames says which entries are meant: one by its heading, several by number.
func entryNames(entries []*journal.Entry) string {
	if len(entries) != 1 {
		return counted(len(entries), "entry", "entries")
	}
	e := shown{entries[0], ""}
	if !e.OpenOn.IsZero() {
		return "the letter to open on " + plainDay(e.OpenOn)
	}
	return fmt.Sprintf("%s, \"%s\"", strings.Join(strings.Fields(shortDate(e.Date)), " "), truncate(oneLine(e.heading()), 40))
}

func shortIDs(entries []*journal.Entry) string {
	var names []string
	for _, e := range entries {
		names = append(names, e.ID.String()[:journal.ShortID+2])
	}
	return strings.Join(names, " ")
}

func itOrThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}
