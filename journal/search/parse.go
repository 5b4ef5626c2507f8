package search

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A query is read after this grammar, all of it in one pass:
//
//	query  = both {"OR" both}
//	both   = part {["AND"] part}
//	part   = ("NOT" | "-") part | "(" query ")" | field ":" value | ("@" | "#") tag | value
//	value  = "\"" words "\"" | word | word "*" | word "~" ("1" | "2")
//
// The operators are in capitals; and, or and not are words. A dash negates in front of a
// part only. A word is what stands between spaces, brackets and quotation marks; where
// analysis makes several words of it, they are looked for in a row, as a phrase.

// Options are what reading a query takes.
type Options struct {
	// Analyser makes terms of words. It has to be that of the index.
	Analyser *Analyser
	// Dates reads a date for from, to and on. Its error is shown to the person. Without
	// it, these fields are refused.
	Dates func(text string) (Range, error)
}

// Range is the first and the last order of what a date covers, in whatever numbers the
// caller gives dates an order by.
type Range struct{ From, To int64 }

// The bounds of what is read: nobody types more, and what is read takes a while then.
const (
	maxQuery = 4096 // bytes
	maxDepth = 32   // brackets and negations in each other
)

// Parse reads a query. The error is a *SyntaxError.
func Parse(text string, o Options) (*Query, error) {
	p := &parser{text: text, options: o}
	root, err := p.whole()
	if err != nil {
		return nil, err
	}
	return &Query{root}, nil
}

// parser reads a query from left to right.
type parser struct {
	text    string
	at      int
	depth   int
	options Options
}

func (p *parser) fail(at int, format string, a ...any) error {
	return &SyntaxError{fmt.Sprintf(format, a...), p.text, at}
}

func (p *parser) whole() (*Node, error) {
	if len(p.text) > maxQuery {
		at := maxQuery
		for at > 0 && !utf8.RuneStart(p.text[at]) {
			at--
		}
		return nil, p.fail(at, "the search is too long; %d bytes are the most", maxQuery)
	}
	for i, r := range p.text {
		if r == utf8.RuneError && !strings.HasPrefix(p.text[i:], "\uFFFD") {
			return nil, p.fail(i, "there is something here that is no text")
		}
	}
	if p.space(); p.at == len(p.text) {
		return nil, p.fail(0, "there is nothing to look for")
	}
	root, err := p.either()
	if err != nil {
		return nil, err
	}
	if p.at < len(p.text) {
		return nil, p.fail(p.at, "this bracket was never opened")
	}
	return root, nil
}

// space goes to the next token.
func (p *parser) space() {
	for p.at < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.at:])
		if !unicode.IsSpace(r) {
			return
		}
		p.at += size
	}
}

// operator takes an operator that stands here.
func (p *parser) operator(name string) bool {
	rest, ok := strings.CutPrefix(p.text[p.at:], name)
	if !ok {
		return false
	}
	if r, size := utf8.DecodeRuneInString(rest); size > 0 && !ends(r) {
		return false
	}
	p.at += len(name)
	p.space()
	return true
}

// ended reports whether a part ends here.
func (p *parser) ended() bool { return p.at == len(p.text) || p.text[p.at] == ')' }

func (p *parser) either() (*Node, error) {
	var kids []*Node
	for {
		at := p.at
		if p.operator("OR") {
			return nil, p.fail(at, "OR needs something on both sides")
		}
		kid, err := p.both()
		if err != nil {
			return nil, err
		}
		kids = append(kids, kid)
		at = p.at
		if !p.operator("OR") {
			return join(Or, kids), nil
		}
		if p.ended() {
			return nil, p.fail(at, "OR needs something on both sides")
		}
	}
}

func (p *parser) both() (*Node, error) {
	var kids []*Node
	for {
		at := p.at
		if p.operator("AND") {
			if len(kids) == 0 || p.ended() || p.ahead("OR") || p.ahead("AND") {
				return nil, p.fail(at, "AND needs something on both sides")
			}
		}
		kid, err := p.part()
		if err != nil {
			return nil, err
		}
		kids = append(kids, kid)
		if p.space(); p.ended() || p.ahead("OR") {
			return join(And, kids), nil
		}
	}
}

// ahead reports whether an operator stands here.
func (p *parser) ahead(name string) bool {
	at := p.at
	ok := p.operator(name)
	p.at = at
	return ok
}

// join makes one node of several, and of those with the same operation under it.
func join(op Op, kids []*Node) *Node {
	if len(kids) == 1 {
		return kids[0]
	}
	flat := make([]*Node, 0, len(kids))
	for _, kid := range kids {
		if kid.Op == op {
			flat = append(flat, kid.Kids...)
		} else {
			flat = append(flat, kid)
		}
	}
	return &Node{Op: op, Kids: flat}
}

// deeper reads a part in another one that begins at a place.
func (p *parser) deeper(at int, read func() (*Node, error)) (*Node, error) {
	if p.depth == maxDepth {
		return nil, p.fail(at, "too much stands inside each other here; %d deep is the most", maxDepth)
	}
	p.depth++
	defer func() { p.depth-- }()
	return read()
}

func (p *parser) part() (*Node, error) {
	at := p.at
	if p.operator("NOT") {
		if p.ended() || p.ahead("OR") || p.ahead("AND") {
			return nil, p.fail(at, "NOT needs something behind it")
		}
		return p.not(at)
	}
	switch r, size := utf8.DecodeRuneInString(p.text[p.at:]); {
	case r == '(':
		return p.brackets()
	case r == '-':
		p.at++
		next, size := utf8.DecodeRuneInString(p.text[p.at:])
		switch {
		case next == '-':
			return nil, p.fail(at, "one dash in front of a word leaves it out; two are not understood")
		case size == 0 || next == ')' || unicode.IsSpace(next):
			return nil, p.fail(at, "a dash leaves out the word right behind it, and there is none")
		case p.ahead("OR"), p.ahead("AND"), p.ahead("NOT"):
			return nil, p.fail(p.at, "put this word in quotation marks to look for it")
		}
		return p.not(at)
	case quoted(r):
		return p.phrase(AnyText)
	case (r == '@' || r == '#') && size == 1:
		return p.key(TagField)
	}
	return p.bare()
}

func (p *parser) not(at int) (*Node, error) {
	kid, err := p.deeper(at, p.part)
	if err != nil {
		return nil, err
	}
	return &Node{Op: Not, Kids: []*Node{kid}}, nil
}

func (p *parser) brackets() (*Node, error) {
	at := p.at
	p.at++
	if p.space(); p.at < len(p.text) && p.text[p.at] == ')' {
		return nil, p.fail(at, "there is nothing between these brackets")
	}
	if p.at == len(p.text) {
		return nil, p.fail(at, "this bracket is never closed")
	}
	n, err := p.deeper(at, p.either)
	if err != nil {
		return nil, err
	}
	if p.at == len(p.text) {
		return nil, p.fail(at, "this bracket is never closed")
	}
	p.at++
	return n, nil
}

// quoted reports whether r is a quotation mark.
func quoted(r rune) bool { return strings.ContainsRune(`"“”„«»`, r) }

// ends reports whether a word ends before r.
func ends(r rune) bool { return r == '(' || r == ')' || unicode.IsSpace(r) || quoted(r) }

// word takes a word, which may be empty. A quotation mark between Hebrew letters is part of
// it, as in the abbreviations that are written so.
func (p *parser) word() (string, error) {
	start, before := p.at, rune(0)
	for i, r := range p.text[start:] {
		if ends(r) && !p.hebrew(start+i, before) {
			if quoted(r) && i > 0 {
				return "", p.fail(start+i, "a quotation mark stands in a word; put a space before it")
			}
			p.at = start + i
			return p.text[start:p.at], nil
		}
		before = r
	}
	p.at = len(p.text)
	return p.text[start:], nil
}

// hebrew reports whether the character at a place is a " between Hebrew letters.
func (p *parser) hebrew(at int, before rune) bool {
	if p.text[at] != '"' || !unicode.Is(unicode.Hebrew, before) {
		return false
	}
	after, _ := utf8.DecodeRuneInString(p.text[at+1:])
	return unicode.Is(unicode.Hebrew, after)
}

// inside takes what stands between quotation marks.
func (p *parser) inside() (string, error) {
	at := p.at
	_, size := utf8.DecodeRuneInString(p.text[at:])
	start, before := at+size, rune(0)
	for i, r := range p.text[start:] {
		if !quoted(r) || p.hebrew(start+i, before) {
			before = r
			continue
		}
		p.at = start + i + utf8.RuneLen(r)
		if next, size := utf8.DecodeRuneInString(p.text[p.at:]); size > 0 && (!ends(next) || quoted(next)) {
			if next == '*' || next == '~' {
				return "", p.fail(p.at, "this mark belongs behind a single word, not behind a quotation")
			}
			return "", p.fail(p.at, "leave a space behind a quotation mark that closes")
		}
		return p.text[start : start+i], nil
	}
	return "", p.fail(at, "this quotation mark has no partner")
}
