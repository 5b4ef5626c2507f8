package cmd

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"untangle/journal"
)

// A date is read word by word, without case; commas are spaces. Nothing is
// guessed: what does not fit to its last word is refused.
//
//	phrase = ["on"] day, ["at"] time: one or both, in any order
//	day    = "today" | "yesterday" | "tomorrow" | "tonight" | "now"
//	       | ["last" | "next"] weekday | count unit "ago" | "in" count unit
//	       | 2026-02-14 | 2026/2/14 | 20260214
//	       | [weekday] (number ["of"] month | month number) [year]
//	       | one of these and a part | "this" part | "last night"
//	range  = 2026 | 2026-02 | month [year] | ("last" | "this" | "next") ("week" | "month" | "year")
//	time   = "noon" | "midnight" | 6am | 6:30 pm | 18:30 | 18:30:05 [Z | +01:00]
//	part   = "morning" | "afternoon" | "evening" | "night"

// when reads a date as people write it, seen from now, in now's location: a day,
// or a moment where a time is given. A time alone is today's.
func when(s string, now time.Time) (journal.Date, error) {
	return phraseOf(s, now).oneDay(s)
}

// span reads what when reads, and whole weeks, months and years besides. It
// returns the first and the last date that s covers, both included: two days, the
// last of which runs to its end, or two moments, the first and the last second of
// the minute or the second that s names.
func span(s string, now time.Time) (from, to journal.Date, err error) {
	return phraseOf(s, now).span(s)
}

// whenNext reads what when does, as a day to come: a day without a year and a weekday
// are the next ones after today.
func whenNext(s string, now time.Time) (journal.Date, error) {
	p := phraseOf(s, now)
	p.ahead = true
	return p.oneDay(s)
}

func phraseOf(s string, now time.Time) *phrase {
	return &phrase{words: dateWords(s), now: now, today: journal.Day(now.Date())}
}

func (p *phrase) oneDay(s string) (journal.Date, error) {
	from, to, err := p.span(s)
	if err != nil {
		return journal.Date{}, err
	}
	if from != to && !from.Timed() {
		return journal.Date{}, fmt.Errorf(`%q is more than one day (name the day, as in 2026-02-14 or "last monday")`, s)
	}
	return from, nil
}

func (p *phrase) span(s string) (from, to journal.Date, err error) {
	if err := p.read(); err != nil {
		return from, to, fmt.Errorf("%q %w", s, err)
	}
	for _, d := range []journal.Date{p.from, p.to} {
		if back, err := journal.ParseDate(d.String()); err != nil || back != d {
			return from, to, fmt.Errorf("%q lies outside what a journal can keep (0001-01-02 to 9999-12-31)", s)
		}
	}
	return p.from, p.to, nil
}

// phrase is a date being read: the words that are left, and what the others said.
type phrase struct {
	words    []string
	now      time.Time
	today    journal.Date
	from, to journal.Date // the days that were named, or the moment
	clock    clockTime
	dated    bool // from and to are set
	timed    bool // clock is set, or from and to are moments
	parted   bool // a part of the day was named
	ahead    bool // what leaves it open is to come
	refusal  error
}

func (p *phrase) read() error {
	for first := true; first || len(p.words) > 0; first = false {
		lead := p.word(0)
		if lead == "on" || lead == "at" {
			p.words = p.words[1:]
		}
		fits := lead != "at" && !p.dated && p.readDay() ||
			lead != "on" && !p.timed && p.readTime()
		if p.refusal != nil {
			return p.refusal
		}
		if !fits {
			return unread()
		}
	}
	switch {
	case !p.timed || p.dated && p.from.Timed():
		return nil
	case !p.dated:
		p.from, p.to = p.today, p.today
	case p.parted:
		return errors.New(`names a part of the day and a time (write the time alone, as in "yesterday at 18:30")`)
	case p.from != p.to:
		return unread()
	}
	p.from, p.to = p.clock.on(p.from, p.now.Location())
	return nil
}

func unread() error {
	return errors.New(`is no date I can read (try 2026-02-14, yesterday, last monday, "7 apr" or "3 days ago")`)
}

// word returns the nth word that is left, or nothing.
func (p *phrase) word(n int) string {
	if n < len(p.words) {
		return p.words[n]
	}
	return ""
}

// days takes n words for the days from one to another.
func (p *phrase) days(n int, from, to journal.Date) bool {
	p.words, p.from, p.to, p.dated = p.words[n:], from, to, true
	return true
}

// day takes n words for a day that lies so many days from today.
func (p *phrase) day(n, away int) bool {
	d := p.today.AddDays(away)
	return p.days(n, d, d)
}

// moment takes n words for a moment.
func (p *phrase) moment(n int, t time.Time) bool {
	p.timed = true
	return p.days(n, journal.At(t), journal.At(t))
}

// date takes n words for a day of the calendar, or refuses one that is not in it.
func (p *phrase) date(n, year int, month time.Month, day int) bool {
	if last := daysIn(year, month); day < 1 || day > last {
		p.refusal = fmt.Errorf("is not in the calendar (%s %d has %d days)", month, year, last)
		return false
	}
	d := journal.Day(year, month, day)
	return p.days(n, d, d)
}

func (p *phrase) month(n, year int, month time.Month) bool {
	return p.days(n, journal.Day(year, month, 1), journal.Day(year, month+1, 0))
}

func (p *phrase) year(n, year int) bool {
	return p.days(n, journal.Day(year, time.January, 1), journal.Day(year, time.December, 31))
}

// readDay takes the words of a day, or of a longer range, if they come next.
func (p *phrase) readDay() bool {
	if !p.readNamed() && !p.readElapsed() && !p.readNumeric() && !p.readCalendar() {
		return false
	}
	if isPart(p.word(0)) && p.from == p.to && !p.from.Timed() {
		p.words, p.parted = p.words[1:], true
	}
	return true
}

func (p *phrase) readNamed() bool {
	switch p.word(0) {
	case "today":
		return p.day(1, 0)
	case "yesterday":
		return p.day(1, -1)
	case "tomorrow":
		return p.day(1, 1)
	case "tonight":
		p.parted = true
		return p.day(1, 0)
	case "now":
		return p.moment(1, p.now)
	case "last":
		return p.readNear(-1)
	case "this":
		return p.readNear(0)
	case "next":
		return p.readNear(1)
	}
	return false
}

// readNear takes last, this or next, where step is -1, 0 or 1, and its noun.
func (p *phrase) readNear(step int) bool {
	noun := p.word(1)
	year, month, _ := p.today.Calendar()
	switch {
	case noun == "week":
		monday := p.today.AddDays(7*step - (int(p.now.Weekday())+6)%7)
		return p.days(2, monday, monday.AddDays(6))
	case noun == "month":
		return p.month(2, year, month+time.Month(step))
	case noun == "year":
		return p.year(2, year+step)
	case isPart(noun) && step == 0, noun == "night" && step < 0:
		p.parted = true
		return p.day(2, step)
	}
	weekday, ok := weekdayNamed(noun)
	if !ok || step == 0 {
		return false
	}
	return p.day(2, daysTo(p.now.Weekday(), weekday, step))
}

// readElapsed takes "3 days ago" and "in 3 days". Minutes and hours lead to a
// moment, days and more to a day; a month ago from the 31st is the last day of a
// shorter month.
func (p *phrase) readElapsed() bool {
	at, sign := 0, -1
	if p.word(0) == "in" {
		at, sign = 1, 1
	} else if p.word(2) != "ago" {
		return false
	}
	n, ok := countNamed(p.word(at))
	if !ok {
		return false
	}
	n *= sign
	switch strings.TrimSuffix(p.word(at+1), "s") {
	case "minute":
		return p.moment(3, p.now.Add(time.Duration(n)*time.Minute))
	case "hour":
		return p.moment(3, p.now.Add(time.Duration(n)*time.Hour))
	case "day":
		return p.day(3, n)
	case "week":
		return p.day(3, 7*n)
	case "month":
		return p.monthsAway(n)
	case "year":
		return p.monthsAway(12 * n)
	}
	return false
}

func (p *phrase) monthsAway(n int) bool {
	year, month, day := p.today.Calendar()
	month += time.Month(n)
	d := journal.Day(year, month, min(day, daysIn(year, month)))
	return p.days(3, d, d)
}

// readNumeric takes a year, a month or a day in digits, where the year comes first.
func (p *phrase) readNumeric() bool {
	n, yearFirst := numbers(p.word(0))
	switch {
	case len(n) > 1 && !yearFirst:
		p.refusal = fmt.Errorf("leaves open which number is the day (write %s)", readings(n))
		return false
	case !yearFirst:
		return false
	case len(n) == 1:
		return p.year(1, n[0])
	case n[1] < 1 || n[1] > 12:
		return false
	case len(n) == 2:
		return p.month(1, n[0], time.Month(n[1]))
	}
	return p.date(1, n[0], time.Month(n[1]), n[2])
}

// readCalendar takes a weekday, a month, or a day of one, by their names.
func (p *phrase) readCalendar() bool {
	n := 0
	next := func(fits bool) bool {
		if fits {
			n++
		}
		return fits
	}
	weekday, ok := weekdayNamed(p.word(n))
	hasWeekday := next(ok)
	day, ok := dayNumber(p.word(n))
	hasDay := next(ok)
	next(hasDay && p.word(n) == "of")
	month, ok := monthNamed(p.word(n))
	if !next(ok) {
		step := -1
		if p.ahead {
			step = 1
		}
		return hasWeekday && !hasDay && p.day(1, daysTo(p.now.Weekday(), weekday, step))
	}
	if !hasDay {
		day, ok = dayNumber(p.word(n))
		hasDay = next(ok)
	}
	year := p.yearOf(month, max(day, 1))
	if w := p.word(n); next(len(w) == 4 && isDigits(w)) {
		year, _ = strconv.Atoi(w)
	}
	if !hasDay {
		return !hasWeekday && p.month(n, year, month)
	}
	if !p.date(n, year, month, day) {
		return false
	}
	if its := p.from.Time().Weekday(); hasWeekday && its != weekday {
		p.refusal = fmt.Errorf("has another weekday: %s is a %s", p.from, its)
	}
	return true
}

// yearOf returns the year that a day without one lies in: now's, or the one before
// when that would be more than 28 days ahead. Of days to come it is the next one that
// has the day.
func (p *phrase) yearOf(month time.Month, day int) int {
	year := p.now.Year()
	for next := year; p.ahead && next <= year+8; next++ { // a 29 February may be that far away
		if day <= daysIn(next, month) && journal.Day(next, month, day).Compare(p.today) > 0 {
			return next
		}
	}
	if journal.Day(year, month, day).Compare(p.today.AddDays(28)) > 0 {
		year--
	}
	return year
}

// readTime takes the words of a time of day, if they come next.
func (p *phrase) readTime() bool {
	p.clock, p.timed = readClock(p.word(0))
	if p.timed {
		p.words = p.words[1:]
	}
	return p.timed
}
