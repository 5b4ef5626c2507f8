package journal

import (
	"iter"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// countWords returns the words of a text: the segments of UAX 29 that hold a letter
// or a digit. Texts in ASCII, most of them, take a short cut to the same number.
func countWords(text string) (n int) {
	for start := 0; start < len(text); {
		end := start
		for end < len(text) && text[end] < utf8.RuneSelf {
			end++
		}
		if end == len(text) {
			return n + countASCII(text[start:])
		}
		// A word may lean on what follows it, so the cut goes before the line's start
		// and the rest of that line goes the long way.
		cut := end
		for cut > start && text[cut-1] != '\n' {
			cut--
		}
		n += countASCII(text[start:cut])
		stop := end
		for stop < len(text) && text[stop] != '\n' {
			stop++
		}
		n += countUnicode(text[cut:stop])
		start = stop
	}
	return n
}

func countUnicode(text string) (n int) {
	for range eachWord(text) {
		n++
	}
	return n
}

// countASCII follows the rules of UAX 29 as far as they concern ASCII: letters and
// digits stay together, also across an underscore; an apostrophe, full stop or
// colon joins letters, and an apostrophe, full stop, comma or semicolon digits.
func countASCII(s string) (n int) {
	for i := 0; i < len(s); i++ {
		if asciiClass[s[i]]&(asciiLetter|asciiDigit|asciiJoin) == 0 {
			continue
		}
		word := false
		for ; i < len(s); i++ {
			c := asciiClass[s[i]]
			if c&(asciiLetter|asciiDigit) != 0 {
				word = true
				continue
			}
			if c&asciiJoin != 0 {
				continue
			}
			if i == 0 || i+1 == len(s) {
				break
			}
			before, after := asciiClass[s[i-1]], asciiClass[s[i+1]]
			if c&asciiMidLetter != 0 && before&after&asciiLetter != 0 ||
				c&asciiMidDigit != 0 && before&after&asciiDigit != 0 {
				continue
			}
			break
		}
		if word {
			n++
		}
	}
	return n
}

const (
	asciiLetter = 1 << iota
	asciiDigit
	asciiJoin
	asciiMidLetter
	asciiMidDigit
)

// asciiClass is what UAX 29 makes of the ASCII characters.
var asciiClass = func() (class [256]byte) {
	for c := 'a'; c <= 'z'; c++ {
		class[c], class[c-'a'+'A'] = asciiLetter, asciiLetter
	}
	for c := '0'; c <= '9'; c++ {
		class[c] = asciiDigit
	}
	class['_'] = asciiJoin
	class[':'] = asciiMidLetter
	class['\''], class['.'] = asciiMidLetter|asciiMidDigit, asciiMidLetter|asciiMidDigit
	class[','], class[';'] = asciiMidDigit, asciiMidDigit
	return class
}()

// eachWord yields the places of a text's words, after UAX 29.
func eachWord(s string) iter.Seq[[2]int] {
	return func(yield func([2]int) bool) {
		for segments := words.FromString(s); segments.Next(); {
			if isWord(segments.Value()) && !yield([2]int{segments.Start(), segments.End()}) {
				return
			}
		}
	}
}

func isWord(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return true
		}
	}
	return false
}
