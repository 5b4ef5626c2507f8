package journal

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
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

// BenchmarkSearch looks for the best twenty, as a person's search does, in the plain and the
// sealed journal of the same entries. With UNTANGLE_LONG=1 they have 1,000,000.
func BenchmarkSearch(b *testing.B) {
	n := 100000
	if os.Getenv("UNTANGLE_LONG") != "" {
		n = 1000000
	}
	for name, j := range map[string]*Journal{"plain": filled(b, n), "sealed": filled(b, n, phrase("one"))} {
		for _, one := range []struct{ name, words string }{
			{"common", "w1"},
			{"rare", "w6f00"},
			{"and", "w5 w20"},
			{"phrase", `"w5 w20"`},
			{"commonest phrase", `"w0 w1"`},
			{"prefix", "w6a*"},
			{"similar", "w6a0~1"},
			{"none", "nowhere"},
			{"tagless", "w40 -@home"},
			{"year", "w40 on:1999"},
		} {
			b.Run(name+"/"+one.name, func(b *testing.B) {
				for b.Loop() {
					f, err := j.Search(b.Context(), Search{Query: Query{Limit: 20}, Words: one.words, Best: true, Dates: yearDates})
					if err != nil || f.Scanned != nil {
						b.Fatal(err, f)
					}
					for _, err := range f.Hits() {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}

// yearDates reads a year.
func yearDates(text string) (from, to Date, err error) {
	year, err := strconv.Atoi(text)
	return Day(year, 1, 1), Day(year, 12, 31), err
}

// BenchmarkReindex makes the index of a journal anew.
func BenchmarkReindex(b *testing.B) {
	j := filled(b, 20000)
	for b.Loop() {
		if err := j.reindex(b.Context(), defaultLanguage, true, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(20000*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
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
			_, err = j.Search(b.Context(), Search{Words: "heron canal", Substring: true})
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
