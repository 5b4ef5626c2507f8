package cmd

import (
	"context"
	"errors"
	"runtime/debug"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func searchCommand(r *run) *cobra.Command {
	f := filter{ranks: true}
	var o output
	var substring bool
	c := &cobra.Command{
		Use:     "search [WORDS]",
		Aliases: []string{"find"},
		GroupID: groupFind,
		Short:   "Find what you wrote",
		Long: paragraphs(
			"Finds the entries that have all the words, in the text or the title: those first that fit best, and without words, by flags alone, the newest. Case and accents make no difference. A word is also found in its other forms, walk as walked, in the language that \"untangle me language\" sets.",
			"On a terminal the results stay: type a number to read that entry, Enter for more, o for another order, y for one year, w for other words, q to leave. One of the words offered there can be typed as it is, and OR, AND or NOT with something behind it goes on with the search. Into a pipe, each entry is one line, and the passage below it.",
			"What can be looked for, each alone or with others:",
			"  garden gate            both words, anywhere in the entry\n"+
				"  'the garden gate'      a phrase, just as it stands: one argument\n"+
				"  '\"by four\" garden'     a phrase and a word, as one argument\n"+
				"  heat OR cold           one of the two\n"+
				"  garden NOT gate        without a word; garden -gate is the same\n"+
				"  'gate (heat OR cold)'  brackets keep together what belongs together\n"+
				"  'heal*'                words that begin like this\n"+
				"  'gardn~1'              one letter may differ; with ~2, two may\n"+
				"  title:garden           in the title alone\n"+
				"  @home  tag:home        with this tag\n"+
				"  prompt:com-menu        written to this prompt\n"+
				"  theme:com              written to a prompt of this theme\n"+
				"  journey:plain-days     written on this journey\n"+
				"  ache:..3  mood:4..     said in a check-in: an ache up to 3, a mood from 4\n"+
				"  words:200..            texts of 200 words or more\n"+
				"  starred:               with a star; starred:no without\n"+
				"  from:2025-03  to:may   from a day on, to the end of a day, on a day,\n"+
				"  on:yesterday           with dates like those of the flags",
			"AND, OR and NOT are in capitals; in small letters they are words. Words beside each other belong together more than those around OR. A value of several words stands in quotation marks, as in 'from:\"last monday\"'.",
			"Single quotes keep the shell away from spaces, brackets, stars and quotation marks. What then has spaces is a phrase, unless something from this list stands in it. -3 is a limit, as everywhere, and -n, -y and -h are flags; behind -- they are words to leave out.",
			"--substring looks for the words just as they stand, also within other words, and knows nothing of this list. It reads every text.",
			"--json has of each entry what an export has, and \"hits\", where in the text the words stand, as bytes from and up to; \"titleHits\", the same in the title; and \"score\", if those that fit best come first."),
		Example: examples("untangle search garden gate", "untangle search 'the garden gate'", "untangle search heat OR cold",
			"untangle search garden -train", "untangle search 'gate (heat OR cold)'", "untangle search 'heal*'", "untangle search 'gardn~1'",
			"untangle search @home starred:", "untangle search ache:..3 words:5..", "untangle search 'from:\"last monday\"' garden",
			"untangle search garden --year 2025 --sort oldest", "untangle search --tag home", "untangle search --substring arde", "untangle search garden --json"),
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			look, err := r.searchFlags(c, &f, substring)
			if err == nil {
				err = o.settle()
			}
			if err != nil {
				return err
			}
			words := soughtIn(args)
			if substring {
				words = literally(args)
			}
			asks := words.empty() && !f.anything
			switch {
			case asks && !r.interactive():
				return withHint(usagef("say which words to look for"), "for example: untangle search garden")
			case words.empty() && !asks && (f.sort == bestFirst || substring):
				return usagef("--sort best and --substring take words to look for")
			}
			if !r.sits(&o) {
				// What a search leaves behind is gone with the program; to gather it up
				// would take a quarter of the time.
				debug.SetGCPercent(400)
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
			if asks {
				if words, err = s.askWords(c.Context(), "Which words?"); err != nil || words.empty() {
					return ignoreLeft(err)
				}
			}
			look.Best = f.sort == bestFirst || f.sort == "" && !words.empty() && !substring
			if r.sits(&o) {
				return s.search(c.Context(), look, words, asks)
			}
			return s.printSearch(c.Context(), look, words, &o)
		},
	}
	f.flags(r, c)
	f.mutedFlag(c)
	c.Flags().BoolVar(&substring, "substring", false, "look for the words just as they stand, also within other words")
	o.flags(c)
	return c
}

// searchFlags returns what the flags say of a search.
func (r *run) searchFlags(c *cobra.Command, f *filter, substring bool) (journal.Search, error) {
	q, err := f.query(c, r.Now())
	if err == nil && substring && f.sort == bestFirst {
		err = usagef("--substring knows no best; --sort newest and oldest go with it")
	}
	return journal.Search{Query: q, Substring: substring}, err
}

// askWords asks for words. They are empty if nothing was typed.
func (s *sitting) askWords(ctx context.Context, question string) (sought, error) {
	line, err := s.ask.line(ctx, question)
	return sought{text: line, query: line}, err
}

// ignoreLeft makes leaving a question no error.
func ignoreLeft(err error) error {
	if errors.Is(err, errLeft) {
		return nil
	}
	return err
}
