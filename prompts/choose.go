package prompts

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Choosing, in short. First the prompts are sieved: what does not fit what the writer
// said, what they asked not to see, and what asks more than the day bears is left out,
// and what they have not said counts against a prompt. Of the rest, those that were not
// seen within a year come first. Among them the best is one whose theme was not asked
// in the two days before, and whose form is not that of the question before; where there
// is none, the theme counts for more. What is then still equal is decided by a score:
// how well the prompt fits the writer's stages, how long its theme has been passed over,
// how much of its intensity is left unused, what they liked and skipped, and a hash of
// salt, day and id, so that every machine draws alike and nothing has to be remembered
// about the draw.

// Writer is what the choice knows of who is asked, and when.
type Writer struct {
	Me      Me
	History History
	// Ache, if not nil, and Energy, if not 0, are what the writer said of this day.
	Ache   *int
	Energy int
	// Heavier is how many times in a row writing ended heavier, up to this day.
	Heavier int
	// Deeper asks for one step more than the day's cap, Lighter for one step less.
	Deeper, Lighter bool
	// Salt tells journals apart; any text will do.
	Salt string
}

// The intensities that the cap moves between.
const (
	leastCap  = 1
	quietCap  = 2 // without a check-in
	openCap   = 3 // after one that does not speak against it
	deepest   = 4 // only when it is asked for; 5 belongs to journeys
	muchAche  = 7
	mostAche  = 9
	lowEnergy = 2
)

// Cap returns the intensity that the day bears, before anything deeper is asked for.
func (w Writer) Cap(day Day) int {
	limit := quietCap
	if w.Ache != nil {
		switch a := *w.Ache; {
		case a >= mostAche:
			limit = leastCap
		case a < muchAche:
			limit = openCap
		}
	}
	if w.Heavier >= 2 {
		limit--
	}
	if w.Lighter {
		limit--
	}
	if w.named(day) {
		limit = min(limit, quietCap)
	}
	return max(limit, leastCap)
}

// named reports whether the writer named the day as one to be told of.
func (w Writer) named(day Day) bool {
	return slices.ContainsFunc(w.Me.Dates, func(d Date) bool { return d.On(day) })
}

// CanDeepen reports whether the writer may ask for something deeper on that day.
func (w Writer) CanDeepen(day Day) bool {
	return !w.Lighter && !w.named(day) && w.Cap(day) < deepest && (w.Ache == nil || *w.Ache < muchAche)
}

// Choice is the question that was chosen, with what led to it.
type Choice struct {
	Prompt  Prompt   // zero if there is none that may be asked
	Why     []string // two or three plain sentences
	Fresh   int      // how many there are behind this one that are new
	Revisit bool     // this one was asked within the year
	Before  Day      // when it was asked the time before, if it ever was
}

const (
	// restDays is for how many days a theme rests after it was asked.
	restDays = 2
	// freshDays is after how many days a prompt counts as new again.
	freshDays = 366
	// balanceDays are the days over which the themes are held in balance.
	balanceDays = 28
	// weekDays are the days over which skipping is counted.
	weekDays = 7
)

// point is the worth of one point in the score of a prompt. Scores are integers:
// sums of floats may differ between machines.
const point = 1_000_000

// Choose returns the question of the day. The one that the history says was shown
// on this day stands until it is turned away, or until what the writer says of
// themselves that day speaks against it.
func Choose(lib *Library, day Day, w Writer) Choice {
	v := survey(lib, day, w)
	if id, ok := w.History.Today(day); ok && !w.Deeper && !w.Lighter {
		if i, ok := lib.index(id); ok && v.stands(i) {
			return v.explain(i, w.History.today.before)
		}
	}
	i, ok := v.pick()
	if !ok {
		return Choice{Why: v.none()}
	}
	last, _ := w.History.Last(lib.prompts[i].ID)
	return v.explain(i, last.Day)
}

// Another returns the question that follows when the writer turns away the one
// that Choose returns. The caller keeps that with h.Skip(day, the one turned
// away).Show(day, the one that followed).
func Another(lib *Library, day Day, w Writer) Choice {
	standing := w
	standing.Deeper, standing.Lighter = false, false
	turned := Choose(lib, day, standing)
	if turned.Prompt.ID == "" {
		return turned
	}
	w.History = w.History.Skip(day, turned.Prompt.ID)
	return Choose(lib, day, w)
}

// view is the library seen by one writer on one day.
type view struct {
	lib   *Library
	day   Day
	w     Writer
	limit int   // the most intensity
	least int   // the least, where something deeper was asked for
	last  []Day // for each prompt the day it was asked last, 0 if it never was
	place []int // and its place among all that were asked, from 1
	may   []int // the prompts that may be asked
	left  leftOut
}

// leftOut counts what was left out, each prompt under the first reason that holds.
type leftOut struct {
	never  int // asked not to be seen again
	theme  int // of a theme to be avoided
	unsaid int // fits only who has said more about themselves, or something else
	deep   int // asks more than the day bears
	short  int // longer than a day of little strength bears
}

func survey(lib *Library, day Day, w Writer) view {
	v := view{
		lib: lib, day: day, w: w, limit: w.Cap(day),
		last: make([]Day, len(lib.prompts)), place: make([]int, len(lib.prompts)),
		may: make([]int, 0, len(lib.prompts)),
	}
	if w.Deeper && w.CanDeepen(day) {
		v.limit++
		v.least = v.limit
	}
	for place, a := range w.History.asked {
		if i, ok := lib.index(a.ID); ok {
			v.last[i], v.place[i] = a.Day, place+1
		}
	}
	for i := range lib.prompts {
		p := &lib.prompts[i]
		if w.Me.OnlyMine && !p.Own {
			continue
		}
		switch {
		case w.History.isNever(p.ID):
			v.left.never++
		case slices.Contains(w.Me.Avoid, p.Theme):
			v.left.theme++
		case !w.Me.fits(p, day):
			v.left.unsaid++
		case p.Intensity > v.limit || p.Intensity < v.least:
			v.left.deep++
		default:
			v.may = append(v.may, i)
		}
	}
	if w.Energy > 0 && w.Energy <= lowEnergy {
		v.onlyShort()
	}
	return v
}

// fits reports whether a prompt supposes nothing that the writer has not said.
func (m Me) fits(p *Prompt, day Day) bool {
	if p.Side != AnySide && p.Side != m.Side || p.Role != AnyRole && p.Role != m.Role {
		return false
	}
	if slices.Contains(p.AvoidIf, Unsafe) && !m.Safe() {
		return false
	}
	if p.MinDays > 0 && (m.Parted == 0 || day < m.Parted+Day(p.MinDays)) {
		return false
	}
	return !slices.ContainsFunc(p.Needs, func(n Need) bool { return !slices.Contains(m.Needs, n) })
}

// onlyShort leaves the prompts that a line answers, if any of them is new.
func (v *view) onlyShort() {
	short := slices.DeleteFunc(slices.Clone(v.may), func(i int) bool { return v.lib.prompts[i].Depth != oneMinute })
	if slices.ContainsFunc(short, v.fresh) {
		v.left.short = len(v.may) - len(short)
		v.may = short
	}
}

// fresh reports whether a prompt was not seen within a year before the day.
func (v *view) fresh(i int) bool { return v.last[i] == 0 || v.day-v.last[i] > freshDays }

// stands reports whether the question that was shown today may still be: what was
// asked for deeper may be one step beyond the cap.
func (v *view) stands(i int) bool {
	p := &v.lib.prompts[i]
	limit := v.limit
	if v.w.CanDeepen(v.day) {
		limit++
	}
	return !v.w.History.isNever(p.ID) && !slices.Contains(v.w.Me.Avoid, p.Theme) && v.w.Me.fits(p, v.day) &&
		p.Intensity <= limit && (!v.w.Me.OnlyMine || p.Own)
}

// pick returns the prompt to ask when none stands for the day.
func (v *view) pick() (best int, ok bool) {
	recent := v.recent()
	scale := v.scale(recent)
	draw := newDraw(v.w.Salt, v.day)
	var bestRank rank
	for _, i := range v.may {
		p := &v.lib.prompts[i]
		var r rank
		if v.fresh(i) {
			r.crowding = recent.crowding(p)
			r.score = v.w.Me.stageWeight(p)*point + scale.score(p) + draw.score(p.ID)
		} else {
			r.seen = v.place[i]
		}
		if !ok || r.before(bestRank) {
			best, bestRank, ok = i, r, true
		}
	}
	return best, ok
}

// rank orders the prompts that may be asked. What is equal in it stays in the
// order of ids.
type rank struct {
	seen     int // 0 for what is new, then from longest ago on
	crowding int
	score    int
}

func (r rank) before(o rank) bool {
	if r.seen != o.seen {
		return r.seen < o.seen
	}
	if r.crowding != o.crowding {
		return r.crowding < o.crowding
	}
	return r.score > o.score
}

// stageWeight returns how well a prompt fits what occupies the writer, from 0 to 3.
func (m Me) stageWeight(p *Prompt) (most int) {
	for _, s := range p.Stages {
		if slices.Contains(m.Stages, s.Stage) {
			most = max(most, s.Weight)
		}
	}
	return most
}

// recent is what was asked of late.
type recent struct {
	rested  []Theme       // the themes of the last two days
	form    Form          // of the question before
	asked   map[Theme]int // how often each theme came in four weeks
	total   int           // of all
	skipped map[Theme]int // how often a theme was turned away in a week
}

// recent returns what was asked in the days before. What was asked on the day
// itself counts only once the day's question was turned away: until then the
// choice must not depend on what else was written that day.
func (v *view) recent() recent {
	h := &v.w.History
	turnedAway := h.today.day == v.day && h.today.id == ""
	var before []Asked
	for _, a := range h.asked {
		if a.Day == v.day && !turnedAway {
			a.Day, a.End = a.Before, Shown
		}
		if a.Day != 0 && a.Day <= v.day {
			before = append(before, a)
		}
	}
	slices.SortStableFunc(before, func(a, b Asked) int { return int(a.Day - b.Day) })
	r := recent{asked: make(map[Theme]int), skipped: make(map[Theme]int)}
	for _, a := range slices.Backward(before) {
		i, ok := v.lib.index(a.ID)
		if !ok {
			continue
		}
		theme, form := v.lib.prompts[i].Theme, v.lib.prompts[i].Form
		if r.form == "" {
			r.form = form
		}
		if a.Day < v.day-balanceDays {
			break
		}
		r.asked[theme]++
		r.total++
		if a.Day >= v.day-restDays {
			r.rested = append(r.rested, theme)
		}
		if a.End == Skipped && a.Day >= v.day-weekDays {
			r.skipped[theme]++
		}
	}
	return r
}

// crowding is 0 for a prompt that stands clear of the questions before it.
func (r recent) crowding(p *Prompt) int {
	n := 0
	if slices.Contains(r.rested, p.Theme) {
		n = 2
	}
	if p.Form == r.form {
		n++
	}
	return n
}

// scale weighs what a prompt is, whoever is asked: its theme and its intensity.
type scale struct {
	theme     map[Theme]int
	intensity [maxIntensity + 1]int
}

func (v *view) scale(r recent) scale {
	s := scale{theme: make(map[Theme]int)}
	have := make(map[Theme]int)
	var all, unused [maxIntensity + 1]int
	var sum, sumUnused int
	for _, i := range v.may {
		p := &v.lib.prompts[i]
		have[p.Theme]++
		all[p.Intensity]++
		sum++
		if v.fresh(i) || v.last[i] == v.day { // what else was written today must not weigh
			unused[p.Intensity]++
			sumUnused++
		}
	}
	for theme, n := range have {
		// Two points for a theme that came once less than its share of four weeks.
		s.theme[theme] = min(max(2*point*(n*r.total-r.asked[theme]*sum)/sum, -2*point), 2*point)
		if r.skipped[theme] >= 2 {
			s.theme[theme] -= 2 * point
		}
	}
	for _, id := range v.w.History.liked {
		if i, ok := v.lib.index(id); ok && have[v.lib.prompts[i].Theme] > 0 {
			theme := v.lib.prompts[i].Theme
			s.theme[theme] += point
			have[theme] = 0 // once a theme
		}
	}
	for n := range all {
		if all[n] > 0 {
			s.intensity[n] = 6*point*unused[n]/all[n] - 6*point*sumUnused/sum
		}
	}
	return s
}

func (s scale) score(p *Prompt) int { return s.theme[p.Theme] + s.intensity[p.Intensity] }

// draw gives each prompt its share of chance on a day.
type draw struct {
	text []byte
	head int
}

func newDraw(salt string, day Day) *draw {
	text := []byte(salt + "|" + day.String() + "|")
	return &draw{text: text, head: len(text)}
}

// score returns from 0 up to and with 2 points.
func (d *draw) score(id string) int {
	d.text = append(d.text[:d.head], id...)
	sum := sha256.Sum256(d.text)
	return int(uint64(binary.BigEndian.Uint32(sum[:])) * (2*point + 1) >> 32)
}
