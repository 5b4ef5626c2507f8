package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
)

// wreck is a file that is read page by page, and never written to. Each number in it is
// held against its bounds, and what is read as records at all is no more than some times
// the file's own size, however its pages claim to lie over each other.
type wreck struct {
	file     *os.File
	size     int64
	metas    int               // opening pages that are sound
	stumps   int               // opening pages that are not in order
	live     []byte            // by page: 0, or 1 + the bucket of a leaf that the structure leads to
	torn     [nothing + 1]bool // by bucket: the structure does not lead to all of it
	broken   int
	credit   int64 // bytes of records that may still be read, on pages in use
	spare    int64 // and on others
	reaches  int64 // keys that may still be read from behind their pages
	room     []byte
	progress Progress
}

// The buckets whose records are taken out, in the order in which a record is tried in
// them, and what else a page in use can belong to.
const (
	inEntries = iota
	inHistory
	inState
	inDrafts
	inTimeline
	inIDs
	inInbox
	inSegments // which are made anew
	inTop      // the page that leads to the buckets
	inMeta     // the buckets of the header and the head
	nothing
)

// salvaged are the names of the buckets above.
func salvaged() []string {
	return []string{entriesBucket, historyBucket, stateBucket, draftsBucket, timelineBucket, idsBucket, inboxBucket, segmentsBucket}
}

// bucketOf returns which bucket has the name, as far as it matters here.
func bucketOf(name []byte) byte {
	if i := slices.Index(salvaged(), string(name)); i >= 0 {
		return byte(i)
	}
	if s := string(name); s == metaBucket || s == spareBucket {
		return inMeta
	}
	return nothing
}

// The most bytes a record has, and how many times its own size may be read of a file.
const (
	longestRecord = 2 * MaxText
	liveReadings  = 4
	spareReadings = 8
	keysBehind    = 16 // a page, on the average; a page that runs over others has few
)

func openWreck(path string) (*wreck, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrMissing
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("open %q: this is a folder or a device, not a file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	w := &wreck{file: file, size: info.Size(), progress: func(int, int) {}}
	w.refill()
	return w, nil
}

// refill allows the whole file to be read once more.
func (w *wreck) refill() {
	w.reaches = keysBehind * (w.pages() + 1)
	w.credit, w.spare = liveReadings*w.size+pageSize, spareReadings*w.size+pageSize
}

func (w *wreck) pages() int64 { return (w.size + pageSize - 1) / pageSize }

// page reads a page into b, with zeros for what the file has not got.
func (w *wreck) page(number int64, b []byte) bool {
	n, err := w.file.ReadAt(b, number*pageSize)
	clear(b[n:])
	return err == nil || errors.Is(err, io.EOF) && n > 0
}

// survey finds the pages that the newest sound opening page leads to.
func (w *wreck) survey(ctx context.Context) error {
	for b := range w.torn {
		w.torn[b] = true
	}
	var newest meta
	w.metas, w.stumps, w.live = 0, 0, nil
	for i := range uint64(2) {
		m, sound, damage := readMeta(w.file, i, w.size)
		if damage != nil {
			w.stumps++
		}
		if sound {
			if w.metas++; w.metas == 1 || m.tx > newest.tx {
				newest = m
			}
		}
	}
	w.broken = w.stumps
	if w.metas == 0 {
		return nil
	}
	return w.walk(ctx, newest.root, newest.high)
}

// walk marks the leaves that a root page leads to, below the page given.
func (w *wreck) walk(ctx context.Context, root, high uint64) error {
	w.broken = w.stumps
	w.live, w.torn = make([]byte, min(high, uint64(w.pages()))), [nothing + 1]bool{}
	type step struct {
		page   uint64
		bucket byte
	}
	le := binary.LittleEndian
	var todo []step
	seen := make([]bool, len(w.live))
	lead := func(number uint64, bucket byte) {
		if number < 2 || number >= uint64(len(seen)) || seen[number] {
			w.tear(bucket)
			return
		}
		seen[number] = true
		todo = append(todo, step{number, bucket})
	}
	var missing [nothing + 1]bool
	for b := range missing {
		missing[b] = b < inTop
	}
	page := make([]byte, pageSize)
	for lead(root, inTop); len(todo) > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		sound := w.page(int64(at.page), page) && le.Uint64(page) == at.page
		switch kind := le.Uint16(page[8:]); {
		case sound && kind == flagBranch:
			for i := range min(int(le.Uint16(page[10:])), pageElements) {
				lead(le.Uint64(page[pageHeader+i*elementSize+8:]), at.bucket)
			}
		case sound && kind == flagLeaf:
			w.live[at.page] = at.bucket + 1
			if at.bucket != inTop {
				continue
			}
			base := int64(at.page) * pageSize
			w.each(page, base, false, func(p piece) {
				value, ok := w.bytes(page, base, p.at, bucketHeader)
				if bucket := bucketOf(p.key); p.bucket && ok {
					missing[bucket] = false
					if root := le.Uint64(value); root != 0 {
						lead(root, bucket)
					}
				}
			})
		default:
			w.tear(at.bucket)
		}
	}
	for b := range w.torn {
		w.torn[b] = w.torn[b] || w.torn[inTop] || missing[b]
	}
	return nil
}

// tear notes that the structure does not lead to all of a bucket.
func (w *wreck) tear(bucket byte) {
	w.broken++
	w.torn[bucket] = true
}

// pageElements is how many elements have room on a page.
const pageElements = (pageSize - pageHeader) / elementSize

// piece is an element of a leaf: its key, and where in the file its value is.
type piece struct {
	key    []byte
	at     int64
	size   int64
	bucket bool
}

// each calls fn with the elements of what may be a leaf at a place of the file, as far as
// they lie in the file. A page inside another's value ends where the value does.
func (w *wreck) each(page []byte, base int64, inside bool, fn func(piece)) (strays int) {
	if len(page) < pageHeader+elementSize {
		return 0
	}
	le := binary.LittleEndian
	end := w.size
	if inside {
		end = min(end, base+int64(len(page)))
	}
	// The count may be what is damaged. The first element's key begins where the table ends.
	count := int64(le.Uint16(page[10:]))
	said := count
	count = max(count, int64(le.Uint32(page[pageHeader+4:]))/elementSize)
	for i := range min(count, int64(len(page)-pageHeader)/elementSize) {
		at := pageHeader + i*elementSize
		b := page[at:]
		flags, start := le.Uint32(b), base+at+int64(le.Uint32(b[4:]))
		keySize, size := int64(le.Uint32(b[8:])), int64(le.Uint32(b[12:]))
		if flags > 1 || keySize == 0 || keySize > longestName || start+keySize+size > end {
			if i < said {
				strays++
			}
			continue
		}
		if start+keySize > base+int64(len(page)) {
			if w.reaches--; w.reaches < 0 {
				return strays
			}
		}
		key, ok := w.bytes(page, base, start, keySize)
		if !ok {
			continue
		}
		fn(piece{bytes.Clone(key), start + keySize, size, flags == 1})
	}
	return strays
}

// longestName is the longest key there is, that of a bucket.
const longestName = 16

// bytes returns bytes of the file, of which a page was read already. They are good until
// the next call.
func (w *wreck) bytes(page []byte, base, at, size int64) ([]byte, bool) {
	if at >= base && at+size <= base+int64(len(page)) {
		return page[at-base : at-base+size], true
	}
	if at < 0 || size < 0 || size > longestRecord || at+size > w.size {
		return nil, false
	}
	if int64(cap(w.room)) < size {
		w.room = make([]byte, size)
	}
	b := w.room[:size]
	_, err := w.file.ReadAt(b, at)
	return b, err == nil
}
