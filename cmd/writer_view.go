package cmd

import "strings"

// emptyPage is how many rows a page has when nothing stands on it yet.
const emptyPage = 4

// pageLayout is how a page is set on a screen.
type pageLayout struct {
	columns  int // for text
	question []string
	height   int  // rows for the text
	airy     bool // whether there is room for empty rows
	ruled    bool // whether there is room for more than the text and the keys
}

// layOut fits a page into a screen. On a small one the empty rows go first,
// then what does not fit of the question; the text has three rows at least, if
// there are so many.
func layOut(question string, rows, width int, notice bool) pageLayout {
	s := pageLayout{columns: textWidth(width), airy: rows >= 16, ruled: rows >= 7}
	rest := rows - 1 // the keys
	if notice && rows > 2 {
		rest--
	}
	if s.ruled {
		rest -= 2
		if s.airy {
			rest -= 3 // above and below the text, and the first row of all
		}
		if question != "" {
			s.question = setQuestion(question, s.columns)
			room := rest - 3
			if s.airy {
				room-- // below the question
			}
			if len(s.question) > room {
				s.question = s.question[:max(0, room)]
				if room > 0 {
					s.question[room-1] = strings.TrimRight(s.question[room-1], ".") + " ..."
				}
			}
			if rest -= len(s.question); s.airy {
				rest--
			}
		}
	}
	s.height = max(1, rest)
	return s
}

// setQuestion returns the rows of a question.
func setQuestion(question string, columns int) []string {
	var out []string
	for line := range strings.SplitSeq(strings.TrimSpace(question), "\n") {
		rows := softWrap(line, columns)
		for i := range rows {
			start, end := rowSpan(rows, line, i)
			out = append(out, strings.TrimRight(showRow(line[start:end], columns), " "))
		}
	}
	return out
}

// show has the screen show the page as it is now, if it does not yet and is not
// still being painted.
func (w *pageWriter) show() {
	if !w.late || w.screen.busy {
		return
	}
	w.late = false
	w.screen.paint(w.frame(w.screen.size()))
}

// frame returns what the page looks like.
func (w *pageWriter) frame(rows, width int) pageFrame {
	s := layOut(w.question, rows, width, w.failed != nil)
	left := strings.Repeat(" ", margin)
	line := left + w.style.dim(rule(width))
	w.columns, w.height = s.columns, s.height
	text, at, column := w.view()

	f := pageFrame{rows: rows, width: width, column: min(margin+column, width-1)}
	blank := func() {
		if s.airy {
			f.lines = append(f.lines, "")
		}
	}
	if s.ruled {
		blank()
		for _, row := range s.question {
			f.lines = append(f.lines, left+row)
		}
		if len(s.question) > 0 {
			blank()
		}
		f.lines = append(f.lines, line)
		blank()
	}
	f.row = len(f.lines) + at
	for _, row := range text {
		f.lines = append(f.lines, left+row)
	}
	if s.ruled {
		for range min(emptyPage, s.height) - len(text) {
			blank()
		}
		blank()
		f.lines = append(f.lines, line)
	}
	f.lines = append(f.lines, w.style.dim(keysLine(w.canEdit, width)))
	if w.failed != nil {
		f.lines = append(f.lines, left+truncate(oneLine("No draft could be kept just now: "+w.failed.Error()), width-margin-1))
	}
	f.lines = f.lines[:min(len(f.lines), rows)]
	return f
}

// keysLine returns the line about the keys, as long as there is room for it.
func keysLine(canEdit bool, width int) string {
	lines := []string{
		"Ctrl-D keep    Ctrl-C stop, a draft stays",
		"Ctrl-D keep    Ctrl-C stop",
		"^D keep  ^C stop",
	}
	if canEdit {
		lines = []string{
			"Ctrl-D keep    Ctrl-E your editor    Ctrl-C stop, a draft stays",
			"Ctrl-D keep  Ctrl-E editor  Ctrl-C stop",
			"Ctrl-D keep Ctrl-E editor Ctrl-C stop",
			"^D keep  ^E editor  ^C stop",
		}
	}
	for _, line := range lines {
		if indent := min(margin, width-1-len(line)); indent > 0 {
			return strings.Repeat(" ", indent) + line
		}
	}
	return showRow(lines[len(lines)-1], max(1, width-1))
}

// remains returns what stays on the screen of a page that was kept: its text
// between two rules, or the end of a text that is longer than the screen.
func (w *pageWriter) remains() (out string) {
	defer func() {
		if recover() != nil {
			out = "" // the text is safe; only this look back at it is not
		}
	}()
	rows, width := w.screen.size()
	s := layOut("", rows, width, false)
	w.columns, w.height = s.columns, max(1, rows-10)
	w.end()
	text, _, _ := w.view()
	for len(text) > 0 && strings.TrimSpace(text[len(text)-1]) == "" {
		text = text[:len(text)-1]
	}
	if len(text) == 0 {
		return ""
	}
	left := strings.Repeat(" ", margin)
	line := left + w.style.dim(rule(width)) + "\n"
	var b strings.Builder
	b.WriteString(line + "\n")
	if w.top != (rowSpot{}) {
		b.WriteString(left + w.style.dim("...") + "\n")
	}
	for _, row := range text {
		b.WriteString(strings.TrimRight(left+row, " ") + "\n")
	}
	b.WriteString("\n" + line)
	return b.String()
}
