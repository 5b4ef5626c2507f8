package search

import (
	"bytes"
	"encoding/binary"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// small returns an index of three segments with a dead document, and what it holds.
func small(t testing.TB) (*Index, *Memory, model) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	x, blocks, m := &Index{}, &Memory{}, model{}
	for segment := range uint64(3) {
		var b Builder
		for i := range uint64(20) {
			doc := randomDocument(r, 100*segment+2*i+1)
			if i == 7 { // one whose positions fill blocks of their own
				doc.Terms = append(doc.Terms, manyPlaces())
			}
			m[doc.Sequence] = doc
			if err := b.Add(doc); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Add(t.Context(), blocks, &b); err != nil {
			t.Fatal(err)
		}
	}
	delete(m, 101)
	if n, err := x.Remove(blocks, 101); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	return x, blocks, m
}

func manyPlaces() Occurrence {
	o := Occurrence{Field: titleField, Text: "many", Stem: "man"}
	for i := range uint32(3000) {
		o.Positions = append(o.Positions, i*70000)
	}
	return o
}

// useAll reads everything in every way. The answers are in order whatever was read.
func useAll(t *testing.T, x *Index, blocks *Memory) ([]Found, error) {
	t.Helper()
	s, err := NewSearcher(Part{x, blocks})
	if err != nil {
		return nil, err
	}
	var answers []Found
	for _, c := range []Clause{
		Everything(), Exactly(titleField, "many"), InAnyForm(bodyField, "ab", "a"), Starting(bodyField, ""),
		Starting(bodyField, "b"), Similar(bodyField, "abc", 2), InRow(bodyField, Step{"a", 0}, Step{"b", 1}),
		Except(Exactly(bodyField, "a"), Exactly(bodyField, "b")), Exactly(tagField, "home"),
		InRow(titleField, Step{"many", 0}, Step{"many", 70000}),
	} {
		found, err := s.Search(t.Context(), Request{Clause: c, Limit: -1, Sequences: true})
		if err != nil {
			return nil, err
		}
		if found.Count != len(found.Best) || found.Count != len(found.Sequences) || !slices.IsSorted(found.Sequences) {
			t.Fatalf("%+v is not in order", found)
		}
		answers = append(answers, found)
	}
	if _, err := s.Terms(t.Context(), bodyField, ""); err != nil {
		return nil, err
	}
	if _, err := x.Numbers(blocks); err != nil {
		return nil, err
	}
	if _, err := x.PlanWithout(blocks, 9, 101); err != nil {
		return nil, err
	}
	if _, err := x.Check(t.Context(), blocks, NewSums()); err != nil {
		return nil, err
	}
	return answers, x.Merge(t.Context(), blocks, x.PlanAll())
}

// clone returns an index of its own in memory of its own.
func clone(x *Index, blocks *Memory) (*Index, *Memory) {
	y := *x
	return &y, &Memory{maps.Clone(blocks.blocks), blocks.last}
}

// TestMutatedBlocksAreRefused proves that a block that was changed, cut, or put in another's
// place is refused.
func TestMutatedBlocksAreRefused(t *testing.T) {
	x, blocks, _ := small(t)
	if _, err := useAll(t, x, blocks); err != nil {
		t.Fatal(err)
	}
	x, blocks, _ = small(t)
	numbers := slices.Sorted(maps.Keys(blocks.blocks))
	r := rand.New(rand.NewPCG(3, 3))
	for i, number := range numbers {
		block := blocks.blocks[number]
		mutants := [][]byte{nil, block[:len(block)-1], block[1:], append(bytes.Clone(block), 0), blocks.blocks[numbers[(i+1)%len(numbers)]]}
		for range 20 {
			b := bytes.Clone(block)
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
			mutants = append(mutants, b)
		}
		for _, mutant := range mutants {
			y, others := clone(x, blocks)
			others.blocks[number] = mutant
			before := y.Encode()
			if _, err := useAll(t, y, others); !errors.Is(err, ErrBroken) {
				t.Fatalf("block %d: %v, want %v", number, err, ErrBroken)
			}
			if !bytes.Equal(y.Encode(), before) {
				t.Fatalf("block %d changed the index", number)
			}
		}
		y, others := clone(x, blocks)
		delete(others.blocks, number)
		if _, err := useAll(t, y, others); !errors.Is(err, ErrBroken) {
			t.Fatalf("without block %d: %v, want %v", number, err, ErrBroken)
		}
	}
}

// hostile puts content under a block's number that is sealed as if it were its own.
func hostile(m *Memory, x *Index, number uint64, content []byte) {
	owner := uint64(0)
	for _, s := range x.segments {
		if s.number <= number && s.number > owner {
			owner = s.number
		}
	}
	old := m.blocks[number]
	b := append(bytes.Clone(content), old[len(old)-blockExtra])
	m.blocks[number] = binary.BigEndian.AppendUint32(b, checksum(number, owner, b))
}

// TestHostileBlocks proves that content that is authentic and yet not what a writer makes is
// refused, or read as something that is in order: no panic, no hang, no great memory.
func TestHostileBlocks(t *testing.T) {
	x, blocks, _ := small(t)
	numbers := slices.Sorted(maps.Keys(blocks.blocks))
	r := rand.New(rand.NewPCG(9, 9))
	refused, tries := 0, 600
	if os.Getenv("UNTANGLE_LONG") != "" {
		tries = 50_000
	}
	for range tries {
		y, others := clone(x, blocks)
		number := numbers[r.IntN(len(numbers))]
		b := bytes.Clone(blocks.blocks[number])
		b = b[:len(b)-blockExtra]
		for range 1 + r.IntN(3) {
			at := r.IntN(len(b))
			switch r.IntN(4) {
			case 0:
				b[at] = byte(r.Uint32())
			case 1:
				b = slices.Insert(b, at, 0xff, 0xff, 0xff, 0xff, byte(r.IntN(128)))
			case 2:
				b = slices.Delete(b, at, min(len(b), at+1+r.IntN(4)))
			default:
				b[at] ^= 1 << r.IntN(8)
			}
			if len(b) == 0 {
				break
			}
		}
		hostile(others, y, number, b)
		if _, err := useAll(t, y, others); errors.Is(err, ErrBroken) {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if refused < tries/4 {
		t.Fatalf("%d of %d refused", refused, tries)
	}
}

func FuzzSegment(f *testing.F) {
	x, blocks, _ := small(f)
	numbers := slices.Sorted(maps.Keys(blocks.blocks))
	for i, number := range numbers {
		if b := blocks.blocks[number]; len(b) < 6000 {
			f.Add(uint(i), b[:len(b)-blockExtra])
		}
	}
	f.Fuzz(func(t *testing.T, i uint, content []byte) {
		y, others := clone(x, blocks)
		hostile(others, y, numbers[i%uint(len(numbers))], content)
		if _, err := useAll(t, y, others); err != nil && !errors.Is(err, ErrBroken) {
			t.Fatal(err)
		}
	})
}

func FuzzIndex(f *testing.F) {
	x, _, _ := small(f)
	f.Add(x.Encode())
	f.Add((&Index{}).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrBroken) {
				t.Fatal(err)
			}
			return
		}
		again, err := Decode(x.Encode())
		if err != nil || !slices.Equal(again.segments, x.segments) || !slices.Equal(again.dead, x.dead) {
			t.Fatalf("%+v, %v, want %+v", again, err, x)
		}
		for x.Plan(false); x.Documents() < 0; {
			t.Fatalf("%d documents", x.Documents())
		}
	})
}
