package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"untangle/prompts"
)

// print shows prompts as a list.
func (s *shelf) print(ctx context.Context, chosen []prompts.Prompt, f *promptFilter) error {
	switch {
	case f.json:
		return s.printPromptsJSON(chosen)
	case s.interactive():
		return s.page(ctx, s.lines(chosen, f), false)
	case len(chosen) == 0:
		s.say("%s", none(f))
	}
	widest := 0
	for _, p := range chosen {
		widest = max(widest, len(p.ID))
	}
	_, width := s.screen()
	for _, p := range chosen {
		line := fmt.Sprintf("%-*s  %-3s  ", widest, p.ID, themeWord(p))
		if _, err := fmt.Fprintln(s.Out, line+truncate(p.Text, max(20, width-len(line)))); err != nil {
			return err
		}
	}
	return nil
}

// themeWord is the theme as a list has it; some of a writer's own have none.
func themeWord(p prompts.Prompt) string {
	if p.Theme == "" {
		return "own"
	}
	return string(p.Theme)
}

// lines are prompts as a screen has them: below their themes, with their ids at the
// right, or below where there is no room beside.
func (s *shelf) lines(chosen []prompts.Prompt, f *promptFilter) string {
	lines := []string{""}
	room := s.room()
	column := 0 // as wide as most ids are
	for _, p := range chosen {
		column = max(column, min(len(p.ID), 26))
	}
	for _, theme := range append(prompts.Themes(), "") {
		heading := theme.Name() + "  " + s.style.dim(strings.ToLower(string(theme)))
		if theme == "" {
			heading = "your own, without a theme"
		}
		for _, p := range chosen {
			if p.Theme != theme {
				continue
			}
			if heading != "" {
				lines, heading = append(lines, s.style.bold(heading), ""), ""
			}
			if room < 60 {
				lines = append(lines, truncate(p.Text, room), "  "+s.style.dim(p.ID))
				continue
			}
			words := room - max(column, len(p.ID)) - 2
			lines = append(lines, pad(truncate(p.Text, words), words+2)+s.style.dim(p.ID))
		}
		if heading == "" {
			lines = append(lines, "")
		}
	}
	said := none(f)
	if len(chosen) > 0 {
		said = fmt.Sprintf("%d of %d", len(chosen), len(s.questions.All()))
		if f.hidden {
			said += ". \"untangle prompts allow ID\" brings one back."
		}
	}
	for _, line := range wrapLines(said, room) {
		lines = append(lines, s.style.dim(line))
	}
	return indent(strings.Join(lines, "\n"), margin) + "\n"
}

// none says that there is no such prompt.
func none(f *promptFilter) string {
	switch {
	case f.hidden:
		return "None is hidden. \"untangle prompts never ID\" hides one."
	case f.favourites:
		return "There are no favourites yet. \"untangle prompts favourite ID\" makes one."
	case f.mine:
		return "There are none of your own yet. \"untangle prompts add\" takes one in."
	}
	return "No prompt is like that."
}

// printPromptsJSON prints an array of prompts with all that is known of each.
func (s *shelf) printPromptsJSON(chosen []prompts.Prompt) error {
	lead := "[\n"
	for _, p := range chosen {
		object, err := s.promptJSON(p)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(s.Out, "%s%s", lead, object); err != nil {
			return err
		}
		lead = ",\n"
	}
	end := "\n]\n"
	if len(chosen) == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(s.Out, end)
	return err
}

// promptJSON returns a prompt as an object with every field, and what the journal knows
// of it.
func (s *shelf) promptJSON(p prompts.Prompt) ([]byte, error) {
	var known struct {
		Seen      *string `json:"seen"`
		Favourite bool    `json:"favourite"`
		Hidden    bool    `json:"hidden"`
		Own       bool    `json:"own"`
	}
	if last, ok := s.guide.history.Last(p.ID); ok {
		day := last.Day.String()
		known.Seen = &day
	}
	known.Favourite, known.Hidden, known.Own = s.liked(p.ID), s.hides(p.ID), p.Own
	object, err := p.MarshalJSON()
	if err != nil {
		return nil, err
	}
	more, err := json.Marshal(known)
	if err != nil {
		return nil, err
	}
	return append(append(object[:len(object)-1], ','), more[1:]...), nil
}
