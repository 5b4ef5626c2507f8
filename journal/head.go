package journal

import (
	"encoding/binary"

	"untangle/journal/vault"
)

// head is the one record that every transaction writes. It names the roots of all
// else, each with its tag, so that a record removed, swapped, or put back from an
// older copy of the file shows.
type head struct {
	generation uint64 // transactions so far
	sequence   uint64 // the last version number given out
	roots      [5]ref // of the five trees, in the order of the names below
	taken      uint64 // the highest number that was taken in from the inbox
	indexed    uint64 // what the serving index's catalogue says it goes up to
	pending    uint64 // bytes of what was added since, about
}

// The five trees of a journal.
const (
	timelineTree = iota
	idsTree
	historyTree
	stateTree
	segmentsTree // the search index
)

// ref leads to a tree, or to a node of one.
type ref struct {
	node  uint64 // the node's number in its bucket; 0 leads nowhere
	count uint64 // rows below
	tag   vault.Tag
	next  uint64 // in a head: the last node number given out
}

const (
	refLength  = 8 + 8 + vault.TagSize
	rootLength = refLength + 8
	headLength = 2*8 + 5*rootLength
)

func (h *head) encode() []byte {
	b := make([]byte, 0, headLength+24)
	b = binary.BigEndian.AppendUint64(b, h.generation)
	b = binary.BigEndian.AppendUint64(b, h.sequence)
	for i := range h.roots {
		b = h.roots[i].encode(b)
		b = binary.BigEndian.AppendUint64(b, h.roots[i].next)
	}
	for _, n := range []uint64{h.taken, h.indexed, h.pending} {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return b
}

// decodeHead reads a head; what a later version put behind it is passed over. The first
// heads ended in the roots, and later ones before what is said of the search index.
func decodeHead(b []byte) (h head, err error) {
	if len(b) < headLength {
		return h, damagef("the head is too short")
	}
	h.generation, h.sequence, b = be64(b), be64(b[8:]), b[16:]
	for i := range h.roots {
		h.roots[i] = decodeRef(b)
		h.roots[i].next = be64(b[refLength:])
		b = b[rootLength:]
	}
	if len(b) >= 8 {
		h.taken, b = be64(b), b[8:]
	}
	if len(b) >= 16 {
		h.indexed, h.pending = be64(b), be64(b[8:])
	}
	return h, nil
}

func (r *ref) encode(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, r.node)
	b = binary.BigEndian.AppendUint64(b, r.count)
	return append(b, r.tag[:]...)
}

func decodeRef(b []byte) ref {
	return ref{node: be64(b), count: be64(b[8:]), tag: vault.Tag(b[16:refLength])}
}
