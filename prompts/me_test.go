package prompts

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// said returns what a writer said, as names and values in turn.
func said(t *testing.T, pairs ...string) Me {
	t.Helper()
	var m Me
	for i := 0; i < len(pairs); i += 2 {
		var err error
		if m, err = m.Set(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func TestMeReadsBack(t *testing.T) {
	m := said(t, "stages", "grief, first-days,grief", "side", "after", "role", "left", "needs", "faith,children",
		"avoid", "opn,gui", "parted", "2025-11-02", "fear", "unsure", "check-ins", "on", "country", "nz", "only-mine", "on")
	m.Dates = []Date{{time.March, 10, "the day we met"}}
	m = m.Tell("me").Tell("me")
	m.Looked, m.Eased = day(t, "2026-01-01"), day(t, "2026-01-02")
	const want = `{"avoid":"gui, opn","check-ins":"on","country":"NZ","dates":["03-10 the day we met"],"eased":"2026-01-02",` +
		`"fear":"unsure","looked":"2026-01-01","needs":"children, faith","only-mine":"on","parted":"2025-11-02","role":"left",` +
		`"side":"after","stages":"first-days, grief","told":["me"]}`
	if got := string(m.Encode()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	again, err := ParseMe(m.Encode())
	if err != nil || !reflect.DeepEqual(again, m) {
		t.Errorf("%+v, %v\nwant %+v", again, err, m)
	}
	for _, name := range MeNames() {
		if again, err = again.Set(name, ""); err != nil {
			t.Error(err)
		}
		if got := again.Value(name); got != "" {
			t.Errorf("%s taken back is %q", name, got)
		}
	}
	const later = `{"pronoun":["x"],"role":"left"}`
	if kept, err := ParseMe([]byte(later)); err != nil || string(kept.Encode()) != later {
		t.Errorf("%s, %v", kept.Encode(), err)
	}
	if m, err := ParseMe(nil); err != nil || string(m.Encode()) != "{}" {
		t.Errorf("%s, %v", m.Encode(), err)
	}
}

func TestMeRefuses(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"stages", "lost", "wondering, deciding"},
		{"side", "left", "any, before, after"},
		{"role", "both", "leaver, left, mutual"},
		{"needs", "money", "children, marriage"},
		{"avoid", "zzz", "STO, KNO"},
		{"parted", "last week", "2026-02-15"},
		{"fear", "maybe", "no, yes, unsure"},
		{"check-ins", "daily", "neither on nor off"},
		{"country", "Norway", "two letters"},
		{"colour", "red", "have stages"},
	} {
		before := said(t, "role", "left")
		if _, err := before.Set(test.name, test.value); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %q: %v, want %q", test.name, test.value, err, test.want)
		}
		if before.Value("role") != "left" {
			t.Errorf("%s %q changed what was said before", test.name, test.value)
		}
	}
	for _, bad := range []string{`[]`, `{"role":1}`, `{"role":"x"}`, `{"dates":["13-40 x"]}`, `{"looked":"soon"}`, `{"told":1}`} {
		if _, err := ParseMe([]byte(bad)); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
}

func TestDates(t *testing.T) {
	for _, test := range []struct {
		date string
		on   []string
	}{
		{"03-10 a", []string{"2026-03-10", "2027-03-10"}},
		{"02-29 b", []string{"2024-02-29", "2025-02-28"}},
		{"02-28 c", []string{"2024-02-28", "2025-02-28"}},
	} {
		d, err := ParseDate(test.date)
		if err != nil || d.String() != test.date {
			t.Errorf("%q is %v, %v", test.date, d, err)
		}
		var on []string
		for n := day(t, "2024-01-01"); n < day(t, "2028-01-01"); n++ {
			if d.On(n) && slices.Contains(test.on, n.String()) {
				on = append(on, n.String())
			}
		}
		if !slices.Equal(on, test.on) {
			t.Errorf("%q falls on %v", test.date, on)
		}
	}
	for _, bad := range []string{"", "03-10", "3-10 x", "02-30 x", "2026-03-10 x", "03-10 \x1b[2J", "soon x"} {
		if d, err := ParseDate(bad); err == nil {
			t.Errorf("%q is %v", bad, d)
		}
	}
}

func FuzzParseMe(f *testing.F) {
	f.Add([]byte(`{"stages":"grief","dates":["02-29 x"],"told":["me"],"more":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ParseMe(data)
		if err != nil {
			return
		}
		again, err := ParseMe(m.Encode())
		if err != nil || string(again.Encode()) != string(m.Encode()) {
			t.Errorf("%q reads back as %q, %v", m.Encode(), again.Encode(), err)
		}
	})
}
