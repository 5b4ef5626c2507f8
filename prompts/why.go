package prompts

import (
	"fmt"
	"slices"
	"strings"
)

// explain returns the choice of the prompt, which was asked before on the day
// before, or never. It says the same before and after the prompt was shown.
func (v view) explain(day Day, h History, chosen int, before Day) Choice {
	p := v.lib.prompts[chosen]
	c := Choice{Prompt: p, Revisit: before != 0, Before: before}
	for _, i := range v.may {
		if v.place[i] == 0 && i != chosen {
			c.Fresh++
		}
	}
	switch {
	case c.Revisit:
		c.Why = append(c.Why, fmt.Sprintf("You saw this one last on %s. "+
			"The others have come up since, so it returns.", before.words()))
	case v.rested(day, h, chosen):
		c.Why = append(c.Why, fmt.Sprintf("This one is new to you, "+
			"and its theme, %s, has not come up in the last two days.", p.Theme.Name()))
	default:
		c.Why = append(c.Why, "This one is new to you.")
	}
	if out := v.keptBack(); out != "" {
		c.Why = append(c.Why, out)
	}
	c.Why = append(c.Why, ahead(c.Fresh))
	return c
}

// rested reports whether the theme of the chosen prompt was not asked in the days
// before.
func (v view) rested(day Day, h History, chosen int) bool {
	return !slices.ContainsFunc(h.asked, func(a Asked) bool {
		i, ok := v.lib.index(a.ID)
		return ok && i != chosen && a.Day < day && a.Day >= day-restDays &&
			v.lib.prompts[i].Theme == v.lib.prompts[chosen].Theme
	})
}

func (v view) keptBack() string {
	var out []string
	if n := v.guarded; n == 1 {
		out = append(out, "1 that goes deep, or supposes something you have not told")
	} else if n > 1 {
		out = append(out, fmt.Sprintf("%d that go deep, or suppose something you have not told", n))
	}
	if v.setAside > 0 {
		out = append(out, fmt.Sprintf("%d you asked not to see again", v.setAside))
	}
	if len(out) == 0 {
		return ""
	}
	return "Kept back: " + strings.Join(out, ", and ") + "."
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
