package journal

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"

	"untangle/journal/vault"
)

// A tree is an ordered set of rows of one width, packed by the hundred into
// records whose keys say nothing. It is a B+ tree that is also a hash tree: a node
// above the leaves holds, for each node below, its first row's key, its number, its
// count of rows and its record's tag, and the head holds that of the root. So one
// row is found, added or taken away by touching one node a level, and no node can be
// removed, exchanged, or put back from an older copy of the file, without the one
// above it knowing (R. Merkle, A Digital Signature Based on a Conventional
// Encryption Function, 1987).
//
// Nodes are read when they are needed and written back, each once, by flush. Splits
// leave full nodes behind when rows come in order, as an import brings them, and
// halves otherwise. A node that loses its last row goes; nodes are never merged,
// since rows are seldom taken away.
type tree struct {
	tx     *tx
	bucket string
	key    int // the leading bytes of a row that rows are ordered by
	width  int // bytes of a row
	root   *node
	next   uint64
}

type node struct {
	number uint64
	level  int    // 0 is a leaf
	rows   []byte // a leaf's rows; above, the refs
	kids   []*node
	dirty  bool // differs from its record
	owned  bool // rows are ours to change, not the file's memory
}

const (
	nodeRows   = 128 // the most rows, or refs, of a node
	nodeHeader = 2   // its level, and the width's low byte as a check
	nodeBit    = 1 << 63
	maxLevel   = 8
)

func openTree(t *tx, bucket string, key, width int, root ref) (*tree, error) {
	tr := &tree{tx: t, bucket: bucket, key: key, width: width, next: root.next}
	if root.node == 0 {
		tr.root = &node{owned: true}
		return tr, nil
	}
	var err error
	tr.root, err = tr.load(root, -1)
	if err != nil {
		return nil, err
	}
	if got := tr.count(tr.root); got != root.count {
		return nil, damagef("a node of %s holds %d rows, not %d", bucket, got, root.count)
	}
	return tr, nil
}

// emptyTree returns a tree that takes the place of one whose nodes are gone.
func emptyTree(t *tx, which int) *tree {
	s := treeShapes[which]
	next := t.head.roots[which].next
	if old := t.trees[which]; old != nil {
		next = max(next, old.next)
	}
	return &tree{tx: t, bucket: s.bucket, key: s.key, width: s.width, next: next, root: &node{owned: true, dirty: true}}
}

// load reads the node that r leads to, which is of the level given, or of any if
// that is negative.
func (tr *tree) load(r ref, level int) (*node, error) {
	value, tag, err := tr.tx.open(tr.bucket, r.node)
	if err != nil {
		return nil, err
	}
	n := &node{number: r.node}
	if len(value) >= nodeHeader {
		n.level, n.rows = int(value[0]), value[nodeHeader:]
	}
	width := tr.widthOf(n)
	if tag != r.tag || len(value) < nodeHeader || value[1] != byte(tr.width) || n.level > maxLevel ||
		level >= 0 && n.level != level || len(n.rows) == 0 || len(n.rows)%width != 0 {
		return nil, damagef("a node of %s is not the one that belongs there", tr.bucket)
	}
	if n.level > 0 {
		n.kids = make([]*node, len(n.rows)/width)
	}
	return n, nil
}

func (tr *tree) widthOf(n *node) int {
	if n.level == 0 {
		return tr.width
	}
	return tr.key + refLength
}

func (tr *tree) kid(n *node, i int) (*node, error) {
	if n.kids[i] == nil {
		r := decodeRef(tr.row(n, i)[tr.key:])
		kid, err := tr.load(r, n.level-1)
		if err != nil {
			return nil, err
		}
		if got := tr.count(kid); got != r.count || !bytes.Equal(tr.row(kid, 0)[:tr.key], tr.row(n, i)[:tr.key]) {
			return nil, damagef("a node of %s is not the one that belongs there", tr.bucket)
		}
		n.kids[i] = kid
	}
	return n.kids[i], nil
}

// row returns the i-th row or ref of a node, in the node's memory.
func (tr *tree) row(n *node, i int) []byte {
	w := tr.widthOf(n)
	return n.rows[i*w : (i+1)*w : (i+1)*w]
}

func (tr *tree) len(n *node) int { return len(n.rows) / tr.widthOf(n) }

// count returns the rows below a node, from its refs.
func (tr *tree) count(n *node) (sum uint64) {
	if n.level == 0 {
		return uint64(tr.len(n))
	}
	for i := range tr.len(n) {
		sum += be64(tr.row(n, i)[tr.key+8:])
	}
	return sum
}

// search returns the first row of a node that is not below key, and whether it is
// key's own.
func (tr *tree) search(n *node, key []byte) (int, bool) {
	size := tr.len(n)
	i := sort.Search(size, func(i int) bool { return bytes.Compare(tr.row(n, i)[:tr.key], key) >= 0 })
	return i, i < size && bytes.Equal(tr.row(n, i)[:tr.key], key)
}

// child returns which node below n holds key, or would.
func (tr *tree) child(n *node, key []byte) int {
	i, found := tr.search(n, key)
	if found || i == 0 {
		return i
	}
	return i - 1
}

// get returns the row with the key, in the tree's memory, nil if there is none.
func (tr *tree) get(key []byte) ([]byte, error) {
	n := tr.root
	for n.level > 0 {
		var err error
		if n, err = tr.kid(n, tr.child(n, key)); err != nil {
			return nil, err
		}
	}
	if i, found := tr.search(n, key); found {
		return tr.row(n, i), nil
	}
	return nil, nil
}

// put adds a row, or exchanges the one with the same key.
func (tr *tree) put(row []byte) error {
	if len(row) != tr.width {
		return fmt.Errorf("a row of %d bytes in %s", len(row), tr.bucket)
	}
	sibling, err := tr.insert(tr.root, row)
	if err != nil || sibling == nil {
		return err
	}
	old := tr.root
	tr.root = &node{level: old.level + 1, owned: true, dirty: true, kids: []*node{old, sibling}}
	tr.root.rows = append(tr.ref(old), tr.ref(sibling)...)
	return nil
}

// ref returns a ref to a node whose number, count and tag flush fills in.
func (tr *tree) ref(n *node) []byte {
	b := make([]byte, tr.key+refLength)
	copy(b, tr.row(n, 0)[:tr.key])
	return b
}

// insert puts the row below n and returns the node that n had to give half to.
func (tr *tree) insert(n *node, row []byte) (*node, error) {
	tr.own(n)
	if n.level == 0 {
		i, found := tr.search(n, row[:tr.key])
		if found {
			copy(tr.row(n, i), row)
			return nil, nil
		}
		return tr.add(n, i, row, nil), nil
	}
	i := tr.child(n, row[:tr.key])
	kid, err := tr.kid(n, i)
	if err != nil {
		return nil, err
	}
	sibling, err := tr.insert(kid, row)
	if err != nil {
		return nil, err
	}
	copy(tr.row(n, i), tr.row(kid, 0)[:tr.key])
	if sibling == nil {
		return nil, nil
	}
	return tr.add(n, i+1, tr.ref(sibling), sibling), nil
}

// add puts a row, and the node it is the ref of, at place i of n, and returns the
// node split off when n was full.
func (tr *tree) add(n *node, i int, row []byte, kid *node) *node {
	size, w := tr.len(n), tr.widthOf(n)
	if size < nodeRows {
		n.rows = slices.Insert(n.rows, i*w, row...)
		if n.level > 0 {
			n.kids = slices.Insert(n.kids, i, kid)
		}
		return nil
	}
	half := size / 2
	if i == size {
		half = size
	}
	right := &node{level: n.level, owned: true, dirty: true, rows: bytes.Clone(n.rows[half*w:])}
	n.rows = n.rows[:half*w]
	if n.level > 0 {
		right.kids = slices.Clone(n.kids[half:])
		n.kids = n.kids[:half]
	}
	if i < half || i == half && half < size {
		tr.add(n, i, row, kid)
	} else {
		tr.add(right, i-half, row, kid)
	}
	return right
}

// own makes a node's rows ours to change.
func (tr *tree) own(n *node) {
	if !n.owned {
		n.rows, n.owned = append(make([]byte, 0, len(n.rows)+tr.widthOf(n)), n.rows...), true
	}
	n.dirty = true
}

// remove takes away the row with the key and reports whether there was one.
func (tr *tree) remove(key []byte) (bool, error) {
	found, err := tr.cut(tr.root, key)
	for err == nil && tr.root.level > 0 && tr.len(tr.root) <= 1 {
		old := tr.root
		if tr.len(old) == 0 {
			tr.root = &node{owned: true, dirty: true}
		} else if tr.root, err = tr.kid(old, 0); err == nil {
			tr.own(tr.root)
		}
		tr.drop(old)
	}
	return found, err
}

func (tr *tree) cut(n *node, key []byte) (bool, error) {
	w := tr.widthOf(n)
	if n.level == 0 {
		i, found := tr.search(n, key)
		if found {
			tr.own(n)
			n.rows = slices.Delete(n.rows, i*w, (i+1)*w)
		}
		return found, nil
	}
	i := tr.child(n, key)
	kid, err := tr.kid(n, i)
	if err != nil {
		return false, err
	}
	found, err := tr.cut(kid, key)
	if err != nil || !found {
		return found, err
	}
	tr.own(n)
	if len(kid.rows) > 0 {
		copy(tr.row(n, i), tr.row(kid, 0)[:tr.key])
		return true, nil
	}
	tr.drop(kid)
	n.rows = slices.Delete(n.rows, i*w, (i+1)*w)
	n.kids = slices.Delete(n.kids, i, i+1)
	return true, nil
}

// drop forgets a node's record; flush does not see the node again.
func (tr *tree) drop(n *node) {
	if n.number != 0 {
		tr.tx.dropped = append(tr.tx.dropped, place{tr.bucket, n.number})
	}
}

// walk calls yield with each row from key on, or from the end if key is nil; upwards
// or downwards, until yield returns false. Rows are in the tree's memory, and the
// tree must not change meanwhile.
func (tr *tree) walk(key []byte, down bool, yield func(row []byte) bool) error {
	_, err := tr.visit(tr.root, key, down, yield)
	return err
}

func (tr *tree) visit(n *node, key []byte, down bool, yield func([]byte) bool) (bool, error) {
	size := tr.len(n)
	i, step := 0, 1
	if down {
		i, step = size-1, -1
	}
	if key != nil && size > 0 {
		switch at, found := tr.search(n, key); {
		case n.level > 0:
			i = tr.child(n, key)
		case down && !found:
			i = at - 1
		default:
			i = at
		}
	}
	for ; i >= 0 && i < size; i += step {
		if n.level == 0 {
			if !yield(tr.row(n, i)) {
				return false, nil
			}
			continue
		}
		kid, err := tr.kid(n, i)
		if err != nil {
			return false, err
		}
		if more, err := tr.visit(kid, key, down, yield); err != nil || !more {
			return false, err
		}
		key = nil // only the first node is entered in the middle
		// A long walk keeps one node a level, and those that stand in no record.
		if !tr.tx.writable && !kid.dirty {
			n.kids[i] = nil
		}
	}
	return true, nil
}

// flush writes what changed, from the leaves up, and returns the new root.
func (tr *tree) flush() (ref, error) {
	if len(tr.root.rows) == 0 {
		tr.drop(tr.root)
		return ref{next: tr.next}, nil
	}
	r, err := tr.write(tr.root)
	r.next = tr.next
	return r, err
}

func (tr *tree) write(n *node) (ref, error) {
	for i, kid := range n.kids {
		if kid == nil || !kid.dirty {
			continue
		}
		r, err := tr.write(kid)
		if err != nil {
			return ref{}, err
		}
		r.encode(tr.row(n, i)[:tr.key])
	}
	if n.number == 0 {
		tr.next++
		n.number = nodeBit | tr.next
		if err := tr.tx.unused(tr.bucket, n.number); err != nil {
			return ref{}, err
		}
	}
	value := append(make([]byte, 0, nodeHeader+len(n.rows)+vault.TagSize), byte(n.level), byte(tr.width))
	tag, err := tr.tx.put(tr.bucket, n.number, append(value, n.rows...))
	n.dirty = false
	return ref{node: n.number, count: tr.count(n), tag: tag}, err
}

// numberKey is the key of a numbered record.
func numberKey(number uint64) []byte { return binary.BigEndian.AppendUint64(nil, number) }
