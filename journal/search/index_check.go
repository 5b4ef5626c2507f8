package search

import (
	"cmp"
	"context"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
)

// Sums adds up documents, so that those of an index can be held against those that it was
// made of. Two sums are compared only if both are of the same Sums, and equal only for the
// same documents, whatever their order and the segments.
type Sums struct{ seed maphash.Seed }

// NewSums returns Sums of its own.
func NewSums() Sums { return Sums{maphash.MakeSeed()} }

// Sum is a sum of documents. The zero Sum is of none. Sums are added up with +.
type Sum uint64

// Of returns the sum of one document.
func (s Sums) Of(doc *Document) (sum Sum) {
	var lengths [256]int
	for i := range doc.Terms {
		lengths[doc.Terms[i].Field] += len(doc.Terms[i].Positions)
	}
	sum = s.posting("", doc.Sequence, &posting{})
	var places []byte
	for i := range doc.Terms {
		o := &doc.Terms[i]
		places = places[:0]
		next := uint32(0)
		for _, at := range o.Positions {
			places = binary.AppendUvarint(places, uint64(at-next))
			next = at + 1
		}
		p := posting{positioned: len(places) > 0, positions: places}
		if p.positioned {
			p.impact = impact(len(o.Positions), lengths[o.Field])
		}
		sum += s.posting(termKey(o.Field, o.Text, o.Stem), doc.Sequence, &p)
	}
	return sum
}

func (s Sums) posting(key string, sequence uint64, p *posting) Sum {
	var h maphash.Hash
	h.SetSeed(s.seed)
	var b [17]byte
	binary.BigEndian.PutUint64(b[:], sequence)
	binary.BigEndian.PutUint64(b[8:], uint64(len(key)))
	b[16] = p.impact
	h.Write(b[:])
	h.WriteString(key)
	h.Write(p.positions)
	return Sum(h.Sum64())
}

// Check reads the whole index and returns the sum of its live documents. The error is
// ErrBroken if anything in it is not in order.
func (x *Index) Check(ctx context.Context, blocks Blocks, s Sums) (sum Sum, err error) {
	dead := 0
	for _, listed := range x.segments {
		g, err := openSegment(blocks, listed)
		if err != nil {
			return 0, err
		}
		c := checker{in: input{g: g, stream: stream{g: g}, dead: x.deadIn(listed)}, sums: s}
		if err := c.run(ctx); err != nil {
			return 0, err
		}
		if c.dead != listed.dead {
			return 0, broken("the list of documents that went")
		}
		sum += c.sum
		dead += c.dead
	}
	if dead != len(x.dead) {
		return 0, broken("the list of documents that went")
	}
	return sum, nil
}

// checker goes through a segment.
type checker struct {
	in    input
	sums  Sums
	sum   Sum
	dead  int
	forms map[string]bool
	terms int
}

func (c *checker) run(ctx context.Context) error {
	if err := c.postings("", &c.in.g.all, func(uint64) { c.dead++ }); err != nil {
		return err
	}
	cur := c.in.g.cursor()
	c.forms = make(map[string]bool)
	more, err := cur.next()
	for ; more && err == nil; more, err = cur.next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.term(cur); err != nil {
			return err
		}
		c.terms++
	}
	if err == nil && (len(c.forms) > 0 || c.terms != c.in.g.terms) {
		err = broken("the terms of segment %d", c.in.g.number)
	}
	return err
}

// term takes in a term, and holds the forms against the terms that have a stem.
func (c *checker) term(cur *cursor) error {
	if cur.key[0] != formsField {
		field, text, stem, ok := parseKey(cur.key)
		if !ok || field == 0 || string(cur.key) != termKey(field, text, stem) {
			return broken("the terms of segment %d", c.in.g.number)
		}
		if stem != "" {
			c.forms[formKey(field, stem, text)] = true
		}
		return c.postings(string(cur.key), &cur.list, func(uint64) {})
	}
	if key := string(cur.key); c.forms[key] {
		delete(c.forms, key)
		return nil
	}
	return broken("the forms of segment %d", c.in.g.number)
}

func (c *checker) postings(key string, l *list, dead func(uint64)) error {
	c.in.stream.begin(l)
	c.in.left = c.in.dead
	more, err := c.in.advance(dead)
	for ; more && err == nil; more, err = c.in.advance(dead) {
		c.sum += c.sums.posting(key, c.in.current, &c.in.stream.p)
	}
	return err
}

// Count is a term and the number of documents that have it.
type Count struct {
	Text      string
	Documents int
}

// Terms returns the terms of a field that live documents have and that start with a text,
// in alphabetical order, with the number of those documents. What stands there with
// several stems counts for each of them.
func (s *Searcher) Terms(ctx context.Context, field byte, start string) ([]Count, error) {
	counts := make(map[string]int)
	for _, src := range s.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if field == 0 || field == formsField || strings.IndexByte(start, 0) >= 0 {
			break
		}
		err := src.eachStarting(termKey(field, start, ""), func(text []byte, l *list) error {
			gone, err := src.within(l, src.dead, 0)
			counts[string(text[1:])] += l.n - len(gone.at)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	var all []Count
	for text, n := range counts {
		if n > 0 {
			all = append(all, Count{text, n})
		}
	}
	slices.SortFunc(all, func(a, b Count) int { return cmp.Compare(a.Text, b.Text) })
	return all, nil
}
