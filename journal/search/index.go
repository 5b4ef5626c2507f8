package search

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
)

// ErrBroken is returned when a part of the index is not as it was written, or missing.
// The index can be built again from the documents.
var ErrBroken = errors.New("the search index is damaged")

// The occasions on which a document is refused. All are tested with errors.Is.
var (
	// ErrTwice is returned for a document whose sequence the index or the builder has.
	ErrTwice = errors.New("the document is in the search index already")
	// ErrDocument is returned for a document that cannot be indexed as it is.
	ErrDocument = errors.New("the document cannot be indexed")
)

// Blocks is where an index keeps its blocks. What Get returns is authentic: some index
// put it there under that number, though maybe an older one. It is only read, and not
// after the transaction that it belongs to.
type Blocks interface {
	// New gives out a number under which nothing was ever put, above all before it.
	New() (uint64, error)
	// Put keeps a block, once for each number. It may hold on to the block.
	Put(number uint64, block []byte) error
	// Get returns a block.
	Get(number uint64) ([]byte, error)
	// Drop removes a block.
	Drop(number uint64) error
}

// Memory is Blocks in memory, for what is searched before it is kept. The zero Memory is
// empty.
type Memory struct {
	blocks map[uint64][]byte
	last   uint64
}

// New gives out the next number.
func (m *Memory) New() (uint64, error) {
	m.last++
	return m.last, nil
}

// Put keeps a block.
func (m *Memory) Put(number uint64, block []byte) error {
	if m.blocks == nil {
		m.blocks = make(map[uint64][]byte)
	}
	m.blocks[number] = block
	return nil
}

// Get returns a block. The error is ErrBroken.
func (m *Memory) Get(number uint64) ([]byte, error) {
	if block, ok := m.blocks[number]; ok {
		return block, nil
	}
	return nil, broken("block %d is missing", number)
}

// Drop removes a block.
func (m *Memory) Drop(number uint64) error {
	delete(m.blocks, number)
	return nil
}

// Index lists the segments of an index and the documents in them that went since. It is
// small; the caller keeps what Encode returns beside the blocks. The zero Index is empty.
type Index struct {
	segments []listed // in the order of their first documents
	dead     []uint64 // rising
}

// listed is a segment as the index lists it.
type listed struct {
	number      uint64 // of its header
	first, last uint64 // bounds of its documents' sequences
	docs        int    // the dead ones included
	bytes       int    // of all its blocks
}

// Documents returns the number of live documents.
func (x *Index) Documents() (n int) {
	for _, s := range x.segments {
		n += s.docs
	}
	return n - len(x.dead)
}

// Bytes returns the size of all blocks.
func (x *Index) Bytes() (n int) {
	for _, s := range x.segments {
		n += s.bytes
	}
	return n
}

// Segments returns the number of segments.
func (x *Index) Segments() int { return len(x.segments) }

// Add seals what the builder holds as a segment, and empties the builder. Without
// documents it does nothing. The index is unchanged where it fails.
func (x *Index) Add(ctx context.Context, blocks Blocks, b *Builder) error {
	if len(b.docs) == 0 {
		return nil
	}
	sequences := b.sequences()
	for _, s := range x.segments {
		if s.last < sequences[0] || s.first > sequences[len(sequences)-1] {
			continue
		}
		g, err := openSegment(blocks, s)
		if err != nil {
			return err
		}
		for _, sequence := range sequences {
			if has, err := g.has(sequence); err != nil || has {
				return cmp.Or(err, ErrTwice)
			}
		}
	}
	s, err := b.seal(ctx, blocks)
	if err != nil {
		return err
	}
	x.insert(s)
	b.reset()
	return nil
}

func (x *Index) insert(s listed) {
	x.segments = append(slices.Clone(x.segments), s)
	slices.SortFunc(x.segments, func(a, b listed) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.number, b.number))
	})
}

// Has reports whether the index holds a live document.
func (x *Index) Has(blocks Blocks, sequence uint64) (bool, error) {
	if _, dead := slices.BinarySearch(x.dead, sequence); dead {
		return false, nil
	}
	for _, s := range x.segments {
		if sequence < s.first || sequence > s.last {
			continue
		}
		g, err := openSegment(blocks, s)
		if err != nil {
			return false, err
		}
		if has, err := g.has(sequence); err != nil || has {
			return has, err
		}
	}
	return false, nil
}

// Remove takes a document out of all answers, and reports whether it was in the index.
// Its words stand in the segment until that is merged.
func (x *Index) Remove(blocks Blocks, sequence uint64) (bool, error) {
	has, err := x.Has(blocks, sequence)
	if err != nil || !has {
		return false, err
	}
	i, _ := slices.BinarySearch(x.dead, sequence)
	x.dead = slices.Insert(slices.Clone(x.dead), i, sequence)
	return true, nil
}

// Clear drops all blocks and leaves the index empty.
func (x *Index) Clear(blocks Blocks) error {
	for _, s := range x.segments {
		g, err := openSegment(blocks, s)
		if err != nil {
			return err
		}
		if err := g.drop(); err != nil {
			return err
		}
	}
	*x = Index{}
	return nil
}

// deadIn returns the dead sequences within a segment's bounds.
func (x *Index) deadIn(s listed) []uint64 {
	from, _ := slices.BinarySearch(x.dead, s.first)
	to, found := slices.BinarySearch(x.dead, s.last)
	if found {
		to++
	}
	return x.dead[from:to]
}

const indexVersion = 1

// Encode returns what Decode makes the index of.
func (x *Index) Encode() []byte {
	b := []byte{indexVersion}
	b = binary.AppendUvarint(b, uint64(len(x.segments)))
	for _, s := range x.segments {
		for _, n := range []uint64{s.number, s.first, s.last - s.first, uint64(s.docs), uint64(s.bytes)} {
			b = binary.AppendUvarint(b, n)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(x.dead)))
	before := uint64(0)
	for _, sequence := range x.dead {
		b = binary.AppendUvarint(b, sequence-before)
		before = sequence
	}
	return b
}

// Decode returns the index that Encode wrote. The error is ErrBroken.
func Decode(b []byte) (*Index, error) {
	d := decoder{b: b}
	if d.byte() != indexVersion {
		return nil, broken("the list of segments is of another version")
	}
	x := &Index{segments: make([]listed, 0, d.count(5))}
	docs := 0
	for range cap(x.segments) {
		s := listed{number: d.uvarint(), first: d.uvarint()}
		s.last = s.first + d.uvarint()
		s.docs, s.bytes = d.int(), d.int()
		docs += s.docs
		if n := len(x.segments); s.last < s.first || s.last-s.first > maxSpan || s.docs == 0 ||
			uint64(s.docs) > s.last-s.first+1 || n > 0 && s.first < x.segments[n-1].first ||
			slices.ContainsFunc(x.segments, func(other listed) bool { return other.number == s.number }) {
			return nil, broken("the list of segments")
		}
		x.segments = append(x.segments, s)
	}
	x.dead = make([]uint64, 0, d.count(1))
	before := uint64(0)
	for i := range cap(x.dead) {
		sequence := before + d.uvarint()
		if sequence <= before && i > 0 {
			return nil, broken("the list of segments")
		}
		x.dead = append(x.dead, sequence)
		before = sequence
	}
	if d.bad || d.at != len(b) || len(x.dead) > docs {
		return nil, broken("the list of segments")
	}
	return x, nil
}
