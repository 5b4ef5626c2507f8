package search

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
)

// # The index on disk
//
// An index is a list of segments, each an inverted file of some documents that is written
// once, and a list of the documents in them that went since. A document is known by its
// sequence, a number that is never used again. Segments are merged as their number grows
// (the logarithmic method of Bentley and Saxe, which Lucene uses), and a merge leaves out
// the dead. Within a segment documents are numbered by their sequence less its first, their
// offset.
//
// The list of segments is: the version, 1 (1 byte); the number of segments, and for each
// its number, the bounds of its sequences, first and then last less first, its documents,
// its bytes, and how many of its documents are dead; the number of dead documents, and for each its sequence less that of the
// one before. All of these, and all that follow, are varints unless it says otherwise.
//
// A segment is a set of blocks of up to 16 KiB; one is larger only where one document's
// positions or one term are. Every block ends in its kind (1 byte) and a CRC-32 (IEEE 802.3; 4, big endian) of
// its number (8), its segment's number (8), and itself up to there: a block in another's
// place is refused. The segment's number is that of its header. A ref to a block is its
// number less that, modulo 2^64.
//
//	h  the header: version, 1; first sequence; last less first; documents; all documents,
//	   as an entry; terms; depth; refs (see i); the number of runs of block numbers, and for
//	   each its first as a ref and its length
//	i  part of the index of terms: refs
//	t  terms, in order
//	p  postings: which documents have a term, and how much it counts there
//	o  positions: where in the document it stands
//
// Refs are their number, and for each a separator, front coded, and the ref to a block. The
// block has the terms from the separator on, up to the next one. At depth 0 the refs of the
// header are to blocks of terms, else to blocks of refs, which are one less deep.
//
// Front coding (Witten, Moffat and Bell, Managing Gigabytes, 4.1) leaves out the bytes that
// a key shares with the one before: their number, the number of those that follow, and
// those. A block starts anew.
//
// A key is a field (1 byte) and a text, and if that has a stem, a 0, the number of leading
// bytes that the stem shares with the text (1 byte, at most 255), and the rest of the stem.
// Behind it stands an entry: the number of
// documents, and if that is 1 or more, either 0 or 1, a length, and so many bytes that are
// the postings, and behind 1 the positions; or the number of parts and 1, and for each part:
// twice its documents, and 1 more if it has positions; its first offset less the last of the
// part before; its last less its first; ref and place of its postings in the block; and if
// it has positions, ref and place of those. Parts let a search pass over what it need not
// read.
//
// Postings are the first offset; for each document more, its offset less the one before,
// less 1; and where there are positions, an impact (1 byte) for each. Positions are their
// number; a bit for each, lowest first, that is set for the last of a document, in whole
// bytes; for each document its first position, and for each more, the position less the one
// before, less 1. Only phrases read them. They take a fifth of the text; to look into the
// candidates' texts instead takes many times as long, since all hits are counted.
//
// The field 255 holds forms, without documents: its texts are the field and the stem of a
// term, and the text of that term takes the stem's place. So a word is written down once, as
// it stands, and its stem costs nothing for each document.

const (
	headerKind    = 'h'
	indexKind     = 'i'
	termsKind     = 't'
	postingsKind  = 'p'
	positionsKind = 'o'
)

const (
	segmentVersion = 1
	formsField     = 255
	// blockSize is the most that goes into a block together. Sealed, and padded by
	// Padmé, it is 15,872 bytes, so that two such values fill four of bbolt's pages.
	blockSize  = 15840
	blockExtra = 5
	// termsSize keeps blocks of terms small, since a search reads one for a word. It is
	// where the next one begins: sealed, and padded, two such values fill one of bbolt's
	// pages.
	termsSize = 3840
	maxSpan   = 1<<32 - 2
	maxLevels = 40
)

// broken is ErrBroken and what is.
func broken(format string, a ...any) error {
	return fmt.Errorf(format+": %w", append(a, ErrBroken)...)
}

// checksum returns the CRC of a block's content and kind in its place.
func checksum(number, owner uint64, b []byte) uint32 {
	var place [16]byte
	binary.BigEndian.PutUint64(place[:], number)
	binary.BigEndian.PutUint64(place[8:], owner)
	table := crc32.IEEETable
	return crc32.Update(crc32.Checksum(place[:], table), table, b)
}

// putBlock puts content as a block. The content is not to be used after.
func putBlock(blocks Blocks, number, owner uint64, kind byte, content []byte) error {
	b := append(content, kind)
	return blocks.Put(number, binary.BigEndian.AppendUint32(b, checksum(number, owner, b)))
}

// getBlock returns the content of a block.
func getBlock(blocks Blocks, number, owner uint64, kind byte) ([]byte, error) {
	b, err := blocks.Get(number)
	if err != nil {
		return nil, err
	}
	n := len(b) - blockExtra
	if n < 0 || b[n] != kind || binary.BigEndian.Uint32(b[n+1:]) != checksum(number, owner, b[:n+1]) {
		return nil, broken("block %d", number)
	}
	return b[:n:n], nil
}

// segment is a segment that is open for reading.
type segment struct {
	listed
	blocks Blocks
	all    list
	terms  int
	depth  int
	refs   []ref
	runs   [][2]uint64 // of block numbers: the first, and how many
	kept   [3]keptBlock
}

// keptBlock is the block of a kind that was read last. The next term mostly needs it again.
type keptBlock struct {
	number  uint64
	content []byte
}

func openSegment(blocks Blocks, s listed) (*segment, error) {
	content, err := getBlock(blocks, s.number, s.number, headerKind)
	if err != nil {
		return nil, err
	}
	g := &segment{listed: s, blocks: blocks}
	d := decoder{b: content}
	if d.byte() != segmentVersion {
		return nil, broken("block %d is of another version", s.number)
	}
	first, span, docs := d.uvarint(), d.uvarint(), d.int()
	if first != s.first || span != s.last-s.first || docs != s.docs {
		return nil, broken("block %d and the list of segments differ", s.number)
	}
	g.all = d.entry(s.number, g.span(), nil)
	g.terms, g.depth = d.int(), d.int()
	g.refs = d.refs(s.number)
	g.runs = make([][2]uint64, d.count(2))
	for i := range g.runs {
		g.runs[i] = [2]uint64{s.number + d.uvarint(), d.uvarint()}
	}
	if d.bad || d.at != len(content) || g.depth > maxLevels || g.all.n != docs {
		return nil, broken("block %d", s.number)
	}
	return g, nil
}

// span returns the highest offset.
func (g *segment) span() uint32 { return uint32(g.last - g.first) }

// block returns the content of a block of terms, postings or positions.
func (g *segment) block(kind byte, number uint64) ([]byte, error) {
	k := &g.kept[0]
	switch kind {
	case postingsKind:
		k = &g.kept[1]
	case positionsKind:
		k = &g.kept[2]
	}
	if k.content != nil && k.number == number {
		return k.content, nil
	}
	content, err := getBlock(g.blocks, number, g.number, kind)
	if err != nil {
		return nil, err
	}
	*k = keptBlock{number, content}
	return content, nil
}

// drop removes the segment's blocks, its header last.
func (g *segment) drop() error {
	err := g.eachNumber(func(number uint64) error {
		if number == g.number {
			return nil
		}
		return g.blocks.Drop(number)
	})
	if err != nil {
		return err
	}
	return g.blocks.Drop(g.number)
}

// eachNumber calls fn with the numbers of all blocks, the highest first.
func (g *segment) eachNumber(fn func(number uint64) error) error {
	for _, run := range slices.Backward(g.runs) {
		if run[1] > uint64(g.bytes) {
			return broken("block %d", g.number) // no block is empty
		}
		for i := range run[1] {
			if err := fn(run[0] + run[1] - 1 - i); err != nil {
				return err
			}
		}
	}
	return nil
}
