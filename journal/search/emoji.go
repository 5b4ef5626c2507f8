package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kindOf returns what a character is to a word.
func kindOf(r rune) kind {
	if r < utf8.RuneSelf {
		if class[r] != 0 {
			return letter
		}
		return between
	}
	switch {
	case r < 0x0300 && r != 0xAD, r >= 0x0370 && r < 0x0483:
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return letter
		}
		return between
	case plain(r):
		return glyph
	case toned(r):
		return attached
	case r >= 0x231A && unicode.Is(emojis, r):
		return pictured
	case unicode.IsMark(r), ignored(r), r == 0xFF9E, r == 0xFF9F:
		return attached
	case r < 0x0E00:
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return letter
		}
		return between
	case unicode.IsLetter(r), unicode.Is(unicode.Nl, r):
		if r == 'ー' || r == 'ｰ' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai,
			unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Bopomofo, unicode.Yi,
			unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Tham, unicode.Tai_Viet) {
			return glyph
		}
		return letter
	case unicode.IsNumber(r):
		return letter
	}
	return between
}

// plain reports whether r is one of the kana, ideographs and syllables that nearly all of
// Japanese, Chinese and Korean is written in, and that are folded to themselves.
func plain(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3041 && r <= 0x3096 || r >= 0x30A1 && r <= 0x30FA || r >= 0xAC00 && r <= 0xD7A3
}

// toned reports whether r is a skin tone.
func toned(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }

// ignored reports whether r shows nothing: a soft hyphen, a joiner, a tag and their like.
func ignored(r rune) bool { return r != 0x200B && unicode.Is(unicode.Cf, r) }

// styled reports whether r chooses between two shapes of the character before it.
func styled(r rune) bool { return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF }

// jamoBehind reports whether r is a vowel or a final consonant of Korean that belongs to
// the syllable before it.
func jamoBehind(r rune) bool {
	return r >= 0x1160 && r <= 0x11FF || r >= 0xD7B0 && r <= 0xD7FF
}

// emoji yields an emoji, and what else it may be looked for as.
func (w *walk) emoji(start, end int) bool {
	whole := pictureOf(w.text[start:end])
	if whole == "" {
		return true
	}
	toneless := strings.Map(func(r rune) rune {
		if toned(r) {
			return -1
		}
		return r
	}, whole)
	base := whole
	if first, size := utf8.DecodeRuneInString(whole); !regional(first) {
		base = whole[:size]
	}
	for i, term := range []string{whole, toneless, base} {
		if i > 0 && (term == whole || term == "" || i == 2 && term == toneless) {
			continue
		}
		if !w.yield(Word{term, start, end, w.position}) {
			return false
		}
	}
	w.position++
	return true
}

// pictureOf returns the term of an emoji.
func pictureOf(s string) string {
	return clip(strings.TrimRight(strings.Map(func(r rune) rune {
		if styled(r) {
			return -1
		}
		return r
	}, s), "\u200d"))
}

// regional reports whether r is half of a flag.
func regional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// emojis are the characters of Unicode 14's emoji-data.txt with the property Emoji,
// from U+231A on, and beyond U+FFFF those with Extended_Pictographic, which keeps a place
// for later ones. Arrows and signs below, such as those of copyright, are no words.
var emojis = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x231a, 0x231b, 1},
		{0x2328, 0x2328, 1},
		{0x23cf, 0x23cf, 1},
		{0x23e9, 0x23f3, 1},
		{0x23f8, 0x23fa, 1},
		{0x24c2, 0x24c2, 1},
		{0x25aa, 0x25ab, 1},
		{0x25b6, 0x25b6, 1},
		{0x25c0, 0x25c0, 1},
		{0x25fb, 0x25fe, 1},
		{0x2600, 0x2604, 1},
		{0x260e, 0x260e, 1},
		{0x2611, 0x2611, 1},
		{0x2614, 0x2615, 1},
		{0x2618, 0x2618, 1},
		{0x261d, 0x261d, 1},
		{0x2620, 0x2620, 1},
		{0x2622, 0x2623, 1},
		{0x2626, 0x2626, 1},
		{0x262a, 0x262a, 1},
		{0x262e, 0x262f, 1},
		{0x2638, 0x263a, 1},
		{0x2640, 0x2640, 1},
		{0x2642, 0x2642, 1},
		{0x2648, 0x2653, 1},
		{0x265f, 0x2660, 1},
		{0x2663, 0x2663, 1},
		{0x2665, 0x2666, 1},
		{0x2668, 0x2668, 1},
		{0x267b, 0x267b, 1},
		{0x267e, 0x267f, 1},
		{0x2692, 0x2697, 1},
		{0x2699, 0x2699, 1},
		{0x269b, 0x269c, 1},
		{0x26a0, 0x26a1, 1},
		{0x26a7, 0x26a7, 1},
		{0x26aa, 0x26ab, 1},
		{0x26b0, 0x26b1, 1},
		{0x26bd, 0x26be, 1},
		{0x26c4, 0x26c5, 1},
		{0x26c8, 0x26c8, 1},
		{0x26ce, 0x26cf, 1},
		{0x26d1, 0x26d1, 1},
		{0x26d3, 0x26d4, 1},
		{0x26e9, 0x26ea, 1},
		{0x26f0, 0x26f5, 1},
		{0x26f7, 0x26fa, 1},
		{0x26fd, 0x26fd, 1},
		{0x2702, 0x2702, 1},
		{0x2705, 0x2705, 1},
		{0x2708, 0x270d, 1},
		{0x270f, 0x270f, 1},
		{0x2712, 0x2712, 1},
		{0x2714, 0x2714, 1},
		{0x2716, 0x2716, 1},
		{0x271d, 0x271d, 1},
		{0x2721, 0x2721, 1},
		{0x2728, 0x2728, 1},
		{0x2733, 0x2734, 1},
		{0x2744, 0x2744, 1},
		{0x2747, 0x2747, 1},
		{0x274c, 0x274c, 1},
		{0x274e, 0x274e, 1},
		{0x2753, 0x2755, 1},
		{0x2757, 0x2757, 1},
		{0x2763, 0x2764, 1},
		{0x2795, 0x2797, 1},
		{0x27a1, 0x27a1, 1},
		{0x27b0, 0x27b0, 1},
		{0x27bf, 0x27bf, 1},
		{0x2934, 0x2935, 1},
		{0x2b05, 0x2b07, 1},
		{0x2b1b, 0x2b1c, 1},
		{0x2b50, 0x2b50, 1},
		{0x2b55, 0x2b55, 1},
		{0x3030, 0x3030, 1},
		{0x303d, 0x303d, 1},
		{0x3297, 0x3297, 1},
		{0x3299, 0x3299, 1},
	},
	R32: []unicode.Range32{
		{0x1f000, 0x1f0ff, 1},
		{0x1f10d, 0x1f10f, 1},
		{0x1f12f, 0x1f12f, 1},
		{0x1f16c, 0x1f171, 1},
		{0x1f17e, 0x1f17f, 1},
		{0x1f18e, 0x1f18e, 1},
		{0x1f191, 0x1f19a, 1},
		{0x1f1ad, 0x1f1ff, 1},
		{0x1f201, 0x1f20f, 1},
		{0x1f21a, 0x1f21a, 1},
		{0x1f22f, 0x1f22f, 1},
		{0x1f232, 0x1f23a, 1},
		{0x1f23c, 0x1f23f, 1},
		{0x1f249, 0x1f53d, 1},
		{0x1f546, 0x1f64f, 1},
		{0x1f680, 0x1f6ff, 1},
		{0x1f774, 0x1f77f, 1},
		{0x1f7d5, 0x1f7ff, 1},
		{0x1f80c, 0x1f80f, 1},
		{0x1f848, 0x1f84f, 1},
		{0x1f85a, 0x1f85f, 1},
		{0x1f888, 0x1f88f, 1},
		{0x1f8ae, 0x1f8ff, 1},
		{0x1f90c, 0x1f93a, 1},
		{0x1f93c, 0x1f945, 1},
		{0x1f947, 0x1faff, 1},
		{0x1fc00, 0x1fffd, 1},
	},
}
