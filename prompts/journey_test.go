package prompts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// faults returns what is amiss with journeys and the steps that stand in for harder ones.
func faults(journeys []Journey, rests []Step) (found []string) {
	say := func(id, format string, args ...any) { found = append(found, id+": "+fmt.Sprintf(format, args...)) }
	seen := make(map[string]bool)
	lib := Default()
	step := func(s Step, limit int) {
		if _, taken := lib.index(s.ID); taken || seen[s.ID] || !validID(s.ID) {
			say(s.ID, "the id is taken, or none")
		}
		seen[s.ID] = true
		if s.Grounding == "" || s.Title == "" || s.Form == "" || len(s.Seeds) == 0 {
			say(s.ID, "something is missing")
		}
		if s.Intensity < 1 || s.Intensity > limit {
			say(s.ID, "intensity %d, above %d", s.Intensity, limit)
		}
		texts := append([]string{s.Text, s.Grounding, s.Instead}, s.Followups...)
		for _, text := range texts {
			for _, rule := range []func(string) string{sentences, banned, inclusive} {
				if f := rule(text); f != "" {
					say(s.ID, "%s", f)
				}
			}
		}
		for _, text := range []string{s.Text, s.Instead} {
			if n := len(strings.Fields(text)); text != "" && (n < 8 || n > 60) {
				say(s.ID, "%d words", n)
			}
			if f := readable(Prompt{Text: text}); text != "" && f != "" {
				say(s.ID, "%s", f)
			}
		}
	}
	for _, j := range journeys {
		if seen[j.ID] || !validID(j.ID) || j.Title == "" || j.About == "" {
			say(j.ID, "something is missing")
		}
		seen[j.ID] = true
		if (j.Gate == "") != (j.Gate.Question() == "") {
			say(j.ID, "the gate %q asks nothing", j.Gate)
		}
		for n, s := range j.Steps {
			limit := j.Cap
			if j.ID == "the-one-who-left" && (n == 3 || n == 7) {
				limit = 4
			}
			step(s, limit)
			if s.Gated && j.Gate == "" {
				say(s.ID, "is behind no gate")
			}
		}
	}
	for _, s := range rests {
		step(s, 1)
	}
	return found
}

func TestJourneys(t *testing.T) {
	for _, found := range faults(Journeys(), restTable) {
		t.Error(found)
	}
	for _, want := range []struct {
		id    string
		days  int
		cap   int
		gated []int
	}{
		{"how-do-i-do-it", 7, 3, []int{5, 6}},
		{"the-one-who-left", 10, 3, []int{3, 6, 9}},
		{"small-comforts", 7, 1, nil},
		{"plain-days", 7, 1, nil},
		{"the-letter-never-sent", 5, 4, nil},
		{"returning-to-yourself", 14, 3, nil},
	} {
		j, ok := JourneyNamed(want.id)
		var gated []int
		for n, s := range j.Steps {
			if s.Gated {
				gated = append(gated, n+1)
			}
		}
		if !ok || len(j.Steps) != want.days || j.Cap != want.cap || !slices.Equal(gated, want.gated) {
			t.Errorf("%s: %d days, cap %d, gated %v", want.id, len(j.Steps), j.Cap, gated)
		}
	}
}

func TestJourneyFaultsAreFound(t *testing.T) {
	for what, spoil := range map[string]func(*Journey){
		"a step beyond the cap":     func(j *Journey) { j.Steps[0].Intensity = 4 },
		"a step without grounding":  func(j *Journey) { j.Steps[1].Grounding = "" },
		"an id twice":               func(j *Journey) { j.Steps[1].ID = j.Steps[0].ID },
		"a prompt's id":             func(j *Journey) { j.Steps[1].ID = "com-menu" },
		"praise":                    func(j *Journey) { j.Steps[2].Text = "That was brave of you. Write down what you had for lunch." },
		"too long":                  func(j *Journey) { j.Steps[2].Text = strings.Repeat("Look at one lamp. ", 20) },
		"a gate that asks nothing":  func(j *Journey) { j.Gate = "luck" },
		"a step behind no gate":     func(j *Journey) { j.Gate, j.Steps[0].Gated = "", true },
		"another's gender":          func(j *Journey) { j.Steps[3].Instead = "Write down where he sat and what the room was like that day." },
		"a hard word in the ground": func(j *Journey) { j.Steps[3].Grounding = "Now let go of it." },
	} {
		journeys := Journeys()
		journeys[0].Steps = slices.Clone(journeys[0].Steps)
		spoil(&journeys[0])
		if len(faults(journeys, restTable)) == 0 {
			t.Errorf("%s: nothing was found", what)
		}
	}
}

// TestGateHolds goes every way through the journeys with every answer, and never meets
// a gated step unless the answer was no.
func TestGateHolds(t *testing.T) {
	d := day(t, "2026-03-10")
	for _, j := range Journeys() {
		for _, gate := range []Answer{"", No, Yes, Unsure} {
			for _, fear := range []Answer{"", No, Yes, Unsure} {
				me := Me{Fear: fear}
				p := Progress{}.Start(j.ID, gate, d)
				safe := (j.Gate == "" || gate == No) && fear != Yes && fear != Unsure
				var met []int
				ways := []func(Offer){
					func(o Offer) { p = p.Done(o, d) },
					func(o Offer) { p = p.Skip(o) },
					func(o Offer) { p = p.Repeat(j.ID, o.Day).Done(o, d) },
					func(o Offer) { p = p.Pause().Resume(j.ID).Done(o, d) },
					func(o Offer) { p = p.Stop(j.ID).Resume(j.ID).Skip(o) },
				}
				for n := 0; ; n++ {
					o, ok := Next(j, p, me, 0)
					if !ok {
						break
					}
					if n > 3*len(j.Steps) {
						t.Fatalf("%s does not end", j.ID)
					}
					if o.Step.Gated && !safe {
						t.Fatalf("%s, gate %q, fear %q: step %d is offered", j.ID, gate, fear, o.Day)
					}
					if !safe && j.Steps[o.Day-1].Instead != "" && o.Step.Text != j.Steps[o.Day-1].Instead {
						t.Fatalf("%s, gate %q, fear %q: step %d has the text for who is safe", j.ID, gate, fear, o.Day)
					}
					met = append(met, o.Day)
					ways[n%len(ways)](o)
				}
				for n := range j.Steps { // whichever step is asked for
					if o, ok := Next(j, p.Repeat(j.ID, n+1), me, 0); ok && o.Step.Gated && !safe {
						t.Fatalf("%s: going to %d offers it", j.ID, n+1)
					}
				}
				if met = slices.Compact(met); safe && len(met) != len(j.Steps) {
					t.Errorf("%s: only the steps %v", j.ID, met)
				}
			}
		}
	}
}

func TestHeavierEndingsBringAComfort(t *testing.T) {
	d := day(t, "2026-03-10")
	j, _ := JourneyNamed("returning-to-yourself")
	p := Progress{}.Start(j.ID, "", d)
	first, _ := Next(j, p, Me{}, 0)
	p = p.Done(first, d)
	rest, ok := Next(j, p, Me{}, 2)
	if !ok || !rest.Rest || rest.Step.Intensity != 1 || rest.Day != 2 {
		t.Fatalf("after two heavier endings: %+v", rest)
	}
	if one, _ := Next(j, p, Me{}, 1); one.Rest {
		t.Error("one heavier ending brings a comfort")
	}
	p = p.Done(rest, d)
	if after, _ := Next(j, p, Me{}, 2); after.Rest || after.Day != 2 {
		t.Errorf("after the comfort: %+v", after)
	}
	if o, ok := StepOf(j.ID, rest.Day, rest.Step.ID); !ok || !o.Rest {
		t.Errorf("an entry to the comfort is %+v", o)
	}
	if o, ok := StepOf(j.ID, 1, first.Step.ID); !ok || o.Rest || o.Day != 1 {
		t.Errorf("an entry to the first step is %+v", o)
	}
	for _, bad := range [][2]any{{"nowhere", 1}, {j.ID, 0}, {j.ID, 99}} {
		if _, ok := StepOf(bad[0].(string), bad[1].(int), first.Step.ID); ok {
			t.Errorf("%v is a step", bad)
		}
	}
}

func TestProgressReadsBack(t *testing.T) {
	d := day(t, "2026-03-10")
	j, _ := JourneyNamed("plain-days")
	p := Progress{}.Start(j.ID, "", d)
	for range 3 {
		o, _ := Next(j, p, Me{}, 0)
		p = p.Done(o, d)
	}
	p = p.Start("the-one-who-left", Unsure, d+1)
	again, err := ParseProgress(p.Encode())
	if err != nil || string(again.Encode()) != string(p.Encode()) {
		t.Errorf("%s, %v\nwant %s", again.Encode(), err, p.Encode())
	}
	if going, ok := again.Going(); !ok || going.ID != "the-one-who-left" {
		t.Errorf("in progress is %v", going.ID)
	}
	if path, ok := again.Path(j.ID); !ok || path.Step != 3 || len(path.Done) != 3 || !path.Today(d) {
		t.Errorf("the path is %+v", path)
	}
	later := `{"going":"plain-days","paths":{"plain-days":{"step":1,"begun":"2026-03-10"}},"seen":[1]}`
	kept, err := ParseProgress([]byte(later))
	if err != nil || string(kept.Encode()) != later {
		t.Errorf("%s, %v", kept.Encode(), err)
	}
	for _, bad := range []string{`[]`, `{"going":1}`, `{"paths":{"A":{}}}`, `{"paths":{"a":{"step":-1}}}`, `{`} {
		if _, err := ParseProgress([]byte(bad)); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
}

func TestOffered(t *testing.T) {
	for _, test := range []struct {
		me   Me
		want string
	}{
		{Me{}, ""},
		{Me{Stages: []Stage{"telling"}}, "how-do-i-do-it"},
		{Me{Stages: []Stage{"deciding", "grief"}}, "how-do-i-do-it"},
		{Me{Stages: []Stage{"guilt"}, Role: Leaver}, "the-one-who-left"},
		{Me{Stages: []Stage{"returning"}}, "returning-to-yourself"},
	} {
		j, ok := Offered(test.me, Progress{})
		if j.ID != test.want || ok != (test.want != "") {
			t.Errorf("%v is offered %q, want %q", test.me.Stages, j.ID, test.want)
		}
	}
	begun := Progress{}.Start("how-do-i-do-it", No, day(t, "2026-03-10"))
	if j, ok := Offered(Me{Stages: []Stage{"deciding"}}, begun); ok {
		t.Errorf("%s is offered, though it was begun", j.ID)
	}
}

func FuzzParseProgress(f *testing.F) {
	f.Add([]byte(`{"going":"plain-days","paths":{"plain-days":{"step":1,"gate":"no","begun":"2026-03-10"}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParseProgress(data)
		if err != nil {
			return
		}
		again, err := ParseProgress(p.Encode())
		if err != nil || string(again.Encode()) != string(p.Encode()) {
			t.Errorf("%q reads back as %q, %v", p.Encode(), again.Encode(), err)
		}
	})
}
