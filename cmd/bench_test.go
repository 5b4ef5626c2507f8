package cmd

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// somePages returns about size bytes of ordinary Markdown, the same every time.
func somePages(size int) string {
	words := strings.Fields("the kitchen window was open and nobody asked *how* I was so I put it down again **twice** " +
		"on the stairs where the light comes in [late](https://example.org/a) – naïve, über, 手紙を書いた")
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for line := 1; b.Len() < size; line++ {
		for range 8 {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		switch {
		case line%17 == 0:
			b.WriteString("\n\n- ")
		case line%5 == 0:
			b.WriteString("\n\n")
		default:
			b.WriteString("\n")
		}
	}
	return b.String()
}

func BenchmarkProse(b *testing.B) {
	md := somePages(5 << 10)
	b.SetBytes(int64(len(md)))
	b.ReportAllocs()
	for b.Loop() {
		prose(md, 74, style{on: true})
	}
}

func BenchmarkVisible(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"plain", strings.Repeat("An ordinary line of an ordinary day.\n", 140)},
		{"mixed", somePages(5 << 10)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				visible(c.text)
			}
		})
	}
}

func BenchmarkListLine(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		listLine(style{on: true}, 80, "Mon  9", "23:58", "I said it in the car, and badly, and then in the kitchen, less badly",
			[]string{"telling"}, true, "d9qh4s")
	}
}
