package cmd

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func listCommand(r *run) *cobra.Command {
	var f filter
	var o output
	c := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		GroupID: groupFind,
		Short:   "Leaf through your entries",
		Long: paragraphs(
			"Shows your entries, the newest first, by month.",
			"On a terminal the list stays: type an id to read that entry, Enter for older ones, / to search, o to turn the order round, y for another day, month or year, q to leave. Into a pipe, or with --format, it prints all and ends."),
		Example: examples("untangle list", "untangle list --from 'last monday'", "untangle list --tag home --starred -3",
			"untangle list --on 2026-02 --format markdown"),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			q, err := f.query(c, r.Now())
			if err != nil {
				return err
			}
			if err := o.settle(); err != nil {
				return err
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			if r.sits(&o) {
				s := &sitting{run: r, journal: j}
				return s.list(c.Context(), q, f.anything)
			}
			fallback := "oneline"
			if r.interactive() {
				fallback = "short"
			}
			return r.print(c.Context(), r.Out, j, j.Entries(c.Context(), q), &o, fallback)
		},
	}
	f.flags(r, c)
	o.flags(c)
	return c
}

// sits reports whether a result stays on the screen until somebody leaves it.
func (r *run) sits(o *output) bool { return r.interactive() && r.is("sitting") && o.format == "" }

// lister lays out entries below the headings of their months.
type lister struct {
	style style
	width int
	month string
	day   journal.Date
}

// add returns the lines of the next entry, its month's heading above it where that
// is a new one.
func (l *lister) add(e shown) (lines []string) {
	month := e.Date.Time().Format("January 2006")
	day := shortDay(e.Date)
	if month != l.month {
		if l.month != "" {
			lines = append(lines, "")
		}
		lines = append(lines, indent(l.style.bold(month), margin), "")
		l.month = month
	} else if e.Date.Midnight() == l.day {
		day = ""
	}
	l.day = e.Date.Midnight()
	line := listLine(l.style, l.width, day, clock(e.Date), e.heading(), e.Tags(), e.Starred, e.Short)
	return append(lines, strings.Split(line, "\n")...)
}

// heading is what a list calls the entry.
func (e shown) heading() string {
	if h := withoutTags(e.Heading(), e.Tags()); h != "" {
		return h
	}
	if e.Date.Timed() {
		return "(no words)"
	}
	return "A day without words"
}

// withoutTags returns a heading without the tags at its end, which stand beside it.
// One that has no other words stays as it is.
func withoutTags(heading string, tags []string) string {
	h := heading
	for {
		at := strings.LastIndexAny(h, " \t") + 1
		tag, err := journal.ParseTag(h[at:])
		if err != nil || !strings.ContainsAny(h[at:at+1], "@#") || !slices.Contains(tags, tag) {
			return h
		}
		if h = strings.TrimRight(h[:at], " \t"); h == "" {
			return heading
		}
	}
}

// sitting is a result that stays on the screen: a list or a search, and what is read
// from it.
type sitting struct {
	*run
	journal *journal.Journal
}

// list shows the entries that q chooses, a screen at a time.
func (s *sitting) list(ctx context.Context, q journal.Query, filtered bool) error {
	for asked := false; ; asked = true {
		next, err := s.leafThrough(ctx, &q, &filtered, asked)
		if next != listAgain || err != nil {
			return err
		}
	}
}

// What comes after a screen of a list.
const (
	listMore  = "more"
	listLeave = "leave"
	listAgain = "again" // from the beginning, as the query is now
)

// leafThrough shows one list to its end. One without entries ends at once, unless
// somebody asked for it here.
func (s *sitting) leafThrough(ctx context.Context, q *journal.Query, filtered *bool, asked bool) (string, error) {
	next, stop := iter.Pull2(named(ctx, s.journal, s.leisurely(ctx, *q)))
	defer stop()
	all, err := s.journal.Count(ctx)
	if err != nil {
		return listLeave, err
	}
	rows, width := s.screen()
	l := lister{style: s.style, width: width}
	var waiting *shown
	for count := 0; ; {
		l.month = "" // each screen says which month it begins in
		lines := []string{""}
		for room := rows - 5; ; {
			e, err, ok := s.pull(&waiting, next)
			if err != nil {
				return listLeave, err
			}
			if !ok {
				break
			}
			before := l
			more := l.add(e)
			if len(lines)+len(more) > room && len(lines) > 1 {
				l, waiting = before, &e
				break
			}
			lines = append(lines, more...)
			count++
		}
		if waiting == nil {
			e, err, ok := s.pull(&waiting, next)
			if err != nil {
				return listLeave, err
			}
			if ok {
				waiting = &e
			}
		}
		fmt.Fprintln(s.Out, strings.Join(lines, "\n"))
		s.show("", s.style.dim(countLine(count, all, waiting != nil, *filtered, q.Oldest)), "")
		if count == 0 && !asked {
			return listLeave, nil
		}
		if then, err := s.listMenu(ctx, waiting != nil, q, filtered); then != listMore || err != nil {
			return then, err
		}
	}
}

// leisurely yields what Entries does, but asks for few at first and for more when they
// are wanted: whoever leafs through a list seldom goes far, however long it is.
func (s *sitting) leisurely(ctx context.Context, q journal.Query) iter.Seq2[*journal.Entry, error] {
	if q.Limit > 0 || q.Deleted {
		return s.journal.Entries(ctx, q)
	}
	return func(yield func(*journal.Entry, error) bool) {
		for seen := 0; ; {
			q.Limit = max(64, 8*seen)
			n := 0
			for e, err := range s.journal.Entries(ctx, q) {
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

// pull returns the entry that waits, or else the next.
func (s *sitting) pull(waiting **shown, next func() (shown, error, bool)) (shown, error, bool) {
	if e := *waiting; e != nil {
		*waiting = nil
		return *e, nil, true
	}
	e, err, ok := next()
	return e, err, ok
}

func countLine(count, all int, more, filtered, oldest bool) string {
	order := "newest first"
	if oldest {
		order = "oldest first"
	}
	switch {
	case count == 0 && all == 0:
		return "Nothing is written here yet."
	case count == 0:
		return "No entry is like that."
	case filtered && more:
		return fmt.Sprintf("the first %d, %s", count, order)
	case filtered:
		return fmt.Sprintf("%d in all, %s", count, order)
	default:
		return fmt.Sprintf("%d of %d, %s", count, all, order)
	}
}

// listMenu asks what to do with a list.
func (s *sitting) listMenu(ctx context.Context, more bool, q *journal.Query, filtered *bool) (then string, err error) {
	further, other := "older", "oldest first"
	if q.Oldest {
		further, other = "newer", "newest first"
	}
	first, last := answer{"", further}, answer{"q", "leave"}
	if !more {
		first, last = answer{"", "leave"}, answer{"q", ""}
	}
	answers := []answer{first, {"/", "search"}, {"o", other}, {"y", "another time"}, last, {"h", ""}}
	for {
		letter, err := s.letterOrID(ctx, answers)
		switch {
		case errors.Is(err, errLeft), letter == "q", letter == "" && err == nil && !more:
			return listLeave, nil
		case err != nil:
			return listLeave, err
		case letter == "":
			return listMore, nil
		case letter == "h":
			s.helpPage()
		case letter == "/":
			return listLeave, s.searchAgain(ctx)
		case letter == "o":
			q.Oldest = !q.Oldest
			return listAgain, nil
		case letter == "y":
			if err := s.anotherTime(ctx, q, filtered); err != nil {
				return listLeave, ignoreLeft(err)
			}
			return listAgain, nil
		default:
			if err := s.read(ctx, letter); err != nil {
				return listLeave, err
			}
		}
	}
}

// anotherTime asks for a day, a month or a year, and has the query choose that.
func (s *sitting) anotherTime(ctx context.Context, q *journal.Query, filtered *bool) error {
	for {
		line, err := s.ask.line(ctx, "Which day, month or year? (2026-02, last week; Enter for all)")
		if err != nil {
			return err
		}
		if line == "" {
			*q, *filtered = journal.Query{Oldest: q.Oldest}, false
			return nil
		}
		from, to, err := span(line, s.Now())
		if err == nil {
			q.From, q.To, *filtered = from, to, true
			return nil
		}
		s.hint(err.Error())
	}
}

// letterOrID asks for a letter, or the id of an entry.
func (s *sitting) letterOrID(ctx context.Context, answers []answer) (string, error) {
	for _, line := range wrapMenu(append([]string{"ID read"}, menuWords(answers)...), s.menuRoom()) {
		s.show(s.style.dim(line))
	}
	return s.ask.letter(ctx, quietly(answers), func(typed string) bool { return len(typed) >= 2 })
}

// read shows one entry of the sitting.
func (s *sitting) read(ctx context.Context, name string) error {
	e, err := byName(ctx, s.journal, strings.ToLower(name))
	if errors.Is(err, journal.ErrNoEntry) || errors.Is(err, journal.ErrAmbiguous) || errors.As(err, new(*usageError)) {
		s.show("")
		s.hint("There is no entry with that id here.")
		s.show("")
		return nil
	}
	if err != nil {
		return err
	}
	short, err := s.journal.Short(ctx, e.ID)
	if err != nil {
		return err
	}
	return s.run.page(ctx, "\n"+s.full(shown{e, short[0]})+"\n", false)
}
