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

func promptsCommand(r *run) *cobra.Command {
	var f promptFilter
	c := &cobra.Command{
		Use:     "prompts",
		GroupID: groupWrite,
		Short:   "The questions there are, and your own",
		Long: paragraphs(
			"Shows how many prompts there are, and the ways to leaf through them. Into a pipe it prints them all, a line each, as \"untangle prompts list\" does.",
			"The theme of a favourite comes up a little sooner. One that you never want to see is hidden, and can be brought back.",
			"Prompts of your own are kept in the journal and asked like the others, or alone with \"untangle prompts only-mine on\"."),
		Example: examples("untangle prompts", "untangle prompts list --theme com", "untangle prompts show com-ten-breaths",
			"untangle prompts never com-ten-breaths", "printf 'What did the kitchen look like?\\n' | untangle prompts add"),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := r.shelf(c.Context())
			if err != nil {
				return err
			}
			if r.interactive() {
				return ignoreLeft(s.leafThrough(c.Context()))
			}
			return s.print(c.Context(), f.choose(s), &f)
		},
	}
	c.AddCommand(
		promptsListCommand(r), promptsSearchCommand(r), promptsShowCommand(r),
		r.markedPrompts("favourites", "Your favourites", func(f *promptFilter) { f.favourites = true }),
		r.markedPrompts("hidden", "Those you asked not to see again", func(f *promptFilter) { f.hidden = true }),
		r.markPrompt("favourite ID...", "Make prompts favourites", prompts.History.Like, "a favourite now"),
		r.markPrompt("unfavourite ID...", "Make them favourites no more", prompts.History.Unlike, "no favourite any more"),
		r.markPrompt("never ID...", "Hide prompts, so that they are not asked again", prompts.History.Never, "hidden; \"untangle prompts allow\" brings it back"),
		r.markPrompt("allow ID...", "Bring hidden prompts back", prompts.History.Allow, "not hidden any more"),
		promptsThenCommand(r), promptsAddCommand(r), promptsRemoveCommand(r), promptsImportCommand(r), promptsExportCommand(r),
		promptsOnlyMineCommand(r))
	return c
}

// shelf is all prompts that there are, and what the journal knows of them.
type shelf struct {
	*run
	journal   *journal.Journal // nil where there is none yet
	guide     guide
	questions *prompts.Library
}

// shelf reads which prompts there are. Without a journal, nothing was seen yet.
func (r *run) shelf(ctx context.Context) (*shelf, error) {
	s := &shelf{run: r}
	j, err := r.open(ctx)
	if err == nil {
		s.journal = j
		s.guide, err = r.guide(ctx, j)
	}
	if err != nil && !errors.Is(err, journal.ErrMissing) {
		return nil, err
	}
	s.questions = s.guide.questions()
	return s, nil
}

// named returns the prompt with an id that somebody gave.
func (s *shelf) named(id string) (prompts.Prompt, error) {
	p, ok := s.questions.Prompt(strings.ToLower(id))
	if !ok {
		return p, noPrompt(id)
	}
	return p, nil
}

func noPrompt(id string) error {
	return withHint(usagef("there is no prompt with the id %q", oneLine(truncate(oneLine(id), 40))),
		"\"untangle prompts list\" shows the ids, \"untangle prompts search WORDS\" finds one")
}

// promptNamed returns the prompt with an id: one of ours, or else one that the writer
// keeps in the journal, which is opened only then.
func (r *run) promptNamed(ctx context.Context, id string) (prompts.Prompt, error) {
	if p, ok := prompts.Default().Prompt(strings.ToLower(id)); ok {
		return p, nil
	}
	s, err := r.shelf(ctx)
	if err != nil {
		return prompts.Prompt{}, err
	}
	return s.named(id)
}

// markPrompt returns a command that changes how prompts are remembered.
func (r *run) markPrompt(use, short string, change func(prompts.History, string) prompts.History, done string) *cobra.Command {
	name, _, _ := strings.Cut(use, " ")
	return &cobra.Command{
		Use: use, Short: short, Example: examples("untangle prompts " + name + " com-ten-breaths"),
		Args: cobra.MinimumNArgs(1), ValidArgsFunction: r.completePrompts,
		RunE: func(c *cobra.Command, args []string) error {
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			var ids []string
			_, err = changeGuide(c.Context(), j, func(g *guide) error {
				s := &shelf{run: r, guide: *g, questions: g.questions()}
				for _, id := range args {
					p, err := s.named(id)
					if err != nil {
						return err
					}
					ids = append(ids, p.ID)
					g.history = change(g.history, p.ID)
				}
				return nil
			})
			if err == nil {
				for _, id := range ids {
					r.say("%s is %s.", id, done)
				}
			}
			return err
		},
	}
}

// leafThrough says how many prompts there are, and lets somebody look at some of them.
func (s *shelf) leafThrough(ctx context.Context) error {
	s.show("")
	s.tell(s.overview())
	for letter := ""; ; {
		if letter != "h" { // help ends in an empty line
			s.show("")
		}
		answers := []answer{
			{"t", "by theme"}, {"/", "search"}, {"f", "favourites"}, {"x", "hidden"}, {"o", "your own"}, {"", "leave"}, {"q", ""}, {"h", ""},
		}
		for _, line := range wrapMenu(append([]string{"ID read"}, menuWords(answers)...), s.menuRoom()) {
			s.show(s.style.dim(line))
		}
		var err error
		letter, err = s.ask.letter(ctx, quietly(answers), func(typed string) bool { return len(typed) >= 2 })
		if err != nil || letter == "" || letter == "q" {
			return err
		}
		if err := s.way(ctx, letter); err != nil {
			return err
		}
	}
}

// overview says in words how many prompts there are.
func (s *shelf) overview() string {
	all, fresh := len(s.questions.All()), len((&promptFilter{notSeen: true}).choose(s))
	said := []string{fmt.Sprintf("%d prompts to write to.", all)}
	if fresh == all {
		said = append(said, "All of them are new to you.")
	} else {
		said = append(said, fmt.Sprintf("%d of them are new to you by now.", fresh))
	}
	for _, part := range []struct {
		f    promptFilter
		what string
	}{
		{promptFilter{favourites: true}, "among your favourites"}, {promptFilter{hidden: true}, "hidden"}, {promptFilter{mine: true}, "of your own"},
	} {
		if n := len(part.f.choose(s)); n > 0 {
			said = append(said, fmt.Sprintf("%d %s.", n, part.what))
		}
	}
	if s.guide.me.OnlyMine {
		said = append(said, "Only your own are asked.")
	}
	return strings.Join(said, " ")
}

// way goes one of the ways of leafing through.
func (s *shelf) way(ctx context.Context, letter string) error {
	var f promptFilter
	switch letter {
	case "t":
		theme, err := s.ask.choose(ctx, "Which theme?", s.themes())
		if err != nil || theme == "" {
			return err
		}
		f.theme = prompts.Theme(theme)
	case "/":
		words, err := s.ask.line(ctx, "Which words?")
		if err != nil || words == "" {
			return err
		}
		f.words = strings.Fields(words)
	case "f":
		f.favourites = true
	case "x":
		f.hidden = true
	case "o":
		f.mine = true
	case "h":
		if err := s.helpPage(ctx); err != nil {
			return err
		}
		return nil
	default:
		return s.read(ctx, letter)
	}
	return s.print(ctx, f.choose(s), &f)
}

// themes are the themes to choose from, with how many prompts each has.
func (s *shelf) themes() (options []option) {
	for _, t := range prompts.Themes() {
		n := len((&promptFilter{theme: t}).choose(s))
		options = append(options, option{string(t), fmt.Sprintf("%s (%d)", t.Name(), n)})
	}
	return options
}

// read shows one prompt, and lets somebody like it or hide it.
func (s *shelf) read(ctx context.Context, id string) error {
	p, err := s.named(id)
	if err != nil {
		s.show("")
		s.hint("There is no prompt with that id.")
		return nil
	}
	s.show("")
	if err := s.describe(p); err != nil || s.journal == nil {
		return err
	}
	for {
		liked, hidden := s.liked(p.ID), s.hides(p.ID)
		ways := []answer{{"", "back"}, {"f", "a favourite"}, {"x", "never this one"}, {"q", "leave"}, {"h", ""}}
		if liked {
			ways[1].does = "no favourite any more"
		}
		if hidden {
			ways[2].does = "bring it back"
		}
		s.show("")
		letter, err := s.ask.letter(ctx, ways, nil)
		change := prompts.History.Like
		switch {
		case err != nil:
			return err
		case letter == "q":
			return errLeft
		case letter == "":
			return nil
		case letter == "h":
			if err := s.helpPage(ctx); err != nil {
				return err
			}
			continue
		case letter == "f" && liked:
			change = prompts.History.Unlike
		case letter == "x" && hidden:
			change = prompts.History.Allow
		case letter == "x":
			change = prompts.History.Never
		}
		s.guide, err = changeGuide(ctx, s.journal, func(g *guide) error {
			g.history = change(g.history, p.ID)
			return nil
		})
		if err != nil {
			return err
		}
	}
}
