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

// entries yields what q chooses, without what is muted.
func (o *leftOut) entries(ctx context.Context, j *journal.Journal, q journal.Query) iter.Seq2[*journal.Entry, error] {
	if o.none() {
		return j.Entries(ctx, q)
	}
	limit := q.Limit
	q.Limit = 0
	if limit > 0 {
		return sift(o, fewAtFirst(ctx, j, q), limit, func(e *journal.Entry) *journal.Entry { return e })
	}
	return sift(o, j.Entries(ctx, q), 0, func(e *journal.Entry) *journal.Entry { return e })
}

// hits yields what the words find, without what is muted.
func (o *leftOut) hits(ctx context.Context, j *journal.Journal, q journal.Query, words string) iter.Seq2[journal.Hit, error] {
	limit := q.Limit
	if !o.none() {
		q.Limit = 0
	}
	return sift(o, j.Search(ctx, q, words), limit, func(h journal.Hit) *journal.Entry { return h.Entry })
}

// sift yields what is not left out, up to a limit if that is not 0, and counts what is.
func sift[T any](o *leftOut, all iter.Seq2[T, error], limit int, entry func(T) *journal.Entry) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		o.count = 0
		shown := 0
		for one, err := range all {
			if err == nil && o.has(entry(one)) {
				o.count++
				continue
			}
			if !yield(one, err) || err != nil {
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
