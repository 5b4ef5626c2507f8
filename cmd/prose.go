package cmd

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// deepest is how many lists and quotes within each other are set off. A text that
// nests deeper was not written by hand, and indenting it would take for ever.
const deepest = 12

// prose returns an entry's Markdown as calm text, without a margin and without a
// newline at its end, in lines of at most width columns and never more than 76.
// Nothing that was written is left out: newlines stay newlines, lists keep their
// markers, links show where they lead, and what is not Markdown, HTML too, is
// shown as it stands. Lines of code are never broken. Hits are bytes of md that were
// looked for, from and up to, rising; outside of code they are bold.
func prose(md string, width int, st style, hits ...[2]int) string {
	width = max(1, min(width, 76))
	// Behind the last newline, the parser overlooks a fence's word of one letter.
	p := printer{src: []byte(untabbed(strings.ReplaceAll(md, "\r\n", "\n")) + "\n"), st: st}
	if !strings.ContainsAny(md, "\r\t") { // or else they are somewhere else by now
		p.hits = hits
	}
	if tangled(p.src) {
		return strings.Join(wrapLines(p.plain(strings.Trim(string(p.src), "\n")), width), "\n")
	}
	// Without paragraph transformers, definitions of links stay in the text.
	doc := parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...),
	).Parse(text.NewReader(p.src))
	return strings.Join(p.blocks(doc, width, 0), "\n")
}

// untabbed returns s with spaces for its tabs, up to every fourth column, which is
// what a tab means in Markdown. What it means to a terminal nobody knows.
func untabbed(s string) string {
	if strings.IndexByte(s, '\t') < 0 {
		return s
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		column := 0
		for {
			before, after, tab := strings.Cut(line, "\t")
			b.WriteString(before)
			if !tab {
				break
			}
			column += cells(before)
			b.WriteString("    "[column%4:])
			column += 4 - column%4
			line = after
		}
	}
	return b.String()
}

// tangled reports whether src is no text that a person wrote but one made to keep
// the parser busy, whose time grows with the square of two things: the lists and
// quotes that begin on one line, and the marks between two empty lines.
func tangled(src []byte) bool {
	const mostNested, mostMarks = 50, 500
	marks := 0
	for line := range bytes.Lines(src) {
		rest := bytes.TrimLeft(line, " >+*-.)0123456789")
		lead := line[:len(line)-len(rest)]
		nested := bytes.Count(lead, []byte(">"))
		for _, end := range []string{"- ", "+ ", "* ", ". ", ") "} {
			nested += bytes.Count(lead, []byte(end))
		}
		if nested > mostNested {
			return true
		}
		if len(bytes.TrimSpace(line)) == 0 {
			marks = 0
		}
		prev := byte(0)
		for _, c := range line {
			if c != prev && strings.IndexByte("*_[<`", c) >= 0 {
				marks++
			}
			prev = c
		}
		if marks > mostMarks {
			return true
		}
	}
	return false
}

// printer turns one Markdown text into lines for the screen.
type printer struct {
	src  []byte
	st   style
	hits [][2]int // in src
}

// blocks returns the lines of what n contains, with an empty line where the
// writer left one or more.
func (p *printer) blocks(n ast.Node, width, depth int) []string {
	var lines []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if len(lines) > 0 && c.HasBlankPreviousLines() {
			lines = append(lines, "")
		}
		lines = append(lines, p.block(c, width, depth)...)
	}
	return lines
}

func (p *printer) block(n ast.Node, width, depth int) []string {
	switch n := n.(type) {
	case *ast.Heading, *ast.Paragraph, *ast.TextBlock:
		return p.flow(n, width)
	case *ast.Blockquote:
		return p.within("| ", "| ", n, width, depth)
	case *ast.ListItem:
		marker := p.marker(n) + " "
		return p.within(marker, strings.Repeat(" ", len(marker)), n, width, depth)
	case *ast.CodeBlock:
		return p.code(n)
	case *ast.FencedCodeBlock:
		if n.Info == nil {
			return p.code(n)
		}
		info := p.plain(unescaped(n.Info.Segment.Value(p.src)))
		return append([]string{"    " + p.st.dim(info)}, p.code(n)...)
	case *ast.HTMLBlock:
		var b strings.Builder
		b.Write(n.Lines().Value(p.src))
		if n.HasClosure() {
			b.Write(n.ClosureLine.Value(p.src))
		}
		return wrapLines(p.plain(strings.TrimRight(b.String(), "\n")), width)
	case *ast.ThematicBreak:
		return []string{"-----"}
	default:
		return p.blocks(n, width, depth)
	}
}

// within returns the lines of a list item or a quote, the first set off by one
// prefix and the others by another.
func (p *printer) within(prefix, others string, n ast.Node, width, depth int) []string {
	if depth == deepest {
		prefix, others = "", ""
	}
	inner := max(width-len(prefix), min(width, 16))
	lines := p.blocks(n, inner, min(depth+1, deepest))
	if prefix == "" {
		return lines
	}
	if len(lines) == 0 {
		lines = []string{""}
	}
	for i, line := range lines {
		if i > 0 {
			prefix = others
		}
		if lines[i] = prefix + line; line == "" {
			lines[i] = strings.TrimRight(prefix, " ")
		}
	}
	return lines
}

// marker returns what the writer put before a list item: its own dash, star or
// number, which is not always the number that Markdown would count.
func (p *printer) marker(n *ast.ListItem) string {
	rest := p.src[max(0, min(n.Pos(), len(p.src))):]
	rest = bytes.TrimLeft(rest, " ")
	digits := len(rest) - len(bytes.TrimLeft(rest, "0123456789"))
	list := n.Parent().(*ast.List)
	if digits < len(rest) && rest[digits] == list.Marker && (digits > 0) == list.IsOrdered() {
		return string(rest[:digits+1])
	}
	if !list.IsOrdered() {
		return string(list.Marker)
	}
	number := list.Start
	for c := n.PreviousSibling(); c != nil; c = c.PreviousSibling() {
		number++
	}
	return strconv.Itoa(number) + string(list.Marker)
}

// code returns the lines of a code block as they are, however long.
func (p *printer) code(n ast.Node) []string {
	var lines []string
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		line := strings.TrimRight(string(segment.Value(p.src)), "\r\n")
		lines = append(lines, strings.TrimRight("    "+p.plain(line), " "))
	}
	return lines
}
