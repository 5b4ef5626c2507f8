package journal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"
)

// indexChild does to a journal all that changes its search index, until it is killed: the
// path, and a seed. It says what it begins.
func indexChild(args []string) {
	ctx := context.Background()
	j, err := enterAt(ctx, args[0])
	die(err)
	w := wordsmith{rand.New(rand.NewPCG(23, uint64(number(args[1]))))}
	var ids, gone []ID
	for _, q := range []Query{{CheckIns: true, Shut: true}, {CheckIns: true, Shut: true, Deleted: true}} {
		for e, err := range j.Entries(ctx, q) {
			die(err)
			if q.Deleted {
				gone = append(gone, e.ID)
			} else {
				ids = append(ids, e.ID)
			}
		}
	}
	one := func(of []ID) ID { return of[w.IntN(len(of))] }
	for {
		what := w.IntN(20)
		fmt.Println("begun", what)
		switch {
		case what < 6 || len(ids) < 40:
			for range 1 + w.IntN(40) {
				e, err := j.Add(ctx, w.entry(), Beside{})
				die(err)
				ids = append(ids, e.ID)
			}
		case what < 10:
			_, err = j.Import(ctx, func(yield func(*Entry, error) bool) {
				for range 30 + w.IntN(300) {
					if e := w.entry(); !yield(&e, nil) {
						return
					}
				}
			}, nil)
		case what < 12:
			at := w.IntN(len(ids) - 20)
			_, err = j.EditEach(ctx, ids[at:at+20], func(e *Entry) error { e.Text += w.word(); return nil })
		case what < 14:
			at := w.IntN(len(ids) - 20)
			if err = j.Delete(ctx, ids[at:at+20]...); err == nil {
				gone = append(gone, ids[at:at+20]...)
				ids = append(ids[:at:at], ids[at+20:]...)
			}
		case what < 15 && len(gone) > 0:
			err = j.Undelete(ctx, one(gone), one(gone))
		case what < 16:
			err = j.Reindex(ctx, nil)
		case what < 18:
			err = j.SetLanguage(ctx, oneOf(w.Rand, "english", "german", "none"), nil)
		case what < 19:
			_, _, err = j.Compact(ctx, nil)
		default:
			if err = j.DeleteForever(ctx, nil, ids[0]); err == nil {
				ids = ids[1:]
			}
		}
		if errors.Is(err, ErrNoEntry) { // it was edited away before it was killed
			err = nil
		}
		die(err)
	}
}

// Whenever the program is killed, the journal is whole, its index serves, and finds what
// reading everything finds.
func TestIndexKilled(t *testing.T) {
	t.Parallel()
	for name, secrets := range map[string][]Secret{"plain": nil, "sealed": {phrase("one")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(quickDir(t), "journal.db")
			j := sealedAt(t, path, secrets...)
			l := newLife(t, j, 29)
			kills := ordinarily(10, 200)
			if raced {
				kills = 4
			}
			for kill := range kills {
				killed(t, l.Rand, 90*time.Millisecond, "index", path, kill)
				whole(t, j)
				l.oracle.look(t, j)
				l.questions(j, 10, 2)
				if left := beside(t, path); len(left) > 0 {
					opened(t, path) // which sweeps
					if left := beside(t, path); len(left) > 0 {
						t.Fatalf("after kill %d there is %v", kill, left)
					}
				}
				if n := len(l.oracle.standing); n > 1200 { // keep it quick
					if err := j.DeleteForever(t.Context(), nil, l.some(l.oracle.standing[:n-100], n)...); err != nil {
						t.Fatal(err)
					}
				}
				if t.Failed() {
					t.Fatal("after kill", kill)
				}
			}
			whole(t, j)
		})
	}
}

// countdown is a context that ends when it was asked so many times.
type countdown struct {
	context.Context
	left *int
}

func (c countdown) Err() error {
	if *c.left--; *c.left < 0 {
		return context.Canceled
	}
	return c.Context.Err()
}

// Interrupted anywhere, what makes the index anew leaves the one before, in its language;
// called again, it comes to its end.
func TestIndexInterrupted(t *testing.T) {
	t.Parallel()
	for name, secrets := range map[string][]Secret{"plain": nil, "sealed": {phrase("one")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := sealedAt(t, filepath.Join(quickDir(t), "journal.db"), secrets...)
			l := newLife(t, j, 31)
			for range 4 {
				if err := l.bring(50); err != nil {
					t.Fatal(err)
				}
				l.oracle.look(t, j)
			}
			l.interrupt("english", "german", func(ctx context.Context) error { return j.SetLanguage(ctx, "de", nil) })
			l.interrupt("german", "german", func(ctx context.Context) error { _, _, err := j.Compact(ctx, nil); return err })
			l.interrupt("german", "none", func(ctx context.Context) error { return j.SetLanguage(ctx, "none", nil) })
			if err := j.update(t.Context(), func(t *tx) error { t.dropIndex(); return nil }); err != nil {
				t.Fatal(err)
			}
			l.oracle.scans = true
			l.interrupt("none", "none", func(ctx context.Context) error { return j.Reindex(ctx, nil) })
			whole(t, j)
		})
	}
}

// interrupt begins something again and again, and interrupts it ever later until it comes
// to its end. The journal's language is told as it is before and after.
func (l *life) interrupt(before, after string, do func(context.Context) error) {
	speaks := func(want string) {
		l.t.Helper()
		got, err := l.j.Language(l.t.Context())
		if state := l.j.IndexState(l.t.Context()); err != nil || state != nil && !l.oracle.scans || got != want {
			l.t.Fatalf("%q, %v, %v, want %q", got, err, state, want)
		}
		l.oracle.look(l.t, l.j)
		l.questions(l.j, 2, 1)
	}
	interrupted := 0
	for left := 0; ; left = left*2 + 1 {
		rest := left
		err := do(countdown{l.t.Context(), &rest})
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			l.t.Fatal(err)
		}
		interrupted++
		speaks(before)
	}
	if interrupted < 3 {
		l.t.Errorf("it was interrupted %d times", interrupted)
	}
	l.oracle.scans = false
	speaks(after)
}

// An index half made for another language is kept up with what happens meanwhile, and the
// one before serves; then the making goes on where it was.
func TestIndexHalfMade(t *testing.T) {
	t.Parallel()
	for name, secrets := range map[string][]Secret{"plain": nil, "sealed": {phrase("one")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := sealedAt(t, filepath.Join(quickDir(t), "journal.db"), secrets...)
			l := newLife(t, j, 37)
			for range 6 {
				l.step()
			}
			if err := l.bring(200); err != nil {
				t.Fatal(err)
			}
			upTo := uint64(0)
			if err := halfMake(t.Context(), j, "german", func(last uint64) uint64 { upTo = last / 2; return upTo }); err != nil {
				t.Fatal(err)
			}
			l.oracle.look(t, j)
			l.questions(j, 10, 2)
			ids := l.some(l.oracle.standing, 80)
			_, err := j.EditEach(t.Context(), ids, l.change())
			if err == nil {
				err = j.Delete(t.Context(), ids[:len(ids)/2]...)
			}
			if err == nil {
				err = j.Undelete(t.Context(), ids[:len(ids)/3]...)
			}
			if err != nil {
				t.Fatal(err)
			}
			whole(t, j)
			if state := j.IndexState(t.Context()); state != nil {
				t.Error(state)
			}
			l.oracle.look(t, j)
			l.questions(j, 10, 2)
			last := l.oracle.standing[0].Version
			for _, k := range l.oracle.standing {
				last = max(last, k.Version)
			}
			before := int(last) * 10
			left := before
			if err := j.SetLanguage(countdown{t.Context(), &left}, "german", nil); err != nil {
				t.Fatal(err)
			}
			if asked := before - left; asked > int(last-upTo)+int(last)/4 {
				t.Errorf("it asked %d times whether to go on, for %d of %d versions", asked, last-upTo, last)
			}
			if language, _ := j.Language(t.Context()); language != "german" {
				t.Errorf("its language is %q", language)
			}
			whole(t, j)
			l.oracle.look(t, j)
			l.questions(j, 10, 2)
		})
	}
}
