package journal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var noon = time.Date(2026, time.March, 10, 12, 0, 0, 0, time.FixedZone("", 3600))

// made returns an empty journal whose file is verified when the test ends.
func made(t testing.TB) *Journal {
	t.Helper()
	path := filepath.Join(t.TempDir(), "home", "journal.db")
	j, err := Create(t.Context(), path, Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { whole(t, j) })
	return j
}

func whole(t testing.TB, j *Journal) Report {
	t.Helper()
	r, err := j.Verify(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, damage := range r.Damage {
		t.Error(damage)
	}
	return r
}

func add(t testing.TB, j *Journal, e Entry) Entry {
	t.Helper()
	if e.Date.IsZero() {
		e.Date = At(noon)
	}
	e, err := j.Add(t.Context(), e, Beside{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func all(t testing.TB, j *Journal, q Query) (found []*Entry) {
	t.Helper()
	for e, err := range j.Entries(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, e)
	}
	return found
}

func texts(entries []*Entry) (s []string) {
	for _, e := range entries {
		s = append(s, e.Text)
	}
	return s
}

func TestAddAndRead(t *testing.T) {
	j := made(t)
	ache := 0
	want := Entry{
		Date: At(noon), Zone: "Europe/Berlin", Title: "Rain", Text: "It rained. @home\n\n`@no`", Hand: []string{"zoo", "home", "box"},
		Starred: true, Prompt: Prompt{"sto-1", "STO", "What then?"}, Journey: Journey{"do-it", 3},
		CheckIn: CheckIn{Ache: &ache, Mood: 2, Energy: 5, After: Heavier}, OpenOn: Day(2030, 5, 1),
		Properties: []byte(`{"a":[1]}`), Origin: "x:1", unknown: appendText(nil, 40, "later"),
	}
	kept := add(t, j, want)
	got, err := j.Entry(t.Context(), kept.ID.String()[:8])
	if err != nil {
		t.Fatal(err)
	}
	want.ID, want.Version, want.Words, want.Hand = kept.ID, 1, 4, []string{"box", "zoo"}
	if fmt.Sprintf("%+v", deref(*got)) != fmt.Sprintf("%+v", deref(want)) {
		t.Errorf("got  %+v\nwant %+v", deref(*got), deref(want))
	}
	if tags := got.Tags(); !slices.Equal(tags, []string{"box", "home", "zoo"}) {
		t.Errorf("tags %v", tags)
	}
}

// deref makes an entry comparable by its printed form.
func deref(e Entry) any {
	ache := -1
	if e.CheckIn.Ache != nil {
		ache = *e.CheckIn.Ache
	}
	e.CheckIn.Ache = nil
	return []any{e, ache}
}

func TestAddRefuses(t *testing.T) {
	j := made(t)
	kept := add(t, j, Entry{Text: "one"})
	for name, e := range map[string]Entry{
		"no date":     {Text: "x"},
		"not text":    {Date: At(noon), Text: "\xff"},
		"bad tag":     {Date: At(noon), Hand: []string{"two words"}},
		"bad mood":    {Date: At(noon), CheckIn: CheckIn{Mood: 9}},
		"bad extra":   {Date: At(noon), Properties: []byte(`[1]`)},
		"id is taken": {Date: At(noon), ID: kept.ID, Text: "x"},
	} {
		if _, err := j.Add(t.Context(), e, Beside{}); err == nil {
			t.Errorf("%s: kept", name)
		}
	}
	if n, _ := j.Count(t.Context()); n != 1 {
		t.Errorf("%d entries, want 1", n)
	}
}

func TestEditKeepsEveryVersion(t *testing.T) {
	j := made(t)
	e := add(t, j, Entry{Text: "one", unknown: appendText(nil, 40, "later")})
	set := func(text string) func(*Entry) error {
		return func(e *Entry) error { e.Text = text; return nil }
	}
	two, err := j.Edit(t.Context(), e.ID, e.Version, set("two"), Beside{})
	if err != nil {
		t.Fatal(err)
	}
	if two.Edited != At(noon) || string(two.unknown) != string(e.unknown) {
		t.Errorf("edited %v, unknown fields %q", two.Edited, two.unknown)
	}
	if same, err := j.Edit(t.Context(), e.ID, two.Version, set("two"), Beside{}); err != nil || same.Version != two.Version {
		t.Errorf("a change that changes nothing made version %d, %v", same.Version, err)
	}
	if _, err := j.Edit(t.Context(), e.ID, e.Version, set("three"), Beside{}); !errors.Is(err, ErrConflict) {
		t.Errorf("an edit of an older version: %v, want ErrConflict", err)
	}
	if err := j.Delete(t.Context(), e.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Edit(t.Context(), e.ID, 0, set("no"), Beside{}); !errors.Is(err, ErrNoEntry) {
		t.Errorf("an edit of a deleted entry: %v, want ErrNoEntry", err)
	}
	if _, err := j.Edit(t.Context(), e.ID, two.Version, set("four"), Beside{}); !errors.Is(err, ErrConflict) {
		t.Errorf("an edit under way of a deleted entry: %v, want ErrConflict", err)
	}
	versions, err := j.Versions(t.Context(), e.ID)
	if got := texts(versions); err != nil || !slices.Equal(got, []string{"four", "three", "two", "one"}) {
		t.Errorf("versions %q, %v", got, err)
	}
}

func TestDeleteAndBack(t *testing.T) {
	j := made(t)
	one, two := add(t, j, Entry{Text: "one"}), add(t, j, Entry{Text: "two"})
	if err := j.Delete(t.Context(), one.ID, NewID()); !errors.Is(err, ErrNoEntry) {
		t.Fatalf("deleting one that is not there: %v", err)
	}
	if got := texts(all(t, j, Query{})); len(got) != 2 {
		t.Fatalf("a refused delete left %q", got)
	}
	if err := j.Delete(t.Context(), one.ID); err != nil {
		t.Fatal(err)
	}
	if got := texts(all(t, j, Query{})); !slices.Equal(got, []string{"two"}) {
		t.Errorf("left %q", got)
	}
	if got := texts(all(t, j, Query{Deleted: true})); !slices.Equal(got, []string{"one"}) {
		t.Errorf("deleted %q", got)
	}
	if err := j.Undelete(t.Context(), one.ID, two.ID); err != nil {
		t.Fatal(err)
	}
	if got := texts(all(t, j, Query{Oldest: true})); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("after undelete %q", got)
	}
}

func TestDeleteForever(t *testing.T) {
	j := made(t)
	e := add(t, j, Entry{Text: "marker-first"})
	if _, err := j.Edit(t.Context(), e.ID, 0, func(e *Entry) error { e.Text = "marker-second"; return nil }, Beside{}); err != nil {
		t.Fatal(err)
	}
	if _, err := j.SaveDraft(t.Context(), Draft{Entry: Entry{ID: e.ID, Version: 2, Text: "marker-draft"}}); err != nil {
		t.Fatal(err)
	}
	add(t, j, Entry{Text: "stays"})
	if err := j.DeleteForever(t.Context(), nil, e.ID); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(j.Path())
	if err != nil || strings.Contains(string(raw), "marker") {
		t.Errorf("the text is still in the file, %v", err)
	}
	if _, err := j.Entry(t.Context(), e.ID.String()); !errors.Is(err, ErrNoEntry) {
		t.Errorf("Entry: %v, want ErrNoEntry", err)
	}
	brought := func(yield func(*Entry, error) bool) { yield(&Entry{ID: e.ID, Date: At(noon), Text: "marker"}, nil) }
	if r, err := j.Import(t.Context(), brought, nil); err != nil || r.Deleted != 1 {
		t.Errorf("an import of it: %+v, %v", r, err)
	}
}

func TestState(t *testing.T) {
	j := made(t)
	_, err := j.Add(t.Context(), Entry{Date: At(noon), Text: "x"}, Beside{State: func(s *State) error {
		for i := range 600 {
			if err := s.Put(fmt.Sprint("name", i), fmt.Append(nil, "value", i)); err != nil {
				return err
			}
		}
		return s.Put("gone", nil)
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.UpdateState(t.Context(), func(s *State) error {
		if v, err := s.Get("name7"); err != nil || string(v) != "value7" {
			return fmt.Errorf("%q, %v", v, err)
		}
		return errors.Join(s.Put("name7", nil), s.Put("name8", []byte("new")))
	}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"name7": "", "name8": "new", "name599": "value599", "none": ""} {
		if v, err := j.State(t.Context(), name); err != nil || string(v) != want {
			t.Errorf("%s is %q, %v, want %q", name, v, err, want)
		}
	}
}

func TestDrafts(t *testing.T) {
	j := made(t)
	d, err := j.SaveDraft(t.Context(), Draft{Entry: Entry{Text: "half a sent"}, Owner: "me"})
	if err != nil {
		t.Fatal(err)
	}
	d.Entry.Text += "ence"
	d.Entry.Version = 7
	if d, err = j.SaveDraft(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	drafts, err := j.Drafts(t.Context())
	if err != nil || len(drafts) != 1 || drafts[0].Entry.Text != "half a sentence" || drafts[0].Entry.Version != 7 || drafts[0].Owner != "me" {
		t.Fatalf("%+v, %v", drafts, err)
	}
	if r := whole(t, j); r.Drafts != 1 {
		t.Errorf("verify counts %d drafts", r.Drafts)
	}
	d.Entry.Version = 0
	if _, err := j.Add(t.Context(), d.Entry, Beside{Draft: d.Number}); err != nil {
		t.Fatal(err)
	}
	if drafts, _ := j.Drafts(t.Context()); len(drafts) != 0 {
		t.Errorf("%d drafts are left", len(drafts))
	}
}

func TestQueries(t *testing.T) {
	j := made(t)
	berlin := time.FixedZone("", 3600)
	for _, e := range []Entry{
		{Date: At(time.Date(2025, 2, 28, 23, 59, 59, 0, berlin)), Text: "a @home"},
		{Date: Day(2026, 2, 28), Text: "b #Home and more", Starred: true},
		{Date: At(time.Date(2026, 2, 28, 0, 0, 0, 0, berlin)), Text: "c", Hand: []string{"work"}},
		{Date: At(time.Date(2026, 2, 28, 23, 59, 59, 0, berlin)), Text: "d", Prompt: Prompt{ID: "p", Theme: "STO", Text: "?"}},
		{Date: Day(2026, 3, 1), Text: "e @home @work"},
		{Date: Day(2026, 3, 2), CheckIn: CheckIn{Mood: 3}},
	} {
		add(t, j, e)
	}
	for _, c := range []struct {
		name string
		q    Query
		want string
	}{
		{"all", Query{}, "edcba"},
		{"oldest", Query{Oldest: true}, "abcde"},
		{"limit", Query{Limit: 2}, "ed"},
		{"limit oldest", Query{Limit: 2, Oldest: true}, "ab"},
		{"check-ins", Query{CheckIns: true, Limit: 2}, "e"},
		{"on", Query{From: Day(2026, 2, 28), To: Day(2026, 2, 28)}, "dcb"},
		{"from a moment", Query{From: At(time.Date(2026, 2, 28, 12, 0, 0, 0, berlin))}, "ed"},
		{"to a moment", Query{To: At(time.Date(2026, 2, 28, 0, 0, 0, 0, berlin)), Oldest: true}, "abc"},
		{"year", Query{Year: 2025}, "a"},
		{"month", Query{Month: 2}, "dcba"},
		{"day in history", Query{Month: 2, Day: 28, Limit: 3}, "dcb"},
		{"tag", Query{Tags: []string{"home"}}, "eba"},
		{"tags", Query{Tags: []string{"home", "work"}}, "e"},
		{"not tag", Query{Without: []string{"home"}}, "dc"},
		{"tag, limit", Query{Tags: []string{"home"}, Limit: 2}, "eb"},
		{"starred", Query{Starred: true}, "b"},
		{"prompt", Query{Prompt: "p"}, "d"},
		{"theme", Query{Theme: "STO", Year: 2026}, "d"},
		{"none", Query{From: Day(2027, 1, 1)}, ""},
	} {
		var got strings.Builder
		for _, e := range all(t, j, c.q) {
			got.WriteString(e.Text[:min(1, len(e.Text))])
		}
		if got.String() != c.want {
			t.Errorf("%s: %q, want %q", c.name, got.String(), c.want)
		}
	}
}

// hitsOf returns all that a search finds.
func hitsOf(t *testing.T, j *Journal, s Search) (hits []Hit) {
	t.Helper()
	f, err := j.Search(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if f.Scanned != nil {
		t.Errorf("%+v: %v", s, f.Scanned)
	}
	for hit, err := range f.Hits() {
		if err != nil {
			t.Fatal(err)
		}
		hits = append(hits, hit)
	}
	return hits
}

func TestSearch(t *testing.T) {
	j := made(t)
	for i, text := range []string{"The plague is in town", "No Plague here, no plagues", "café, très près", "Straße im Regen", "plague of the town", "nothing"} {
		add(t, j, Entry{Date: Day(2026, 1, i+1), Text: text, Title: []string{"", "", "", "", "", "Plague Year"}[i]})
	}
	for query, want := range map[string]string{
		"plague": "6521", "PLAGUE town": "51", `"plague is"`: "1", `"the town"`: "5", "cafe": "3", "CAFÉ près": "3",
		"strasse": "4", "plag": "", "plagues": "6521", `"plagues"`: "2", `year "plague"`: "6", "plag*": "6521", "plaque~1 -town": "62",
	} {
		var got strings.Builder
		for _, hit := range hitsOf(t, j, Search{Words: query}) {
			_, _, day := hit.Date.Calendar()
			got.WriteString(fmt.Sprint(day))
			for _, s := range hit.Spans {
				if s[0] >= s[1] || s[1] > len(hit.Text) {
					t.Errorf("%s: span %v of %q", query, s, hit.Text)
				}
			}
		}
		if got.String() != want {
			t.Errorf("%s: %q, want %q", query, got.String(), want)
		}
	}
	for _, bad := range []string{`"`, `a "b`, "--"} {
		var syntax *SyntaxError
		if _, err := j.Search(t.Context(), Search{Words: bad}); !errors.As(err, &syntax) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestModel does what people do, at random, to a journal and to a map beside it.
func TestModel(t *testing.T) {
	t.Run("plain", func(t *testing.T) { model(t, made(t)) })
	t.Run("sealed", func(t *testing.T) {
		j := sealedJournal(t, phrase("the heron"))
		model(t, j)
		whole(t, j)
	})
}

func model(t *testing.T, j *Journal) {
	r := rand.New(rand.NewPCG(1, 2))
	standing, deleted := map[ID]string{}, map[ID]string{}
	some := func(m map[ID]string) ID {
		ids := make([]ID, 0, len(m))
		for id := range m {
			ids = append(ids, id)
		}
		slices.SortFunc(ids, func(a, b ID) int { return strings.Compare(a.String(), b.String()) })
		return ids[r.IntN(len(ids))]
	}
	for i := range 500 {
		text := fmt.Sprintf("text %d %s", i, strings.Repeat("x", r.IntN(200)))
		var err error
		switch what := r.IntN(100); {
		case what < 4:
			im := func(yield func(*Entry, error) bool) {
				for k := range 300 {
					e := &Entry{ID: NewID(), Date: Day(2000+r.IntN(20), 1, 1+k), Text: text + fmt.Sprint(k)}
					if !yield(e, nil) {
						return
					}
					standing[e.ID] = e.Text
				}
			}
			_, err = j.Import(t.Context(), im, nil)
		case what < 60 || len(standing) == 0:
			e := Entry{Date: Day(2000+r.IntN(20), 1, 1+r.IntN(365)), Text: text}
			e, err = j.Add(t.Context(), e, Beside{})
			standing[e.ID] = text
		case what < 75:
			id := some(standing)
			_, err = j.Edit(t.Context(), id, 0, func(e *Entry) error { e.Text = text; return nil }, Beside{})
			standing[id] = text
		case what < 90:
			id := some(standing)
			err = j.Delete(t.Context(), id)
			deleted[id] = standing[id]
			delete(standing, id)
		case len(deleted) > 0:
			id := some(deleted)
			err = j.Undelete(t.Context(), id)
			standing[id] = deleted[id]
			delete(deleted, id)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := j.Compact(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for want, q := range map[*map[ID]string]Query{&standing: {}, &deleted: {Deleted: true}} {
		got := map[ID]string{}
		last := Date{wall: lastWall}
		for _, e := range all(t, j, q) {
			got[e.ID] = e.Text
			if e.Date.Compare(last) > 0 {
				t.Fatalf("%v comes after %v", e.Date, last)
			}
			last = e.Date
		}
		if len(got) != len(*want) {
			t.Errorf("%d entries, want %d", len(got), len(*want))
		}
		for id, text := range *want {
			if got[id] != text {
				t.Fatalf("entry %s is %q, want %q", id, got[id], text)
			}
		}
	}
}

func TestImportTwice(t *testing.T) {
	j := made(t)
	stream := func(yield func(*Entry, error) bool) {
		for i := range 20000 {
			if !yield(&Entry{Date: Day(2000, 1, 1+i/3), Text: fmt.Sprint("same ", i/2)}, nil) {
				return
			}
		}
	}
	first, err := j.Import(t.Context(), stream, nil)
	if err != nil || first.Added != 20000 {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := j.Import(t.Context(), stream, nil)
	if err != nil || again.Known != 20000 || again.Added != 0 {
		t.Errorf("the second time: %+v, %v", again, err)
	}
}

func TestEntriesWhileOthersWrite(t *testing.T) {
	j := made(t)
	var ids []ID
	for i := range 3000 {
		ids = append(ids, ID{1, byte(i >> 8), byte(i)})
	}
	stream := func(yield func(*Entry, error) bool) {
		for i, id := range ids {
			yield(&Entry{ID: id, Date: Day(2000, 1, 1+i), Text: fmt.Sprint(i)}, nil)
		}
	}
	if _, err := j.Import(t.Context(), stream, nil); err != nil {
		t.Fatal(err)
	}
	n := 0
	for e, err := range j.Entries(t.Context(), Query{Oldest: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Text != fmt.Sprint(n) {
			t.Fatalf("entry %d reads %q", n, e.Text)
		}
		if n++; n == 1 {
			_, err := j.Edit(t.Context(), ids[2500], 0, func(e *Entry) error { e.Text = "new"; return nil }, Beside{})
			if err := errors.Join(err, j.Delete(t.Context(), ids[2600])); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n != len(ids) {
		t.Errorf("%d entries, want %d", n, len(ids))
	}
}

func TestIDs(t *testing.T) {
	for range 2000 {
		id := NewID()
		s := id.String()
		back, err := ParseID(s)
		if err != nil || back != id {
			t.Fatalf("%s is read as %s, %v", s, back, err)
		}
		n := 1 + rand.IntN(idDigits)
		low, high, err := idRange(strings.ToUpper(s[:n]))
		if err != nil || string(id[:]) < string(low[:]) || string(id[:]) > string(high[:]) {
			t.Fatalf("%s lies outside the range of %s", s, s[:n])
		}
		if low.String()[:n] != s[:n] || high.String()[:n] != s[:n] {
			t.Fatalf("the range of %s goes from %s to %s", s[:n], low, high)
		}
	}
	j := made(t)
	a := add(t, j, Entry{ID: ID{1, 2, 3, 4, 5, 6}, Text: "a"})
	b := add(t, j, Entry{ID: ID{1, 2, 3, 4, 5, 7}, Text: "b"})
	short, err := j.Short(t.Context(), a.ID, b.ID)
	if err != nil || len(short[0]) <= ShortID || short[0] == short[1] {
		t.Fatalf("%v, %v", short, err)
	}
	for i, e := range []Entry{a, b} {
		if got, err := j.Entry(t.Context(), short[i]); err != nil || got.Text != e.Text {
			t.Errorf("%s: %v, %v", short[i], got, err)
		}
	}
	if _, err := j.Entry(t.Context(), short[0][:ShortID]); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("a prefix of both: %v", err)
	}
}

func TestTextTags(t *testing.T) {
	for text, want := range map[string]string{
		"It rained. @home":               "home",
		"@Home #home, @HOME.":            "home",
		"# Heading\n## another\n#tag":    "tag",
		"no #4 and #2026, but #2026q":    "2026q",
		"mail a@b.c x#g (#f)":            "",
		"`@code` ``@a ` @b`` @out":       "out",
		"```\n@in\n```\n@out":            "out",
		"~~~~\n@in\n~~~\n@in\n~~~~ \n#o": "o",
		"```\n@never closed":             "",
		"a ` lone @tick":                 "tick",
		"@new-flat @a/b @x_y @end-":      "a/b end new-flat x_y",
		"@Müller #été #日記":               "müller été 日記",
		"https://a.b/#frag @":            "",
	} {
		if got := strings.Join(TextTags(text), " "); got != want {
			t.Errorf("%q has %q, want %q", text, got, want)
		}
	}
}

func FuzzCountWords(f *testing.F) {
	for _, s := range []string{"It rained. @home", "don't 3.14 a:b 1,000 x_y é't", "a\nb\r\nc é", "1.a a.1 _ __ 'a' a'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := countWords(s), countUnicode(s); utf8.ValidString(s) && got != want {
			t.Errorf("%q has %d words, want %d", s, got, want)
		}
	})
}

func FuzzDecodeEntry(f *testing.F) {
	f.Add(encodeEntry(nil, &Entry{ID: ID{1}, Date: Day(2026, 1, 1), Text: "x", Hand: []string{"a", "b"}, Words: 1}))
	f.Add([]byte("\x01\x100000000000000000\x02\n\x00\x00\x00\x1d\xc1\xcf`100\a\x010\a\x00")) // an empty tag, and an offset of days
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := decodeEntry(b)
		if err != nil {
			return
		}
		again, err := decodeEntry(encodeEntry(nil, e))
		if err != nil || fmt.Sprintf("%+v", deref(*again)) != fmt.Sprintf("%+v", deref(*e)) {
			t.Errorf("%+v becomes %+v, %v", e, again, err)
		}
	})
}

func TestNothingChangedWritesNothing(t *testing.T) {
	j := made(t)
	e := add(t, j, Entry{Text: "one", Starred: true})
	before, err := os.ReadFile(j.Path())
	if err != nil {
		t.Fatal(err)
	}
	_, err = j.EditEach(t.Context(), []ID{e.ID}, func(e *Entry) error { e.Starred = true; return nil })
	if err = errors.Join(err, j.Undelete(t.Context(), e.ID), j.DropDraft(t.Context(), 7)); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(j.Path()); err != nil || string(after) != string(before) {
		t.Errorf("the file changed, %v", err)
	}
}

func TestOpenLeavesOtherFilesAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "diary.jsonl")
	if err := os.WriteFile(path, []byte("{\"date\":\"2026-03-01\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), path, Options{})
	if !errors.Is(err, ErrDamaged) {
		t.Errorf("Open: %v, want ErrDamaged", err)
	}
	if _, err := os.Stat(path + ".lock"); !errors.Is(err, os.ErrNotExist) {
		t.Error("a lock file was left")
	}
}

func TestEntriesWhileOthersChange(t *testing.T) {
	j := made(t)
	var ids []ID
	stream := func(yield func(*Entry, error) bool) {
		for i := range 1500 {
			e := &Entry{ID: NewID(), Date: Day(2020, 1, 1+i), Text: fmt.Sprint(i)}
			ids = append(ids, e.ID)
			yield(e, nil)
		}
	}
	if _, err := j.Import(t.Context(), stream, nil); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range j.Entries(t.Context(), Query{}) {
		if err != nil {
			t.Fatalf("after %d: %v", n, err)
		}
		if n++; n == 1 {
			err := errors.Join(j.SetCheckIn(t.Context(), ids[3], CheckIn{After: Lighter}),
				j.Delete(t.Context(), ids[4]), j.Undelete(t.Context(), ids[4]), j.Delete(t.Context(), ids[5]))
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if n != 1500 {
		t.Errorf("%d of 1500 entries came", n)
	}
}
