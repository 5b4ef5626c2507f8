package search

import (
	"context"
	"encoding/binary"
)

// inlineSize is the most that stands with its key instead of in a block of postings: most
// terms stand in one document or two, and need no second read.
const inlineSize = 48

// writer writes a segment, term by term in order.
type writer struct {
	blocks    Blocks
	segment   listed
	runs      [][2]uint64
	postings  chunk
	positions chunk

	// What is known of the term that is open.
	documents int
	parts     []byte // the parts that were placed, as they stand in its entry
	nparts    int
	before    uint32 // the last offset of the part before
	offsets   []byte // of the part that is open, and so on
	impacts   []byte
	marks     []byte
	places    []byte
	npos      int
	n         int
	first     uint32
	last      uint32
	flag      bool // the part that is open has positions

	terms      []byte
	termBlocks [][]byte // that are ended
	termKey    string   // the last in the block of terms
	lastKey    string   // the last at all
	least      string   // the separator of the block of terms
	count      int
	refs       []ref
	all        []byte
}

// newWriter begins a segment of documents within the bounds.
func newWriter(blocks Blocks, first, last uint64) (*writer, error) {
	w := &writer{blocks: blocks, segment: listed{first: first, last: last}}
	w.postings.kind, w.positions.kind = postingsKind, positionsKind
	var err error
	w.segment.number, err = w.number()
	return w, err
}

// number takes the number of a new block.
func (w *writer) number() (uint64, error) {
	n, err := w.blocks.New()
	if err != nil {
		return 0, err
	}
	if i := len(w.runs) - 1; i >= 0 && w.runs[i][0]+w.runs[i][1] == n {
		w.runs[i][1]++
	} else {
		w.runs = append(w.runs, [2]uint64{n, 1})
	}
	return n, nil
}

func (w *writer) put(number uint64, kind byte, content []byte) error {
	w.segment.bytes += len(content) + blockExtra
	return putBlock(w.blocks, number, w.segment.number, kind, content)
}

// chunk is a block that is being filled.
type chunk struct {
	kind   byte
	number uint64
	b      []byte
}

// place makes room for so many bytes in a block, and returns where they belong.
func (w *writer) place(c *chunk, size int) (place, error) {
	if len(c.b) > 0 && len(c.b)+size > blockSize {
		if err := w.flush(c); err != nil {
			return place{}, err
		}
	}
	if len(c.b) == 0 {
		number, err := w.number()
		if err != nil {
			return place{}, err
		}
		c.number, c.b = number, make([]byte, 0, max(size, blockSize)+blockExtra)
	}
	return place{c.number, len(c.b)}, nil
}

// leastRoom is from how many free bytes on a block is filled up.
const leastRoom = 1024

// room returns the most bytes that are placed next: those that fill the block, or where
// few are left those of a new one.
func (c *chunk) room() int {
	if room := blockSize - len(c.b); room >= leastRoom {
		return room
	}
	return blockSize
}

func (w *writer) flush(c *chunk) error {
	if len(c.b) == 0 {
		return nil
	}
	b := c.b
	c.b = nil
	return w.put(c.number, c.kind, b)
}

// add adds a document to the term that is open, in order.
func (w *writer) add(p *posting) error {
	if w.n > 0 && (w.flag != p.positioned || len(w.offsets)+len(w.impacts)+8 > w.postings.room() ||
		len(w.places)+len(p.positions)+len(w.marks)+p.count/8+16 > w.positions.room()) {
		if err := w.cut(); err != nil {
			return err
		}
	}
	if w.n == 0 {
		w.first, w.flag = p.offset, p.positioned
		w.offsets = binary.AppendUvarint(w.offsets, uint64(p.offset))
	} else {
		w.offsets = binary.AppendUvarint(w.offsets, uint64(p.offset-w.last-1))
	}
	w.last = p.offset
	w.n++
	w.documents++
	if p.positioned {
		w.impacts = append(w.impacts, p.impact)
		w.places = append(w.places, p.positions...)
		w.npos += p.count
		for len(w.marks) < (w.npos+7)/8 {
			w.marks = append(w.marks, 0)
		}
		w.marks[(w.npos-1)/8] |= 1 << ((w.npos - 1) % 8)
	}
	return nil
}

// cut places the part that is open.
func (w *writer) cut() error {
	at, err := w.place(&w.postings, len(w.offsets)+len(w.impacts))
	if err != nil {
		return err
	}
	w.postings.b = append(append(w.postings.b, w.offsets...), w.impacts...)
	n := uint64(w.n) << 1
	if w.flag {
		n |= 1
	}
	for _, v := range []uint64{
		n, uint64(w.first - w.before), uint64(w.last - w.first), at.block - w.segment.number, uint64(at.at),
	} {
		w.parts = binary.AppendUvarint(w.parts, v)
	}
	if w.flag {
		at, err := w.place(&w.positions, binary.MaxVarintLen32+len(w.marks)+len(w.places))
		if err != nil {
			return err
		}
		w.positions.b = w.appendPositions(w.positions.b)
		w.parts = binary.AppendUvarint(w.parts, at.block-w.segment.number)
		w.parts = binary.AppendUvarint(w.parts, uint64(at.at))
	}
	w.before = w.last
	w.nparts++
	w.fresh()
	return nil
}

func (w *writer) appendPositions(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(w.npos))
	return append(append(b, w.marks...), w.places...)
}

// fresh begins a part.
func (w *writer) fresh() {
	w.offsets, w.impacts, w.marks, w.places = w.offsets[:0], w.impacts[:0], w.marks[:0], w.places[:0]
	w.n, w.npos = 0, 0
}

// entry closes the term that is open and appends its entry.
func (w *writer) entry(b []byte) ([]byte, error) {
	b = binary.AppendUvarint(b, uint64(w.documents))
	size := len(w.offsets)
	if w.flag {
		size += len(w.impacts) + len(w.marks) + len(w.places) + 1
	}
	switch {
	case w.documents == 0:
	case w.nparts == 0 && size <= inlineSize:
		if !w.flag {
			b = append(b, 0, byte(size))
			b = append(b, w.offsets...)
			break
		}
		b = append(b, 1, byte(size))
		b = append(append(b, w.offsets...), w.impacts...)
		b = w.appendPositions(b)
	default:
		if w.n > 0 {
			if err := w.cut(); err != nil {
				return nil, err
			}
		}
		b = binary.AppendUvarint(b, uint64(w.nparts)+1)
		b = append(b, w.parts...)
	}
	w.fresh()
	w.documents, w.nparts, w.before, w.parts = 0, 0, 0, w.parts[:0]
	return b, nil
}

// endAll closes the list of all documents, which comes before all terms.
func (w *writer) endAll() (err error) {
	w.segment.docs = w.documents
	w.all, err = w.entry(nil)
	return err
}

// end closes a term under its key. A form has no documents.
func (w *writer) end(ctx context.Context, key string) error {
	if len(w.terms) >= termsSize {
		if err := ctx.Err(); err != nil {
			return err
		}
		w.endTerms()
	}
	if len(w.terms) == 0 {
		w.terms = make([]byte, 0, termsSize+512)
		w.least, w.termKey = separator(w.lastKey, key), ""
	}
	b, err := w.entry(appendKey(w.terms, w.termKey, key))
	if err != nil {
		return err
	}
	w.terms, w.termKey, w.lastKey = b, key, key
	w.count++
	return nil
}

// endTerms ends a block of terms. They are written last, one behind the other, so that two
// of them come to lie on a page.
func (w *writer) endTerms() {
	w.refs = append(w.refs, ref{key: w.least})
	w.termBlocks = append(w.termBlocks, w.terms)
	w.terms = nil
}

func (w *writer) flushTerms() error {
	for i, b := range w.termBlocks {
		number, err := w.number()
		if err != nil {
			return err
		}
		w.refs[i].number = number
		if err := w.put(number, termsKind, b); err != nil {
			return err
		}
	}
	return nil
}

// close writes what is left, and the header last.
func (w *writer) close() (listed, error) {
	if len(w.terms) > 0 {
		w.endTerms()
	}
	for _, c := range []*chunk{&w.postings, &w.positions} {
		if err := w.flush(c); err != nil {
			return listed{}, err
		}
	}
	if err := w.flushTerms(); err != nil {
		return listed{}, err
	}
	depth, err := w.raise()
	if err != nil {
		return listed{}, err
	}
	s := &w.segment
	b := []byte{segmentVersion}
	for _, n := range []uint64{s.first, s.last - s.first, uint64(s.docs)} {
		b = binary.AppendUvarint(b, n)
	}
	b = append(b, w.all...)
	b = binary.AppendUvarint(b, uint64(w.count))
	b = binary.AppendUvarint(b, uint64(depth))
	b = appendRefs(b, s.number, w.refs)
	b = binary.AppendUvarint(b, uint64(len(w.runs)))
	for _, run := range w.runs {
		b = binary.AppendUvarint(b, run[0]-s.number)
		b = binary.AppendUvarint(b, run[1])
	}
	err = w.put(s.number, headerKind, b)
	return *s, err
}

// abandon drops what was written.
func (w *writer) abandon() error {
	for _, run := range w.runs {
		for i := range run[1] {
			if err := w.blocks.Drop(run[0] + i); err != nil {
				return err
			}
		}
	}
	return nil
}
