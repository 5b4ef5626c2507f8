package search

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
)

const (
	mergeFactor = 8
	// mergeLimit is the most documents that are merged unasked: while somebody waits
	// for an entry to be kept.
	mergeLimit = 4096
	// mergeMost is the most that are merged at once at all, since what a transaction
	// writes is held in memory: 64 MB for diaries.
	mergeMost = 1 << 17
)

// Plan tells which segments are to become one.
type Plan struct {
	segments []uint64
	// Documents is how many documents are to be read, the dead ones included.
	Documents int
}

// Empty reports whether nothing is to be merged.
func (p Plan) Empty() bool { return len(p.segments) == 0 }

// Plan returns what is to be merged next: eight segments of about the same size, or one of
// which half is dead, as long as that is quick, or at most takes long where it may.
func (x *Index) Plan(long bool) Plan {
	most := mergeLimit
	if long {
		most = mergeMost
	}
	tiers := make(map[int][]listed)
	for _, s := range x.segments {
		if s.docs <= most && s.dead*2 >= s.docs {
			return planOf([]listed{s})
		}
		tiers[tier(s.docs-s.dead)] = append(tiers[tier(s.docs-s.dead)], s)
	}
	for t := range tier(most) + 1 {
		if len(tiers[t]) >= mergeFactor {
			if p := planOf(tiers[t][:mergeFactor]); p.Documents <= most {
				return p
			}
		}
	}
	return Plan{}
}

// PlanAll returns a merge of the smallest segments, as many as are merged at once, or of one
// that has dead documents.
func (x *Index) PlanAll() Plan {
	smallest := slices.Clone(x.segments)
	slices.SortStableFunc(smallest, func(a, b listed) int { return cmp.Compare(a.docs, b.docs) })
	n, documents := 0, 0
	for n < len(smallest) && (n == 0 || documents+smallest[n].docs <= mergeMost) {
		documents += smallest[n].docs
		n++
	}
	if n > 1 {
		return planOf(smallest[:n])
	}
	for _, s := range smallest {
		if s.dead > 0 {
			return planOf([]listed{s})
		}
	}
	return Plan{}
}

// PlanWithout returns a merge that leaves out one of some dead documents, or more of them;
// it is empty when none is held any more.
func (x *Index) PlanWithout(blocks Blocks, sequences ...uint64) (Plan, error) {
	for _, s := range x.segments {
		held, err := s.holds(blocks, sequences)
		if err != nil {
			return Plan{}, err
		}
		for _, sequence := range held {
			if _, dead := slices.BinarySearch(x.dead, sequence); dead {
				return planOf([]listed{s}), nil
			}
		}
	}
	return Plan{}, nil
}

// tier returns the logarithm of a number of documents.
func tier(docs int) (t int) {
	for ; docs >= mergeFactor; docs /= mergeFactor {
		t++
	}
	return t
}

func planOf(segments []listed) (p Plan) {
	for _, s := range segments {
		p.segments = append(p.segments, s.number)
		p.Documents += s.docs
	}
	return p
}

// Merge makes one segment of those that were planned, without their dead documents, and
// drops theirs. Memory is bounded by the number of segments, not by their size. Where it
// fails or ctx ends, the index is unchanged, and what was written is dropped.
func (x *Index) Merge(ctx context.Context, blocks Blocks, plan Plan) error {
	if plan.Empty() {
		return nil
	}
	m := merger{}
	var left []listed
	for _, s := range x.segments {
		if !slices.Contains(plan.segments, s.number) {
			left = append(left, s)
			continue
		}
		g, err := openSegment(blocks, s)
		if err != nil {
			return err
		}
		m.inputs = append(m.inputs, &input{g: g, cursor: g.cursor(), stream: stream{g: g}, dead: x.deadIn(s)})
	}
	if len(m.inputs) != len(plan.segments) {
		return errors.New("the plan is of another index")
	}
	merged, err := m.run(ctx, blocks)
	if err != nil {
		return err
	}
	for _, in := range m.inputs {
		if err := in.g.drop(); err != nil {
			return err
		}
	}
	x.segments = left
	if merged.docs > 0 {
		x.insert(merged)
	}
	x.dead = slices.DeleteFunc(slices.Clone(x.dead), func(sequence uint64) bool { return m.gone[sequence] })
	return nil
}

// merger merges segments.
type merger struct {
	inputs  []*input
	w       *writer
	gone    map[uint64]bool // the dead that were left out
	dropped map[string]bool // the terms that only they had
	with    []*input        // room for those that stand at a key
	queue   []*input        // and for those that have it in a live document
}

// input is a segment that is merged.
type input struct {
	g       *segment
	cursor  *cursor
	more    bool // the cursor stands at a term
	dead    []uint64
	stream  stream
	left    []uint64 // the dead that are not behind the stream
	offset  uint32   // of the segment in the new one
	current uint64   // the sequence where the stream stands
}

func (m *merger) run(ctx context.Context, blocks Blocks) (listed, error) {
	first, last := m.inputs[0].g.first, m.inputs[0].g.last
	for _, in := range m.inputs {
		first, last = min(first, in.g.first), max(last, in.g.last)
	}
	if last-first > maxSpan {
		return listed{}, errors.New("the segments are too far apart to be merged")
	}
	for _, in := range m.inputs {
		in.offset = uint32(in.g.first - first)
	}
	var err error
	if m.w, err = newWriter(blocks, first, last); err != nil {
		return listed{}, err
	}
	s, err := m.write(ctx)
	if err != nil || s.docs == 0 {
		return listed{}, errors.Join(err, m.w.abandon())
	}
	return s, nil
}

func (m *merger) write(ctx context.Context) (listed, error) {
	m.gone, m.dropped = make(map[uint64]bool), make(map[string]bool)
	for _, in := range m.inputs {
		in.stream.begin(&in.g.all)
	}
	if err := m.postings(m.inputs, func(sequence uint64) { m.gone[sequence] = true }); err != nil {
		return listed{}, err
	}
	if err := m.w.endAll(); err != nil {
		return listed{}, err
	}
	if m.w.segment.docs == 0 {
		return listed{}, nil
	}
	for _, in := range m.inputs {
		var err error
		if in.more, err = in.cursor.next(); err != nil {
			return listed{}, err
		}
	}
	for {
		key, with := m.least()
		if len(with) == 0 {
			return m.w.close()
		}
		if err := m.term(ctx, key, with); err != nil {
			return listed{}, err
		}
		for _, in := range with {
			var err error
			if in.more, err = in.cursor.next(); err != nil {
				return listed{}, err
			}
		}
	}
}

// least returns the least key that the inputs stand at, and those that do.
func (m *merger) least() (key []byte, with []*input) {
	with = m.with[:0]
	for _, in := range m.inputs {
		if !in.more {
			continue
		}
		c := -1
		if len(with) > 0 {
			c = bytes.Compare(in.cursor.key, key)
		}
		if c < 0 {
			key, with = in.cursor.key, with[:0]
		}
		if c <= 0 {
			with = append(with, in)
		}
	}
	m.with = with
	return key, with
}

// term writes a term, or a form of one that is left.
func (m *merger) term(ctx context.Context, key []byte, with []*input) error {
	if key[0] == formsField {
		if len(m.dropped) > 0 {
			field, stem, form, ok := parseKey(key[1:])
			switch {
			case !ok:
				return broken("the forms of segment %d", with[0].g.number)
			case m.dropped[termKey(field, form, stem)]:
				return nil
			}
		}
		return m.w.end(ctx, string(key))
	}
	for _, in := range with {
		in.stream.begin(&in.cursor.list)
	}
	if err := m.postings(with, func(uint64) {}); err != nil {
		return err
	}
	if m.w.documents == 0 {
		m.dropped[string(key)] = true
		return nil
	}
	return m.w.end(ctx, string(key))
}

// postings writes the inputs' lists as one, and tells of the dead.
func (m *merger) postings(with []*input, dead func(uint64)) error {
	queue := m.queue[:0]
	for _, in := range with {
		in.left = in.dead
		more, err := in.advance(dead)
		if err != nil {
			return err
		}
		if more {
			queue = append(queue, in)
		}
	}
	m.queue = queue
	slices.SortFunc(queue, func(a, b *input) int { return cmp.Compare(a.current, b.current) })
	for len(queue) > 0 {
		in := queue[0]
		for more := true; more && (len(queue) == 1 || in.current < queue[1].current); {
			p := in.stream.p
			p.offset += in.offset
			err := m.w.add(&p)
			if err == nil {
				more, err = in.advance(dead)
			}
			if err != nil {
				return err
			}
			if !more {
				queue = queue[1:]
			}
		}
		for i := 1; i < len(queue) && queue[i].current <= queue[i-1].current; i++ {
			if queue[i].current == queue[i-1].current {
				return broken("segments %d and %d", queue[i].g.number, queue[i-1].g.number)
			}
			queue[i], queue[i-1] = queue[i-1], queue[i]
		}
	}
	return nil
}

// advance moves to the next live document, and reports whether there is one.
func (in *input) advance(dead func(uint64)) (bool, error) {
	for {
		more, err := in.stream.next()
		if !more || err != nil {
			return false, err
		}
		in.current = in.g.first + uint64(in.stream.p.offset)
		for len(in.left) > 0 && in.left[0] < in.current {
			in.left = in.left[1:]
		}
		if len(in.left) == 0 || in.left[0] != in.current {
			return true, nil
		}
		dead(in.current)
	}
}
