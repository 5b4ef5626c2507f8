package cmd

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"untangle/journal"
)

func january(n int) journal.Date { return journal.Day(2024, time.January, n) }

func TestMutesHas(t *testing.T) {
	named := journal.NewID()
	m := mutes{entries: []journal.ID{named}, tags: []string{"sister"}, days: []stretch{{january(5), january(7)}, {january(9), january(9)}}}
	west := time.FixedZone("", -5*3600)
	for name, c := range map[string]struct {
		e    journal.Entry
		want bool
	}{
		"another":              {journal.Entry{Date: january(1), Text: "x"}, false},
		"by id":                {journal.Entry{ID: named, Date: january(1)}, true},
		"by a tag in the text": {journal.Entry{Date: january(1), Text: "at my @Sister"}, true},
		"by a tag by hand":     {journal.Entry{Date: january(1), Hand: []string{"sister"}}, true},
		"by another tag":       {journal.Entry{Date: january(1), Text: "@sisters `@sister`"}, false},
		"the day before":       {journal.Entry{Date: january(4)}, false},
		"the first day":        {journal.Entry{Date: january(5)}, true},
		"its last second":      {journal.Entry{Date: journal.At(time.Date(2024, 1, 7, 23, 59, 59, 0, west))}, true},
		"the day after":        {journal.Entry{Date: journal.At(time.Date(2024, 1, 8, 0, 0, 0, 0, west))}, false},
		"the other stretch":    {journal.Entry{Date: january(9)}, true},
	} {
		if got := m.has(&c.e); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if (mutes{}).has(&c.e) {
			t.Errorf("%s: muted by nothing", name)
		}
	}
}

// TestMutedDays holds stretches of days against a plain set of days.
func TestMutedDays(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var m mutes
		set := make(map[int]bool)
		for range 1 + r.IntN(8) {
			from := 1 + r.IntN(40)
			to := from + r.IntN(12)
			these := mutes{days: []stretch{{january(from), january(to)}}}
			on := r.IntN(3) > 0
			before := slices.Clone(m.days)
			changed := m.without(these)
			if on {
				changed = m.with(these)
			}
			if !slices.Equal(m.days, before) {
				t.Fatal("the mutes that were changed are not as they were")
			}
			m = changed
			for n := from; n <= to; n++ {
				set[n] = on
			}
		}
		for i, s := range m.days {
			if s.to.Compare(s.from) < 0 || i > 0 && m.days[i-1].to.AddDays(1).Compare(s.from) >= 0 {
				t.Fatalf("the stretches are %v", m.days)
			}
		}
		for n := range 60 {
			if got := m.has(&journal.Entry{Date: january(n)}); got != set[n] {
				t.Fatalf("day %d of %v: %v, want %v", n, m.days, got, set[n])
			}
		}
		from := 1 + r.IntN(50)
		to := from + r.IntN(6)
		all := true
		for n := from; n <= to; n++ {
			all = all && set[n]
		}
		left := m.seenFrom(journal.Query{From: january(from), To: january(to)})
		for n := from; n <= to; n++ {
			if got, want := left.has(&journal.Entry{Date: january(n)}), set[n] && !all; got != want {
				t.Fatalf("day %d of %v, asked for %d to %d: %v, want %v", n, m.days, from, to, got, want)
			}
		}
	}
}

func TestMutesSeenFrom(t *testing.T) {
	month := stretch{journal.Day(2024, 3, 1), journal.Day(2024, 3, 31)}
	e := &journal.Entry{Date: journal.Day(2024, 3, 9), Text: "@sister"}
	for _, c := range []struct {
		name string
		m    mutes
		q    journal.Query
		want bool // still muted
	}{
		{"all", mutes{tags: []string{"sister"}}, journal.Query{}, true},
		{"its tag", mutes{tags: []string{"sister"}}, journal.Query{Tags: []string{"home", "sister"}}, false},
		{"another tag", mutes{tags: []string{"sister"}}, journal.Query{Tags: []string{"home"}}, true},
		{"its tag, but not its days", mutes{tags: []string{"sister"}, days: []stretch{month}}, journal.Query{Tags: []string{"sister"}}, true},
		{"without its tag", mutes{tags: []string{"sister"}}, journal.Query{Without: []string{"sister"}}, true},
		{"a day within", mutes{days: []stretch{month}}, journal.Query{From: e.Date, To: e.Date}, false},
		{"a moment within", mutes{days: []stretch{month}}, journal.Query{From: journal.At(e.Date.Time()), To: journal.At(e.Date.Time())}, false},
		{"the days themselves", mutes{days: []stretch{month}}, journal.Query{From: month.from, To: month.to}, false},
		{"a day more", mutes{days: []stretch{month}}, journal.Query{From: month.from, To: month.to.AddDays(1)}, true},
		{"from then on", mutes{days: []stretch{month}}, journal.Query{From: e.Date}, true},
		{"up to then", mutes{days: []stretch{month}}, journal.Query{To: e.Date}, true},
		{"the month", mutes{days: []stretch{month}}, journal.Query{Year: 2024, Month: 3}, false},
		{"the year", mutes{days: []stretch{month}}, journal.Query{Year: 2024}, true},
		{"the year, up to then", mutes{days: []stretch{month}}, journal.Query{Year: 2024, From: month.from, To: e.Date}, false},
		{"the month of any year", mutes{days: []stretch{month}}, journal.Query{Month: 3}, true},
		{"today in history", mutes{days: []stretch{month}}, journal.Query{Month: 3, Day: 9, From: month.from, To: month.to}, true},
		{"today in history, with its tag", mutes{tags: []string{"sister"}}, journal.Query{Month: 3, Day: 9, Tags: []string{"sister"}}, true},
	} {
		if got := c.m.seenFrom(c.q).has(e); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestMutesRefuse(t *testing.T) {
	for _, data := range []string{
		"null", "[]", `{"entries":["qh4449"]}`, `{"entries":"x"}`, `{"tags":["two words"]}`, `{"days":["2024-03-01"]}`,
		`{"days":["2024-03-02/2024-03-01"]}`, `{"days":["2024-03-01T09:00:00Z/2024-03-02"]}`,
	} {
		if m, err := parseMutes([]byte(data)); err == nil || !m.none() {
			t.Errorf("%s: %v, %v", data, m, err)
		}
	}
}

// What a later version adds to the mutes stays through a change.
func TestMutesKeepMore(t *testing.T) {
	m, err := parseMutes([]byte(`{"people":["anna"],"tags":["Zoo","home","home"],"days":["2024-01-04/2024-01-04","2024-01-01/2024-01-03"]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"days":["2024-01-01/2024-01-04"],"people":["anna"],"tags":["home","zoo"]}`
	if got := string(m.encode()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := string(m.without(m).encode()); got != `{"people":["anna"]}` {
		t.Errorf("without all of them it is %s", got)
	}
	if got := (mutes{}).with(mutes{tags: []string{"a"}}).without(mutes{tags: []string{"a"}}).encode(); got != nil {
		t.Errorf("nothing is %s", got)
	}
}

func FuzzParseMutes(f *testing.F) {
	f.Add([]byte(`{"entries":["qh4449jdwxynddx2pb6nvhgvfwt"],"tags":["sister"],"days":["2024-03-01/2024-03-31"]}`))
	f.Add([]byte(`{"days":["0001-01-02/9999-12-31","2024-03-01/2024-03-31"],"more":{"a":[1,"<"]}}`))
	f.Add([]byte(`{"tags":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseMutes(data)
		if err != nil {
			return
		}
		again, err := parseMutes(m.encode())
		if err != nil {
			t.Fatalf("what was encoded cannot be read: %v", err)
		}
		if !bytes.Equal(m.encode(), again.encode()) {
			t.Fatalf("encoded as %s and as %s", m.encode(), again.encode())
		}
		if rest := m.without(m); !rest.none() {
			t.Fatalf("without all of them there are %v", rest)
		}
		if both := m.with(m); !bytes.Equal(both.encode(), m.encode()) {
			t.Fatalf("twice they are %s, not %s", both.encode(), m.encode())
		}
	})
}
