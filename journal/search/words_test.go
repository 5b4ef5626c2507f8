package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// theLongWay returns a text's words without the short cut for ASCII.
func theLongWay(a *Analyser, text string) (all []Word) {
	w := walk{analyser: a, text: text, yield: func(word Word) bool {
		all = append(all, word)
		return true
	}}
	w.slow(0, len(text))
	return all
}

func analyser(t testing.TB, language string) *Analyser {
	t.Helper()
	a, err := New(language)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// sameWords fails unless the short cut and the long way agree, and the words are in order.
func sameWords(t *testing.T, a *Analyser, text string) {
	t.Helper()
	fast, slow := slices.Collect(a.Words(text)), theLongWay(a, text)
	if !slices.Equal(fast, slow) {
		for i := range fast {
			if i >= len(slow) || fast[i] != slow[i] {
				t.Fatalf("%q: word %d is %+v; the long way %+v", text, i, fast[i], slow[min(i, len(slow)):])
			}
		}
		t.Fatalf("%q: %d words; the long way %d", text, len(fast), len(slow))
	}
	position, start := -1, 0
	for _, w := range fast {
		if w.Position != position && w.Position != position+1 || w.Term == "" || len(w.Term) > 2*maxTerm ||
			w.Start >= w.End || w.End > len(text) || w.Start < start && w.Position != position {
			t.Fatalf("%q: %+v behind position %d", text, w, position)
		}
		if w.Position != position {
			position, start = w.Position, w.Start
		}
	}
}

// awkward is what goes wrong at the seams of the short cut.
var awkward = []string{
	"a", "B", "I", "z9", "7", "word", " ", "  ", "\n", "\t", "\r\n", "\x00", "\x1f", "\x7f", "_", "'", "’", "‘", "\"", ".", ",", ":", ";",
	"-", "–", "—", "“", "”", "…", "•", "\u2024", "\u2027", "\u2028", "\u202f", "\u00a0", "\u200b", "\u200c", "\u200d", "\u00ad",
	"\ufe0f", "\u0301", "\u0308", "\u20e3", "é", "É", "ß", "ı", "İ", "ö", "ø", "ﬁ", "½", "²", "٣", "·", "l·l", "я", "й", "ё", "σ", "ς",
	"א", "צ", "\u05b0", "״", "ا", "أ", "ـ", "\u064e", "ी", "क", "日", "本", "語", "々", "ー", "カ", "ｶ", "ﾞ", "は", "\u3099", "한", "글",
	"\u1112", "\u1161", "\u11ab", "ก", "ั", "น", "้", "ำ", "ខ", "😭", "❤", "👍", "🏽", "👩", "💻", "♀", "🇫", "🇷", "🏴", "\U000e0067", "©", "#", "1",
}

func TestShortCut(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"english", "turkish"} {
		a := analyser(t, language)
		for _, x := range awkward {
			for _, y := range awkward {
				for _, text := range []string{x + y, "a" + x + y + "b", "a " + x + " " + y, "é" + x + y + "é"} {
					sameWords(t, a, text)
				}
			}
		}
		r := rand.New(rand.NewPCG(1, 2))
		for range 30000 {
			var b strings.Builder
			for range r.IntN(12) {
				b.WriteString(awkward[r.IntN(len(awkward))])
			}
			sameWords(t, a, b.String())
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("don't l’amour e\u0301te\u0301 日本語 👩🏽‍💻 ก็รัก 한국어 ǅ")
	f.Add(strings.Join(awkward, ""))
	f.Add("ｶ\u065e") // a mark of another script
	f.Fuzz(func(t *testing.T, text string) {
		a := analyser(t, "english")
		if utf8.ValidString(text) {
			sameWords(t, a, text)
		}
		for w := range a.Words(text) {
			if utf8.ValidString(text) && Fold(w.Term) != w.Term {
				t.Fatalf("%q: %q folds to %q", text, w.Term, Fold(w.Term))
			}
			if a.Stem(w.Term) == "" {
				t.Fatalf("%q has no stem", w.Term)
			}
		}
	})
}

// terms returns the terms of a text, those of one position joined by a slash.
func terms(a *Analyser, text string) string {
	var b strings.Builder
	last := -1
	for w := range a.Words(text) {
		switch {
		case w.Position == last:
			b.WriteByte('/')
		case last >= 0:
			b.WriteByte(' ')
		}
		last = w.Position
		b.WriteString(w.Term)
	}
	return b.String()
}

func TestWords(t *testing.T) {
	t.Parallel()
	a := analyser(t, "")
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{" .,;:!?-_ ", ""},
		{"It rained.", "it rained"},
		{"DON'T don’t don‘t", "don't don't don't"},
		{"'quoted' ‘quoted’ rock'n'roll", "quoted quoted rock'n'roll"},
		{"my sister's", "my sister's/sister"},
		{"l'amour L’Été d'un", "l'amour/amour l'ete/ete d'un/un"},
		{"dell'arte o'clock y'all", "dell'arte/arte o'clock y'all"},
		{"_really_ snake_case end.Next", "really snake case end next"},
		{"1,000 3.14 18:30 2nd", "1 000 3 14 18 30 2nd"},
		{"5'10 a'1", "5 10 a 1"},
		{"me@example.com https://a.example/b?c=d", "me example com https a example b c d"},
		{"well-known well‑known so—much", "well known well known so much"},
		{"soft\u00adhyphen zero\u200bwidth", "softhyphen zero width"},
		{"col·lecció a·b", "colleccio a b"},
		{"👍🏽", "👍🏽/👍"},
		{"👩🏽‍💻", "👩🏽‍💻/👩‍💻/👩"},
		{"❤️ ❤ ❤︎", "❤ ❤ ❤"},
		{"😭😭", "😭 😭"},
		{"🇫🇷🇩🇪 © ® → 1️⃣", "🇫🇷 🇩🇪 1"},
		{"日本語", "日本/日 本語/本 語"},
		{"日本。語", "日本/日 本 語"},
		{"TVを見る", "tv を見/を 見る/見 る"},
		{"ラーメン ﾗｰﾒﾝ", "ラー/ラ ーメ/ー メン/メ ン ラー/ラ ーメ/ー メン/メ ン"},
		{"ｶﾞ", "ガ"},
		{"사랑을", "사랑/사 랑을/랑 을"},
		{"3월", "3 월"},
		{"รักนะ", "รัก/รั กน/ก นะ/น ะ"},
	} {
		if got := terms(a, test.text); got != test.want {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

func TestWordPlaces(t *testing.T) {
	t.Parallel()
	a := analyser(t, "")
	text := "Oh, l’été — “日本” 👍🏽!"
	var got []string
	for w := range a.Words(text) {
		got = append(got, fmt.Sprintf("%d %s", w.Position, text[w.Start:w.End]))
	}
	want := []string{"0 Oh", "1 l’été", "1 été", "2 日本", "2 日", "3 本", "4 👍🏽", "4 👍🏽"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A caller may stop at any word.
func TestWordsStop(t *testing.T) {
	t.Parallel()
	a := analyser(t, "")
	text := "one l’été 日本語 👩🏽‍💻 sister’s two"
	all := slices.Collect(a.Words(text))
	for n := range all {
		var some []Word
		for w := range a.Words(text) {
			if some = append(some, w); len(some) == n+1 {
				break
			}
		}
		if !slices.Equal(some, all[:n+1]) {
			t.Errorf("the first %d are %v", n+1, some)
		}
	}
}

func TestLongWords(t *testing.T) {
	t.Parallel()
	a := analyser(t, "english")
	for _, word := range []string{strings.Repeat("a", 1000), strings.Repeat("é", 1000), strings.Repeat("я", 1000)} {
		sameWords(t, a, word)
		words := slices.Collect(a.Words(word))
		if len(words) != 1 || len(words[0].Term) > maxTerm || !utf8.ValidString(words[0].Term) || words[0].End != len(word) {
			t.Errorf("%.8s: %d words, the first of %d bytes", word, len(words), len(words[0].Term))
		}
	}
}

func TestLowered(t *testing.T) {
	t.Parallel()
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for from := range 9 {
		for to := range 9 {
			text := string(all[from : 256-to])
			want := []byte(text)
			for i, c := range want {
				if c >= 'A' && c <= 'Z' {
					want[i] = c + 'a' - 'A'
				}
			}
			if got := lowered(text); got != string(want) {
				t.Fatalf("%q, want %q", got, want)
			}
		}
	}
	if got := lowered("AZaz@["); got != "azaz@[" {
		t.Fatal(got)
	}
}
