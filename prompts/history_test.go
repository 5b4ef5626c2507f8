package prompts

import (
	"strings"
	"testing"
	"time"
)

func TestHistoryKeepsTheLastTime(t *testing.T) {
	d := day(t, "2026-03-10")
	var h History
	h = h.Show(d, "a").Answer(d, "a")
	before := h
	h = h.Show(d+1, "b").Skip(d+1, "b").Show(d+1, "c").Never("b").Answer(d+3, "a")

	for _, want := range []Asked{
		{ID: "a", Day: d + 3, End: Answered, Before: d},
		{ID: "b", Day: d + 1, End: Skipped},
		{ID: "c", Day: d + 1, End: Shown},
	} {
		if got, ok := h.Last(want.ID); !ok || got != want {
			t.Errorf("Last(%q) = %+v, %v, want %+v", want.ID, got, ok, want)
		}
	}
	if _, ok := h.Last("d"); ok {
		t.Error("d was never asked")
	}
	if id, ok := h.Today(d + 1); id != "c" || !ok {
		t.Errorf("the question of the day is %q, want c", id)
	}
	if _, ok := h.Today(d + 2); ok {
		t.Error("a question stands on a day on which none was shown")
	}
	if got := h.Nevers(); len(got) != 1 || got[0] != "b" {
		t.Errorf("never again: %q", got)
	}
	if got := h.Allow("b").Nevers(); len(got) != 0 {
		t.Errorf("after taking it back: %q", got)
	}
	const want = `{"asked":["2026-03-11 skipped b","2026-03-11 shown c","2026-03-13 answered a 2026-03-10"],` +
		`"never":["b"],"today":"2026-03-11 c"}`
	if got := string(h.Encode()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := string(before.Encode()); got != `{"asked":["2026-03-10 answered a"],"today":"2026-03-10 a"}` {
		t.Errorf("an earlier value changed: %s", got)
	}
}

func TestHistorySmallPrint(t *testing.T) {
	d := day(t, "2026-03-10")
	for _, test := range []struct {
		what, got, want string
	}{
		{
			"shown again on its day, an answer stays",
			encode(History{}.Show(d, "a").Answer(d, "a").Show(d, "a")),
			`{"asked":["2026-03-10 answered a"],"today":"2026-03-10 a"}`,
		},
		{
			"a second time remembers the first",
			encode(History{}.Show(d-300, "a").Show(d, "a")),
			`{"asked":["2026-03-10 shown a 2025-05-14"],"today":"2026-03-10 a 2025-05-14"}`,
		},
		{
			"what is taken in late finds its place",
			encode(History{}.Answer(d, "a").Answer(d-5, "b").Answer(d-9, "a")),
			`{"asked":["2026-03-05 answered b","2026-03-10 answered a"]}`,
		},
		{
			"turning the question away leaves the day without one",
			encode(History{}.Show(d, "a").Never("a")),
			`{"asked":["2026-03-10 shown a"],"never":["a"],"today":"2026-03-10"}`,
		},
		{
			"what is no id is not set down",
			encode(History{}.Show(d, "A b").Skip(d, "").Answer(d, "a--b").Never("-")),
			`{}`,
		},
	} {
		if test.got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.what, test.got, test.want)
		}
	}
}

func TestHistoryKeepsWhatItDoesNotKnow(t *testing.T) {
	const later = `{"Asked":1,"asked":["2026-03-10 liked com-lamp twice, at least"],` +
		`"likes":{"b":2,"a":[1.50,null]},"today":"2026-03-10 com-lamp"}`
	h, err := ParseHistory([]byte(later))
	if err != nil {
		t.Fatal(err)
	}
	if got := encode(h); got != later {
		t.Errorf("got  %s\nwant %s", got, later)
	}
	got := encode(h.Answer(day(t, "2026-03-12"), "com-lamp").Never("x"))
	want := `{"Asked":1,"asked":["2026-03-12 answered com-lamp 2026-03-10 twice, at least"],` +
		`"likes":{"b":2,"a":[1.50,null]},"never":["x"],"today":"2026-03-10 com-lamp"}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestParseHistoryRefuses(t *testing.T) {
	for data, want := range map[string]string{
		`null`:                             "no JSON object",
		`[]`:                               "array",
		`{`:                                "unexpected end",
		`{"asked":["yesterday shown a"]}`:  `"yesterday" is no day (write 2026-02-15)`,
		`{"asked":["2026-03-10 shown"]}`:   `"2026-03-10 shown" is no row`,
		`{"asked":["2026-03-10 shown A"]}`: `"2026-03-10 shown A" is no row`,
		`{"asked":["2026-03-10 shown a","2026-03-11 skipped a"]}`: `"a" stands there twice`,
		`{"asked":{}}`:                    "asked: ",
		`{"never":["A"]}`:                 `"A" is no id of a prompt`,
		`{"today":"2026-02-30 a"}`:        `"2026-02-30" is no day`,
		`{"today":"2026-02-20 A"}`:        `"A" is no id of a prompt`,
		strings.Repeat(" ", maxHistory+1): "it has more than 8 MiB",
	} {
		_, err := ParseHistory([]byte(data))
		if err == nil || !strings.HasPrefix(err.Error(), "reading which questions were asked: ") ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %q", data, err, want)
		}
	}
	if h, err := ParseHistory(nil); err != nil || encode(h) != "{}" {
		t.Errorf("a new journal: %v, %v", h, err)
	}
}

func FuzzParseHistory(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"asked":["2026-03-10 shown a b","2025-03-10 answered b"],"never":["b","a"],"today":"2026-03-10 a 2025-01-02"}`))
	f.Add([]byte(`{"asked":null,"more":{"a":[1e400,"<\u2028"]},"today":"2026-03-10"}`))
	lib := Default()
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := ParseHistory(data)
		if err != nil {
			return
		}
		once := encode(h)
		again, err := ParseHistory([]byte(once))
		if err != nil || encode(again) != once {
			t.Fatalf("%v\nonce  %s\nagain %s", err, once, encode(again))
		}
		d := Day(739685)
		c := Another(lib, d, Writer{History: h, Salt: "salt"})
		if c.Prompt.ID == "" && len(h.never) == 0 {
			t.Fatal("no question could be found")
		}
		h.Skip(d, "a").Show(d, "b").Answer(d+1, "a").Never("b").Allow("b")
		if encode(h) != once {
			t.Fatal("the history changed under its methods")
		}
	})
}

func TestDays(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	for _, test := range []struct {
		t    time.Time
		want string
	}{
		{time.Date(2026, 3, 10, 3, 59, 59, 0, berlin), "2026-03-09"},
		{time.Date(2026, 3, 10, 4, 0, 0, 0, berlin), "2026-03-10"},
		{time.Date(2026, 3, 10, 23, 59, 0, 0, berlin), "2026-03-10"},
		{time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), "2024-02-29"},
		{time.Date(1969, 12, 31, 5, 0, 0, 0, time.UTC), "1969-12-31"},
		{time.Date(1, 1, 1, 5, 0, 0, 0, time.UTC), "0001-01-01"},
	} {
		got := DayOf(test.t, 4*time.Hour)
		if got.String() != test.want {
			t.Errorf("%v belongs to %v, want %s", test.t, got, test.want)
		}
		if back, err := ParseDay(test.want); err != nil || back != got {
			t.Errorf("ParseDay(%q) = %v, %v", test.want, back, err)
		}
	}
	// In the night in which clocks go forward, half past four is three and a half
	// hours after midnight, and still belongs to the new day.
	if place, err := time.LoadLocation("Europe/Berlin"); err == nil {
		if got := DayOf(time.Date(2026, 3, 29, 4, 30, 0, 0, place), 4*time.Hour); got.String() != "2026-03-29" {
			t.Errorf("half past four in a short night belongs to %v", got)
		}
	}
	if Day(0).String() != "" || Day(1).String() != "0001-01-01" {
		t.Errorf("the first days are %q and %q", Day(0), Day(1))
	}
	for _, s := range []string{"", "2026-2-1", "2026-02-30", "0000-05-01", "today"} {
		if d, err := ParseDay(s); err == nil {
			t.Errorf("ParseDay(%q) = %v", s, d)
		}
	}
}

func encode(h History) string { return string(h.Encode()) }

func day(t testing.TB, s string) Day {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
