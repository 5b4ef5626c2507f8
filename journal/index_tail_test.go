package journal

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// lives returns a life of a journal whose entries it knows.
func lives(t *testing.T, j *Journal, seed uint64) *life {
	t.Helper()
	l := newLife(t, j, seed)
	l.oracle.look(t, j)
	return l
}

// An index of another version of the program serves nobody, and stays as it is through all
// that is done to entries, until it is made anew because somebody asked for it.
func TestIndexOfAnotherVersion(t *testing.T) {
	t.Parallel()
	for name, remake := range map[string]func(*Journal) error{
		"reindex":  func(j *Journal) error { return j.Reindex(t.Context(), nil) },
		"compact":  func(j *Journal) error { _, _, err := j.Compact(t.Context(), nil); return err },
		"language": func(j *Journal) error { return j.SetLanguage(t.Context(), "german", nil) },
		"same":     func(j *Journal) error { return j.SetLanguage(t.Context(), "english", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			l := lives(t, sealedAt(t, filepath.Join(quickDir(t), "journal.db")), 59)
			j := l.j
			if err := l.bring(120); err != nil {
				t.Fatal(err)
			}
			outdate(t, j)
			l.oracle.scans = true
			stays := func() {
				t.Helper()
				if err := j.IndexState(t.Context()); !errors.Is(err, errIndexOld) {
					t.Fatalf("its state is %v", err)
				}
				if f, err := j.Search(t.Context(), Search{Words: "garden"}); err != nil || !errors.Is(f.Scanned, errIndexOld) {
					t.Fatalf("a search: %+v, %v", f, err)
				}
				whole(t, j)
				l.oracle.look(t, j)
				l.questions(j, 3, 3)
			}
			for range 70 {
				add(t, j, l.entry())
			}
			stays()
			ids := l.some(l.oracle.standing, 60)
			if _, err := j.EditEach(t.Context(), ids, l.change()); err != nil {
				t.Fatal(err)
			}
			stays()
			if err := errors.Join(j.Delete(t.Context(), ids[0]), j.Undelete(t.Context(), ids[0]), j.SetCheckIn(t.Context(), ids[0], CheckIn{Mood: 1})); err != nil {
				t.Fatal(err)
			}
			if err := l.bring(60); err != nil {
				t.Fatal(err)
			}
			stays()
			if err := remake(j); err != nil {
				t.Fatal(err)
			}
			if err := j.IndexState(t.Context()); err != nil {
				t.Errorf("made anew: %v", err)
			}
			whole(t, j)
			l.oracle.scans = false
			l.oracle.look(t, j)
			l.questions(j, 6, 2)
		})
	}
}

// A text may be as long as it likes: it is kept at once and found, before it is indexed and
// after.
func TestIndexOfLongTexts(t *testing.T) {
	t.Parallel()
	j := sealedAt(t, filepath.Join(quickDir(t), "journal.db"))
	words := ordinarily(1017, 1<<30) // that differ, of one text
	long := func(n, size int) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, "w%xq%d ", n, i%words)
			if i%20 == 0 {
				b.WriteString("garden\n")
			}
		}
		return b.String()
	}
	finds := func(words string, want int) {
		t.Helper()
		f, err := j.Search(t.Context(), Search{Words: words})
		if err != nil || f.Count != want || f.Scanned != nil {
			t.Errorf("%s is found %+v, %v, want %d", words, f, err, want)
		}
	}
	for i, size := range []int{1 << 20, 100, 1 << 20, 3 << 20, 100} {
		add(t, j, Entry{ID: ID{5, byte(i)}, Text: long(i, size)})
		finds("garden", i+1)
		finds(fmt.Sprintf(`"w%xq7 w%xq8"`, i, i), 1)
	}
	for i := range 40 {
		add(t, j, Entry{Text: fmt.Sprint("short ", i)})
	}
	finds("garden", 5)
	if _, err := j.Edit(t.Context(), ID{5, 3}, 0, func(e *Entry) error { e.Text = "short now"; return nil }, Beside{}); err != nil {
		t.Fatal(err)
	}
	finds("garden", 4)
	finds("short", 41)
	whole(t, j)
	if _, _, err := j.Compact(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	finds("garden", 4)
	finds(`"w2q1001 w2q1002"`, 1)
	whole(t, j)
}

// Journals of the first programs, which had no index, are searched, and get one.
func TestGoldenSearch(t *testing.T) {
	t.Parallel()
	words, _ := goldenSecrets(t)
	for name, secret := range map[string][]Secret{"format-1.db": nil, "format-1-sealed.db": {words}} {
		j := unlockedAs(t, golden(t, name), secret)
		l := lives(t, j, 61)
		l.oracle.scans = true
		ask := func() {
			t.Helper()
			for _, words := range []string{"entry", "regnen", "es OR #w3", "entry -#w1 -#w2", "long", `"a long one"`, "title:twice", "@home", "mood:4", "ent*", "regnete~1", ""} {
				for _, best := range []bool{true, false} {
					l.oracle.check(t, j, Search{Words: words, Best: best, Query: Query{Shut: true, Limit: 40}, Years: true}, true)
				}
			}
			l.oracle.check(t, j, Search{Words: "entry", Query: Query{Deleted: true}}, true)
			whole(t, j)
		}
		ask()
		if _, _, err := j.Compact(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		l.oracle.scans = false
		ask()
		same(t, j)
		if n := len(indexBlocks(t, j)); n < 3 {
			t.Errorf("%s: the index has %d records", name, n)
		}
		add(t, j, Entry{Text: "Es regnete wieder."})
		l.oracle.look(t, j)
		ask()
	}
}

// A check-in that waits in the inbox, which cannot be taken in, makes of a title alone a mere
// check-in at once, though the index knows nothing of it.
func TestSearchMerged(t *testing.T) {
	t.Parallel()
	l := lives(t, sealedJournal(t, phrase("one")), 71)
	titled := Entry{ID: ID{6}, Date: Day(2020, 1, 1), Title: "a garden"}
	add(t, l.j, titled)
	if err := l.bring(300); err != nil { // more than a node of a tree has
		t.Fatal(err)
	}
	if err := opened(t, l.j.Path()).SetCheckIn(t.Context(), titled.ID, CheckIn{Mood: 2}); err != nil {
		t.Fatal(err)
	}
	merging := *l.j
	merging.merging = true
	for _, j := range []*Journal{l.j, &merging} {
		l.oracle.look(t, j)
		for _, q := range []Query{{}, {CheckIns: true}, {Oldest: true, CheckIns: true, From: Day(2020, 1, 1), To: Day(2020, 1, 1)}} {
			for _, best := range []bool{true, false} {
				l.oracle.check(t, j, Search{Words: "title:garden", Query: q, Best: best}, true)
			}
		}
	}
	l.questions(&merging, 20, 4)
	whole(t, l.j)
}

// The hits of a search are those of the moment when it was made, whatever is done to the
// entries while they come.
func TestHitsWhileOthersChange(t *testing.T) {
	t.Parallel()
	for name, secrets := range map[string][]Secret{"plain": nil, "sealed": {phrase("one")}} {
		l := lives(t, sealedAt(t, filepath.Join(quickDir(t), "journal.db"), secrets...), 67)
		j, ctx := l.j, t.Context()
		for range 8 {
			if err := l.bring(60); err != nil {
				t.Fatal(err)
			}
			l.oracle.look(t, j)
		}
		for n, do := range []func([]ID) error{
			func(ids []ID) error { _, err := j.EditEach(ctx, ids, l.change()); return err },
			func(ids []ID) error { return j.Delete(ctx, ids...) },
			func(ids []ID) error { return errors.Join(j.Delete(ctx, ids...), j.Undelete(ctx, ids...)) },
			func([]ID) error { _, _, err := j.Compact(ctx, nil); return err },
			func(ids []ID) error { return j.DeleteForever(ctx, nil, ids[len(ids)/2:]...) },
			func([]ID) error { return j.SetLanguage(ctx, "german", nil) },
		} {
			s := Search{Words: "garden OR the OR walked", Best: n%2 == 0}
			before, err := j.Search(ctx, s)
			if err != nil {
				t.Fatal(err)
			}
			left, err := taken(before)
			if err != nil || len(left) < 60 {
				t.Fatal(n, len(left), err)
			}
			var ids []ID
			for i, hit := range left {
				if i%5 == 4 {
					ids = append(ids, hit.ID)
				}
			}
			again, err := j.Search(ctx, s)
			if err != nil {
				t.Fatal(err)
			}
			at, erased := 0, []ID(nil)
			if n == 4 {
				erased = ids[len(ids)/2:]
			}
			for hit, err := range again.Hits() {
				if at++; at == 1 {
					err = errors.Join(err, do(ids))
				}
				if err != nil {
					t.Fatalf("%s, %d: %v", name, n, err)
				}
				for left[0].ID != hit.ID && slices.Contains(erased, left[0].ID) {
					left = left[1:]
				}
				if want := left[0]; hit.Version != want.Version || hit.Text != want.Text || hit.Score != want.Score || fmt.Sprint(hit.Spans) != fmt.Sprint(want.Spans) {
					t.Fatalf("%s, %d: hit %d reads otherwise", name, n, at)
				}
				left = left[1:]
			}
			if len(left) > len(erased) {
				t.Errorf("%s, %d: %d hits did not come", name, n, len(left))
			}
			l.oracle.look(t, j)
		}
		whole(t, j)
	}
}
