package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/prompts"
)

// addOptions are the flags of adding prompts.
type addOptions struct {
	theme, id string
	intensity int
}

func promptsAddCommand(r *run) *cobra.Command {
	o := addOptions{intensity: 1}
	c := &cobra.Command{
		Use: "add", Short: "Add a prompt of your own",
		Long: paragraphs(
			"Asks for the text of a prompt, and keeps it in the journal. Through a pipe, each line is a prompt, and the ids they get are printed.",
			"It is not given as an argument, since that would stay in the shell's history."),
		Example: examples("untangle prompts add", "printf 'What did the kitchen look like?\\n' | untangle prompts add --theme com"),
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			theme, err := wordOf("theme", o.theme, prompts.Themes())
			switch {
			case err != nil:
				return err
			case len(args) > 0:
				return withHint(usagef("words given as arguments are not kept"),
					"\"untangle prompts add\" alone asks for them; through a pipe, each line is a prompt")
			case o.intensity < 1 || o.intensity > 3:
				return withHint(usagef("--intensity takes a number from 1, which asks little, to 3"),
					"one of 4 needs a grounding, a sentence to read after writing; \"untangle prompts import\" takes it in")
			}
			if o.id != "" {
				if _, err := o.prompt(o.id, "?"); err != nil {
					return usagef("--id: %w", err)
				}
			}
			o.theme = string(theme)
			return ignoreLeft(r.addPrompts(c.Context(), o))
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.theme, "theme", "", "its theme (com, gri)")
	flags.StringVar(&o.id, "id", "", "its id; made of its first words if none is given")
	flags.IntVar(&o.intensity, "intensity", 1, "how much it asks, from 1 to 3; above 2 it comes up seldom")
	_ = c.RegisterFlagCompletionFunc("theme", completeThemes)
	return c
}

// addPrompts asks for a prompt, or takes those that come through a pipe: all or none.
func (r *run) addPrompts(ctx context.Context, o addOptions) error {
	if _, keyboard := terminal(r.In); keyboard {
		if !r.interactive() {
			return usagef("this asks for the text, which needs a terminal at both ends, or a text through a pipe")
		}
		return r.askForPrompt(ctx, o)
	}
	b, err := io.ReadAll(io.LimitReader(r.In, prompts.MaxPack+1))
	switch {
	case err != nil:
		return fmt.Errorf("read the prompts: %w", err)
	case len(b) > prompts.MaxPack:
		return fmt.Errorf("the prompts have more than %d KiB; nothing was kept", prompts.MaxPack>>10)
	case !utf8.Valid(b):
		return fmt.Errorf("%w; nothing was kept", journal.ErrNotText)
	}
	lines := strings.Split(strings.TrimPrefix(string(b), "\ufeff"), "\n")
	if strings.TrimSpace(strings.Join(lines, "")) == "" {
		r.say("Nothing was written, so nothing is kept.")
		return nil
	}
	if err := r.checkLines(lines, o); err != nil {
		return err
	}
	j, err := r.openOrMake(ctx)
	if err != nil {
		return err
	}
	added, err := keepOwn(ctx, j, lines, o)
	if err != nil {
		return err
	}
	for _, p := range added {
		if _, err := fmt.Fprintln(r.Out, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// checkLines returns what is wrong with one of the lines, before anything is opened.
func (r *run) checkLines(lines []string, o addOptions) error {
	n := 0
	for i, line := range lines {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if _, err := o.prompt("a", line); err != nil {
			return fmt.Errorf("standard input:%d: %w; nothing was kept", i+1, err)
		}
		n++
	}
	if n > 1 && o.id != "" {
		return usagef("--id names one prompt, and these are %d", n)
	}
	return nil
}

// prompt returns a prompt with this text, as the flags describe it.
func (o addOptions) prompt(id, text string) (prompts.Prompt, error) {
	p, err := prompts.NewOwn(id, text)
	p.Theme, p.Intensity = prompts.Theme(o.theme), o.intensity
	return p, err
}

// keepOwn adds prompts, a line each, to those that the writer added before.
func keepOwn(ctx context.Context, j *journal.Journal, lines []string, o addOptions) (added []prompts.Prompt, err error) {
	_, err = changeGuide(ctx, j, func(g *guide) error {
		added = nil
		taken := func(id string) bool {
			_, here := g.questions().Prompt(id)
			_, before := g.history.Last(id) // one that was removed keeps its id
			return here || before || slices.ContainsFunc(added, func(p prompts.Prompt) bool { return p.ID == id })
		}
		for _, line := range lines {
			text := strings.TrimSpace(line)
			if text == "" {
				continue
			}
			id := o.id
			if id == "" {
				id = prompts.OwnID(text, taken)
			} else if taken(id) {
				return usagef("the id %q is taken", id)
			}
			p, err := o.prompt(id, text)
			if err != nil {
				return err
			}
			added = append(added, p)
		}
		own, err := g.own.With(prompts.Mine, slices.Concat(g.own.Named(prompts.Mine), added))
		if err == nil {
			g.own = own
		}
		return err
	})
	return added, err
}

// askForPrompt asks for the text of one prompt.
func (r *run) askForPrompt(ctx context.Context, o addOptions) error {
	j, err := r.openOrBegin(ctx)
	if err != nil {
		return err
	}
	r.show("")
	for {
		text, err := r.ask.line(ctx, "What do you want to be asked? A sentence or two, and then Enter. Enter alone leaves.")
		if err != nil || text == "" {
			return err
		}
		if strings.EqualFold(text, "h") {
			if err := r.helpPage(ctx); err != nil {
				return err
			}
			continue
		}
		if _, err := o.prompt("a", text); err != nil {
			r.show("")
			r.hint("That cannot be kept: " + err.Error() + ".")
			r.show("")
			continue
		}
		added, err := keepOwn(ctx, j, []string{text}, o)
		if err != nil {
			return err
		}
		r.show("", "Kept.  "+r.style.dim(added[0].ID), "")
		r.hint("\"untangle prompts only-mine on\" asks only those of your own.")
		r.show("")
		return nil
	}
}

func promptsRemoveCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use: "remove ID", Aliases: []string{"rm"}, Short: "Remove a prompt of your own",
		Long:    paragraphs("Removes a prompt of your own. What you wrote to it stays, with the prompt's text above it. It asks first."),
		Example: examples("untangle prompts remove mine-what-did-the-kitchen", "untangle prompts remove mine-what-did-the-kitchen --yes"),
		Args:    cobra.ExactArgs(1), ValidArgsFunction: r.completeOwn,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := r.shelf(c.Context())
			if err != nil {
				return err
			}
			p, err := s.named(args[0])
			switch {
			case err != nil:
				return err
			case !p.Own:
				return withHint(usagef("%s came with the program, and cannot be removed", p.ID), "\"untangle prompts never "+p.ID+"\" hides it")
			}
			ok, err := r.sure(c.Context(), fmt.Sprintf("Remove \"%s\"? What you wrote to it stays.", truncate(p.Text, 60)))
			if err != nil || !ok {
				return ignoreLeft(err)
			}
			g, err := changeGuide(c.Context(), s.journal, func(g *guide) error {
				name, at, ok := g.own.Pack(p.ID)
				if !ok {
					return nil // another window was quicker
				}
				g.own, err = g.own.With(name, slices.Delete(g.own.Named(name), at, at+1))
				return err
			})
			if err == nil {
				r.say("Removed.")
				return r.warnOfBlank(c.Context(), s.journal, &g)
			}
			return err
		},
	}
}

// warnOfBlank says that nothing is left to ask today, where that is so since only the
// writer's own are asked.
func (r *run) warnOfBlank(ctx context.Context, j *journal.Journal, g *guide) error {
	if !g.me.OnlyMine {
		return nil
	}
	if len(g.own.All()) == 0 {
		r.say("None of your own is left, so the page will be blank. \"untangle prompts only-mine off\" has the others asked again.")
		return nil
	}
	d, err := r.day(ctx, j)
	if err == nil && d.choice.Prompt.ID == "" {
		r.say("None of them suits today, so the page will be blank. \"untangle today --why\" tells what was left out; \"untangle prompts only-mine off\" has the others asked again.")
	}
	return err
}

func promptsOnlyMineCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use: "only-mine on|off", Short: "Be asked only prompts of your own, or all again",
		Long:    paragraphs("With on, only prompts of your own are asked, as long as there are any that suit the day; else the page is blank. With off, all are asked again."),
		Example: examples("untangle prompts only-mine on", "untangle prompts only-mine off"),
		Args:    cobra.ArbitraryArgs, ValidArgs: []string{"on", "off"},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] != "on" && args[0] != "off" {
				return usagef("say on or off")
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			g, err := changeGuide(c.Context(), j, func(g *guide) error {
				if args[0] == "on" && len(g.own.All()) == 0 {
					return errNoneOwn
				}
				g.me, err = g.me.Set("only-mine", args[0])
				return err
			})
			switch {
			case errors.Is(err, errNoneOwn):
				return withHint(fmt.Errorf("%w, so the page would be blank; nothing was changed", err), "\"untangle prompts add\" takes one in")
			case err == nil && g.me.OnlyMine:
				r.say("From now on only your own are asked: %s.", counted(len(g.own.All()), "prompt", "prompts"))
				return r.warnOfBlank(c.Context(), j, &g)
			case err == nil:
				r.say("All prompts are asked again.")
			}
			return err
		},
	}
}

var errNoneOwn = errors.New("there are no prompts of your own yet")
