package search

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// keyReader reads the positions of rising documents of a list, as keys: the offset of the
// document, times 2^32, and the position, with a shift.
type keyReader struct {
	g     *segment
	parts []part // that are left
	shift uint64

	// Of the first of the parts, if it is open:
	marks []byte
	b     []byte
	// The document that is next, and where it begins in the marks and in the bytes.
	document, mark, at int
}

// read appends the keys of the documents of a run, and maybe of some between them.
func (r *keyReader) read(to []uint64, run []uint32) ([]uint64, error) {
	for len(run) > 0 && len(r.parts) > 0 {
		p := &r.parts[0]
		if p.last < run[0] || !p.positioned {
			r.parts, r.marks = r.parts[1:], nil
			continue
		}
		if r.marks == nil {
			if err := r.open(p); err != nil {
				return nil, err
			}
		}
		n := gallop(run, p.last+1)
		var ok bool
		if to, ok = r.take(to, p.offsets, run[:n]); !ok {
			return nil, broken("the positions of segment %d", r.g.number)
		}
		run = run[n:]
	}
	return to, nil
}

func (r *keyReader) open(p *part) (err error) {
	if err := r.g.load(p, nil); err != nil {
		return err
	}
	r.document, r.mark, r.at = 0, 0, 0
	_, r.marks, r.b, err = r.g.positionBytes(p)
	return err
}

// sparse is how many documents for each of a run are too many to be read for it.
const sparse = 4

// take appends the keys of the documents of a run that are among offsets.
func (r *keyReader) take(to []uint64, offsets, run []uint32) (_ []uint64, ok bool) {
	from := r.document + gallop(offsets[r.document:], run[0])
	until := from + gallop(offsets[from:], run[len(run)-1]+1)
	if until-from <= sparse*len(run) {
		r.skip(from)
		return r.decode(to, offsets[:until])
	}
	for _, at := range run {
		if from += gallop(offsets[from:until], at); from == until {
			break
		}
		if offsets[from] != at {
			continue
		}
		r.skip(from)
		if to, ok = r.decode(to, offsets[:from+1]); !ok {
			return nil, false
		}
	}
	return to, true
}

// skip moves to a document.
func (r *keyReader) skip(document int) {
	mark := r.markOf(document)
	for left := mark - r.mark; left > 0 && r.at < len(r.b); {
		if left >= 8 && r.at+8 <= len(r.b) {
			left -= bits.OnesCount64(^word(r.b[r.at:]) & moreBits)
			r.at += 8
			continue
		}
		if r.b[r.at] < 0x80 {
			left--
		}
		r.at++
	}
	r.document, r.mark = document, mark
}

// markOf returns where a document begins in the marks.
func (r *keyReader) markOf(document int) int {
	mark := r.mark
	for left := document - r.document; left > 0; {
		w := word(r.marks[mark/8:]) >> (mark % 8)
		if n := bits.OnesCount64(w); n < left {
			left -= n
			mark += 64 - mark%8
			continue
		}
		for ; left > 1; left-- {
			w &= w - 1
		}
		return mark + bits.TrailingZeros64(w) + 1
	}
	return mark
}

// decode appends the keys of the documents from the next one on, as many as the offsets
// are, and reports whether they are in order.
func (r *keyReader) decode(to []uint64, offsets []uint32) ([]uint64, bool) {
	end := r.markOf(len(offsets))
	if end == r.mark {
		return to, true
	}
	n := len(to)
	to = slices.Grow(to, end-r.mark)[:n+end-r.mark]
	keys := to[n:]
	if !r.gaps(keys) {
		return nil, false
	}
	document, mark, marks, shift := r.document, r.mark, r.marks, r.shift
	next, highest := uint64(0), uint64(0)
	left := (uint32(marks[mark/8]) | 0x100) >> (mark % 8) // and a bit that tells its end
	for i, gap := range keys {
		if left == 1 {
			left = uint32(marks[(mark+i)/8]) | 0x100
		}
		next += gap
		highest |= next
		keys[i] = uint64(offsets[document])<<32 + next + shift
		last := left & 1
		left >>= 1
		next = (next + 1) & (uint64(last) - 1)
		document += int(last)
	}
	r.document, r.mark = document, end
	return to, highest <= math.MaxUint32
}

// gaps reads numbers, most of them eight at a time.
func (r *keyReader) gaps(to []uint64) bool {
	b, at := r.b, r.at
	for i := 0; i < len(to); {
		if i+8 <= len(to) && at+8 <= len(b) {
			if w := word(b[at:]); w&moreBits == 0 {
				t := to[i : i+8 : i+8]
				t[0], t[1], t[2], t[3] = w&0xff, w>>8&0xff, w>>16&0xff, w>>24&0xff
				t[4], t[5], t[6], t[7] = w>>32&0xff, w>>40&0xff, w>>48&0xff, w>>56
				i, at = i+8, at+8
				continue
			}
		}
		gap, size := binary.Uvarint(b[min(at, len(b)):])
		if size <= 0 || gap > math.MaxUint32 {
			return false
		}
		to[i] = gap
		i, at = i+1, at+size
	}
	r.at = at
	return true
}

// moreBits are set in the bytes of varints that others follow.
const moreBits = 0x8080808080808080

// word returns the first 8 bytes, or what there is of them.
func word(b []byte) uint64 {
	if len(b) >= 8 {
		return binary.LittleEndian.Uint64(b)
	}
	var w [8]byte
	copy(w[:], b)
	return binary.LittleEndian.Uint64(w[:])
}
