package search

import (
	"cmp"
	"encoding/binary"
)

// ref leads to a block: the least key that may stand in it, and its number.
type ref struct {
	key    string
	number uint64
}

func appendRefs(b []byte, owner uint64, refs []ref) []byte {
	b = binary.AppendUvarint(b, uint64(len(refs)))
	before := ""
	for _, r := range refs {
		b = appendKey(b, before, r.key)
		b = binary.AppendUvarint(b, r.number-owner)
		before = r.key
	}
	return b
}

func (d *decoder) refs(owner uint64) []ref {
	refs := make([]ref, d.count(3))
	var key []byte
	for i := range refs {
		key = d.key(key)
		refs[i] = ref{string(key), owner + d.uvarint()}
		d.bad = d.bad || i > 0 && refs[i-1].key >= refs[i].key
		if d.bad {
			return nil
		}
	}
	return refs
}

// appendKey appends a key, front coded.
func appendKey(b []byte, before, key string) []byte {
	n := shared(before, key)
	b = binary.AppendUvarint(b, uint64(n))
	b = binary.AppendUvarint(b, uint64(len(key)-n))
	return append(b, key[n:]...)
}

// shared returns the number of leading bytes that two strings share.
func shared[S ~string | ~[]byte](a, b S) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// separator returns the shortest string that is above before and not above key.
func separator(before, key string) string {
	return key[:min(len(key), shared(before, key)+1)]
}

// decoder reads what a block holds, and never beyond it. What is read once it is bad means
// nothing.
type decoder struct {
	b   []byte
	at  int
	bad bool
}

func (d *decoder) uvarint() uint64 {
	if d.at < len(d.b) && d.b[d.at] < 0x80 {
		d.at++
		return uint64(d.b[d.at-1])
	}
	n, size := binary.Uvarint(d.b[min(d.at, len(d.b)):])
	if size <= 0 {
		d.bad = true
		return 0
	}
	d.at += size
	return n
}

// int returns a number that is no length, but bounded all the same.
func (d *decoder) int() int {
	n := d.uvarint()
	d.bad = d.bad || n > 1<<40
	return int(n & (1<<40 - 1))
}

// count returns the number of things that follow, each at least so many bytes.
func (d *decoder) count(size int) int {
	n := d.uvarint()
	if d.bad || n > uint64(len(d.b)-d.at)/uint64(size) {
		d.bad = true
		return 0
	}
	return int(n)
}

func (d *decoder) byte() byte {
	b := d.take(1)
	if b == nil {
		return 0
	}
	return b[0]
}

func (d *decoder) take(n int) []byte {
	if d.bad || n < 0 || n > len(d.b)-d.at {
		d.bad = true
		return nil
	}
	d.at += n
	return d.b[d.at-n : d.at : d.at]
}

// key reads a front-coded key in the memory of the one before.
func (d *decoder) key(before []byte) []byte {
	n := d.uvarint()
	rest := d.take(d.count(1))
	if d.bad || n > uint64(len(before)) {
		d.bad = true
		return before
	}
	return append(before[:n], rest...)
}

// compareKey compares a key with a string.
func compareKey(a []byte, b string) int { return cmp.Compare(string(a), b) }

// raise writes blocks of refs until those to them fit into the header.
func (w *writer) raise() (depth int, err error) {
	for ; len(w.refs) > 2 && refsSize(w.refs) > blockSize/2; depth++ {
		var above []ref
		for rest := w.refs; len(rest) > 0; {
			n, size := 0, 0
			for ; n < len(rest) && (n < 2 || size < blockSize/2); n++ {
				size += refSize(rest[n])
			}
			number, err := w.number()
			if err != nil {
				return 0, err
			}
			if err := w.put(number, indexKind, appendRefs(nil, w.segment.number, rest[:n])); err != nil {
				return 0, err
			}
			above = append(above, ref{rest[0].key, number})
			rest = rest[n:]
		}
		w.refs = above
	}
	return depth, nil
}

// refSize is the room a ref takes without front coding.
func refSize(r ref) int { return len(r.key) + 6 }

func refsSize(refs []ref) (size int) {
	for _, r := range refs {
		size += refSize(r)
	}
	return size
}
