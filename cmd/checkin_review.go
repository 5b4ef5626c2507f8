package cmd

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/journal/review"
)

func (r *run) checkinList() *cobra.Command {
	var asJSON bool
	var limit int
	c := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "What you said, and when", Args: cobra.NoArgs,
		Long:    paragraphs("Lists what you said of how you were, the newest first: alone, before writing, and how it ended."),
		Example: examples("untangle checkin list", "untangle checkin list -n 7", "untangle checkin list --json"),
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("limit") && limit < 1 {
				return usagef("--limit takes a number from 1 on")
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			notes, err := j.CheckIns(c.Context(), journal.Date{})
			if err != nil {
				return err
			}
			slices.Reverse(notes)
			if limit > 0 && limit < len(notes) {
				notes = notes[:limit]
			}
			if asJSON {
				return r.printCheckIns(notes)
			}
			if len(notes) == 0 {
				r.say("Nothing was said yet. \"untangle checkin\" asks.")
				return nil
			}
			if r.interactive() {
				return r.page(c.Context(), r.checkInLines(notes), false)
			}
			for _, n := range notes {
				if _, err := fmt.Fprintf(r.Out, "%-25s  %s\n", n.Date, n.CheckIn.String()); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().IntVarP(&limit, "limit", "n", 0, "at most this many (-3 for three)")
	c.Flags().BoolVar(&asJSON, "json", false, "print one array")
	return c
}

// checkInLines returns a list of check-ins for the screen.
func (r *run) checkInLines(notes []journal.Noted) string {
	const column = 24
	lines := []string{""}
	for _, n := range notes {
		when := pad(shortDate(n.Date), 15)
		if n.Date.Timed() {
			when += "  " + clock(n.Date)
		}
		if room := r.room() - column; cells(n.CheckIn.String()) <= room {
			lines = append(lines, pad(when, column)+n.CheckIn.String())
			continue
		}
		lines = append(lines, when)
		for _, line := range wrapLines(n.CheckIn.String(), r.room()-2) {
			lines = append(lines, "  "+line)
		}
	}
	return indent(strings.Join(append(lines, ""), "\n"), margin) + "\n"
}

func (r *run) printCheckIns(notes []journal.Noted) error {
	type row struct {
		Date   journal.Date `json:"date"`
		Ache   *int         `json:"ache,omitempty"`
		Mood   int          `json:"mood,omitempty"`
		Energy int          `json:"energy,omitempty"`
		After  string       `json:"after,omitempty"`
	}
	rows := []row{}
	for _, n := range notes {
		rows = append(rows, row{n.Date, n.CheckIn.Ache, n.CheckIn.Mood, n.CheckIn.Energy, n.CheckIn.After.String()})
	}
	return json.NewEncoder(r.Out).Encode(rows)
}

func (r *run) checkinChart() *cobra.Command {
	var names []string
	for _, s := range review.Scales() {
		names = append(names, s.Name)
	}
	return &cobra.Command{
		Use: "chart [SCALE]", Short: "What you said over sixty days, as dots", Args: cobra.MaximumNArgs(1), ValidArgs: names,
		Long: paragraphs(
			fmt.Sprintf("Draws what you said over the last %d days, a dot for each value: ache, or else mood or energy. Days without one stay blank.", review.Days),
			"It shows what you reported, and knows nothing of why."),
		Example: examples("untangle checkin chart", "untangle checkin chart mood"),
		RunE: func(c *cobra.Command, args []string) error {
			at := slices.Index(names, strings.ToLower(append(args, names[0])[0]))
			if at < 0 {
				return usagef("unknown scale %q (have %s)", truncate(oneLine(args[0]), 40), strings.Join(names, ", "))
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			last := journal.At(r.Now()).Midnight()
			notes, err := j.CheckIns(c.Context(), last.AddDays(1-review.Days))
			if err != nil {
				return err
			}
			scale := review.Scales()[at]
			if len(review.Points(notes, scale, last)) == 0 {
				r.say("Nothing was said of %s in the last %d days. \"untangle checkin\" asks.", scale.Name, review.Days)
				return nil
			}
			return r.page(c.Context(), r.chart(notes, scale, last), false)
		},
	}
}

// chart returns a chart with what stands around it, closer together on a small screen.
func (r *run) chart(notes []journal.Noted, scale review.Scale, last journal.Date) string {
	var gap []string
	if rows, _ := r.screen(); rows >= 24 {
		gap = []string{""}
	}
	lines := slices.Concat(
		[]string{"", r.style.bold(review.Title), scale.Name + ", " + wordsOf(scale).ends}, gap,
		review.Plot(review.Points(notes, scale, last), scale, last, r.room()), gap,
		review.Notes(notes, scale, last))
	return indent(strings.Join(lines, "\n"), margin) + "\n"
}
