package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/prompts"
)

// promptFilter is the set of flags that choose prompts, and how they are printed.
type promptFilter struct {
	given struct{ theme, stage, form, depth, side string } // as they stand in the flags

	theme     prompts.Theme
	stage     prompts.Stage
	form      prompts.Form
	depth     prompts.Depth
	side      prompts.Side
	intensity int
	words     []string // in small letters

	seen, notSeen, favourites, hidden, mine bool
	limit                                   int
	json                                    bool
}

func (f *promptFilter) flags(r *run, c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.given.theme, "theme", "", "of this theme (com, gri)")
	flags.StringVar(&f.given.stage, "stage", "", "that suit this stage (grief, first-days)")
	flags.StringVar(&f.given.form, "form", "", "of this form (list, unsent-letter)")
	flags.StringVar(&f.given.depth, "depth", "", "that take so long: one-minute, five-minutes or deep")
	flags.IntVar(&f.intensity, "intensity", 0, "that ask so much, from 1 to 5")
	flags.StringVar(&f.given.side, "side", "", "for before or after a parting, or any")
	flags.BoolVar(&f.seen, "seen", false, "that came up already")
	flags.BoolVar(&f.notSeen, "not-seen", false, "that are new to you")
	flags.BoolVar(&f.favourites, "favourites", false, "your favourites")
	flags.BoolVar(&f.hidden, "hidden", false, "those you asked not to see again")
	flags.BoolVar(&f.mine, "mine", false, "your own")
	f.output(c)
	for name, words := range map[string][]string{
		"stage": plainWords(prompts.Stages()), "form": plainWords(prompts.Forms()), "depth": plainWords(prompts.Depths()), "side": plainWords(sides()),
		"intensity": {"1", "2", "3", "4", "5"},
	} {
		_ = c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	_ = c.RegisterFlagCompletionFunc("theme", completeThemes)
}

// output adds the flags of every list of prompts.
func (f *promptFilter) output(c *cobra.Command) {
	c.Flags().IntVarP(&f.limit, "limit", "n", 0, "at most this many (-3 for three)")
	c.Flags().BoolVar(&f.json, "json", false, "print one array, with all that is known of each")
}

func sides() []prompts.Side { return []prompts.Side{prompts.AnySide, prompts.Before, prompts.After} }

func plainWords[T ~string](words []T) (plain []string) {
	for _, w := range words {
		plain = append(plain, string(w))
	}
	return plain
}

// settle reads what was given in the flags.
func (f *promptFilter) settle(c *cobra.Command) (err error) {
	if f.theme, err = wordOf("theme", f.given.theme, prompts.Themes()); err != nil {
		return err
	}
	if f.stage, err = wordOf("stage", f.given.stage, prompts.Stages()); err != nil {
		return err
	}
	if f.form, err = wordOf("form", f.given.form, prompts.Forms()); err != nil {
		return err
	}
	if f.depth, err = wordOf("depth", f.given.depth, prompts.Depths()); err != nil {
		return err
	}
	if f.side, err = wordOf("side", f.given.side, sides()); err != nil {
		return err
	}
	switch {
	case c.Flags().Changed("intensity") && (f.intensity < 1 || f.intensity > 5):
		return usagef("--intensity takes a number from 1 to 5")
	case c.Flags().Changed("limit") && f.limit < 1:
		return usagef("--limit takes a number from 1 on")
	case f.seen && f.notSeen:
		return usagef("--seen goes without --not-seen")
	}
	return nil
}

// wordOf returns the word that was given for a flag, if the flag takes it; nothing for
// nothing.
func wordOf[T ~string](flag, given string, have []T) (T, error) {
	if given == "" {
		return "", nil
	}
	for _, word := range have {
		if strings.EqualFold(string(word), given) {
			return word, nil
		}
	}
	return "", usagef("unknown %s %q (have %s)", flag, given, strings.ToLower(strings.Join(plainWords(have), ", ")))
}

// choose returns the prompts that the filter chooses, in the order of their ids.
func (f *promptFilter) choose(s *shelf) (chosen []prompts.Prompt) {
	for _, p := range s.questions.All() {
		if f.limit > 0 && len(chosen) == f.limit {
			break
		}
		if f.matches(s, &p) {
			chosen = append(chosen, p)
		}
	}
	return chosen
}

func (f *promptFilter) matches(s *shelf, p *prompts.Prompt) bool {
	suits := func(w prompts.StageWeight) bool { return w.Stage == f.stage }
	switch {
	case f.theme != "" && p.Theme != f.theme, f.form != "" && p.Form != f.form, f.depth != "" && p.Depth != f.depth,
		f.side != "" && p.Side != f.side, f.intensity != 0 && p.Intensity != f.intensity, f.mine && !p.Own,
		f.stage != "" && !slices.ContainsFunc(p.Stages, suits),
		f.favourites && !s.liked(p.ID), f.hidden && !s.hides(p.ID):
		return false
	}
	if f.seen || f.notSeen {
		if _, seen := s.guide.history.Last(p.ID); seen != f.seen {
			return false
		}
	}
	text := strings.ToLower(strings.Join(append([]string{p.Text}, p.Followups...), "\n"))
	return !slices.ContainsFunc(f.words, func(word string) bool { return !strings.Contains(text, strings.ToLower(word)) })
}

func (s *shelf) liked(id string) bool {
	_, found := slices.BinarySearch(s.guide.history.Likes(), id)
	return found
}

func (s *shelf) hides(id string) bool {
	_, found := slices.BinarySearch(s.guide.history.Nevers(), id)
	return found
}

func promptsListCommand(r *run) *cobra.Command {
	var f promptFilter
	c := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "The prompts there are, or some of them",
		Long: paragraphs(
			"Lists all prompts that there are, the hidden ones and your own among them, or those that the flags choose: each must hold.",
			"With --json it prints one array with all that is known of each, and whether and when it came up (\"seen\"), is a \"favourite\", is \"hidden\", and is your \"own\"."),
		Example: examples("untangle prompts list", "untangle prompts list --theme com --not-seen -5", "untangle prompts list --stage grief --depth one-minute",
			"untangle prompts list --mine --json"),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return r.listPrompts(c, &f) },
	}
	f.flags(r, c)
	return c
}

func promptsSearchCommand(r *run) *cobra.Command {
	var f promptFilter
	c := &cobra.Command{
		Use: "search WORDS", Aliases: []string{"find"}, Short: "Find prompts by their words",
		Long: paragraphs(
			"Finds the prompts that have all the words in them, in the text or in what follows it. Parts of words are found too."),
		Example: examples("untangle prompts search garden", "untangle prompts search key door --json"),
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if f.words = strings.Fields(strings.Join(args, " ")); len(f.words) == 0 {
				return withHint(usagef("say which words to look for"), "for example: untangle prompts search garden")
			}
			return r.listPrompts(c, &f)
		},
	}
	f.flags(r, c)
	return c
}

// markedPrompts returns a command that lists the prompts that somebody marked.
func (r *run) markedPrompts(name, short string, choose func(*promptFilter)) *cobra.Command {
	var f promptFilter
	c := &cobra.Command{
		Use: name, Short: short, Example: examples("untangle prompts "+name, "untangle prompts "+name+" --json"), Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			choose(&f)
			return r.listPrompts(c, &f)
		},
	}
	f.output(c)
	return c
}

func (r *run) listPrompts(c *cobra.Command, f *promptFilter) error {
	if err := f.settle(c); err != nil {
		return err
	}
	s, err := r.shelf(c.Context())
	if err != nil {
		return err
	}
	return s.print(c.Context(), f.choose(s), f)
}
