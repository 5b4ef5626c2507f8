package prompts

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rule is one thing that must hold of a set of prompts. Its check returns what it
// found amiss, in sentences that begin with the id.
type rule struct {
	name  string
	check func([]Prompt) []string
}

// houseRules returns all that is asked of the prompts that come with the program.
func houseRules() []rule {
	return []rule{
		{"unique ids", uniqueIDs},
		{"every theme", everyTheme},
		{"values", each(values)},
		{"length", each(length)},
		{"sentences", eachText(sentences)},
		{"reading grade", each(readable)},
		{"one why", each(oneWhy)},
		{"words", eachText(banned)},
		{"inclusive", eachText(inclusive)},
		{"grounding", each(grounded)},
		{"safe saying", each(safeSaying)},
		{"time to open", each(timeToOpen)},
		{"another way in", each(anotherWayIn)},
		{"openings", openings},
		{"no two alike", alike},
		{"no two say the same", sameWords},
		{"shares", shares},
		{"seeds", thinSeeds},
	}
}

func TestHouseRules(t *testing.T) {
	all := Default().All()
	for _, r := range houseRules() {
		for _, found := range r.check(all) {
			t.Errorf("%s: %s", r.name, found)
		}
	}
}

func each(check func(Prompt) string) func([]Prompt) []string {
	return func(prompts []Prompt) (found []string) {
		for _, p := range prompts {
			if f := check(p); f != "" {
				found = append(found, p.ID+": "+f)
			}
		}
		return found
	}
}

// eachText checks everything of a prompt that a person reads.
func eachText(check func(string) string) func([]Prompt) []string {
	return each(func(p Prompt) string {
		for _, text := range append([]string{p.Text, p.Grounding}, p.Followups...) {
			if f := check(text); f != "" {
				return f
			}
		}
		return ""
	})
}

func uniqueIDs(prompts []Prompt) (found []string) {
	seen := make(map[string]bool)
	for _, p := range prompts {
		if seen[p.ID] {
			found = append(found, p.ID+": there are two")
		}
		seen[p.ID] = true
	}
	return found
}

func everyTheme(prompts []Prompt) (found []string) {
	count := make(map[Theme]int)
	for _, p := range prompts {
		count[p.Theme]++
	}
	for _, theme := range Themes() {
		if count[theme] < 4 {
			found = append(found, fmt.Sprintf("%s: %d prompts", theme, count[theme]))
		}
	}
	return found
}

// values holds what a pack of one's own may leave open, and ours may not.
func values(p Prompt) string {
	switch {
	case p.whole() != nil:
		return p.whole().Error()
	case p.Intensity > 4:
		return "intensity 5 belongs to journeys"
	case p.Role == Leaver && p.Intensity > 3:
		return "goes too deep for one side only"
	case p.Evidence.Note == "" || p.Evidence.Grade == "":
		return "no evidence"
	case len(p.Seeds) == 0:
		return "no seeds"
	case len(p.Stages) == 0:
		return "no stages"
	}
	return ""
}

func length(p Prompt) string {
	if n := len(strings.Fields(p.Text)); n < 8 || n > 45 {
		return fmt.Sprintf("%d words", n)
	}
	return ""
}

func sentences(text string) string {
	for _, s := range split(text) {
		if n := len(strings.Fields(s)); n > 25 {
			return fmt.Sprintf("a sentence of %d words", n)
		}
	}
	return ""
}

// split returns the sentences of a text.
func split(text string) []string {
	return regexp.MustCompile(`[^.?!]+[.?!]*`).FindAllString(text, -1)
}

// readable holds the text to the eighth grade by the formula of Flesch and Kincaid.
func readable(p Prompt) string {
	words := strings.Fields(p.Text)
	syllables := 0
	for _, w := range words {
		syllables += syllablesOf(w)
	}
	grade := 0.39*float64(len(words))/float64(len(split(p.Text))) +
		11.8*float64(syllables)/float64(len(words)) - 15.59
	if grade > 8 {
		return fmt.Sprintf("reads like grade %.1f", grade)
	}
	return ""
}

// syllablesOf counts groups of vowels, without the silent e and ed.
func syllablesOf(word string) int {
	word = strings.ToLower(strings.Trim(word, `.,:;?!"'`))
	n := len(regexp.MustCompile(`[aeiouy]+`).FindAllString(word, -1))
	if regexp.MustCompile(`[^aeiouyl]e$|[aeiouy]le$|[^aeiouytd]ed$|[^aeiouysxzcg]es$`).MatchString(word) {
		n--
	}
	return max(n, 1)
}

func oneWhy(p Prompt) string {
	if n := len(regexp.MustCompile(`(?i)\bwhy\b`).FindAllString(p.Text, -1)); n > 1 {
		return "asks why more than once"
	}
	return ""
}

// banned finds what comforts too soon, presses, praises or diagnoses.
func banned(text string) string {
	bad := regexp.MustCompile(`(?i)\b(happens for a reason|blessing in disguise|silver lining|` +
		`mov(e|ed|ing) on|g[eo]t(ting)? over|let(ting)? go|closure|toxic|narcissist\w*|deserve\w*|stay strong|strong enough|` +
		`you should|you must|heal(s|ed|ing)?|streaks?|trauma\w*|brave\w*|courag\w*|proud|amazing|` +
		`gifts?|lessons?|grateful|journey)\b|!`)
	return bad.FindString(text)
}

// inclusive finds what supposes who somebody is.
func inclusive(text string) string {
	return regexp.MustCompile(`(?i)\b(he|she|him|her|his|hers|himself|herself|husbands?|wi(fe|ves)|` +
		`(boy|girl)friends?|ex(es)?|commit(ted)? suicide|crazy|insane|normal)\b`).FindString(text)
}

func grounded(p Prompt) string {
	if p.Intensity >= 4 && p.Grounding == "" {
		return "goes deep without grounding"
	}
	return ""
}

func safeSaying(p Prompt) string {
	if p.Theme == "SAY" && p.Side == Before && !slices.Contains(p.AvoidIf, Unsafe) {
		return "is not kept from those who may be unsafe"
	}
	return ""
}

func timeToOpen(p Prompt) string {
	if p.Theme == "OPN" && p.MinDays < 60 {
		return "comes too soon"
	}
	return ""
}

// anotherWayIn asks that no prompt sends everybody into the body.
func anotherWayIn(p Prompt) string {
	if p.Form == "body" && !regexp.MustCompile(`(?i)\bor\b`).MatchString(p.Text) {
		return "leaves no other way in"
	}
	return ""
}

func openings(prompts []Prompt) (found []string) {
	count := make(map[string]int)
	for _, p := range prompts {
		first, _, _ := strings.Cut(p.Text, " ")
		count[strings.ToLower(strings.Trim(first, ",:"))]++
	}
	for word, n := range count {
		if n > 1 && n*10 > len(prompts) {
			found = append(found, fmt.Sprintf("%s: %d of %d begin with it", word, n, len(prompts)))
		}
	}
	return found
}

// alike compares every two texts by the runs of four letters that they share.
func alike(prompts []Prompt) (found []string) {
	grams := make([]map[string]bool, len(prompts))
	for i, p := range prompts {
		text := strings.Join(regexp.MustCompile(`[a-z]+`).FindAllString(strings.ToLower(p.Text), -1), " ")
		grams[i] = make(map[string]bool)
		for j := 0; j+4 <= len(text); j++ {
			grams[i][text[j:j+4]] = true
		}
		for j := range i {
			both := 0
			for g := range grams[i] {
				if grams[j][g] {
					both++
				}
			}
			if share := float64(both) / float64(len(grams[i])+len(grams[j])-both); share >= 0.35 {
				found = append(found, fmt.Sprintf("%s: %.2f like %s", p.ID, share, prompts[j].ID))
			}
		}
	}
	return found
}

// stemOf takes the common endings off a word.
func stemOf(word string) string {
	for _, ending := range []string{"ings", "ing", "ied", "ies", "ed", "es", "ly", "s", "e", "y"} {
		if rest, ok := strings.CutSuffix(word, ending); ok && len(rest) >= 3 {
			return rest
		}
	}
	return word
}

// sameWords compares every two texts by the stems of their words, each weighed by how
// few texts have it.
func sameWords(prompts []Prompt) (found []string) {
	stems := make([]map[string]float64, len(prompts))
	texts := make(map[string]int)
	for i, p := range prompts {
		stems[i] = make(map[string]float64)
		for _, w := range regexp.MustCompile(`[a-z]+`).FindAllString(strings.ToLower(p.Text), -1) {
			stem := stemOf(w)
			if stems[i][stem] == 0 {
				texts[stem]++
			}
			stems[i][stem]++
		}
	}
	for i := range stems {
		sum := 0.0
		for stem, n := range stems[i] {
			stems[i][stem] = n * math.Log(float64(len(prompts))/float64(texts[stem]))
			sum += stems[i][stem] * stems[i][stem]
		}
		for stem := range stems[i] {
			stems[i][stem] /= math.Sqrt(sum)
		}
		for j := range i {
			cosine := 0.0
			for stem, x := range stems[i] {
				cosine += x * stems[j][stem]
			}
			if cosine >= 0.50 {
				found = append(found, fmt.Sprintf("%s: %.2f like %s", prompts[i].ID, cosine, prompts[j].ID))
			}
		}
	}
	return found
}
