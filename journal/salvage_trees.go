package journal

import (
	"bytes"
	"context"
	"slices"

	"untangle/journal/vault"
)

// newest returns the head that tells what counts, and whether it is known to be the last
// one: it is, if the structure leads to one or if there is no structure that could tell.
func (h *haul) newest() (newest head, certain bool) {
	live := -1
	at := -1
	for i, head := range h.heads {
		if head.live {
			live = i
		}
		if at < 0 || head.generation > h.heads[at].generation {
			at = i
		}
	}
	if h.metas == 2 && live >= 0 {
		at = live
	}
	if at < 0 {
		return newest, false
	}
	return h.heads[at].head, h.metas == 0 || live >= 0
}

// follow calls yield with the rows of a tree, as far as its nodes are there, and reports
// whether they all are.
func (h *haul) follow(root ref, which int, yield func(row []byte)) (all bool) {
	shape := treeShapes[which]
	bucket := bucketOf([]byte(shape.bucket))
	tr := &tree{bucket: shape.bucket, key: shape.key, width: shape.width}
	seen := make(map[vault.Tag]bool)
	var down func(r ref, level int) bool
	down = func(r ref, level int) bool {
		at, ok := slices.BinarySearchFunc(h.found, found{bucket: bucket, number: r.node, tag: r.tag}, compareFound)
		if !ok || seen[r.tag] {
			return false
		}
		seen[r.tag] = true
		value, _, err := h.read(h.found[at])
		n, ok := nodeOf(tr, value)
		if err != nil || !ok || level >= 0 && n.level != level {
			return false
		}
		n.rows = bytes.Clone(n.rows)
		all := true
		for i := range tr.len(n) {
			if row := tr.row(n, i); n.level == 0 {
				yield(row)
			} else {
				all = down(decodeRef(row[tr.key:]), n.level-1) && all
			}
		}
		return all
	}
	return root.node == 0 || down(root, -1)
}

// nodeOf reads a node's record.
func nodeOf(tr *tree, value []byte) (*node, bool) {
	if len(value) <= nodeHeader || value[1] != byte(tr.width) || value[0] > maxLevel {
		return nil, false
	}
	n := &node{level: int(value[0]), rows: value[nodeHeader:]}
	return n, len(n.rows)%tr.widthOf(n) == 0
}

// readIDs reads what the file says of ids. All nodes of the tree tell, the older ones too:
// an id is never taken away again, and one that was erased stays so.
func (p *salvagePlan) readIDs() {
	put := func(b []byte, sure bool) {
		r := decodeIDRow(b)
		k, known := p.rows[r.id]
		if sure || !known || r.sequence >= k.version && k.flags&idErased == 0 || r.flags&idErased != 0 {
			k = knownID{r.sequence, r.flags | k.flags&idErased, sure}
		}
		p.rows[r.id] = k
	}
	tr := &tree{key: idKey, width: idWidth}
	for _, f := range p.in(inIDs) {
		value, _, err := p.read(f)
		n, ok := nodeOf(tr, value)
		if err != nil || !ok || n.level > 0 {
			continue
		}
		for i := range tr.len(n) {
			put(tr.row(n, i), false)
		}
	}
	if p.certain {
		p.follow(p.head.roots[idsTree], idsTree, func(row []byte) { put(row, true) })
	}
}

// mark marks what the newest head's trees lead to.
func (p *salvagePlan) mark(context.Context) error {
	current := func(bucket byte, number uint64, tag []byte) {
		at, ok := slices.BinarySearchFunc(p.found, found{bucket: bucket, number: number, tag: [16]byte(tag)}, compareFound)
		if ok {
			p.found[at].marks |= isCurrent
		}
	}
	roots := p.head.roots
	p.follow(roots[timelineTree], timelineTree, func(b []byte) { current(inEntries, be64(b[8:]), b[32:48]) })
	p.follow(roots[historyTree], historyTree, func(b []byte) { current(inHistory, be64(b[idKey:]), b[32:48]) })
	all := p.follow(roots[stateTree], stateTree, func(b []byte) { current(inState, be64(b[stateKey:]), b[stateKey+8:]) })
	if all && p.certain {
		p.torn[inState] = false // the tree tells, where the pages do not
	}
	return nil
}
