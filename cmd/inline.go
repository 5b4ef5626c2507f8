package cmd

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// flow returns the lines of a heading or a paragraph.
func (p *printer) flow(n ast.Node, width int) []string {
	var m marked
	_, heading := n.(*ast.Heading)
	// Within lists and quotes, indentation is Markdown's; elsewhere the writer's.
	indented := n.Kind() == ast.KindParagraph && n.Parent().Kind() == ast.KindDocument
	if indented && n.Lines().Len() > 0 {
		start := n.Lines().At(0).Start
		line := p.src[bytes.LastIndexByte(p.src[:start], '\n')+1 : start]
		m.add(leading(line), false)
	}
	p.inline(&m, n, heading, indented)
	return m.lines(p.st, width)
}

// inline adds what n contains to m.
func (p *printer) inline(m *marked, n ast.Node, bold, indented bool) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			p.words(m, c.Segment.Start, c.Segment.Stop, bold, unescaped)
			if c.SoftLineBreak() || c.HardLineBreak() {
				m.add("\n", false)
				if _, next, ok := bytes.Cut(p.src[c.Segment.Stop:], []byte("\n")); ok && indented {
					m.add(leading(next), false)
				}
			}
		case *ast.CodeSpan:
			m.add("`", bold)
			for t := c.FirstChild(); t != nil; t = t.NextSibling() {
				if t, ok := t.(*ast.Text); ok {
					p.words(m, t.Segment.Start, t.Segment.Stop, bold, func(src []byte) string { return string(src) })
				}
			}
			m.add("`", bold)
		case *ast.Emphasis:
			mark := p.marks(c)
			m.add(mark, bold)
			p.inline(m, c, bold || c.Level > 1, indented)
			m.add(mark, bold)
		case *ast.Link:
			from := m.text.Len()
			p.inline(m, c, bold, indented)
			p.address(m, m.text.String()[from:], c.Destination, c.Title, bold)
		case *ast.Image:
			m.add("[image: ", bold)
			from := m.text.Len()
			p.inline(m, c, bold, indented)
			p.address(m, m.text.String()[from:], c.Destination, c.Title, bold)
			m.add("]", bold)
		case *ast.AutoLink:
			m.add(p.plain(string(c.Label(p.src))), bold)
		case *ast.RawHTML:
			m.add(p.plain(string(c.Segments.Value(p.src))), bold)
		default:
			p.inline(m, c, bold, indented)
		}
	}
}

// words adds a stretch of the text, read by a function. What was looked for is bold.
func (p *printer) words(m *marked, from, to int, bold bool, read func([]byte) string) {
	next, _ := slices.BinarySearchFunc(p.hits, from, func(hit [2]int, at int) int { return hit[1] - at - 1 })
	for _, hit := range p.hits[next:] {
		if hit[0] >= to {
			break
		}
		if start, end := max(hit[0], from), min(hit[1], to); start < end {
			m.add(p.plain(read(p.src[from:start])), bold)
			m.add(p.plain(read(p.src[start:end])), true)
			from = end
		}
	}
	m.add(p.plain(read(p.src[from:to])), bold)
}

// address adds where a link leads, unless its text says the same.
func (p *printer) address(m *marked, label string, destination, title []byte, bold bool) {
	url := p.plain(unescaped(destination))
	if label == url || "mailto:"+label == url {
		url = ""
	}
	if len(title) > 0 {
		url = strings.TrimLeft(url+` "`+p.plain(unescaped(title))+`"`, " ")
	}
	switch {
	case url == "":
	case label == "":
		m.add(url, bold)
	default:
		m.add(" ("+url+")", bold)
	}
}

// marks returns the stars or underscores of an emphasis if they must be seen:
// within a word or a sum, 2*3*4 would read 234 without them.
func (p *printer) marks(n *ast.Emphasis) string {
	start := n.Pos()
	if start < 0 || start+n.Level > len(p.src) {
		return ""
	}
	within := start > 0 && util.IsAlphaNumeric(p.src[start-1])
	if next, ok := n.NextSibling().(*ast.Text); ok && next.Segment.Len() > 0 {
		within = within || util.IsAlphaNumeric(p.src[next.Segment.Start])
	}
	if !within {
		return ""
	}
	return string(p.src[start : start+n.Level])
}

// plain returns s as it is safe to show. A reference may still have been a tab.
func (p *printer) plain(s string) string {
	return strings.ReplaceAll(visible(s), "\t", "    ")
}

// leading returns the spaces that line begins with.
func leading(line []byte) string {
	return string(line[:len(line)-len(bytes.TrimLeft(line, " "))])
}

// unescaped returns Markdown's text with its escapes (\*) and references (&amp;)
// resolved, each once.
func unescaped(src []byte) string {
	if !bytes.ContainsAny(src, `\&`) {
		return string(src)
	}
	var b strings.Builder
	for len(src) > 0 {
		n := 1
		switch {
		case src[0] == '\\' && len(src) > 1 && util.IsPunct(src[1]):
			src = src[1:]
			b.WriteByte(src[0])
		case src[0] == '&':
			n = reference(src)
			b.Write(util.ResolveEntityNames(util.ResolveNumericReferences(src[:n])))
		default:
			b.WriteByte(src[0])
		}
		src = src[n:]
	}
	return b.String()
}

// reference returns the length of what may be a reference like &amp; or &#38; at
// the start of src, 1 if it cannot be one.
func reference(src []byte) int {
	for i, c := range src[1:min(len(src), 40)] {
		if c == ';' {
			return i + 2
		}
		if c != '#' && !util.IsAlphaNumeric(c) {
			break
		}
	}
	return 1
}
