package prompts

import (
	"fmt"
	"testing"
)

// TestShares holds the library to the shares that it is to have when it is whole,
// so that it can grow theme by theme without leaning to one side.
func TestShares(t *testing.T) {
	const whole = 540
	var common []Prompt // prompts that need something come on top
	for _, p := range Default().All() {
		if len(p.Needs) == 0 {
			common = append(common, p)
		}
	}
	check := func(kind string, of func(Prompt) string, slack float64, shares map[string]int) {
		t.Helper()
		count := make(map[string]int)
		for _, p := range common {
			count[of(p)]++
		}
		for value, n := range shares {
			want := float64(n*len(common)) / whole
			if d := float64(count[value]) - want; d > slack || d < -slack {
				t.Errorf("%s %s: %d, want %.1f, give or take %.0f", kind, value, count[value], want, slack)
			}
		}
	}
	check("theme", func(p Prompt) string { return string(p.Theme) }, 3, map[string]int{
		"STO": 30, "KNO": 28, "BOT": 36, "FEA": 30, "SAY": 30, "GUI": 26, "KIN": 44, "GRI": 30, "SEL": 42,
		"NEE": 36, "BOD": 42, "COM": 46, "PEO": 32, "VAL": 34, "MIX": 18, "END": 20, "OPN": 16,
	})
	// What the writer must have said first is still scarce: the careful pool grew first.
	check("side", func(p Prompt) string { return string(p.Side) }, 10, map[string]int{
		"any": 324, "before": 96, "after": 120,
	})
	check("intensity", func(p Prompt) string { return fmt.Sprint(p.Intensity) }, 10, map[string]int{
		"1": 160, "2": 230, "3": 126, "4": 24,
	})
	check("tone", func(p Prompt) string { return string(p.Tone) }, 12, map[string]int{
		"gentle": 290, "direct": 160, "playful": 90,
	})
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
		for _, s := range p.Seeds {
			used[s] = true
		}
	}
	want := []string{"one-minute", "five-minutes", "deep", "any", "before", "after", "leaver", "left", "mutual"}
	for _, s := range Stages() {
		want = append(want, string(s))
	}
	for _, f := range Forms() {
		want = append(want, string(f))
	}
	for letter, last := range map[string]int{"A": 15, "C": 8, "K": 36, "X": 8} {
		for n := 1; n <= last; n++ {
			want = append(want, fmt.Sprint(letter, n))
		}
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
	if careful < 55 {
		t.Errorf("%d prompts for a writer who said nothing, want 55 or more", careful)
	}
	locked := Default().Locked().All()
	if len(locked) < 30 {
		t.Errorf("%d prompts for a locked journal, want 30 or more", len(locked))
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
