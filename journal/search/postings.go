package search

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// list is where the documents of a term stand in a segment.
type list struct {
	n     int
	parts []part
}

func (l list) clone() list { return list{l.n, slices.Clone(l.parts)} }

// part is a run of a term's documents that is read at once.
type part struct {
	n           int
	positioned  bool   // it has impacts and positions
	first, last uint32 // bounds of its offsets
	place       place
	further     place  // of its positions
	inline      []byte // its postings and positions, instead of the places

	offsets []uint32 // once they were read
	impacts []byte
	rest    []byte // behind the postings
}

// place is where in a block something begins.
type place struct {
	block uint64
	at    int
}

// entry reads what stands behind a key, in the memory of parts. A list without documents
// stands for a form.
func (d *decoder) entry(owner uint64, span uint32, parts []part) (l list) {
	if l.n = d.int(); l.n == 0 {
		return l
	}
	flag := d.uvarint()
	if flag < 2 {
		p := part{n: l.n, positioned: flag == 1, last: span, inline: d.take(d.count(1))}
		d.bad = d.bad || l.n > len(p.inline)
		l.parts = append(parts[:0], p)
		return l
	}
	if flag -= 1; flag > uint64(len(d.b)-d.at) {
		d.bad = true
		return list{}
	}
	l.parts = slices.Grow(parts[:0], int(flag))[:flag]
	clear(l.parts)
	total, last := 0, uint64(0)
	for i := range l.parts {
		p := &l.parts[i]
		n := d.int()
		p.n, p.positioned = n>>1, n&1 == 1
		first := last + d.uvarint()
		length := d.uvarint()
		if d.bad || i > 0 && first <= last || first > uint64(span) || length > uint64(span)-first ||
			p.n == 0 || uint64(p.n) > length+1 {
			d.bad = true
			return list{}
		}
		last = first + length
		p.first, p.last = uint32(first), uint32(last)
		p.place = place{owner + d.uvarint(), d.int()}
		if p.positioned {
			p.further = place{owner + d.uvarint(), d.int()}
		}
		total += p.n
	}
	d.bad = d.bad || total != l.n
	return l
}

// load reads a part's documents, into room where it is large enough.
func (g *segment) load(p *part, room []uint32) error {
	if p.offsets != nil {
		return nil
	}
	b := p.inline
	if b == nil {
		content, err := g.block(postingsKind, p.place.block)
		if err != nil {
			return err
		}
		b = content[min(p.place.at, len(content)):]
	}
	if p.n > len(b) {
		return broken("the postings of segment %d", g.number)
	}
	if cap(room) < p.n {
		room = make([]uint32, p.n)
	}
	room = room[:p.n:p.n]
	used := decodeOffsets(room, b, p.last)
	if used < 0 || room[0] < p.first || p.inline == nil && (room[0] != p.first || room[p.n-1] != p.last) {
		return broken("the postings of segment %d", g.number)
	}
	b = b[used:]
	if p.positioned {
		if len(b) < p.n {
			return broken("the postings of segment %d", g.number)
		}
		p.impacts, b = b[:p.n], b[p.n:]
	}
	p.offsets, p.rest = room, b
	return nil
}

// decodeOffsets fills to with rising offsets up to last, and returns the bytes it read,
// or -1 where they are none.
func decodeOffsets(to []uint32, b []byte, last uint32) int {
	next, at := uint64(0), 0
	for i := range to {
		if at >= len(b) {
			return -1
		}
		gap := uint64(b[at])
		at++
		if gap >= 0x80 {
			n, size := binary.Uvarint(b[at-1:])
			if size <= 0 || n > math.MaxUint32 {
				return -1
			}
			gap = n
			at += size - 1
		}
		if next += gap; next > uint64(last) {
			return -1
		}
		to[i] = uint32(next)
		next++
	}
	return at
}

// positionBytes returns the bits and the bytes of a part's positions, and their number.
// The part is loaded.
func (g *segment) positionBytes(p *part) (total int, marks, b []byte, err error) {
	b = p.rest
	if p.inline == nil {
		content, err := g.block(positionsKind, p.further.block)
		if err != nil {
			return 0, nil, nil, err
		}
		b = content[min(p.further.at, len(content)):]
	}
	d := decoder{b: b}
	total = d.count(1)
	marks = d.take((total + 7) / 8)
	if d.bad || total < p.n {
		return 0, nil, nil, broken("the positions of segment %d", g.number)
	}
	if spare := total % 8; spare != 0 && marks[len(marks)-1]>>spare != 0 {
		return 0, nil, nil, broken("the positions of segment %d", g.number)
	}
	documents := 0
	for left := marks; len(left) > 0; left = left[min(8, len(left)):] {
		documents += bits.OnesCount64(word(left))
	}
	if documents != p.n || marks[(total-1)/8]>>((total-1)%8)&1 == 0 {
		return 0, nil, nil, broken("the positions of segment %d", g.number)
	}
	return total, marks, b[d.at:], nil
}

// posting is one document of a term, its positions as they are written.
type posting struct {
	offset     uint32
	positioned bool
	impact     byte
	count      int    // of positions
	positions  []byte // varints
}

// stream reads a list posting by posting, as a merge does.
type stream struct {
	g     *segment
	left  []part
	part  part
	i     int // the posting in the part that is next
	total int
	marks []byte
	mark  int // the position that is next
	b     []byte
	p     posting
	room  []uint32
}

// begin begins a list.
func (s *stream) begin(l *list) { s.left, s.part, s.i = l.parts, part{}, 0 }

// next moves to the next posting, and reports whether there is one.
func (s *stream) next() (bool, error) {
	for s.i == len(s.part.offsets) {
		if len(s.left) == 0 {
			return false, nil
		}
		s.part, s.left, s.i, s.mark = s.left[0], s.left[1:], 0, 0
		if err := s.g.load(&s.part, s.room); err != nil {
			return false, err
		}
		s.room = s.part.offsets
		if s.part.positioned {
			var err error
			if s.total, s.marks, s.b, err = s.g.positionBytes(&s.part); err != nil {
				return false, err
			}
		}
	}
	s.p = posting{offset: s.part.offsets[s.i]}
	if s.part.positioned {
		s.p.positioned, s.p.impact = true, s.part.impacts[s.i]
		if !s.takePositions() {
			return false, broken("the positions of segment %d", s.g.number)
		}
	}
	s.i++
	return true, nil
}

// takePositions finds the bytes of one document's positions.
func (s *stream) takePositions() bool {
	at := 0
	for s.mark < s.total {
		size := 1
		for at < len(s.b) && s.b[at] >= 0x80 {
			at++
			size++
		}
		if at++; at > len(s.b) || size > 5 {
			return false
		}
		s.p.count++
		last := s.marks[s.mark/8]>>(s.mark%8)&1 == 1
		if s.mark++; last {
			s.p.positions, s.b = s.b[:at], s.b[at:]
			return true
		}
	}
	return false
}
