package search

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The fewest letters that may stand before a star, and that a word must have for one or
// two of them to differ: with fewer, nearly all words would do.
const (
	minPrefix = 2
	minFuzzy1 = 3
	minFuzzy2 = 5
)

// bare reads a word without quotation marks, or a field and its value.
func (p *parser) bare() (*Node, error) {
	name, rest, ok := strings.Cut(p.text[p.at:], ":")
	if !ok || name == "" || strings.ContainsFunc(name, func(r rune) bool { return !('a' <= r|0x20 && r|0x20 <= 'z') }) {
		return p.found(AnyText)
	}
	at := p.at
	f := Field(slices.Index(fields[TitleField:], strings.ToLower(name)) + int(TitleField))
	if f < TitleField {
		return nil, p.fail(at, "there is no field of this name (have %s); to look for words with a colon, put them in quotation marks",
			strings.Join(fields[TitleField:], ", "))
	}
	p.at = len(p.text) - len(rest)
	if next, size := utf8.DecodeRuneInString(rest); f != StarredField && (size == 0 || ends(next) && !quoted(next)) {
		return nil, p.fail(p.at, "%s: needs something right behind it", f)
	}
	switch f {
	case TitleField:
		return p.found(f)
	case TagField, PromptField, ThemeField, JourneyField:
		return p.key(f)
	case AcheField, MoodField, WordsField:
		return p.number(f)
	case StarredField:
		return p.starred()
	default:
		return p.date(f)
	}
}

// found reads what is looked for in texts.
func (p *parser) found(f Field) (*Node, error) {
	at := p.at
	if r, _ := utf8.DecodeRuneInString(p.text[at:]); quoted(r) {
		return p.phrase(f)
	}
	word, err := p.word()
	if err != nil {
		return nil, err
	}
	n := &Node{Op: Term, Field: f, Text: word}
	if i := strings.IndexAny(word, "*~"); i >= 0 {
		if n.Op, n.Edits, err = p.suffix(word, at, i); err != nil {
			return nil, err
		}
		n.Text = word[:i]
	}
	n.Terms = sought(p.options.Analyser, n.Text)
	switch {
	case len(n.Terms) == 0:
		return nil, p.fail(at, "there is no letter and no digit in this")
	case n.Op != Term && isGlyphs(n.Text):
		// Any part of such a run is found as it is.
		return nil, p.fail(at+len(n.Text), "words of this script are found by any part of them; leave the mark out")
	case n.Op != Term && len(n.Terms) > 1:
		return nil, p.fail(at+len(n.Text), "this mark belongs behind a single word")
	case len(n.Terms) > 1:
		n.Op = Phrase
	}
	return n, p.longEnough(n, at)
}

// suffix reads the mark behind a word, at i of it.
func (p *parser) suffix(word string, at, i int) (op Op, edits int, err error) {
	switch word[i:] {
	case "*":
		return Prefix, 0, nil
	case "~1":
		return Fuzzy, 1, nil
	case "~2":
		return Fuzzy, 2, nil
	}
	if word[i] == '*' {
		return 0, 0, p.fail(at+i, "a star belongs at the end of a word")
	}
	return 0, 0, p.fail(at+i, "behind ~ goes how many letters may differ, 1 or 2, and nothing else")
}

// longEnough refuses words that are too short for what is asked of them.
func (p *parser) longEnough(n *Node, at int) error {
	fewest := 0
	switch {
	case n.Op == Prefix:
		fewest = minPrefix
	case n.Op == Fuzzy && n.Edits == 1:
		fewest = minFuzzy1
	case n.Op == Fuzzy:
		fewest = minFuzzy2
	default:
		return nil
	}
	if utf8.RuneCountInString(n.Terms[0].Term) < fewest {
		return p.fail(at, "this word is too short for that; it takes %d letters", fewest)
	}
	return nil
}

// phrase reads words between quotation marks.
func (p *parser) phrase(f Field) (*Node, error) {
	at := p.at
	text, err := p.inside()
	if err != nil {
		return nil, err
	}
	n := &Node{Op: Phrase, Field: f, Text: text, Terms: sought(p.options.Analyser, text)}
	if len(n.Terms) == 0 {
		return nil, p.fail(at, "there is no letter and no digit between these quotation marks")
	}
	return n, nil
}

// value takes a word or what stands between quotation marks.
func (p *parser) value() (text string, quotes bool, err error) {
	if r, _ := utf8.DecodeRuneInString(p.text[p.at:]); quoted(r) {
		text, err = p.inside()
		return strings.TrimSpace(text), true, err
	}
	text, err = p.word()
	return text, false, err
}

// key reads a tag, or the name of a prompt, a theme or a journey.
func (p *parser) key(f Field) (*Node, error) {
	at := p.at
	if f == TagField {
		p.at += len(p.text[at:]) - len(strings.TrimLeft(p.text[at:], "@#"))
	}
	text, quotes, err := p.value()
	if err != nil {
		return nil, err
	}
	n := &Node{Op: Exact, Field: f, Text: text}
	if !quotes {
		if rest, ok := strings.CutSuffix(text, "*"); ok {
			n.Op, n.Text = Begins, rest
		}
		if i := strings.IndexAny(n.Text, "*~"); i >= 0 {
			return nil, p.fail(p.at-len(text)+i, "this mark cannot stand here; put the whole in quotation marks to look for it")
		}
	}
	if f == TagField {
		n.Text = strings.TrimLeft(n.Text, "@#")
	}
	if n.Key = Key(n.Text); n.Key == "" {
		return nil, p.fail(at, "the name of the %s is missing", f)
	}
	return n, nil
}

// Key returns what is compared of tags and of the names of prompts, themes and journeys:
// all of the name, without case and zero bytes. Unlike words they keep their accents.
func Key(name string) string {
	return strings.ReplaceAll(strings.ToLower(norm.NFC.String(name)), "\x00", "")
}

// number reads a number or a range of them.
func (p *parser) number(f Field) (*Node, error) {
	at := p.at
	text, _, err := p.value()
	if err != nil {
		return nil, err
	}
	lowest, highest := int64(0), int64(math.MaxInt32)
	switch f {
	case AcheField:
		highest = 10
	case MoodField:
		lowest, highest = 1, 5
	}
	low, high, isRange := strings.Cut(text, "..")
	if !isRange {
		high = low
	}
	n := &Node{Op: Between, Field: f, Low: math.MinInt64, High: math.MaxInt64}
	for _, end := range []struct {
		text string
		to   *int64
	}{{low, &n.Low}, {high, &n.High}} {
		if end.text == "" && isRange && text != ".." {
			continue
		}
		number, err := strconv.ParseUint(end.text, 10, 31)
		if err != nil {
			return nil, p.fail(at, "behind %[1]s: goes a number or a range of them, as in %[1]s:2, %[1]s:2..4, %[1]s:..4 or %[1]s:2..", f)
		}
		if *end.to = int64(number); *end.to < lowest || *end.to > highest {
			return nil, p.fail(at, "%s runs from %d to %d", f, lowest, highest)
		}
	}
	if n.Low > n.High {
		return nil, p.fail(at, "this range ends before it begins")
	}
	return n, nil
}

// starred reads starred:, starred:yes or starred:no.
func (p *parser) starred() (*Node, error) {
	at := p.at
	text, err := p.word()
	if err != nil {
		return nil, err
	}
	n := &Node{Op: Starred, Field: StarredField, Low: 1}
	switch strings.ToLower(text) {
	case "", "yes":
	case "no":
		n.Low = 0
	default:
		return nil, p.fail(at, "behind starred: goes nothing, yes or no")
	}
	return n, nil
}

// date reads the date of from, to or on.
func (p *parser) date(f Field) (*Node, error) {
	at := p.at
	text, _, err := p.value()
	if err != nil {
		return nil, err
	}
	if p.options.Dates == nil {
		return nil, p.fail(at, "dates cannot be looked for here")
	}
	r, err := p.options.Dates(text)
	if err != nil {
		return nil, p.fail(at, "%v", err)
	}
	n := &Node{Op: Dated, Field: f, Text: text, Low: r.From, High: r.To}
	switch f {
	case FromField:
		n.High = math.MaxInt64
	case ToField:
		n.Low = math.MinInt64
	}
	return n, nil
}

// sought returns the words of a text that have to be there for the text to be, one for
// each position: the longest. The last is left out where it is in the one before, as the
// last character of a run is.
func sought(a *Analyser, text string) (all []Sought) {
	position, end, contained := -1, 0, false
	for w := range a.Words(text) {
		if w.Position == position {
			continue
		}
		position, contained = w.Position, w.End <= end
		end = max(end, w.End)
		all = append(all, Sought{w.Term, a.Stem(w.Term)})
	}
	if contained {
		all = all[:len(all)-1]
	}
	return all
}

// isGlyphs reports whether a text has characters of a script without spaces.
func isGlyphs(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return kindOf(r) == glyph })
}
