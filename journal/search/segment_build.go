package search

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Document is what is indexed of a document.
type Document struct {
	// Sequence is the document's number, of its own for ever.
	Sequence uint64
	// Terms are the document's terms, each once, in any order. Neither text nor stem has
	// a zero byte.
	Terms []Occurrence
}

// Occurrence is a term of a document.
type Occurrence struct {
	// Field tells apart what the same text stands for; 1 to 254.
	Field byte
	Text  string
	// Stem is what the text shares with its other forms, empty if nothing. A text may
	// have several, each once.
	Stem string
	// Positions are where the term stands in its field, rising. Without any a term can
	// be found, but not in a phrase, and counts as much in each document.
	Positions []uint32
}

// Builder gathers documents for a segment. The zero Builder is empty.
type Builder struct {
	// Only, if not nil, chooses the terms that are taken in; the others count for the
	// lengths of documents all the same.
	Only   func(field byte, text, stem string) bool
	docs   []gathered
	known  map[uint64]bool
	terms  map[string]uint32 // by key
	keys   []string
	seen   []uint32 // by term, the last document that had it, and 1
	found  []occurrence
	places []byte
	size   int
	key    []byte
	low    uint64 // of the sequences
	high   uint64
}

// gathered is a document, and where its occurrences end.
type gathered struct {
	sequence uint64
	end      int
}

// occurrence is an Occurrence in the builder's own memory.
type occurrence struct {
	term   uint32
	at     uint32 // of its positions
	size   uint32
	count  uint32
	impact byte
}

// Len returns the number of documents.
func (b *Builder) Len() int { return len(b.docs) }

// Size returns about how many bytes of memory the builder holds. Sealing takes about as
// much again.
func (b *Builder) Size() int { return b.size + 20*len(b.found) + len(b.places) }

// Add takes in a document. The errors are ErrTwice and ErrDocument; the builder is then as
// it was. The builder keeps nothing of what it is given.
func (b *Builder) Add(doc *Document) error {
	if b.known == nil {
		b.known, b.terms = make(map[uint64]bool), make(map[string]uint32)
	}
	if b.known[doc.Sequence] {
		return ErrTwice
	}
	low, high := doc.Sequence, doc.Sequence
	if len(b.docs) > 0 {
		low, high = min(b.low, low), max(b.high, high)
		if high-low > maxSpan {
			return fmt.Errorf("sequence %d is too far from the others: %w", doc.Sequence, ErrDocument)
		}
	}
	found, places := len(b.found), len(b.places)
	if err := b.addTerms(doc.Terms); err != nil {
		b.found, b.places = b.found[:found], b.places[:places]
		for i, seen := range b.seen {
			if seen == uint32(len(b.docs)+1) {
				b.seen[i] = 0
			}
		}
		return err
	}
	b.known[doc.Sequence] = true
	b.low, b.high = low, high
	b.docs = append(b.docs, gathered{doc.Sequence, len(b.found)})
	b.size += 40
	return nil
}

func (b *Builder) addTerms(terms []Occurrence) error {
	var lengths [256]int
	for i := range terms {
		lengths[terms[i].Field] += len(terms[i].Positions)
	}
	for i := range terms {
		o := &terms[i]
		if o.Field == 0 || o.Field == formsField || strings.IndexByte(o.Text, 0) >= 0 || strings.IndexByte(o.Stem, 0) >= 0 ||
			len(b.places) > math.MaxInt32 {
			return fmt.Errorf("a term of field %d: %w", o.Field, ErrDocument)
		}
		if b.Only != nil && !b.Only(o.Field, o.Text, o.Stem) {
			continue
		}
		term := b.term(o)
		if b.seen[term] == uint32(len(b.docs)+1) {
			return fmt.Errorf("a term twice in field %d: %w", o.Field, ErrDocument)
		}
		b.seen[term] = uint32(len(b.docs) + 1)
		f := occurrence{term: term, at: uint32(len(b.places)), count: uint32(len(o.Positions))}
		next := uint32(0)
		for i, at := range o.Positions {
			if at < next || at == math.MaxUint32 {
				return fmt.Errorf("position %d of field %d: %w", i, o.Field, ErrDocument)
			}
			b.places = binary.AppendUvarint(b.places, uint64(at-next))
			next = at + 1
		}
		f.size = uint32(len(b.places)) - f.at
		f.impact = impact(len(o.Positions), lengths[o.Field])
		b.found = append(b.found, f)
	}
	return nil
}

// term returns the number of a term, a new one if need be.
func (b *Builder) term(o *Occurrence) uint32 {
	b.key = append(append(b.key[:0], o.Field), o.Text...)
	if o.Stem != "" {
		b.key = appendLike(append(b.key, 0), o.Text, o.Stem)
	}
	term, ok := b.terms[string(b.key)]
	if !ok {
		term = uint32(len(b.keys))
		key := string(b.key)
		b.terms[key] = term
		b.keys = append(b.keys, key)
		b.seen = append(b.seen, 0)
		b.size += 2*len(key) + 100
	}
	return term
}

// sequences returns the documents' sequences, rising.
func (b *Builder) sequences() []uint64 {
	all := make([]uint64, len(b.docs))
	for i, d := range b.docs {
		all[i] = d.sequence
	}
	slices.Sort(all)
	return all
}

func (b *Builder) reset() { *b = Builder{Only: b.Only} }

// placed is an occurrence and the document that it is in.
type placed struct {
	occurrence uint32
	offset     uint32
}

// seal writes a segment of what was gathered.
func (b *Builder) seal(ctx context.Context, blocks Blocks) (listed, error) {
	sequences := b.sequences()
	w, err := newWriter(blocks, sequences[0], sequences[len(sequences)-1])
	if err != nil {
		return listed{}, err
	}
	s, err := b.write(ctx, w)
	if err != nil {
		return listed{}, errors.Join(err, w.abandon())
	}
	return s, nil
}

func (b *Builder) write(ctx context.Context, w *writer) (listed, error) {
	docs := make([]int, len(b.docs))
	for i := range docs {
		docs[i] = i
	}
	slices.SortFunc(docs, func(i, j int) int { return cmp.Compare(b.docs[i].sequence, b.docs[j].sequence) })
	ends := make([]uint32, len(b.keys)+1)
	for _, f := range b.found {
		ends[f.term+1]++
	}
	for i := range b.keys {
		ends[i+1] += ends[i]
	}
	rows := make([]placed, len(b.found))
	for _, doc := range docs {
		offset := uint32(b.docs[doc].sequence - w.segment.first)
		if err := w.add(&posting{offset: offset}); err != nil {
			return listed{}, err
		}
		from := 0
		if doc > 0 {
			from = b.docs[doc-1].end
		}
		for i := from; i < b.docs[doc].end; i++ {
			at := &ends[b.found[i].term]
			rows[*at] = placed{uint32(i), offset}
			*at++
		}
	}
	if err := w.endAll(); err != nil {
		return listed{}, err
	}
	if err := b.writeTerms(ctx, w, rows, ends); err != nil {
		return listed{}, err
	}
	return w.close()
}

// writeTerms writes all terms and their forms in order. Ends tells where each one's rows
// end.
func (b *Builder) writeTerms(ctx context.Context, w *writer, rows []placed, ends []uint32) error {
	order := make([]uint32, len(b.keys))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(i, j uint32) int { return strings.Compare(b.keys[i], b.keys[j]) })
	var forms []string
	for _, term := range order {
		from := uint32(0)
		if term > 0 {
			from = ends[term-1]
		}
		if from == ends[term] {
			continue // of a document that was refused
		}
		for _, row := range rows[from:ends[term]] {
			f := &b.found[row.occurrence]
			p := posting{offset: row.offset, positioned: f.count > 0, impact: f.impact, count: int(f.count)}
			p.positions = b.places[f.at : f.at+f.size]
			if err := w.add(&p); err != nil {
				return err
			}
		}
		if err := w.end(ctx, b.keys[term]); err != nil {
			return err
		}
		if field, text, stem, _ := parseKey([]byte(b.keys[term])); stem != "" {
			forms = append(forms, formKey(field, stem, text))
		}
	}
	slices.Sort(forms)
	for _, key := range forms {
		if err := w.end(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
