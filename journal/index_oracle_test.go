package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"untangle/journal/search"
)

// oracle knows what a journal holds, and answers searches by looking at everything: as the
// comments of Search and Query say, and not as they are carried out.
type oracle struct {
	analyser          *search.Analyser
	standing, deleted []*known // by date, and of one date by version
	tokens            map[uint64][2][]search.Token
	scans             bool // no index need serve
}

// known is an entry, and what a scan sees of it.
type known struct {
	*Entry
	doc search.Doc
}

// look reads all that a journal holds.
func (o *oracle) look(t testing.TB, j *Journal) {
	t.Helper()
	language, err := j.Language(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if o.analyser == nil || o.analyser.Language() != language {
		if o.analyser, err = search.New(language); err != nil {
			t.Fatal(err)
		}
		o.tokens = make(map[uint64][2][]search.Token)
	}
	o.standing, o.deleted = o.standing[:0], o.deleted[:0]
	for _, e := range all(t, j, Query{CheckIns: true, Shut: true, Oldest: true}) {
		o.standing = append(o.standing, o.know(e))
	}
	for _, e := range all(t, j, Query{CheckIns: true, Shut: true, Oldest: true, Deleted: true}) {
		o.deleted = append(o.deleted, o.know(e))
	}
}

func (o *oracle) know(e *Entry) *known {
	tokens, read := o.tokens[e.Version]
	if !read {
		tokens = [2][]search.Token{o.analyser.Tokens(e.Title), o.analyser.Tokens(e.Text)}
		o.tokens[e.Version] = tokens
	}
	k := &known{e, search.Doc{
		Title: tokens[0], Text: tokens[1], Prompt: search.Key(e.Prompt.ID), Theme: search.Key(e.Prompt.Theme),
		Journey: search.Key(e.Journey.ID), Ache: -1, Mood: e.CheckIn.Mood, Words: e.Words, Starred: e.Starred, Date: int64(e.Date.order()),
	}}
	for _, tag := range e.Tags() {
		k.doc.Tags = append(k.doc.Tags, search.Key(tag))
	}
	if e.CheckIn.Ache != nil {
		k.doc.Ache = *e.CheckIn.Ache
	}
	return k
}

// spans reads 2020, 2020-03 and 2020-03-05.
func spans(text string) (from, to Date, err error) {
	for layout, ends := range map[string][3]int{"2006": {1, 0, -1}, "2006-01": {0, 1, -1}, time.DateOnly: {}} {
		if at, err := time.Parse(layout, text); err == nil {
			last := at.AddDate(ends[0], ends[1], ends[2])
			return Day(at.Date()), Day(last.Date()), nil
		}
	}
	return from, to, fmt.Errorf("%q is no date here", text)
}

// parse reads the words of a search; it returns nil for none.
func (o *oracle) parse(s Search) (*search.Query, error) {
	if strings.TrimSpace(s.Words) == "" {
		return nil, nil
	}
	dates := func(text string) (search.Range, error) {
		from, to, err := s.Dates(text)
		end := to.Time().Add(24*time.Hour - time.Second) // to is a day
		return search.Range{From: int64(from.order()), To: int64(At(end).order())}, err
	}
	return search.Parse(s.Words, search.Options{Analyser: o.analyser, Dates: dates})
}

// answer returns what a search finds, in the order of dates, and what stays out.
func (o *oracle) answer(s Search, words *search.Query) (hits, apart []*known) {
	among := o.standing
	if s.Deleted {
		among = o.deleted
	}
	q := s.Query
	if words != nil {
		for n := range words.Root.All {
			q.CheckIns = q.CheckIns || n.Field == search.AcheField || n.Field == search.MoodField
		}
	}
	for _, k := range among {
		switch {
		case !q.chosen(k), words != nil && !words.Match(&k.doc):
		case s.Apart.keepsOut(k, words):
			apart = append(apart, k)
		default:
			hits = append(hits, k)
		}
	}
	return hits, apart
}

// chosen reports whether a query chooses an entry.
func (q Query) chosen(k *known) bool {
	year, month, day := k.Date.Calendar()
	has := func(name string) bool { return slices.Contains(k.doc.Tags, search.Key(name)) }
	lacks := func(name string) bool { return !has(name) }
	is := func(wanted, name string) bool { return wanted == "" || search.Key(wanted) == name }
	until := q.To.Midnight().AddDays(1).wall
	if q.To.Timed() {
		until = q.To.wall + 1
	}
	return (q.From.IsZero() || k.Date.Compare(q.From) >= 0) && (q.To.IsZero() || k.Date.wall < until) &&
		(q.Year == 0 || year == q.Year) && (q.Month == 0 || month == q.Month) && (q.Day == 0 || day == q.Day) &&
		!slices.ContainsFunc(q.Tags, lacks) && !slices.ContainsFunc(q.Without, has) && (!q.Starred || k.Starred) &&
		is(q.Prompt, k.doc.Prompt) && is(q.Theme, k.doc.Theme) && is(q.Journey, k.doc.Journey) &&
		(q.CheckIns || k.Text != "" || k.CheckIn.IsZero()) && (!q.Letters || !k.OpenOn.IsZero()) &&
		(q.Shut || k.OpenOn.IsZero() || k.OpenOn.wall <= At(noon).wall)
}

// keepsOut reports whether an entry stays out of an answer.
func (a Apart) keepsOut(k *known, words *search.Query) bool {
	asked := func(says func(*search.Node) bool) bool {
		if words == nil {
			return false
		}
		return says(words.Root) || words.Root.Op == search.And && slices.ContainsFunc(words.Root.Kids, says)
	}
	for _, name := range a.Tags {
		key := search.Key(name)
		named := func(n *search.Node) bool { return n.Op == search.Exact && n.Field == search.TagField && n.Key == key }
		if slices.Contains(k.doc.Tags, key) && !asked(named) {
			return true
		}
	}
	for _, days := range a.Days {
		from, before := days[0].wall, days[1].wall+86400
		inside := func(n *search.Node) bool {
			return n.Op == search.Dated && n.Low >= from<<1 && n.High < before<<1
		}
		if from <= k.Date.wall && k.Date.wall < before && !asked(inside) {
			return true
		}
	}
	return slices.Contains(a.IDs, k.ID)
}

// check holds the answer to a search against the oracle's and, if it is asked to, against
// that of a search that reads all texts.
func (o *oracle) check(t testing.TB, j *Journal, s Search, scan bool) {
	t.Helper()
	wrong := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%.4000s: %+v", fmt.Sprintf(format, args...), s)
	}
	words, err := o.parse(s)
	found, ferr := j.Search(t.Context(), s)
	var syntax *SyntaxError
	if err != nil || ferr != nil {
		if err == nil || !errors.As(ferr, &syntax) || syntax.Error() != err.Error() {
			wrong("%v, want %v", ferr, err)
		}
		return
	}
	if found.Scanned != nil && !o.scans {
		wrong("it was scanned: %v", found.Scanned)
	}
	got, err := taken(found)
	if err != nil {
		wrong("%v", err)
	}
	want, apart := o.answer(s, words)
	ranked := s.Best && words != nil && len(words.Wanted()) > 0
	if found.Count != len(want) || found.Apart != len(apart) || found.Ranked != ranked {
		wrong("%d hits, %d apart, ranked %v; want %d, %d, %v", found.Count, found.Apart, found.Ranked, len(want), len(apart), ranked)
	}
	if s.Years {
		if years := yearsOf(want); !slices.Equal(found.Years, years) {
			wrong("years %v, want %v", found.Years, years)
		}
	}
	o.checkKin(wrong, s, words, found)
	o.checkHits(wrong, s, words, got, want)
	if scan {
		again, err := scanned(t.Context(), j, s)
		if err != nil || again.Scanned == nil && !s.Deleted {
			t.Fatal(again, err)
		}
		hits, err := taken(again)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := told(found, got), told(again, hits); a != b {
			wrong("the index tells %s\nand a scan %s", a, b)
		}
	}
}

// checkHits holds the hits of a search against those that it should have.
func (o *oracle) checkHits(wrong func(string, ...any), s Search, words *search.Query, got []Hit, want []*known) {
	most := len(want)
	if s.Limit > 0 {
		most = min(most, s.Limit)
	}
	if len(got) != most {
		wrong("%d hits come, want %d", len(got), most)
		return
	}
	byVersion := make(map[uint64]*known)
	for _, k := range want {
		byVersion[k.Version] = k
	}
	ranked := s.Best && words != nil && len(words.Wanted()) > 0
	for i, hit := range got {
		k := byVersion[hit.Version]
		if k == nil {
			wrong("entry %d is no hit, or comes twice", hit.Version)
			continue
		}
		delete(byVersion, hit.Version)
		if fmt.Sprint(deref(*hit.Entry)) != fmt.Sprint(deref(*k.Entry)) {
			wrong("entry %d reads otherwise", hit.Version)
		}
		if at := want[i]; !ranked && s.Oldest && at != k {
			wrong("hit %d is %d, want %d", i, hit.Version, at.Version)
		}
		if at := want[len(want)-1-i]; !ranked && !s.Oldest && at != k {
			wrong("hit %d is %d, want %d", i, hit.Version, at.Version)
		}
		if i > 0 && ranked {
			c := cmp.Or(cmp.Compare(got[i-1].Score, hit.Score), cmp.Compare(got[i-1].Version, hit.Version))
			if c > 0 == s.Oldest {
				wrong("%d with %v comes before %d with %v", got[i-1].Version, got[i-1].Score, hit.Version, hit.Score)
			}
		}
		if !ranked && hit.Score != 0 || hit.Score < 0 {
			wrong("a score of %v", hit.Score)
		}
		o.checkSpans(wrong, words, hit.Spans, hit.Text, search.Doc{Text: k.doc.Text})
		o.checkSpans(wrong, words, hit.TitleSpans, hit.Title, search.Doc{Title: k.doc.Title})
		if from, to := hit.Passage(60); from < 0 || to < from || to > len(hit.Text) || !utf8.ValidString(hit.Text[from:to]) {
			wrong("passage %d to %d of %d", from, to, len(hit.Text))
		}
	}
}

// checkSpans makes sure that spans lie in a text and rise, and that there are some where
// something that is looked for stands there. Alone is what the text makes of a document.
func (o *oracle) checkSpans(wrong func(string, ...any), words *search.Query, spans [][2]int, text string, alone search.Doc) {
	end := 0
	for _, s := range spans {
		if s[0] < end || s[1] <= s[0] || s[1] > len(text) || !utf8.ValidString(text[s[0]:s[1]]) {
			wrong("spans %v of %.100q", spans, text)
			return
		}
		end = s[1]
	}
	there := false
	if words != nil {
		for _, n := range words.Wanted() {
			there = there || (&search.Query{Root: n}).Match(&alone)
		}
	}
	if there != (len(spans) > 0) {
		wrong("spans %v of %.100q, where it stands is %v", spans, text, there)
	}
}

// checkKin counts the hits of the words of the same family.
func (o *oracle) checkKin(wrong func(string, ...any), s Search, words *search.Query, found *Found) {
	last := len(o.standing) + len(o.deleted)
	for _, kin := range found.Kin {
		word, err := search.Parse(kin.Word, search.Options{Analyser: o.analyser})
		if err != nil {
			wrong("kin %q: %v", kin.Word, err)
			continue
		}
		n := 0
		for _, k := range slices.Concat(o.standing, o.deleted) {
			if k.Deleted.IsZero() != s.Deleted && s.Query.chosen(k) && word.Match(&k.doc) && !s.Apart.keepsOut(k, words) {
				n++
			}
		}
		if n != kin.Count || n == 0 || n > last {
			wrong("kin %v, want %d for %q", found.Kin, n, kin.Word)
		}
		last = kin.Count
	}
}

func yearsOf(hits []*known) (years []YearCount) {
	for _, k := range hits {
		year, _, _ := k.Date.Calendar()
		if n := len(years); n == 0 || years[n-1].Year != year {
			years = append(years, YearCount{Year: year})
		}
		years[len(years)-1].Count++
	}
	return years
}

// scanned answers a search as if no index served.
func scanned(ctx context.Context, j *Journal, s Search) (*Found, error) {
	l := &lookup{j: j, s: &s}
	err := j.view(ctx, func(t *tx) error {
		t.head.indexed = 1 << 63 // which is what no catalogue says
		return l.run(ctx, t)
	})
	if err != nil {
		return nil, err
	}
	l.found.hits = func(yield func(Hit, error) bool) { l.hits(ctx, yield) }
	return l.found, nil
}

// taken returns all hits of an answer.
func taken(f *Found) (hits []Hit, err error) {
	for hit, err := range f.Hits() {
		if err != nil {
			return nil, err
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

// told is an answer in words, but for how it was come by.
func told(f *Found, hits []Hit) string {
	var b strings.Builder
	fmt.Fprint(&b, f.Count, f.Apart, f.Ranked, f.Years, f.Kin)
	for _, hit := range hits {
		fmt.Fprint(&b, "; ", hit.Version, hit.Score, hit.Spans, hit.TitleSpans)
	}
	return b.String()
}
