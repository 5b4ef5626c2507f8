package journal

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
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

// filled returns a journal of n entries of the corpus, sealed if there are secrets.
func filled(b *testing.B, n int, secrets ...Secret) *Journal {
	b.Helper()
	j := sealedAt(b, filepath.Join(b.TempDir(), "journal.db"), secrets...)
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

// BenchmarkSealed sets a sealed journal beside a plain one of the same entries, case by
// case, in time and in the size of the file. A locked one is added to as well.
func BenchmarkSealed(b *testing.B) {
	plain, sealed := filled(b, 100000), filled(b, 100000, phrase("one"))
	shut := opened(b, sealed.Path())
	long := Entry{Date: Day(2026, 1, 1), Text: strings.Repeat("It rained. ", 100)}
	read := func(j *Journal, q Query) (err error) {
		for _, err = range j.Entries(b.Context(), q) {
			if err != nil {
				break
			}
		}
		return err
	}
	add := func(j *Journal) error { _, err := j.Add(b.Context(), long, Beside{}); return err }
	for _, one := range []struct {
		name string
		do   func(*Journal) error
	}{
		{"list", func(j *Journal) error { return read(j, Query{Limit: 10}) }},
		{"read", func(j *Journal) error { return read(j, Query{}) }},
		{"scan", func(j *Journal) (err error) {
			for _, err = range j.Search(b.Context(), Query{}, "heron canal") {
				if err != nil {
					break
				}
			}
			return err
		}},
		{"add", add},
	} {
		for name, j := range map[string]*Journal{"plain": plain, "sealed": sealed, "locked": shut} {
			if j.Locked() && one.name != "add" {
				continue
			}
			b.Run(one.name+"/"+name, func(b *testing.B) {
				for b.Loop() {
					if err := one.do(j); err != nil {
						b.Fatal(err)
					}
				}
				size, err := usedBytes(j.Path())
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(size)/1e6, "MB")
			})
		}
	}
}

// usedBytes is the length of a journal's file but for what it is longer than its pages.
func usedBytes(path string) (int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	newest, _, err := readMetas(file, info.Size())
	return int64(newest.high) * pageSize, err
}
