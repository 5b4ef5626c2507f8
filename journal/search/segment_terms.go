package search

import (
	"bytes"
	"slices"
	"sort"
	"strings"
)

// cursor goes through a segment's terms in order.
type cursor struct {
	g     *segment
	stack []level
	d     decoder
	key   []byte // where it stands
	list  list   // to be cloned if it is kept
	fresh bool   // the block of terms begins
	began bool
}

// level is a block of refs on the way to a term, and the ref that was taken.
type level struct {
	refs []ref
	at   int
}

// cursor returns a cursor before the first term.
func (g *segment) cursor() *cursor { return &cursor{g: g, stack: []level{{g.refs, -1}}} }

// next moves to the next term, and reports whether there is one.
func (c *cursor) next() (bool, error) {
	for c.d.at == len(c.d.b) {
		if more, err := c.nextBlock(); !more || err != nil {
			return false, err
		}
	}
	before := c.key
	if c.fresh {
		before = nil
	}
	d := &c.d
	n := d.uvarint()
	rest := d.take(d.count(1))
	if d.bad || n > uint64(len(before)) {
		return false, broken("the terms of segment %d", c.g.number)
	}
	if c.began && !c.rises(int(n), rest) {
		return false, broken("the terms of segment %d", c.g.number)
	}
	c.key = append(c.key[:n], rest...)
	c.list = d.entry(c.g.number, c.g.span(), c.list.parts)
	if d.bad || len(c.key) == 0 || (c.key[0] == formsField) != (c.list.n == 0) {
		return false, broken("the terms of segment %d", c.g.number)
	}
	c.fresh, c.began = false, true
	return true, nil
}

// rises reports whether the key of n bytes of the one before, and the rest, is above it.
func (c *cursor) rises(n int, rest []byte) bool {
	if !c.fresh {
		return len(rest) > 0 && (n == len(c.key) || rest[0] > c.key[n])
	}
	return string(rest) > string(c.key)
}

// nextBlock opens the next block of terms.
func (c *cursor) nextBlock() (bool, error) {
	for len(c.stack) > 0 {
		top := &c.stack[len(c.stack)-1]
		if top.at++; top.at < len(top.refs) {
			return true, c.descend()
		}
		c.stack = c.stack[:len(c.stack)-1]
	}
	return false, nil
}

// descend opens the first block of terms below the ref that was taken.
func (c *cursor) descend() error {
	for len(c.stack) <= c.g.depth {
		if err := c.push(); err != nil {
			return err
		}
		c.stack[len(c.stack)-1].at = 0
	}
	return c.open()
}

// push opens the block of refs below the ref that was taken.
func (c *cursor) push() error {
	top := c.stack[len(c.stack)-1]
	number := top.refs[top.at].number
	content, err := getBlock(c.g.blocks, number, c.g.number, indexKind)
	if err != nil {
		return err
	}
	d := decoder{b: content}
	refs := d.refs(c.g.number)
	if d.bad || d.at != len(content) || len(refs) == 0 {
		return broken("block %d", number)
	}
	c.stack = append(c.stack, level{refs, 0})
	return nil
}

// open opens the block of terms that was taken.
func (c *cursor) open() error {
	top := c.stack[len(c.stack)-1]
	content, err := c.g.block(termsKind, top.refs[top.at].number)
	c.d, c.fresh = decoder{b: content}, true
	return err
}

// seek moves to the first term that is not below key, and reports whether there is one.
func (c *cursor) seek(key string) (bool, error) {
	*c = cursor{g: c.g, list: c.list, stack: append(c.stack[:0], level{c.g.refs, 0}), key: c.key[:0]}
	for {
		top := &c.stack[len(c.stack)-1]
		if len(top.refs) == 0 {
			return false, nil
		}
		top.at = max(0, sort.Search(len(top.refs), func(i int) bool { return top.refs[i].key > key })-1)
		if len(c.stack) > c.g.depth {
			break
		}
		if err := c.push(); err != nil {
			return false, err
		}
	}
	if err := c.open(); err != nil {
		return false, err
	}
	for {
		more, err := c.next()
		if !more || err != nil || compareKey(c.key, key) >= 0 {
			return more, err
		}
	}
}

// termKey returns the key of a term: the field and the text, and where it has a stem a 0 and
// the stem, coded. Another stem makes another term of the same text, as accents may.
func termKey(field byte, text, stem string) string {
	if stem == "" {
		return string(append([]byte{field}, text...))
	}
	b := append(append([]byte{field}, text...), 0)
	return string(appendLike(b, text, stem))
}

// formKey returns the key under which a form of a stem stands.
func formKey(field byte, stem, form string) string {
	b := append(append([]byte{formsField, field}, stem...), 0)
	return string(appendLike(b, stem, form))
}

// appendLike appends a word as the number of bytes that it shares with another, and the rest.
func appendLike(b []byte, like, word string) []byte {
	n := min(255, shared(like, word))
	return append(append(b, byte(n)), word[n:]...)
}

// parseKey returns both halves of the key of a term with a stem, or of a form without its
// first byte, and the field. The second is empty if there is none.
func parseKey(key []byte) (field byte, first, second string, ok bool) {
	if len(key) == 0 {
		return 0, "", "", false
	}
	text := textOf(key)
	field, first = key[0], string(text[1:])
	if len(text) == len(key) {
		return field, first, "", true
	}
	coded := key[len(text)+1:]
	if len(coded) == 0 || int(coded[0]) > len(first) {
		return 0, "", "", false
	}
	return field, first, first[:coded[0]] + string(coded[1:]), true
}

// textOf returns the key of a term without its stem.
func textOf(key []byte) []byte {
	if i := bytes.IndexByte(key[1:], 0); i >= 0 {
		return key[:i+1]
	}
	return key
}

// forms returns the keys of all terms with a stem, in order.
func (g *segment) forms(field byte, stem string) (keys []string, err error) {
	prefix := string(append(append([]byte{formsField, field}, stem...), 0))
	c := g.cursor()
	more, err := c.seek(prefix)
	for ; more && err == nil && strings.HasPrefix(string(c.key), prefix); more, err = c.next() {
		_, _, form, ok := parseKey(c.key[1:])
		if !ok {
			return nil, broken("the forms of segment %d", g.number)
		}
		keys = append(keys, termKey(field, form, stem))
	}
	slices.Sort(keys)
	return keys, err
}
