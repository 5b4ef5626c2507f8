package journal

import (
	"cmp"
	"context"
	"slices"

	"untangle/journal/search"
)

// wants returns which terms matter for any of the clauses.
func (l *lookup) wants() *search.Wanted {
	all := search.AnyOf(l.clause, l.filters, l.apart, search.Marked(letterMark), search.Marked(bareMark))
	if l.s.Kin {
		all = search.AnyOf(append(l.kinClauses(), all)...)
	}
	return all.Wants()
}

// choose makes the clauses of the words and of the query.
func (l *lookup) choose(t *tx) error {
	q := &l.s.Query
	var wanted, unwanted []search.Clause
	for _, name := range q.Tags {
		wanted = append(wanted, search.Named(search.TagField, name))
	}
	for _, name := range q.Without {
		unwanted = append(unwanted, search.Named(search.TagField, name))
	}
	for _, one := range []struct {
		field search.Field
		name  string
	}{{search.PromptField, q.Prompt}, {search.ThemeField, q.Theme}, {search.JourneyField, q.Journey}} {
		if one.name != "" {
			wanted = append(wanted, search.Named(one.field, one.name))
		}
	}
	if q.Starred {
		wanted = append(wanted, search.IsStarred())
	}
	if q.Letters {
		wanted = append(wanted, search.Marked(letterMark))
	}
	if !q.CheckIns && !l.asksHow() {
		unwanted = append(unwanted, search.Marked(bareMark))
	}
	if l.rows.bounded {
		wanted = append(wanted, search.Among(l.rows.within))
	}
	l.filters = search.Except(search.AllOf(wanted...), unwanted...)
	l.clause = l.filters
	if l.words != nil {
		l.clause = search.AllOf(l.words.Clause(l.rows.clause), l.filters)
	}
	var err error
	l.apart, err = l.chooseApart(t)
	return err
}

// chooseApart makes the clause of what stays out, but for what the words ask for.
func (l *lookup) chooseApart(t *tx) (search.Clause, error) {
	var apart []search.Clause
	for _, name := range l.s.Apart.Tags {
		if !l.asks(search.TagField, func(n *search.Node) bool { return n.Op == search.Exact && n.Key == search.Key(name) }) {
			apart = append(apart, search.Named(search.TagField, name))
		}
	}
	var versions []uint64
	for _, id := range l.s.Apart.IDs {
		r, err := t.idRow(id)
		if err != nil {
			return search.Clause{}, err
		}
		if r != nil {
			versions = append(versions, r.sequence)
		}
	}
	slices.Sort(versions)
	return search.AnyOf(append(apart, search.Among(slices.Compact(versions)), search.Among(l.rows.apart))...), nil
}

// asksHow reports whether the words ask how somebody was, which check-ins tell.
func (l *lookup) asksHow() bool {
	if l.words == nil {
		return false
	}
	for n := range l.words.Root.All {
		if n.Field == search.AcheField || n.Field == search.MoodField {
			return true
		}
	}
	return false
}

// asks reports whether the words ask for something that a part of them says.
func (l *lookup) asks(f search.Field, says func(*search.Node) bool) bool {
	if l.words == nil {
		return false
	}
	parts := []*search.Node{l.words.Root}
	if l.words.Root.Op == search.And {
		parts = l.words.Root.Kids
	}
	return slices.ContainsFunc(parts, func(n *search.Node) bool { return n.Field == f && says(n) })
}

// mostKin is how many words of a family are returned at most.
const mostKin = 8

// kin returns the words that are meant together with those that are looked for.
func (l *lookup) kin() (words []string) {
	if l.words == nil {
		return nil
	}
	wanted := l.words.Wanted()
	for _, n := range wanted {
		if n.Op != search.Term {
			continue
		}
		for _, word := range l.analyser.Family(n.Terms[0].Stem) {
			stem := l.analyser.Stem(word)
			known := slices.ContainsFunc(wanted, func(n *search.Node) bool { return n.Terms[0].Stem == stem })
			if !known && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return words
}

func (l *lookup) kinClauses() (clauses []search.Clause) {
	for _, word := range l.kin() {
		clauses = append(clauses, l.analyser.Word(word))
	}
	return clauses
}

func (l *lookup) countKin(ctx context.Context) error {
	words, clauses := l.kin(), l.kinClauses()
	for i, word := range words {
		n, err := l.searcher.Search(ctx, search.Request{Clause: search.Except(search.AllOf(clauses[i], l.filters), l.apart)})
		if err != nil {
			return err
		}
		if n.Count > 0 {
			l.found.Kin = append(l.found.Kin, WordCount{word, n.Count})
		}
	}
	slices.SortStableFunc(l.found.Kin, func(a, b WordCount) int { return cmp.Compare(b.Count, a.Count) })
	l.found.Kin = l.found.Kin[:min(mostKin, len(l.found.Kin))]
	return nil
}
