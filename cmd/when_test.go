package cmd

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"

	"untangle/journal"
)

// tuesday is a Tuesday evening in Berlin, on winter time.
const tuesday = "2026-03-10T21:47:30"

// nowIn returns the moment that a place's clocks show.
func nowIn(t testing.TB, wall, place string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(place)
	if err != nil {
		t.Fatal(err)
	}
	now, err := time.ParseInLocation("2006-01-02T15:04:05", wall, loc)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

func TestWhen(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{in: "2026-02-14", want: "2026-02-14"},
		{in: "2026-2-4", want: "2026-02-04"},
		{in: "2026/02/14", want: "2026-02-14"},
		{in: "2026.02.14", want: "2026-02-14"},
		{in: "20260214", want: "2026-02-14"},
		{in: "2024-02-29", want: "2024-02-29"},
		{in: "0001-01-02", want: "0001-01-02"},
		{in: "9999-12-31", want: "9999-12-31"},

		{in: "2026-02-14T09:30", want: "2026-02-14T09:30:00+01:00"},
		{in: "2026-02-14 09:30", want: "2026-02-14T09:30:00+01:00"},
		{in: "2026-02-14t9:30:05", want: "2026-02-14T09:30:05+01:00"},
		{in: "2026-02-14T09:30:05.123Z", want: "2026-02-14T09:30:05Z"},
		{in: "2026-02-14T09:30Z", want: "2026-02-14T09:30:00Z"},
		{in: "2026-02-14T09:30-05:00", want: "2026-02-14T09:30:00-05:00"},
		{in: "2026-02-14 09:30:05 +0530", want: "2026-02-14T09:30:05+05:30"},
		{in: "2026-07-14T09:30", want: "2026-07-14T09:30:00+02:00"},
		{in: "1850-01-01 12:00", want: "1850-01-01T12:00:00+00:53"},

		{in: "today", want: "2026-03-10"},
		{in: "  YesterDay ", want: "2026-03-09"},
		{in: "tomorrow", want: "2026-03-11"},
		{in: "now", want: "2026-03-10T21:47:30+01:00"},
		{in: "this morning", want: "2026-03-10"},
		{in: "tonight", want: "2026-03-10"},
		{in: "last night", want: "2026-03-09"},
		{in: "sunday evening", want: "2026-03-08"},

		{in: "monday", want: "2026-03-09"},
		{in: "tuesday", want: "2026-03-03"},
		{in: "wed", want: "2026-03-04"},
		{in: "last   monday", want: "2026-03-09"},
		{in: "last tuesday", want: "2026-03-03"},
		{in: "on thurs", want: "2026-03-05"},
		{in: "next tuesday", want: "2026-03-17"},
		{in: "next wed", want: "2026-03-11"},

		{in: "7 feb", want: "2026-02-07"},
		{in: "feb 7", want: "2026-02-07"},
		{in: "Sept. 3rd", want: "2025-09-03"},
		{in: "7th of April 2025", want: "2025-04-07"},
		{in: "7 april 2025", want: "2025-04-07"},
		{in: "april 7, 2025", want: "2025-04-07"},
		{in: "april 7,2025", want: "2025-04-07"},
		{in: "Tuesday 10 March", want: "2026-03-10"},
		{in: "Thu 14 Nov 2019", want: "2019-11-14"},
		{in: "sun, feb 2 2020, 9am", want: "2020-02-02T09:00:00+01:00"},

		{in: "sunday at noon", want: "2026-03-08T12:00:00+01:00"},
		{in: "noon on sunday", want: "2026-03-08T12:00:00+01:00"},
		{in: "yesterday at 6pm", want: "2026-03-09T18:00:00+01:00"},
		{in: "6 p.m. yesterday", want: "2026-03-09T18:00:00+01:00"},
		{in: "yesterday 6 PM", want: "2026-03-09T18:00:00+01:00"},
		{in: "7 apr 2025 18:30", want: "2025-04-07T18:30:00+02:00"},
		{in: "3 days ago at 18:30", want: "2026-03-07T18:30:00+01:00"},
		{in: "noon", want: "2026-03-10T12:00:00+01:00"},
		{in: "midnight", want: "2026-03-10T00:00:00+01:00"},
		{in: "at 6am", want: "2026-03-10T06:00:00+01:00"},
		{in: "12am", want: "2026-03-10T00:00:00+01:00"},
		{in: "12:15pm", want: "2026-03-10T12:15:00+01:00"},
		{in: "6:30pm", want: "2026-03-10T18:30:00+01:00"},
		{in: "18:30", want: "2026-03-10T18:30:00+01:00"},
		{in: "23:59", want: "2026-03-10T23:59:00+01:00"},

		{in: "3 days ago", want: "2026-03-07"},
		{in: "0 days ago", want: "2026-03-10"},
		{in: "two weeks ago", want: "2026-02-24"},
		{in: "a month ago", want: "2026-02-10"},
		{in: "3 months ago", want: "2025-12-10"},
		{in: "a year ago", want: "2025-03-10"},
		{in: "an hour ago", want: "2026-03-10T20:47:30+01:00"},
		{in: "90 minutes ago", want: "2026-03-10T20:17:30+01:00"},
		{in: "in 3 days", want: "2026-03-13"},
		{in: "in six months", want: "2026-09-10"},
	} {
		t.Run(tt.in, func(t *testing.T) {
			got, err := when(tt.in, nowIn(t, tuesday, "Europe/Berlin"))
			if err != nil || got.String() != tt.want {
				t.Errorf("when(%q) = %v, %v, want %v", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestWhenRefuses(t *testing.T) {
	const unread = `is no date I can read (try 2026-02-14, yesterday, last monday, "7 apr" or "3 days ago")`
	const many = `is more than one day (name the day, as in 2026-02-14 or "last monday")`
	const outside = "lies outside what a journal can keep (0001-01-02 to 9999-12-31)"
	const parted = `names a part of the day and a time (write the time alone, as in "yesterday at 18:30")`
	for _, tt := range []struct{ in, want string }{
		{in: "", want: unread},
		{in: "   ", want: unread},
		{in: "febtember", want: unread},
		{in: "fe", want: unread},
		{in: "yesterday or so", want: unread},
		{in: "yesterday today", want: unread},
		{in: "now at noon", want: unread},
		{in: "an hour ago at noon", want: unread},
		{in: "noon noon", want: unread},
		{in: "on", want: unread},
		{in: "yesterday at", want: unread},
		{in: "yesterday on noon", want: unread},
		{in: "at yesterday", want: unread},
		{in: "at 6", want: unread},
		{in: "7", want: unread},
		{in: "sunday 8", want: unread},
		{in: "this monday", want: unread},
		{in: "13pm", want: unread},
		{in: "24:00", want: unread},
		{in: "18:60", want: unread},
		{in: "7 apr 25", want: unread},
		{in: "february at noon", want: unread},
		{in: "2026-13-01", want: unread},
		{in: "2026-02-14T", want: unread},
		{in: "2026-02-14T09:30+24:00", want: unread},
		{in: "-2026-02-14", want: unread},
		{in: "2026--02", want: unread},
		{in: "2026-02/14", want: unread},
		{in: "2026-045", want: unread},
		{in: "14022026", want: unread},

		{in: "02/03/2026", want: "leaves open which number is the day (write 2026-03-02 or 2026-02-03)"},
		{in: "02-03-2026", want: "leaves open which number is the day (write 2026-03-02 or 2026-02-03)"},
		{in: "14.2.2026", want: "leaves open which number is the day (write 2026-02-14)"},
		{in: "2/2/2026", want: "leaves open which number is the day (write 2026-02-02)"},
		{in: "31/31/2026", want: "leaves open which number is the day (write 2026-02-14)"},
		{in: "02/03/26", want: `leaves open which number is the day (write 2026-02-14 or "14 feb")`},
		{in: "2/3", want: `leaves open which number is the day (write 2026-02-14 or "14 feb")`},

		{in: "2026-02-30", want: "is not in the calendar (February 2026 has 28 days)"},
		{in: "31 apr 2025", want: "is not in the calendar (April 2025 has 30 days)"},
		{in: "29 feb", want: "is not in the calendar (February 2026 has 28 days)"},
		{in: "0 feb", want: "is not in the calendar (February 2026 has 28 days)"},
		{in: "monday 10 march", want: "has another weekday: 2026-03-10 is a Tuesday"},

		{in: "2026", want: many},
		{in: "february", want: many},
		{in: "last week", want: many},

		{in: "this evening at 6:30", want: parted},
		{in: "last night at 1am", want: parted},

		{in: "0000-05-05", want: outside},
		{in: "0001-01-01", want: outside},
		{in: "99999 years ago", want: outside},
		{in: "in 9000 years", want: outside},
	} {
		t.Run(tt.in, func(t *testing.T) {
			got, err := when(tt.in, nowIn(t, tuesday, "Europe/Berlin"))
			if err == nil {
				t.Fatalf("when(%q) = %v, want an error", tt.in, got)
			}
			if want := fmt.Sprintf("%q %s", tt.in, tt.want); err.Error() != want {
				t.Errorf("when(%q): %v, want %v", tt.in, err, want)
			}
		})
	}
}

// What a date means depends on the day and the place it is read in.
func TestWhenFrom(t *testing.T) {
	const berlin, newYork = "Europe/Berlin", "America/New_York"
	for _, tt := range []struct{ name, now, place, in, want string }{
		{name: "28 days ahead", now: tuesday, place: berlin, in: "7 apr", want: "2026-04-07"},
		{name: "29 days ahead", now: tuesday, place: berlin, in: "8 apr", want: "2025-04-08"},
		{name: "month first, 29 days ahead", now: tuesday, place: berlin, in: "apr 8", want: "2025-04-08"},
		{name: "its own year, far ahead", now: tuesday, place: berlin, in: "8 apr 2026", want: "2026-04-08"},
		{name: "in December, of January", now: "2026-12-20T12:00:00", place: berlin, in: "5 jan", want: "2026-01-05"},
		{name: "in January, of December", now: "2026-01-02T12:00:00", place: berlin, in: "31 dec", want: "2025-12-31"},

		{name: "leap day in a leap year", now: "2028-02-10T12:00:00", place: berlin, in: "29 feb", want: "2028-02-29"},
		{name: "leap day, year given", now: tuesday, place: berlin, in: "29 feb 2024", want: "2024-02-29"},
		{name: "a year after a leap day", now: "2028-02-29T12:00:00", place: berlin, in: "a year ago", want: "2027-02-28"},
		{name: "4 years after a leap day", now: "2028-02-29T12:00:00", place: berlin, in: "4 years ago", want: "2024-02-29"},
		{name: "a month before 31 March", now: "2026-03-31T12:00:00", place: berlin, in: "a month ago", want: "2026-02-28"},
		{name: "a month before 31 May", now: "2026-05-31T12:00:00", place: berlin, in: "a month ago", want: "2026-04-30"},
		{name: "3 months before 31 January", now: "2026-01-31T12:00:00", place: berlin, in: "3 months ago", want: "2025-10-31"},

		{name: "a Sunday's Sunday", now: "2026-03-08T00:00:00", place: berlin, in: "sun", want: "2026-03-01"},
		{name: "a Sunday's Saturday", now: "2026-03-08T23:59:59", place: berlin, in: "sat", want: "2026-03-07"},
		{name: "a Saturday's Sunday", now: "2026-03-07T12:00:00", place: berlin, in: "sunday", want: "2026-03-01"},
		{name: "weekday over a year's end", now: "2026-01-01T12:00:00", place: berlin, in: "friday", want: "2025-12-26"},
		{name: "yesterday over clocks going forward", now: "2026-03-30T00:30:00", place: berlin, in: "yesterday", want: "2026-03-29"},

		{name: "Berlin skips", now: tuesday, place: berlin, in: "2026-03-29 02:30", want: "2026-03-29T03:30:00+02:00"},
		{name: "Berlin before the skip", now: tuesday, place: berlin, in: "2026-03-29 01:59:59", want: "2026-03-29T01:59:59+01:00"},
		{name: "Berlin after the skip", now: tuesday, place: berlin, in: "2026-03-29 03:00", want: "2026-03-29T03:00:00+02:00"},
		{name: "Berlin twice", now: tuesday, place: berlin, in: "2025-10-26 02:30", want: "2025-10-26T02:30:00+02:00"},
		{name: "Berlin twice, the second", now: tuesday, place: berlin, in: "2025-10-26 02:30+01:00", want: "2025-10-26T02:30:00+01:00"},
		{name: "Berlin after both", now: tuesday, place: berlin, in: "2025-10-26 03:00", want: "2025-10-26T03:00:00+01:00"},
		{name: "New York skips", now: tuesday, place: newYork, in: "2026-03-08 2:30am", want: "2026-03-08T03:30:00-04:00"},
		{name: "New York before the skip", now: tuesday, place: newYork, in: "sunday 1:59am", want: "2026-03-08T01:59:00-05:00"},
		{name: "New York twice", now: tuesday, place: newYork, in: "2025-11-02 01:30", want: "2025-11-02T01:30:00-04:00"},
		{name: "New York after both", now: tuesday, place: newYork, in: "2025-11-02 02:00", want: "2025-11-02T02:00:00-05:00"},
		{name: "New York by the sun", now: tuesday, place: newYork, in: "1860-01-01 12:00", want: "1860-01-01T12:00:00-04:56"},
		{name: "an hour ago over the skip", now: "2026-03-29T03:10:00", place: berlin, in: "an hour ago", want: "2026-03-29T01:10:00+01:00"},
		{name: "Samoa's lost day", now: tuesday, place: "Pacific/Apia", in: "2011-12-30 12:00", want: "2011-12-31T12:00:00+14:00"},
		{name: "half an hour skipped", now: tuesday, place: "Australia/Lord_Howe", in: "2025-10-05 02:10", want: "2025-10-05T02:40:00+11:00"},

		{name: "the first day", now: "0001-01-02T00:00:00", place: "UTC", in: "yesterday", want: ""},
		{name: "the last day", now: "9999-12-31T00:00:00", place: "UTC", in: "tomorrow", want: ""},
		{name: "no leap day in reach", now: "2028-01-15T12:00:00", place: berlin, in: "29 feb", want: ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := when(tt.in, nowIn(t, tt.now, tt.place))
			if got.String() != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("when(%q) = %v, %v, want %v", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	for _, tt := range []struct{ in, from, to string }{
		{in: "2026", from: "2026-01-01", to: "2026-12-31"},
		{in: "9999", from: "9999-01-01", to: "9999-12-31"},
		{in: "2026-02", from: "2026-02-01", to: "2026-02-28"},
		{in: "2024/2", from: "2024-02-01", to: "2024-02-29"},
		{in: "February 2026", from: "2026-02-01", to: "2026-02-28"},
		{in: "april", from: "2026-04-01", to: "2026-04-30"},
		{in: "may", from: "2025-05-01", to: "2025-05-31"},
		{in: "2026-02-14", from: "2026-02-14", to: "2026-02-14"},
		{in: "yesterday", from: "2026-03-09", to: "2026-03-09"},
		{in: "last week", from: "2026-03-02", to: "2026-03-08"},
		{in: "this week", from: "2026-03-09", to: "2026-03-15"},
		{in: "this month", from: "2026-03-01", to: "2026-03-31"},
		{in: "last month", from: "2026-02-01", to: "2026-02-28"},
		{in: "next month", from: "2026-04-01", to: "2026-04-30"},
		{in: "last year", from: "2025-01-01", to: "2025-12-31"},
		{in: "3 days ago", from: "2026-03-07", to: "2026-03-07"},
		{in: "2026-02-14T09:30", from: "2026-02-14T09:30:00+01:00", to: "2026-02-14T09:30:59+01:00"},
		{in: "2026-02-14T09:30:05", from: "2026-02-14T09:30:05+01:00", to: "2026-02-14T09:30:05+01:00"},
		{in: "yesterday at 6pm", from: "2026-03-09T18:00:00+01:00", to: "2026-03-09T18:00:59+01:00"},
		{in: "an hour ago", from: "2026-03-10T20:47:30+01:00", to: "2026-03-10T20:47:30+01:00"},
	} {
		t.Run(tt.in, func(t *testing.T) {
			from, to, err := span(tt.in, nowIn(t, tuesday, "Europe/Berlin"))
			if err != nil || from.String() != tt.from || to.String() != tt.to {
				t.Errorf("span(%q) = %v, %v, %v, want %v, %v", tt.in, from, to, err, tt.from, tt.to)
			}
		})
	}
}

// Weeks begin on Monday, on a Sunday too.
func TestSpanWeek(t *testing.T) {
	for day := 9; day <= 15; day++ {
		now := time.Date(2026, time.March, day, 12, 0, 0, 0, time.UTC)
		from, to, err := span("this week", now)
		if err != nil || from.String() != "2026-03-09" || to.String() != "2026-03-15" {
			t.Errorf("this week on %v: %v, %v, %v", now.Weekday(), from, to, err)
		}
	}
}

func TestDaysOnScreen(t *testing.T) {
	now := nowIn(t, tuesday, "Europe/Berlin")
	for _, tt := range []struct{ in, long, short, full, clock string }{
		{in: "2026-03-10T21:47:00+01:00", long: "Tuesday 10 March", short: "Tue 10", full: "Tue 10 Mar 2026", clock: "21:47"},
		{in: "2020-02-02", long: "Sunday 2 February 2020", short: "Sun  2", full: "Sun  2 Feb 2020"},
		{in: "2019-11-14T00:40:00-05:00", long: "Thursday 14 November 2019", short: "Thu 14", full: "Thu 14 Nov 2019", clock: "00:40"},
	} {
		d, err := journal.ParseDate(tt.in)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range [][2]string{
			{longDay(d, now), tt.long},
			{shortDay(d), tt.short},
			{shortDate(d), tt.full},
			{clock(d), tt.clock},
		} {
			if got[0] != got[1] {
				t.Errorf("%v: %q, want %q", d, got[0], got[1])
			}
		}
		for _, shown := range []string{longDay(d, now), shortDate(d)} {
			if back, err := when(shown, now); err != nil || back != d.Midnight() {
				t.Errorf("when(%q) = %v, %v, want %v", shown, back, err, d.Midnight())
			}
		}
	}
}

func TestDayPart(t *testing.T) {
	for hour := range 24 {
		want := "evening"
		switch {
		case hour < 5 || hour > 21:
			want = "night"
		case hour < 12:
			want = "morning"
		case hour < 18:
			want = "afternoon"
		}
		if got := dayPart(time.Date(2026, 3, 10, hour, 0, 0, 0, time.UTC)); got != want {
			t.Errorf("%02d:00 is %s, want %s", hour, got, want)
		}
	}
}

func FuzzWhen(f *testing.F) {
	for _, s := range []string{
		"2026-02-14", "2026-02-14T09:30:05+05:30", "20260214", "02/03/2026", "29 feb", "april 7, 2025",
		"sunday at noon", "6 p.m. yesterday", "a month ago", "in 99999 hours", "tonight", "last week",
		"0001-01-01T00:00Z", "9999-12-31 23:59-23:59", "Thu 14 Nov 2019", "on at", "2026-03-29 02:30",
	} {
		f.Add(s, int64(1773175650))
	}
	berlin := nowIn(f, tuesday, "Europe/Berlin").Location()
	first, last := time.Date(1, 1, 3, 0, 0, 0, 0, time.UTC).Unix(), time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC).Unix()
	f.Fuzz(func(t *testing.T, s string, at int64) {
		now := time.Unix(min(max(at, first), last), 0).In(berlin)
		from, to, err := span(s, now)
		if err == nil && from.Compare(to) > 0 {
			t.Errorf("span(%q) = %v, %v, the wrong way round", s, from, to)
		}
		d, err := when(s, now)
		if err != nil {
			return
		}
		if year, _, _ := d.Calendar(); year < 1 || year > 9999 {
			t.Errorf("when(%q) = %v, in the year %d", s, d, year)
		}
		if back, err := when(d.String(), now); err != nil || back != d {
			t.Errorf("when(%q) = %v, read again %v, %v", s, d, back, err)
		}
	})
}
