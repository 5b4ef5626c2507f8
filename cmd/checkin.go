package cmd

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/journal/review"
)

// scaleWords is how a scale is asked, and what its ends stand for.
type scaleWords struct{ question, words, ends string }

// wordsOf returns how each scale is asked, by its name.
func wordsOf(s review.Scale) scaleWords {
	return map[string]scaleWords{
		"ache":   {"How much does this hurt right now?", "0 none, 3 a little, 5 moderate, 7 a lot, 10 the most I can imagine", "0 none to 10 the most"},
		"mood":   {"How is your mood?", "1 very low, 2 low, 3 between, 4 fairly good, 5 good", "1 very low to 5 good"},
		"energy": {"How much energy is there?", "1 almost none, up to 5 plenty", "1 almost none to 5 plenty"},
	}[s.Name]
}

func checkinCommand(r *run) *cobra.Command {
	var date string
	given := make(map[string]*int)
	c := &cobra.Command{
		Use:     "checkin",
		Aliases: []string{"check-in"},
		GroupID: groupWrite,
		Short:   "Say how you are, without a text",
		Long: paragraphs(
			"Asks how much it hurts, how your mood is, and how much energy there is. Each can be skipped with Enter; where nothing is said, nothing is kept. With flags it asks nothing.",
			"A check-in has no text. It stays out of lists and of what you export for reading, unless --check-ins asks for it. To be asked before you write, see \"untangle me\"."),
		Example: examples("untangle checkin", "untangle checkin --ache 5 --mood 2", "untangle checkin --energy 3 --date yesterday",
			"untangle checkin list", "untangle checkin chart"),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			e, err := r.bareEntry(date)
			if err != nil {
				return err
			}
			for _, s := range review.Scales() {
				if !c.Flags().Changed(s.Name) {
					continue
				}
				if *given[s.Name] < s.Low || *given[s.Name] > s.High {
					return usagef("--%s takes a number from %d to %d", s.Name, s.Low, s.High)
				}
				say(&e.CheckIn, s, *given[s.Name])
			}
			if e.CheckIn.IsZero() && !r.interactive() {
				return withHint(usagef("a check-in asks; without a terminal, --ache, --mood and --energy answer it"), "for example: untangle checkin --ache 5 --mood 2")
			}
			j, err := r.openToWrite(c.Context(), r.open)
			if err != nil {
				return err
			}
			if e.CheckIn.IsZero() {
				if j.Sealed() {
					r.behindCurtain()
				}
				return ignoreLeft(r.askCheckIn(c.Context(), j, e))
			}
			if _, err := j.Add(c.Context(), e, journal.Beside{}); err != nil {
				return err
			}
			r.say("Kept: %s.", e.CheckIn.String())
			return nil
		},
	}
	for _, s := range review.Scales() {
		given[s.Name] = c.Flags().Int(s.Name, 0, wordsOf(s).words)
	}
	c.Flags().StringVar(&date, "date", "", "when it was (yesterday, 2026-02-14, 2026-02-14T09:30)")
	c.AddCommand(r.checkinList(), r.checkinChart())
	return c
}

// bareEntry returns an entry without a text, on a date if one is given.
func (r *run) bareEntry(date string) (journal.Entry, error) {
	e := r.blank()
	if date == "" {
		return e, nil
	}
	on, err := when(date, r.Now())
	if err != nil {
		return e, usagef("--date: %w", err)
	}
	e.Date = on
	return e, nil
}

// say puts a value of a scale into a check-in.
func say(c *journal.CheckIn, s review.Scale, value int) {
	switch s.Name {
	case "ache":
		c.Ache = &value
	case "mood":
		c.Mood = value
	case "energy":
		c.Energy = value
	}
}

// checkIn asks how somebody is, and keeps what they say.
func (r *run) checkIn(ctx context.Context, j *journal.Journal) error {
	e, err := r.bareEntry("")
	if err != nil {
		return err
	}
	return r.askCheckIn(ctx, j, e)
}

// askCheckIn asks for each scale. What is said is kept at once, so that nobody loses it
// who leaves at the next question; where nothing is said, nothing is kept.
func (r *run) askCheckIn(ctx context.Context, j *journal.Journal, e journal.Entry) error {
	for _, s := range review.Scales() {
		value, said, err := r.askScale(ctx, s)
		if err != nil {
			return err
		}
		if !said {
			continue
		}
		first := e.CheckIn.IsZero()
		say(&e.CheckIn, s, value)
		if first {
			e, err = j.Add(ctx, e, journal.Beside{})
		} else {
			err = j.SetCheckIn(ctx, e.ID, e.CheckIn)
		}
		if err != nil {
			return err
		}
	}
	r.show("")
	if e.CheckIn.IsZero() {
		r.hint("Nothing was said, so nothing is kept.")
	} else {
		r.hint("Kept: " + e.CheckIn.String() + ".")
	}
	return nil
}

// askScale asks for a value of a scale. Enter skips it.
func (r *run) askScale(ctx context.Context, s review.Scale) (value int, said bool, err error) {
	answers := []answer{{"", "skip"}, {"h", "help"}}
	for n := s.Low; n <= s.High; n++ {
		answers = append(answers, answer{strconv.Itoa(n), ""})
	}
	for {
		r.show("")
		r.tell(wordsOf(s).question)
		r.hint(wordsOf(s).words)
		r.show("")
		letter, err := r.ask.letter(ctx, answers, nil)
		switch {
		case err != nil || letter == "":
			return 0, false, err
		case letter == "h":
			if err := r.helpPage(ctx); err != nil {
				return 0, false, err
			}
		default:
			value, err = strconv.Atoi(letter)
			return value, true, err
		}
	}
}
