package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/prompts"
)

func letterCommand(r *run) *cobra.Command {
	c := &cobra.Command{
		Use:     "letter [ID]",
		GroupID: groupHeavy,
		Short:   "A letter to read, when you only want to be spoken to",
		Long: paragraphs(
			"Shows a short letter to read: one that fits what you said of yourself and that you have not read, or else the one you read longest ago. Without a journal, or while it is closed, it is one that supposes nothing. ID shows a certain one.",
			"On a terminal the journal remembers which ones you read. Into a pipe nothing is remembered."),
		Example:           examples("untangle letter", "untangle letter list", "untangle letter no-complaint"),
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeLetters,
		RunE: func(c *cobra.Command, args []string) error {
			ctx := c.Context()
			j, err := r.openUnasked(ctx)
			if err != nil {
				return err
			}
			l := &letterReading{run: r, journal: j}
			if len(args) > 0 {
				if l.letter, err = letterNamed(args[0]); err != nil {
					return err
				}
				return ignoreLeft(l.read(ctx))
			}
			return ignoreLeft(l.start(ctx))
		},
	}
	var asJSON bool
	list := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "All letters, and which you have read",
		Long:    "Lists all letters: the title, who it is for, the id, and whether you have read it.",
		Example: examples("untangle letter list", "untangle letter list --json"),
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return r.listLetters(c.Context(), asJSON) },
	}
	list.Flags().BoolVar(&asJSON, "json", false, "print one array")
	c.AddCommand(list)
	return c
}

func completeLetters(*cobra.Command, []string, string) (ids []string, _ cobra.ShellCompDirective) {
	for _, l := range prompts.Letters() {
		ids = append(ids, l.ID+"\t"+l.Title)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

func letterNamed(id string) (prompts.Letter, error) {
	all := prompts.Letters()
	i := slices.IndexFunc(all, func(l prompts.Letter) bool { return strings.EqualFold(l.ID, id) })
	if i < 0 {
		return prompts.Letter{}, withHint(usagef("there is no such letter"), "\"untangle letter list\" shows their ids")
	}
	return all[i], nil
}

// letterReading is somebody who reads letters, with a journal or without.
type letterReading struct {
	*run
	journal *journal.Journal // nil if there is none
	letter  prompts.Letter
	seen    []string // the letters that were read, oldest first
}

// readLetter shows a letter, and others if they are asked for.
func (r *run) readLetter(ctx context.Context, j *journal.Journal) error {
	return (&letterReading{run: r, journal: j}).start(ctx)
}

// start chooses a letter and shows it.
func (l *letterReading) start(ctx context.Context) error {
	if err := l.choose(ctx); err != nil {
		return err
	}
	return l.read(ctx)
}

// choose chooses a letter for the writer, as the journal knows them.
func (l *letterReading) choose(ctx context.Context) error {
	var w prompts.Writer
	if l.journal != nil {
		g, err := l.guide(ctx, l.journal)
		if err != nil {
			return err
		}
		w, l.seen = g.writer(moods{}, l.journal.Store()), g.read
	}
	var ok bool
	if l.letter, ok = prompts.LetterFor(w, prompts.DayOf(l.Now(), l.dayStarts()), l.seen); !ok {
		return errors.New("there is no letter to read")
	}
	return nil
}

// read shows the letter, and then the ways to go on.
func (l *letterReading) read(ctx context.Context) error {
	if !l.interactive() {
		return l.print()
	}
	for {
		if err := l.unfold(ctx); err != nil {
			return err
		}
		if err := l.remember(ctx); err != nil {
			return err
		}
		ways := []answer{{"", "back"}, {"w", "write"}, {"e", "another letter"}, {"h", ""}, {"q", ""}}
		if l.journal == nil {
			ways = slices.Delete(ways, 1, 2)
		}
		letter, err := l.ask.letter(ctx, ways, nil)
		for err == nil && letter == "h" {
			if err := l.helpPage(ctx); err != nil {
				return err
			}
			letter, err = l.ask.letter(ctx, ways, nil)
		}
		switch {
		case err != nil:
			return err
		case letter == "w":
			return l.writePiece(ctx, l.journal, l.blank())
		case letter != "e":
			return nil
		}
		if err := l.choose(ctx); err != nil {
			return err
		}
	}
}

// unfold shows the letter from its beginning, with room for the ways to go on below it.
func (l *letterReading) unfold(ctx context.Context) error {
	var b strings.Builder
	b.WriteString("\n" + l.laid(l.style.bold(l.letter.Title)) + l.laid(l.letter.For, ""))
	b.WriteString(l.laid(strings.Split(strings.TrimSpace(l.letter.Text), "\n")...) + "\n")
	text := b.String()
	if rows, _ := l.screen(); l.text("pager") == "" && l.Getenv("PAGER") == "" && strings.Count(text, "\n") > rows-3 {
		return l.leaf(ctx, text, rows-3)
	}
	return l.page(ctx, text, false)
}

// print prints the letter, where nobody can answer.
func (l *letterReading) print() error {
	_, err := fmt.Fprintf(l.Out, "%s\n%s\n\n%s\n", l.letter.Title, l.letter.For, strings.TrimSpace(l.letter.Text))
	return err
}

// remember puts the letter behind all others that were read.
func (l *letterReading) remember(ctx context.Context) error {
	last := func(ids []string) []string {
		return append(slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == l.letter.ID }), l.letter.ID)
	}
	l.seen = last(l.seen)
	if l.journal == nil {
		return nil
	}
	_, err := changeGuide(ctx, l.journal, func(g *guide) error {
		g.read = last(g.read)
		return nil
	})
	return err
}

// listLetters shows all letters; without a journal, none of them was read.
func (r *run) listLetters(ctx context.Context, asJSON bool) error {
	var g guide
	j, err := r.open(ctx)
	if err == nil {
		g, err = r.guide(ctx, j)
	}
	if err != nil && !errors.Is(err, journal.ErrMissing) {
		return err
	}
	type row struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		For   string `json:"for"`
		Text  string `json:"text"`
		Read  bool   `json:"read"`
	}
	var rows []row
	for _, l := range prompts.Letters() {
		rows = append(rows, row{l.ID, l.Title, l.For, strings.TrimSpace(l.Text), slices.Contains(g.read, l.ID)})
	}
	if asJSON {
		return r.printJSON(rows)
	}
	var b strings.Builder
	_, onTerminal := terminal(r.Out)
	for _, l := range rows {
		note := ""
		if l.Read {
			note = ", read"
		}
		if !onTerminal {
			fmt.Fprintf(&b, "%-20s  %s, %s%s\n", l.ID, l.Title, l.For, note)
			continue
		}
		gap := r.room() - cells(l.Title) - cells(l.ID+note)
		title := indent(r.style.bold(l.Title), margin)
		if gap < 2 {
			title, gap = title+"\n", margin
		}
		b.WriteString("\n" + title + strings.Repeat(" ", gap) + r.style.dim(l.ID+note) + "\n" + r.laid(l.For))
	}
	return r.page(ctx, b.String(), false)
}
