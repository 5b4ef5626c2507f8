package cmd

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func tagCommand(r *run) *cobra.Command {
	return r.changeCommand("tag", "Give entries a tag", "Gives entries a tag, beside those that stand in their text.", takeTag,
		func(tag []string) func(*journal.Entry) error {
			return func(e *journal.Entry) error {
				e.Hand = append(slices.Clone(e.Hand), tag...)
				return nil
			}
		}, "tagged")
}

func untagCommand(r *run) *cobra.Command {
	staying := 0
	c := r.changeCommand("untag", "Take a tag away", "Takes a tag from entries. One that stands in the text, as @home, stays there; \"untangle edit\" changes the text.", takeTag,
		func(tag []string) func(*journal.Entry) error {
			return func(e *journal.Entry) error {
				taken := func(t string) bool { return slices.Contains(tag, t) }
				e.Hand = slices.DeleteFunc(slices.Clone(e.Hand), taken)
				if slices.ContainsFunc(journal.TextTags(e.Text), taken) {
					staying++
				}
				return nil
			}
		}, "changed")
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		err := run(c, args)
		if err == nil && staying > 0 {
			r.say("It stands in the text of %s, and stays there; \"untangle edit\" changes the text.", counted(staying, "entry", "entries"))
		}
		return err
	}
	return c
}

// takeTag takes the tag off the front of the arguments.
func takeTag(args []string) (tag, rest []string, err error) {
	if len(args) == 0 {
		return nil, nil, withHint(usagef("say which tag"), "for example: untangle tag home last")
	}
	tag, err = parseTags(args[:1])
	if err == nil && len(tag) == 0 {
		err = usagef("say which tag")
	}
	return tag, args[1:], err
}

// counted returns a number with its noun: 1 entry, 2 entries.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
