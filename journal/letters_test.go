package journal

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// openedAt returns the journal as it is opened on another day.
func openedAt(t *testing.T, j *Journal, now time.Time) *Journal {
	t.Helper()
	later, err := Open(t.Context(), j.Path(), Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return later
}

func TestShutOn(t *testing.T) {
	east := time.FixedZone("", 14*3600)
	for _, c := range []struct {
		open, day Date
		want      bool
	}{
		{Date{}, Day(2026, 3, 10), false},
		{Day(2026, 3, 11), At(noon), true},
		{Day(2026, 3, 10), At(noon), false},
		{Day(2026, 3, 10), Day(2026, 3, 9), true},
		{Day(2026, 3, 10), At(time.Date(2026, 3, 9, 23, 59, 59, 0, east)), true},
		{Day(2026, 3, 10), At(time.Date(2026, 3, 10, 0, 0, 0, 0, east)), false},
		{At(noon.Add(time.Hour)), At(noon), false}, // of the same day
		{At(noon.AddDate(0, 0, 1)), At(noon.Add(11 * time.Hour)), true},
	} {
		e := Entry{OpenOn: c.open}
		if got := e.ShutOn(c.day); got != c.want {
			t.Errorf("open on %q: shut on %s is %v, want %v", c.open, c.day, got, c.want)
		}
	}
}

func TestLettersStayShut(t *testing.T) {
	j := made(t)
	add(t, j, Entry{Date: Day(2026, 1, 1), Text: "plain tea @home"})
	add(t, j, Entry{Date: Day(2026, 1, 2), Text: "open tea @home", OpenOn: Day(2026, 3, 10)})
	shut := add(t, j, Entry{Date: Day(2026, 1, 3), Text: "shut tea @home @then", OpenOn: Day(2026, 3, 11)})
	gone := add(t, j, Entry{Date: Day(2026, 1, 4), Text: "gone tea", OpenOn: Day(2026, 3, 11)})
	if err := j.Delete(t.Context(), gone.ID); err != nil {
		t.Fatal(err)
	}
	firsts := func(j *Journal, q Query) string {
		var words []string
		for _, e := range all(t, j, q) {
			words = append(words, strings.Fields(e.Text)[0])
		}
		return strings.Join(words, " ")
	}
	found := func(j *Journal, q Query) string {
		var words []string
		for _, hit := range hitsOf(t, j, Search{Query: q, Words: "tea"}) {
			words = append(words, strings.Fields(hit.Text)[0])
		}
		return strings.Join(words, " ")
	}
	tomorrow := openedAt(t, j, noon.AddDate(0, 0, 1))
	for _, c := range []struct {
		name        string
		q           Query
		today, then string
	}{
		{"all", Query{}, "open plain", "shut open plain"},
		{"one", Query{Limit: 1}, "open", "shut"},
		{"two, the oldest first", Query{Limit: 2, Oldest: true}, "plain open", "plain open"},
		{"with a tag", Query{Tags: []string{"then"}}, "", "shut"},
		{"of a day", Query{From: Day(2026, 1, 3), To: Day(2026, 1, 3)}, "", "shut"},
		{"shut ones too", Query{Shut: true}, "shut open plain", "shut open plain"},
		{"one, shut ones too", Query{Shut: true, Limit: 1}, "shut", "shut"},
		{"letters", Query{Letters: true, Oldest: true}, "open", "open shut"},
		{"one letter", Query{Letters: true, Limit: 1}, "open", "shut"},
		{"letters, shut ones too", Query{Letters: true, Shut: true}, "shut open", "shut open"},
		{"deleted", Query{Deleted: true}, "", "gone"},
		{"deleted, shut ones too", Query{Deleted: true, Shut: true}, "gone", "gone"},
	} {
		for _, on := range []struct {
			day  string
			j    *Journal
			want string
		}{{"today", j, c.today}, {"tomorrow", tomorrow, c.then}} {
			if got := firsts(on.j, c.q); got != on.want {
				t.Errorf("%s, %s: %q, want %q", c.name, on.day, got, on.want)
			}
			if got := found(on.j, c.q); got != on.want {
				t.Errorf("%s, %s: the search finds %q, want %q", c.name, on.day, got, on.want)
			}
		}
	}
	for on, want := range map[*Journal][]Tag{j: {{"home", 2}}, tomorrow: {{"home", 3}, {"then", 1}}} {
		if got, err := on.Tags(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("tags %v, %v, want %v", got, err, want)
		}
	}

	// What is done to a letter leaves its day.
	edited, err := j.Edit(t.Context(), shut.ID, shut.Version, func(e *Entry) error { e.Text, e.Date = "shut still", Day(2026, 2, 1); return nil }, Beside{})
	if err != nil || edited.OpenOn != Day(2026, 3, 11) {
		t.Errorf("after an edit it opens on %q, %v", edited.OpenOn, err)
	}
	if err := j.SetCheckIn(t.Context(), shut.ID, CheckIn{After: Same}); err != nil {
		t.Fatal(err)
	}
	if got := firsts(j, Query{}); got != "open plain" {
		t.Errorf("after an edit there are %q", got)
	}

	// It goes along into a copy and through an import.
	copied := made(t)
	if _, err := copied.Import(t.Context(), j.Entries(t.Context(), Query{Shut: true}), nil); err != nil {
		t.Fatal(err)
	}
	if got := firsts(copied, Query{}); got != "open plain" {
		t.Errorf("after an import there are %q", got)
	}
	if got := all(t, copied, Query{Shut: true, Limit: 1}); len(got) != 1 || got[0].OpenOn != Day(2026, 3, 11) {
		t.Errorf("after an import the newest is %v", got)
	}
}

// TestLettersModel holds what queries return against the plain reading of what they
// say, in journals with letters of all kinds.
func TestLettersModel(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 13))
		j := made(t)
		rare := 1 + r.IntN(6) // one entry in so many is a letter
		var written []*Entry
		for i := range 150 + r.IntN(150) {
			e := &Entry{
				ID: NewID(), Date: Day(2025, 1, 1+r.IntN(400)), Starred: r.IntN(3) == 0,
				Text: fmt.Sprintf("tea %d%s", i, []string{"", " @home", " @away"}[r.IntN(3)]),
			}
			if r.IntN(rare) == 0 {
				e.OpenOn = Day(2026, 3, 10+r.IntN(5)-2)
			}
			if r.IntN(10) == 0 {
				e.Text, e.CheckIn = "", CheckIn{Mood: 3}
			}
			written = append(written, e)
		}
		if _, err := j.Import(t.Context(), func(yield func(*Entry, error) bool) {
			for _, e := range written {
				if !yield(e, nil) {
					return
				}
			}
		}, nil); err != nil {
			t.Fatal(err)
		}
		for _, e := range written {
			if r.IntN(8) == 0 {
				if err := j.Delete(t.Context(), e.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		everything := map[bool][]*Entry{}
		for _, deleted := range []bool{false, true} {
			everything[deleted] = all(t, j, Query{Deleted: deleted, CheckIns: true, Shut: true, Oldest: true})
		}
		if n := len(everything[false]) + len(everything[true]); n != len(written) {
			t.Fatalf("%d entries, want %d", n, len(written))
		}
		for range 300 {
			q := Query{
				Starred: r.IntN(3) == 0, Deleted: r.IntN(5) == 0, CheckIns: r.IntN(2) == 0, Letters: r.IntN(4) == 0,
				Shut: r.IntN(4) == 0, Oldest: r.IntN(2) == 0, Limit: r.IntN(30),
			}
			if r.IntN(3) == 0 {
				q.Tags = []string{"home"}
			}
			if r.IntN(3) == 0 {
				q.From = Day(2025, 1, 1+r.IntN(400))
			}
			if r.IntN(3) == 0 {
				q.To = Day(2025, 1, 1+r.IntN(400))
			}
			want := plainTexts(everything[q.Deleted], q, Day(2026, 3, 10))
			got := texts(all(t, j, q))
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d, %+v:\ngot  %q\nwant %q", seed, q, got, want)
			}
			var hits []string
			for _, hit := range hitsOf(t, j, Search{Query: q, Words: "tea"}) {
				hits = append(hits, hit.Text)
			}
			with := q
			with.CheckIns = false // which have no words to find
			if want := plainTexts(everything[q.Deleted], with, Day(2026, 3, 10)); !slices.Equal(hits, want) {
				t.Fatalf("seed %d, %+v:\nfound %q\nwant  %q", seed, q, hits, want)
			}
		}
	}
}

// plainTexts returns the texts of the entries, the oldest of which is first, that a query
// says it chooses.
func plainTexts(entries []*Entry, q Query, today Date) (chosen []string) {
	for _, e := range entries {
		switch {
		case q.Starred && !e.Starred, !q.CheckIns && e.Text == "", q.Letters && e.OpenOn.IsZero(), !q.Shut && e.OpenOn.Compare(today) > 0:
		case len(q.Tags) > 0 && !slices.Contains(e.Tags(), q.Tags[0]):
		case !q.From.IsZero() && e.Date.Compare(q.From) < 0, !q.To.IsZero() && e.Date.Compare(q.To) > 0:
		default:
			chosen = append(chosen, e.Text)
		}
	}
	if !q.Oldest {
		slices.Reverse(chosen)
	}
	if q.Limit > 0 {
		chosen = chosen[:min(q.Limit, len(chosen))]
	}
	return chosen
}

// TestLettersReadLittle makes sure that a list reads no more bodies than it shows and
// letters stand before.
func TestLettersReadLittle(t *testing.T) {
	j := made(t)
	for i := range 300 {
		e := Entry{Date: Day(2025, 1, 1+i), Text: "x"}
		if i%100 == 99 {
			e.OpenOn = Day(2030, 1, 1)
		}
		add(t, j, e)
	}
	for _, c := range []struct {
		q    Query
		want int
	}{{Query{Limit: 10}, 11}, {Query{Limit: 150}, 152}, {Query{Limit: 10, Shut: true}, 10}, {Query{Limit: 10, Oldest: true}, 10}, {Query{Letters: true}, 3}} {
		err := j.view(t.Context(), func(view *tx) error {
			picks, err := view.picks(c.q)
			if err == nil && len(picks) != c.want {
				t.Errorf("%+v: %d bodies, want %d", c.q, len(picks), c.want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
