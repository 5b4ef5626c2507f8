package search

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestSumsTellDocumentsApart proves that the index can be held against the documents, and
// that one document more, less or changed is noticed.
func TestSumsTellDocumentsApart(t *testing.T) {
	x, blocks, m := small(t)
	sums := NewSums()
	want := Sum(0)
	for _, doc := range m {
		want += sums.Of(doc)
	}
	for range 2 {
		if got, err := x.Check(t.Context(), blocks, sums); err != nil || got != want {
			t.Fatalf("%v, %v, want %v", got, err, want)
		}
		if err := x.Merge(t.Context(), blocks, x.PlanAll()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := x.Remove(blocks, 3); err != nil {
		t.Fatal(err)
	}
	got, err := x.Check(t.Context(), blocks, sums)
	if err != nil || got != want-sums.Of(m[3]) || got == want {
		t.Fatalf("%v, %v, want %v", got, err, want-sums.Of(m[3]))
	}
	changed := *m[5]
	changed.Terms = changed.Terms[1:]
	if sums.Of(&changed) == sums.Of(m[5]) {
		t.Fatal("a term less makes no difference")
	}
}

// TestMergeForgets proves that no byte of a removed document's words is left once its
// segment was merged.
func TestMergeForgets(t *testing.T) {
	x, blocks := &Index{}, &Memory{}
	for i := range uint64(40) {
		var b Builder
		doc := randomDocument(rand.New(rand.NewPCG(i, 1)), i)
		if i == 20 {
			doc.Terms = append(doc.Terms, Occurrence{Field: 1, Text: "secretly", Stem: "secr", Positions: []uint32{500}})
		}
		if err := b.Add(doc); err != nil {
			t.Fatal(err)
		}
		if err := x.Add(t.Context(), blocks, &b); err != nil {
			t.Fatal(err)
		}
	}
	holds := func() bool {
		for _, b := range blocks.blocks {
			if bytes.Contains(b, []byte("secr")) {
				return true
			}
		}
		return false
	}
	if n, err := x.Remove(blocks, 20); err != nil || n != 1 || !holds() {
		t.Fatal(n, err)
	}
	if err := x.Merge(t.Context(), blocks, x.PlanAll()); err != nil || holds() {
		t.Fatalf("%v, or the word is still there", err)
	}
	checkBlocks(t, x, blocks)
	if !x.PlanAll().Empty() || x.Segments() != 1 || x.Documents() != 39 {
		t.Fatalf("%+v", x)
	}
	if err := x.Clear(blocks); err != nil || len(blocks.blocks) != 0 {
		t.Fatal(err, len(blocks.blocks))
	}
}

// TestSegmentsStayFew proves that adding one by one leaves few segments, and rewrites each
// document a few times at most.
func TestSegmentsStayFew(t *testing.T) {
	c := newCorpus()
	var x Index
	var blocks counting
	var b Builder
	for i := range uint64(6000) {
		if err := b.Add(c.document(i + 1)); err != nil {
			t.Fatal(err)
		}
		if b.Len() < 4 {
			continue
		}
		if err := addAndMerge(t.Context(), &x, &blocks, &b); err != nil {
			t.Fatal(err)
		}
		if x.Segments() > 7*5 {
			t.Fatalf("%d segments", x.Segments())
		}
	}
	if blocks.bytes > 8*x.Bytes() {
		t.Fatalf("%d bytes written for %d", blocks.bytes, x.Bytes())
	}
	if err := x.Merge(t.Context(), &blocks, x.PlanAll()); err != nil {
		t.Fatal(err)
	}
	if share := float64(x.Bytes()) / float64(c.bytes); share > 0.6 {
		t.Fatalf("the index takes %.2f of the text", share)
	}
	checkBlocks(t, &x, &blocks.Memory)
}

// TestBigTerms has keys that fill blocks, so that refs rise over several depths, and
// positions that no block has room for.
func TestBigTerms(t *testing.T) {
	m := model{}
	var b Builder
	for i := range uint64(40) {
		doc := &Document{Sequence: i}
		for k := range 30 {
			doc.Terms = append(doc.Terms, Occurrence{
				Field: bodyField, Text: strings.Repeat("x", 700) + fmt.Sprint(i, k, strings.Repeat("y", 300)), Stem: strings.Repeat("x", 300),
				Positions: []uint32{uint32(k)},
			})
		}
		o := manyPlaces()
		for range i % 3 {
			o.Positions = append(o.Positions, o.Positions[len(o.Positions)-1]+70000)
		}
		doc.Terms = append(doc.Terms, o)
		m[i] = doc
		if err := b.Add(doc); err != nil {
			t.Fatal(err)
		}
	}
	var x Index
	var blocks Memory
	if err := x.Add(t.Context(), &blocks, &b); err != nil {
		t.Fatal(err)
	}
	g, err := openSegment(&blocks, x.segments[0])
	if err != nil || g.depth < 2 {
		t.Fatal(err, g.depth)
	}
	s, err := NewSearcher(Part{&x, &blocks})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []Clause{
		Starting(bodyField, strings.Repeat("x", 700)+"1"),
		Exactly(bodyField, m[7].Terms[3].Text),
		InAnyForm(bodyField, "z", strings.Repeat("x", 300)),
		Exactly(titleField, "many"),
	} {
		compareFound(t, s, m, Request{Clause: c, Limit: 50, Sequences: true})
	}
	sums := NewSums()
	want := Sum(0)
	for _, doc := range m {
		want += sums.Of(doc)
	}
	if got, err := x.Check(t.Context(), &blocks, sums); err != nil || got != want {
		t.Fatal(got, err, want)
	}
}

// TestSearchStops proves that a search ends with its context.
func TestSearchStops(t *testing.T) {
	x, blocks, _ := small(t)
	s, err := NewSearcher(Part{x, blocks})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Search(ctx, Request{Clause: Everything()}); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, want %v", err, context.Canceled)
	}
}
