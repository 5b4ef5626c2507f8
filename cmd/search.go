package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/journal/format"
)

func searchCommand(r *run) *cobra.Command {
	var f filter
	var o output
	c := &cobra.Command{
		Use:     "search [WORDS]",
		Aliases: []string{"find"},
		GroupID: groupFind,
		Short:   "Find what you wrote",
		Long: paragraphs(
			"Finds the entries that have all the words, in the text or the title, the newest first. Case and accents make no difference. An argument of several words is looked for as it stands, one after the other.",
			"On a terminal the results stay: type a number to read that entry, Enter for more, q to leave. Into a pipe, each entry is one line, and the passage below it."),
		Example: examples("untangle search garden", "untangle search garden gate", "untangle search 'the garden gate'",
			"untangle search garden --year 2025 --tag home", "untangle search garden --json"),
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			q, err := f.query(c, r.Now())
			if err != nil {
				return err
			}
			if err := o.settle(); err != nil {
				return err
			}
			if len(args) == 0 && !r.interactive() {
				return withHint(usagef("say which words to look for"), "for example: untangle search garden")
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			m, err := r.mutesFor(c.Context(), j, &f)
			if err != nil {
				return err
			}
			s := &sitting{run: r, journal: j, muted: m, openAll: f.shut}
			words := searchWords(args)
			if r.sits(&o) {
				if len(args) == 0 {
					if words, err = r.ask.line(c.Context(), "Which words?"); err != nil || words == "" {
						return ignoreLeft(err)
					}
				}
				return s.search(c.Context(), q, words)
			}
			return s.printHits(c.Context(), q, words, &o)
		},
	}
	f.flags(r, c)
	f.mutedFlag(c)
	o.flags(c)
	return c
}

// ignoreLeft makes leaving a question no error.
func ignoreLeft(err error) error {
	if errors.Is(err, errLeft) {
		return nil
	}
	return err
}

// searchWords joins arguments; one that has spaces is a phrase.
func searchWords(args []string) string {
	words := slices.Clone(args)
	for i, w := range words {
		if strings.ContainsAny(w, " \t") && !strings.Contains(w, `"`) {
			words[i] = `"` + w + `"`
		}
	}
	return strings.Join(words, " ")
}

// wordsError makes what is wrong with the words an error of usage.
func wordsError(err error) error {
	if errors.Is(err, journal.ErrWords) {
		return &usageError{err}
	}
	return err
}

// printHits prints all hits and ends.
func (s *sitting) printHits(ctx context.Context, q journal.Query, words string, o *output) error {
	n := 0
	out := s.muted.outOf(q)
	found := out.hits(ctx, s.journal, q, words)
	hits := func(yield func(*journal.Entry, error) bool) {
		for hit, err := range found {
			n++
			if !yield(hit.Entry, err) {
				return
			}
		}
	}
	var err error
	switch o.format {
	case "json", "jsonl":
		n, err = s.printHitsJSON(found, o.format == "json")
	case "":
		n, err = s.printHitLines(ctx, found)
	default:
		err = s.print(ctx, s.Out, s.journal, hits, o, o.format)
	}
	if err != nil {
		return wordsError(err)
	}
	s.say("%s found.", counted(n, "entry", "entries"))
	if line := out.line(); line != "" {
		s.say("%s", line)
	}
	return nil
}

// printHitLines prints a line for each hit, and its passage below. Ids are shortened
// many at a time.
func (s *sitting) printHitLines(ctx context.Context, found iter.Seq2[journal.Hit, error]) (n int, err error) {
	var batch []journal.Hit
	flush := func() error {
		ids := make([]journal.ID, len(batch))
		for i, hit := range batch {
			ids[i] = hit.ID
		}
		short, err := s.journal.Short(ctx, ids...)
		if err != nil {
			return err
		}
		for i, hit := range batch {
			text, _ := snippet(hit, 2*74)
			if err := s.put(oneLine(onelineOf(shown{hit.Entry, short[i]}))); err != nil {
				return err
			}
			if err := s.put("    " + oneLine(text)); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return nil
	}
	for hit, err := range found {
		if err != nil {
			return n, err
		}
		n++
		if batch = append(batch, hit); len(batch) == 256 {
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
	return n, flush()
}

// printHitsJSON prints entries as export does, each with the places of its hits, in
// bytes from the start of its text.
func (s *sitting) printHitsJSON(found iter.Seq2[journal.Hit, error], array bool) (n int, err error) {
	first, between, end := "", "", ""
	if array {
		first, between, end = "[\n", ",\n", "\n]"
	}
	for hit, err := range found {
		if err != nil {
			return n, err
		}
		spans, err := json.Marshal(append([][2]int{}, hit.Spans...))
		if err != nil {
			return n, err
		}
		lead := first
		if n > 0 {
			lead = between
		}
		object := format.AppendJSON([]byte(lead), hit.Entry, format.Key{Name: "hits", JSON: spans})
		if !array {
			object = append(object, '\n')
		}
		if _, err := s.Out.Write(object); err != nil {
			return n, err
		}
		n++
	}
	switch {
	case array && n == 0:
		end = "[]\n"
	case array:
		end += "\n"
	}
	_, err = io.WriteString(s.Out, end)
	return n, err
}
