package journal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
)

// life is a journal to which at random is done what can be done to a journal.
type life struct {
	wordsmith
	t      *testing.T
	j      *Journal
	oracle oracle
	does   map[string]int // how often what was done
}

func newLife(t *testing.T, j *Journal, seed uint64) *life {
	return &life{wordsmith: wordsmith{rand.New(rand.NewPCG(seed, 19))}, t: t, j: j, does: make(map[string]int)}
}

// some returns the ids of some entries, each once.
func (l *life) some(of []*known, most int) (ids []ID) {
	for _, i := range l.Perm(len(of))[:min(len(of), 1+l.IntN(most))] {
		ids = append(ids, of[i].ID)
	}
	return ids
}

// change returns what is done to an entry that is edited.
func (l *life) change() func(*Entry) error {
	e := l.entry()
	return func(before *Entry) error {
		switch e.Words = len(e.Text); {
		case e.Words%3 == 0:
			before.Text += e.Text
		case e.Words%3 == 1:
			before.Starred, before.Title = !before.Starred, e.Title
		default:
			before.Text, before.Hand, before.Date, before.OpenOn, before.Prompt = e.Text, e.Hand, e.Date, e.OpenOn, e.Prompt
		}
		return nil
	}
}

// step does one thing.
func (l *life) step() {
	t, j, ctx := l.t, l.j, l.t.Context()
	steps := []struct {
		name string
		odds int
		do   func() error
	}{
		{"add", 30, func() error {
			for range 1 + l.IntN(20) {
				if _, err := j.Add(ctx, l.entry(), Beside{}); err != nil {
					return err
				}
			}
			return nil
		}},
		{"import", 8, func() error { return l.bring(1 + l.IntN(60)) }},
		{"edit", 12, func() error {
			for _, id := range l.some(l.oracle.standing, 6) {
				if _, err := j.Edit(ctx, id, 0, l.change(), Beside{}); err != nil {
					return err
				}
			}
			return nil
		}},
		{"edit each", 5, func() error {
			_, err := j.EditEach(ctx, l.some(l.oracle.standing, 90), l.change())
			return err
		}},
		{"conflict", 3, func() error {
			for _, k := range l.oracle.deleted {
				if l.IntN(4) == 0 {
					if _, err := j.Edit(ctx, k.ID, k.Version, l.change(), Beside{}); !errors.Is(err, ErrConflict) {
						return fmt.Errorf("an edit of a deleted entry: %w", err)
					}
				}
			}
			return nil
		}},
		{"delete", 9, func() error { return j.Delete(ctx, l.some(l.oracle.standing, 1+l.IntN(60))...) }},
		{"undelete", 9, func() error { return j.Undelete(ctx, l.some(l.oracle.deleted, 1+l.IntN(40))...) }},
		{"check in", 9, func() error {
			for _, id := range l.some(l.oracle.standing, 8) {
				c := l.checkIn()
				if l.IntN(3) == 0 {
					c = CheckIn{}
				}
				if err := j.SetCheckIn(ctx, id, c); err != nil {
					return err
				}
			}
			return nil
		}},
		{"take in", 7, l.takeIn},
		{"forever", 2, func() error {
			return j.DeleteForever(ctx, nil, l.some(slices.Concat(l.oracle.standing, l.oracle.deleted), 12)...)
		}},
		{"compact", 2, func() error { _, _, err := j.Compact(ctx, nil); return err }},
		{"reindex", 1, func() error { return j.Reindex(ctx, nil) }},
		{"language", 2, func() error { return j.SetLanguage(ctx, oneOf(l.Rand, "english", "de", "none"), nil) }},
		{"half make", 3, func() error { return l.halfMake(oneOf(l.Rand, "english", "german", "none")) }},
	}
	odds := 0
	for _, s := range steps {
		odds += s.odds
	}
	at := l.IntN(odds)
	for _, s := range steps {
		if at -= s.odds; at >= 0 {
			continue
		}
		l.does[s.name]++
		if err := s.do(); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		break
	}
	l.oracle.look(t, j)
}

// bring imports new entries, and some that are there, or were.
func (l *life) bring(n int) error {
	_, err := l.j.Import(l.t.Context(), func(yield func(*Entry, error) bool) {
		for range n {
			e := l.entry()
			if known := slices.Concat(l.oracle.standing, l.oracle.deleted); len(known) > 0 && l.IntN(8) == 0 {
				e.ID = known[l.IntN(len(known))].ID
			}
			if !yield(&e, nil) {
				return
			}
		}
	}, nil)
	return err
}

// takeIn leaves something in the inbox of a sealed journal and takes it in; meanwhile it is
// read from there.
func (l *life) takeIn() error {
	if !l.j.Sealed() {
		return nil
	}
	shut := opened(l.t, l.j.Path())
	for range 1 + l.IntN(6) {
		if _, err := shut.Add(l.t.Context(), l.entry(), Beside{}); err != nil {
			return err
		}
	}
	for _, k := range l.oracle.standing {
		if l.IntN(30) == 0 {
			if err := shut.SetCheckIn(l.t.Context(), k.ID, l.checkIn()); err != nil {
				return err
			}
		}
	}
	merging := *l.j
	merging.merging = true
	l.questions(&merging, 2, 1)
	_, err := l.j.TakeIn(l.t.Context(), nil)
	return err
}

// halfMake leaves an index behind of which only a part was made, as an interruption does.
func (l *life) halfMake(language string) error {
	return halfMake(l.t.Context(), l.j, language, func(last uint64) uint64 { return l.Uint64N(last + 1) })
}

func halfMake(ctx context.Context, j *Journal, language string, upTo func(last uint64) uint64) error {
	return j.update(ctx, func(t *tx) error {
		t.indexed.apart = true
		c := newCatalogue(language)
		err := t.keepIndexes(servingIndex)
		last := t.head.sequence
		t.head.sequence = upTo(last)
		if err == nil {
			_, err = t.fillSome(ctx, c)
		}
		t.head.sequence = last
		if err != nil {
			return err
		}
		return t.putCatalogue(makingIndex, c)
	})
}

// questions asks for something at random, and now and then has all texts read for it.
func (l *life) questions(j *Journal, n, every int) {
	o := &l.oracle
	if j.merging {
		o = &oracle{}
		o.look(l.t, j)
	}
	for i := range n {
		o.check(l.t, j, l.search(o), i%every == 0)
		l.does["search"]++
		if l.t.Failed() {
			l.t.Fatal("after ", l.does)
		}
	}
}

// A search finds by the index what it finds by reading everything, in the same order and
// with the same scores, whatever was done to the journal before.
func TestIndexModel(t *testing.T) {
	t.Parallel()
	for name, secrets := range map[string][]Secret{"plain": nil, "sealed": {phrase("one")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(ordinarily(1, 60)) {
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					j := sealedAt(t, filepath.Join(quickDir(t), "journal.db"), secrets...)
					l := newLife(t, j, seed)
					steps := 60
					switch {
					case raced:
						steps = 15
					case seed%12 == 11:
						steps = 200
					}
					for n := range steps {
						l.step()
						l.questions(j, 15, 5)
						if n%10 == 0 {
							whole(t, j)
						}
						if t.Failed() {
							t.Fatal("after", l.does)
						}
					}
					whole(t, j)
					t.Log(l.does, len(l.oracle.standing), "entries")
				})
			}
		})
	}
}
