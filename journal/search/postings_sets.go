package search

import (
	"math/bits"
	"slices"
)

// set is some documents of a segment, rising, and what each counts; nil for nothing. Sets
// share memory, so they are never changed.
type set struct {
	at    []uint32
	score []uint32
}

// plus adds scores, as far as they go.
func plus(a, b uint32) uint32 {
	if sum := a + b; sum >= a {
		return sum
	}
	return 1<<32 - 1
}

// gallop returns the index of the first that is not below at (Bentley and Yao).
func gallop[T uint32 | uint64](list []T, at T) int {
	step := 1
	for step <= len(list) && list[step-1] < at {
		step *= 2
	}
	from, to := step/2, min(step-1, len(list))
	for from < to {
		if middle := (from + to) / 2; list[middle] < at {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from
}

// finder finds what rising lists share, with room for it.
type finder struct {
	found []uint32
	table []uint32
}

// shared returns the indices of the offsets that are among others.
func (f *finder) shared(offsets, others []uint32) []uint32 {
	f.found = slices.Grow(f.found[:0], min(len(offsets), len(others)))
	first, last := offsets[0], offsets[len(offsets)-1]
	switch {
	case uint64(last-first) < 4*uint64(len(offsets)) && len(offsets) < 8*len(others):
		f.look(offsets, others)
	case len(offsets) < len(others):
		for k, at := range offsets {
			if others = others[gallop(others, at):]; len(others) == 0 {
				break
			}
			if others[0] == at {
				f.found = append(f.found, uint32(k))
			}
		}
	default:
		k := 0
		for _, at := range others {
			if k += gallop(offsets[k:], at); k == len(offsets) {
				break
			}
			if offsets[k] == at {
				f.found = append(f.found, uint32(k))
			}
		}
	}
	return f.found
}

// look finds them by a table of the indices, which is quicker where both lists are dense.
func (f *finder) look(offsets, others []uint32) {
	first, last := offsets[0], offsets[len(offsets)-1]
	others = others[gallop(others, first):]
	others = others[:gallop(others, last+1)]
	f.table = slices.Grow(f.table[:0], int(last-first)+1)[:last-first+1]
	clear(f.table)
	for k, at := range offsets {
		f.table[at-first] = uint32(k + 1)
	}
	for _, at := range others {
		if k := f.table[at-first]; k > 0 {
			f.found = append(f.found, k-1)
		}
	}
}

// both returns what is in b and, as all of it is, in a, with the sum of the scores.
func both(a, b *set) set {
	if a.score == nil || len(b.at) == 0 {
		return *b
	}
	score := make([]uint32, len(b.at))
	k := 0
	for i, at := range b.at {
		for a.at[k] != at {
			k++
		}
		score[i] = a.score[k]
		if b.score != nil {
			score[i] = plus(score[i], b.score[i])
		}
	}
	return set{b.at, score}
}

// preferring returns a set with the scores of some of it on top.
func (s set) preferring(more *set) set {
	if more.score == nil {
		return s
	}
	score := make([]uint32, len(s.at))
	copy(score, s.score)
	k := 0
	for i, at := range more.at {
		for s.at[k] != at {
			k++
		}
		score[k] = plus(score[k], more.score[i])
	}
	return set{s.at, score}
}

// without returns a set less others, which rise.
func (s set) without(others []uint32) set {
	if len(others) == 0 || len(s.at) == 0 {
		return s
	}
	out := set{at: make([]uint32, 0, len(s.at))}
	if s.score != nil {
		out.score = make([]uint32, 0, len(s.at))
	}
	for i, at := range s.at {
		others = others[gallop(others, at):]
		if len(others) > 0 && others[0] == at {
			continue
		}
		out.at = append(out.at, at)
		if s.score != nil {
			out.score = append(out.score, s.score[i])
		}
	}
	return out
}

// unite returns what is in one of the sets or more.
func unite(sets []set, join func(a, b uint32) uint32) set {
	sets = slices.DeleteFunc(slices.Clone(sets), func(s set) bool { return len(s.at) == 0 })
	switch len(sets) {
	case 0:
		return set{}
	case 1:
		return sets[0]
	}
	w := newWindow(sets)
	for w.next() {
		w.fill(join)
	}
	return w.out
}

const windowSize = 1 << 14

// window unites many sets piece by piece, each piece a table of a part of the offsets.
type window struct {
	left   []set
	out    set
	scores bool
	marks  [windowSize / 64]uint64
	table  []uint32
	from   uint32
}

func newWindow(sets []set) *window {
	w := &window{left: sets}
	n := 0
	for _, s := range sets {
		n = max(n, len(s.at))
		w.scores = w.scores || s.score != nil
	}
	w.out.at = make([]uint32, 0, n+n/4)
	if w.scores {
		w.out.score = make([]uint32, 0, n+n/4)
		w.table = make([]uint32, windowSize)
	}
	return w
}

// next moves to the next piece that holds anything.
func (w *window) next() bool {
	if len(w.left) == 0 {
		return false
	}
	w.from = w.left[0].at[0]
	for _, s := range w.left {
		w.from = min(w.from, s.at[0])
	}
	w.from -= w.from % windowSize
	return true
}

// fill takes the piece from all sets.
func (w *window) fill(join func(a, b uint32) uint32) {
	left := w.left[:0]
	for _, s := range w.left {
		n := 0
		for ; n < len(s.at) && s.at[n]-w.from < windowSize; n++ {
			at := s.at[n] - w.from
			bit := uint64(1) << (at % 64)
			if s.score != nil {
				score := s.score[n]
				if w.marks[at/64]&bit != 0 {
					score = join(w.table[at], score)
				}
				w.table[at] = score
			}
			w.marks[at/64] |= bit
		}
		if s.at = s.at[n:]; s.score != nil {
			s.score = s.score[n:]
		}
		if len(s.at) > 0 {
			left = append(left, s)
		}
	}
	w.left = left
	for i, m := range w.marks {
		for ; m != 0; m &= m - 1 {
			at := uint32(i*64 + bits.TrailingZeros64(m))
			w.out.at = append(w.out.at, w.from+at)
			if w.scores {
				w.out.score = append(w.out.score, w.table[at])
				w.table[at] = 0
			}
		}
		w.marks[i] = 0
	}
}
