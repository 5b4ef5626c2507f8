package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/prompts"
)

func meCommand(r *run) *cobra.Command {
	var asJSON bool
	given := make(map[string]*string)
	c := &cobra.Command{
		Use:     "me",
		GroupID: groupMore,
		Short:   "What you said about yourself, so that it asks better",
		Long: paragraphs(
			"Shows what you said about yourself, and lets you say more, change it or take it back. All of it may stay open. It is kept in your journal, and nothing is guessed: what is not said is treated carefully.",
			"The flags say something without a question; an empty value takes it back. Several flags at once are kept together, or not at all."),
		Example: examples("untangle me", "untangle me --stages wondering,guilt --side before", "untangle me --role ''",
			"untangle me --json", "untangle me dates", "untangle me language german", "untangle me forget"),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			said, err := r.meFlags(c, given)
			if err != nil {
				return err
			}
			return r.meNow(c.Context(), said, asJSON)
		},
	}
	flags := c.Flags()
	for _, i := range meItems() {
		given[i.name] = flags.String(i.name, "", i.about)
		if len(i.options) > 0 {
			_ = c.RegisterFlagCompletionFunc(i.name, cobra.FixedCompletions(strings.Split(words(i.options), ", "), cobra.ShellCompDirectiveNoFileComp))
		}
	}
	flags.BoolVar(&asJSON, "json", false, "print one object")
	c.AddCommand(r.meDates(), r.meLanguage(), r.meForget())
	return c
}

// meFlags returns what the flags say, by its name.
func (r *run) meFlags(c *cobra.Command, given map[string]*string) (map[string]string, error) {
	said := make(map[string]string)
	for _, i := range meItems() {
		if !c.Flags().Changed(i.name) {
			continue
		}
		value, err := r.meValue(i.name, *given[i.name])
		if err == nil {
			_, err = prompts.Me{}.Set(i.name, value)
		}
		if err != nil {
			return nil, usagef("--%s: %w", i.name, err)
		}
		said[i.name] = value
	}
	return said, nil
}

// meNow keeps what the flags say, or else shows what was said.
func (r *run) meNow(ctx context.Context, said map[string]string, asJSON bool) error {
	j, err := r.open(ctx)
	if err != nil {
		return err
	}
	g, err := r.guide(ctx, j)
	if err != nil {
		return err
	}
	me := g.me
	if len(said) > 0 {
		if me, err = r.setMe(ctx, j, said); err != nil {
			return err
		}
		r.sayChanged(g.me, me)
	}
	switch {
	case asJSON:
		return r.printMe(me)
	case len(said) > 0:
		return nil
	case r.interactive():
		return ignoreLeft(r.showMe(ctx, j))
	}
	for _, i := range meItems() {
		if _, err := fmt.Fprintln(r.Out, strings.TrimRight(i.name+": "+me.Value(i.name), " ")); err != nil {
			return err
		}
	}
	for _, d := range me.Dates {
		if _, err := fmt.Fprintln(r.Out, "date: "+oneLine(d.String())); err != nil {
			return err
		}
	}
	return nil
}

// sayChanged says what differs from before.
func (r *run) sayChanged(before, now prompts.Me) {
	var names []string
	for _, name := range prompts.MeNames() {
		if before.Value(name) != now.Value(name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		r.say("Nothing to change.")
		return
	}
	r.say("Kept: %s.", strings.Join(names, ", "))
	if r.interactive() && before.Fear != now.Fear && now.Fear != "" && !now.Safe() {
		r.show("")
		r.tell(partnerSafety()...)
	}
}

// printMe prints what was said as one object.
func (r *run) printMe(me prompts.Me) error {
	type date struct {
		Date string `json:"date"`
		Name string `json:"name"`
	}
	dates := []date{}
	for _, d := range me.Dates {
		dates = append(dates, date{monthDay(d), d.Name})
	}
	return r.printJSON(struct {
		Stages   []prompts.Stage `json:"stages"`
		Side     prompts.Side    `json:"side"`
		Role     prompts.Role    `json:"role"`
		Fear     prompts.Answer  `json:"fear"`
		Needs    []prompts.Need  `json:"needs"`
		Avoid    []prompts.Theme `json:"avoid"`
		Parted   string          `json:"parted"`
		CheckIns bool            `json:"checkIns"`
		Country  string          `json:"country"`
		OnlyMine bool            `json:"onlyMine"`
		Dates    []date          `json:"dates"`
	}{
		append([]prompts.Stage{}, me.Stages...), me.Side, me.Role, me.Fear, append([]prompts.Need{}, me.Needs...),
		append([]prompts.Theme{}, me.Avoid...), me.Parted.String(), me.CheckIns, me.Country, me.OnlyMine, dates,
	})
}

// showMe shows what was said, and asks what to do with it, until somebody leaves.
func (r *run) showMe(ctx context.Context, j *journal.Journal) error {
	for {
		g, err := r.guide(ctx, j)
		if err != nil {
			return err
		}
		if err := r.tellOfMe(ctx, g.me); err != nil {
			return err
		}
		answers := []answer{{"", "leave"}}
		if len(nextItems(g.me, true)) > 0 {
			answers = append(answers, answer{"a", "two questions"})
		}
		letter, err := r.ask.letter(ctx, append(answers, answer{"c", "change one"}, answer{"d", "dates"}, answer{"h", "help"}, answer{"q", ""}), nil)
		switch {
		case err != nil:
			return err
		case letter == "a":
			err = r.askNext(ctx, j, true)
		case letter == "c":
			err = r.changeMe(ctx, j, g.me)
		case letter == "d":
			err = r.showDates(ctx, j)
		case letter == "h":
			if err := r.helpPage(ctx); err != nil {
				return err
			}
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// meColumn is where on the screen that begins which was said.
const meColumn = 16

// tellOfMe shows what was said, some of it at a time on a small screen.
func (r *run) tellOfMe(ctx context.Context, me prompts.Me) error {
	var lines []string
	row := func(label, says string) {
		for _, line := range wrapLines(oneLine(says), r.room()-meColumn) {
			lines = append(lines, pad(label, meColumn)+line)
			label = ""
		}
	}
	for _, i := range meItems() {
		row(i.label, i.says(me))
	}
	row("Dates", datesWords(me.Dates))
	lines = append(lines, "")
	lines = append(lines, wrapLines("What is not said is treated carefully.", r.room())...)
	text := "\n" + indent(strings.Join(lines, "\n"), margin) + "\n"
	rows, _ := r.screen()
	if strings.Count(text, "\n") <= rows-3 {
		rows = len(text) // all of it at once
	}
	err := r.leaf(ctx, text, rows-3)
	r.show("")
	return err
}

// datesWords says how many dates there are.
func datesWords(dates []prompts.Date) string {
	if len(dates) == 0 {
		return "none"
	}
	return counted(len(dates), "day", "days") + " of the year"
}

func (r *run) meForget() *cobra.Command {
	return &cobra.Command{
		Use: "forget", Short: "Take back everything you said about yourself", Args: cobra.NoArgs,
		Long:    paragraphs("Takes back everything you said about yourself, your dates with it. What you wrote stays. It asks first; --yes answers it."),
		Example: examples("untangle me forget", "untangle me forget --yes"),
		RunE: func(c *cobra.Command, _ []string) error {
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			ok, err := r.sure(c.Context(), "Take back everything you said about yourself, and your dates? What you wrote stays.")
			if err != nil || !ok {
				return ignoreLeft(err)
			}
			_, err = changeGuide(c.Context(), j, func(g *guide) error {
				return forgetMe(&g.me)
			})
			if err == nil {
				r.say("All of it is taken back. What is not said is treated carefully.")
			}
			return err
		},
	}
}

// forgetMe takes back what was said, and which questions were put. What the program said
// once, and need not say again, stays.
func forgetMe(me *prompts.Me) (err error) {
	for _, name := range prompts.MeNames() {
		if *me, err = me.Set(name, ""); err != nil {
			return err
		}
	}
	me.Dates = nil
	me.Told = slices.DeleteFunc(slices.Clone(me.Told), func(what string) bool {
		return slices.ContainsFunc(meItems(), func(i meItem) bool { return what == i.toldAsked() })
	})
	return nil
}
