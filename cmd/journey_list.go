package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/prompts"
)

func (r *run) journeyList() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "All journeys, and how far you are", Args: cobra.NoArgs,
		Example: examples("untangle journey list", "untangle journey list --json"),
		RunE:    func(c *cobra.Command, _ []string) error { return r.listJourneys(c.Context(), asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one array")
	return c
}

// listJourneys shows all journeys, and how far each has come; without a journal, none
// of them was begun.
func (r *run) listJourneys(ctx context.Context, asJSON bool) error {
	var g guide
	j, err := r.open(ctx)
	if err == nil {
		g, err = r.guide(ctx, j)
	}
	if err != nil && !errors.Is(err, journal.ErrMissing) {
		return err
	}
	if asJSON {
		return r.journeysJSON(&g)
	}
	if !r.interactive() {
		for _, j := range prompts.Journeys() {
			if _, err := fmt.Fprintf(r.Out, "%-22s  %2d days  %s%s\n", j.ID, len(j.Steps), j.Title, progressWords(j, &g)); err != nil {
				return err
			}
		}
		return nil
	}
	_, width := r.screen()
	var all strings.Builder
	line := func(s string) { all.WriteString(strings.TrimRight(indent(s, margin), " ") + "\n") }
	for _, j := range prompts.Journeys() {
		line("")
		line(r.style.bold(j.Title))
		line(r.style.dim(j.ID + progressWords(j, &g)))
		for _, l := range wrapLines(j.About, textWidth(width)) {
			line(l)
		}
	}
	return r.page(ctx, all.String()+"\n", false)
}

// progressWords says how far a journey has come.
func progressWords(j prompts.Journey, g *guide) string {
	path, ok := g.progress.Path(j.ID)
	if !ok {
		return ""
	}
	return fmt.Sprintf("  (%s, %d of %d)", stateOf(j, g), path.Step, len(j.Steps))
}

// stateOf is new, in progress, paused or ended.
func stateOf(j prompts.Journey, g *guide) string {
	path, begun := g.progress.Path(j.ID)
	going, ok := g.progress.Going()
	switch {
	case !begun:
		return "new"
	case ok && going.ID == j.ID:
		return "in progress"
	case path.Ended:
		return "ended"
	}
	return "paused"
}

func (r *run) journeysJSON(g *guide) error {
	type step struct {
		ID        string   `json:"id"`
		Title     string   `json:"title"`
		Text      string   `json:"text"`
		Followups []string `json:"followups"`
		Form      string   `json:"form"`
		Intensity int      `json:"intensity"`
		Grounding string   `json:"grounding"`
		Gated     bool     `json:"gated"`
	}
	type row struct {
		ID     string   `json:"id"`
		Number int      `json:"number"`
		Title  string   `json:"title"`
		About  string   `json:"about"`
		For    []string `json:"for"`
		Side   string   `json:"side"`
		Role   string   `json:"role"`
		Cap    int      `json:"cap"`
		Gate   string   `json:"gate"`
		State  string   `json:"state"`
		Step   int      `json:"step"`
		Steps  []step   `json:"steps"`
	}
	rows := []row{}
	for _, j := range prompts.Journeys() {
		path, _ := g.progress.Path(j.ID)
		one := row{
			ID: j.ID, Number: j.Number, Title: j.Title, About: j.About, For: []string{}, Side: string(j.Side), Role: string(j.Role),
			Cap: j.Cap, Gate: j.Gate.Question(), State: stateOf(j, g), Step: path.Step,
		}
		for _, s := range j.For {
			one.For = append(one.For, string(s))
		}
		careful := prompts.Careful(j, g.progress, g.me)
		for _, s := range j.Steps {
			if careful && s.Gated {
				continue
			}
			if careful && s.Instead != "" {
				s.Text = s.Instead
			}
			one.Steps = append(one.Steps, step{
				s.ID, s.Title, s.Text, append([]string{}, s.Followups...), string(s.Form), s.Intensity, s.Grounding, s.Gated,
			})
		}
		rows = append(rows, one)
	}
	return r.printJSON(rows)
}
