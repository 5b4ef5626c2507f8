package cmd

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"untangle/journal"
)

// longDay returns a date's day as headings have it: Tuesday 10 March, with the
// year behind it unless that is now's.
func longDay(d journal.Date, now time.Time) string {
	if year, _, _ := d.Calendar(); year != now.Year() {
		return d.Time().Format("Monday 2 January 2006")
	}
	return d.Time().Format("Monday 2 January")
}

// shortDay returns a date's day as it stands under its month: "Tue 10", "Sun  8".
func shortDay(d journal.Date) string { return d.Time().Format("Mon _2") }

// shortDate returns a date's day as it stands alone: "Thu 14 Nov 2019".
func shortDate(d journal.Date) string { return d.Time().Format("Mon _2 Jan 2006") }

// clock returns a date's time of day, 21:47, or nothing for a day.
func clock(d journal.Date) string {
	if !d.Timed() {
		return ""
	}
	return d.Time().Format("15:04")
}

// dayPart returns the part of the day that t lies in: night from 22:00, morning
// from 05:00, afternoon from 12:00, evening from 18:00.
func dayPart(t time.Time) string {
	switch h := t.Hour(); {
	case h < 5 || h >= 22:
		return "night"
	case h < 12:
		return "morning"
	case h < 18:
		return "afternoon"
	}
	return "evening"
}

// dateWords returns the words of a date in lower case, with "6 p.m." as one,
// "09:30 +01:00" as one, and "2026-02-14T09:30" as two.
func dateWords(s string) []string {
	var words []string
	for w := range strings.FieldsSeq(strings.ReplaceAll(strings.ToLower(s), ",", " ")) {
		w = strings.TrimSuffix(w, ".")
		if half, ok := strings.CutSuffix(w, ".m"); ok {
			w = half + "m"
		}
		last := len(words) - 1
		belongs := w == "am" || w == "pm" || w == "z" || strings.HasPrefix(w, "+") || strings.HasPrefix(w, "-")
		day, rest, ok := strings.Cut(w, "t")
		switch {
		case belongs && last >= 0 && startsWithDigit(words[last]):
			words[last] += w
		case ok && startsWithDigit(day) && startsWithDigit(rest):
			words = append(words, day, rest)
		default:
			words = append(words, w)
		}
	}
	return words
}

func startsWithDigit(w string) bool { return w != "" && isDigits(w[:1]) }

func isDigits(w string) bool { return w != "" && strings.Trim(w, "0123456789") == "" }

// dayNumber reads 7 and 7th.
func dayNumber(w string) (int, bool) {
	digits := strings.TrimRight(w, "stndrh")
	if len(digits) > 2 || !isDigits(digits) || !slices.Contains([]string{"", "st", "nd", "rd", "th"}, w[len(digits):]) {
		return 0, false
	}
	n, _ := strconv.Atoi(digits)
	return n, true
}

// countNamed reads a, two and 12, up to five digits.
func countNamed(w string) (int, bool) {
	if w == "a" || w == "an" {
		return 1, true
	}
	names := strings.Fields("one two three four five six seven eight nine ten eleven twelve")
	if i := slices.Index(names, w); i >= 0 {
		return i + 1, true
	}
	if len(w) > 5 || !isDigits(w) {
		return 0, false
	}
	n, _ := strconv.Atoi(w)
	return n, true
}

func monthNamed(w string) (time.Month, bool) {
	for m := time.January; m <= time.December; m++ {
		if shortens(w, m.String()) {
			return m, true
		}
	}
	return 0, false
}

func weekdayNamed(w string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if shortens(w, d.String()) {
			return d, true
		}
	}
	return 0, false
}

// shortens reports whether w is a name or its beginning, from three letters on.
func shortens(w, name string) bool {
	return len(w) >= 3 && strings.HasPrefix(strings.ToLower(name), w)
}

func isPart(w string) bool {
	return w == "morning" || w == "afternoon" || w == "evening" || w == "night"
}

// daysTo returns how far the next weekday lies after today's, or, where step is
// below 0, the last one before it.
func daysTo(today, weekday time.Weekday, step int) int {
	if step < 0 {
		return -(int(today-weekday+6)%7 + 1)
	}
	return int(weekday-today+6)%7 + 1
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// numbers reads up to three numbers with one of - / . between them, or eight digits
// as a year, a month and a day. A year has four digits.
func numbers(w string) (n []int, yearFirst bool) {
	if len(w) == 8 && isDigits(w) {
		w = w[:4] + "-" + w[4:6] + "-" + w[6:]
	}
	fields := []string{w}
	if i := strings.IndexAny(w, "-/."); i >= 0 {
		fields = strings.Split(w, w[i:i+1])
	}
	for i, field := range fields {
		if i > 2 || !isDigits(field) || len(field) > 2 && len(field) != 4 {
			return nil, false
		}
		number, _ := strconv.Atoi(field)
		n = append(n, number)
	}
	return n, len(fields[0]) == 4
}

// readings lists the days that three numbers can be, the year last.
func readings(n []int) string {
	if len(n) < 3 || n[2] < 1000 {
		return `2026-02-14 or "14 feb"`
	}
	var days []string
	for _, order := range [][2]int{{n[0], n[1]}, {n[1], n[0]}} {
		day, month := order[0], time.Month(order[1])
		if month < 1 || month > 12 || day < 1 || day > daysIn(n[2], month) {
			continue
		}
		if s := journal.Day(n[2], month, day).String(); !slices.Contains(days, s) {
			days = append(days, s)
		}
	}
	if len(days) == 0 {
		return "2026-02-14"
	}
	return strings.Join(days, " or ")
}

// clockTime is a time of day as somebody gave it.
type clockTime struct {
	time.Time      // its clock, in its zone; the day says nothing
	seconds   bool // it names the second, not the minute
	zoned     bool // it names the offset from UTC
}

// readClock reads 18:30, 18:30:05+01:00, 6:30pm, noon, in lower case.
func readClock(w string) (clockTime, bool) {
	switch w {
	case "noon":
		w = "12:00"
	case "midnight":
		w = "00:00"
	}
	for _, layout := range []string{"15:04", "15:04:05", "3PM", "3:04PM", "3:04:05PM"} {
		for _, zone := range []string{"", "Z07:00", "Z0700", "Z07"} {
			t, err := time.Parse(layout+zone, strings.ToUpper(w))
			if _, offset := t.Zone(); err == nil && max(offset, -offset) < 24*60*60 {
				return clockTime{t, strings.Contains(layout, ":05"), zone != ""}, true
			}
		}
	}
	return clockTime{}, false
}

// on returns the first and the last second of a time of day, on a day and, unless
// it brings its own offset, in a place.
func (c clockTime) on(day journal.Date, place *time.Location) (from, to journal.Date) {
	_, offset := c.Zone()
	wall := day.Time().Add(time.Duration(c.Hour())*time.Hour +
		time.Duration(c.Minute())*time.Minute + time.Duration(c.Second())*time.Second)
	if !c.zoned {
		wall, offset = settle(wall, place)
	}
	from = journal.At(wall.Add(-seconds(offset)).In(time.FixedZone("", offset)))
	if c.seconds {
		return from, from
	}
	return from, journal.At(from.Time().Add(59 * time.Second))
}

// settle returns what the clocks of a place show when somebody says that they show
// wall, written in UTC, and their offset in seconds, rounded to minutes as Date
// keeps it. Where clocks go back and show a time twice, it is the first of the two;
// where they go forward and skip it, it is as much later as they skip.
func settle(wall time.Time, place *time.Location) (time.Time, int) {
	offsetAt := func(t time.Time) int {
		_, offset := t.In(place).Zone()
		return offset
	}
	before, after := offsetAt(wall.AddDate(0, 0, -1)), offsetAt(wall.AddDate(0, 0, 1))
	for _, offset := range []int{before, after} {
		if offsetAt(wall.Add(-seconds(offset))) == offset {
			return wall, offset / 60 * 60
		}
	}
	return wall.Add(seconds(after - before)), after / 60 * 60
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
