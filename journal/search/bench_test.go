package search

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/chacha20poly1305"
)

// corpus makes documents of about 120 words. How often each word comes follows Zipf's law
// as Mandelbrot mended it; one in a hundred is new, as names and mistakes are.
type corpus struct {
	r     *rand.Rand
	above []float64 // by word, the sum of all chances up to it
	words []string
	stems []string
	fresh int
	bytes int // of the texts so far, with spaces
}

func newCorpus() *corpus {
	c := &corpus{r: rand.New(rand.NewPCG(4, 4))}
	sum := 0.0
	known := make(map[string]bool)
	for rank := range 30000 {
		sum += 1 / math.Pow(float64(rank)+2.7, 1.07)
		c.above = append(c.above, sum)
		stem := c.newWord(2 + min(rank, 400)/100 + c.r.IntN(3))
		word := stem + []string{"", "", "s", "ed", "ing"}[rank%5]
		if rank%5 > 2 && rank > 10 { // another form of a word before
			stem = c.stems[rank-3]
			word = stem + []string{"", "", "", "es", "er"}[rank%5]
		}
		for known[word] {
			stem += "e"
			word = stem
		}
		known[word] = true
		c.words, c.stems = append(c.words, word), append(c.stems, stem)
	}
	return c
}

func (c *corpus) newWord(letters int) string {
	var b strings.Builder
	for i := range letters {
		set := "etaoinshrdlucm"
		if i%2 == 1 {
			set = "eaoiu"
		}
		b.WriteByte(set[c.r.IntN(len(set))])
	}
	return b.String()
}

func (c *corpus) next() (word, stem string) {
	if c.r.IntN(100) == 0 {
		c.fresh++
		word = c.newWord(5) + fmt.Sprint(c.fresh%(1+c.r.IntN(1<<20)))
		return word, word
	}
	i, _ := slices.BinarySearch(c.above, c.r.Float64()*c.above[len(c.above)-1])
	return c.words[i], c.stems[i]
}

func (c *corpus) document(sequence uint64) *Document {
	doc := &Document{Sequence: sequence}
	length := 20 + int(c.r.ExpFloat64()*100)
	places := make(map[string]int, length)
	for position := range uint32(length) {
		word, stem := c.next()
		c.bytes += len(word) + 1
		i, ok := places[word]
		if !ok {
			i = len(doc.Terms)
			places[word] = i
			doc.Terms = append(doc.Terms, Occurrence{Field: bodyField, Text: word, Stem: stem})
		}
		doc.Terms[i].Positions = append(doc.Terms[i].Positions, position)
	}
	if sequence%5 == 0 {
		doc.Terms = append(doc.Terms, Occurrence{Field: tagField, Text: "home"})
	}
	return doc
}

// sealing is Blocks as a sealed journal's: each Get opens a block.
type sealing struct {
	Memory
	gets int
}

func (s *sealing) Put(number uint64, block []byte) error {
	aead, err := chacha20poly1305.NewX(make([]byte, chacha20poly1305.KeySize))
	if err != nil {
		return err
	}
	nonce := make([]byte, aead.NonceSize())
	binary.BigEndian.PutUint64(nonce, number)
	return s.Memory.Put(number, aead.Seal(nonce, nonce, block, nil))
}

func (s *sealing) Get(number uint64) ([]byte, error) {
	s.gets++
	b, err := s.Memory.Get(number)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(make([]byte, chacha20poly1305.KeySize))
	if err != nil {
		return nil, err
	}
	n := aead.NonceSize()
	return aead.Open(nil, b[:n], b[n:], nil)
}

// built is an index of so many documents, and what it took.
type built struct {
	index       Index
	blocks      sealing
	add, merge  time.Duration
	text, bytes int
}

func build(b *testing.B, documents int) *built {
	out := &built{}
	c := newCorpus()
	var builder Builder
	for sequence := range uint64(documents) {
		doc := c.document(sequence + 1)
		start := time.Now()
		if err := builder.Add(doc); err != nil {
			b.Fatal(err)
		}
		if builder.Size() > 24<<20 || sequence+1 == uint64(documents) {
			if err := out.index.Add(b.Context(), &out.blocks, &builder); err != nil {
				b.Fatal(err)
			}
		}
		out.add += time.Since(start)
	}
	start := time.Now()
	for p := out.index.PlanAll(); !p.Empty(); p = out.index.PlanAll() {
		if err := out.index.Merge(b.Context(), &out.blocks, p); err != nil {
			b.Fatal(err)
		}
	}
	out.merge, out.text, out.bytes = time.Since(start), c.bytes, out.index.Bytes()
	return out
}

func sizes() []int {
	if os.Getenv("UNTANGLE_LONG") != "" {
		return []int{10_000, 100_000, 1_000_000}
	}
	return []int{10_000, 100_000}
}

// BenchmarkSearch builds an index with an import's memory, and searches it with nothing
// read before. Blocks are sealed.
func BenchmarkSearch(b *testing.B) {
	c := newCorpus()
	step := func(rank int, offset uint32) Step { return Step{c.words[rank], offset} }
	word := func(rank int) Clause { return InAnyForm(bodyField, c.words[rank], c.stems[rank]) }
	questions := []struct {
		name    string
		request Request
	}{
		{"common", Request{Clause: word(20), Limit: 20}},
		{"commonest", Request{Clause: word(0), Limit: 20}},
		{"commonest-all", Request{Clause: word(0), Limit: 20, Sequences: true}},
		{"commonest-count", Request{Clause: word(0)}},
		{"middling", Request{Clause: word(600), Limit: 20}},
		{"rare", Request{Clause: Exactly(bodyField, c.words[29990]), Limit: 20}},
		{"and", Request{Clause: AllOf(word(20), word(60)), Limit: 20}},
		{"and-rare", Request{Clause: AllOf(word(0), word(20001)), Limit: 20}},
		{"filtered", Request{Clause: AllOf(word(20), Weighed(Exactly(tagField, "home"), 0)), Limit: 20}},
		{"or", Request{Clause: AnyOf(word(20), word(60), word(100)), Limit: 20}},
		{"not", Request{Clause: Except(Everything(), word(20)), Limit: 20}},
		{"phrase", Request{Clause: InRow(bodyField, step(20, 0), step(60, 1)), Limit: 20}},
		{"phrase-commonest", Request{Clause: InRow(bodyField, step(0, 0), step(1, 1)), Limit: 20}},
		{"prefix", Request{Clause: Starting(bodyField, c.words[300][:3]), Limit: 20}},
		{"prefix-letter", Request{Clause: Starting(bodyField, "s"), Limit: 20}},
		{"edits-1", Request{Clause: Similar(bodyField, c.words[600], 1), Limit: 20}},
		{"edits-2", Request{Clause: Similar(bodyField, c.words[600], 2), Limit: 20}},
		{"no-hit", Request{Clause: word(0), Limit: 20}},
	}
	questions[len(questions)-1].request.Clause = Exactly(bodyField, "xylophone")
	for _, documents := range sizes() {
		built := build(b, documents)
		b.Run(fmt.Sprint(documents, "/build"), func(b *testing.B) {
			for b.Loop() {
			}
			b.ReportMetric(float64(documents)/(built.add+built.merge).Seconds(), "documents/s")
			b.ReportMetric(float64(documents)/built.merge.Seconds(), "merged/s")
			b.ReportMetric(float64(built.bytes)/float64(built.text), "of-text")
			b.ReportMetric(float64(built.text)/float64(documents), "text-bytes")
		})
		for _, question := range questions {
			b.Run(fmt.Sprint(documents, "/", question.name), func(b *testing.B) {
				found := Found{}
				built.blocks.gets = 0
				for b.Loop() {
					s, err := NewSearcher(Part{&built.index, &built.blocks})
					if err != nil {
						b.Fatal(err)
					}
					if found, err = s.Search(b.Context(), question.request); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(found.Count), "hits")
				b.ReportMetric(float64(built.blocks.gets)/float64(b.N), "blocks")
			})
		}
	}
}

// counting is Blocks that count what is written.
type counting struct {
	Memory
	bytes, puts int
}

func (c *counting) Put(number uint64, block []byte) error {
	c.bytes += len(block)
	c.puts++
	return c.Memory.Put(number, bytes.Clone(block))
}

// BenchmarkAdd adds documents one by one as a journal does, in segments of 32, with the
// merges that nobody asks for. The worst is the longest that one of them waited.
func BenchmarkAdd(b *testing.B) {
	c := newCorpus()
	var x Index
	var builder Builder
	var blocks counting
	worst, spent, n := time.Duration(0), time.Duration(0), 0
	for b.Loop() {
		n++
		doc := c.document(uint64(n))
		start := time.Now()
		if err := builder.Add(doc); err != nil {
			b.Fatal(err)
		}
		if builder.Len() == 32 {
			if err := addAndMerge(b.Context(), &x, &blocks, &builder); err != nil {
				b.Fatal(err)
			}
		}
		took := time.Since(start)
		worst, spent = max(worst, took), spent+took
	}
	b.ReportMetric(float64(spent.Microseconds())/float64(n), "us/add")
	b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
	b.ReportMetric(float64(blocks.bytes)/float64(n), "written/add")
	b.ReportMetric(float64(x.Segments()), "segments")
}

func addAndMerge(ctx context.Context, x *Index, blocks Blocks, builder *Builder) error {
	if err := x.Add(ctx, blocks, builder); err != nil {
		return err
	}
	for plan := x.Plan(false); !plan.Empty(); plan = x.Plan(false) {
		if err := x.Merge(ctx, blocks, plan); err != nil {
			return err
		}
	}
	return nil
}
