package cmd

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// margin is the number of spaces to the left of everything that is shown.
const margin = 3

// textWidth returns how wide a text may be on a screen of that width, between the
// margins and never wider than is pleasant to read.
func textWidth(width int) int { return max(1, min(width-margin-1, 74)) }

// rule returns a line across the measure of a screen of that width.
func rule(width int) string { return strings.Repeat("-", textWidth(width)) }

// indent returns s with n spaces before each line that is not empty.
func indent(s string, n int) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = strings.Repeat(" ", n) + line
		}
	}
	return strings.Join(lines, "\n")
}

// visible returns s as it is safe to show: whatever could move the cursor, hide
// text or turn its direction becomes an escape like \x1b or \u202e. Newlines, tabs
// and ordinary text in any language are left alone.
func visible(s string) string { return withEscapes(s, false) }

// oneLine is visible for a single line: newlines and tabs become spaces.
func oneLine(s string) string { return withEscapes(s, true) }

func withEscapes(s string, flat bool) string {
	var b strings.Builder
	kept, prev := 0, rune(0)
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < 0x7f {
			prev = rune(c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		as := s[i : i+size]
		switch {
		case r == '\n' || r == '\t' || r == '\r' && strings.HasPrefix(s[i:], "\r\n"):
			if r == '\r' {
				as, size = "\n", 2
			}
			if flat {
				as = " "
			}
		case r < ' ' || r == 0x7f || r == utf8.RuneError && size == 1:
			as = fmt.Sprintf(`\x%02x`, s[i])
		case r == '🏴':
			size += subdivision(s[i+size:])
			as = s[i : i+size]
		case hides(r, prev):
			as = strings.Trim(strconv.QuoteRuneToASCII(r), "'")
		}
		if as != s[i:i+size] {
			b.WriteString(s[kept:i])
			b.WriteString(as)
			kept = i + size
		}
		prev = r
		i += size
	}
	if kept == 0 {
		return s
	}
	return b.String() + s[kept:]
}

// hides reports whether r, behind prev, could hide or turn text. Joiners and
// variation selectors belong to many scripts and to emoji, where they follow a
// character that they can join or vary; anywhere else they are hiding something.
func hides(r, prev rune) bool {
	switch {
	case r >= 0x80 && r <= 0x9f, r == 0x061c, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f,
		r == 0x200e, r == 0x200f, r == 0xfeff, r >= 0xfff9 && r <= 0xfffb, r >= 0x1d173 && r <= 0x1d17a,
		r >= 0xe0000 && r <= 0xe007f:
		return true
	case r >= 0x200b && r <= 0x200d, r == 0x180e:
		return prev <= unicode.MaxASCII || !unicode.In(prev, unicode.L, unicode.M, unicode.N, unicode.S)
	case unicode.Is(unicode.Variation_Selector, r):
		return !unicode.IsGraphic(prev) || unicode.In(prev, unicode.Z, unicode.Variation_Selector)
	}
	return false
}

// subdivision returns the length of the invisible letters that make a black flag,
// which stands before s, the flag of England, Scotland, Wales or the like.
func subdivision(s string) int {
	const end = "\U000e007f"
	n := strings.Index(s, end)
	if n < 0 || n > 6*len(end) {
		return 0
	}
	for _, r := range s[:n] {
		if r < 0xe0030 || r > 0xe007a {
			return 0
		}
	}
	return n + len(end)
}

// style decides whether a text may be set bold or dim; nothing else is ever
// styled. The zero style leaves every text as it is, for pipes and NO_COLOR.
type style struct{ on bool }

// bold returns s set in bold.
func (st style) bold(s string) string { return st.set("\x1b[1m", s) }

// dim returns s set dim, for ids and hints.
func (st style) dim(s string) string { return st.set("\x1b[2m", s) }

func (st style) set(sgr, s string) string {
	if !st.on || s == "" {
		return s
	}
	return sgr + s + "\x1b[22m"
}

// listLine returns one entry of a list, without a newline at its end: the day
// ("Tue 10", or "" when it is that of the line above), the clock ("21:47" or ""),
// heading, tags, star and id. A long heading goes on once on a second line; on a
// narrow screen the parts stand below each other.
func listLine(st style, width int, day, clock, heading string, tags []string, starred bool, id string) string {
	room := textWidth(width)
	when := strings.TrimRight(pad(oneLine(day), 6)+"  "+oneLine(clock), " ")
	star := "  "
	if starred {
		star = "* "
	}
	id = oneLine(id)
	end := star + st.dim(id)
	if room < 60 {
		return stack(st, room, 2, when, unmarked(heading), tags, end)
	}
	when = pad(when, 13) + "   "
	middle := room - cells(when) - cells(end) - 1
	head, tagged := beside(st, unmarked(heading), tags, middle, 9)
	lines := []string{strings.Repeat(" ", margin) + when + pad(head[0], middle-cells(tagged)) + tagged + " " + end}
	lines[0] = strings.TrimRight(lines[0], " ")
	for _, line := range head[1:] {
		lines = append(lines, strings.Repeat(" ", margin+cells(when))+line)
	}
	return strings.Join(lines, "\n")
}

// passage is a line of text with the places of what was looked for in it: the bytes from,
// and up to, rising.
type passage struct {
	text string
	hits [][2]int
}

// marked returns the passage as it is safe to show, with its hits in bold.
func (p passage) marked() *marked {
	m := new(marked)
	at := 0
	for _, hit := range p.hits {
		from, to := max(hit[0], at), min(hit[1], len(p.text))
		if from < to {
			m.add(oneLine(p.text[at:from]), false)
			m.add(oneLine(p.text[from:to]), true)
			at = to
		}
	}
	m.add(oneLine(p.text[at:]), false)
	return m
}

// unmarked returns a line of text as it is safe to show.
func unmarked(s string) *marked { return passage{text: s}.marked() }

// hitLines returns one result of a search, without a newline at its end: its
// number in the list, the day ("Thu 14 Nov 2019"), heading and tags, and below
// them the snippet. What was looked for is bold.
func hitLines(st style, width int, number int, day string, heading passage, tags []string, snippet passage) string {
	room := textWidth(width)
	count := fmt.Sprintf("%2d  ", number)
	when := count + oneLine(day)
	var lines []string
	if room < 60 {
		lines = append(lines, stack(st, room, len(count), when, heading.marked(), tags, ""))
	} else {
		when = pad(when, len(count)+15) + "   "
		head, tagged := beside(st, heading.marked(), tags, room-cells(when), 0)
		first := pad(head[0], room-cells(when)-cells(tagged)) + tagged
		lines = append(lines, strings.Repeat(" ", margin)+strings.TrimRight(when+first, " "))
		for _, line := range head[1:] {
			lines = append(lines, strings.Repeat(" ", margin+cells(when))+line)
		}
	}
	if snippet.text == "" {
		return strings.Join(lines, "\n")
	}
	for _, line := range snippet.marked().lines(st, room-len(count)) {
		lines = append(lines, strings.Repeat(" ", margin+len(count))+line)
	}
	return strings.Join(lines, "\n")
}

// beside lays a heading and its tags side by side into room columns: the heading
// in one or two lines, and the tags with the spaces behind them that bring them
// into a column of their own, that many columns wide, where they fit into it.
func beside(st style, heading *marked, tags []string, room, column int) (head []string, tagged string) {
	if len(tags) == 0 {
		return heading.twoLines(st, room-1), ""
	}
	tagged = pad(fitTags(tags, max(12, room-cells(heading.text.String())-2)), column)
	return heading.twoLines(st, room-cells(tagged)-2), tagged
}

// stack lays the parts of an entry below each other, for narrow screens.
func stack(st style, room, in int, when string, heading *marked, tags []string, end string) string {
	var lines []string
	if when != "" {
		lines = append(lines, truncate(when, room))
	}
	for _, line := range heading.twoLines(st, room-in) {
		lines = append(lines, strings.Repeat(" ", in)+line)
	}
	last := strings.Repeat(" ", in) + fitTags(tags, room-in-cells(end)-1)
	if above := len(lines) - 1; len(tags) == 0 && cells(lines[above])+1+cells(end) <= room {
		last, lines = lines[above], lines[:above]
	}
	if last = strings.TrimRight(pad(last, room-cells(end))+end, " "); last != "" {
		lines = append(lines, last)
	}
	return indent(strings.Join(lines, "\n"), margin)
}

// fitTags returns the tags that fit into width columns, and how many more there are.
func fitTags(tags []string, width int) string {
	all := make([]string, len(tags))
	for i, tag := range tags {
		all[i] = "@" + strings.TrimPrefix(oneLine(tag), "@")
	}
	for n := len(all); n > 0; n-- {
		more := ""
		if n < len(all) {
			more = fmt.Sprintf(" +%d", len(all)-n)
		}
		if s := strings.Join(all[:n], " "); cells(s)+len(more) <= width {
			return s + more
		} else if n == 1 {
			return truncate(s, max(1, width-len(more))) + more
		}
	}
	return ""
}
