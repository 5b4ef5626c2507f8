package search

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// TestStemsBegin proves that a stem begins as its word does, but in the languages that say
// they do otherwise: searches pass over the words that begin otherwise.
func TestStemsBegin(t *testing.T) {
	t.Parallel()
	alphabets := map[string]string{
		"russian": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
		"arabic":  "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
		"tamil":   "அஆஇஈஉகஙசஞடணதநபமயரலவழளறனாிீுூெேைொோௌ்",
	}
	r := rand.New(rand.NewPCG(11, 12))
	for _, language := range Languages() {
		a, err := New(language)
		if err != nil {
			t.Fatal(err)
		}
		letters := []rune("aabcdeeefghiijklmnnoopqrrssttuuvwxyyz")
		if alphabet := alphabets[language]; alphabet != "" {
			letters = []rune(alphabet)
		}
		moved := 0
		for range 20000 {
			word := make([]rune, 1+r.IntN(10))
			for i := range word {
				word[i] = letters[r.IntN(len(letters))]
			}
			term := Fold(string(word))
			if term == "" {
				continue
			}
			begins, _ := utf8.DecodeRuneInString(term)
			stem, _ := utf8.DecodeRuneInString(a.Stem(term))
			if begins != stem {
				if moved++; moved < 4 && !a.language.moves {
					t.Errorf("%s: the stem of %q is %q", language, term, a.Stem(term))
				}
			}
		}
		if moved == 0 && a.language.moves {
			t.Errorf("%s: no stem begins otherwise", language)
		}
	}
}
