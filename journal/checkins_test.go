package journal

import (
	"testing"
	"time"
)

// CheckIns reads rows alone: bare ones and those beside a text, in the order of time,
// and none of before the day or without a word of how it was.
func TestCheckIns(t *testing.T) {
	t.Parallel()
	j := made(t)
	berlin := time.FixedZone("", 3600)
	none, most := 0, 10
	for _, e := range []Entry{
		{Date: Day(2026, 3, 1), CheckIn: CheckIn{Mood: 1}},
		{Date: At(time.Date(2026, 3, 3, 9, 0, 0, 0, berlin)), CheckIn: CheckIn{Ache: &most, Energy: 5}},
		{Date: Day(2026, 3, 2), CheckIn: CheckIn{Ache: &none}},
		{Date: Day(2026, 3, 4), Text: "beside a text", CheckIn: CheckIn{Mood: 5, After: Heavier}},
		{Date: Day(2026, 3, 5), Text: "nothing was said"},
	} {
		add(t, j, e)
	}
	notes, err := j.CheckIns(t.Context(), Day(2026, 3, 2))
	if err != nil {
		t.Fatal(err)
	}
	if len(notes) != 3 {
		t.Fatalf("%d check-ins, want 3: %v", len(notes), notes)
	}
	if c := notes[0].CheckIn; c.Ache == nil || *c.Ache != none || c.Mood != 0 || !notes[0].Bare || notes[0].Date != Day(2026, 3, 2) {
		t.Errorf("no ache at all came back as %+v", notes[0])
	}
	if c := notes[1].CheckIn; c.Ache == nil || *c.Ache != most || c.Energy != 5 || !notes[1].Bare {
		t.Errorf("ache and energy came back as %+v", notes[1])
	}
	for i, want := range []string{"ache 0", "ache 10, energy 5", "mood 5, heavier"} {
		if got := notes[i].CheckIn.String(); got != want {
			t.Errorf("in words %q, want %q", got, want)
		}
	}
	if c := notes[2].CheckIn; c.Ache != nil || c.Mood != 5 || c.After != Heavier || notes[2].Bare {
		t.Errorf("what stands beside a text came back as %+v", notes[2])
	}
	if notes, err = j.CheckIns(t.Context(), Day(2026, 3, 6)); len(notes) != 0 || err != nil {
		t.Errorf("later: %v, %v; want none", notes, err)
	}
}
