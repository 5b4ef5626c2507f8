package prompts

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Choosing, in short. Of the prompts that suit a writer about whom nothing is
// known, those that were never asked come first; they all come before any comes
// twice. Among them the best is one whose theme was not asked in the two days
// before, and whose form is not that of the question before; where there is none,
// the theme counts for more. What is then still equal is drawn by a hash of salt,
// day and id, so that every machine draws alike and nothing has to be remembered
// about the draw. When all were asked, the one asked longest ago comes again.

// Choice is the question that was chosen, with what led to it.
type Choice struct {
	Prompt  Prompt   // zero if there is none that may be asked
	Why     []string // two or three plain sentences
	Fresh   int      // how many there are behind this one that were never asked
	Revisit bool     // this one was asked before
	Before  Day      // when it was, if so
}

// restDays is for how many days a theme rests after it was asked.
const restDays = 2

// point is the worth of one point in the score of a prompt. Scores are integers:
// sums of floats may differ between machines.
const point = 1_000_000

// Choose returns the question of the day. The one that the history says was shown
// on this day stands until it is turned away. The salt tells journals apart; any
// text will do, and the same salt draws the same questions.
func Choose(lib *Library, day Day, h History, salt string) Choice {
	v := survey(lib, h)
	if id, ok := h.Today(day); ok && !h.isNever(id) {
		if i, ok := lib.index(id); ok {
			return v.explain(day, h, i, h.today.before)
		}
	}
	i, ok := v.pick(day, h, salt)
	if !ok {
		return Choice{Why: []string{
			"There is no question that may be asked at present.",
			"The blank page is always there.",
		}}
	}
	var before Day
	if place := v.place[i]; place > 0 {
		before = h.asked[place-1].Day
	}
	return v.explain(day, h, i, before)
}

// Another returns the question that follows when the writer turns away the one
// that Choose returns. The caller keeps that with h.Skip(day, the one turned
// away).Show(day, the one that followed).
func Another(lib *Library, day Day, h History, salt string) Choice {
	turned := Choose(lib, day, h, salt)
	if turned.Prompt.ID == "" {
		return turned
	}
	return Choose(lib, day, h.Skip(day, turned.Prompt.ID), salt)
}

// view is the library seen with what was asked from it.
type view struct {
	lib      *Library
	place    []int // for each prompt its place in h.asked, from 1; 0 if it never was
	may      []int // the prompts that may be asked
	guarded  int   // how many suppose something, or ask much
	setAside int   // how many the writer does not want to see again
}

func survey(lib *Library, h History) view {
	v := view{
		lib:   lib,
		place: make([]int, len(lib.prompts)),
		may:   make([]int, 0, len(lib.prompts)),
	}
	for place := range h.asked {
		if i, ok := lib.index(h.asked[place].ID); ok {
			v.place[i] = place + 1
		}
	}
	for i := range lib.prompts {
		switch p := &lib.prompts[i]; {
		case h.isNever(p.ID):
			v.setAside++
		case !p.careful():
			v.guarded++
		default:
			v.may = append(v.may, i)
		}
	}
	return v
}

// pick returns the prompt to ask when none stands for the day.
func (v view) pick(day Day, h History, salt string) (best int, ok bool) {
	recent := v.recent(day, h)
	draw := newDraw(salt, day)
	var bestRank rank
	for _, i := range v.may {
		p := &v.lib.prompts[i]
		r := rank{place: v.place[i]}
		if r.place == 0 {
			r.crowding = recent.crowding(p)
			r.score = draw.score(p.ID)
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
	place    int // 0 for never asked, then from longest ago on
	crowding int
	score    int
}

func (r rank) before(o rank) bool {
	if r.place != o.place {
		return r.place < o.place
	}
	if r.crowding != o.crowding {
		return r.crowding < o.crowding
	}
	return r.score > o.score
}

// recent is what was asked of late.
type recent struct {
	themes []Theme
	form   Form
}

// recent returns what was asked in the days before. What was asked on the day
// itself counts only once the day's question was turned away: until then the
// choice must not depend on what else was written that day.
func (v view) recent(day Day, h History) recent {
	turnedAway := h.today.day == day && h.today.id == ""
	var r recent
	for n := len(h.asked) - 1; n >= 0; n-- {
		a := h.asked[n]
		if a.Day > day || a.Day == day && !turnedAway {
			continue
		}
		i, ok := v.lib.index(a.ID)
		if ok && r.form == "" {
			r.form = v.lib.prompts[i].Form
		}
		if a.Day < day-restDays {
			break
		}
		if ok {
			r.themes = append(r.themes, v.lib.prompts[i].Theme)
		}
	}
	return r
}

// crowding is 0 for a prompt that stands clear of the questions before it.
func (r recent) crowding(p *Prompt) int {
	n := 0
	if slices.Contains(r.themes, p.Theme) {
		n = 2
	}
	if p.Form == r.form {
		n++
	}
	return n
}

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
