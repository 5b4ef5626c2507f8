package cmd

import "slices"

// rowSpot is a place on the page: a line of the text and a row of that line.
type rowSpot struct{ line, row int }

// pageWindow is the part of a paper that is on the screen: how wide the text is
// set, how many rows there are for it, and which of them comes first.
type pageWindow struct {
	*paper
	columns, height int
	top             rowSpot
	long            []wrappedLine // how long lines were wrapped, latest first
}

// wrappedLine remembers the rows of a line.
type wrappedLine struct {
	line    string
	columns int
	rows    []int
}

const (
	longLine  = 4096 // bytes from which wrapping again and again is felt
	longLines = 8
)

// rows returns where the rows of a line begin.
func (w *pageWindow) rows(line int) []int {
	text := w.lines[line]
	if len(text) < longLine {
		return softWrap(text, w.columns)
	}
	for _, known := range w.long {
		if known.columns == w.columns && known.line == text {
			return known.rows
		}
	}
	rows := softWrap(text, w.columns)
	w.long = slices.Insert(w.long, 0, wrappedLine{text, w.columns, rows})
	w.long = w.long[:min(len(w.long), longLines)]
	return rows
}

// cursor returns the cursor's row, and the column it stands at.
func (w *pageWindow) cursor() (rowSpot, int) {
	rows := w.rows(w.line)
	r := rowAt(rows, w.at)
	return rowSpot{w.line, r}, min(columnOf(w.lines[w.line][rows[r]:w.at]), w.columns)
}

// step moves a spot by rows, as far as there are any.
func (w *pageWindow) step(s rowSpot, by int) rowSpot {
	for ; by < 0; by++ {
		switch {
		case s.row > 0:
			s.row--
		case s.line > 0:
			s.line--
			s.row = len(w.rows(s.line)) - 1
		default:
			return s
		}
	}
	for ; by > 0; by-- {
		switch {
		case s.row < len(w.rows(s.line))-1:
			s.row++
		case s.line < len(w.lines)-1:
			s = rowSpot{line: s.line + 1}
		default:
			return s
		}
	}
	return s
}

// before reports whether a spot is above another.
func (s rowSpot) before(t rowSpot) bool {
	return s.line < t.line || s.line == t.line && s.row < t.row
}

// vertical moves the cursor up or down by rows, in the column where it began.
func (w *pageWindow) vertical(by int) {
	from, at := w.cursor()
	if w.goal < 0 {
		w.goal = at
	}
	goal := w.goal
	to := w.step(from, by)
	if to == from {
		if by < 0 {
			w.start()
		} else {
			w.end()
		}
		return
	}
	rows := w.rows(to.line)
	start, end := rowSpan(rows, w.lines[to.line], to.row)
	text := w.lines[to.line][start:end]
	w.line, w.at = to.line, start+byteAt(text, goal)
	if w.at == end && to.row < len(rows)-1 {
		w.at = characterBefore(w.lines[to.line], end)
	}
	w.cutting, w.goal = false, goal
}

// home moves the cursor to where its row begins.
func (w *pageWindow) home() {
	w.settle()
	rows := w.rows(w.line)
	w.at = rows[rowAt(rows, w.at)]
}

// rowEnd moves the cursor to where its row ends: before the blank at which the
// row was broken, or behind the line.
func (w *pageWindow) rowEnd() {
	w.settle()
	rows := w.rows(w.line)
	r := rowAt(rows, w.at)
	_, w.at = rowSpan(rows, w.lines[w.line], r)
	if r < len(rows)-1 {
		w.at = characterBefore(w.lines[w.line], w.at)
	}
}

// view returns the rows to show, and where among them the cursor is. The window
// moves as little as it must: to have the cursor in it, and no empty rows below
// a text that would fill them.
func (w *pageWindow) view() (lines []string, line, column int) {
	at, column := w.cursor()
	last := rowSpot{len(w.lines) - 1, len(w.rows(len(w.lines)-1)) - 1}
	if at.before(w.top) {
		w.top = at
	}
	if low := w.step(at, 1-w.height); w.top.before(low) {
		w.top = low
	}
	if full := w.step(last, 1-w.height); full.before(w.top) {
		w.top = full
	}
	if n := len(w.rows(w.top.line)); w.top.row >= n {
		w.top.row = n - 1
	}
	for s := w.top; len(lines) < w.height; {
		if s == at {
			line = len(lines)
		}
		start, end := rowSpan(w.rows(s.line), w.lines[s.line], s.row)
		lines = append(lines, showRow(w.lines[s.line][start:end], w.columns))
		next := w.step(s, 1)
		if next == s {
			break
		}
		s = next
	}
	return lines, line, column
}
