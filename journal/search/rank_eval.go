package search

import (
	"context"
	"slices"
)

// eval returns the documents of a segment that a node chooses, of those within if that is
// not nil, with the dead ones.
func (n *node) eval(ctx context.Context, i int, src *source, within []uint32) (set, error) {
	switch n.kind {
	case nothing:
		return set{}, nil
	case everything:
		if within != nil {
			return set{at: within}, nil
		}
		return src.whole(&src.all, 0)
	case allOf:
		return n.evalAll(ctx, i, src, within)
	case anyOf:
		sets := make([]set, len(n.kids))
		for k, kid := range n.kids {
			var err error
			if sets[k], err = kid.eval(ctx, i, src, within); err != nil {
				return set{}, err
			}
		}
		return unite(sets, plus), nil
	case except, preferring:
		return n.evalBeside(ctx, i, src, within)
	case inRow:
		got, err := n.evalAll(ctx, i, src, within)
		if err != nil || len(got.at) == 0 {
			return got, err
		}
		return n.inRow(ctx, i, src, got)
	}
	return n.evalLeaf(ctx, i, src, within)
}

// evalAll begins with what chooses least, so that of the others only that is read.
func (n *node) evalAll(ctx context.Context, i int, src *source, within []uint32) (set, error) {
	kids := slices.Clone(n.kids)
	slices.SortStableFunc(kids, func(a, b *node) int { return a.guess - b.guess })
	if len(kids) == 0 {
		return (&node{kind: everything}).eval(ctx, i, src, within)
	}
	got, err := kids[0].eval(ctx, i, src, within)
	for _, kid := range kids[1:] {
		if err != nil || len(got.at) == 0 {
			return set{}, err
		}
		var other set
		other, err = kid.eval(ctx, i, src, got.at)
		got = both(&got, &other)
	}
	return got, err
}

func (n *node) evalBeside(ctx context.Context, i int, src *source, within []uint32) (set, error) {
	got, err := n.kids[0].eval(ctx, i, src, within)
	for _, kid := range n.kids[1:] {
		if err != nil || len(got.at) == 0 {
			return set{}, err
		}
		var other set
		other, err = kid.eval(ctx, i, src, got.at)
		if n.kind == except {
			got = got.without(other.at)
		} else {
			got = got.preferring(&other)
		}
	}
	return got, err
}

func (n *node) evalLeaf(ctx context.Context, i int, src *source, within []uint32) (got set, err error) {
	takes := n.takes[i]
	sets := make([]set, len(takes))
	for k := range takes {
		if err := ctx.Err(); err != nil {
			return set{}, err
		}
		t := &takes[k]
		if within == nil {
			sets[k], err = src.whole(&t.list, t.weight)
		} else {
			sets[k], err = src.within(&t.list, within, t.weight)
		}
		if err != nil {
			return set{}, err
		}
	}
	return unite(sets, func(a, b uint32) uint32 { return max(a, b) }), nil
}

// whole returns all documents of a list.
func (g *segment) whole(l *list, weight uint32) (set, error) {
	if len(l.parts) == 0 {
		return set{}, nil
	}
	// A hostile list may claim far more than it has, so room is made as parts are read.
	at := make([]uint32, 0, min(l.n, 1<<20))
	var score []uint32
	for i := range l.parts {
		p := &l.parts[i]
		if err := g.load(p, at[len(at):]); err != nil {
			return set{}, err
		}
		at = append(at, p.offsets...)
		if weight > 0 {
			score = appendScores(score, p, weight)
		}
	}
	return set{at, score}, nil
}

func appendScores(score []uint32, p *part, weight uint32) []uint32 {
	from := len(score)
	score = slices.Grow(score, p.n)[:from+p.n]
	to := score[from:]
	if !p.positioned {
		for i := range to {
			to[i] = weight * plainImpact
		}
		return score
	}
	for i, impact := range p.impacts {
		to[i] = weight * uint32(impact)
	}
	return score
}

// within returns the documents of a list that are among others, reading only the parts
// that these may be in.
func (g *segment) within(l *list, others []uint32, weight uint32) (got set, err error) {
	for i := range l.parts {
		p := &l.parts[i]
		others = others[gallop(others, p.first):]
		if len(others) == 0 {
			break
		}
		if others[0] > p.last {
			continue
		}
		if err := g.load(p, nil); err != nil {
			return set{}, err
		}
		k := 0
		for _, at := range others {
			if k += gallop(p.offsets[k:], at); k == len(p.offsets) {
				break
			}
			if p.offsets[k] != at {
				continue
			}
			got.at = append(got.at, at)
			switch {
			case weight == 0:
			case p.positioned:
				got.score = append(got.score, weight*uint32(p.impacts[k]))
			default:
				got.score = append(got.score, weight*plainImpact)
			}
		}
	}
	return got, nil
}

// inRow keeps of a set the documents where the kids' terms stand one behind the other.
func (n *node) inRow(ctx context.Context, i int, src *source, got set) (set, error) {
	readers := make([][]placeReader, len(n.kids))
	for k, kid := range n.kids {
		for t := range kid.takes[i] {
			readers[k] = append(readers[k], placeReader{g: src.segment, parts: kid.takes[i][t].list.parts})
		}
	}
	out := set{at: make([]uint32, 0, len(got.at)/4)}
	found := make([][]uint32, len(readers))
	for k, at := range got.at {
		if k%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return set{}, err
			}
		}
		for r := range readers {
			var err error
			if found[r], err = placesOf(readers[r], at); err != nil {
				return set{}, err
			}
		}
		if !row(found, n.offsets) {
			continue
		}
		out.at = append(out.at, at)
		if got.score != nil {
			out.score = append(out.score, got.score[k])
		}
	}
	return out, nil
}

// row reports whether there is a place from which each list has a position at its offset.
func row(lists [][]uint32, offsets []uint32) bool {
	for _, first := range lists[0] {
		if first < offsets[0] {
			continue
		}
		start, follows := first-offsets[0], true
		for i := 1; i < len(lists) && follows; i++ {
			l := lists[i]
			l = l[gallop(l, start+offsets[i]):]
			if len(l) == 0 {
				return false
			}
			follows = l[0] == start+offsets[i]
			lists[i] = l
		}
		if follows {
			return true
		}
	}
	return false
}

// placesOf returns the positions of a document in all of some lists.
func placesOf(readers []placeReader, at uint32) (all []uint32, err error) {
	if len(readers) == 1 {
		return readers[0].of(at)
	}
	for i := range readers {
		found, err := readers[i].of(at)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.Sort(all)
	return all, nil
}

// placeReader returns the positions of rising documents of a list.
type placeReader struct {
	g      *segment
	parts  []part
	places *places
	i      int
}

func (r *placeReader) of(at uint32) (found []uint32, err error) {
	for len(r.parts) > 0 {
		p := &r.parts[0]
		if at > p.last {
			r.parts, r.places, r.i = r.parts[1:], nil, 0
			continue
		}
		if r.places == nil {
			if err := r.g.load(p, nil); err != nil {
				return nil, err
			}
			if r.places, err = r.g.positions(p); err != nil {
				return nil, err
			}
		}
		if r.i += gallop(p.offsets[r.i:], at); r.i < len(p.offsets) && p.offsets[r.i] == at {
			return r.places.of(r.i), nil
		}
		return nil, nil
	}
	return nil, nil
}
