package prompts

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// small returns a library of n prompts that may all be asked, of every theme and
// form in turn. It stays what it is when the packs grow.
func small(n int) *Library {
	var prompts []Prompt
	for i := range n {
		p := planted()
		p.ID = fmt.Sprintf("p-%03d", i)
		p.Theme = Themes()[i%len(Themes())]
		p.Form = Forms()[i*5%len(Forms())]
		prompts = append(prompts, p)
	}
	return newLibrary(prompts)
}

// TestChooseIsTheSameEverywhere pins what is drawn. A change here changes what
// people who have a journal see today, so it must be meant.
func TestChooseIsTheSameEverywhere(t *testing.T) {
	lib, d := small(40), day(t, "2026-03-10")
	var h History
	var got []string
	for range 12 {
		c := Choose(lib, d, h, "a salt")
		got = append(got, c.Prompt.ID)
		h = h.Show(d, c.Prompt.ID)
		if d%3 == 0 {
			c = Another(lib, d, h, "a salt")
			got = append(got, c.Prompt.ID)
			h = h.Skip(d, h.today.id).Show(d, c.Prompt.ID)
		}
		d++
	}
	want := strings.Fields("p-036 p-001 p-031 p-022 p-033 p-030 p-038 p-027 p-007 p-009 p-005 p-018 p-025 p-000 p-013 p-006")
	if !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), strings.Join(want, " "))
	}
	if got := newDraw("a salt", day(t, "2026-03-10")).score("com-ten-breaths"); got != 161536 {
		t.Errorf("the score is %d", got)
	}
	if a, b := Choose(lib, d, h, "a salt"), Choose(lib, d, h, "another"); a.Prompt.ID == b.Prompt.ID {
		t.Error("two journals draw the same question")
	}
}

func TestChooseStandsAllDay(t *testing.T) {
	lib, d := Default(), day(t, "2026-03-10")
	var h History
	for range 150 {
		first := Choose(lib, d, h, "s")
		shown := h.Show(d, first.Prompt.ID)
		for what, h := range map[string]History{
			"before it was shown":        h,
			"after it was shown":         shown,
			"after it was shown twice":   shown.Show(d, first.Prompt.ID),
			"after it was answered":      shown.Answer(d, first.Prompt.ID),
			"after a restart":            reread(t, shown),
			"after another was answered": shown.Answer(d, "kno-say-you-stay"),
		} {
			if got := Choose(lib, d, h, "s"); !reflect.DeepEqual(got, first) {
				t.Fatalf("%s, %v: %+v\nwant %+v", d, what, got, first)
			}
		}
		h = shown.Answer(d, first.Prompt.ID)
		d++
	}
}

func TestChooseDoesNotDependOnTheDaysOtherWriting(t *testing.T) {
	lib, d := Default(), day(t, "2026-03-10")
	h := History{}.Show(d-1, "com-menu").Answer(d-1, "com-menu")
	want := Choose(lib, d, h, "s").Prompt.ID
	for _, p := range lib.All() {
		if p.ID == want {
			continue
		}
		if got := Choose(lib, d, h.Answer(d, p.ID), "s").Prompt.ID; got != want {
			t.Errorf("after writing to %s the question of the day is %s, not %s", p.ID, got, want)
		}
	}
}

func TestChooseAsksEverythingOnce(t *testing.T) {
	for what, lib := range map[string]*Library{
		"the library": Default(), "the locked part of it": Default().Locked(), "a large one": small(240),
	} {
		var fresh int
		for _, p := range lib.All() {
			if p.careful() {
				fresh++
			}
		}
		d := day(t, "2026-01-01")
		var h History
		var order []string
		for n := range 2*fresh + 5 {
			c := Choose(lib, d, h, "s")
			if p := c.Prompt; !p.careful() {
				t.Fatalf("%s: %s is not for a writer who said nothing", what, p.ID)
			}
			if c.Revisit != (n >= fresh) || c.Fresh != max(fresh-n-1, 0) {
				t.Fatalf("%s, day %d: revisit %v, %d fresh, of %d", what, n, c.Revisit, c.Fresh, fresh)
			}
			if n < fresh && slices.Contains(order, c.Prompt.ID) {
				t.Fatalf("%s, day %d: %s was asked before", what, n, c.Prompt.ID)
			}
			if n >= fresh && (c.Prompt.ID != order[n-fresh] || c.Before != d-Day(fresh)) {
				t.Fatalf("%s, day %d: %s from %v is not the one asked longest ago", what, n, c.Prompt.ID, c.Before)
			}
			crowding := survey(lib, h).recent(d, h).crowding(&c.Prompt)
			if crowding > 0 && n < fresh && roomier(lib, d, h, crowding) {
				t.Fatalf("%s, day %d: %s stands too near to the days before", what, n, c.Prompt.ID)
			}
			order = append(order, c.Prompt.ID)
			h = h.Show(d, c.Prompt.ID).Answer(d, c.Prompt.ID)
			d++
		}
	}
}

// roomier reports whether a prompt that was never asked stands clearer of the
// days before than crowding.
func roomier(lib *Library, d Day, h History, crowding int) bool {
	v := survey(lib, h)
	return slices.ContainsFunc(v.may, func(i int) bool {
		return v.place[i] == 0 && v.recent(d, h).crowding(&lib.prompts[i]) < crowding
	})
}

func TestAnotherIsAnother(t *testing.T) {
	lib, d := Default(), day(t, "2026-03-10")
	h := History{}.Show(d-1, "com-menu")
	seen := make(map[string]bool)
	last := Choose(lib, d, h, "s")
	for range 20 {
		seen[last.Prompt.ID] = true
		next := Another(lib, d, h, "s")
		if again := Another(lib, d, h.Show(d, last.Prompt.ID), "s"); !reflect.DeepEqual(again, next) {
			t.Fatalf("showing it first gives %s, not %s", again.Prompt.ID, next.Prompt.ID)
		}
		if seen[next.Prompt.ID] {
			t.Fatalf("%s was turned away already", next.Prompt.ID)
		}
		if next.Prompt.Form == last.Prompt.Form {
			t.Errorf("%s after %s, both %s", next.Prompt.ID, last.Prompt.ID, last.Prompt.Form)
		}
		h = h.Skip(d, last.Prompt.ID).Show(d, next.Prompt.ID)
		if got := Choose(lib, d, reread(t, h), "s"); !reflect.DeepEqual(got, next) {
			t.Fatalf("%s does not stand", next.Prompt.ID)
		}
		last = next
	}
	tomorrow := Choose(lib, d+1, h, "s")
	if seen[tomorrow.Prompt.ID] {
		t.Errorf("%s comes back tomorrow", tomorrow.Prompt.ID)
	}
}

func TestAnotherGoesRound(t *testing.T) {
	lib, d := small(3), day(t, "2026-03-10")
	var h History
	var got []string
	for range 7 {
		c := Choose(lib, d, h, "s")
		h = h.Show(d, c.Prompt.ID)
		got = append(got, c.Prompt.ID)
		if c.Revisit != (len(got) > 3) {
			t.Errorf("number %d: revisit %v", len(got), c.Revisit)
		}
		h = h.Skip(d, c.Prompt.ID)
	}
	if !slices.Equal(got[:3], got[3:6]) || got[0] != got[6] {
		t.Errorf("the round is %q", got)
	}
}

func TestNeverIsNever(t *testing.T) {
	lib, d := small(4), day(t, "2026-03-10")
	var h History
	for left := 4; left > 0; left-- {
		c := Choose(lib, d, h, "s")
		if c.Fresh != left-1 || h.isNever(c.Prompt.ID) {
			t.Fatalf("%s, %d fresh, want %d", c.Prompt.ID, c.Fresh, left-1)
		}
		h = h.Show(d, c.Prompt.ID).Never(c.Prompt.ID)
	}
	for _, c := range []Choice{Choose(lib, d, h, "s"), Another(lib, d, h, "s"), Choose(&Library{}, d, h, "s")} {
		if c.Prompt.ID != "" || len(c.Why) != 2 {
			t.Errorf("got %+v", c)
		}
	}
	if c := Choose(lib, d, h.Allow("p-002"), "s"); c.Prompt.ID != "p-002" || !c.Revisit {
		t.Errorf("got %+v", c)
	}
}

func TestWhy(t *testing.T) {
	careful, deep := planted(), planted()
	deep.ID, deep.Intensity = "deep", 4
	lib, d := newLibrary([]Prompt{careful, deep}), day(t, "2026-03-10")
	h := History{}.Never("other")
	first := Choose(lib, d, h, "s")
	want := []string{
		"This one is new to you, and its theme, small comforts, has not come up in the last two days.",
		"Kept back: 1 that goes deep, or supposes something you have not told.",
		"After this one none is new; the one you saw longest ago comes next.",
	}
	if !slices.Equal(first.Why, want) {
		t.Errorf("got %q", first.Why)
	}
	h = h.Show(d, first.Prompt.ID).Never("deep")
	want = []string{
		"You saw this one last on 10 March 2026. The others have come up since, so it returns.",
		"Kept back: 1 you asked not to see again.",
		"After this one none is new; the one you saw longest ago comes next.",
	}
	if got := Choose(lib, d+1, h, "s").Why; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func reread(t *testing.T, h History) History {
	t.Helper()
	again, err := ParseHistory(h.Encode())
	if err != nil {
		t.Fatal(err)
	}
	return again
}
