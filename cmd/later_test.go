package cmd

import (
	"testing"
	"time"

	"untangle/journal"
)

// What leaves its year or its week open is the next one that is to come.
func TestWhenNext(t *testing.T) {
	for _, c := range []struct{ now, given, want string }{
		{"2026-03-10", "1 may", "2026-05-01"},
		{"2026-03-10", "11 march", "2026-03-11"},
		{"2026-03-10", "10 march", "2027-03-10"},
		{"2026-03-10", "december 31st", "2026-12-31"},
		{"2026-12-31", "1 jan", "2027-01-01"},
		{"2026-03-10", "29 feb", "2028-02-29"},
		{"2028-02-28", "29 feb", "2028-02-29"},
		{"2096-03-01", "29 feb", "2104-02-29"},
		{"2026-03-10", "tuesday", "2026-03-17"},
		{"2026-03-10", "wed", "2026-03-11"},
		{"2026-03-10", "1 may 2020", "2020-05-01"},
		{"2026-01-31", "in a month", "2026-02-28"},
		{"2026-03-10", "31 april", ""},
		{"2026-03-10", "may", ""},
	} {
		now, err := time.Parse(time.DateOnly, c.now)
		if err != nil {
			t.Fatal(err)
		}
		got, err := whenNext(c.given, now.Add(22*time.Hour))
		if got.String() != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q on %s: %q, %v, want %q", c.given, c.now, got, err, c.want)
		}
	}
}

func TestQuestionOf(t *testing.T) {
	opens := journal.Day(2030, 5, 1)
	for want, e := range map[string]journal.Entry{
		"":                                {},
		"What then?":                      {Prompt: journal.Prompt{Text: "What then?"}},
		"A letter to open on 1 May 2030.": {OpenOn: opens},
		"A letter to open on 1 May 2030.\n\nWhat then?": {OpenOn: opens, Prompt: journal.Prompt{Text: "What then?"}},
	} {
		if got := questionOf(&e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
