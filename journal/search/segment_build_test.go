package search

import (
	"errors"
	"math"
	"slices"
	"testing"
)

func TestBuilderRefuses(t *testing.T) {
	for _, test := range []struct {
		name string
		doc  Document
		want error
	}{
		{"field 0", Document{2, []Occurrence{{Text: "a"}}}, ErrDocument},
		{"the field of forms", Document{2, []Occurrence{{Field: formsField, Text: "a"}}}, ErrDocument},
		{"a zero byte", Document{2, []Occurrence{{Field: 1, Text: "a\x00"}}}, ErrDocument},
		{"a zero byte in a stem", Document{2, []Occurrence{{Field: 1, Text: "a", Stem: "\x00"}}}, ErrDocument},
		{"a term twice", Document{2, []Occurrence{{Field: 1, Text: "a"}, {Field: 1, Text: "a"}}}, ErrDocument},
		{"positions that fall", Document{2, []Occurrence{{Field: 1, Text: "a", Positions: []uint32{4, 3}}}}, ErrDocument},
		{"a position twice", Document{2, []Occurrence{{Field: 1, Text: "a", Positions: []uint32{4, 4}}}}, ErrDocument},
		{"no position", Document{2, []Occurrence{{Field: 1, Text: "a", Positions: []uint32{math.MaxUint32}}}}, ErrDocument},
		{"a sequence too far away", Document{1 << 40, nil}, ErrDocument},
		{"a sequence twice", Document{1, nil}, ErrTwice},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b Builder
			good := &Document{1, []Occurrence{{Field: 1, Text: "good"}}}
			if err := b.Add(good); err != nil {
				t.Fatal(err)
			}
			if err := b.Add(&test.doc); !errors.Is(err, test.want) {
				t.Fatalf("%v, want %v", err, test.want)
			}
			if err := b.Add(&Document{3, []Occurrence{{Field: 1, Text: "a"}}}); err != nil {
				t.Fatal(err)
			}
			var x Index
			var blocks Memory
			if err := x.Add(t.Context(), &blocks, &b); err != nil {
				t.Fatal(err)
			}
			s, err := NewSearcher(Part{&x, &blocks})
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Terms(t.Context(), 1, "")
			if want := []Count{{"a", 1}, {"good", 1}}; err != nil || !slices.Equal(got, want) {
				t.Fatalf("%v, %v, want %v", got, err, want)
			}
			if err := b.Add(good); err != nil {
				t.Fatal(err)
			}
			if err := x.Add(t.Context(), &blocks, &b); !errors.Is(err, ErrTwice) {
				t.Fatalf("%v, want %v", err, ErrTwice)
			}
		})
	}
}
