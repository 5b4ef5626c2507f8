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
	case among:
		return src.chosen(n.among, within)
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

// chosen returns the documents with some sequences, of those within if that is not nil.
func (g *segment) chosen(sequences []uint64, within []uint32) (set, error) {
	from, _ := slices.BinarySearch(sequences, g.first)
	var at []uint32
	for _, sequence := range sequences[from:] {
		if sequence > g.last {
			break
		}
		at = append(at, uint32(sequence-g.first))
	}
	if within == nil {
		return g.within(&g.all, at, 0)
	}
	var got set
	for _, offset := range at {
		if within = within[gallop(within, offset):]; len(within) > 0 && within[0] == offset {
			got.at = append(got.at, offset)
		}
	}
	return got, nil
}

// whole returns all documents of a list.
func (g *segment) whole(l *list, weight uint32) (set, error) {
	if len(l.parts) == 0 {
		return set{}, nil
	}
	// A hostile list may claim far more than it has, so room is made as parts are read.
	room := min(l.n, 1<<20)
	at := make([]uint32, 0, room)
	var score []uint32
	if weight > 0 {
		score = make([]uint32, 0, room)
	}
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
	var f finder
	room := min(len(others), l.n)
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
		if got.at == nil {
			got.at = make([]uint32, 0, room)
		}
		found := f.shared(p.offsets, others[:gallop(others, p.last+1)])
		for _, k := range found {
			got.at = append(got.at, p.offsets[k])
		}
		if weight == 0 {
			continue
		}
		if got.score == nil {
			got.score = make([]uint32, 0, room)
		}
		for _, k := range found {
			impact := uint32(plainImpact)
			if p.positioned {
				impact = uint32(p.impacts[k])
			}
			got.score = append(got.score, weight*impact)
		}
	}
	return got, nil
}
