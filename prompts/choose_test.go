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
		c := Choose(lib, d, Writer{History: h, Salt: "a salt"})
		got = append(got, c.Prompt.ID)
		h = h.Show(d, c.Prompt.ID)
		if d%3 == 0 {
			c = Another(lib, d, Writer{History: h, Salt: "a salt"})
			got = append(got, c.Prompt.ID)
			h = h.Skip(d, h.today.id).Show(d, c.Prompt.ID)
		}
		d++
	}
	want := strings.Fields("p-036 p-001 p-017 p-022 p-004 p-030 p-009 p-031 p-003 p-016 p-015 p-023 p-025 p-010 p-029 p-028")
	if !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), strings.Join(want, " "))
	}
	if got := newDraw("a salt", day(t, "2026-03-10")).score("com-ten-breaths"); got != 161536 {
		t.Errorf("the score is %d", got)
	}
	if a, b := Choose(lib, d, Writer{History: h, Salt: "a salt"}), Choose(lib, d, Writer{History: h, Salt: "another"}); a.Prompt.ID == b.Prompt.ID {
		t.Error("two journals draw the same question")
	}
}

func TestChooseStandsAllDay(t *testing.T) {
	lib, d := Default(), day(t, "2026-03-10")
	var h History
	for range 150 {
		first := Choose(lib, d, Writer{History: h, Salt: "s"})
		shown := h.Show(d, first.Prompt.ID)
		for what, h := range map[string]History{
			"before it was shown":        h,
			"after it was shown":         shown,
			"after it was shown twice":   shown.Show(d, first.Prompt.ID),
			"after it was answered":      shown.Answer(d, first.Prompt.ID),
			"after a restart":            reread(t, shown),
			"after another was answered": shown.Answer(d, "kno-say-you-stay"),
		} {
			if got := Choose(lib, d, Writer{History: h, Salt: "s"}); !reflect.DeepEqual(got, first) {
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
	want := Choose(lib, d, Writer{History: h, Salt: "s"}).Prompt.ID
	for _, p := range lib.All() {
		if p.ID == want {
			continue
		}
		if got := Choose(lib, d, Writer{History: h.Answer(d, p.ID), Salt: "s"}).Prompt.ID; got != want {
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
			c := Choose(lib, d, Writer{History: h, Salt: "s"})
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
			crowding := recently(lib, d, h).crowding(&c.Prompt)
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
	v := survey(lib, d, Writer{History: h})
	return slices.ContainsFunc(v.may, func(i int) bool {
		return v.fresh(i) && v.recent().crowding(&lib.prompts[i]) < crowding
	})
}

func recently(lib *Library, d Day, h History) recent {
	v := survey(lib, d, Writer{History: h})
	return v.recent()
}

// careful reports whether a prompt may be put to a writer who has said nothing.
func (p *Prompt) careful() bool { return p.assumesNothing() && p.Intensity <= quietCap }

func TestAnotherIsAnother(t *testing.T) {
	lib, d := Default(), day(t, "2026-03-10")
	h := History{}.Show(d-1, "com-menu")
	seen := make(map[string]bool)
	last := Choose(lib, d, Writer{History: h, Salt: "s"})
	for range 20 {
		seen[last.Prompt.ID] = true
		next := Another(lib, d, Writer{History: h, Salt: "s"})
		if again := Another(lib, d, Writer{History: h.Show(d, last.Prompt.ID), Salt: "s"}); !reflect.DeepEqual(again, next) {
			t.Fatalf("showing it first gives %s, not %s", again.Prompt.ID, next.Prompt.ID)
		}
		if seen[next.Prompt.ID] {
			t.Fatalf("%s was turned away already", next.Prompt.ID)
		}
		if next.Prompt.Form == last.Prompt.Form {
			t.Errorf("%s after %s, both %s", next.Prompt.ID, last.Prompt.ID, last.Prompt.Form)
		}
		h = h.Skip(d, last.Prompt.ID).Show(d, next.Prompt.ID)
		if got := Choose(lib, d, Writer{History: reread(t, h), Salt: "s"}); !reflect.DeepEqual(got, next) {
			t.Fatalf("%s does not stand", next.Prompt.ID)
		}
		last = next
	}
	tomorrow := Choose(lib, d+1, Writer{History: h, Salt: "s"})
	if seen[tomorrow.Prompt.ID] {
		t.Errorf("%s comes back tomorrow", tomorrow.Prompt.ID)
	}
}

func TestAnotherGoesRound(t *testing.T) {
	lib, d := small(3), day(t, "2026-03-10")
	var h History
	var got []string
	for range 7 {
		c := Choose(lib, d, Writer{History: h, Salt: "s"})
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
		c := Choose(lib, d, Writer{History: h, Salt: "s"})
		if c.Fresh != left-1 || h.isNever(c.Prompt.ID) {
			t.Fatalf("%s, %d fresh, want %d", c.Prompt.ID, c.Fresh, left-1)
		}
		h = h.Show(d, c.Prompt.ID).Never(c.Prompt.ID)
	}
	for _, c := range []Choice{Choose(lib, d, Writer{History: h, Salt: "s"}), Another(lib, d, Writer{History: h, Salt: "s"}), Choose(&Library{}, d, Writer{History: h, Salt: "s"})} {
		if c.Prompt.ID != "" || !strings.Contains(c.Why[0], "no question") {
			t.Errorf("got %+v", c)
		}
	}
	if c := Choose(lib, d, Writer{History: h.Allow("p-002"), Salt: "s"}); c.Prompt.ID != "p-002" || !c.Revisit {
		t.Errorf("got %+v", c)
	}
}

func TestWhy(t *testing.T) {
	careful, deep := planted(), planted()
	deep.ID, deep.Intensity = "deep", 4
	lib, d := newLibrary([]Prompt{careful, deep}), day(t, "2026-03-10")
	h := History{}.Never("other")
	first := Choose(lib, d, Writer{History: h, Salt: "s"})
	want := []string{
		"This one is new to you, and its theme, small comforts, has not come up in the last two days.",
		"Left out: 1 deeper than an ordinary day.",
		"After this one none is new; the one you saw longest ago comes next.",
	}
	if !slices.Equal(first.Why, want) {
		t.Errorf("got %q", first.Why)
	}
	h = h.Show(d, first.Prompt.ID).Never("deep")
	want = []string{
		"You saw this one last on 10 March 2026. The others have come up since, so it returns.",
		"Left out: 1 you asked not to see again.",
		"After this one none is new; the one you saw longest ago comes next.",
	}
	if got := Choose(lib, d+1, Writer{History: h, Salt: "s"}).Why; !slices.Equal(got, want) {
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

// kinds returns a library with prompts of every intensity, and some that suppose things.
func kinds() *Library {
	var prompts []Prompt
	add := func(id string, change func(*Prompt)) {
		p := planted()
		p.ID = id
		change(&p)
		prompts = append(prompts, p)
	}
	for n := 1; n <= 4; n++ {
		add(fmt.Sprintf("any-%d", n), func(p *Prompt) { p.Intensity = n })
	}
	add("long", func(p *Prompt) { p.Depth = "deep" })
	add("before", func(p *Prompt) { p.Side = Before })
	add("after", func(p *Prompt) { p.Side = After })
	add("leaver", func(p *Prompt) { p.Side, p.Role = After, Leaver })
	add("unsafe", func(p *Prompt) { p.AvoidIf = []Avoid{Unsafe} })
	add("children", func(p *Prompt) { p.Needs = []Need{"children"} })
	add("later", func(p *Prompt) { p.Theme, p.MinDays = "OPN", 60 })
	return newLibrary(prompts)
}

func TestSieve(t *testing.T) {
	d := day(t, "2026-03-10")
	ache := func(n int) *int { return &n }
	for _, test := range []struct {
		what string
		w    Writer
		want string
	}{
		{"nothing said", Writer{}, "any-1 any-2 long"},
		{"little ache", Writer{Ache: ache(6)}, "any-1 any-2 any-3 long"},
		{"much ache", Writer{Ache: ache(7)}, "any-1 any-2 long"},
		{"most ache", Writer{Ache: ache(9)}, "any-1 long"},
		{"one heavier ending", Writer{Heavier: 1}, "any-1 any-2 long"},
		{"two heavier endings", Writer{Heavier: 2}, "any-1 long"},
		{"little ache after two heavier endings", Writer{Ache: ache(0), Heavier: 5}, "any-1 any-2 long"},
		{"deeper", Writer{Deeper: true}, "any-3"},
		{"deeper with little ache", Writer{Deeper: true, Ache: ache(1)}, "any-4"},
		{"deeper with much ache", Writer{Deeper: true, Ache: ache(8)}, "any-1 any-2 long"},
		{"lighter", Writer{Lighter: true}, "any-1 long"},
		{"little strength", Writer{Energy: 2}, "any-1 any-2"},
		{"some strength", Writer{Energy: 3}, "any-1 any-2 long"},
		{"before", Writer{Me: Me{Side: Before}}, "any-1 any-2 before long"},
		{"after, and left", Writer{Me: Me{Side: After, Role: Left}}, "after any-1 any-2 long"},
		{"after, the one who left", Writer{Me: Me{Side: After, Role: Leaver}}, "after any-1 any-2 leaver long"},
		{"safe", Writer{Me: Me{Fear: No}}, "any-1 any-2 long unsafe"},
		{"unsure", Writer{Me: Me{Fear: Unsure}}, "any-1 any-2 long"},
		{"with children", Writer{Me: Me{Needs: []Need{"children"}}}, "any-1 any-2 children long"},
		{"long ago", Writer{Me: Me{Parted: d - 60}}, "any-1 any-2 later long"},
		{"not so long ago", Writer{Me: Me{Parted: d - 59}}, "any-1 any-2 long"},
		{"avoided", Writer{Me: Me{Avoid: []Theme{"COM"}}}, ""},
		{"never again", Writer{History: History{}.Never("any-1")}, "any-2 long"},
		{"a named day", Writer{Ache: ache(1), Me: Me{Dates: []Date{{3, 10, "x"}}}}, "any-1 any-2 long"},
		{"only their own", Writer{Me: Me{OnlyMine: true}}, ""},
	} {
		v := survey(kinds(), d, test.w)
		var got []string
		for _, i := range v.may {
			got = append(got, v.lib.prompts[i].ID)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: %q, want %q", test.what, strings.Join(got, " "), test.want)
		}
	}
}

func TestWhatIsSaidTodayChangesTheQuestion(t *testing.T) {
	lib, d := kinds(), day(t, "2026-03-10")
	little, most := 1, 9
	w := Writer{Ache: &little, Deeper: true, Salt: "s"}
	c := Choose(lib, d, w)
	w.History, w.Deeper = w.History.Show(d, c.Prompt.ID), false
	if got := Choose(lib, d, w); got.Prompt.ID != "any-4" {
		t.Errorf("what was asked for deeper does not stand: %s", got.Prompt.ID)
	}
	w.Ache = &most
	if got := Choose(lib, d, w); got.Prompt.Intensity > 1 {
		t.Errorf("with the most ache %s stands", got.Prompt.ID)
	}
	w.Ache = nil
	w.Me.Avoid = []Theme{"COM"}
	if got := Choose(lib, d, w); got.Prompt.ID != "" {
		t.Errorf("a theme that is avoided stands: %s", got.Prompt.ID)
	}
}

func TestStagesWeigh(t *testing.T) {
	d := day(t, "2026-03-10")
	fits, rest := 0, 0
	for n := range 200 {
		w := Writer{Me: Me{Stages: []Stage{"grief"}}, Salt: fmt.Sprint(n)}
		if c := Choose(Default(), d, w); (Me{Stages: w.Me.Stages}).bestStage(&c.Prompt) != "" {
			fits++
		} else {
			rest++
		}
	}
	if fits < 190 {
		t.Errorf("%d of 200 suit grief, %d do not", fits, rest)
	}
}

func TestSkippedThemesRest(t *testing.T) {
	lib, d := small(170), day(t, "2026-03-10")
	var h History
	skipped := 0
	for _, p := range lib.All() {
		if p.Theme == "GUI" && skipped < 2 {
			h = h.Skip(d-Day(4-skipped), p.ID)
			skipped++
		}
	}
	for n := range 60 {
		if c := Choose(lib, d, Writer{History: h, Salt: fmt.Sprint(n)}); c.Prompt.Theme == "GUI" {
			t.Errorf("salt %d: a theme that was skipped twice this week", n)
		}
	}
}

func TestAYearLaterItIsNew(t *testing.T) {
	lib, d := small(1), day(t, "2026-03-10")
	h := History{}.Answer(d, "p-000")
	if c := Choose(lib, d+366, Writer{History: h}); !c.Revisit {
		t.Error("after 366 days it counts as new")
	}
	c := Choose(lib, d+367, Writer{History: h})
	if c.Revisit || !strings.Contains(c.Why[0], "more than a year") {
		t.Errorf("after 367 days: %+v", c)
	}
}

func TestLookBack(t *testing.T) {
	d := day(t, "2026-03-10")
	if got := LookDays(d); got[0].String() != "2026-02-08" || got[1].String() != "2025-12-10" || got[2].String() != "2025-03-10" {
		t.Errorf("the days are %v", got)
	}
	month, year := Past{ID: "m", Day: d - 30, Intensity: 2}, Past{ID: "y", Day: d - 365, Intensity: 3}
	much := 7
	for _, test := range []struct {
		what  string
		w     Writer
		pasts []Past
		want  string
	}{
		{"none", Writer{}, nil, ""},
		{"the oldest", Writer{}, []Past{month, year}, "y"},
		{"not one that ended heavier", Writer{}, []Past{month, {ID: "y", Day: d - 365, Heavier: true}}, "m"},
		{"not a deep one", Writer{}, []Past{{ID: "y", Day: d - 365, Intensity: 4}}, ""},
		{"not with much ache", Writer{Ache: &much}, []Past{month}, ""},
		{"not twice a week", Writer{Me: Me{Looked: d - 6}}, []Past{month}, ""},
		{"a week later", Writer{Me: Me{Looked: d - 7}}, []Past{month}, "m"},
	} {
		got, ok := LookBack(d, test.w, test.pasts)
		if got.ID != test.want || ok != (test.want != "") {
			t.Errorf("%s: %q, want %q", test.what, got.ID, test.want)
		}
	}
}

// TestDaysOfAWriter pins what the library asks of one writer. A change here changes
// what people see today, so it must be meant.
func TestDaysOfAWriter(t *testing.T) {
	d := day(t, "2026-03-10")
	w := Writer{Me: said(t, "stages", "grief,first-days", "side", "after", "role", "left", "fear", "no"), Salt: "a salt"}
	var got []string
	for range 10 {
		c := Choose(Default(), d, w)
		got = append(got, c.Prompt.ID)
		w.History = w.History.Show(d, c.Prompt.ID).Answer(d, c.Prompt.ID)
		d++
	}
	const want = "sto-six-with-i gri-same-weight bod-keeps-its-hours kin-water-for-tomorrow com-part-of-it " +
		"end-dull-jobs sel-oldest-tune peo-four-on-sunday fea-night-noises com-price-of-tin"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}
