// Package search finds documents by their words: it makes terms of texts, keeps an index of
// them, and reads and answers queries. It knows nothing of what the documents are, nor of
// how its blocks are kept.
package search

import (
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/clipperhouse/uax29/v2/words"
)

// A text becomes words in two steps. UAX 29 cuts it into segments, and these are cut
// further than the annex does, as it allows: full stops, commas, colons and underscores
// always part words, also inside numbers and hosts, so that "end.Next" is found by next,
// "_so_" by so, and 1,000 by "1 000"; who types such a thing looks for its parts in a row.
// Three kinds of words come of it:
//
//   - In scripts with spaces, a run of letters and digits. Apostrophes of any shape stay
//     between letters, so don't is one word. Where what stands beside an apostrophe is a
//     word by itself (l'amour, dell'arte, sister's), that word stands at the same
//     position.
//   - In scripts without (Han, kana, Hangul with its particles, Thai, Lao, Khmer, Burmese),
//     at each character a word of it and the next one, and a word of it alone; so any part
//     of a run is a phrase of pairs, and single characters are found, too.
//   - An emoji with all that modifies it, and at the same position the emoji without skin
//     tones and the one that it begins with.
//
// Most texts are ASCII with some typographic marks. Those take a short cut to the same
// words; only what touches other characters goes the long way.

// Version numbers what analysis makes of a text. Where it differs from that of an index,
// the index has to be built again.
const Version = 1

// maxTerm is the most bytes of a term; of longer words only the beginning counts.
const maxTerm = 128

// Word is a word of a text.
type Word struct {
	// Term is the word without case, accents and other differences that no reader looks
	// for: what is looked up. It may share the text's memory.
	Term string
	// Start and End are its place in the text in bytes: from, and up to.
	Start, End int
	// Position counts from 0. Words that are other readings of one place share it.
	Position int
}

// Analyser turns texts into terms. The zero value is not usable; New makes one. It serves
// one goroutine at a time.
type Analyser struct {
	language language
	env      *snowballstem.Env
	stems    cache
	folds    cache
	// Room for what is made of a text.
	tokens []Token
	slots  map[string]uint32
	found  []slotted
}

// New returns the analyser for a language: one of Languages, or its ISO 639-1 code. Without
// a language, as with "none", words are not stemmed.
func New(name string) (*Analyser, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" {
		name = none
	}
	for _, l := range languages {
		if l.name == name || slices.Contains(strings.Fields(l.codes), name) {
			return &Analyser{language: l, env: snowballstem.NewEnv("")}, nil
		}
	}
	return nil, fmt.Errorf("unknown language %q (have %s)", name, strings.Join(Languages(), ", "))
}

// Language returns the name that New knows the analyser's language by.
func (a *Analyser) Language() string { return a.language.name }

// Words yields the words of a text in order: by position, and at one position the longest
// first.
func (a *Analyser) Words(text string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		w := walk{analyser: a, text: text, low: lowered(text), yield: yield}
		w.fast()
	}
}

// walk is one way through a text.
type walk struct {
	analyser *Analyser
	text     string
	low      string // the text with its ASCII letters in lower case
	position int
	yield    func(Word) bool
	run      dense
	segments *words.Iterator[string]
}

// fast goes through the text, and hands what is not ASCII to slow. A piece handed over
// begins where a word begins, and ends before ASCII space or control, which nothing
// reaches across.
func (w *walk) fast() {
	text := w.text
	for i := 0; i < len(text); {
		if class[text[i]] == 0 {
			if text[i] < utf8.RuneSelf {
				i++
				continue
			}
			if n := mark(text[i:]); n != 0 {
				i += n
				continue
			}
			if i = w.piece(i); i < 0 {
				return
			}
			continue
		}
		start := i
		for i++; i < len(text) && class[text[i]] != 0; i++ {
		}
		if i < len(text) && (text[i] == '\'' || text[i] >= utf8.RuneSelf && mark(text[i:]) == 0) && w.reaches(i) {
			if i = w.piece(start); i < 0 {
				return
			}
			continue
		}
		term := w.low[start:i]
		if len(term) > maxTerm {
			term = term[:maxTerm]
		}
		if !w.yield(Word{term, start, i, w.position}) {
			return
		}
		w.position++
	}
}

// reaches reports whether a word of ASCII may go on at i, across an apostrophe or by
// what is not ASCII.
func (w *walk) reaches(i int) bool {
	n := apostrophe(w.text[i:])
	return n == 0 || i+n < len(w.text) && (w.text[i+n] >= utf8.RuneSelf || class[w.text[i+n]] != 0)
}

// piece goes the long way from start on, and returns where it ends, or -1 where the
// caller has enough.
func (w *walk) piece(start int) int {
	end := start
	for {
		for end < len(w.text) && w.text[end] > ' ' {
			end++
		}
		next := end
		for next < len(w.text) && w.text[next] == ' ' {
			next++
		}
		if next == len(w.text) || w.text[next] < utf8.RuneSelf || mark(w.text[next:]) != 0 {
			break
		}
		end = next
	}
	if !w.slow(start, end) {
		return -1
	}
	return end
}

// class tells letters and digits of ASCII from all other bytes.
var class = [256]byte{
	'0': 1, '1': 1, '2': 1, '3': 1, '4': 1, '5': 1, '6': 1, '7': 1, '8': 1, '9': 1,
	'A': 1, 'B': 1, 'C': 1, 'D': 1, 'E': 1, 'F': 1, 'G': 1, 'H': 1, 'I': 1, 'J': 1, 'K': 1, 'L': 1, 'M': 1,
	'N': 1, 'O': 1, 'P': 1, 'Q': 1, 'R': 1, 'S': 1, 'T': 1, 'U': 1, 'V': 1, 'W': 1, 'X': 1, 'Y': 1, 'Z': 1,
	'a': 1, 'b': 1, 'c': 1, 'd': 1, 'e': 1, 'f': 1, 'g': 1, 'h': 1, 'i': 1, 'j': 1, 'k': 1, 'l': 1, 'm': 1,
	'n': 1, 'o': 1, 'p': 1, 'q': 1, 'r': 1, 's': 1, 't': 1, 'u': 1, 'v': 1, 'w': 1, 'x': 1, 'y': 1, 'z': 1,
}

// mark returns the bytes of the dash, quotation mark, bullet or ellipsis, none of which is
// part of a word, that s begins with; 0 for anything else.
func mark(s string) int {
	if len(s) < 3 || s[0] != 0xE2 || s[1] != 0x80 {
		return 0
	}
	switch c := s[2]; {
	case c >= 0x90 && c <= 0x97, c >= 0x9A && c <= 0xA3, c == 0xA6:
		return 3
	}
	return 0
}

// apostrophe returns the bytes of the apostrophe that s begins with, 0 without one.
func apostrophe(s string) int {
	switch {
	case s == "":
		return 0
	case s[0] == '\'':
		return 1
	case strings.HasPrefix(s, "’"), strings.HasPrefix(s, "‘"):
		return 3
	}
	return 0
}

// lowered returns a text with its ASCII letters in lower case; nothing changes its place.
// It takes eight bytes at a time: in each, the highest bit of the sums tells whether the
// byte is A or more, and Z or less.
func lowered(text string) string {
	const each, high = 0x0101010101010101, 0x8080808080808080
	b, changed := []byte(text), uint64(0)
	i := 0
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		low := x &^ high
		capitals := (low + each*(0x80-'A')) &^ (low + each*(0x7F-'Z')) &^ x & high
		changed |= capitals
		binary.LittleEndian.PutUint64(b[i:], x|capitals>>2)
	}
	for ; i < len(b); i++ {
		if b[i]-'A' < 26 {
			b[i] |= 0x20
			changed = 1
		}
	}
	if changed == 0 {
		return text
	}
	return string(b)
}
