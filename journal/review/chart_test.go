package review

import (
	"slices"
	"strings"
	"testing"
	"time"

	"untangle/journal"
)

// last is the last day of the charts here.
func last() journal.Date { return journal.Day(2026, time.March, 10) }

// ache is a check-in so many days before the last one.
func ache(ago, value int) journal.Noted {
	return journal.Noted{Date: last().AddDays(-ago), CheckIn: journal.CheckIn{Ache: &value}}
}

func TestPoints(t *testing.T) {
	t.Parallel()
	evening := journal.At(time.Date(2026, 3, 10, 23, 59, 0, 0, time.FixedZone("", 3600)))
	zero := 0
	notes := []journal.Noted{
		ache(60, 9), ache(59, 7),
		{Date: last(), CheckIn: journal.CheckIn{Mood: 4}},
		{Date: evening, CheckIn: journal.CheckIn{Ache: &zero}},
		ache(-1, 5),
	}
	want := []Point{{0, 7}, {59, 0}}
	if got := Points(notes, Scales()[0], last()); !slices.Equal(got, want) {
		t.Errorf("ache: %v, want %v", got, want)
	}
	if got, want := Points(notes, Scales()[1], last()), []Point{{59, 4}}; !slices.Equal(got, want) {
		t.Errorf("mood: %v, want %v", got, want)
	}
	if got := Points(notes, Scales()[2], last()); len(got) != 0 {
		t.Errorf("energy: %v, want none", got)
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	var points []Point
	for i, value := range []int{10, 0, 3, 4, 5, 6, 7} {
		points = append(points, Point{20 + i, value})
	}
	for _, c := range []struct {
		name  string
		more  []Point
		day   int
		want  float64
		drawn bool
	}{
		{"seven values", nil, 26, 0, false},
		{"eight", []Point{{27, 8}}, 27, 5.5, true},
		{"nine", []Point{{27, 8}, {27, 8}}, 27, 6, true},
		{"before the eighth", []Point{{27, 8}}, 26, 0, false},
		{"the first day in", []Point{{27, 8}}, 33, 5.5, true},
		{"the first day out", []Point{{27, 8}}, 34, 0, false},
	} {
		if got, ok := Median(append(slices.Clone(points), c.more...), c.day); got != c.want || ok != c.drawn {
			t.Errorf("%s: %v %v, want %v %v", c.name, got, ok, c.want, c.drawn)
		}
	}
}

func TestPlot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		points []Point
		width  int
		want   string
	}{
		{"gaps stay blank", []Point{{0, 5}, {1, 5}, {3, 1}, {59, 2}, {59, 2}}, 74, `
 5 |••
 4 |
 3 |
 2 |                                                           2
 1 |   •
   +------------------------------------------------------------
    10 Jan                                                10 Mar`},
		{"two days share a column", []Point{{0, 5}, {1, 5}, {3, 1}, {59, 2}}, 36, `
 5 |2
 4 |
 3 |
 2 |                             •
 1 | •
   +------------------------------
    10 Jan                  10 Mar`},
		{"a median", []Point{{0, 2}, {1, 2}, {2, 4}, {3, 4}, {4, 4}, {5, 4}, {6, 4}, {7, 4}}, 74, `
 5 |
 4 |  ••••••------
 3 |
 2 |••
 1 |
   +------------------------------------------------------------
    10 Jan                                                10 Mar`},
	} {
		got := Plot(c.points, Scales()[1], last(), c.width)
		if want := strings.Split(strings.TrimPrefix(c.want, "\n"), "\n"); !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	rows := Plot(nil, Scales()[0], last(), 74)
	if len(rows) != 13 || rows[0] != "10 |" || rows[10] != " 0 |" {
		t.Errorf("ache from 10 to 0: %q", rows)
	}
	for width := -1; width < 100; width++ {
		for _, row := range Plot([]Point{{0, 5}, {59, 1}}, Scales()[1], last(), width) {
			if n := len([]rune(row)); n > width && width >= 20 {
				t.Errorf("a row of %d columns in %d: %q", n, width, row)
			}
		}
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	ending := func(ago int, after journal.After) journal.Noted {
		return journal.Noted{Date: last().AddDays(-ago), CheckIn: journal.CheckIn{After: after}}
	}
	notes := []journal.Noted{
		ending(60, journal.Heavier), ending(3, journal.Heavier), ending(2, journal.Lighter), ending(1, journal.Lighter), ending(0, journal.Same),
	}
	if lighter, heavier := Endings(notes, last()); lighter != 2 || heavier != 1 {
		t.Errorf("%d lighter, %d heavier; want 2 and 1", lighter, heavier)
	}
	for i := range 8 {
		notes = append(notes, ache(i, i))
	}
	all := strings.Join(Notes(notes, Scales()[0], last()), "\n")
	for _, want := range []string{"n = 8 ", "- median of 14 days, now 3.5", "lighter 2, heavier 1"} {
		if !strings.Contains(all, want) {
			t.Errorf("there is no %q in\n%s", want, all)
		}
	}
	if all := strings.Join(Notes(nil, Scales()[0], last()), "\n"); strings.Contains(all, "median") || strings.Contains(all, "Endings") {
		t.Errorf("nothing was said, and it tells\n%s", all)
	}
}
