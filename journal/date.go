package journal

import (
	"cmp"
	"fmt"
	"time"
)

// Date is when an entry was written: a calendar day, or a moment to the second
// with its offset from UTC. It keeps the wall clock of the place it was written
// in, so an entry belongs to the same calendar day wherever one travels since.
// The zero Date is unset. Dates compare with ==.
type Date struct {
	wall   int64 // seconds of the wall clock since 0001-01-01T00:00
	offset int16 // minutes east of UTC; 0 for a day
	timed  bool
}

// epoch is the wall clock that Date counts from, in Unix seconds.
const epoch = -62135596800

// lastWall is the last second of the year 9999, as Date counts.
const lastWall = 315537897599

// Day returns the calendar day, without a time.
func Day(year int, month time.Month, day int) Date {
	return Date{wall: time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() - epoch}
}

// At returns the moment t on the wall clock of its own location. Fractions of a
// second, and of an offset's minute, are dropped.
func At(t time.Time) Date {
	_, offset := t.Zone()
	offset = offset / 60 * 60
	return Date{wall: t.Unix() + int64(offset) - epoch, offset: int16(offset / 60), timed: true}
}

// ParseDate reads a day (2026-02-15) or a moment in RFC 3339
// (2026-02-14T09:30:00+01:00), within the years 1 to 9999.
func ParseDate(s string) (Date, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		if d := Day(t.Date()); d.wall > 0 {
			return d, nil
		}
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		if d := At(t); d.wall > 0 && d.wall <= lastWall {
			return d, nil
		}
	}
	return Date{}, fmt.Errorf("%q is no date (write 2026-02-15, or 2026-02-14T09:30:00+01:00)", s)
}

// IsZero reports whether the date is unset.
func (d Date) IsZero() bool { return d == Date{} }

// Timed reports whether the date has a time of day.
func (d Date) Timed() bool { return d.timed }

// Time returns the moment in a fixed zone of its offset; for a day, its midnight
// in UTC.
func (d Date) Time() time.Time {
	u := time.Unix(d.wall+epoch, 0).UTC()
	if d.offset == 0 {
		return u
	}
	minutes := time.Duration(d.offset) * time.Minute
	return u.Add(-minutes).In(time.FixedZone("", int(d.offset)*60))
}

// Midnight returns the calendar day that the date lies on.
func (d Date) Midnight() Date { return Date{wall: d.wall - d.wall%86400} }

// AddDays returns the day n days after the date's own.
func (d Date) AddDays(n int) Date { return Date{wall: d.Midnight().wall + int64(n)*86400} }

// Calendar returns the date's year, month and day of the month.
func (d Date) Calendar() (int, time.Month, int) { return time.Unix(d.wall+epoch, 0).UTC().Date() }

// Compare orders dates by their wall clocks, a day before the moments in it.
func (d Date) Compare(o Date) int { return cmp.Compare(d.order(), o.order()) }

// lastSecond returns the end of the date: of its day, or of its second.
func (d Date) lastSecond() Date {
	if !d.timed {
		d = Date{wall: d.Midnight().wall + 86399}
	}
	d.timed = true
	return d
}

// order is a number that sorts as Compare does.
func (d Date) order() uint64 {
	if d.timed {
		return uint64(d.wall)<<1 | 1
	}
	return uint64(d.wall) << 1
}

// String returns 2026-02-15 for a day, RFC 3339 for a moment, and nothing for an
// unset date.
func (d Date) String() string { return string(d.append(nil)) }

func (d Date) append(b []byte) []byte {
	switch {
	case d.IsZero():
		return b
	case d.timed:
		return d.Time().AppendFormat(b, time.RFC3339)
	default:
		return d.Time().AppendFormat(b, time.DateOnly)
	}
}

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return d.append(nil), nil }

// UnmarshalText reads what MarshalText wrote, as ParseDate does.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(b))
	if err == nil {
		*d = parsed
	}
	return err
}
