package search

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// # Ranking
//
// A term counts in a document by BM25 (Robertson and Zaragoza, The Probabilistic Relevance
// Framework: BM25 and Beyond, 2009): its weight in the index, ln(1 + (N - n + 0.5) / (n +
// 0.5)), times tf / (tf + k1 (1 - b + b length / pivot)). The second factor is written down
// with each posting, in a byte. For that the pivot is a constant, not the average length,
// which changes with each document; that only shifts what counts as long. N and n count live
// documents, and scores are whole numbers, so their sums do not depend on their order: the
// same documents give the same scores whatever was merged.
//
// The number of all hits is part of the answer, so every posting of a term that stands
// alone is read. That leaves nothing for block-max WAND (Ding and Suel, Faster Top-k
// Document Retrieval Using Block-Max Indexes, 2011) to leave out but the ranking itself: of
// the commonest word's 944,573 hits among a million documents, counting takes 3.5 ms, and
// finding the best 20 takes 2.5 more.

const (
	k1     = 1.2
	bias   = 0.75 // BM25's b
	pivot  = 150
	unit   = 256 // of a weight
	rerank = 100
	// otherForm is the weight of a word's other forms, beside 1 for the word itself.
	otherForm = 0.6
	// plain is the impact of a term without positions.
	plainImpact = 128
)

// impact returns BM25's second factor, as a byte.
func impact(times, length int) byte {
	tf := float64(times)
	return byte(max(1, math.Round(255*tf/(tf+k1*(1-bias+bias*float64(length)/pivot)))))
}

// weight returns BM25's first factor, times a factor, in units.
func weight(documents, having int, factor float64) uint32 {
	n, all := float64(having), float64(max(documents, having))
	w := math.Round(unit * factor * math.Log(1+(all-n+0.5)/(n+0.5)))
	return uint32(max(0, min(w, 1<<20)))
}

// Hit is a document that was found.
type Hit struct {
	Sequence uint64
	// Score tells how well the document fits, in comparison with others.
	Score float64
}

// Found is the answer to a search.
type Found struct {
	// Count is the number of all hits.
	Count int
	// Best are the best hits, the best first; of equal ones that with the higher sequence.
	Best []Hit
	// Sequences are all hits, rising, if they were asked for.
	Sequences []uint64
}

// Request says what is looked for, and what of it is returned.
type Request struct {
	Clause Clause
	// Limit is the most of the best hits to return; below 0 all, 0 none.
	Limit int
	// Sequences asks for those of all hits.
	Sequences bool
	// Closeness returns what is added to a score because the words stand together. It is
	// asked for the best 100 hits, which stay the best, and is taken as 0 if it is below.
	Closeness func(sequence uint64) (float64, error)
}

// Part is an index and where its blocks are.
type Part struct {
	Index  *Index
	Blocks Blocks
}

// Searcher searches some indexes as if they were one. No document is in two of them. It
// belongs to the transaction that the blocks are read in, and serves one search at a time.
type Searcher struct {
	segments []*source
	live     int
}

// source is a segment and its dead documents.
type source struct {
	*segment
	dead []uint32 // offsets
}

// NewSearcher opens the indexes' segments.
func NewSearcher(parts ...Part) (*Searcher, error) {
	s := &Searcher{}
	for _, part := range parts {
		s.live += part.Index.Documents()
		for _, listed := range part.Index.segments {
			g, err := openSegment(part.Blocks, listed)
			if err != nil {
				return nil, err
			}
			src := &source{segment: g}
			for _, sequence := range part.Index.deadIn(listed) {
				src.dead = append(src.dead, uint32(sequence-listed.first))
			}
			s.segments = append(s.segments, src)
		}
	}
	slices.SortStableFunc(s.segments, func(a, b *source) int { return cmp.Compare(b.last, a.last) })
	return s, nil
}

// Search returns what is asked for.
func (s *Searcher) Search(ctx context.Context, q Request) (Found, error) {
	w := want{s: s, scored: q.Limit != 0}
	n, err := w.compile(ctx, q.Clause, 1)
	if err != nil {
		return Found{}, err
	}
	found := Found{}
	best := ranking{most: math.MaxInt}
	if q.Limit >= 0 {
		best.most = q.Limit
		if q.Closeness != nil && q.Limit > 0 {
			best.most = max(q.Limit, rerank)
		}
	}
	for i, src := range s.segments {
		if err := ctx.Err(); err != nil {
			return Found{}, err
		}
		got, err := n.eval(ctx, i, src, nil)
		if err != nil {
			return Found{}, err
		}
		got = got.without(src.dead)
		found.Count += len(got.at)
		if q.Sequences {
			for _, at := range got.at {
				found.Sequences = append(found.Sequences, src.first+uint64(at))
			}
		}
		best.take(src.first, &got)
	}
	slices.Sort(found.Sequences)
	found.Best, err = best.hits(ctx, q)
	return found, err
}

// scored is a hit while it is ranked.
type scored struct {
	sequence uint64
	score    uint64
}

// compareScored orders the worse before the better.
func compareScored(a, b scored) int {
	return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.sequence, b.sequence))
}

// ranking keeps the best, the worst of them at the top of a heap.
type ranking struct {
	most int
	heap []scored
}

func (r *ranking) take(first uint64, got *set) {
	if r.most == 0 {
		return
	}
	for i := len(got.at) - 1; i >= 0; i-- {
		h := scored{sequence: first + uint64(got.at[i])}
		if got.score != nil {
			h.score = uint64(got.score[i])
		}
		switch {
		case len(r.heap) < r.most:
			r.heap = append(r.heap, h)
			if len(r.heap) == r.most {
				for i := len(r.heap)/2 - 1; i >= 0; i-- {
					r.sink(i)
				}
			}
		case h.score >= r.heap[0].score && compareScored(h, r.heap[0]) > 0:
			r.heap[0] = h
			r.sink(0)
		}
	}
}

func (r *ranking) sink(i int) {
	for {
		child := 2*i + 1
		if child >= len(r.heap) {
			return
		}
		if child+1 < len(r.heap) && compareScored(r.heap[child+1], r.heap[child]) < 0 {
			child++
		}
		if compareScored(r.heap[i], r.heap[child]) <= 0 {
			return
		}
		r.heap[i], r.heap[child] = r.heap[child], r.heap[i]
		i = child
	}
}

// hits returns the best, the best first.
func (r *ranking) hits(ctx context.Context, q Request) ([]Hit, error) {
	slices.SortFunc(r.heap, func(a, b scored) int { return compareScored(b, a) })
	hits := make([]Hit, len(r.heap))
	for i, h := range r.heap {
		hits[i] = Hit{h.sequence, float64(h.score) / (unit * 255)}
	}
	if q.Closeness != nil {
		top := hits[:min(rerank, len(hits))]
		for i := range top {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			more, err := q.Closeness(top[i].Sequence)
			if err != nil {
				return nil, err
			}
			top[i].Score += max(0, more)
		}
		slices.SortFunc(top, func(a, b Hit) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Sequence, a.Sequence))
		})
	}
	if q.Limit >= 0 && len(hits) > q.Limit {
		hits = hits[:q.Limit]
	}
	return hits, nil
}
