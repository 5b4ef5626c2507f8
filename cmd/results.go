package cmd

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"untangle/journal"
)

// results is what a search has found, on a screen that stays.
type results struct {
	*sitting
	look  journal.Search
	words sought
	found *journal.Found
	out   *leftOut
	hits  []hit // those that were shown so far, and sometimes the next
	next  func() (journal.Hit, error, bool)
	stop  func()
	// Whether nothing that the words ask for fits better or worse, as with tags and dates.
	unranked bool
	told     bool // that the search index could not be used
}

// search shows what the words find, some at a time. Words that cannot be read are an error,
// or, if they were typed here, asked for again.
func (s *sitting) search(ctx context.Context, look journal.Search, words sought, typed bool) error {
	look.Years, look.Kin = true, true
	x := &results{sitting: s, stop: func() {}}
	defer func() { x.stop() }()
	s.mendIndex(ctx, s.journal)
	found, err := true, x.lookFor(ctx, look, words)
	if err != nil && typed {
		found, err = x.again(ctx, look, words, err)
	}
	if !found || err != nil {
		return ignoreLeft(words.unread(err))
	}
	for again := true; again && err == nil; {
		again, err = x.leaf(ctx)
	}
	return ignoreLeft(err)
}

// lookFor has the screen show what words find. If there is an error, it stays as it was.
func (x *results) lookFor(ctx context.Context, look journal.Search, words sought) error {
	found, out, err := x.sitting.find(ctx, look, words)
	if err != nil {
		return err
	}
	x.stop()
	if look.Best || words.query != x.words.query {
		x.unranked = look.Best && !found.Ranked
	}
	look.Best = found.Ranked
	x.look, x.words, x.found, x.out, x.hits = look, words, found, out, nil
	x.next, x.stop = iter.Pull2(found.Hits())
	return nil
}

// again shows why words cannot be read, and asks for others, until some can. It reports
// whether it came to that.
func (x *results) again(ctx context.Context, look journal.Search, words sought, err error) (bool, error) {
	for {
		syntax := (*journal.SyntaxError)(nil)
		if err = words.unread(err); !errors.As(err, &syntax) {
			return false, err
		}
		x.show("")
		x.hint("That cannot be read: " + oneLine(syntax.Message) + ".")
		for line := range strings.Lines(syntax.Caret(x.menuRoom(), cells)) {
			x.show(x.style.dim(strings.TrimRight(line, "\n")))
		}
		if words, err = x.askWords(ctx, "Which words? Enter leaves it."); err != nil || words.empty() {
			return false, err
		}
		if err = x.lookFor(ctx, look, words); err == nil {
			return true, nil
		}
	}
}

// seek looks for other words, otherwise as look has it. It reports whether the screen has to
// be shown from its beginning.
func (x *results) seek(ctx context.Context, look journal.Search, words sought) (bool, error) {
	if (x.words.empty() || x.unranked) && !look.Substring {
		look.Best, look.Oldest = true, false
	}
	err := x.lookFor(ctx, look, words)
	if err == nil {
		return true, nil
	}
	return x.again(ctx, look, words, err)
}

// count is how many hits can be shown.
func (x *results) count() int {
	if x.look.Limit > 0 {
		return min(x.look.Limit, x.found.Count)
	}
	return x.found.Count
}

// at returns the hit with a number, counted from 0, and nil behind the last.
func (x *results) at(i int) (*hit, error) {
	for len(x.hits) <= i {
		next, err, ok := x.next()
		if err != nil || !ok {
			return nil, err
		}
		x.hits = append(x.hits, hitOf(next, snippetColumns(x.room())))
	}
	return &x.hits[i], nil
}

// leaf shows the hits and asks what to do with them, until somebody leaves. It reports
// whether there are others by then.
func (x *results) leaf(ctx context.Context) (again bool, err error) {
	head := x.head()
	x.show(head...)
	for from := 0; ; {
		to, err := x.screenful(from, len(head))
		if err != nil {
			return false, err
		}
		head = nil
		letter, err := x.menu(ctx, to)
		if err != nil {
			return false, err
		}
		switch letter {
		case "":
			if to == x.count() {
				return false, nil
			}
			from = to
		case "q":
			return false, nil
		case "h":
			err = x.helpPage(ctx)
		case "o":
			look := x.look
			look.Best, look.Oldest = x.turned()
			return true, x.lookFor(ctx, look, x.words)
		case "y":
			again, err = x.oneYear(ctx)
		case "w":
			again, err = x.otherWords(ctx)
		default:
			again, err = x.typed(ctx, letter)
		}
		if again || err != nil {
			return again, err
		}
	}
}

// screenful shows the hits from one on, as many as fit below what the head takes, and returns
// the one that comes next.
func (x *results) screenful(from, head int) (to int, err error) {
	rows, width := x.screen()
	room := rows - head - 4 - len(x.menuLines(from)) - len(x.countLines(from+1, from+9, x.room()))
	for to = from; to < x.count(); to++ {
		h, err := x.at(to)
		if err != nil {
			return to, err
		}
		if h == nil { // it is gone since
			x.found.Count = to
			break
		}
		block := hitLines(x.style, width, to+1, shortDate(h.date), h.heading, h.tags, h.snippet)
		if room -= strings.Count(block, "\n") + 2; room < 0 && to > from {
			break
		}
		fmt.Fprintf(x.Out, "\n%s\n", block)
	}
	x.show("")
	if x.found.Count > 0 {
		for _, line := range x.countLines(from+1, to, x.room()) {
			x.show(x.style.dim(line))
		}
		x.show("")
	}
	return to, nil
}

// typed does what was typed that is no letter of the menu: a number reads a hit, and words
// are looked for.
func (x *results) typed(ctx context.Context, what string) (again bool, err error) {
	if n, err := strconv.Atoi(what); err == nil {
		return false, x.readHit(ctx, x.hits[n-1])
	}
	if joins(what, "AND", "OR", "NOT") {
		return x.seek(ctx, x.look, x.words.and(what))
	}
	return x.seek(ctx, x.look, sought{text: what, query: what})
}

// takes reports whether something that is typed in place of a letter can be done, with so
// many hits shown.
func (x *results) takes(what string, shown int) bool {
	if n, err := strconv.Atoi(what); err == nil {
		return n >= 1 && n <= shown
	}
	if x.words.empty() || x.look.Substring {
		return false
	}
	return joins(what, "AND", "OR", "NOT") ||
		slices.ContainsFunc(x.found.Kin, func(k journal.WordCount) bool { return strings.EqualFold(k.Word, what) })
}

// readHit shows the entry of a hit.
func (x *results) readHit(ctx context.Context, h hit) error {
	e, err := x.named(ctx, h.id.String())
	if e != nil {
		if e.Edited != h.edited || len(e.Text) != h.size {
			h.spans = nil
		}
		err = x.readEntry(ctx, e, h.spans)
	}
	if err != nil {
		return err
	}
	for {
		switch letter, err := x.ask.letter(ctx, []answer{{"", "back to the results"}, {"q", "leave"}, {"h", ""}}, nil); {
		case err != nil:
			return err
		case letter == "q":
			return errLeft
		case letter == "":
			return nil
		}
		if err := x.helpPage(ctx); err != nil {
			return err
		}
	}
}

func (x *results) oneYear(ctx context.Context) (again bool, err error) {
	line, err := x.ask.line(ctx, "Which year? Enter for all.")
	if err != nil {
		return false, err
	}
	year, err := strconv.Atoi(line)
	if line != "" && (err != nil || year < 1 || year > 9999) {
		x.hint("That is no year like 2026, so it stays as it was.")
		return false, nil
	}
	look := x.look
	look.Year = year
	return true, x.lookFor(ctx, look, x.words)
}

// otherWords asks for words and looks for them. What begins with OR or AND goes on with
// the words before.
func (x *results) otherWords(ctx context.Context) (again bool, err error) {
	words, err := x.askWords(ctx, "Which words?")
	if err != nil || words.empty() {
		return false, err
	}
	if !x.words.empty() && !x.look.Substring && joins(words.text, "AND", "OR") {
		words = x.words.and(words.text)
	}
	look := x.look
	look.Year = 0
	return x.seek(ctx, look, words)
}

// searchAgain asks for words and shows what they find.
func (s *sitting) searchAgain(ctx context.Context) error {
	words, err := s.askWords(ctx, "Which words?")
	if err != nil || words.empty() {
		return ignoreLeft(err)
	}
	return s.search(ctx, journal.Search{Query: journal.Query{Shut: s.openAll}, Best: true}, words, true)
}
