package cmd

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"untangle/journal"
)

// found is a hit as the screen shows it.
type found struct {
	id      journal.ID
	date    journal.Date
	heading string
	tags    []string
	snippet string
	marks   [][2]int
}

// search shows what the words find, some at a time.
func (s *sitting) search(ctx context.Context, q journal.Query, words string) error {
	for {
		var all []found
		out := s.muted.outOf(q)
		for hit, err := range out.hits(ctx, s.journal, q, words) {
			if err != nil {
				return wordsError(err)
			}
			text, marks := snippet(hit, 2*66)
			all = append(all, found{hit.ID, hit.Date, shown{hit.Entry, ""}.heading(), hit.Tags(), text, marks})
		}
		again, err := s.results(ctx, &q, &words, all, out)
		if !again || err != nil {
			return ignoreLeft(err)
		}
	}
}

// results shows hits and asks what to do with them; it returns true to search anew.
func (s *sitting) results(ctx context.Context, q *journal.Query, words *string, all []found, out *leftOut) (again bool, err error) {
	_, width := s.screen()
	s.show("", s.resultsLine(*words, q.Year, all, textWidth(width)))
	if years := yearsLine(all); years != "" {
		s.show("")
		s.tell(years)
	}
	if line := out.line(); line != "" {
		s.show("")
		s.hint(line)
	}
	for at := 0; ; {
		rows, _ := s.screen()
		from, lines := at, 8+out.rows(s.room())
		for at < len(all) {
			hit := all[at]
			block := hitLines(s.style, width, at+1, shortDate(hit.date), hit.heading, hit.tags, hit.snippet, hit.marks)
			if lines += strings.Count(block, "\n") + 2; lines > rows && at > from {
				break
			}
			fmt.Fprintf(s.Out, "\n%s\n", block)
			at++
		}
		s.show("")
		if len(all) > 0 {
			s.show(s.style.dim(fmt.Sprintf("%s of %d, %s", fromTo(from+1, at), len(all), order(q.Oldest))), "")
		}
		letter, err := s.resultsMenu(ctx, q, at, len(all))
		if err != nil {
			return false, err
		}
		switch letter {
		case "":
			if at == len(all) {
				return false, nil
			}
		case "q":
			return false, nil
		case "h":
			if err := s.helpPage(ctx); err != nil {
				return false, err
			}
			at = from
		case "o":
			q.Oldest = !q.Oldest
			return true, nil
		case "y":
			return s.oneYear(ctx, q)
		case "w":
			line, err := s.ask.line(ctx, "Which words?")
			if err != nil || line == "" {
				return false, err
			}
			*words, q.Year = line, 0
			return true, nil
		default:
			if err := s.readHit(ctx, all, letter); err != nil {
				return false, err
			}
			at = from
		}
	}
}

// fromTo names the numbers that are on the screen.
func fromTo(from, to int) string {
	if from == to {
		return strconv.Itoa(from)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

func order(oldest bool) string {
	if oldest {
		return "oldest first"
	}
	return "newest first"
}

func (s *sitting) resultsMenu(ctx context.Context, q *journal.Query, at, of int) (string, error) {
	if of == 0 {
		return s.ask.letter(ctx, []answer{{"", "leave"}, {"w", "other words"}, {"y", "another year"}, {"q", ""}, {"h", ""}}, nil)
	}
	other := "oldest first"
	if q.Oldest {
		other = "newest first"
	}
	first, last := answer{"", "more"}, answer{"q", "leave"}
	if at == of {
		first, last = answer{"", "leave"}, answer{"q", ""}
	}
	answers := []answer{first, {"o", other}, {"y", "one year"}, {"w", "other words"}, last, {"h", ""}}
	for _, line := range wrapMenu(append([]string{"number read"}, menuWords(answers)...), s.menuRoom()) {
		s.show(s.style.dim(line))
	}
	return s.ask.letter(ctx, quietly(answers), func(typed string) bool {
		n, err := strconv.Atoi(typed)
		return err == nil && n >= 1 && n <= of
	})
}

// readHit shows the entry with a number of the results.
func (s *sitting) readHit(ctx context.Context, all []found, number string) error {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(all) {
		return nil
	}
	if err := s.read(ctx, all[n-1].id.String()); err != nil {
		return err
	}
	letter, err := s.ask.letter(ctx, []answer{{"", "back to the results"}, {"q", "leave"}}, nil)
	if err == nil && letter == "q" {
		err = errLeft
	}
	return err
}

func (s *sitting) oneYear(ctx context.Context, q *journal.Query) (again bool, err error) {
	line, err := s.ask.line(ctx, "Which year? Enter for all.")
	if err != nil {
		return false, err
	}
	year, err := strconv.Atoi(line)
	if line != "" && (err != nil || year < 1 || year > 9999) {
		s.hint("That is no year like 2026, so it stays as it was.")
		return true, nil
	}
	q.Year = year
	return true, nil
}

// searchAgain asks for words and shows what they find.
func (s *sitting) searchAgain(ctx context.Context) error {
	words, err := s.ask.line(ctx, "Which words?")
	if err != nil || words == "" {
		return ignoreLeft(err)
	}
	return s.search(ctx, journal.Query{Shut: s.openAll}, words)
}

// resultsLine is the words, and at the right what they found.
func (s *sitting) resultsLine(words string, year int, all []found, room int) string {
	if year != 0 {
		words += fmt.Sprintf(", in %d", year)
	}
	if len(all) == 0 {
		return strings.Join(wrapLines("Nothing has these words: "+oneLine(words)+". Only whole words are found.", room), "\n")
	}
	first, _, _ := all[0].date.Calendar()
	last, _, _ := all[len(all)-1].date.Calendar()
	count := fmt.Sprintf("%d entries", len(all))
	if len(all) == 1 {
		count = "1 entry"
	}
	if min(first, last) != max(first, last) {
		count += fmt.Sprintf(", %d to %d", min(first, last), max(first, last))
	}
	words = truncate(oneLine(words), room-cells(count)-2)
	return s.style.bold(words) + strings.Repeat(" ", max(2, room-cells(words)-cells(count))) + s.style.dim(count)
}

// yearsLine counts the hits of each year, where there are several.
func yearsLine(all []found) string {
	counts := make(map[int]int)
	for _, hit := range all {
		year, _, _ := hit.date.Calendar()
		counts[year]++
	}
	if len(counts) < 2 {
		return ""
	}
	var years []string
	for year, n := range counts {
		years = append(years, fmt.Sprintf("%d %d", year, n))
	}
	slices.Sort(years)
	return strings.Join(years, " · ")
}
