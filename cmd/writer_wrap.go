package cmd

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

const (
	tabStop = 4
	// longestCharacter bounds what counts as one character: the longest emoji
	// families take 41 bytes, while a letter can carry any number of accents.
	longestCharacter = 64
)

// characterAt returns the bytes and the columns of the character that s begins
// with, as it is shown at a column.
func characterAt(s string, column int) (size, width int) {
	b := s[0]
	if b >= ' ' && b < utf8.RuneSelf && b != 0x7f && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return 1, 1
	}
	if b == '\t' {
		return 1, tabStop - column%tabStop
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 || b < utf8.RuneSelf {
		if escape := visible(s[:1]); escape != s[:1] {
			return 1, len(escape)
		}
	}
	g := displaywidth.StringGraphemes(s[:min(len(s), longestCharacter)])
	g.Next()
	c := g.Value()
	if len(c) < size || !utf8.ValidString(c) {
		c = s[:size]
	}
	if safe := visible(c); safe != c {
		return len(c), cells(safe)
	}
	return len(c), cells(c)
}

// softWrap returns the bytes at which the rows of a line begin when it is set in
// so many columns. It breaks behind blanks and wide characters, else wherever it
// must; blanks at the end of a row hang over it.
func softWrap(line string, columns int) []int {
	rows := []int{0}
	line = strings.TrimSuffix(line, "\r")
	start, at, column, may := 0, 0, 0, 0
	for at < len(line) {
		size, width := characterAt(line[at:], column)
		blank := line[at] == ' ' || line[at] == '\t'
		if !blank && column > 0 && column+width > columns {
			if may == start {
				may = at
			}
			start, at, column = may, may, 0
			rows = append(rows, start)
			continue
		}
		at += size
		column += width
		if blank || width == 2 {
			may = at
		}
	}
	return rows
}

// rowAt returns the index of the row that holds a byte of the line.
func rowAt(rows []int, at int) int {
	return sort.Search(len(rows), func(i int) bool { return rows[i] > at }) - 1
}

// rowSpan returns where a row begins and ends.
func rowSpan(rows []int, line string, i int) (start, end int) {
	if i+1 < len(rows) {
		return rows[i], rows[i+1]
	}
	return rows[i], len(line)
}

// columnOf returns the column at which a byte of a row is shown.
func columnOf(text string) int {
	column := 0
	for len(text) > 0 {
		size, width := characterAt(text, column)
		text = text[size:]
		column += width
	}
	return column
}

// byteAt returns the byte of a row that is shown at a column, or the last one
// before it.
func byteAt(text string, goal int) int {
	at, column := 0, 0
	for at < len(text) {
		size, width := characterAt(text[at:], column)
		if column+width > goal {
			break
		}
		at += size
		column += width
	}
	return at
}

// showRow returns a row as it may be sent to a terminal: no control character,
// no byte that is not text, nothing wider than the columns. A carriage return
// before a line's end is not shown.
func showRow(text string, columns int) string {
	var b strings.Builder
	column := 0
	for len(text) > 0 && text != "\r" {
		size, width := characterAt(text, column)
		if column+width > columns {
			break
		}
		if text[0] == '\t' {
			b.WriteString(strings.Repeat(" ", width))
		} else {
			b.WriteString(visible(text[:size]))
		}
		text = text[size:]
		column += width
	}
	return b.String()
}

// characterBefore returns where the character before a byte of the line begins.
// It starts from a place nearby where one certainly begins: at a plain letter or
// blank that follows a plain one.
func characterBefore(line string, at int) int {
	from := at - 1
	for from > 0 && at-from < 4*longestCharacter && (line[from] >= utf8.RuneSelf || line[from-1] >= utf8.RuneSelf) {
		from--
	}
	for from > 0 && !utf8.RuneStart(line[from]) {
		from--
	}
	for {
		size, _ := characterAt(line[from:], 0)
		if from+size >= at {
			return from
		}
		from += size
	}
}
