package format

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"untangle/journal"
)

// corpus returns n entries of 1.1 KB or so, the same ones for the same n. One in
// twenty has a heading, one in thirty a fence of code.
func corpus(n int) []*journal.Entry {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	zipf := rand.NewZipf(r, 1.1, 8, 30000)
	start := time.Date(1990, 1, 1, 8, 0, 0, 0, time.UTC)
	entries := make([]*journal.Entry, 0, n)
	for i := range n {
		var b strings.Builder
		for b.Len() < 700+r.IntN(800) {
			fmt.Fprintf(&b, "w%x%s", zipf.Uint64(), []string{" ", " ", " ", ", ", ". ", "\n"}[r.IntN(6)])
		}
		switch {
		case i%20 == 3:
			b.WriteString("\n\n## Later\n\nIt rained.")
		case i%30 == 7:
			b.WriteString("\n\n```\nx := 1\n```")
		}
		e := &journal.Entry{Date: journal.At(start.Add(time.Duration(i) * 3 * time.Hour)), Text: b.String(), Starred: i%37 == 0, Words: 190}
		e.ID = journal.ID{byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), byte(i >> 16), byte(i >> 8), byte(i)}
		if i%5 == 0 {
			e.Hand = []string{"box", "zoo"}
		}
		entries = append(entries, e)
	}
	return entries
}

func stream(entries []*journal.Entry) iter.Seq2[*journal.Entry, error] {
	return func(yield func(*journal.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

const benchEntries = 20000

func BenchmarkEncode(b *testing.B) {
	entries := corpus(benchEntries)
	for _, f := range All() {
		b.Run(f.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f.Encode(io.Discard, stream(entries), Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(benchEntries*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	entries := corpus(benchEntries)
	for _, f := range All() {
		if f.Decode == nil {
			continue
		}
		b.Run(f.Name, func(b *testing.B) {
			var file bytes.Buffer
			if err := f.Encode(&file, stream(entries), Options{}); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				for _, err := range f.Decode(bytes.NewReader(file.Bytes()), Options{}) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(benchEntries*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

func BenchmarkFolder(b *testing.B) {
	entries := corpus(800)
	for b.Loop() {
		if _, err := Folder(b.Context(), b.TempDir(), stream(entries), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHostileProse(b *testing.B) {
	for name, text := range hostileProse(1 << 20) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				newProse(4).append(nil, text)
			}
		})
	}
}

// hostileProse is Markdown of that size that costs a careless parser much, by name.
func hostileProse(size int) map[string]string {
	return map[string]string{
		"quotes":   strings.Repeat(">", size) + "\n# x",
		"lists":    strings.Repeat("- ", size/2) + "\n# x",
		"numbers":  strings.Repeat("1. ", size/3) + "\n# x",
		"brackets": strings.Repeat("[", size) + "\n# x",
		"stairs":   stairs(300) + "# x",
		"refs":     strings.Repeat("[a]: b\n", size/7) + "# x",
		"dashes":   strings.Repeat("a\n-\n", size/4),
		"headings": strings.Repeat("#\n", size/2),
		"lazy":     strings.Repeat(">", 1000) + "a\n" + strings.Repeat("a\n", size/2) + "# x",
	}
}

// stairs are lists within lists, each a line below and further in.
func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return b.String()
}
