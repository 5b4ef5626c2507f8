package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Place is where something that a query looks for stands in a text.
type Place struct {
	Start, End int // the bytes from, and up to
	Part       int // numbers what is looked for, from 0
	Position   int // counts words, from 0
}

// Find returns where what the query looks for stands in a text, in the order in which it
// begins. What it leaves out has no place, and places may overlap. Title says that the text
// is a title.
func (q *Query) Find(a *Analyser, text string, title bool) (places []Place) {
	wanted := q.Wanted()
	var first [256]bool
	for _, n := range wanted {
		if n.Op == Term {
			first[n.Terms[0].Stem[0]] = true
		}
	}
	a.tokens = a.tokens[:0]
	for w := range a.Words(text) {
		t := Token{Word: w}
		if a.mayStem(&first, w.Term) {
			t.Stem = a.Stem(w.Term)
		}
		a.tokens = append(a.tokens, t)
	}
	for i, t := range a.tokens {
		for part, n := range wanted {
			if !title && n.Field != AnyText || !n.begins(t) {
				continue
			}
			if end := n.endOf(a.tokens[i:], t); end >= 0 {
				places = append(places, Place{t.Start, end, part, t.Position})
			}
		}
	}
	if cap(a.tokens) > mostTokens {
		a.tokens = nil
	}
	return places
}

// mostTokens is for how many words of a text an analyser keeps room.
const mostTokens = 1 << 14

// eachWanted calls fn with the words, phrases and what is like them that a query wants to
// be there.
func (n *Node) eachWanted(fn func(*Node)) {
	switch n.Op {
	case And, Or:
		for _, kid := range n.Kids {
			kid.eachWanted(fn)
		}
	case Term, Phrase, Prefix, Fuzzy:
		fn(n)
	}
}

// Wanted returns the words, phrases and what is like them that the query wants to be there,
// in the order of their parts.
func (q *Query) Wanted() (wanted []*Node) {
	q.Root.eachWanted(func(n *Node) { wanted = append(wanted, n) })
	return wanted
}

// Closeness returns how near to each other places of a text are, as Find returned them,
// from 0 for not together. It is the measure that did best of those of Tao and Zhai (An
// Exploration of Proximity Measures in Information Retrieval, 2007): the least distance
// between any two parts, in words, falling off as e to its power.
func Closeness(places []Place) float64 {
	const flat = 0.3 // Tao and Zhai's alpha
	last := make(map[int]int)
	least := math.MaxInt
	for _, p := range places {
		for other, at := range last {
			if other != p.Part && at < p.Position {
				least = min(least, p.Position-at)
			}
		}
		last[p.Part] = p.Position
	}
	if least == math.MaxInt {
		return 0
	}
	return math.Log(1 + math.Exp(-float64(least))/flat)
}

// Spans returns places in order, as the bytes from, and up to. What overlaps becomes one.
func Spans(places []Place) (spans [][2]int) {
	sorted := slices.Clone(places)
	slices.SortFunc(sorted, func(a, b Place) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	for _, p := range sorted {
		if n := len(spans); n > 0 && p.Start < spans[n-1][1] {
			spans[n-1][1] = max(spans[n-1][1], p.End)
			continue
		}
		spans = append(spans, [2]int{p.Start, p.End})
	}
	return spans
}

// Passage returns the stretch of a text, of about size bytes and cut between words where it
// can be, that has the most parts of what was looked for, of several the one that has them
// most often, and of those the first: the bytes from, and up to. Without places it is the
// text's beginning.
func Passage(text string, places []Place, size int) (from, to int) {
	sorted := slices.Clone(places)
	slices.SortFunc(sorted, func(a, b Place) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	// The stretch begins a third before its first place, so two thirds hold the places.
	room := size - size/3
	best, parts, times := 0, 0, 0
	count := make(map[int]int)
	for i, first := 0, 0; i < len(sorted); i++ {
		count[sorted[i].Part]++
		for ; first < i && sorted[i].End-sorted[first].Start > room; first++ {
			if count[sorted[first].Part]--; count[sorted[first].Part] == 0 {
				delete(count, sorted[first].Part)
			}
		}
		if len(count) > parts || len(count) == parts && i-first+1 > times {
			best, parts, times = first, len(count), i-first+1
		}
	}
	if len(sorted) > 0 {
		from = wordStart(text, sorted[best].Start-size/3)
		from = min(from, sorted[best].Start)
	}
	to = wordEnd(text, from+size)
	if len(sorted) > 0 && sorted[best].End > to {
		to = wordEnd(text, sorted[best].End) // one place may be longer than all of it
	}
	return from, to
}

// reach is how far a cut moves to fall between words, in bytes.
const reach = 30

// wordStart returns the start of the word at i, or of the text.
func wordStart(text string, i int) int {
	if i <= 0 {
		return 0
	}
	for i > 0 && i < len(text) && !utf8.RuneStart(text[i]) {
		i--
	}
	switch space := strings.LastIndexAny(text[:i], " \n"); {
	case space >= 0 && i-space < reach:
		return space + 1
	case space < 0 && i < reach:
		return 0
	}
	return i
}

// wordEnd returns the end of the word at i, or of the text.
func wordEnd(text string, i int) int {
	if i >= len(text) {
		return len(text)
	}
	for i < len(text) && !utf8.RuneStart(text[i]) {
		i++
	}
	switch space := strings.IndexAny(text[i:], " \n"); {
	case space >= 0 && space < reach:
		return i + space
	case space < 0 && len(text)-i < reach:
		return len(text)
	}
	return i
}
