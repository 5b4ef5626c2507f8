package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	bodyField  = 1
	titleField = 2
	tagField   = 254
)

func randomWord(r *rand.Rand) (text, stem string) {
	letters := []rune("abcé")
	for range 1 + min(r.IntN(4), r.IntN(4)) {
		text += string(letters[r.IntN(len(letters))])
	}
	if r.IntN(30) == 0 {
		text += strings.Repeat("long", 20+r.IntN(100))
	}
	switch r.IntN(4) {
	case 0:
		stem = text[:1] // shared by many
	case 1:
		stem = "x" + text
	case 2:
		stem = text
	}
	return text, stem
}

func randomDocument(r *rand.Rand, sequence uint64) *Document {
	doc := &Document{Sequence: sequence}
	for field := byte(bodyField); field <= titleField; field++ {
		length := r.IntN(40) >> (2 * (field - bodyField))
		if r.IntN(200) == 0 {
			length *= 4
		}
		at := make(map[entryOf]*Occurrence)
		for position := range uint32(length) {
			text, stem := randomWord(r)
			e := entryOf{field, text, stem}
			if at[e] == nil {
				at[e] = &Occurrence{Field: field, Text: text, Stem: stem}
			}
			at[e].Positions = append(at[e].Positions, position)
		}
		for _, o := range at {
			doc.Terms = append(doc.Terms, *o)
		}
	}
	for _, tag := range []string{"", "a", "home"} {
		if r.IntN(3) == 0 {
			doc.Terms = append(doc.Terms, Occurrence{Field: tagField, Text: tag})
		}
	}
	return doc
}

func randomClause(r *rand.Rand, depth int) Clause {
	text, stem := randomWord(r)
	field := byte(bodyField + r.IntN(2))
	if depth > 0 && r.IntN(2) == 0 {
		of := make([]Clause, r.IntN(4))
		for i := range of {
			of[i] = randomClause(r, depth-1)
		}
		switch r.IntN(5) {
		case 0, 1:
			return AllOf(of...)
		case 2:
			return AnyOf(of...)
		case 3:
			return Except(randomClause(r, depth-1), of...)
		}
		return Preferring(randomClause(r, depth-1), of...)
	}
	switch r.IntN(12) {
	case 0:
		return Everything()
	case 1:
		return Weighed(randomClause(r, depth-1), []float64{0, 0.5, 3}[r.IntN(3)])
	case 2:
		return Exactly(tagField, []string{"", "a", "home", "none"}[r.IntN(4)])
	case 3, 4:
		return InAnyForm(field, text, stem)
	case 5, 6:
		return Starting(field, text[:r.IntN(len(text))])
	case 7:
		return Similar(field, text, r.IntN(3))
	case 8, 9:
		steps := []Step{{text, 0}}
		for i := range r.IntN(3) {
			next, _ := randomWord(r)
			steps = append(steps, Step{next, uint32(i + 1 + r.IntN(2))})
		}
		return InRow(field, steps...)
	}
	return Exactly(field, text)
}

// failing is Blocks that fail after so many calls, and so may a context.
type failing struct {
	*Memory
	left   int
	cancel context.CancelFunc
}

var errFails = errors.New("the disk is full")

func (f *failing) count() error {
	if f.left--; f.left == 0 {
		if f.cancel == nil {
			return errFails
		}
		f.cancel()
	}
	return nil
}

func (f *failing) Put(number uint64, block []byte) error {
	return cmp.Or(f.count(), f.Memory.Put(number, block))
}

func (f *failing) Get(number uint64) ([]byte, error) {
	b, err := f.Memory.Get(number)
	return b, cmp.Or(f.count(), err)
}

// checkBlocks makes sure that the index's blocks are there, and nothing else.
func checkBlocks(t *testing.T, x *Index, m *Memory) {
	t.Helper()
	var numbers []uint64
	size := 0
	for _, s := range x.segments {
		g, err := openSegment(m, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, run := range g.runs {
			for i := range run[1] {
				numbers = append(numbers, run[0]+i)
				size += len(m.blocks[run[0]+i])
			}
		}
	}
	slices.Sort(numbers)
	if there := slices.Sorted(maps.Keys(m.blocks)); !slices.Equal(there, numbers) {
		t.Fatalf("blocks %v, want %v", there, numbers)
	}
	if size != x.Bytes() {
		t.Fatalf("%d bytes, want %d", x.Bytes(), size)
	}
}

func compareFound(t *testing.T, s *Searcher, m model, q Request) {
	t.Helper()
	got, err := s.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	want := m.found(q)
	if got.Count != want.Count || !slices.Equal(got.Best, want.Best) || !slices.Equal(got.Sequences, want.Sequences) {
		t.Fatalf("%+v:\ngot  %+v\nwant %+v", q, got, want)
	}
}

// world is an index under random changes, and its oracle.
type world struct {
	t      *testing.T
	r      *rand.Rand
	blocks *Memory
	index  *Index
	kept   model // what the index holds
	tail   model // what it does not hold yet
	last   uint64
}

func (w *world) step() {
	t, r := w.t, w.r
	switch what := r.IntN(20); {
	case what < 9:
		for range 1 + r.IntN(20) {
			w.last += 1 + uint64(r.IntN(2)*r.IntN(3))
			if r.IntN(500) == 0 {
				w.last += 1 << 20
			}
			w.tail[w.last] = randomDocument(r, w.last)
		}
	case what < 13:
		if err := w.flush(t.Context(), w.blocks, len(w.tail)/(1+r.IntN(2))); err != nil {
			t.Fatal(err)
		}
	case what < 16:
		for _, sequence := range slices.Sorted(maps.Keys(w.kept)) {
			if r.IntN(8) != 0 {
				continue
			}
			for range 2 {
				was := w.kept[sequence] != nil
				if removed, err := w.index.Remove(w.blocks, sequence); err != nil || (removed == 1) != was {
					t.Fatalf("removed %v, %v, want %v", removed, err, was)
				}
				delete(w.kept, sequence)
			}
		}
	case what < 18:
		w.merge(t.Context(), w.blocks)
	default:
		w.fail()
	}
}

// flush moves some of the tail into the index, mostly the first.
func (w *world) flush(ctx context.Context, blocks Blocks, n int) error {
	sequences := slices.Sorted(maps.Keys(w.tail))
	if w.r.IntN(4) == 0 {
		w.r.Shuffle(len(sequences), func(i, j int) { sequences[i], sequences[j] = sequences[j], sequences[i] })
	}
	var b Builder
	for _, sequence := range sequences[:n] {
		if err := b.Add(w.tail[sequence]); err != nil {
			return err
		}
		if err := b.Add(w.tail[sequence]); !errors.Is(err, ErrTwice) {
			w.t.Fatalf("added twice: %v", err)
		}
	}
	if err := w.index.Add(ctx, blocks, &b); err != nil {
		return err
	}
	for _, sequence := range sequences[:n] {
		w.kept[sequence] = w.tail[sequence]
		delete(w.tail, sequence)
	}
	return nil
}

func (w *world) merge(ctx context.Context, blocks Blocks) error {
	plan := w.index.Plan(w.r.IntN(4) == 0)
	if w.r.IntN(2) == 0 {
		plan = planOf(slices.DeleteFunc(slices.Clone(w.index.segments), func(listed) bool { return w.r.IntN(2) == 0 }))
	}
	return w.index.Merge(ctx, blocks, plan)
}

// fail has a flush or a merge end in the middle, and makes sure that nothing changed. After
// an error of the disk what was written may be left, as the transaction ends with it.
func (w *world) fail() {
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	blocks := &failing{Memory: w.blocks, left: 1 + w.r.IntN(20)}
	if w.r.IntN(2) == 0 {
		blocks.cancel = cancel
	}
	before, there := w.index.Encode(), maps.Clone(w.blocks.blocks)
	var err error
	if w.r.IntN(2) == 0 {
		err = w.flush(ctx, blocks, len(w.tail))
	} else {
		err = w.merge(ctx, blocks)
	}
	if err == nil {
		return
	}
	if !errors.Is(err, errFails) && !errors.Is(err, context.Canceled) {
		w.t.Fatal(err)
	}
	if string(w.index.Encode()) != string(before) || !slices.Equal(slices.Sorted(maps.Keys(w.blocks.blocks)), slices.Sorted(maps.Keys(there))) {
		w.t.Fatalf("%v changed the index", err)
	}
}

// check asks some random questions.
func (w *world) check(questions int) {
	checkBlocks(w.t, w.index, w.blocks)
	again, err := Decode(w.index.Encode())
	if err != nil {
		w.t.Fatal(err)
	}
	w.index = again
	var b Builder
	for _, doc := range w.tail {
		if err := b.Add(doc); err != nil {
			w.t.Fatal(err)
		}
	}
	var tail Index
	var memory Memory
	if err := tail.Add(w.t.Context(), &memory, &b); err != nil {
		w.t.Fatal(err)
	}
	s, err := NewSearcher(Part{w.index, w.blocks}, Part{&tail, &memory})
	if err != nil {
		w.t.Fatal(err)
	}
	all := maps.Clone(w.kept)
	maps.Copy(all, w.tail)
	for range questions {
		q := Request{Clause: randomClause(w.r, 3), Limit: w.r.IntN(20) - 1, Sequences: w.r.IntN(2) == 0}
		if w.r.IntN(3) == 0 {
			q.Closeness = func(sequence uint64) (float64, error) { return float64(sequence%7) - 2, nil }
		}
		compareFound(w.t, s, all, q)
	}
}

// TestSearchEqualsTheNaiveSearch proves that adding, replacing, removing, flushing, merging
// and failing in the middle leave an index that answers as a search of all documents does.
func TestSearchEqualsTheNaiveSearch(t *testing.T) {
	worlds := 8
	if os.Getenv("UNTANGLE_LONG") != "" {
		worlds = 300
	}
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &world{
				t: t, r: rand.New(rand.NewPCG(seed, 1)), blocks: &Memory{}, index: &Index{},
				kept: model{}, tail: model{}, last: seed << (seed % 40),
			}
			for range 80 {
				w.step()
				w.check(6)
			}
		})
	}
}
