package journal

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"untangle/journal/search"
	"untangle/journal/vault"
)

// lookup answers one search, all of it in one transaction but for the bodies of the hits.
type lookup struct {
	j     *Journal
	s     *Search
	found *Found

	analyser *search.Analyser // only while the transaction lasts
	language string
	words    *search.Query // nil without words
	entries  map[uint64]*Entry
	searcher *search.Searcher
	rows     rowSets
	filters  search.Clause // what the query asks for beside the words
	clause   search.Clause // all that is looked for
	apart    search.Clause
	picks    []scoredPick
	moment   uint64 // the journal's generation
}

// scoredPick is a hit, its body not yet read.
type scoredPick struct {
	pick
	score float64
}

func (l *lookup) run(ctx context.Context, t *tx) error {
	l.moment, l.found = t.head.generation, &Found{}
	c, err := t.serving()
	if err == nil && len(t.indexed.over) > 0 {
		var b blocks
		if b, err = t.blocks(); err == nil {
			err = c.overlay(b, t.indexed.over)
		}
	}
	if err != nil {
		if !l.s.Deleted { // which no index has
			l.found.Scanned = err
		}
		language, err := t.language()
		if err != nil {
			return err
		}
		c = newCatalogue(language)
	}
	if l.analyser, err = t.analyser(c.language); err != nil {
		return err
	}
	l.language = c.language
	defer func() {
		t.giveBack(l.analyser)
		l.analyser, l.searcher = nil, nil
	}()
	if strings.TrimSpace(l.s.Words) != "" {
		l.words, err = search.Parse(l.s.Words, search.Options{Analyser: l.analyser, Dates: l.dates()})
		if err != nil {
			return err
		}
	}
	l.s.Best = l.s.Best && l.words != nil && len(l.words.Wanted()) > 0
	l.found.Ranked = l.s.Best
	if err := l.rows.read(t, l); err != nil {
		return err
	}
	if err := l.choose(t); err != nil {
		return err
	}
	err = l.open(ctx, t, c)
	if err == nil {
		err = l.search(ctx, t)
	}
	// An index that cannot be read serves nobody, but keeps nobody from an answer.
	if err != nil && ctx.Err() == nil && l.found.Scanned == nil && (errors.Is(err, search.ErrBroken) || errors.Is(err, ErrDamaged)) {
		*l.found = Found{Scanned: errIndexDamaged, Ranked: l.s.Best}
		if err = l.open(ctx, t, newCatalogue(c.language)); err == nil {
			err = l.search(ctx, t)
		}
	}
	return err
}

// dates returns how dates in the words are read.
func (l *lookup) dates() func(string) (search.Range, error) {
	if l.s.Dates == nil {
		return nil
	}
	return func(text string) (search.Range, error) {
		from, to, err := l.s.Dates(text)
		if err != nil {
			return search.Range{}, err
		}
		return search.Range{From: int64(from.order()), To: int64(to.lastSecond().order())}, nil
	}
}

// open makes a searcher of an index and of what it does not have.
func (l *lookup) open(ctx context.Context, t *tx, c *catalogue) error {
	var tail search.Memory
	var index search.Index
	if err := l.readTail(ctx, t, c, &index, &tail); err != nil {
		return err
	}
	standing := int(t.head.roots[timelineTree].count) + len(t.merged.Entries)
	if got := c.index.Documents() + index.Documents(); got != standing && !l.s.Deleted {
		if c.index.Segments() == 0 {
			return damagef("%d entries stand in time, and %d are there", standing, got)
		}
		return search.ErrBroken
	}
	if index.Documents() > mostEntries && l.found.Scanned == nil && !l.s.Deleted {
		l.found.Scanned = errIndexBehind
	}
	parts := []search.Part{{Index: &index, Blocks: &tail}}
	if c.index.Segments() > 0 {
		b, err := t.blocks()
		if err != nil {
			return err
		}
		parts = append(parts, search.Part{Index: c.index, Blocks: b})
	}
	var err error
	l.searcher, err = search.NewSearcher(parts...)
	return err
}

// readTail indexes in memory what an index does not have, as far as it matters for this
// search; of deleted entries no index has any.
func (l *lookup) readTail(ctx context.Context, t *tx, c *catalogue, index *search.Index, tail *search.Memory) error {
	wants := l.wants()
	builder := search.Builder{Only: wants.Takes}
	take := func(version uint64, e *Entry) error {
		err := builder.Add(l.analyser.Document(version, contentsOf(e), wants))
		if err == nil && builder.Len()%1024 == 0 {
			err = ctx.Err()
		}
		if err == nil && builder.Size() > builderBytes {
			err = index.Add(ctx, tail, &builder)
		}
		return err
	}
	if l.s.Deleted {
		c.index = &search.Index{}
		for version, e := range l.entries {
			if err := take(version, e); err != nil {
				return err
			}
		}
		return index.Add(ctx, tail, &builder)
	}
	for version := c.upTo + 1; version <= t.head.sequence; version++ {
		if e, err := t.standing(version); err != nil {
			return err
		} else if e != nil {
			if err := take(version, e); err != nil {
				return err
			}
		}
	}
	for _, version := range c.late {
		if e, err := t.standing(version); err != nil {
			return err
		} else if e != nil {
			if err := take(version, e); err != nil {
				return err
			}
		}
	}
	return index.Add(ctx, tail, &builder)
}

// search finds the hits and counts what is to be counted.
func (l *lookup) search(ctx context.Context, t *tx) error {
	if err := l.hideShut(ctx, t); err != nil {
		return err
	}
	found := l.found
	out, err := l.searcher.Search(ctx, search.Request{Clause: search.AllOf(l.clause, l.apart)})
	if err != nil {
		return err
	}
	found.Apart = out.Count
	request := search.Request{Clause: search.Except(l.clause, l.apart), Sequences: l.s.Years || !l.s.Best}
	if l.s.Best {
		request.Limit = cmp.Or(l.s.Limit, -1)
		if l.s.Oldest {
			request.Limit = -1
		}
		if len(l.words.Wanted()) > 1 {
			request.Closeness = func(version uint64) (float64, error) { return l.closeness(t, version) }
		}
	}
	hits, err := l.searcher.Search(ctx, request)
	if err != nil {
		return err
	}
	found.Count = hits.Count
	if request.Sequences {
		l.rows.count(l, hits.Sequences)
	}
	if l.s.Best {
		l.picks = make([]scoredPick, len(hits.Best))
		for i, h := range hits.Best {
			l.picks[i] = scoredPick{pick{h.Sequence, vault.Tag{}}, h.Score}
		}
		if l.s.Oldest {
			slices.Reverse(l.picks)
		}
		if l.s.Limit > 0 {
			l.picks = l.picks[:min(l.s.Limit, len(l.picks))]
		}
	}
	if l.s.Kin {
		return l.countKin(ctx)
	}
	return nil
}

// hideShut leaves out letters to later whose day has not come.
func (l *lookup) hideShut(ctx context.Context, t *tx) error {
	if l.s.Shut {
		return nil
	}
	letters, err := l.searcher.Search(ctx, search.Request{Clause: search.Marked(letterMark), Sequences: true})
	if err != nil || letters.Count == 0 {
		return err
	}
	var shut []uint64
	today := l.j.today()
	for _, version := range letters.Sequences {
		e, err := l.entry(t, version)
		if err != nil {
			return err
		}
		if e.ShutOn(today) {
			shut = append(shut, version)
		}
	}
	l.filters = search.Except(l.filters, search.Among(shut))
	l.clause = search.Except(l.clause, search.Among(shut))
	return nil
}

// entry returns the entry with a version that the search found.
func (l *lookup) entry(t *tx, version uint64) (*Entry, error) {
	if e := l.entries[version]; e != nil {
		return e, nil
	}
	return t.find(idRow{sequence: version})
}

// closeness returns how near to each other what was looked for stands in an entry.
func (l *lookup) closeness(t *tx, version uint64) (float64, error) {
	e := l.entries[version]
	if e == nil {
		var err error
		if e, _, err = t.readAny(entriesBucket, version); err != nil {
			return 0, err
		}
	}
	text := search.Closeness(l.words.Find(l.analyser, e.Text, false))
	title := search.Closeness(l.words.Find(l.analyser, e.Title, true))
	return max(text, title), nil
}
