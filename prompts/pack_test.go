package prompts

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

const wholePack = `theme = "COM"
lang = "en"

[[prompt]]
id = "com-lamp"
text = "Look at one lamp for a while."
side = "any"
role = "any"
form = "comfort"
depth = "one-minute"
tone = "gentle"
intensity = 1

[[prompt]]
id = "gri-lamp"
text = "Look at \"one\" lamp."
followups = ["Which?", "Where?"]
theme = "GRI"
side = "after"
role = "left"
stages = { grief = 3, first-days = 1 }
form = "list"
depth = "deep"
tone = "direct"
intensity = 4
avoid_if = ["unsafe"]
needs = ["shared-home"]
min_days_since = 30
grounding = "Feet on the floor."
evidence = { note = "a lamp", grade = "D" }
seeds = ["K27", "X8"]
lang = "de"
`

func TestParsePack(t *testing.T) {
	got, err := ParsePack("lamp.toml", []byte(wholePack))
	if err != nil {
		t.Fatal(err)
	}
	want := []Prompt{
		{
			ID: "com-lamp", Text: "Look at one lamp for a while.", Theme: "COM", Side: AnySide, Role: AnyRole,
			Form: "comfort", Depth: "one-minute", Tone: "gentle", Intensity: 1, Lang: "en",
		},
		{
			ID: "gri-lamp", Text: `Look at "one" lamp.`, Followups: []string{"Which?", "Where?"}, Theme: "GRI",
			Side: After, Role: Left, Stages: []StageWeight{{"first-days", 1}, {"grief", 3}}, Form: "list",
			Depth: "deep", Tone: "direct", Intensity: 4, AvoidIf: []Avoid{Unsafe}, Needs: []Need{"shared-home"},
			MinDays: 30, Grounding: "Feet on the floor.", Evidence: Evidence{"a lamp", "D"},
			Seeds: []string{"K27", "X8"}, Lang: "de",
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestParsePackRefuses(t *testing.T) {
	for _, test := range []struct{ old, new, want string }{
		{`theme = "COM"`, `theme = "X"`, `lamp.toml:1: unknown theme "X" (have STO, KNO,`},
		{`theme = "GRI"`, `theme = "X"`, `lamp.toml:18: unknown theme "X" (have STO, KNO,`},
		{`side = "any"`, `side = "left"`, `lamp.toml:7: unknown side "left" (have any, before, after)`},
		{`avoid_if = ["unsafe"]`, `avoid_if = ["cats"]`, `lamp.toml:26: unknown reason to avoid "cats" (have unsafe)`},
		{`grade = "D"`, `grade = "E"`, `lamp.toml:30: unknown grade "E" (have A, B, C, D)`},
		{`grief = 3`, `grieving = 3`, `lamp.toml:14: unknown stage (have wondering,`},
		{`grief = 3`, `grief = 4`, `lamp.toml:14: grief weighs 4 (have 1 to 3)`},
		{`intensity = 4`, `intensity = 6`, `lamp.toml:14: unknown intensity 6 (have 1 to 5)`},
		{`intensity = 4`, `intensity = "4"`, `lamp.toml:25: prompt.intensity cannot be of the kind string`},
		{`min_days_since = 30`, `min_days_since = -1`, `lamp.toml:14: min_days_since is -1`},
		{`"Which?"`, `"Which?", "When?"`, `lamp.toml:14: there are 3 followups (have 2 at most)`},
		{`"X8"`, `"X9"`, `lamp.toml:14: unknown seed "X9"`},
		{`"X8"`, `"K08"`, `lamp.toml:14: unknown seed "K08"`},
		{`lang = "en"`, `language = "en"`, `lamp.toml:2: unknown key "language" (have theme, lang, prompt)`},
		{`tone = "gentle"`, `mood = "gentle"`, `lamp.toml:11: unknown key "mood" (have id, text,`},
		{`note = "a lamp"`, `source = "a lamp"`, `lamp.toml:30: unknown key "source" (have id, text,`},
		{"tone = \"gentle\"\n", "", `lamp.toml:4: the prompt "com-lamp" has no tone`},
		{"lang = \"en\"\n", "", `lamp.toml:3: the prompt "com-lamp" has no lang`},
		{`"gri-lamp"`, `"com-lamp"`, `lamp.toml:14: the id "com-lamp" is taken by the prompt in line 4`},
		{`"gri-lamp"`, `"Gri lamp"`, `lamp.toml:14: "Gri lamp" is no id`},
		{`for a while`, `\u001b[2J`, `lamp.toml:6: a text may not hold the control character U+001B`},
		{`for a while`, `\u202e`, `lamp.toml:6: a text may not hold the control character U+202E`},
		{`for a while`, strings.Repeat("long ", 300), `lamp.toml:6: a text may have 1000 bytes at most`},
		{`"one-minute"`, `"one-minute`, `lamp.toml:10: `},
		{`[[prompt]]`, `[[ prompt ]]`, `lamp.toml:1: every prompt begins with a line [[prompt]]`},
		{`theme = "COM"`, "theme = \"COM\"\n#" + strings.Repeat("x", MaxPack), `lamp.toml:1: a pack may have 1024 KiB at most`},
	} {
		if !strings.Contains(wholePack, test.old) {
			t.Fatalf("the pack has no %q", test.old)
		}
		got, err := ParsePack("lamp.toml", []byte(strings.Replace(wholePack, test.old, test.new, 1)))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) || got != nil {
			t.Errorf("%.40q for %q: %v, %v, want %q", test.new, test.old, got, err, test.want)
		}
	}
}

func FuzzParsePack(f *testing.F) {
	f.Add([]byte(wholePack))
	f.Add([]byte("theme = \"COM\"\nprompt = [{ id = \"a\" }]\n"))
	if data, err := os.ReadFile("packs/mix.toml"); err == nil {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		prompts, err := ParsePack("x", data)
		if err != nil {
			if prompts != nil || !strings.HasPrefix(err.Error(), "x:") {
				t.Fatalf("%v with the error %v", prompts, err)
			}
			return
		}
		if found := uniqueIDs(prompts); found != nil {
			t.Fatal(found)
		}
		for _, p := range prompts {
			if err := p.whole(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
