package prompts

import (
	"slices"
	"strings"
	"testing"
)

// TestRulesFindPlanted plants one bad prompt at a time among the good ones, and
// asks that the rule that is meant for it finds it.
func TestRulesFindPlanted(t *testing.T) {
	text := func(s string) func(*Prompt) { return func(p *Prompt) { p.Text = s } }
	for _, test := range []struct {
		rule  string
		spoil func(*Prompt)
	}{
		{"unique ids", func(p *Prompt) { p.ID = "com-ten-breaths" }},
		{"values", func(p *Prompt) { p.ID = "Planted" }},
		{"values", func(p *Prompt) { p.Intensity = 5 }},
		{"values", func(p *Prompt) { p.Intensity, p.Role = 4, Leaver }},
		{"values", func(p *Prompt) { p.Evidence.Note = "" }},
		{"values", func(p *Prompt) { p.Seeds = nil }},
		{"values", func(p *Prompt) { p.Seeds = []string{"K37"} }},
		{"values", func(p *Prompt) { p.Stages = nil }},
		{"values", func(p *Prompt) { p.Tone = "" }},
		{"length", text("Which lamp is on tonight, and where?")},
		{"length", text(strings.Repeat("Look at one lamp. ", 12))},
		{"sentences", text("Look" + strings.Repeat(" at the lamp and", 7) + " stop.")},
		{"sentences", func(p *Prompt) { p.Followups = []string{"Look" + strings.Repeat(" at the lamp and", 7) + " stop."} }},
		{"reading grade", text("Articulate the considerations underlying your fundamental relational incompatibilities, historically.")},
		{"one why", text("Why did you stop here, and why at this one hour of the day?")},
		{"words", text("What gift lies hidden in the hour you least like of the day?")},
		{"words", text("Write down what it would take to move on from this one day.")},
		{"words", text("You got through one more day. Write what you ate and where!")},
		{"words", func(p *Prompt) { p.Followups = []string{"What do you deserve?"} }},
		{"inclusive", text("Write down where he sat, what he ate, and what the room was like.")},
		{"inclusive", func(p *Prompt) { p.Followups = []string{"What would your husband say?"} }},
		{"grounding", func(p *Prompt) { p.Intensity = 4 }},
		{"safe saying", func(p *Prompt) { p.Theme, p.Side = "SAY", Before }},
		{"time to open", func(p *Prompt) { p.Theme, p.MinDays = "OPN", 30 }},
		{"another way in", func(p *Prompt) { p.Form = "body" }},
		{"safe saying", func(p *Prompt) { p.Theme, p.Side, p.AvoidIf = "SAY", Before, []Avoid{"rain"} }},
		{"no two say the same", text("What came in through the window or the door in ten breaths of air? Open it and write.")},
		{"no two alike", text("Open a window or a door for ten breaths. Then write what the air brought in.")},
	} {
		bad := planted()
		test.spoil(&bad)
		if found := findings(test.rule, append(Default().All(), bad)); len(found) == 0 {
			t.Errorf("%s: nothing found in %+v", test.rule, bad)
		}
	}
}

func TestRulesLetGoodOnesPass(t *testing.T) {
	for _, r := range houseRules() {
		if found := r.check(append(Default().All(), planted())); len(found) > 0 {
			t.Errorf("%s: %q", r.name, found)
		}
	}
}

func TestRulesLookAtTheSet(t *testing.T) {
	few := slices.DeleteFunc(Default().All(), func(p Prompt) bool { return p.Theme == "MIX" })
	if len(findings("every theme", few)) == 0 {
		t.Error("a theme is missing, and nobody noticed")
	}
	if len(findings("shares", few)) == 0 {
		t.Error("the shares are off, and nobody noticed")
	}
	for _, spoil := range []func(*Prompt){
		func(p *Prompt) { p.Tone = "gentle" },
		func(p *Prompt) { p.Form = "list" },
		func(p *Prompt) { p.Depth = "deep" },
		func(p *Prompt) { p.Intensity = 3 },
		func(p *Prompt) { p.Side = Before },
		func(p *Prompt) { p.Stages = []StageWeight{{"opening", 3}} },
	} {
		shifted := Default().All()
		for i := range shifted {
			if i%3 == 0 {
				spoil(&shifted[i])
			}
		}
		if len(findings("shares", shifted)) == 0 {
			t.Error("the shares were shifted, and nobody noticed")
		}
	}
	unmet := Default().All()
	for i := range unmet {
		unmet[i].Seeds = slices.DeleteFunc(slices.Clone(unmet[i].Seeds), func(s string) bool { return s == "K35" })
	}
	if len(findings("seeds", unmet)) == 0 {
		t.Error("no prompt takes up K35, and nobody noticed")
	}
	same := Default().All()
	for i := range len(same)/10 + 1 {
		same[i].Text = "Umbrellas " + same[i].Text
	}
	if len(findings("openings", same)) == 0 {
		t.Error("too many open alike, and nobody noticed")
	}
}

// planted returns a prompt without fault.
func planted() Prompt {
	return Prompt{
		ID: "planted", Text: "Look at one lamp for a while. Write where it came from and who chose it.",
		Theme: "COM", Side: AnySide, Role: AnyRole, Stages: []StageWeight{{"grief", 1}},
		Form: "question", Depth: "one-minute", Tone: "gentle", Intensity: 1,
		Evidence: Evidence{"a lamp", "D"}, Seeds: []string{"K27"}, Lang: "en",
	}
}

func findings(name string, prompts []Prompt) []string {
	for _, r := range houseRules() {
		if r.name == name {
			return r.check(prompts)
		}
	}
	return nil
}
