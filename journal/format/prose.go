package format

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// prose puts a person's Markdown below headings of ours. Two things of it would
// change what stands around it: its headings, and a block that is still open at its
// end and would swallow what follows. Only these are changed, headings by their level
// and open blocks by a closing line; all else stays to the byte. Where they are, only
// a parser knows, since neither a # in a fence of code nor a --- below a list is a
// heading; so everything here goes by the syntax tree of CommonMark. Most texts have
// nothing of either, which a look at how their lines begin can tell.
type prose struct {
	parser parser.Parser
	by     int // how many levels headings move down
}

// deepest is the lowest level that Markdown has for headings.
const deepest = 6

func newProse(by int) prose {
	return prose{by: by, parser: parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)}
}

// append appends a text, without line ends before its end but for one. An empty text
// appends nothing.
func (p prose) append(b []byte, s string) []byte {
	s = strings.TrimRight(s, "\r\n")
	if s == "" {
		return b
	}
	switch {
	case plain(s):
	case thorny(s):
		s = fenced(s)
	default:
		s = p.lower(s)
	}
	b = append(b, s...)
	return append(b, '\n')
}

// plain reports whether no line of the text can begin a heading, or a block that may
// stay open, or underline a heading.
func plain(s string) bool {
	if strings.IndexByte(s, '\r') >= 0 {
		s = string(unifyLines(s))
	}
	for {
		i := 0
		for i < len(s) && isMark(s[i]) {
			i++
		}
		switch rest := s[i:]; {
		case rest == "" || rest[0] == '\n' || rest[0] == '\r':
			if strings.IndexByte(s[:i], '-') >= 0 {
				return false
			}
		case rest[0] == '#':
			rest = strings.TrimLeft(rest, "#")
			if rest == "" || strings.IndexByte(" \t\r\n\v\f", rest[0]) >= 0 {
				return false
			}
		case rest[0] == '<', rest[0] == '=', strings.HasPrefix(rest, "```"), strings.HasPrefix(rest, "~~~"):
			return false
		}
		n := strings.IndexByte(s[i:], '\n')
		if n < 0 {
			return true
		}
		s = s[i+n+1:]
	}
}

// isMark reports whether c may stand before a block: as space, or in the marks of
// quotations and lists.
func isMark(c byte) bool {
	switch c {
	case ' ', '\t', '\v', '\f', '>', '-', '+', '*', '.', ')':
		return true
	}
	return c >= '0' && c <= '9'
}

// unifyLines returns the text with every lone carriage return, which ends a line too,
// as a newline. Places in it stay the same.
func unifyLines(s string) []byte {
	b := []byte(s)
	for i, c := range b {
		if c == '\r' && (i+1 == len(b) || b[i+1] != '\n') {
			b[i] = '\n'
		}
	}
	return b
}

// lower returns the text with its headings moved down and its last block closed. Where
// that may have gone wrong it is parsed again, and at worst shown as code.
func (p prose) lower(s string) string {
	o := p.parse(s)
	for _, convert := range []bool{true, false} {
		lowered := p.rewrite(s, o, convert)
		if o.open != nil {
			lowered += "\n" + o.closing()
		}
		if !o.doubtful() || p.fits(lowered, o.count(convert)) {
			return lowered
		}
	}
	return fenced(s)
}

// fits reports whether the text has that many headings, all of them below ours, and
// nothing open at its end.
func (p prose) fits(s string, headings int) bool {
	o := p.parse(s)
	return o.open == nil && len(o.headings) == headings &&
		!slices.ContainsFunc(o.headings, func(h *ast.Heading) bool { return h.Level <= p.by })
}

// rewrite returns the text with its headings moved down. Underlined ones are put into
// one line if convert is set, or else are headings no more.
func (p prose) rewrite(s string, o outline, convert bool) string {
	var b strings.Builder
	done := 0
	put := func(from, to int, instead string) {
		b.WriteString(s[done:from])
		b.WriteString(instead)
		done = to
	}
	for _, h := range o.headings {
		level := min(h.Level+p.by, deepest)
		if !o.underlined(h) {
			if at := o.marks(h, done); at >= 0 {
				put(at, at+h.Level, strings.Repeat("#", level))
			}
			continue
		}
		lines := h.Lines()
		start, _ := o.trimmed(lines.At(0))
		_, end := o.trimmed(lines.At(lines.Len() - 1))
		under := o.newline(end) + 1
		if !convert {
			at := under + strings.IndexAny(s[under:], "=-")
			put(at, at, `\`)
			continue
		}
		put(start, start, strings.Repeat("#", level)+" ")
		for i := 1; i < lines.Len(); i++ {
			_, before := o.trimmed(lines.At(i - 1))
			after, _ := o.trimmed(lines.At(i))
			put(withoutBreak(s, before), after, " ")
		}
		if at := closingMarks(s, start, end); at < end {
			put(at, at, `\`)
		}
		_, stop := o.trimmed(text.NewSegment(under, o.newline(under)))
		put(end, stop, "")
	}
	b.WriteString(s[done:])
	return b.String()
}

// withoutBreak returns the end of a line without the backslash that breaks it.
func withoutBreak(s string, end int) int {
	marks := end - len(strings.TrimRight(s[:end], `\`))
	return end - marks%2
}

// closingMarks returns where the last # signs begin that would close a heading in one
// line, rather than be part of it; end if there are none.
func closingMarks(s string, start, end int) int {
	at := start + len(strings.TrimRight(s[start:end], "#"))
	if at > start && !isSpace(s[at-1]) {
		return end
	}
	return at
}
