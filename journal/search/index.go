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
var ErrBroken = errors.New("a part of it is not as it was written")

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
	dead        int    // of its documents
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
		held, err := s.holds(blocks, sequences)
		if err != nil {
			return err
		}
		if len(held) > 0 {
			return ErrTwice
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

// Remove takes documents out of all answers, and returns how many of them were in the
// index. Their words stand in the segments until those are merged.
func (x *Index) Remove(blocks Blocks, sequences ...uint64) (n int, err error) {
	segments, dead := slices.Clone(x.segments), slices.Clone(x.dead)
	for i := range segments {
		held, err := segments[i].holds(blocks, sequences)
		if err != nil {
			return 0, err
		}
		for _, sequence := range held {
			if _, known := slices.BinarySearch(x.dead, sequence); !known {
				dead = append(dead, sequence)
				segments[i].dead++
			}
		}
	}
	n = len(dead) - len(x.dead)
	slices.Sort(dead)
	x.segments, x.dead = segments, dead
	return n, nil
}

// Restore brings a document back that was removed, and reports whether the index still
// had it.
func (x *Index) Restore(blocks Blocks, sequence uint64) (bool, error) {
	i, dead := slices.BinarySearch(x.dead, sequence)
	if !dead {
		return false, nil
	}
	segments := slices.Clone(x.segments)
	for k := range segments {
		held, err := segments[k].holds(blocks, []uint64{sequence})
		if err != nil {
			return false, err
		}
		segments[k].dead -= len(held)
	}
	x.segments, x.dead = segments, slices.Delete(slices.Clone(x.dead), i, i+1)
	return true, nil
}

// Dead returns the documents that were removed and whose words still stand in segments.
func (x *Index) Dead() []uint64 { return slices.Clone(x.dead) }

// Numbers returns the numbers of all blocks, in no order.
func (x *Index) Numbers(blocks Blocks) (numbers []uint64, err error) {
	for _, s := range x.segments {
		g, err := openSegment(blocks, s)
		if err != nil {
			return nil, err
		}
		err = g.eachNumber(func(number uint64) error {
			numbers = append(numbers, number)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return numbers, nil
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

// holds returns which of some sequences, in any order, a segment holds, also dead ones.
func (s listed) holds(blocks Blocks, sequences []uint64) (held []uint64, err error) {
	var at []uint32
	for _, sequence := range sequences {
		if s.first <= sequence && sequence <= s.last {
			at = append(at, uint32(sequence-s.first))
		}
	}
	if len(at) == 0 {
		return nil, nil
	}
	slices.Sort(at)
	g, err := openSegment(blocks, s)
	if err != nil {
		return nil, err
	}
	found, err := g.within(&g.all, slices.Compact(at), 0)
	for _, offset := range found.at {
		held = append(held, s.first+uint64(offset))
	}
	return held, err
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
		for _, n := range []uint64{s.number, s.first, s.last - s.first, uint64(s.docs), uint64(s.bytes), uint64(s.dead)} {
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
	x := &Index{segments: make([]listed, 0, d.count(6))}
	docs, dead := 0, 0
	for range cap(x.segments) {
		s := listed{number: d.uvarint(), first: d.uvarint()}
		s.last = s.first + d.uvarint()
		s.docs, s.bytes, s.dead = d.int(), d.int(), d.int()
		docs, dead = docs+s.docs, dead+s.dead
		if n := len(x.segments); s.last < s.first || s.last-s.first > maxSpan || s.docs == 0 || s.dead > s.docs ||
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
	if d.bad || d.at != len(b) || len(x.dead) > docs || len(x.dead) != dead {
		return nil, broken("the list of segments")
	}
	return x, nil
}
