package search

import (
	"strings"
	"testing"
)

// The texts are about as long as an entry of two pages.
var benchTexts = []struct{ name, text string }{
	{"ascii", strings.Repeat("It rained all day, and I sat in the kitchen at my sister's until the light went; nobody asked how I was. ", 40)},
	{"typographic", strings.Repeat("It rained all day — and I sat in “the kitchen” at my sister’s until the light went; nobody didn’t ask how I was… ", 40)},
	{"french", strings.Repeat("Il a plu toute la journée, et j’étais assise à la cuisine chez ma sœur jusqu’à ce que la lumière s’en aille. ", 40)},
	{"russian", strings.Repeat("Весь день шёл дождь, и я сидела на кухне у сестры, пока не стемнело; никто не спросил, как я. ", 40)},
	{"japanese", strings.Repeat("一日中雨が降っていて、私は姉の台所に座っていた。誰も元気かと聞かなかった。", 40)},
}

func BenchmarkWords(b *testing.B) {
	for _, bench := range benchTexts {
		b.Run(bench.name, func(b *testing.B) {
			a := analyser(b, "english")
			b.SetBytes(int64(len(bench.text)))
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				for w := range a.Words(bench.text) {
					n += len(w.Term)
				}
			}
		})
	}
}

func BenchmarkStem(b *testing.B) {
	a := analyser(b, "english")
	text := benchTexts[0].text
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for w := range a.Words(text) {
			_ = a.Stem(w.Term)
		}
	}
}

func BenchmarkStemUncached(b *testing.B) {
	for b.Loop() {
		a := analyser(b, "english")
		for _, word := range []string{"gardening", "generalisations", "loneliness", "rained"} {
			_ = a.Stem(word)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	a := analyser(b, "english")
	for _, bench := range []struct{ name, query string }{
		{"word", "garden"},
		{"usual", `garden "my sister" NOT tag:home mood:2..4`},
		{"deep", strings.Repeat("(NOT ", maxDepth/2) + "a" + strings.Repeat(")", maxDepth/2)},
		{"longest", strings.Repeat("ab OR ", maxQuery/6) + "a"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.query)))
			for b.Loop() {
				if _, err := Parse(bench.query, Options{Analyser: a}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFamily(b *testing.B) {
	for b.Loop() {
		if kin := analyser(b, "english").Family("guilt"); len(kin) == 0 {
			b.Fatal("none")
		}
	}
}
