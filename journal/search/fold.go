package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the term of a single word: without case after Unicode's full case folding,
// without accents where readers look for a word without them, and with one spelling for
// what Unicode's compatibility forms, apostrophes and digits spell in several.
//
// Accents go from Latin, Greek (with the iota below, which else folds to a letter) and
// Hebrew. In Cyrillic stress and the dots of ё go, й and
// ї are letters of their own. In Arabic vowel signs and tatweel go, and the shapes of alef,
// yeh, heh and kaf that keyboards confuse are one. Marks of other scripts are vowels, and
// stay. The dotless ı is an i, ß is ss, and the letters that Unicode has no accents for are
// spelt as CLDR's Latin-ASCII does: æ is ae, ø is o.
func Fold(word string) string {
	if isASCII(word) {
		return clip(strings.Trim(lowered(word), "'"))
	}
	if r, _ := utf8.DecodeRuneInString(word); kindOf(r) == pictured {
		return pictureOf(word)
	}
	decomposed := norm.NFKD.String(word)
	b := make([]byte, 0, len(decomposed)+8)
	var base rune
	for _, r := range decomposed {
		switch {
		case ignored(r), r == 'ـ', unicode.IsSpace(r), r == utf8.RuneError:
		case unicode.IsMark(r):
			if !dropped(r, base) {
				b = utf8.AppendRune(b, r)
			}
		case unicode.Is(unicode.Hebrew, base) && strings.ContainsRune(`'’‘׳"״`, r): // a geresh or gershayim, whatever was typed
		default:
			base = unicode.ToLower(unicode.ToUpper(r))
			b = appendLetter(b, base)
		}
	}
	return clip(strings.Trim(norm.NFKC.String(string(b)), "'"))
}

// dropped reports whether a mark makes no difference on a letter in lower case.
func dropped(mark, on rune) bool {
	switch {
	case styled(mark):
		return true
	case mark >= 0x0300 && mark <= 0x036F && unicode.Is(unicode.Cyrillic, on):
		switch mark {
		case 0x0300, 0x0301:
			return on != 'г' && on != 'к'
		case 0x0308:
			return on == 'е'
		}
		return false
	case mark == 0x0654: // hamza: a letter's on waw and yeh, a habit's on alef
		return on != 'و' && on != 'ي'
	case mark >= 0x0300 && mark <= 0x036F, mark >= 0x0483 && mark <= 0x0489, mark >= 0x0591 && mark <= 0x05C7,
		mark >= 0x0610 && mark <= 0x061A, mark >= 0x064B && mark <= 0x065F, mark == 0x0670,
		mark >= 0x06D6 && mark <= 0x06ED, mark >= 0x08D3 && mark <= 0x08FF, mark >= 0x1AB0 && mark <= 0x1AFF,
		mark >= 0x1DC0 && mark <= 0x1DFF, mark >= 0x20D0 && mark <= 0x20FF, mark >= 0xFE20 && mark <= 0xFE2F:
		return true
	}
	return false
}

// appendLetter appends what a letter, a digit or an apostrophe in lower case is folded to.
func appendLetter(b []byte, r rune) []byte {
	switch r {
	case 'ß':
		return append(b, "ss"...)
	case 'æ':
		return append(b, "ae"...)
	case 'œ':
		return append(b, "oe"...)
	case 'þ':
		return append(b, "th"...)
	case 'ø':
		return append(b, 'o')
	case 'đ', 'ð':
		return append(b, 'd')
	case 'ł':
		return append(b, 'l')
	case 'ħ':
		return append(b, 'h')
	case 'ŧ':
		return append(b, 't')
	case 'ı':
		return append(b, 'i')
	case '’', '‘', 'ʼ', 'ʻ', 'ʹ':
		return append(b, '\'')
	case '·', '‧':
		return b
	case 'ٱ':
		r = 'ا'
	case 'ى', 'ی':
		r = 'ي'
	case 'ة', 'ە', 'ہ':
		r = 'ه'
	case 'ک':
		r = 'ك'
	}
	if r >= utf8.RuneSelf && unicode.Is(unicode.Nd, r) {
		return append(b, '0'+digit(r))
	}
	return utf8.AppendRune(b, r)
}

// digit returns the value of a decimal digit. Unicode has them in rows from 0 to 9.
func digit(r rune) byte {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	return 0
}

// fold is Fold, remembered.
func (a *Analyser) fold(word string) string {
	term, ok := a.folds.get(word)
	if !ok {
		term = Fold(word)
		a.folds.put(word, term)
	}
	return term
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// clip returns as much of a term as counts.
func clip(s string) string {
	if len(s) <= maxTerm {
		return s
	}
	n := maxTerm
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
