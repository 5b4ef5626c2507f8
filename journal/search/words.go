package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// kind is what a character is to a word.
type kind byte

const (
	between  kind = iota // parts words
	attached             // belongs to what stands before it
	letter               // of a script with spaces, or a digit
	glyph                // of a script without
	pictured             // emoji
)

// slow yields the words between two places of the text. It reports whether to go on.
func (w *walk) slow(start, end int) bool {
	if w.segments == nil {
		w.segments = words.FromString("")
	}
	w.segments.SetText(w.text[start:end])
	for w.segments.Next() {
		if !w.segment(start+w.segments.Start(), start+w.segments.End()) {
			return false
		}
	}
	return w.run.end(w)
}

// segment yields the words of one segment of UAX 29.
func (w *walk) segment(start, end int) bool {
	for i := start; i < end; {
		r, size := utf8.DecodeRuneInString(w.text[i:end])
		k := kindOf(r)
		stop := i + size
		switch k {
		case letter:
			stop = w.letters(i, end)
		case glyph:
			stop = w.cluster(stop, end)
		case pictured:
			stop = w.picture(stop, end)
		}
		if k == attached && w.run.reach(i) {
			w.run.last = stop // the mark of a character of which UAX 29 parted it
		} else if !w.part(k, i, stop) {
			return false
		}
		i = stop
	}
	return true
}

// part yields the words of a part of a segment, all of one kind.
func (w *walk) part(k kind, start, end int) bool {
	switch k {
	case glyph:
		return w.run.add(w, start, end)
	case letter:
		return w.run.end(w) && w.lettered(start, end)
	case pictured:
		return w.run.end(w) && w.emoji(start, end)
	}
	return true
}

// letters returns where the run of letters and digits ends that begins at start.
func (w *walk) letters(start, end int) int {
	for i := start; i < end; {
		r, size := utf8.DecodeRuneInString(w.text[i:end])
		switch k := kindOf(r); {
		case k == letter, k == attached:
		case k == between && w.joins(r, start, i, i+size, end):
		default:
			return i
		}
		i += size
	}
	return end
}

// joins reports whether r, between two places, is part of the word that begins at start:
// an apostrophe between letters, the point of the Catalan l·l, a mark inside Hebrew.
func (w *walk) joins(r rune, start, from, to, end int) bool {
	before, after := lastLetter(w.text[start:from]), firstLetter(w.text[to:end])
	switch r {
	case '\'', '’', '‘', '＇':
		return before != 0 && after != 0
	case '·':
		return unicode.ToLower(before) == 'l' && unicode.ToLower(after) == 'l'
	case '"', '״':
		return unicode.Is(unicode.Hebrew, before) && unicode.Is(unicode.Hebrew, after)
	case '‧':
		return before != 0 && after != 0
	}
	return false
}

// lastLetter returns the letter that s ends in, but for its marks; 0 without one.
func lastLetter(s string) rune {
	for len(s) > 0 {
		r, size := utf8.DecodeLastRuneInString(s)
		if kindOf(r) != attached {
			return letterOr0(r)
		}
		s = s[:len(s)-size]
	}
	return 0
}

// firstLetter returns the letter that s begins with, behind marks; 0 without one.
func firstLetter(s string) rune {
	for _, r := range s {
		if kindOf(r) != attached {
			return letterOr0(r)
		}
	}
	return 0
}

func letterOr0(r rune) rune {
	if unicode.IsLetter(r) && kindOf(r) == letter {
		return r
	}
	return 0
}

// cluster returns where the marks end that belong to the character before start.
func (w *walk) cluster(start, end int) int {
	for i, r := range w.text[start:end] {
		if kindOf(r) != attached && !jamoBehind(r) {
			return start + i
		}
	}
	return end
}

// picture returns where the emoji ends whose first character stands before start.
func (w *walk) picture(start, end int) int {
	for i, r := range w.text[start:end] {
		if k := kindOf(r); k != attached && k != pictured {
			return start + i
		}
	}
	return end
}

// lettered yields a word of letters and digits, and the one that stands in it beside an
// apostrophe.
func (w *walk) lettered(start, end int) bool {
	whole := w.analyser.fold(w.text[start:end])
	if whole == "" {
		return true
	}
	if !w.yield(Word{whole, start, end, w.position}) {
		return false
	}
	if strings.IndexByte(whole, '\'') >= 0 {
		from, to := beside(w.text[start:end])
		inner := w.analyser.fold(w.text[start+from : start+to])
		if inner != "" && inner != whole && !w.yield(Word{inner, start + from, start + to, w.position}) {
			return false
		}
	}
	w.position++
	return true
}

// beside returns where the word stands that s, a word with an apostrophe, has beside it;
// the whole of s without one.
func beside(s string) (from, to int) {
	first, last := strings.IndexAny(s, "'’‘＇ʼ"), strings.LastIndexAny(s, "'’‘＇ʼ")
	if first < 0 {
		return 0, len(s)
	}
	_, size := utf8.DecodeRuneInString(s[first:])
	if rest := Fold(s[first+size:]); rest != "" && strings.IndexByte("aeiouhy", rest[0]) >= 0 && elided(Fold(s[:first])) {
		return first + size, len(s)
	}
	_, size = utf8.DecodeRuneInString(s[last:])
	if tail := s[last+size:]; tail == "s" || tail == "S" {
		return 0, last
	}
	return 0, len(s)
}

// elided reports whether a word of French, Italian or Catalan stands before an apostrophe
// where it lost its end.
func elided(s string) bool {
	switch s {
	case "l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "quelqu", "presqu",
		"un", "gl", "dell", "all", "nell", "dall", "sull", "coll", "quell", "quest", "bell", "sant":
		return true
	}
	return false
}

// dense is a run of characters of a script without spaces, of which the last one waits
// for the next.
type dense struct {
	term        string
	first, last int // its place
	open        bool
}

// reach reports whether the waiting character ends at i.
func (d *dense) reach(i int) bool { return d.open && d.last == i }

// add yields the waiting character and its pair with the one from start to end, which
// waits from now on.
func (d *dense) add(w *walk, start, end int) bool {
	term := w.text[start:end]
	if r, size := utf8.DecodeRuneInString(term); size < len(term) || !plain(r) {
		term = Fold(term)
	}
	if d.open && (d.last == start || w.text[d.last:start] == "\u200b") {
		pair := w.text[d.first:end]
		if len(pair) != len(d.term)+len(term) || pair[:len(d.term)] != d.term || pair[len(d.term):] != term {
			pair = d.term + term
		}
		if !w.yield(Word{pair, d.first, end, w.position}) {
			return false
		}
	}
	if !d.end(w) {
		return false
	}
	if term != "" {
		*d = dense{term, start, end, true}
	}
	return true
}

// end yields the waiting character, if there is one.
func (d *dense) end(w *walk) bool {
	if !d.open {
		return true
	}
	d.open = false
	if !w.yield(Word{d.term, d.first, d.last, w.position}) {
		return false
	}
	w.position++
	return true
}
