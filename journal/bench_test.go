package journal

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// corpus yields n entries of 1.1 KB or so, of words whose frequencies follow Zipf's
// law, the same ones for the same n.
func corpus(n int) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		r := rand.New(rand.NewPCG(7, uint64(n)))
		zipf := rand.NewZipf(r, 1.1, 8, 30000)
		start := time.Date(1990, 1, 1, 8, 0, 0, 0, time.UTC)
		for i := range n {
			var b strings.Builder
			for b.Len() < 700+r.IntN(800) {
				fmt.Fprintf(&b, "w%x%s", zipf.Uint64(), []string{" ", " ", " ", ", ", ". ", "\n"}[r.IntN(6)])
			}
			e := &Entry{Date: At(start.Add(time.Duration(i) * 3 * time.Hour)), Text: b.String(), Starred: i%37 == 0}
			e.ID = ID{byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), byte(i >> 16), byte(i >> 8), byte(i)}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// filled returns a journal of n entries of the corpus.
func filled(b *testing.B, n int) *Journal {
	b.Helper()
	j, err := Create(b.Context(), filepath.Join(b.TempDir(), "journal.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := j.Import(b.Context(), corpus(n), nil); err != nil {
		b.Fatal(err)
	}
	return j
}

func BenchmarkImport(b *testing.B) {
	entries := make([]*Entry, 0, 20000)
	for e := range corpus(20000) {
		entries = append(entries, e)
	}
	stream := func(yield func(*Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
	for b.Loop() {
		j, err := Create(b.Context(), filepath.Join(b.TempDir(), fmt.Sprint(b.N), "journal.db"), Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := j.Import(b.Context(), stream, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(20000*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkAdd(b *testing.B) {
	for _, n := range []int{0, 1000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			j := filled(b, n)
			for b.Loop() {
				if _, err := j.Add(b.Context(), Entry{Date: Day(2026, 1, 1), Text: strings.Repeat("It rained. ", 100)}, Beside{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkList(b *testing.B) {
	for _, n := range []int{1000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			j := filled(b, n)
			for b.Loop() {
				for _, err := range j.Entries(b.Context(), Query{Limit: 10}) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	j := filled(b, 20000)
	for b.Loop() {
		for _, err := range j.Entries(b.Context(), Query{}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	j := filled(b, 20000)
	for b.Loop() {
		if r, err := j.Verify(b.Context(), nil); err != nil || len(r.Damage) > 0 {
			b.Fatal(r, err)
		}
	}
}
