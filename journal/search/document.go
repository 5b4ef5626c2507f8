package search

import (
	"slices"
	"strings"
)

// The fields of terms. The names of tags, prompts and the like are terms of their own, so
// that filters are intersections. A Field's number serves for those that it looks in.
const (
	textField byte = 100 + iota
	markField
)

// starredText is the term of what is starred.
const starredText = "yes"

// Content is what there is to find of a document.
type Content struct {
	Title, Text string
	Tags        []string
	// Prompt, Theme and Journey are empty where there is none.
	Prompt, Theme, Journey string
	Starred                bool
	// Marks are terms that no query asks for, but Marked does.
	Marks []string
}

// Document returns what is indexed of a document. With wants, words that it does not want
// may lack their stems.
func (a *Analyser) Document(sequence uint64, c *Content, wants *Wanted) *Document {
	d := &Document{Sequence: sequence}
	a.addText(d, byte(TitleField), c.Title, wants)
	a.addText(d, textField, c.Text, wants)
	d.addNames(byte(TagField), c.Tags...)
	d.addNames(byte(PromptField), c.Prompt)
	d.addNames(byte(ThemeField), c.Theme)
	d.addNames(byte(JourneyField), c.Journey)
	if c.Starred {
		d.addNames(byte(StarredField), starredText)
	}
	d.addNames(markField, c.Marks...)
	return d
}

// addText adds the words of a text, each once with all its positions.
func (a *Analyser) addText(d *Document, field byte, text string, wants *Wanted) {
	if a.slots == nil || len(a.slots) > mostTokens {
		a.slots, a.found = make(map[string]uint32), nil
	}
	clear(a.slots)
	a.found = a.found[:0]
	from := len(d.Terms)
	for w := range a.Words(text) {
		slot, known := a.slots[w.Term]
		if !known {
			slot = uint32(len(d.Terms) - from)
			a.slots[w.Term] = slot
			o := Occurrence{Field: field, Text: w.Term}
			if wants == nil || wants.stems(a, w.Term) {
				if stem := a.Stem(w.Term); stem != w.Term {
					o.Stem = stem
				}
			}
			d.Terms = append(d.Terms, o)
		}
		a.found = append(a.found, slotted{slot, uint32(w.Position)})
	}
	positions(d.Terms[from:], a.found)
}

// slotted is a term, by its slot, at a position.
type slotted struct{ slot, position uint32 }

// positions gives terms their positions, which come in order, all in one piece of memory.
func positions(terms []Occurrence, found []slotted) {
	counts := make([]int32, len(terms))
	for _, f := range found {
		counts[f.slot]++
	}
	room := make([]uint32, len(found))
	for i, n := range counts {
		terms[i].Positions, room = room[:0:n], room[n:]
	}
	for _, f := range found {
		o := &terms[f.slot]
		if n := len(o.Positions); n == 0 || o.Positions[n-1] != f.position {
			o.Positions = append(o.Positions, f.position)
		}
	}
}

func (d *Document) addNames(field byte, names ...string) {
	var keys []string
	for _, name := range names {
		if key := Key(name); key != "" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		d.Terms = append(d.Terms, Occurrence{Field: field, Text: key})
	}
}

// titleWeight is how much a word in a title counts, beside 1 in a text.
const titleWeight = 2

// Clause returns the query for a search. What it asks that no term tells, as dates and
// numbers, is asked of rows, which returns those that a Between or Dated node chooses.
func (q *Query) Clause(rows func(*Node) Clause) Clause { return q.Root.clause(rows) }

func (n *Node) clause(rows func(*Node) Clause) Clause {
	switch n.Op {
	case And:
		return n.allOf(rows)
	case Or:
		kids := make([]Clause, len(n.Kids))
		for i, kid := range n.Kids {
			kids[i] = kid.clause(rows)
		}
		return AnyOf(kids...)
	case Not:
		return Except(Everything(), n.Kids[0].clause(rows))
	case Exact:
		return Weighed(Exactly(byte(n.Field), n.Key), 0)
	case Begins:
		return Weighed(Starting(byte(n.Field), n.Key), 0)
	case Starred:
		starred := Weighed(Exactly(byte(StarredField), starredText), 0)
		if n.Low == 0 {
			return Except(Everything(), starred)
		}
		return starred
	case Between, Dated:
		return rows(n)
	}
	title := Weighed(n.words(byte(TitleField)), titleWeight)
	if n.Field == TitleField {
		return title
	}
	return AnyOf(title, n.words(textField))
}

// allOf leaves out what is negated, rather than looking for all that is not.
func (n *Node) allOf(rows func(*Node) Clause) Clause {
	var wanted, unwanted []Clause
	for _, kid := range n.Kids {
		if kid.Op == Not {
			unwanted = append(unwanted, kid.Kids[0].clause(rows))
		} else {
			wanted = append(wanted, kid.clause(rows))
		}
	}
	if len(unwanted) == 0 {
		return AllOf(wanted...)
	}
	return Except(AllOf(wanted...), unwanted...)
}

// words returns what the node looks for in one field.
func (n *Node) words(field byte) Clause {
	s := n.Terms[0]
	switch n.Op {
	case Term:
		return InAnyForm(field, s.Term, s.Stem)
	case Prefix:
		return Starting(field, s.Term)
	case Fuzzy:
		return Similar(field, s.Term, n.Edits)
	}
	steps := make([]Step, len(n.Terms))
	for i, s := range n.Terms {
		steps[i] = Step{s.Term, uint32(i)}
	}
	return InRow(field, steps...)
}

// Named returns the clause for a whole tag, or the name of a prompt, a theme or a journey.
// It counts for no score, as all filters.
func Named(f Field, name string) Clause { return Weighed(Exactly(byte(f), Key(name)), 0) }

// IsStarred is the clause for what is starred.
func IsStarred() Clause { return Named(StarredField, starredText) }

// Marked is the clause for what has one of Content's marks.
func Marked(mark string) Clause { return Weighed(Exactly(markField, Key(mark)), 0) }

// Word returns the clause for a word in any of its forms, in a text or a title.
func (a *Analyser) Word(word string) Clause {
	terms := sought(a, word)
	if len(terms) == 0 {
		return Clause{}
	}
	n := &Node{Op: Term, Terms: terms}
	if len(terms) > 1 {
		n.Op = Phrase
	}
	return n.clause(nil)
}

// Wanted tells which terms may matter to a clause: what a Builder needs to take in for it to
// be answered as if everything had been.
type Wanted struct {
	exact, stemmed map[wantedTerm]bool
	slow           []*Clause
	first          [256]bool // bytes that the stems begin with
}

type wantedTerm struct {
	field byte
	text  string
}

// Wants returns what matters to the clause.
func (c *Clause) Wants() *Wanted {
	var leaves []*Clause
	c.leaves(&leaves)
	w := &Wanted{exact: make(map[wantedTerm]bool), stemmed: make(map[wantedTerm]bool)}
	for _, leaf := range leaves {
		switch leaf.kind {
		case exactly:
			w.exact[wantedTerm{leaf.field, leaf.text}] = true
		case inAnyForm:
			w.exact[wantedTerm{leaf.field, leaf.text}] = true
			if leaf.stem != "" {
				w.exact[wantedTerm{leaf.field, leaf.stem}] = true
				w.stemmed[wantedTerm{leaf.field, leaf.stem}] = true
				w.first[leaf.stem[0]] = true
			}
		case inRow:
			for _, step := range leaf.steps {
				w.exact[wantedTerm{leaf.field, step.Text}] = true
			}
		case starting, similar:
			w.slow = append(w.slow, leaf)
		}
	}
	return w
}

// Takes reports whether a term may matter.
func (w *Wanted) Takes(field byte, text, stem string) bool {
	if w.exact[wantedTerm{field, text}] || stem != "" && w.stemmed[wantedTerm{field, stem}] {
		return true
	}
	return slices.ContainsFunc(w.slow, func(leaf *Clause) bool {
		return leaf.field == field && (leaf.kind == starting && strings.HasPrefix(text, leaf.text) ||
			leaf.kind == similar && Within(leaf.text, text, leaf.edits))
	})
}

// stems reports whether the stem of a term may matter: also of one that is taken as it
// stands, since that is a key of its own.
func (w *Wanted) stems(a *Analyser, term string) bool { return a.mayStem(&w.first, term) }

// mayStem reports whether the stem of a term may begin with one of some bytes. To look up
// or make stems takes most of the time, and but in a few languages they keep their
// beginning.
func (a *Analyser) mayStem(first *[256]bool, term string) bool {
	return a.language.moves || first[term[0]] || strings.IndexByte(term, '\'') >= 0
}

// leaves gathers the clauses that look for terms.
func (c *Clause) leaves(all *[]*Clause) {
	if len(c.of) == 0 {
		*all = append(*all, c)
	}
	for i := range c.of {
		c.of[i].leaves(all)
	}
}
