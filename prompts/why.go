package prompts

import (
	"fmt"
	"slices"
	"strings"
)

// explain returns the choice of a prompt that was asked before on the day before, or
// never. It says the same before and after the prompt was shown.
func (v *view) explain(chosen int, before Day) Choice {
	p := v.lib.prompts[chosen]
	c := Choice{Prompt: p, Revisit: before != 0 && v.day-before <= freshDays, Before: before}
	for _, i := range v.may {
		if v.fresh(i) && i != chosen {
			c.Fresh++
		}
	}
	c.Why = append(c.Why, v.because(c))
	if out := v.leftOut(chosen); out != "" {
		c.Why = append(c.Why, out)
	}
	c.Why = append(c.Why, ahead(c.Fresh))
	return c
}

// because tells what speaks for a prompt.
func (v *view) because(c Choice) string {
	p := &c.Prompt
	if c.Revisit {
		return fmt.Sprintf("You saw this one last on %s. The others have come up since, so it returns.", c.Before.words())
	}
	first := "This one is new to you"
	if c.Before != 0 {
		first = "You have not seen this one for more than a year"
	}
	var reasons []string
	if s := v.w.Me.bestStage(p); s != "" {
		reasons = append(reasons, "it suits where you said you are, "+s.Name())
	}
	if v.rested(p) {
		reasons = append(reasons, fmt.Sprintf("its theme, %s, has not come up in the last two days", p.Theme.Name()))
	}
	if p.Own {
		reasons = append(reasons, "it is one of your own")
	}
	if len(reasons) == 0 {
		return first + "."
	}
	return first + ", and " + strings.Join(reasons, "; ") + "."
}

// bestStage returns the stage of the writer's that a prompt fits best, if any.
func (m Me) bestStage(p *Prompt) (best Stage) {
	most := 0
	for _, s := range p.Stages {
		if s.Weight > most && slices.Contains(m.Stages, s.Stage) {
			best, most = s.Stage, s.Weight
		}
	}
	return best
}

// rested reports whether the theme of the chosen prompt was not asked in the days
// before.
func (v *view) rested(p *Prompt) bool {
	return p.Theme != "" && !slices.ContainsFunc(v.w.History.asked, func(a Asked) bool {
		i, ok := v.lib.index(a.ID)
		return ok && a.ID != p.ID && a.Day < v.day && a.Day >= v.day-restDays && v.lib.prompts[i].Theme == p.Theme
	})
}

// leftOut tells what was left out, and why.
func (v *view) leftOut(chosen int) string {
	var out []string
	for _, part := range []struct {
		n    int
		what string
	}{
		{v.left.unsaid, "for who has said more, or something else"},
		{v.left.deep, v.depthWords()},
		{v.left.short, "longer than a line"},
		{v.left.theme, "of themes you avoid"},
		{v.left.never, "you asked not to see again"},
		{v.seen(chosen), "seen within a year"},
	} {
		if part.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "Left out: " + strings.Join(out, ", ") + "."
}

// depthWords says why some go too deep today.
func (v *view) depthWords() string {
	switch {
	case v.least > 0:
		return "less deep than you asked for"
	case v.w.Ache != nil && *v.w.Ache >= muchAche:
		return "deeper than a day with this much ache bears"
	case v.w.Heavier >= 2:
		return "deeper than after two heavier endings"
	}
	return "deeper than an ordinary day"
}

// seen counts what would be asked if it had not come up within a year.
func (v *view) seen(chosen int) (n int) {
	for _, i := range v.may {
		if !v.fresh(i) && i != chosen {
			n++
		}
	}
	return n
}

func ahead(fresh int) string {
	switch fresh {
	case 0:
		return "After this one none is new; the one you saw longest ago comes next."
	case 1:
		return "After this one, one more is new to you."
	}
	return fmt.Sprintf("After this one, %d more are new to you, one for each day.", fresh)
}

// none tells that there is nothing to ask.
func (v *view) none() []string {
	why := []string{"There is no question that may be asked at present."}
	if out := v.leftOut(-1); out != "" {
		why = append(why, out)
	}
	return append(why, "The blank page is always there.")
}
