package journal

import (
	"context"
	"iter"

	"untangle/journal/search"
)

// Search says what is looked for, among which entries, and in which order.
type Search struct {
	// Query chooses among which entries. Its Limit is the most hits that are returned,
	// its Oldest their order.
	Query
	// Words are in the query language of package search; empty for all that Query
	// chooses. Those that ask for an ache or a mood take in check-ins without text.
	Words string
	// Substring looks for Words as they stand, anywhere in the title or the text,
	// without regard to case and accents.
	Substring bool
	// Best returns first what fits the words best, or with Oldest last. Where the words ask
	// for nothing that fits better or worse, as tags and dates, the order is by date.
	Best bool
	// Dates reads a date in the words, which is shown as it was typed if it cannot be
	// read. Without it words have no dates.
	Dates func(text string) (from, to Date, err error)
	// Apart stays out of the answer, and is counted.
	Apart Apart
	// Years asks for the number of hits of each year, Kin for other words of the same
	// family.
	Years, Kin bool
}

// Apart are entries that stay out of an answer unless the words ask for them: these, those
// with one of the tags, and those of some days, the first and the last included.
type Apart struct {
	IDs  []ID
	Tags []string
	Days [][2]Date
}

// Found is the answer to a search.
type Found struct {
	// Count is the number of all hits, Apart of those that stayed out.
	Count, Apart int
	// Ranked tells that the hits come in the order of their scores.
	Ranked bool
	// Years are the years that have hits, rising, if they were asked for.
	Years []YearCount
	// Kin are other words that are meant together with those that were looked for, the
	// most frequent first, if they were asked for.
	Kin []WordCount
	// Scanned tells why the search index was not used, and all texts were read; nil if
	// it was used.
	Scanned error

	hits iter.Seq2[Hit, error]
}

// YearCount is a year and its number of hits.
type YearCount struct{ Year, Count int }

// WordCount is a word and the number of entries that have it.
type WordCount struct {
	Word  string
	Count int
}

// Hits yields the hits in order. Nothing is held while the caller works; entries are
// returned as they stood when the search was made.
func (f *Found) Hits() iter.Seq2[Hit, error] { return f.hits }

// Hit is an entry that a search found.
type Hit struct {
	*Entry
	// Score tells how well the entry fits, in comparison with others of the same search.
	Score float64
	// Spans are the places in the text of what was looked for, and TitleSpans those in
	// the title: the bytes from, and up to. They rise and do not overlap.
	Spans, TitleSpans [][2]int

	places []search.Place
}

// Passage returns the part of the text, about so many bytes, that has most of what was
// looked for: the bytes from, and up to.
func (h *Hit) Passage(size int) (from, to int) { return search.Passage(h.Text, h.places, size) }

// SyntaxError tells why the words of a search cannot be read, and where.
type SyntaxError = search.SyntaxError

// Search looks for entries. The error is a *SyntaxError for words that cannot be read.
func (j *Journal) Search(ctx context.Context, s Search) (*Found, error) {
	if s.Substring {
		return j.searchSubstring(ctx, s)
	}
	l := &lookup{j: j, s: &s}
	err := j.view(ctx, func(t *tx) error { return l.run(ctx, t) })
	if err != nil {
		return nil, err
	}
	l.found.hits = func(yield func(Hit, error) bool) { l.hits(ctx, yield) }
	return l.found, nil
}
