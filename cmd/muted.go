package cmd

import (
	"context"
	"fmt"
	"iter"

	"github.com/spf13/cobra"
	"untangle/journal"
)

// mutedFlag has a command that shows entries leave muted ones out, unless its flag asks
// for them.
func (f *filter) mutedFlag(c *cobra.Command) {
	c.Flags().BoolVar(&f.muted, "muted", false, "muted entries too")
}

// mutesFor returns what is muted, and nothing if the flags ask for it all the same.
func (r *run) mutesFor(ctx context.Context, j *journal.Journal, f *filter) (mutes, error) {
	if f.muted {
		return mutes{}, nil
	}
	return r.mutes(ctx, j)
}

// leftOut is what stays out of one list or search, and how many entries that were.
type leftOut struct {
	mutes
	count  int
	silent bool
}

// outOf returns what stays out of what a query chooses.
func (m mutes) outOf(q journal.Query) *leftOut {
	// Nobody is told that there was something on this day, some year.
	return &leftOut{mutes: m.seenFrom(q), silent: q.Day != 0}
}

// line says how many entries were left out, and nothing if none were.
func (o *leftOut) line() string {
	switch {
	case o.silent || o.count == 0:
		return ""
	case o.count == 1:
		return "1 muted entry left out; --muted shows it."
	default:
		return fmt.Sprintf("%d muted entries left out; --muted shows them.", o.count)
	}
}

// rows is how many lines of a screen the line takes at most.
func (o *leftOut) rows(width int) int {
	if o.none() || o.silent {
		return 0
	}
	return len(wrapLines((&leftOut{count: 999}).line(), width))
}

// apart returns what stays out as a search takes it.
func (o *leftOut) apart() journal.Apart {
	apart := journal.Apart{IDs: o.mutes.entries, Tags: o.tags}
	for _, s := range o.days {
		apart.Days = append(apart.Days, [2]journal.Date{s.from, s.to})
	}
	return apart
}

// entries yields what q chooses, without what is muted.
func (o *leftOut) entries(ctx context.Context, j *journal.Journal, q journal.Query) iter.Seq2[*journal.Entry, error] {
	if o.none() {
		return j.Entries(ctx, q)
	}
	limit := q.Limit
	q.Limit = 0
	if limit > 0 {
		return o.sift(fewAtFirst(ctx, j, q), limit)
	}
	return o.sift(j.Entries(ctx, q), 0)
}

// sift yields what is not left out, up to a limit if that is not 0, and counts what is.
func (o *leftOut) sift(all iter.Seq2[*journal.Entry, error], limit int) iter.Seq2[*journal.Entry, error] {
	return func(yield func(*journal.Entry, error) bool) {
		o.count = 0
		shown := 0
		for e, err := range all {
			if err == nil && o.has(e) {
				o.count++
				continue
			}
			if !yield(e, err) || err != nil {
				return
			}
			if shown++; shown == limit {
				return
			}
		}
	}
}

// fewAtFirst yields what Entries does, without a limit, but asks for few at first and
// for more when they are wanted: whoever reads a list seldom goes far, however long it
// is.
func fewAtFirst(ctx context.Context, j *journal.Journal, q journal.Query) iter.Seq2[*journal.Entry, error] {
	if q.Deleted {
		return j.Entries(ctx, q)
	}
	return func(yield func(*journal.Entry, error) bool) {
		for seen := 0; ; {
			q.Limit = max(64, 8*seen)
			n := 0
			for e, err := range j.Entries(ctx, q) {
				if err != nil {
					yield(nil, err)
					return
				}
				if n++; n > seen && !yield(e, nil) {
					return
				}
			}
			if n < q.Limit {
				return
			}
			seen = n
		}
	}
}
