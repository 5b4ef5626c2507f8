package cmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/prompts"
)

func promptsShowCommand(r *run) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "show ID", Aliases: []string{"view", "cat"}, Short: "All about one prompt",
		Long:    paragraphs("Shows a prompt, what follows it, what it is about, and what it rests on."),
		Example: examples("untangle prompts show com-ten-breaths", "untangle prompts show com-ten-breaths --json"),
		Args:    cobra.ExactArgs(1), ValidArgsFunction: r.completePrompts,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := r.shelf(c.Context())
			if err != nil {
				return err
			}
			p, err := s.named(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				object, err := s.promptJSON(p)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(r.Out, "%s\n", object)
				return err
			}
			if r.interactive() {
				s.show("")
				defer s.show("")
			}
			return s.describe(p)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one object")
	return c
}

// describe shows all about a prompt.
func (s *shelf) describe(p prompts.Prompt) error {
	in, room := 0, 1<<20 // into a pipe nothing is wrapped
	if _, ok := terminal(s.Out); ok {
		in, room = margin, s.room()
	}
	lines := wrapLines(p.Text, room)
	for _, followup := range p.Followups {
		lines = append(lines, "")
		lines = append(lines, wrapLines(followup, room)...)
	}
	lines = append(lines, "")
	const column = 12
	for _, row := range s.facts(p) {
		name := row[0]
		for _, line := range wrapLines(row[1], room-column) {
			lines, name = append(lines, s.style.dim(pad(name, column))+line), ""
		}
	}
	lines = append(lines, "", s.style.dim(strings.Join(wrapLines("\"untangle write --prompt "+p.ID+"\" opens a page for it.", room), "\n")))
	_, err := fmt.Fprintln(s.Out, indent(strings.Join(lines, "\n"), in))
	return err
}

// facts are what is known of a prompt, each under its name.
func (s *shelf) facts(p prompts.Prompt) (rows [][2]string) {
	row := func(name, value string) {
		if value != "" {
			rows = append(rows, [2]string{name, value})
		}
	}
	row("id", p.ID)
	if p.Theme != "" {
		row("theme", fmt.Sprintf("%s (%s)", p.Theme.Name(), strings.ToLower(string(p.Theme))))
	}
	row("stages", cmp.Or(stageWords(p.Stages), "all alike"))
	row("form", string(p.Form))
	row("depth", string(p.Depth))
	row("intensity", fmt.Sprintf("%d of 5", p.Intensity))
	row("for", forWords(p))
	row("after it", p.Grounding)
	row("seen", s.seenWords(p.ID))
	if name, _, ok := s.guide.own.Pack(p.ID); ok {
		row("yours", "in the pack "+name)
	}
	if s.liked(p.ID) {
		row("favourite", "yes")
	}
	if s.hides(p.ID) {
		row("hidden", "yes")
	}
	evidence := p.Evidence.Grade.Name()
	if p.Evidence.Note != "" {
		evidence = strings.TrimPrefix(evidence+": "+p.Evidence.Note, ": ")
	}
	row("rests on", evidence)
	return rows
}

// stageWords names the stages that a prompt suits, the best ones first.
func stageWords(stages []prompts.StageWeight) string {
	sorted := slices.Clone(stages)
	slices.SortStableFunc(sorted, func(a, b prompts.StageWeight) int { return b.Weight - a.Weight })
	var names []string
	for i, s := range sorted {
		name := s.Stage.Name()
		if i > 0 && s.Weight < sorted[i-1].Weight && sorted[0].Weight == sorted[i-1].Weight {
			name = "also " + name
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// forWords says whom a prompt is for, where that is not everybody.
func forWords(p prompts.Prompt) string {
	said := []string{
		map[prompts.Side]string{prompts.Before: "before a parting", prompts.After: "after a parting"}[p.Side],
		map[prompts.Role]string{prompts.Leaver: "whoever left", prompts.Left: "whoever was left", prompts.Mutual: "whoever decided it together"}[p.Role],
	}
	if p.MinDays > 0 {
		said = append(said, fmt.Sprintf("%d days or more after it", p.MinDays))
	}
	if len(p.Needs) > 0 {
		said = append(said, "where there is "+strings.ReplaceAll(strings.Join(plainWords(p.Needs), ", "), "-", " "))
	}
	if slices.Contains(p.AvoidIf, prompts.Unsafe) {
		said = append(said, "whoever has nothing to fear from the other")
	}
	return strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), ", ")
}

// seenWords says when a prompt came up last.
func (s *shelf) seenWords(id string) string {
	last, ok := s.guide.history.Last(id)
	if !ok {
		return "not yet"
	}
	said := last.Day.String()
	switch last.End {
	case prompts.Answered:
		said += ", and you wrote to it"
	case prompts.Skipped:
		said += ", and you asked for another"
	}
	return said
}
