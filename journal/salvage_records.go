package journal

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"slices"

	"untangle/journal/vault"
)

// haul is what of one journal was found in a file: where each record stands, and enough
// of it to choose between several. The records themselves stay in the file.
type haul struct {
	*wreck
	key    vault.Key
	header header
	found  []found // sorted by bucket, number, tag
	heads  []foundHead
	torn   [nothing + 1]bool // the wreck's, and the buckets that have records that do not open
	broken int
	lost   map[uint64]bool // numbers of records that do not open, where no page is known to be in use
}

// found is a record that opens.
type found struct {
	at     int64
	number uint64
	size   uint32
	bucket byte
	marks  byte
	tag    vault.Tag
	id     ID // of the entry or the draft; of a value of the state, the hash of its name
}

// The marks of a record.
const (
	isLive    = 1 << iota // the file's structure leads to it
	isCurrent             // the trees of the newest head lead to it
	isDeleted             // it is what is left of a deleted entry
	isChecked             // it has a check-in
)

// foundHead is a head that opens.
type foundHead struct {
	head
	page int64
	live bool
}

// entries reports whether there is any entry.
func (h *haul) entries() bool {
	return slices.ContainsFunc(h.found, func(f found) bool { return f.bucket <= inHistory || f.bucket == inInbox })
}

// search finds all records. Where an opening page is gone, the other is of the change
// before, or gone too, and the newest head may stand on the page that it would lead to.
func (h *haul) search(ctx context.Context) error {
	if err := h.scan(ctx); err != nil || h.metas == 2 {
		return err
	}
	var live, newest foundHead
	for _, head := range h.heads {
		if head.live {
			live = head
		}
		if head.generation > newest.generation {
			newest = head
		}
	}
	if newest.generation == live.generation || h.metas == 1 && live.generation == 0 {
		return nil
	}
	if err := h.walk(ctx, uint64(newest.page), uint64(h.pages())); err != nil {
		return err
	}
	h.found, h.heads = nil, nil
	return h.scan(ctx)
}

// scan goes over all pages.
func (h *haul) scan(ctx context.Context) error {
	h.refill()
	h.lost, h.torn, h.broken = make(map[uint64]bool), h.wreck.torn, h.wreck.broken
	if h.metas < 2 {
		h.torn[inInbox] = true // what a locked journal takes makes no newer head
	}
	page, pages := make([]byte, pageSize), h.pages()
	for number := range pages {
		if err := ctx.Err(); err != nil {
			return err
		}
		if number%64 == 0 {
			h.progress(int(number), int(2*pages))
		}
		if h.wreck.page(number, page) {
			h.leaf(ctx, page, number)
		}
	}
	slices.SortFunc(h.found, func(a, b found) int {
		return cmp.Or(compareFound(a, b), cmp.Compare(b.marks&isLive, a.marks&isLive))
	})
	h.found = slices.CompactFunc(h.found, func(a, b found) bool { return compareFound(a, b) == 0 })
	for number := range h.lost {
		if !slices.ContainsFunc(salvagedBuckets(), func(b byte) bool { return len(h.of(b, number)) > 0 }) {
			h.broken++
		}
	}
	return ctx.Err()
}

func compareFound(a, b found) int {
	return cmp.Or(cmp.Compare(a.bucket, b.bucket), cmp.Compare(a.number, b.number), bytes.Compare(a.tag[:], b.tag[:]))
}

func salvagedBuckets() []byte {
	return []byte{inEntries, inHistory, inState, inDrafts, inTimeline, inIDs, inInbox, inSegments}
}

// of returns the records with a number in a bucket.
func (h *haul) of(bucket byte, number uint64) []found {
	at, _ := slices.BinarySearchFunc(h.found, found{bucket: bucket, number: number}, compareFound)
	end := at
	for end < len(h.found) && h.found[end].bucket == bucket && h.found[end].number == number {
		end++
	}
	return h.found[at:end]
}

// in returns the records of a bucket.
func (h *haul) in(bucket byte) []found {
	at, _ := slices.BinarySearchFunc(h.found, found{bucket: bucket}, compareFound)
	end, _ := slices.BinarySearchFunc(h.found, found{bucket: bucket + 1}, compareFound)
	return h.found[at:end]
}

// leaf takes the records of a page, if it has any.
func (h *haul) leaf(ctx context.Context, page []byte, number int64) {
	le := binary.LittleEndian
	base, bucket := number*pageSize, byte(nothing)
	live := number < int64(len(h.live)) && h.live[number] != 0
	if live {
		bucket = h.live[number] - 1
	}
	likely := live || le.Uint64(page) == uint64(number) && le.Uint16(page[8:]) == flagLeaf
	t := taking{haul: h, page: page, number: number, base: base, live: live, likely: likely}
	strays := h.each(page, base, false, func(p piece) {
		switch {
		case ctx.Err() != nil:
		case !p.bucket:
			bucket = t.take(p, bucket)
		case p.size > bucketHeader && p.at+p.size <= base+pageSize:
			inner := bucketOf(p.key)
			inside := page[p.at-base+bucketHeader : p.at-base+p.size]
			strays := h.each(inside, p.at+bucketHeader, true, func(p piece) { inner = t.take(p, inner) })
			t.miss(inner, strays)
		}
	})
	t.miss(bucket, strays)
}

// taking is a page whose records are taken.
type taking struct {
	*haul
	page         []byte
	number, base int64
	live, likely bool
}

// miss counts records that cannot be read on a page in use.
func (t *taking) miss(bucket byte, n int) {
	if t.live && n > 0 && bucket != inSegments {
		t.broken += n
		t.torn[bucket] = true
	}
}

// take opens one record, trying the bucket of the one before first, and returns the
// bucket it is of.
func (t *taking) take(p piece, before byte) byte {
	isHead := bytes.Equal(p.key, headKey)
	if len(p.key) != 8 && !isHead || p.size < vault.TagSize {
		return before
	}
	credit := &t.spare
	if t.live {
		credit = &t.credit
	}
	if *credit -= max(p.size, leastCharge); *credit < 0 {
		return before
	}
	record, ok := t.bytes(t.page, t.base, p.at, p.size)
	if !ok {
		t.miss(before, 1)
		return before
	}
	if isHead {
		t.takeHead(record)
		return before
	}
	f := found{at: p.at, number: be64(p.key), size: uint32(p.size), tag: vault.TagOf(record)}
	if t.live {
		f.marks = isLive
	}
	tries := salvagedBuckets()
	if before < inTop {
		tries = append([]byte{before}, tries...)
	}
	for i, bucket := range tries {
		if i > 0 && bucket == before || f.number&nodeBit != 0 && (bucket == inEntries || bucket == inDrafts) ||
			f.number&nodeBit == 0 && (bucket == inTimeline || bucket == inIDs) {
			continue
		}
		f.bucket = bucket
		if value, ok := t.open(f, record); ok {
			if t.note(&f, value) {
				t.found = append(t.found, f)
			}
			return bucket
		}
	}
	switch {
	case before == inMeta || before == inTop:
	case t.live:
		t.miss(before, 1)
	case t.likely && len(t.haul.wreck.live) == 0 && len(t.lost) < mostLost:
		t.lost[f.number] = true
	}
	return before
}

// leastCharge is what reading a record costs at least of the credit, and mostLost how
// many records that do not open are remembered.
const (
	leastCharge = 32
	mostLost    = 1 << 20
)

// open returns the value of a record, if it is one of that bucket and number.
func (h *haul) open(f found, record []byte) ([]byte, bool) {
	if f.bucket == inInbox {
		if h.header.sealed == 0 {
			return nil, false
		}
		_, err := h.item(f.number, record)
		return nil, err == nil
	}
	t := tx{header: h.header}
	value, err := h.key.Open(t.place(salvaged()[f.bucket], numberKey(f.number)), record)
	return value, err == nil
}

// item reads an item of the inbox.
func (h *haul) item(number uint64, record []byte) (item, error) {
	t := tx{key: h.key, header: h.header}
	return t.item(nil, number, record)
}

// note puts down what a record says of itself, and reports whether it is to be kept in
// mind.
func (h *haul) note(f *found, value []byte) bool {
	switch {
	case f.bucket == inSegments:
		return false
	case f.bucket == inInbox || f.number&nodeBit != 0:
		return true
	case f.bucket == inState:
		name, _, ok := splitState(value)
		if ok {
			f.id = ID(stateName(name))
		}
		return ok
	case f.bucket == inDrafts:
		d, err := decodeDraft(value)
		f.id = d.Entry.ID
		return err == nil
	}
	e, err := decodeEntry(value)
	if err != nil || f.bucket == inEntries && !e.Deleted.IsZero() {
		return false
	}
	f.id = e.ID
	if !e.Deleted.IsZero() {
		f.marks |= isDeleted
	}
	if !e.CheckIn.IsZero() {
		f.marks |= isChecked
	}
	return true
}

func (t *taking) takeHead(record []byte) {
	at := tx{header: t.header}
	value, err := t.key.Open(at.place(metaBucket, headKey), record)
	if err != nil {
		t.miss(inMeta, 1)
		return
	}
	if h, err := decodeHead(value); err == nil && len(t.heads) < mostLost {
		t.heads = append(t.heads, foundHead{h, t.number, t.live})
	}
}

// read returns the value of a record that was found, and the record.
func (h *haul) read(f found) (value, record []byte, err error) {
	record, ok := h.bytes(nil, 0, f.at, int64(f.size))
	if ok && vault.TagOf(record) == f.tag {
		if value, ok := h.open(f, record); ok {
			return value, record, nil
		}
	}
	return nil, nil, damagef("the file changed while it was read")
}
