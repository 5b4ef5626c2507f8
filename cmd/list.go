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
			m, err := r.mutesFor(c.Context(), j, &f)
			if err != nil {
				return err
			}
			if r.sits(&o) {
				s := &sitting{run: r, journal: j, muted: m, openAll: f.shut}
				return s.list(c.Context(), q, f.anything)
			}
			fallback := "oneline"
			if r.interactive() {
				fallback = "short"
			}
			out := m.outOf(q)
			if err := r.print(c.Context(), r.Out, j, out.entries(c.Context(), j, q), &o, fallback); err != nil {
				return err
			}
			if line := out.line(); line != "" {
				r.say("%s", line)
			}
			return nil
		},
	}
	f.flags(r, c)
	f.mutedFlag(c)
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
	if h := e.words(); h != "" {
		return h
	}
	if e.Date.Timed() {
		return "(no words)"
	}
	return "A day without words"
}

// words returns the heading without its tags, or of a check-in without a text what it says.
func (e shown) words() string {
	h := withoutTags(e.Heading(), e.Tags())
	if h == "" && e.Text == "" {
		return e.CheckIn.String()
	}
	return h
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
	muted   mutes // what stays out of it
	openAll bool  // letters to later are read before their day
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
	out := s.muted.outOf(*q)
	next, stop := iter.Pull2(named(ctx, s.journal, s.leisurely(ctx, *q, out)))
	defer stop()
	all, err := s.journal.Count(ctx)
	if err != nil {
		return listLeave, err
	}
	if all > 0 && !out.none() {
		all = unknown
	}
	rows, width := s.screen()
	l := lister{style: s.style, width: width}
	var waiting *shown
	var said string
	for count := 0; ; {
		l.month = "" // each screen says which month it begins in
		lines := []string{""}
		for room := rows - 5 - out.rows(s.room()); ; {
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
		s.show("")
		s.hint(countLine(count, all, waiting != nil, *filtered, q.Oldest))
		if line := out.line(); line != said {
			s.hint(line)
			said = line
		}
		s.show("")
		if count == 0 && !asked {
			return listLeave, nil
		}
		if then, err := s.listMenu(ctx, waiting != nil, q, filtered); then != listMore || err != nil {
			return then, err
		}
	}
}

// leisurely yields the entries of a list, and asks for few at first.
func (s *sitting) leisurely(ctx context.Context, q journal.Query, out *leftOut) iter.Seq2[*journal.Entry, error] {
	if q.Limit > 0 {
		return out.entries(ctx, s.journal, q)
	}
	return out.sift(fewAtFirst(ctx, s.journal, q), 0)
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

// unknown stands for a number of entries that nobody counted.
const unknown = -1

// countLine says how far a list has come. Of all entries that stand, some may have no
// place in it.
func countLine(count, all int, more, filtered, oldest bool) string {
	order := "newest first"
	if oldest {
		order = "oldest first"
	}
	switch {
	case count == 0 && all == 0:
		return "Nothing is written here yet."
	case count == 0 && filtered:
		return "No entry is like that."
	case count == 0:
		return "Nothing that is written here stands in the list: it is shut, muted or without words."
	case !more && (filtered || count != all):
		return fmt.Sprintf("%d in all, %s", count, order)
	case filtered || all == unknown:
		return fmt.Sprintf("the first %d, %s", count, order)
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
			if err := s.helpPage(ctx); err != nil {
				return "", err
			}
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
			*q, *filtered = journal.Query{Oldest: q.Oldest, Shut: s.openAll}, false
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
	e, err := s.named(ctx, name)
	if e == nil || err != nil {
		return err
	}
	return s.readEntry(ctx, e, nil)
}

// named returns the entry with an id. If it cannot be read here that is said, and it is nil.
func (s *sitting) named(ctx context.Context, name string) (*journal.Entry, error) {
	e, err := byName(ctx, s.journal, strings.ToLower(name), journal.Query{Shut: s.openAll})
	if errors.Is(err, journal.ErrNoEntry) || errors.Is(err, journal.ErrAmbiguous) || errors.As(err, new(*usageError)) {
		s.show("")
		s.hint("There is no entry with that id here.")
		s.show("")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if why := s.mayOpen(s.openAll, e); why != nil {
		s.show("")
		s.hint("That letter is shut until " + plainDay(e.OpenOn) + "; --shut opens it before its day.")
		s.show("")
		return nil, nil
	}
	return e, nil
}

// readEntry shows an entry, with what was looked for in its text in bold.
func (s *sitting) readEntry(ctx context.Context, e *journal.Entry, hits [][2]int) error {
	short, err := s.journal.Short(ctx, e.ID)
	if err != nil {
		return err
	}
	return s.page(ctx, "\n"+s.full(shown{e, short[0]}, hits...)+"\n", false)
}
