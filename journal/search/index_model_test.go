package search

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// model is the oracle: live documents, and a search that reads them all.
type model map[uint64]*Document

// naiveEdits counts edits by the whole table.
func naiveEdits(a, b []rune) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		for j := range table[i] {
			if i == 0 || j == 0 {
				table[i][j] = i + j
				continue
			}
			e := min(table[i-1][j], table[i][j-1]) + 1
			if a[i-1] == b[j-1] {
				e = min(e, table[i-1][j-1])
			}
			e = min(e, table[i-1][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				e = min(e, table[i-2][j-2]+1)
			}
			table[i][j] = e
		}
	}
	return table[len(a)][len(b)]
}

// entryOf names a term with its stem.
type entryOf struct {
	field      byte
	text, stem string
}

func (m model) leaf(c Clause, scored bool, factor float64) map[uint64]uint64 {
	factors := make(map[entryOf]float64)
	documents := 0
	for _, doc := range m {
		for _, o := range doc.Terms {
			e := entryOf{o.Field, o.Text, o.Stem}
			by := 0.0
			switch {
			case o.Field != c.field:
			case c.kind == starting && strings.HasPrefix(o.Text, c.text), c.kind == inAnyForm && c.stem != "" && (o.Stem == c.stem || o.Stem == "" && o.Text == c.stem):
				by = otherForm
			case c.kind == similar:
				if edits := naiveEdits([]rune(c.text), []rune(o.Text)); edits <= c.edits {
					by = []float64{1, otherForm, otherForm * otherForm}[edits]
				}
			}
			if o.Field == c.field && o.Text == c.text {
				by = 1
			}
			if by > 0 {
				factors[e] = by
				documents++
			}
		}
	}
	found := make(map[uint64]uint64)
	for sequence, doc := range m {
		var lengths [256]int
		for _, o := range doc.Terms {
			lengths[o.Field] += len(o.Positions)
		}
		for _, o := range doc.Terms {
			by, ok := factors[entryOf{o.Field, o.Text, o.Stem}]
			if !ok {
				continue
			}
			points := uint64(plainImpact)
			if len(o.Positions) > 0 {
				points = uint64(impact(len(o.Positions), lengths[o.Field]))
			}
			points *= uint64(weight(len(m), min(documents, len(m)), factor*by))
			if !scored || factor == 0 {
				points = 0
			}
			found[sequence] = max(found[sequence], points)
		}
	}
	return found
}

func (m model) search(c Clause, scored bool, factor float64) map[uint64]uint64 {
	found := make(map[uint64]uint64)
	switch c.kind {
	case nothing:
	case everything:
		for sequence := range m {
			found[sequence] = 0
		}
	case weighed:
		return m.search(c.of[0], scored, factor*c.factor)
	case inRow:
		if len(c.steps) == 0 {
			return found
		}
		var of []Clause
		for _, step := range c.steps {
			of = append(of, Exactly(c.field, step.Text))
		}
		found = m.search(AllOf(of...), scored, factor)
		if len(c.steps) > 1 {
			maps.DeleteFunc(found, func(sequence, _ uint64) bool { return !m[sequence].hasRow(c) })
		}
	case allOf, except, preferring:
		if len(c.of) == 0 {
			return m.search(Everything(), scored, factor)
		}
		found = m.search(c.of[0], scored, factor)
		for _, other := range c.of[1:] {
			by := factor
			if c.kind == except {
				by = 0
			}
			got := m.search(other, scored, by)
			for sequence := range found {
				points, ok := got[sequence]
				found[sequence] += points
				if c.kind == allOf && !ok || c.kind == except && ok {
					delete(found, sequence)
				}
			}
		}
	case anyOf:
		for _, other := range c.of {
			for sequence, points := range m.search(other, scored, factor) {
				found[sequence] += points
			}
		}
	default:
		return m.leaf(c, scored, factor)
	}
	return found
}

func (d *Document) hasRow(c Clause) bool {
	at := make(map[string]map[uint32]bool)
	for _, o := range d.Terms {
		for _, p := range o.Positions {
			if at[o.Text] == nil {
				at[o.Text] = make(map[uint32]bool)
			}
			if o.Field == c.field {
				at[o.Text][p] = true
			}
		}
	}
	for start := range uint32(200) {
		all := true
		for _, step := range c.steps {
			all = all && at[step.Text][start+step.Offset]
		}
		if all {
			return true
		}
	}
	return false
}

func (m model) found(q Request) Found {
	got := m.search(q.Clause, q.Limit != 0, 1)
	f := Found{Count: len(got), Best: []Hit{}}
	if q.Sequences {
		f.Sequences = slices.Sorted(maps.Keys(got))
	}
	var all []scored
	for sequence, points := range got {
		all = append(all, scored{sequence, points})
	}
	slices.SortFunc(all, func(a, b scored) int { return compareScored(b, a) })
	for _, h := range all {
		f.Best = append(f.Best, Hit{h.sequence, float64(h.score) / (unit * 255)})
	}
	if q.Closeness != nil {
		top := f.Best[:min(rerank, len(f.Best))]
		for i := range top {
			more, _ := q.Closeness(top[i].Sequence)
			top[i].Score += max(0, more)
		}
		slices.SortFunc(top, func(a, b Hit) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Sequence, a.Sequence))
		})
	}
	if q.Limit >= 0 {
		f.Best = f.Best[:min(q.Limit, len(f.Best))]
	}
	return f
}
