package cmd

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// cells returns how many columns s takes on a terminal. Our own styling takes
// none.
func cells(s string) int {
	return displaywidth.Options{ControlSequences: true}.String(s)
}

// pad returns s with spaces behind it, at least width columns wide.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-cells(s)))
}

// truncate returns s, or as much of it as fits into width columns with "..."
// behind it. It takes plain text of one line.
func truncate(s string, width int) string {
	if cells(s) <= width {
		return s
	}
	if width <= 3 {
		return displaywidth.TruncateString(s, max(0, width), "")
	}
	return strings.TrimRight(displaywidth.TruncateString(s, width-3, ""), " ") + "..."
}

// wrapLines returns the lines of s, none wider than width columns unless a single
// character is. Its newlines stay. Lines break at spaces, between ideographs, and
// inside a word only where it is wider than a whole line.
func wrapLines(s string, width int) []string {
	var lines []string
	for _, line := range breaks(s, width) {
		lines = append(lines, s[line[0]:line[1]])
	}
	return lines
}

// wrapWords returns s with newlines instead of the spaces at which its lines break. A
// word that is wider than a whole line stays in one piece.
func wrapWords(s string, width int) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.Split(s, " ") {
		wide := cells(word)
		switch {
		case i == 0:
		case used+1+wide > width:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += wide
	}
	return b.String()
}

// breaks returns the lines of s as byte ranges; the newlines and spaces at which
// it broke lie between them.
func breaks(s string, width int) [][2]int {
	var lines [][2]int
	for at := 0; ; {
		end := strings.IndexByte(s[at:], '\n')
		if end < 0 {
			return breakLine(lines, s, at, len(s), width)
		}
		lines = breakLine(lines, s, at, at+end, width)
		at += end + 1
	}
}

// breakLine appends the lines into which s[start:end], which has no newlines, breaks.
func breakLine(lines [][2]int, s string, start, end, width int) [][2]int {
	end = start + len(strings.TrimRightFunc(s[start:end], breakingSpace))
	// The last place to break: a line can end at stop, and the next begin at next.
	stop, next, used := start, start, 0
	prev, spaced := rune(' '), false
	i := start
	for g := displaywidth.StringGraphemes(s[start:end]); g.Next(); {
		size, w, r := len(g.Value()), g.Width(), firstRune(g.Value())
		if breakingSpace(r) && size == utf8.RuneLen(r) { // an accent may stand on a space
			if !spaced {
				stop = i
			}
			next, spaced = i+size, true
			used, prev, i = used+w, r, i+size
			continue
		}
		if !spaced && i > start && breaksBetween(prev, r) {
			stop, next = i, i
		}
		spaced = false
		for used+w > width && i > start {
			switch {
			case stop > start:
				lines = append(lines, [2]int{start, stop})
				start = next
			case next > start: // only the indentation stands before this word
				start = next
			default:
				lines = append(lines, [2]int{start, i})
				start = i
			}
			stop, next, used = start, start, cells(s[start:i])
		}
		used, prev, i = used+w, lastRune(g.Value()), i+size
	}
	return append(lines, [2]int{start, end})
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

func breakingSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\u200b':
		return true
	case '\u00a0', '\u2007', '\u202f':
		return false
	}
	return r > unicode.MaxLatin1 && unicode.Is(unicode.Zs, r)
}

// breaksBetween reports whether a line may end after a and the next begin with b
// though no space stands between them: behind a dash, and around ideographs and
// kana where no punctuation forbids it.
func breaksBetween(a, b rune) bool {
	const never = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
	if a == '—' {
		return unicode.In(b, unicode.L, unicode.N, unicode.Ps, unicode.Pi)
	}
	if a < '\u2e80' && b < '\u2e80' || !ideographic(a) && !ideographic(b) {
		return false
	}
	return !unicode.In(a, unicode.Ps, unicode.Pi) &&
		!unicode.In(b, unicode.Pe, unicode.Pf, unicode.Po, unicode.Pd, unicode.Lm) && !strings.ContainsRune(never, b)
}

func ideographic(r rune) bool {
	return r >= '\u3000' && r <= '\u30ff' || r >= '\uff00' && r <= '\uffef' || unicode.Is(unicode.Han, r)
}

// marked is a text of which some stretches, byte ranges in order, are bold.
type marked struct {
	text strings.Builder
	bold [][2]int
}

func (m *marked) add(s string, bold bool) {
	from := m.text.Len()
	m.text.WriteString(s)
	if !bold || s == "" {
		return
	}
	if n := len(m.bold); n > 0 && m.bold[n-1][1] == from {
		m.bold[n-1][1] = m.text.Len()
		return
	}
	m.bold = append(m.bold, [2]int{from, m.text.Len()})
}

// lines returns the text wrapped. Bold ends with each line and begins again on
// the next, as pagers expect it.
func (m *marked) lines(st style, width int) []string {
	var lines []string
	for _, line := range breaks(m.text.String(), width) {
		lines = append(lines, m.piece(st, line[0], line[1]))
	}
	return lines
}

// twoLines returns the text wrapped once; what does not fit into the second line is cut.
func (m *marked) twoLines(st style, width int) []string {
	width = max(1, width)
	s := m.text.String()
	lines := breaks(s, width)
	first := m.piece(st, lines[0][0], lines[0][1])
	if len(lines) == 1 {
		return []string{first}
	}
	from, kept := lines[1][0], truncate(s[lines[1][0]:], width)
	if strings.HasPrefix(s[from:], kept) {
		return []string{first, m.piece(st, from, from+len(kept))}
	}
	return []string{first, m.piece(st, from, from+len(kept)-len("...")) + "..."}
}

// piece returns the bytes of the text from one place up to another.
func (m *marked) piece(st style, from, to int) string {
	s := m.text.String()
	next, _ := slices.BinarySearchFunc(m.bold, from, func(r [2]int, at int) int { return r[1] - at - 1 })
	var b strings.Builder
	for _, r := range m.bold[next:] {
		if r[0] >= to {
			break
		}
		b.WriteString(s[from:max(r[0], from)])
		b.WriteString(st.bold(s[max(r[0], from):min(r[1], to)]))
		from = min(r[1], to)
	}
	b.WriteString(s[from:to])
	return b.String()
}
