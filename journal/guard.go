package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"os"
	"sort"
)

// guard goes every way down the file's pages before bbolt goes it. A branch page that
// leads back to one above it would have bbolt recurse until the process dies, which
// nothing can catch, and a page that is not in order would be written back without what
// its damage hides. Only the pages a transaction needs are looked at, each once, so the
// cost does not grow with the file.
type guard struct {
	file     *os.File
	newest   meta
	buckets  map[string]uint64    // the root pages of buckets, 0 for one inside its parent
	branches map[uint64][]element // by page number
	leaves   map[uint64]leafState // by page number
	last     leaf                 // the last leaf that was read whole
}

// leafState is how much of a leaf page is known to be in order.
type leafState byte

const (
	leafHead   leafState = iota + 1 // its head
	leafWhole                       // all of it
	leafPlaced                      // all of it, and its keys lie where the branches above say
)

// leaf is a leaf page that is in order.
type leaf struct {
	number   uint64
	elements []element
}

// maxDepth is more than any file's pages have of levels.
const maxDepth = 32

// newGuard reads what the file's first pages lead to. The file must be locked.
func newGuard(file *os.File) (*guard, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	newest, _, err := readMetas(file, info.Size())
	if err != nil {
		return nil, err
	}
	return &guard{
		file: file, newest: newest,
		buckets: make(map[string]uint64), branches: make(map[uint64][]element), leaves: make(map[uint64]leafState),
	}, nil
}

// intent is what a way is gone for.
type intent byte

const (
	toRead   intent = iota
	toPut           // the whole leaf is written back
	toRemove        // bbolt may join the leaf with one beside it
)

// way makes sure of the pages that lead to a key of a bucket, as far as bbolt will use
// them. A nil guard guards nothing.
func (g *guard) way(bucket string, key []byte, do intent) error {
	if g == nil {
		return nil
	}
	root, known := g.buckets[bucket]
	if !known || do != toRead && g.leaves[g.newest.root] < leafWhole {
		leaf, err := g.descend(g.newest.root, []byte(bucket), toRemove, true)
		if err != nil {
			return err
		}
		at, found := searchElements(leaf, []byte(bucket))
		if !found {
			return damagef("a part of the file, %q, is missing", bucket)
		}
		if !leaf[at].bucket || !inOrder(leaf[at].value) {
			return damagef("a part of the file, %q", bucket)
		}
		root = binary.LittleEndian.Uint64(leaf[at].value)
		g.buckets[bucket] = root
	}
	if root == 0 {
		return nil
	}
	_, err := g.descend(root, key, do, false)
	return err
}

// descend goes from a root page to the leaf for a key, and returns the leaf's elements
// if the whole of it was asked for, to be read. Keys must lie between those of the
// branch above: what is put into a page in another's place is not found again.
func (g *guard) descend(number uint64, key []byte, do intent, read bool) ([]element, error) {
	var low, high []byte
	whole := do != toRead
	for range maxDepth {
		if g.leaves[number] == leafPlaced && !read && do != toRemove {
			return nil, nil
		}
		elements, branch, err := g.page(number, whole)
		if err == nil && !between(elements, low, high) {
			err = damagef("page %d", number)
		}
		if err == nil && !branch && whole {
			g.leaves[number] = leafPlaced
		}
		if err != nil || !branch {
			return elements, err
		}
		at, found := searchElements(elements, key)
		if !found && at > 0 {
			at--
		}
		if do == toRemove {
			for i := max(at-1, 0); i <= min(at+1, len(elements)-1); i++ {
				if g.leaves[elements[i].page] >= leafWhole {
					continue
				}
				if _, _, err := g.page(elements[i].page, true); err != nil {
					return nil, err
				}
			}
		}
		number, low = elements[at].page, elements[at].key
		if at+1 < len(elements) {
			high = elements[at+1].key
		}
	}
	return nil, damagef("page %d", number)
}

// between reports whether the keys of sorted elements lie from low on and below high.
func between(elements []element, low, high []byte) bool {
	if len(elements) == 0 {
		return true
	}
	first, last := elements[0].key, elements[len(elements)-1].key
	return (low == nil || bytes.Compare(first, low) >= 0) && (high == nil || bytes.Compare(last, high) < 0)
}

func searchElements(elements []element, key []byte) (int, bool) {
	i := sort.Search(len(elements), func(i int) bool { return bytes.Compare(elements[i].key, key) >= 0 })
	return i, i < len(elements) && bytes.Equal(elements[i].key, key)
}

// page makes sure of one page, and tells whether it is a branch. A leaf's elements are
// read only if the whole of it is asked for.
func (g *guard) page(number uint64, whole bool) (elements []element, branch bool, err error) {
	if elements, ok := g.branches[number]; ok {
		return elements, true, nil
	}
	if _, ok := g.leaves[number]; ok && !whole {
		return nil, false, nil
	}
	if whole && number == g.last.number {
		return g.last.elements, false, nil
	}
	var head [pageHeader]byte
	if number < 2 || number >= g.newest.high {
		return nil, false, damagef("a page that the file has not got, %d", number)
	}
	if _, err := g.file.ReadAt(head[:], int64(number*pageSize)); err != nil {
		return nil, false, damagef("page %d cannot be read", number)
	}
	kind, over := binary.LittleEndian.Uint16(head[8:]), uint64(binary.LittleEndian.Uint32(head[12:]))
	if binary.LittleEndian.Uint64(head[:]) != number || over >= g.newest.high-number || kind != flagBranch && kind != flagLeaf {
		return nil, false, damagef("page %d", number)
	}
	if kind == flagLeaf && !whole {
		g.leaves[number] = leafHead
		return nil, false, nil
	}
	page := make([]byte, (over+1)*pageSize)
	if _, err := g.file.ReadAt(page, int64(number*pageSize)); err != nil {
		return nil, false, damagef("page %d cannot be read", number)
	}
	elements, ok := readElements(page, kind)
	if !ok || kind == flagBranch && len(elements) == 0 || !sortedElements(elements) {
		return nil, false, damagef("page %d", number)
	}
	if kind == flagBranch {
		g.branches[number] = elements
	} else {
		g.leaves[number], g.last = max(g.leaves[number], leafWhole), leaf{number, elements}
	}
	return elements, kind == flagBranch, nil
}

func sortedElements(elements []element) bool {
	for i := range elements {
		if i > 0 && bytes.Compare(elements[i-1].key, elements[i].key) >= 0 {
			return false
		}
	}
	return true
}

// inOrder reports whether a bucket's value leads to a page, or holds one in order.
func inOrder(value []byte) bool {
	if len(value) < bucketHeader {
		return false
	}
	if binary.LittleEndian.Uint64(value) != 0 {
		return true
	}
	inline := value[bucketHeader:]
	if len(inline) < pageHeader || binary.LittleEndian.Uint64(inline) != 0 || binary.LittleEndian.Uint16(inline[8:]) != flagLeaf {
		return false
	}
	elements, ok := readElements(inline, flagLeaf)
	for _, e := range elements {
		ok = ok && !e.bucket
	}
	return ok && sortedElements(elements)
}

// all makes sure of all pages of a bucket, for one who goes over them.
func (g *guard) all(bucket string) error {
	if err := g.way(bucket, nil, toRead); err != nil || g == nil || g.buckets[bucket] == 0 {
		return err
	}
	seen := make(map[uint64]bool)
	var down func(number uint64) error
	down = func(number uint64) error {
		if seen[number] {
			return damagef("page %d stands in two places", number)
		}
		seen[number] = true
		elements, branch, err := g.page(number, false)
		if err != nil || !branch {
			return err
		}
		for _, e := range elements {
			if err := down(e.page); err != nil {
				return err
			}
		}
		return nil
	}
	return down(g.buckets[bucket])
}

// freelist makes sure of the list of free pages, which bbolt reads as a whole before it
// writes: a number out of bounds has it ask for more memory than there is, and a list
// that is not this file's own has it write over what is in use.
func (g *guard) freelist() error {
	w := &walker{file: g.file, high: g.newest.high, seen: make([]bool, g.newest.high), step: func(int) {}}
	var damage error
	w.report = func(err error) { damage = err }
	w.freelist(g.newest)
	if w.seen[g.newest.root] && damage == nil {
		damage = damagef("the list of free pages, page %d", g.newest.freelist)
	}
	return damage
}

// A mark stands behind a meta page's own bytes, in room that bbolt leaves empty: the
// transaction, and the first half of the SHA-256 of its list of free pages. bbolt
// clears it with each commit, so one with another transaction says nothing.
const (
	markAt     = pageHeader + metaLength
	markLength = 8 + 16
)

func markOf(tx uint64, freelist []byte) []byte {
	sum := sha256.Sum256(freelist)
	return append(binary.BigEndian.AppendUint64(nil, tx), sum[:16]...)
}

// mark writes the mark of the transaction that was just committed. Without it, nothing
// is lost but a check.
func mark(file *os.File) {
	g, err := newGuard(file)
	if err != nil {
		return
	}
	w := &walker{file: file, high: g.newest.high, seen: make([]bool, g.newest.high), step: func(int) {}, report: func(error) {}}
	if page, ok := w.read(g.newest.freelist); ok {
		_, _ = file.WriteAt(markOf(g.newest.tx, page), int64(g.newest.tx%2*pageSize+markAt))
	}
}

// marked reports whether the mark, if it is there, is that of the list of free pages.
func marked(file *os.File, m meta, freelist []byte) bool {
	var have [markLength]byte
	if _, err := file.ReadAt(have[:], int64(m.tx%2*pageSize+markAt)); err != nil {
		return false
	}
	return binary.BigEndian.Uint64(have[:]) != m.tx || bytes.Equal(have[:], markOf(m.tx, freelist))
}
