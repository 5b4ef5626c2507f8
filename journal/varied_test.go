package journal

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// varied fills a journal with entries, edits, tags, a letter, check-ins, state, drafts,
// deletions and an import, always the same ones. It calls nothing that the first program
// of each format did not have.
func varied(t testing.TB, j *Journal) {
	t.Helper()
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	moment := time.Date(2026, 3, 10, 23, 59, 59, 0, time.FixedZone("", -9*3600-1800))
	ache := 0
	full, err := j.Add(ctx, Entry{
		ID: ID{1, 1}, Date: At(moment), Zone: "Pacific/Marquesas", Title: "Regen und Tee ☂", Text: "Es regnete. @home\n\nZweiter Absatz.",
		Hand: []string{"box", "zoo"}, Starred: true, Prompt: Prompt{"com-menu", "COM", "What then?"}, Journey: Journey{"do-it", 300},
		CheckIn: CheckIn{Ache: &ache, Mood: 2, Energy: 5, After: Mixed}, OpenOn: Day(2030, 5, 1), Properties: []byte(`{"a":[1]}`), Origin: "x:1",
	}, Beside{State: func(s *State) error { return s.Put("asked", []byte("yes")) }})
	check(err)
	_, err = j.Import(ctx, func(yield func(*Entry, error) bool) {
		for i := range 150 {
			e := &Entry{ID: ID{2, byte(i)}, Date: Day(1, 1, 2+i*4003), Text: fmt.Sprintf("entry %d, #w%d", i, i%5)}
			if i == 70 {
				e.Text = strings.Repeat("A long one. ", 700)
			}
			if !yield(e, nil) {
				return
			}
		}
	}, nil)
	check(err)
	var ids []ID
	for i := range 150 {
		ids = append(ids, ID{2, byte(i)})
	}
	_, err = j.EditEach(ctx, ids[100:120], func(e *Entry) error { e.Text += "!"; return nil })
	check(err)
	_, err = j.Edit(ctx, ids[110], 0, func(e *Entry) error { e.Title = "Twice"; return nil }, Beside{})
	check(err)
	check(j.Delete(ctx, ids[60:75]...))
	check(j.Undelete(ctx, ids[62:65]...))
	check(j.DeleteForever(ctx, nil, ids[73], ids[130]))
	check(j.SetCheckIn(ctx, ids[3], CheckIn{Mood: 4, After: Lighter}))
	_, err = j.SaveDraft(ctx, Draft{Owner: "me", Entry: full})
	check(err)
	_, err = j.SaveDraft(ctx, Draft{Entry: Entry{ID: ID{3}, Date: Day(2026, 3, 11), Text: "Not done yet"}})
	check(err)
	check(j.UpdateState(ctx, func(s *State) error {
		return errors.Join(s.Put("asked", []byte("again")), s.Put("other", []byte{0, 1, 255}))
	}))
}

// listed is all that a journal holds, in words that do not hang on how the program keeps
// it in memory.
func listed(t testing.TB, j *Journal) string {
	t.Helper()
	var b strings.Builder
	line := func(what string, e *Entry) {
		ache := "none"
		if e.CheckIn.Ache != nil {
			ache = fmt.Sprint(*e.CheckIn.Ache)
		}
		fmt.Fprintf(&b, "%s %s version=%d date=%s zone=%q edited=%s deleted=%s open=%s title=%q text=%q hand=%q tags=%q starred=%v prompt=%q journey=%v ache=%s mood=%d energy=%d after=%s properties=%s origin=%q words=%d\n",
			what, e.ID, e.Version, e.Date, e.Zone, e.Edited, e.Deleted, e.OpenOn, e.Title, e.Text, e.Hand, e.Tags(), e.Starred,
			[]string{e.Prompt.ID, e.Prompt.Theme, e.Prompt.Text}, e.Journey, ache, e.CheckIn.Mood, e.CheckIn.Energy, e.CheckIn.After, e.Properties, e.Origin, e.Words)
	}
	ids := []ID{{1, 1}}
	for i := range 150 {
		ids = append(ids, ID{2, byte(i)})
	}
	for _, id := range ids {
		versions, err := j.Versions(t.Context(), id)
		if err != nil {
			fmt.Fprintf(&b, "none %s\n", id)
		}
		for _, e := range versions {
			line("version", e)
		}
	}
	for i, q := range []Query{{Oldest: true, CheckIns: true, Shut: true}, {Oldest: true, Deleted: true}} {
		for e, err := range j.Entries(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&b, "list", i, e.ID, e.Version)
		}
	}
	drafts, err := j.Drafts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range drafts {
		line(fmt.Sprintf("draft %d of %q saved=%s", d.Number, d.Owner, d.Saved), &d.Entry)
	}
	for _, name := range []string{"asked", "other"} {
		v, err := j.State(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "state %s=%q\n", name, v)
	}
	return b.String()
}
