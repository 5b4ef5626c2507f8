package format

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// sentinel is a heading that is parsed behind a text. If it is none there, it was
// swallowed by a block that is still open.
const sentinel = "\n\n# .\n"

// outline is what a parsed text has that matters here.
type outline struct {
	source   []byte // with the sentinel
	headings []*ast.Heading
	open     ast.Node // the block still open at the end, or nil
}

func (p prose) parse(s string) outline {
	o := outline{source: append(unifyLines(s), sentinel...)}
	doc := p.parser.Parse(text.NewReader(o.source))
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // no error comes of it
		if h, ok := n.(*ast.Heading); ok && entering {
			o.headings = append(o.headings, h)
		}
		return ast.WalkContinue, nil
	})
	last := len(o.headings) - 1
	if last >= 0 && ast.Node(o.headings[last]) == doc.LastChild() && o.headings[last].Pos() >= len(s) {
		o.headings = o.headings[:last]
	} else {
		o.open = doc.LastChild()
	}
	return o
}

// doubtful reports whether a text has what is not always where it seems to be: tabs,
// headings without content, and underlined ones, some of which, such as those below a
// link's definition, cannot be put into one line.
func (o *outline) doubtful() bool {
	return o.open != nil || slices.Contains(o.source, '\t') || slices.ContainsFunc(o.headings, func(h *ast.Heading) bool {
		return h.Lines().Len() == 0 || o.underlined(h)
	})
}

// count returns the number of headings, without the underlined ones unless they are
// converted.
func (o *outline) count(convert bool) (n int) {
	for _, h := range o.headings {
		if convert || !o.underlined(h) {
			n++
		}
	}
	return n
}

// underlined reports whether a heading is of the kind with a line of = or - below.
func (o *outline) underlined(h *ast.Heading) bool {
	if h.Lines().Len() == 0 {
		return false
	}
	start, _ := o.trimmed(h.Lines().At(0))
	line := o.source[o.lineStart(start):start]
	return !slices.Contains(line, '#')
}

// marks returns where the # signs of a heading begin, at from or behind it; -1 if they
// are not found.
func (o *outline) marks(h *ast.Heading, from int) int {
	if h.Lines().Len() > 0 {
		line := o.lineStart(h.Lines().At(0).Start)
		return line + slices.Index(o.source[line:], '#')
	}
	// Behind tabs, the parser's position may be some bytes too far.
	last := o.newline(min(h.Pos(), len(o.source)-1))
	for line := o.lineStart(max(h.Pos()-4, 0)); line <= last; line = o.newline(line) + 1 {
		at := line
		for isMark(o.source[at]) {
			at++
		}
		if at >= from && o.source[at] == '#' {
			return at
		}
	}
	return -1
}

// trimmed returns where a line of a heading begins and ends, without space around it.
func (o *outline) trimmed(line text.Segment) (start, end int) {
	start, end = line.Start, line.Stop
	for start < end && util.IsSpace(o.source[start]) {
		start++
	}
	for end > start && util.IsSpace(o.source[end-1]) {
		end--
	}
	return start, end
}

func (o *outline) lineStart(i int) int {
	for i > 0 && o.source[i-1] != '\n' {
		i--
	}
	return i
}

// newline returns where the line that i is in ends.
func (o *outline) newline(i int) int {
	for o.source[i] != '\n' {
		i++
	}
	return i
}

// closing returns the line that closes the block still open.
func (o *outline) closing() string {
	lines := o.open.Lines()
	if lines.Len() == 0 {
		return ""
	}
	first := lines.At(0)
	block, ok := o.open.(*ast.HTMLBlock)
	if !ok {
		// A fence's lines begin below the one that opens it.
		opening := strings.TrimLeft(string(o.source[o.lineStart(o.lineStart(first.Start)-1):first.Start]), " ")
		return opening[:len(opening)-len(strings.TrimLeft(opening, opening[:1]))]
	}
	switch block.HTMLBlockType {
	case ast.HTMLBlockType1:
		return htmlEnd(string(first.Value(o.source)))
	case ast.HTMLBlockType2:
		return "-->"
	case ast.HTMLBlockType3:
		return "?>"
	case ast.HTMLBlockType4:
		return ">"
	}
	return "]]>"
}

// htmlEnd returns the tag that closes what a line opens: pre, script, style or textarea.
func htmlEnd(line string) string {
	line = strings.ToLower(strings.TrimLeft(line, " <"))
	for _, name := range []string{"script", "style", "textarea"} {
		if strings.HasPrefix(line, name) {
			return "</" + name + ">"
		}
	}
	return "</pre>"
}
