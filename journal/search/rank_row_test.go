package search

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// manyRows returns documents that fill several parts, with near and far positions, and a
// text that has several stems.
func manyRows(r *rand.Rand) []*Document {
	var docs []*Document
	for sequence := range uint64(6000) {
		doc := &Document{Sequence: 3 + sequence + sequence/100}
		at := uint32(r.IntN(3))
		positions := make(map[int][]uint32)
		for range r.IntN(40) {
			word := min(r.IntN(6), r.IntN(6))
			positions[word] = append(positions[word], at)
			at += 1 + uint32(r.IntN(50)/49*r.IntN(1<<(1+r.IntN(20))))
		}
		for word, at := range positions {
			o := Occurrence{Field: bodyField, Text: fmt.Sprint("w", word), Positions: at}
			if half := len(at) / 2; word == 1 && half > 0 {
				o.Positions = at[half:]
				doc.Terms = append(doc.Terms, Occurrence{Field: bodyField, Text: o.Text, Stem: "v", Positions: at[:half]})
			}
			doc.Terms = append(doc.Terms, o)
		}
		for _, every := range []uint64{2, 7, 50, 900} {
			if sequence%every == 0 {
				doc.Terms = append(doc.Terms, Occurrence{Field: tagField, Text: fmt.Sprint(every)})
			}
		}
		docs = append(docs, doc)
	}
	return docs
}

// TestRowsOfLargeSegments proves that rows are found across parts and runs, whether nearly
// all documents are candidates or few.
func TestRowsOfLargeSegments(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	docs := manyRows(r)
	var x Index
	var blocks Memory
	var b Builder
	for _, doc := range docs {
		if err := b.Add(doc); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Add(t.Context(), &blocks, &b); err != nil {
		t.Fatal(err)
	}
	s, err := NewSearcher(Part{&x, &blocks})
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		steps := make([]Step, 2+r.IntN(3))
		for i := range steps {
			steps[i] = Step{fmt.Sprint("w", r.IntN(6)), uint32(i * cmp.Or(r.IntN(3), 1))}
		}
		if len(steps) > 2 && r.IntN(2) == 0 {
			steps = steps[1:] // a row that does not begin with its first word
		}
		tag := []string{"1", "2", "7", "50", "900"}[r.IntN(5)]
		clause := InRow(bodyField, steps...)
		if tag != "1" {
			clause = AllOf(clause, Exactly(tagField, tag))
		}
		found, err := s.Search(t.Context(), Request{Clause: clause, Sequences: true})
		if err != nil {
			t.Fatal(err)
		}
		var want []uint64
		for _, doc := range docs {
			if (tag == "1" || doc.has(Exactly(tagField, tag))) && doc.standsIn(steps) {
				want = append(want, doc.Sequence)
			}
		}
		if !slices.Equal(found.Sequences, want) {
			t.Fatalf("%v of %s: %d found, want %d", steps, tag, len(found.Sequences), len(want))
		}
	}
}

func (d *Document) has(c Clause) bool {
	return slices.ContainsFunc(d.Terms, func(o Occurrence) bool { return o.Field == c.field && o.Text == c.text })
}

func (d *Document) standsIn(steps []Step) bool {
	at := make(map[Step]bool)
	for _, o := range d.Terms {
		for _, position := range o.Positions {
			at[Step{o.Text, position}] = true
		}
	}
	for first := range at {
		start := first.Offset - steps[0].Offset
		if first.Text == steps[0].Text && first.Offset >= steps[0].Offset &&
			!slices.ContainsFunc(steps, func(s Step) bool { return !at[Step{s.Text, start + s.Offset}] }) {
			return true
		}
	}
	return false
}
