package cmd

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// head returns the lines that stand above the results.
func (x *results) head() []string {
	room := x.room()
	lines := append([]string{""}, x.titleLines(room)...)
	if years := x.yearLines(room); years != nil {
		lines = append(append(lines, ""), years...)
	}
	var hints []string
	if line := x.out.line(); line != "" {
		hints = append(hints, wrapLines(line, room)...)
	}
	if x.found.Scanned != nil && !x.told {
		hints = append(hints, wrapLines(unindexed, room)...)
		x.told = true
	}
	if x.found.Count == 0 {
		hints = append(hints, x.kinLines(room)...)
	}
	if hints != nil {
		lines = append(lines, "")
	}
	for _, line := range hints {
		lines = append(lines, x.style.dim(line))
	}
	return lines
}

// titleLines are the words, and at the right what they found.
func (x *results) titleLines(room int) []string {
	words := oneLine(strings.TrimSpace(x.words.query))
	in := ""
	if x.look.Year != 0 {
		in = fmt.Sprintf(", in %d", x.look.Year)
	}
	switch {
	case x.found.Count == 0 && words == "":
		return wrapLines("No entry is like that"+in+".", room)
	case x.found.Count == 0 && x.look.Substring:
		return wrapLines("Nothing has this in it: "+words+in+".", room)
	case x.found.Count == 0:
		return wrapLines("Nothing fits these words: "+words+in+". Fewer or other words may find it, the beginning of a word with a star behind it, or --substring, which looks within words too.", room)
	case words == "":
		words = "Without words"
	}
	count := counted(x.found.Count, "entry", "entries")
	if years := x.found.Years; len(years) > 1 {
		count += fmt.Sprintf(", %d to %d", years[0].Year, years[len(years)-1].Year)
	}
	words = truncate(words+in, room-cells(count)-2)
	return []string{x.style.bold(words) + strings.Repeat(" ", max(2, room-cells(words)-cells(count))) + x.style.dim(count)}
}

// yearLines count the hits of each year, where there are several.
func (x *results) yearLines(room int) []string {
	if len(x.found.Years) < 2 {
		return nil
	}
	var years []string
	for _, y := range x.found.Years {
		years = append(years, fmt.Sprintf("%d %d", y.Year, y.Count))
	}
	return beadLines(years, " · ", room)
}

// countLines say which of the hits are on the screen, and which other words there are.
func (x *results) countLines(from, to, room int) []string {
	of := fmt.Sprintf("%s of %d, %s", fromTo(from, to), x.found.Count, orderWords(x.look.Best, x.look.Oldest))
	kin := x.kinLines(room)
	if len(kin) == 1 {
		if gap := min(room-cells(of)-cells(kin[0]), 8); gap >= 4 {
			return []string{of + strings.Repeat(" ", gap) + kin[0]}
		}
	}
	return append([]string{of}, kin...)
}

// mostKin is how many other words are offered.
const mostKin = 4

// kinLines offer other words that mean nearly the same.
func (x *results) kinLines(room int) []string {
	if len(x.found.Kin) == 0 {
		return nil
	}
	var words []string
	for i, k := range x.found.Kin[:min(mostKin, len(x.found.Kin))] {
		if i > 0 {
			words[i-1] += ","
		}
		words = append(words, fmt.Sprintf("%s %d", oneLine(k.Word), k.Count))
	}
	words[0] = "also in your words: " + words[0]
	return beadLines(words, " ", room)
}

// fromTo names the numbers that are on the screen.
func fromTo(from, to int) string {
	if from >= to {
		return strconv.Itoa(from)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

func orderWords(best, oldest bool) string {
	switch {
	case best && oldest:
		return "closest last"
	case best:
		return "closest first"
	case oldest:
		return "oldest first"
	}
	return "newest first"
}

// turned is the order after the one there is: closest, oldest, newest, and again.
func (x *results) turned() (best, oldest bool) {
	switch {
	case x.look.Best:
		return false, true
	case x.look.Oldest:
		return false, false
	case x.words.empty() || x.look.Substring || x.unranked:
		return false, true
	}
	return true, false
}

// answers are the ways to go on, when so many hits were shown.
func (x *results) answers(to int) []answer {
	if x.found.Count == 0 {
		return []answer{{"", "leave"}, {"w", "other words"}, {"y", "another year"}, {"q", ""}, {"h", ""}}
	}
	first, last := answer{"", "more"}, answer{"q", "leave"}
	if to == x.count() {
		first, last = answer{"", "leave"}, answer{"q", ""}
	}
	return []answer{first, {"o", orderWords(x.turned())}, {"y", "one year"}, {"w", "other words"}, last, {"h", ""}}
}

func (x *results) menuLines(to int) []string {
	words := menuWords(x.answers(to))
	if x.found.Count > 0 {
		words = append([]string{"number read"}, words...)
	}
	return wrapMenu(words, x.menuRoom())
}

// menu asks how to go on, when so many hits were shown.
func (x *results) menu(ctx context.Context, to int) (string, error) {
	for _, line := range x.menuLines(to) {
		x.show(x.style.dim(line))
	}
	return x.ask.letter(ctx, quietly(x.answers(to)), func(typed string) bool { return x.takes(typed, to) })
}
