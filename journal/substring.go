package journal

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"untangle/journal/search"
)

// searchSubstring reads all texts that the query chooses.
func (j *Journal) searchSubstring(ctx context.Context, s Search) (*Found, error) {
	sought, _ := folded(strings.TrimSpace(s.Words))
	if sought == "" {
		return nil, &SyntaxError{Message: "there is nothing to look for", Query: s.Words}
	}
	l := &lookup{j: j, s: &s, found: &Found{}}
	q := s.Query
	q.Limit = 0
	years := make(map[int]int)
	for e, err := range j.Entries(ctx, q) {
		if err != nil {
			return nil, err
		}
		if placesOf(e.Text, sought) == nil && placesOf(e.Title, sought) == nil {
			continue
		}
		if s.Apart.has(e) {
			l.found.Apart++
			continue
		}
		l.found.Count++
		year, _, _ := e.Date.Calendar()
		years[year]++
		if s.Limit == 0 || l.found.Count <= s.Limit {
			l.picks = append(l.picks, scoredPick{pick: pick{sequence: e.Version}})
		}
		if q.Deleted {
			if l.entries == nil {
				l.entries = make(map[uint64]*Entry)
			}
			l.entries[e.Version] = e
		}
	}
	if s.Years {
		for year, n := range years {
			l.found.Years = append(l.found.Years, YearCount{year, n})
		}
		slices.SortFunc(l.found.Years, func(a, b YearCount) int { return a.Year - b.Year })
	}
	l.language = withoutLanguage
	l.found.hits = func(yield func(Hit, error) bool) {
		l.hits(ctx, func(hit Hit, err error) bool {
			if err != nil {
				return yield(hit, err)
			}
			hit.places = placesOf(hit.Text, sought)
			hit.Spans = search.Spans(hit.places)
			hit.TitleSpans = search.Spans(placesOf(hit.Title, sought))
			return yield(hit, nil)
		})
	}
	return l.found, nil
}

// has reports whether an entry stays out.
func (a *Apart) has(e *Entry) bool {
	day := e.Date.Midnight()
	return slices.Contains(a.IDs, e.ID) ||
		slices.ContainsFunc(a.Days, func(d [2]Date) bool { return d[0].Compare(day) <= 0 && day.Compare(d[1]) <= 0 }) ||
		len(a.Tags) > 0 && slices.ContainsFunc(e.Tags(), func(tag string) bool { return slices.Contains(a.Tags, tag) })
}

// placesOf returns where a folded text stands in another.
func placesOf(text, sought string) (places []search.Place) {
	low, at := folded(text)
	for from := 0; ; {
		i := strings.Index(low[from:], sought)
		if i < 0 {
			return places
		}
		from += i
		start, end := from, from+len(sought)
		if at != nil {
			start, end = at[start], at[end]
		}
		if end > start {
			places = append(places, search.Place{Start: start, End: end})
		}
		from += len(sought)
	}
}

// folded returns a text without case and accents, each white space a space, and where each
// of its bytes comes from; nil if that is where it is.
func folded(text string) (low string, at []int) {
	if isASCII(text) {
		return strings.Map(spaced, strings.ToLower(text)), nil
	}
	var b strings.Builder
	b.Grow(len(text))
	at = make([]int, 0, len(text)+1)
	for i, r := range text {
		if r < utf8.RuneSelf {
			b.WriteRune(spaced(unicode.ToLower(r)))
			at = append(at, i)
			continue
		}
		from := b.Len()
		for _, part := range norm.NFKD.String(string(r)) {
			switch {
			case unicode.Is(unicode.Mn, part):
			case part == 'ß':
				b.WriteString("ss")
			default:
				b.WriteRune(spaced(unicode.ToLower(part)))
			}
		}
		for range b.Len() - from {
			at = append(at, i)
		}
	}
	return b.String(), append(at, len(text))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func spaced(r rune) rune {
	if unicode.IsSpace(r) {
		return ' '
	}
	return r
}
