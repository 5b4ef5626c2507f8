package search

import (
	"slices"
	"unicode/utf8"
)

// MaxEdits is the most edits that can be asked for.
const MaxEdits = 2

// Within reports whether one word becomes the other by so many edits at most, as Similar
// counts them.
func Within(a, b string, edits int) bool {
	return newNearness(a, edits).to([]byte(b)) <= edits
}

// nearness counts the edits between a word and others that come in order. It keeps the
// rows of Wagner and Fischer's table for what a word shares with the one before.
type nearness struct {
	word  []rune
	most  int
	other []byte
	rows  []nearRow
}

// nearRow is a row of the table: the edits between the other word up to here and the
// beginnings of the word.
type nearRow struct {
	end   int // in the other word
	r     rune
	edits []int
	least int
}

func newNearness(word string, most int) *nearness {
	n := &nearness{word: []rune(word), most: most}
	first := nearRow{edits: make([]int, len(n.word)+1)}
	for i := range first.edits {
		first.edits[i] = i
	}
	n.rows = []nearRow{first}
	return n
}

// to returns the edits between the word and another, or any number above the most.
func (n *nearness) to(other []byte) int {
	same := shared(n.other, other)
	n.other = append(n.other[:0], other...)
	// Bytes that are no character may be the beginning of one now.
	for top := &n.rows[len(n.rows)-1]; top.end > same || top.r == utf8.RuneError; top = &n.rows[len(n.rows)-1] {
		n.rows = n.rows[:len(n.rows)-1]
	}
	for {
		top := &n.rows[len(n.rows)-1]
		if top.end == len(other) {
			return top.edits[len(n.word)]
		}
		if top.least > n.most && (len(n.rows) < 2 || n.rows[len(n.rows)-2].least > n.most) {
			return n.most + 1 // a pair that is exchanged leads back one row, not two
		}
		r, size := utf8.DecodeRune(other[top.end:])
		n.push(r, top.end+size)
	}
}

// push appends the row of one more character.
func (n *nearness) push(r rune, end int) {
	at := len(n.rows)
	if at < cap(n.rows) {
		n.rows = n.rows[:at+1] // with the room of a row that was taken off
	} else {
		n.rows = append(n.rows, nearRow{})
	}
	row, above := &n.rows[at], n.rows[at-1].edits
	row.edits = slices.Grow(row.edits[:0], len(n.word)+1)[:len(n.word)+1]
	row.end, row.r = end, r
	row.edits[0] = at
	row.least = at
	for i, c := range n.word {
		e := above[i]
		if c != r {
			e = min(e, above[i+1], row.edits[i]) + 1
			if i > 0 && at > 1 && c == n.rows[at-1].r && n.word[i-1] == r {
				e = min(e, n.rows[at-2].edits[i-1]+1)
			}
		}
		row.edits[i+1] = e
		row.least = min(row.least, e)
	}
}
