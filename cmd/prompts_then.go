package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func promptsThenCommand(r *run) *cobra.Command {
	var f filter
	c := &cobra.Command{
		Use: "then-and-now ID", Short: "What you wrote to one prompt, first and last side by side",
		Long: paragraphs(
			"Shows all that you wrote to a prompt, the oldest first. On a terminal of 80 columns or more, the first and the last stand side by side. Letters to later stay out until their day, and muted entries until --muted asks for them."),
		Example: examples("untangle prompts then-and-now com-ten-breaths"),
		Args:    cobra.ExactArgs(1), ValidArgsFunction: r.completePrompts,
		RunE: func(c *cobra.Command, args []string) error {
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			id := strings.ToLower(args[0])
			written, out, err := r.writtenTo(c.Context(), j, id, &f)
			if err != nil {
				return err
			}
			if len(written) == 0 { // or somebody's own that was removed
				if _, err := r.promptNamed(c.Context(), id); err != nil {
					return err
				}
			}
			err = r.thenAndNow(c.Context(), written)
			if line := out.line(); line != "" && err == nil {
				r.say("%s", line)
			}
			return err
		},
	}
	f.mutedFlag(c)
	return c
}

// writtenTo returns what was written to a prompt, the oldest first, and what stays out
// of it.
func (r *run) writtenTo(ctx context.Context, j *journal.Journal, prompt string, f *filter) (written []*journal.Entry, out *leftOut, err error) {
	m, err := r.mutesFor(ctx, j, f)
	if err != nil {
		return nil, nil, err
	}
	q := journal.Query{Prompt: prompt, Oldest: true}
	out = m.outOf(q)
	for e, err := range out.entries(ctx, j, q) {
		if err != nil {
			return nil, nil, err
		}
		written = append(written, e)
	}
	return written, out, nil
}

// thenAndNow shows what was written to a prompt, or says that there is too little of it.
func (r *run) thenAndNow(ctx context.Context, written []*journal.Entry) error {
	switch len(written) {
	case 0:
		r.say("Nothing was written to this one yet.")
		return nil
	case 1:
		r.say("One entry was written to this one so far, on %s. With a second one, both are shown here.", dateOf(written[0]))
		return nil
	}
	if !r.interactive() {
		return r.printThenAndNow(written)
	}
	first, last := written[0], written[len(written)-1]
	_, width := r.screen()
	room := textWidth(width)
	lines := []string{""}
	for _, line := range wrapLines(oneLine(last.Prompt.Text), room-2) {
		lines = append(lines, "| "+r.style.dim(line))
	}
	const gap = 4
	between, column := written, (min(width-margin-1, 2*74+gap)-gap)/2
	then, now := r.dated(first, column), r.dated(last, column)
	if width >= 80 && within(then, column) && within(now, column) {
		lines = append(lines, "")
		lines = append(lines, sideBySide(then, now, column+gap)...)
		if between = written[1 : len(written)-1]; len(between) > 0 {
			lines = append(lines, "", r.style.dim("Between them:"))
		}
	}
	for _, e := range between {
		lines = append(lines, "")
		lines = append(lines, r.dated(e, room)...)
	}
	return r.page(ctx, indent(strings.Join(append(lines, "", ""), "\n"), margin), false)
}

// printThenAndNow prints what was written to a prompt below each other.
func (r *run) printThenAndNow(written []*journal.Entry) error {
	if _, err := fmt.Fprintln(r.Out, oneLine(written[len(written)-1].Prompt.Text)); err != nil {
		return err
	}
	for _, e := range written {
		if _, err := fmt.Fprintf(r.Out, "\n%s\n\n%s\n", dateOf(e), visible(strings.TrimRight(e.Text, "\n"))); err != nil {
			return err
		}
	}
	return nil
}

// dated is an entry as lines of some width, its date above it.
func (r *run) dated(e *journal.Entry, width int) []string {
	return append([]string{r.style.bold(dateOf(e)), ""}, strings.Split(prose(e.Text, width, r.style), "\n")...)
}

// dateOf is when an entry was written, as it stands above its text.
func dateOf(e *journal.Entry) string {
	return strings.TrimSuffix(strings.Join(strings.Fields(shortDate(e.Date)), " ")+", "+clock(e.Date), ", ")
}

// within reports whether no line is wider than that: those of code are never broken.
func within(lines []string, width int) bool {
	return !slices.ContainsFunc(lines, func(line string) bool { return cells(line) > width })
}

// sideBySide lays two texts beside each other, the second from a column on.
func sideBySide(left, right []string, column int) (lines []string) {
	for i := range max(len(left), len(right)) {
		line := ""
		if i < len(left) {
			line = left[i]
		}
		if i < len(right) && right[i] != "" {
			line = pad(line, column) + right[i]
		}
		lines = append(lines, line)
	}
	return lines
}
