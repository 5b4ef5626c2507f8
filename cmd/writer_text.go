package cmd

import (
	"slices"
	"strings"
)

// paper is the text that is being written, and the place in it. It keeps every
// byte as it came: nothing is normalised, counted or cut.
type paper struct {
	lines   []string // without their newlines; never empty
	line    int      // the cursor's line
	at      int      // the cursor's byte in that line, always where a character begins
	goal    int      // the column that moves up and down strive for; -1 when there is none
	cut     string   // what was last deleted by more than a character
	cutting bool     // whether the next cut joins the last one
	changes int      // how often the text has changed
}

// newPaper returns a paper with the text on it and the cursor behind it.
func newPaper(text string) *paper {
	p := &paper{lines: strings.Split(text, "\n"), goal: -1}
	p.line = len(p.lines) - 1
	p.at = len(p.lines[p.line])
	return p
}

// String returns the whole text.
func (p *paper) String() string { return strings.Join(p.lines, "\n") }

// insert puts text where the cursor is.
func (p *paper) insert(text string) {
	if text == "" {
		return
	}
	p.settle()
	p.changes++
	before, after := p.lines[p.line][:p.at], p.lines[p.line][p.at:]
	if !strings.Contains(text, "\n") {
		p.lines[p.line] = before + text + after
		p.at += len(text)
		return
	}
	fresh := strings.Split(text, "\n")
	last := len(fresh) - 1
	fresh[0] = before + fresh[0]
	at := len(fresh[last])
	fresh[last] += after
	p.lines = slices.Replace(p.lines, p.line, p.line+1, fresh...)
	p.line, p.at = p.line+last, at
}

// settle ends a run of moves up or down, and a run of cuts.
func (p *paper) settle() { p.goal, p.cutting = -1, false }

// remove takes out what stands between the cursor and another place, and
// returns it. The cursor stays at the earlier of the two.
func (p *paper) remove(line, at int) string {
	fromLine, fromAt, toLine, toAt := p.line, p.at, line, at
	if line < p.line || line == p.line && at < p.at {
		fromLine, fromAt, toLine, toAt = line, at, p.line, p.at
	}
	if fromLine == toLine && fromAt == toAt {
		return ""
	}
	p.changes++
	gone := p.lines[fromLine][fromAt:]
	if fromLine == toLine {
		gone = p.lines[fromLine][fromAt:toAt]
	} else {
		gone += "\n" + strings.Join(append(slices.Clone(p.lines[fromLine+1:toLine]), p.lines[toLine][:toAt]), "\n")
	}
	joined := p.lines[fromLine][:fromAt] + p.lines[toLine][toAt:]
	p.lines = slices.Replace(p.lines, fromLine, toLine+1, joined)
	p.line, p.at = fromLine, fromAt
	return gone
}

// left moves the cursor one character back, over line ends too.
func (p *paper) left() {
	p.settle()
	switch {
	case p.at > 0:
		p.at = characterBefore(p.lines[p.line], p.at)
	case p.line > 0:
		p.line--
		p.at = len(p.lines[p.line])
	}
}

// right moves the cursor one character on, over line ends too.
func (p *paper) right() {
	p.settle()
	switch {
	case p.at < len(p.lines[p.line]):
		size, _ := characterAt(p.lines[p.line][p.at:], 0)
		p.at += size
	case p.line < len(p.lines)-1:
		p.line++
		p.at = 0
	}
}

// wordLeft moves the cursor to where the word before it begins.
func (p *paper) wordLeft() {
	if p.at == 0 {
		p.left()
		return
	}
	p.settle()
	before := strings.TrimRight(p.lines[p.line][:p.at], blanks)
	p.at = strings.LastIndexAny(before, blanks) + 1
}

// wordRight moves the cursor to where the word after it ends.
func (p *paper) wordRight() {
	rest := p.lines[p.line][p.at:]
	if rest == "" {
		p.right()
		return
	}
	p.settle()
	word := strings.TrimLeft(rest, blanks)
	if n := strings.IndexAny(word, blanks); n >= 0 {
		word = word[n:]
	} else {
		word = ""
	}
	p.at += len(rest) - len(word)
}

// blanks part words.
const blanks = " \t"

// erase deletes what the move passes over: a character, which is gone.
func (p *paper) erase(move func()) {
	line, at := p.line, p.at
	move()
	p.remove(line, at)
	p.settle()
}

// cutOver deletes what the move passes over and remembers it, so that paste
// can put it back. Cuts in a row are remembered together.
func (p *paper) cutOver(move func()) {
	joins := p.cutting
	line, at := p.line, p.at
	move()
	backward := p.line < line || p.line == line && p.at < at
	gone := p.remove(line, at)
	p.settle()
	if gone == "" {
		p.cutting = joins
		return
	}
	switch {
	case !joins:
		p.cut = gone
	case backward:
		p.cut = gone + p.cut
	default:
		p.cut += gone
	}
	p.cutting = true
}

// lineStart moves the cursor to where its line begins.
func (p *paper) lineStart() { p.settle(); p.at = 0 }

// lineEnd moves the cursor to where its line ends, and from there to the next
// line, so that cutting on and on takes line after line.
func (p *paper) lineEnd() {
	if p.at == len(p.lines[p.line]) {
		p.right()
		return
	}
	p.settle()
	p.at = len(p.lines[p.line])
}

// start moves the cursor before the text.
func (p *paper) start() { p.settle(); p.line, p.at = 0, 0 }

// end moves the cursor behind the text.
func (p *paper) end() {
	p.settle()
	p.line = len(p.lines) - 1
	p.at = len(p.lines[p.line])
}
