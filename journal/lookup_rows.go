package journal

import (
	"bytes"
	"cmp"
	"slices"

	"untangle/journal/search"
)

// rowSets are the versions that a search chooses by rows alone: dates, numbers, days.
type rowSets struct {
	bounded bool                      // the query bounds the dates
	within  []uint64                  // the versions within these
	apart   []uint64                  // those of days that stay out
	nodes   map[*search.Node][]uint64 // what parts of the words choose
	dated   []datedPick               // all that may be hits, by date, if that matters
}

// datedPick is a version and its date.
type datedPick struct {
	pick
	date Date
}

// read goes through the rows once, if anything asks for them.
func (s *rowSets) read(t *tx, l *lookup) error {
	q := &l.s.Query
	low, high := q.bounds()
	s.bounded = low != nil || high != nil || q.Year != 0 || q.Month != 0 || q.Day != 0
	s.nodes = make(map[*search.Node][]uint64)
	if l.words != nil {
		for n := range l.words.Root.All {
			if n.Op == search.Between || n.Op == search.Dated {
				s.nodes[n] = nil
			}
		}
	}
	days := l.daysApart()
	if !q.Deleted && !s.bounded && len(s.nodes)+len(days) == 0 && l.s.Best && !l.s.Years {
		return nil
	}
	take := func(r *row) {
		if s.bounded && !q.choosesDate(r.date) {
			return
		}
		s.take(r, days, s.bounded)
	}
	if q.Deleted {
		l.entries = make(map[uint64]*Entry)
		err := t.eachDeleted(*q, func(e *Entry, r *row) {
			l.entries[e.Version] = e
			take(r)
		})
		slices.SortFunc(s.dated, func(a, b datedPick) int {
			return cmp.Or(a.date.Compare(b.date), cmp.Compare(a.sequence, b.sequence))
		})
		s.sort()
		return err
	}
	timeline, err := t.tree(timelineTree)
	if err != nil {
		return err
	}
	err = timeline.walk(low, false, func(b []byte) bool {
		if low != nil && bytes.Compare(b[:rowKey], low) < 0 {
			return true
		}
		if high != nil && bytes.Compare(b[:rowKey], high) > 0 {
			return false
		}
		r := decodeRow(b)
		take(&r)
		return true
	})
	s.sort()
	return err
}

func (s *rowSets) take(r *row, days [][2]Date, bounded bool) {
	s.dated = append(s.dated, datedPick{pick{r.sequence, r.tag}, r.date})
	if bounded {
		s.within = append(s.within, r.sequence)
	}
	for n := range s.nodes {
		if r.chosenBy(n) {
			s.nodes[n] = append(s.nodes[n], r.sequence)
		}
	}
	if len(days) > 0 {
		day := r.date.Midnight()
		if slices.ContainsFunc(days, func(d [2]Date) bool { return d[0].Compare(day) <= 0 && day.Compare(d[1]) <= 0 }) {
			s.apart = append(s.apart, r.sequence)
		}
	}
}

func (s *rowSets) sort() {
	slices.Sort(s.within)
	slices.Sort(s.apart)
	for _, versions := range s.nodes {
		slices.Sort(versions)
	}
}

// chosenBy reports whether a row is what a part of the words asks for.
func (r *row) chosenBy(n *search.Node) bool {
	value, known := int64(0), true
	switch n.Field {
	case search.AcheField:
		value, known = int64(r.checkin[1])-1, r.checkin[1] > 0
	case search.MoodField:
		value, known = int64(r.checkin[2]>>4), r.checkin[2]>>4 > 0
	case search.WordsField:
		value = int64(r.words)
	default:
		value = int64(r.date.order())
	}
	return known && n.Low <= value && value <= n.High
}

// clause returns what chooses as a part of the words does.
func (s *rowSets) clause(n *search.Node) search.Clause { return search.Among(s.nodes[n]) }

// daysApart returns the days that stay out, but for those that the words ask for.
func (l *lookup) daysApart() [][2]Date {
	return slices.DeleteFunc(slices.Clone(l.s.Apart.Days), func(d [2]Date) bool {
		from, to := int64(d[0].order()), int64(d[1].lastSecond().order())
		within := func(n *search.Node) bool { return n.Op == search.Dated && from <= n.Low && n.High <= to }
		return l.asks(search.FromField, within) || l.asks(search.ToField, within) || l.asks(search.OnField, within)
	})
}

// count counts the years of hits, and makes the picks of them by date, if that is asked for.
func (s *rowSets) count(l *lookup, versions []uint64) {
	if len(versions) == 0 {
		return
	}
	last := versions[len(versions)-1]
	hit := make([]uint64, last/64+1)
	for _, version := range versions {
		hit[version/64] |= 1 << (version % 64)
	}
	isHit := func(p *datedPick) bool { return p.sequence <= last && hit[p.sequence/64]&(1<<(p.sequence%64)) != 0 }
	if l.s.Years {
		l.found.Years = s.years(isHit)
	}
	if l.s.Best {
		return
	}
	most := len(versions)
	if l.s.Limit > 0 {
		most = min(most, l.s.Limit)
	}
	l.picks = make([]scoredPick, 0, most)
	for i := range s.dated {
		p := &s.dated[i]
		if !l.s.Oldest {
			p = &s.dated[len(s.dated)-1-i]
		}
		if len(l.picks) == most {
			break
		}
		if isHit(p) {
			l.picks = append(l.picks, scoredPick{pick: p.pick})
		}
	}
}

func (s *rowSets) years(isHit func(*datedPick) bool) (years []YearCount) {
	var next Date // the first day of another year than that of the last hit
	for i := range s.dated {
		p := &s.dated[i]
		if !isHit(p) {
			continue
		}
		if len(years) == 0 || p.date.wall >= next.wall {
			year, _, _ := p.date.Calendar()
			next = Day(year+1, 1, 1)
			years = append(years, YearCount{Year: year})
		}
		years[len(years)-1].Count++
	}
	return years
}
