// Package review draws what a journal's rows say about time. All of it is pure: it
// reads no clock, no file and no text, and tells nothing but what somebody reported.
package review

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"untangle/journal"
)

const (
	// Days is how many days a chart covers.
	Days = 60
	// medianDays is how many days a median looks back over.
	medianDays = 14
	// medianLeast is the least number of values that have a median.
	medianLeast = 8
)

// Title stands above every chart.
const Title = "What you reported, not why"

// Scale is one thing that somebody may say of how they are, in numbers.
type Scale struct {
	Name      string
	Low, High int
	of        func(journal.CheckIn) (int, bool)
}

// Scales returns all scales, in the order in which they are asked.
func Scales() []Scale {
	return []Scale{
		{"ache", 0, 10, func(c journal.CheckIn) (int, bool) {
			if c.Ache == nil {
				return 0, false
			}
			return *c.Ache, true
		}},
		{"mood", 1, 5, func(c journal.CheckIn) (int, bool) { return c.Mood, c.Mood != 0 }},
		{"energy", 1, 5, func(c journal.CheckIn) (int, bool) { return c.Energy, c.Energy != 0 }},
	}
}

// Of returns what a check-in says on the scale, and whether it says anything.
func (s Scale) Of(c journal.CheckIn) (int, bool) { return s.of(c) }

// Point is a value on the scale and its day, counted from the first of the chart as 0.
type Point struct{ Day, Value int }

// Points returns what was said on a scale in the days of the chart that ends with the
// day last, in the order of the notes.
func Points(notes []journal.Noted, s Scale, last journal.Date) (points []Point) {
	for _, n := range notes {
		value, ok := s.of(n.CheckIn)
		if day, in := dayOf(n.Date, last); ok && in {
			points = append(points, Point{day, value})
		}
	}
	return points
}

// dayOf returns which day of the chart a date is, and whether it is one of them.
func dayOf(d, last journal.Date) (day int, in bool) {
	const day24 = 24 * time.Hour
	day = Days - 1 - int(last.Midnight().Time().Sub(d.Midnight().Time())/day24)
	return day, day >= 0 && day < Days
}

// Median returns the middle of the values of the fourteen days that end with a day of
// the chart. It is false where there are fewer than eight.
func Median(points []Point, day int) (median float64, ok bool) {
	var values []int
	for _, p := range points {
		if p.Day <= day && p.Day > day-medianDays {
			values = append(values, p.Value)
		}
	}
	if len(values) < medianLeast {
		return 0, false
	}
	slices.Sort(values)
	half := len(values) / 2
	if len(values)%2 == 1 {
		return float64(values[half]), true
	}
	return float64(values[half-1]+values[half]) / 2, true
}

// Endings counts how often writing ended lighter and heavier in the days of the chart.
func Endings(notes []journal.Noted, last journal.Date) (lighter, heavier int) {
	for _, n := range notes {
		if _, in := dayOf(n.Date, last); !in {
			continue
		}
		switch n.CheckIn.After {
		case journal.Lighter:
			lighter++
		case journal.Heavier:
			heavier++
		}
	}
	return lighter, heavier
}

// labelWidth is what stands left of a chart: a number, and the line beside it.
const labelWidth = 4

// Plot returns the rows of a dot plot of the points, the highest value first and two
// rows below for the days, at most width columns wide. A dot is one value, a figure
// that many in the same place, and a dash the median where no dot is. Where the days do
// not fit beside each other, two or more share a column. Days without a value stay
// blank.
func Plot(points []Point, s Scale, last journal.Date, width int) (rows []string) {
	perColumn := 1
	for Days/perColumn > max(width-labelWidth, 1) && perColumn < Days {
		perColumn++
		for Days%perColumn != 0 {
			perColumn++
		}
	}
	columns := Days / perColumn
	counts := make(map[Point]int)
	for _, p := range points {
		counts[Point{p.Day / perColumn, p.Value}]++
	}
	for value := s.High; value >= s.Low; value-- {
		var row strings.Builder
		fmt.Fprintf(&row, "%2d |", value)
		for column := range columns {
			mark := " "
			median, ok := Median(points, column*perColumn+perColumn-1)
			switch n := counts[Point{column, value}]; {
			case n > 9:
				mark = "+"
			case n > 1:
				mark = strconv.Itoa(n)
			case n == 1:
				mark = "•"
			case ok && int(median+0.5) == value:
				mark = "-"
			}
			row.WriteString(mark)
		}
		rows = append(rows, strings.TrimRight(row.String(), " "))
	}
	first, end := short(last.AddDays(1-Days)), short(last.Midnight())
	gap := max(1, columns-len(first)-len(end))
	return append(rows, "   +"+strings.Repeat("-", columns), strings.Repeat(" ", labelWidth)+first+strings.Repeat(" ", gap)+end)
}

func short(d journal.Date) string { return d.Time().Format("2 Jan") }

// Notes returns what a chart is to be read with, a short line each: how many values there
// are, what its marks stand for, and how writing ended.
func Notes(notes []journal.Noted, s Scale, last journal.Date) (lines []string) {
	points := Points(notes, s, last)
	lines = append(lines, fmt.Sprintf("n = %d (• one, a figure that many)", len(points)))
	if median, ok := Median(points, Days-1); ok {
		lines = append(lines, fmt.Sprintf("- median of %d days, now %s", medianDays, strconv.FormatFloat(median, 'f', -1, 64)))
	} else if slices.ContainsFunc(points, func(p Point) bool { _, ok := Median(points, p.Day); return ok }) {
		lines = append(lines, fmt.Sprintf("- median of %d days, from %d values on", medianDays, medianLeast))
	}
	if lighter, heavier := Endings(notes, last); lighter+heavier > 0 {
		lines = append(lines, fmt.Sprintf("Endings: lighter %d, heavier %d", lighter, heavier))
	}
	return lines
}
