package journal

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"untangle/journal/vault"
)

// Query chooses entries. The zero Query chooses all that stand, newest first.
type Query struct {
	// From and To bound the entries' dates. To runs to the end of its day, or, if it
	// has a time, to the end of that second.
	From, To Date
	// Year, Month and Day choose parts of the calendar, in every year if Year is 0.
	Year  int
	Month time.Month
	Day   int
	// Tags must all be there, Without none of them; both in lower case.
	Tags, Without []string
	// Starred chooses starred entries only.
	Starred bool
	// Deleted chooses entries that were deleted, instead of those that stand.
	Deleted bool
	// Prompt, Theme and Journey choose by what an entry was written to.
	Prompt, Theme, Journey string
	// CheckIns takes in check-ins without any text.
	CheckIns bool
	// Letters chooses letters to later only.
	Letters bool
	// Shut takes in letters to later whose day has not come by the journal's clock.
	// Without it they are not there.
	Shut bool
	// Limit is the most entries to return, 0 for all.
	Limit int
	// Oldest returns the oldest first.
	Oldest bool
}

// Entries returns the entries that q chooses, in the order of their dates, as they
// stood when the first was asked for. Nothing is held while the caller works: bodies
// are read in batches, and a version replaced meanwhile comes from the history.
func (j *Journal) Entries(ctx context.Context, q Query) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		if q.Deleted {
			j.deleted(ctx, q, yield)
			return
		}
		var rest []pick
		var generation uint64
		left, choose := q.Limit, q.chooser(j.today())
		for first := true; first || len(rest) > 0; first = false {
			var batch []*Entry
			err := j.view(ctx, func(t *tx) (err error) {
				if first {
					generation = t.head.generation
					if rest, err = t.picks(q); err != nil {
						return err
					}
				}
				batch, rest, err = t.batch(rest, choose, left, t.head.generation == generation)
				return err
			})
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			for _, e := range batch {
				if !yield(e, nil) {
					return
				}
			}
			if left > 0 {
				if left -= len(batch); left <= 0 {
					return
				}
			}
		}
	}
}

// pick is an entry chosen by its row, its body not yet read.
type pick struct {
	sequence uint64
	tag      vault.Tag
}

// The bodies read in one transaction: enough to make opening the file cheap beside
// them, few enough that nobody waits for it.
const (
	batchEntries = 512
	batchBytes   = 2 << 20
)

// picks returns the rows that q may choose, in order. A limit counts those alone whose
// row says all there is to know: when a letter opens stands in its body.
func (t *tx) picks(q Query) (picks []pick, err error) {
	timeline, err := t.tree(timelineTree)
	if err != nil {
		return nil, err
	}
	low, high := q.bounds()
	start := low
	if !q.Oldest {
		start = high
	}
	most := q.Limit
	if q.readsBodies() {
		most = 0
	}
	if most == 0 && low == nil && high == nil && !q.Letters {
		picks = make([]pick, 0, t.head.roots[timelineTree].count)
	}
	certain := 0
	err = timeline.walk(start, !q.Oldest, func(b []byte) bool {
		if low != nil && bytes.Compare(b[:rowKey], low) < 0 || high != nil && bytes.Compare(b[:rowKey], high) > 0 {
			return false
		}
		if r := decodeRow(b); q.choosesRow(&r) {
			picks = append(picks, pick{r.sequence, r.tag})
			if q.Shut || r.flags&flagShut == 0 {
				certain++
			}
		}
		return most == 0 || certain < most
	})
	return picks, err
}

// bounds returns the first and the last row key that the dates allow, nil for none.
func (q *Query) bounds() (low, high []byte) {
	if from := cmp.Or(q.From, q.firstOfYear(0)); !from.IsZero() {
		r := row{date: from}
		low = r.key()
	}
	to := q.To
	if to.IsZero() && q.Year != 0 {
		to = q.firstOfYear(1).AddDays(-1)
	}
	if !to.IsZero() {
		r := row{date: to.lastSecond(), sequence: 1<<64 - 1}
		high = r.key()
	}
	return low, high
}

func (q *Query) firstOfYear(later int) Date {
	if q.Year == 0 {
		return Date{}
	}
	return Day(q.Year+later, time.January, 1)
}

// choosesRow reports whether a row may be of an entry that q chooses.
func (q *Query) choosesRow(r *row) bool {
	if q.Starred && r.flags&flagStarred == 0 || q.Letters && r.flags&flagShut == 0 || !q.CheckIns && r.flags&flagBare != 0 {
		return false
	}
	if q.Year == 0 && q.Month == 0 && q.Day == 0 {
		return true
	}
	return q.choosesDate(r.date)
}

func (q *Query) choosesDate(d Date) bool {
	year, month, day := d.Calendar()
	return (q.Year == 0 || q.Year == year) && (q.Month == 0 || q.Month == month) && (q.Day == 0 || q.Day == day)
}

func (q *Query) readsBodies() bool {
	return len(q.Tags)+len(q.Without) > 0 || q.Prompt != "" || q.Theme != "" || q.Journey != ""
}

// chooser returns what q chooses by the body of an entry, seen from today.
func (q *Query) chooser(today Date) func(*Entry) bool {
	return func(e *Entry) bool { return (q.Shut || !e.ShutOn(today)) && q.matches(e) }
}

// matches reports whether q chooses the entry by what stands in its body, but for the
// day on which it opens.
func (q *Query) matches(e *Entry) bool {
	if !q.readsBodies() {
		return true
	}
	if q.Prompt != "" && e.Prompt.ID != q.Prompt || q.Theme != "" && e.Prompt.Theme != q.Theme ||
		q.Journey != "" && e.Journey.ID != q.Journey {
		return false
	}
	if len(q.Tags)+len(q.Without) == 0 {
		return true
	}
	tags := e.Tags()
	for _, tag := range q.Tags {
		if !slices.Contains(tags, tag) {
			return false
		}
	}
	return !slices.ContainsFunc(q.Without, func(tag string) bool { return slices.Contains(tags, tag) })
}

// batch reads bodies until it has enough, and returns them and the picks left over.
// Current tells whether the picks were made of the file as it stands now.
func (t *tx) batch(picks []pick, choose func(*Entry) bool, limit int, current bool) (batch []*Entry, rest []pick, err error) {
	size := 0
	for i, p := range picks {
		if i == batchEntries || size > batchBytes || limit > 0 && len(batch) == limit {
			return batch, picks[i:], nil
		}
		e, err := t.picked(p, current)
		if err != nil {
			return nil, nil, err
		}
		if e != nil && choose(e) {
			batch = append(batch, e)
			size += len(e.Text)
		}
	}
	return batch, nil, nil
}

// picked reads the body of a pick. Since the pick was made, the version may have gone
// into the history, and from there for ever; then there is none.
func (t *tx) picked(p pick, current bool) (*Entry, error) {
	if current {
		return t.read(entriesBucket, p.sequence, p.tag)
	}
	key := numberKey(p.sequence)
	entries, err := t.bucket(entriesBucket, key, toRead)
	if err != nil {
		return nil, err
	}
	if _, over := t.over[place{entriesBucket, p.sequence}]; over || entries.Get(key) != nil {
		return t.find(idRow{sequence: p.sequence}) // a check-in may have been noted beside it
	}
	history, err := t.bucket(historyBucket, key, toRead)
	if err != nil || history.Get(key) == nil {
		return nil, err
	}
	e, err := t.read(historyBucket, p.sequence, vault.Tag{})
	if err == nil {
		e.Deleted = Date{}
	}
	return e, err
}

// deleted yields the deleted entries that q chooses. They are few, so they are read
// at once and put in order here.
func (j *Journal) deleted(ctx context.Context, q Query, yield func(*Entry, error) bool) {
	var found []*Entry
	err := j.view(ctx, func(t *tx) error {
		choose := q.chooser(j.today())
		return t.eachDeleted(q, func(e *Entry, r *row) {
			if q.choosesRow(r) && choose(e) {
				found = append(found, e)
			}
		})
	})
	if err != nil {
		yield(nil, err)
		return
	}
	slices.SortFunc(found, func(a, b *Entry) int {
		c := cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Version, b.Version))
		if !q.Oldest {
			c = -c
		}
		return c
	})
	for i, e := range found {
		if q.Limit > 0 && i == q.Limit || !yield(e, nil) {
			return
		}
	}
}

// eachDeleted calls fn with the deleted entries within the query's dates, and what their
// rows would be.
func (t *tx) eachDeleted(q Query, fn func(*Entry, *row)) error {
	past, err := t.tree(historyTree)
	if err != nil {
		return err
	}
	var broken error
	low, high := q.bounds()
	err = past.walk(nil, false, func(b []byte) bool {
		r := decodePastRow(b)
		if r.flags&pastDeleted == 0 {
			return true
		}
		e, err := t.read(historyBucket, r.sequence, r.tag)
		if err != nil {
			broken = err
			return false
		}
		place := rowOf(e, r.tag)
		if (low == nil || bytes.Compare(place.key(), low) >= 0) && (high == nil || bytes.Compare(place.key(), high) <= 0) {
			fn(e, &place)
		}
		return true
	})
	return cmp.Or(broken, err)
}

// Versions returns all versions of the entry with the id, the newest first, deleted
// entries included. The error is ErrNoEntry.
func (j *Journal) Versions(ctx context.Context, id ID) (versions []*Entry, err error) {
	err = j.view(ctx, func(t *tx) error {
		newest, err := t.entry(id, true)
		if err != nil {
			return err
		}
		versions = append(versions, newest)
		rows, err := t.pastOf(id)
		if err != nil {
			return err
		}
		for _, r := range slices.Backward(rows) {
			if r.sequence == newest.Version {
				continue
			}
			e, err := t.read(historyBucket, r.sequence, r.tag)
			if err != nil {
				return err
			}
			versions = append(versions, e)
		}
		return nil
	})
	return versions, err
}

// pastOf returns the history's rows of an entry, oldest first.
func (t *tx) pastOf(id ID) (rows []pastRow, err error) {
	past, err := t.tree(historyTree)
	if err != nil {
		return nil, err
	}
	r := pastRow{id: id}
	err = past.walk(r.key(), false, func(b []byte) bool {
		switch c := bytes.Compare(b[:idKey], id[:]); {
		case c > 0:
			return false
		case c == 0:
			rows = append(rows, decodePastRow(b))
		}
		return true
	})
	return rows, err
}

// Tag is a tag and the number of entries that have it.
type Tag struct {
	Name  string
	Count int
}

// Tags returns all tags of the entries that stand, in alphabetical order. Letters to
// later that are still shut do not count.
func (j *Journal) Tags(ctx context.Context) ([]Tag, error) {
	counts := make(map[string]int)
	for e, err := range j.Entries(ctx, Query{CheckIns: true}) {
		if err != nil {
			return nil, err
		}
		for _, name := range e.Tags() {
			counts[name]++
		}
	}
	tags := make([]Tag, 0, len(counts))
	for name, n := range counts {
		tags = append(tags, Tag{name, n})
	}
	slices.SortFunc(tags, func(a, b Tag) int { return cmp.Compare(a.Name, b.Name) })
	return tags, nil
}
