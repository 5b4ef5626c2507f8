package search

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Folding ignores what Unicode says is the same: CaseFolding.txt with its full mappings
// (The Unicode Standard 3.13, D145 and D146) and the normalisation forms (UAX 15), for
// every character. What is folded stays as it is. But the Greek iota below, a mark whose capital is
// a letter, is left out by readers.
func TestFoldEveryCharacter(t *testing.T) {
	t.Parallel()
	full := cases.Fold()
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) || !unicode.IsGraphic(r) && !unicode.Is(unicode.Cf, r) || plain(r) && r%64 != 0 || kindOf(r) == pictured ||
			unicode.IsSpace(r) || r == 0x1FBE || strings.ContainsRune(norm.NFD.String(string(r)), 0x345) {
			continue
		}
		s := "x" + string(r) // a word never begins with a mark
		once := Fold(s)
		if Fold(once) != once {
			t.Errorf("%U folds to %q, and that to %q", r, once, Fold(once))
		}
		for _, other := range []string{
			full.String(s), "x" + string(unicode.SimpleFold(r)), norm.NFC.String(s), norm.NFD.String(s), norm.NFKC.String(s), norm.NFKD.String(s),
		} {
			if got := Fold(other); got != once {
				t.Errorf("%U folds to %q, and %q to %q", r, once, other, got)
			}
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ word, want string }{
		{"Garden", "garden"},
		{"DON’T", "don't"},
		{"'s", "s"},
		{"Straße", "strasse"},
		{"STRASSE", "strasse"},
		{"STRAẞE", "strasse"},
		{"İstanbul", "istanbul"},
		{"ISTANBUL", "istanbul"},
		{"ıstanbul", "istanbul"},
		{"ὈΔΥΣΣΕΎΣ", "οδυσσευσ"},
		{"Ὀδυσσεύς", "οδυσσευσ"},
		{"Łódź", "lodz"},
		{"Æsir", "aesir"},
		{"œuvre", "oeuvre"},
		{"Þórr", "thorr"},
		{"smørrebrød", "smorrebrod"},
		{"ﬁnal", "final"},
		{"ｗｉｄｅ", "wide"},
		{"Ⅳ", "iv"},
		{"й", "й"},
		{"и\u0306", "й"},
		{"ё", "е"},
		{"ї", "ї"},
		{"за\u0301мок", "замок"},
		{"٢٠٢٤", "2024"},
		{"२०२४", "2024"},
		{"２０２４", "2024"},
		{"ک", "ك"},
		{"مُؤْمِن", "مؤمن"},
		{"か\u3099", "が"},
		{"\u1112\u1161\u11ab", "한"},
		{"हिन्दी", "हिन्दी"},
		{"👍🏽", "👍🏽"},
		{"❤️", "❤"},
		{"ـ", ""},
		{"", ""},
	} {
		if got := Fold(test.word); got != test.want {
			t.Errorf("%q: %q, want %q", test.word, got, test.want)
		}
	}
}
