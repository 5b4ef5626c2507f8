package prompts

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

// The shares of a library of 540, and the stages among the prompts of one side.
var (
	themeShares = map[string][3]int{ // any, before, after
		"STO": {12, 9, 9}, "KNO": {10, 14, 4}, "BOT": {18, 10, 8}, "FEA": {12, 14, 4}, "SAY": {6, 20, 4}, "GUI": {10, 5, 11},
		"KIN": {32, 3, 9}, "GRI": {14, 0, 16}, "SEL": {28, 3, 11}, "NEE": {24, 8, 4}, "BOD": {36, 3, 3}, "COM": {40, 1, 5},
		"PEO": {26, 2, 4}, "VAL": {26, 3, 5}, "MIX": {10, 1, 7}, "END": {12, 0, 8}, "OPN": {8, 0, 8},
	}
	otherShares = map[string]map[string]int{
		"side":      {"any": 324, "before": 96, "after": 120},
		"stage":     {"before wondering": 34, "before deciding": 32, "before telling": 30, "after first-days": 26, "after guilt": 24, "after grief": 26, "after returning": 24, "after opening": 20},
		"form":      {"question": 136, "starter": 64, "list": 58, "comfort": 50, "body": 40, "memory": 38, "unsent-letter": 30, "third-person": 30, "dialogue": 26, "if-then": 24, "future-letter": 22, "two-column": 22},
		"depth":     {"one-minute": 190, "five-minutes": 270, "deep": 80},
		"tone":      {"gentle": 290, "direct": 160, "playful": 90},
		"intensity": {"1": 160, "2": 230, "3": 126, "4": 24},
		"deep side": {"any 4": 2, "before 4": 8, "after 4": 14},
	}
)

// sharesOf returns the words by which a prompt is counted, by the kind of share. The
// stage of a prompt is its heaviest, the first of these.
func sharesOf(p Prompt) map[string]string {
	of := map[string]string{
		"theme": string(p.Theme) + " " + string(p.Side), "side": string(p.Side), "form": string(p.Form),
		"depth": string(p.Depth), "tone": string(p.Tone), "intensity": fmt.Sprint(p.Intensity),
		"deep side": string(p.Side) + " " + fmt.Sprint(p.Intensity),
	}
	most := 0
	for _, s := range p.Stages {
		if s.Weight > most {
			most, of["stage"] = s.Weight, string(p.Side)+" "+string(s.Stage)
		}
	}
	return of
}

// shares holds the prompts to the shares that they are to have when they are whole,
// within three. Those that need something come on top.
func shares(prompts []Prompt) (found []string) {
	const whole, slack = 540, 3
	count := make(map[string]map[string]int)
	total := 0
	for _, p := range prompts {
		if len(p.Needs) > 0 {
			continue
		}
		total++
		for kind, value := range sharesOf(p) {
			if count[kind] == nil {
				count[kind] = make(map[string]int)
			}
			count[kind][value]++
		}
	}
	want := maps.Clone(otherShares)
	want["theme"] = make(map[string]int)
	for theme, n := range themeShares {
		for i, side := range []Side{AnySide, Before, After} {
			want["theme"][theme+" "+string(side)] = n[i]
		}
	}
	for kind, values := range want {
		for value, n := range values {
			share := float64(n*total) / whole
			if d := float64(count[kind][value]) - share; d > slack || d < -slack {
				found = append(found, fmt.Sprintf("%s %s: %d, want %.1f", kind, value, count[kind][value], share))
			}
		}
	}
	return found
}

func TestNumbers(t *testing.T) {
	common, needing := 0, make(map[Need]int)
	for _, p := range Default().All() {
		if len(p.Needs) == 0 {
			common++
		}
		for _, n := range p.Needs {
			needing[n]++
		}
	}
	if common != 300 {
		t.Errorf("%d prompts that need nothing, want 300", common)
	}
	_, needs := Need("").words()
	sum := 0
	for _, n := range needs {
		if needing[n] < 5 {
			t.Errorf("%d prompts need %s", needing[n], n)
		}
		sum += needing[n]
	}
	if sum != 25 {
		t.Errorf("%d prompts need something, want 25", sum)
	}
}

// TestSeeds asks that every founding idea is met by at least two prompts or letters,
// and prints how many meet each.
func TestSeeds(t *testing.T) {
	if found := thinSeeds(Default().All()); len(found) > 0 {
		t.Errorf("too few prompts or letters: %q", found)
	}
	met := meetings(Default().All())
	for _, group := range []struct {
		letter string
		last   int
	}{{"A", 15}, {"C", 8}, {"K", 36}, {"X", 8}} {
		var row strings.Builder
		for n := 1; n <= group.last; n++ {
			seed := fmt.Sprint(group.letter, n)
			row.WriteString(fmt.Sprintf(" %s:%d", seed, met[seed]))
		}
		t.Log(row.String())
	}
}

// meetings counts the prompts, letters and steps that take up each founding idea.
func meetings(prompts []Prompt) map[string]int {
	met := make(map[string]int)
	for _, p := range prompts {
		for _, s := range p.Seeds {
			met[s]++
		}
	}
	for _, l := range Letters() {
		for _, s := range l.Seeds {
			met[s]++
		}
	}
	return met
}

func thinSeeds(prompts []Prompt) (found []string) {
	met := meetings(prompts)
	for letter, last := range map[string]int{"A": 15, "C": 8, "K": 36, "X": 8} {
		for n := 1; n <= last; n++ {
			if seed := fmt.Sprint(letter, n); met[seed] < 2 {
				found = append(found, fmt.Sprintf("%s: %d", seed, met[seed]))
			}
		}
	}
	return found
}

func TestEveryWordIsUsed(t *testing.T) {
	used := make(map[string]bool)
	for _, p := range Default().All() {
		for _, w := range []string{string(p.Form), string(p.Depth), string(p.Side), string(p.Role)} {
			used[w] = true
		}
		for _, s := range p.Stages {
			used[string(s.Stage)] = true
		}
	}
	want := []string{"one-minute", "five-minutes", "deep", "any", "before", "after", "leaver", "left", "mutual"}
	for _, s := range Stages() {
		want = append(want, string(s))
	}
	for _, f := range Forms() {
		want = append(want, string(f))
	}
	for _, w := range want {
		if !used[w] {
			t.Errorf("no prompt has %s", w)
		}
	}
}

func TestPools(t *testing.T) {
	careful, leavers := 0, 0
	for _, p := range Default().All() {
		if p.careful() {
			careful++
		}
		if p.Role == Leaver {
			leavers++
		}
	}
	if careful < 120 {
		t.Errorf("%d prompts for a writer who said nothing, want 120 or more", careful)
	}
	locked := Default().Locked().All()
	if len(locked) < 60 {
		t.Errorf("%d prompts for a locked journal, want 60 or more", len(locked))
	}
	for _, p := range locked {
		if p.Intensity != 1 || p.Side != AnySide || p.Role != AnyRole || len(p.AvoidIf)+len(p.Needs) > 0 {
			t.Errorf("%s may not be shown while the journal is locked", p.ID)
		}
	}
	if leavers > 20 {
		t.Errorf("%d prompts only for whoever left, want 20 at most", leavers)
	}
}
