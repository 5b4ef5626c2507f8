package search

import (
	"context"
	"math/bits"
	"slices"
)

// # Rows
//
// Each position of a term in a row has a key: the offset of its document, times 2^32, and
// the place where the row ends if the term stands in it there. So the keys of a term rise,
// and rows are the keys that all its terms have: to find them is to intersect lists of
// numbers, which needs no branches for the bounds of documents. A processor cannot guess
// those, and to guess wrong costs more than all else that is done for a position.

// runLength is how many documents are looked into together, so that their keys stay near.
const runLength = 2048

// inRow keeps of a set the documents where the kids' terms stand one behind the other.
func (n *node) inRow(ctx context.Context, i int, src *source, got set) (set, error) {
	r := rows{end: slices.Max(n.offsets)}
	for k, kid := range n.kids {
		t := rowTerm{guess: kid.guess}
		for j := range kid.takes[i] {
			t.readers = append(t.readers, &keyReader{
				g: src.segment, parts: kid.takes[i][j].list.parts, shift: uint64(r.end - n.offsets[k]),
			})
		}
		r.terms = append(r.terms, t)
	}
	slices.SortStableFunc(r.terms, func(a, b rowTerm) int { return a.guess - b.guess })
	var out set
	for from := 0; from < len(got.at); from += runLength {
		if err := ctx.Err(); err != nil {
			return set{}, err
		}
		run := got.at[from:min(from+runLength, len(got.at))]
		with, err := r.in(run)
		if err != nil {
			return set{}, err
		}
		for _, k := range r.found.shared(run, with) {
			out.at = append(out.at, run[k])
			if got.score != nil {
				out.score = append(out.score, got.score[from+int(k)])
			}
		}
	}
	return out, nil
}

// rows finds rows.
type rows struct {
	end   uint32    // of a row, from its beginning on
	terms []rowTerm // the rarest first

	keys, other []uint64 // room, as what follows
	documents   []uint32
	found       finder
}

// rowTerm is a term of a row.
type rowTerm struct {
	guess   int
	readers []*keyReader
}

// in returns the documents that have a row, of a run of them, and maybe some between them.
func (r *rows) in(run []uint32) (with []uint32, err error) {
	if r.keys, err = r.terms[0].keys(r.keys[:0], run); err != nil {
		return nil, err
	}
	keys := r.keys
	for _, t := range r.terms[1:] {
		if r.other, err = t.keys(r.other[:0], run); err != nil {
			return nil, err
		}
		keys = common(keys, r.other)
		r.documents = r.documents[:0]
		for _, key := range keys {
			at := uint32(key >> 32)
			// What would begin before its document is no row.
			if n := len(r.documents); uint32(key) >= r.end && (n == 0 || r.documents[n-1] != at) {
				r.documents = append(r.documents, at)
			}
		}
		run = r.documents
	}
	return run, nil
}

// keys appends the keys of a term in the documents of a run, and maybe in some between them.
func (t *rowTerm) keys(to []uint64, run []uint32) (_ []uint64, err error) {
	for _, r := range t.readers {
		if to, err = r.read(to, run); err != nil {
			return nil, err
		}
	}
	if len(t.readers) > 1 {
		slices.Sort(to)
	}
	return to, nil
}

// common returns what two rising lists have in common, in the memory of the first. It takes
// three of each at a time (Inoue, Ohara and Taura, Faster Set Intersection with SIMD
// Instructions by Reducing Branch Mispredictions, 2014), and goes on without a branch.
func common(a, b []uint64) []uint64 {
	n, i, j := 0, 0, 0
	for i+3 <= len(a) && j+3 <= len(b) {
		s, t := a[i:i+3:i+3], b[j:j+3:j+3]
		b0, b1, b2 := t[0], t[1], t[2]
		_, less := bits.Sub64(s[2], b2, 0)
		_, more := bits.Sub64(b2, s[2], 0)
		for _, key := range s {
			if key == b0 || key == b1 || key == b2 {
				a[n] = key
				n++
			}
		}
		i += int(3 - 3*more)
		j += int(3 - 3*less)
	}
	for i < len(a) && j < len(b) {
		key, other := a[i], b[j]
		if key == other {
			a[n] = key
			n++
		}
		if key <= other {
			i++
		}
		if other <= key {
			j++
		}
	}
	return a[:n]
}
