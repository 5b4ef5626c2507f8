package prompts

import (
	"fmt"
	"time"
)

// Day is a calendar day, counted so that 1 January of the year 1 is day 1, so the
// days between two of them are their difference. The zero Day is unset.
type Day int32

// daysBeforeUnix is the Day of 1 January 1970.
const daysBeforeUnix = 719163

const secondsADay = 24 * 60 * 60

// DayOf returns the day of the question that belongs to the moment t, by the wall
// clock of t's own place, for days that begin at start after midnight. With a
// start of four hours, half past three at night still belongs to the day before,
// also in nights in which the clocks are changed.
func DayOf(t time.Time, start time.Duration) Day {
	_, offset := t.Zone()
	wall := t.Unix() + int64(offset) - int64(start/time.Second)
	days := wall / secondsADay
	if wall%secondsADay < 0 {
		days--
	}
	return Day(days + daysBeforeUnix)
}

// ParseDay reads a day as 2026-02-15, within the years 1 to 9999.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return 0, fmt.Errorf("%q is no day (write 2026-02-15)", s)
	}
	return DayOf(t, 0), nil
}

// String returns the day as 2026-02-15, and nothing for an unset day.
func (d Day) String() string { return d.format(time.DateOnly) }

// words returns the day as it is shown to people: 15 February 2026.
func (d Day) words() string { return d.format("2 January 2006") }

// Calendar returns the parts of the day.
func (d Day) Calendar() (year int, month time.Month, day int) {
	return time.Unix((int64(d)-daysBeforeUnix)*secondsADay, 0).UTC().Date()
}

func (d Day) format(layout string) string {
	if d == 0 {
		return ""
	}
	return time.Unix((int64(d)-daysBeforeUnix)*secondsADay, 0).UTC().Format(layout)
}
