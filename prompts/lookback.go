package prompts

import "slices"

// Past is an entry that may be looked back on: what it was written to and how that
// ended, and no word of it.
type Past struct {
	ID        string
	Day       Day
	Prompt    string // the id of what it was written to, "" on a blank page
	Theme     Theme  // and its theme
	Intensity int    // 0 on a blank page
	Heavier   bool   // writing it ended heavier
}

// The days after which an entry is looked back on, and between two offers.
const (
	lookEvery     = 7
	lookAche      = 6
	lookIntensity = 3
)

// LookDays returns the days that may be looked back on from a day: the one a month
// before, three months before, and a year before.
func LookDays(day Day) [3]Day { return [3]Day{day - 30, day - 90, day - 365} }

// LookBack returns the entry to offer from among those of LookDays, if one may be: at
// most one a week, none that asked much or ended heavier, none of what the writer avoids
// or asked not to see again, and none on a day of much ache. The oldest goes first.
func LookBack(day Day, w Writer, pasts []Past) (best Past, ok bool) {
	if w.Me.Looked != 0 && day-w.Me.Looked < lookEvery || w.Ache != nil && *w.Ache > lookAche {
		return Past{}, false
	}
	for _, p := range pasts {
		if p.Heavier || p.Intensity > lookIntensity || slices.Contains(w.Me.Avoid, p.Theme) || w.History.isNever(p.Prompt) {
			continue
		}
		if !ok || p.Day < best.Day {
			best, ok = p, true
		}
	}
	return best, ok
}
