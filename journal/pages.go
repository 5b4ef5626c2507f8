package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"slices"
)

// This file reads bbolt's pages without bbolt. bbolt trusts its file, and its own
// check runs where a fault cannot be caught; here every number is held against its
// bounds before it is used, so that a damaged file yields a finding and nothing else.
//
// A page opens with its number (8 bytes), flags (2), count (2) and overflow (4), the
// further pages it runs over. A branch page's elements are position (4), key length
// (4) and page (8); a leaf's are flags (4), position (4), key length (4) and value
// length (4); positions count from the element itself. A bucket is a leaf's value of
// root page (8) and sequence (8); with a root of 0 its one leaf page follows inline.

const (
	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagMeta     = 0x04
	flagFreelist = 0x10
	elementSize  = 16
	bucketHeader = 16
)

// walker goes over all pages that a file's newest meta page leads to.
type walker struct {
	file   *os.File
	high   uint64
	seen   []bool // by page number
	report func(damage error)
	step   func(pages int)
}

// walkPages reports each damage to the structure of the file.
func walkPages(ctx context.Context, file *os.File, report func(error), step func(pages, of int)) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.Size() < leastSize {
		report(damagef("the file is cut short, at %d bytes", info.Size()))
		return nil
	}
	newest, spare, err := readMetas(file, info.Size())
	for _, damage := range []error{spare, err} {
		if damage != nil {
			report(damage)
		}
	}
	if err != nil {
		return nil
	}
	w := &walker{file: file, high: newest.high, seen: make([]bool, newest.high), report: report}
	w.seen[0], w.seen[1] = true, true
	done := 2
	w.step = func(pages int) {
		done += pages
		step(done, int(newest.high))
	}
	w.freelist(newest)
	if err := w.tree(ctx, newest.root, nil, nil, 0, true); err != nil {
		return err
	}
	if i := slices.Index(w.seen, false); i >= 0 {
		report(damagef("page %d is neither used nor free", i))
	}
	return nil
}

// read returns a page and marks it and what it runs over as seen.
func (w *walker) read(number uint64) ([]byte, bool) {
	var head [pageHeader]byte
	if number < 2 || number >= w.high {
		w.report(damagef("a page that the file has not got, %d", number))
		return nil, false
	}
	if _, err := w.file.ReadAt(head[:], int64(number*pageSize)); err != nil {
		w.report(damagef("page %d cannot be read", number))
		return nil, false
	}
	over := uint64(binary.LittleEndian.Uint32(head[12:]))
	if binary.LittleEndian.Uint64(head[:]) != number || over >= w.high-number {
		w.report(damagef("page %d", number))
		return nil, false
	}
	for i := number; i <= number+over; i++ {
		if w.seen[i] {
			w.report(damagef("page %d stands in two places", i))
			return nil, false
		}
		w.seen[i] = true
	}
	page := make([]byte, (over+1)*pageSize)
	if _, err := w.file.ReadAt(page, int64(number*pageSize)); err != nil {
		w.report(damagef("page %d cannot be read", number))
		return nil, false
	}
	w.step(int(over) + 1)
	return page, true
}

func (w *walker) freelist(newest meta) {
	number := newest.freelist
	page, ok := w.read(number)
	if !ok {
		return
	}
	le := binary.LittleEndian
	count, at := uint64(le.Uint16(page[10:])), uint64(pageHeader)
	if count == 0xFFFF {
		count, at = le.Uint64(page[pageHeader:]), at+8
	}
	over := uint64(len(page))/pageSize - 1
	if le.Uint16(page[8:]) != flagFreelist || count > (uint64(len(page))-at)/8 || over > (at+8*(count+over+1))/pageSize ||
		!marked(w.file, newest, page) {
		w.report(damagef("the list of free pages, page %d", number))
		return
	}
	for i := range count {
		free := le.Uint64(page[at+8*i:])
		if free < 2 || free >= w.high || w.seen[free] {
			w.report(damagef("the list of free pages, page %d", number))
			return
		}
		w.seen[free] = true
	}
}

// tree goes over a branch or leaf page and those below it, whose keys must lie from
// low on, and below high.
func (w *walker) tree(ctx context.Context, number uint64, low, high []byte, depth int, buckets bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	page, ok := w.read(number)
	if !ok {
		return nil
	}
	kind := binary.LittleEndian.Uint16(page[8:])
	if depth > maxDepth || kind != flagBranch && kind != flagLeaf {
		w.report(damagef("page %d", number))
		return nil
	}
	elements, ok := readElements(page, kind)
	if !ok || kind == flagBranch && len(elements) == 0 {
		w.report(damagef("page %d", number))
		return nil
	}
	for i, e := range elements {
		if low != nil && bytes.Compare(e.key, low) < 0 || high != nil && bytes.Compare(e.key, high) >= 0 ||
			i > 0 && bytes.Compare(elements[i-1].key, e.key) >= 0 || e.bucket != (buckets && kind == flagLeaf) {
			w.report(damagef("page %d", number))
			return nil
		}
	}
	for i, e := range elements {
		switch {
		case kind == flagBranch:
			next := high
			if i+1 < len(elements) {
				next = elements[i+1].key
			}
			if err := w.tree(ctx, e.page, e.key, next, depth+1, buckets); err != nil {
				return err
			}
		case e.bucket:
			if err := w.bucket(ctx, number, e.value); err != nil {
				return err
			}
		}
	}
	return nil
}

// bucket goes over the pages of one bucket, or the one page inside its value.
func (w *walker) bucket(ctx context.Context, number uint64, value []byte) error {
	if !inOrder(value) {
		w.report(damagef("page %d", number))
		return nil
	}
	if root := binary.LittleEndian.Uint64(value); root != 0 {
		return w.tree(ctx, root, nil, nil, 0, false)
	}
	return nil
}

// element is one element of a branch or leaf page.
type element struct {
	key, value []byte
	page       uint64
	bucket     bool
}

// readElements returns a page's elements, or false if one lies outside the page.
func readElements(page []byte, kind uint16) ([]element, bool) {
	le := binary.LittleEndian
	count := int(le.Uint16(page[10:]))
	if pageHeader+count*elementSize > len(page) {
		return nil, false
	}
	elements := make([]element, count)
	end := pageHeader + count*elementSize
	for i := range elements {
		at := pageHeader + i*elementSize
		b := page[at : at+elementSize]
		e := &elements[i]
		var position, keySize, valueSize uint64
		if kind == flagBranch {
			position, keySize, e.page = uint64(le.Uint32(b)), uint64(le.Uint32(b[4:])), le.Uint64(b[8:])
		} else {
			flags := le.Uint32(b)
			position, keySize, valueSize = uint64(le.Uint32(b[4:])), uint64(le.Uint32(b[8:])), uint64(le.Uint32(b[12:]))
			e.bucket = flags == 1
			if flags > 1 {
				return nil, false
			}
		}
		start := uint64(at) + position
		// bbolt lays keys and values out one behind the other, without gaps.
		if start != uint64(end) || start+keySize+valueSize > uint64(len(page)) {
			return nil, false
		}
		e.key, e.value = page[start:start+keySize], page[start+keySize:start+keySize+valueSize]
		end = int(start + keySize + valueSize)
	}
	// Nor does a page run on over pages that it does not need.
	return elements, end > len(page)-pageSize
}
