package search

import (
	"context"
	"math"
	"strings"
)

// Clause says which documents are looked for, and how much they count. The functions below
// make them. The zero Clause chooses nothing.
type Clause struct {
	kind   clauseKind
	field  byte
	text   string
	stem   string
	edits  int
	steps  []Step
	among  []uint64
	factor float64
	of     []Clause
}

type clauseKind int

const (
	nothing clauseKind = iota
	everything
	among
	exactly
	inAnyForm
	starting
	similar
	inRow
	allOf
	anyOf
	except
	preferring
	weighed
)

// Everything chooses all documents.
func Everything() Clause { return Clause{kind: everything} }

// Among chooses the documents with these sequences, which must rise.
func Among(sequences []uint64) Clause { return Clause{kind: among, among: sequences} }

// Exactly chooses the documents that have a term.
func Exactly(field byte, text string) Clause { return Clause{kind: exactly, field: field, text: text} }

// InAnyForm chooses those that have a term, or another with the same stem or that is the
// stem and has none, which counts less. Without a stem it is Exactly.
func InAnyForm(field byte, text, stem string) Clause {
	return Clause{kind: inAnyForm, field: field, text: text, stem: stem}
}

// Starting chooses those that have a term that starts with the text.
func Starting(field byte, text string) Clause {
	return Clause{kind: starting, field: field, text: text}
}

// Similar chooses those that have a term within so many edits of the text, MaxEdits at most: a
// character more, one less, another one, or two neighbours exchanged, and none edited twice
// (optimal string alignment).
func Similar(field byte, text string, edits int) Clause {
	return Clause{kind: similar, field: field, text: text, edits: min(max(edits, 0), MaxEdits)}
}

// InRow chooses those where the terms stand one behind the other.
func InRow(field byte, steps ...Step) Clause { return Clause{kind: inRow, field: field, steps: steps} }

// Step is a term of a row.
type Step struct {
	Text string
	// Offset is how far behind the row's beginning it stands.
	Offset uint32
}

// AllOf chooses those that all of the clauses choose, everything if there is none.
func AllOf(of ...Clause) Clause { return Clause{kind: allOf, of: of} }

// AnyOf chooses those that one of the clauses chooses, or more.
func AnyOf(of ...Clause) Clause { return Clause{kind: anyOf, of: of} }

// Except chooses those that c chooses and none of the others.
func Except(c Clause, others ...Clause) Clause {
	return Clause{kind: except, of: append([]Clause{c}, others...)}
}

// Preferring chooses those that c chooses, and counts what the others choose on top.
func Preferring(c Clause, others ...Clause) Clause {
	return Clause{kind: preferring, of: append([]Clause{c}, others...)}
}

// Weighed chooses as c does, and has it count so many times; 0 for a mere filter.
func Weighed(c Clause, times float64) Clause {
	return Clause{kind: weighed, factor: times, of: []Clause{c}}
}

// want is what a search keeps while it runs.
type want struct {
	s      *Searcher
	scored bool
}

// node is a clause with the lists it takes.
type node struct {
	kind    clauseKind
	kids    []*node
	takes   [][]taken // by segment
	guess   int       // about how many it chooses, at most
	offsets []uint32  // of the kids in a row
	among   []uint64
}

// taken is a list of a segment, and what it counts.
type taken struct {
	list   list
	factor float64
	weight uint32
}

// compile finds the lists, and with them what each counts.
func (w *want) compile(ctx context.Context, c Clause, factor float64) (*node, error) {
	n := &node{kind: c.kind, guess: w.s.live}
	switch c.kind {
	case nothing:
		n.guess = 0
		return n, nil
	case everything:
		return n, nil
	case among:
		n.among, n.guess = c.among, min(n.guess, len(c.among))
		return n, nil
	case weighed:
		return w.compile(ctx, c.of[0], factor*max(0, c.factor))
	case allOf, anyOf, except, preferring:
		return n, w.compileAll(ctx, n, c.of, factor)
	case inRow:
		if len(c.steps) == 0 {
			return &node{}, nil
		}
		words := make([]Clause, len(c.steps))
		for i, step := range c.steps {
			words[i] = Exactly(c.field, step.Text)
			n.offsets = append(n.offsets, step.Offset)
		}
		if len(words) == 1 {
			return w.compile(ctx, words[0], factor)
		}
		return n, w.compileAll(ctx, n, words, factor)
	}
	n.takes = make([][]taken, len(w.s.segments))
	for i, src := range w.s.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if n.takes[i], err = src.expand(&c); err != nil {
			return nil, err
		}
	}
	return n, w.weigh(n, factor)
}

func (w *want) compileAll(ctx context.Context, n *node, of []Clause, factor float64) error {
	sum := 0
	for i, c := range of {
		by := factor
		if n.kind == except && i > 0 {
			by = 0
		}
		kid, err := w.compile(ctx, c, by)
		if err != nil {
			return err
		}
		n.kids = append(n.kids, kid)
		sum += kid.guess
		if n.kind == allOf || n.kind == inRow || i == 0 && n.kind != anyOf {
			n.guess = min(n.guess, kid.guess)
		}
	}
	if n.kind == anyOf {
		n.guess = min(n.guess, sum)
	}
	return nil
}

// weigh counts the live documents of a leaf and gives each of its lists its weight. A
// document with several of the terms is counted for each, as far as there are documents:
// that is the same whatever was merged, and the lists need not be read for it.
func (w *want) weigh(n *node, factor float64) error {
	documents := 0
	for i, takes := range n.takes {
		for j := range takes {
			documents += takes[j].list.n
			if src := w.s.segments[i]; len(src.dead) > 0 && w.scored && factor > 0 {
				dead, err := src.within(&takes[j].list, src.dead, 0)
				if err != nil {
					return err
				}
				documents -= len(dead.at)
			}
		}
	}
	n.guess = documents
	if !w.scored || factor == 0 {
		return nil
	}
	for _, takes := range n.takes {
		for j := range takes {
			takes[j].weight = weight(w.s.live, min(documents, w.s.live), factor*takes[j].factor)
		}
	}
	return nil
}

// expand returns the lists of a segment that a leaf takes.
func (src *source) expand(c *Clause) (takes []taken, err error) {
	if c.field == 0 || c.field == formsField || strings.IndexByte(c.text+c.stem, 0) >= 0 {
		return nil, nil
	}
	switch c.kind {
	case starting:
		return src.starting(c)
	case similar:
		return src.similar(c)
	case inAnyForm:
		if takes, err = src.otherForms(c); err != nil {
			return nil, err
		}
	}
	key := termKey(c.field, c.text, "")
	cur := src.cursor()
	more, err := cur.seek(key)
	for ; more && err == nil && string(textOf(cur.key)) == key; more, err = cur.next() {
		takes = append(takes, taken{list: cur.list.clone(), factor: 1})
	}
	return takes, err
}

// otherForms returns the lists of what has the same stem as a term, but for the term.
func (src *source) otherForms(c *Clause) (takes []taken, err error) {
	if c.stem == "" {
		return nil, nil
	}
	// A word that is its own stem stands without one.
	keys := []string{termKey(c.field, c.stem, "")}
	if c.stem == c.text {
		keys = nil
	}
	forms, err := src.forms(c.field, c.stem)
	if err != nil {
		return nil, err
	}
	self := termKey(c.field, c.text, c.stem)
	cur := src.cursor()
	for _, form := range append(keys, forms...) {
		if form == self {
			continue
		}
		found, err := cur.seek(form)
		if err != nil {
			return nil, err
		}
		if found && string(cur.key) == form {
			takes = append(takes, taken{list: cur.list.clone(), factor: otherForm})
		}
	}
	return takes, nil
}

func (src *source) starting(c *Clause) (takes []taken, err error) {
	key := termKey(c.field, c.text, "")
	err = src.eachStarting(key, func(text []byte, l *list) error {
		factor := otherForm
		if len(text) == len(key) {
			factor = 1
		}
		takes = append(takes, taken{list: l.clone(), factor: factor})
		return nil
	})
	return takes, err
}

// eachStarting calls fn with all terms whose keys start with one, without their stems.
func (g *segment) eachStarting(key string, fn func(text []byte, l *list) error) error {
	cur := g.cursor()
	more, err := cur.seek(key)
	for ; more && err == nil && strings.HasPrefix(string(cur.key), key); more, err = cur.next() {
		if err := fn(textOf(cur.key), &cur.list); err != nil {
			return err
		}
	}
	return err
}

// similar goes through all terms of the field. What two neighbours share is compared once.
func (src *source) similar(c *Clause) (takes []taken, err error) {
	near := newNearness(c.text, c.edits)
	cur := src.cursor()
	more, err := cur.seek(termKey(c.field, "", ""))
	for ; more && err == nil && cur.key[0] == c.field; more, err = cur.next() {
		if edits := near.to(textOf(cur.key)[1:]); edits <= c.edits {
			takes = append(takes, taken{list: cur.list.clone(), factor: math.Pow(otherForm, float64(edits))})
		}
	}
	return takes, err
}
