package journal

import (
	"math/bits"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// Requirement 4: no two records of a journal, nor of two with the same texts, have 16
// bytes in common, and no nonce comes twice, after all that changes a journal.
func TestRecordsShareNothing(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for range 2 {
		j := sealedAt(t, filepath.Join(quickDir(t), "journal.db"), phrase("one"))
		few(t, j)
		if err := leave(t.Context(), j.Path(), Entry{ID: ID{3}, Date: Day(2026, 3, 3), Text: strings.Repeat("rain ", 100)}, t.TempDir()); err != nil {
			t.Fatal(err)
		}
		for _, bucket := range buckets() {
			for k, v := range values(t, j.Path(), bucket) {
				if k == string(headerKey) {
					continue // in the clear
				}
				here := make(map[string]bool)
				for at := 0; at+16 <= len(v); at++ {
					here[string(v[at:at+16])] = true
				}
				for block := range here {
					if seen[block] {
						t.Fatalf("a record of %s shares 16 bytes with another", bucket)
					}
					seen[block] = true
				}
			}
		}
	}
	if len(seen) < 10000 {
		t.Errorf("only %d blocks were seen", len(seen))
	}
}

// Requirement 10: keys are numbers given out in order, buckets have the names that all
// journals have, and every length is one of the padding's.
func TestKeysAndLengthsSayNothing(t *testing.T) {
	t.Parallel()
	j := sealedAt(t, filepath.Join(quickDir(t), "journal.db"), phrase("one"))
	few(t, j)
	if err := leave(t.Context(), j.Path(), Entry{ID: ID{3}, Date: Day(2026, 3, 3), Text: strings.Repeat("rain ", 100)}); err != nil {
		t.Fatal(err)
	}
	var names []string
	raw(t, j.Path(), func(b *bbolt.Tx) error {
		return b.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			names = append(names, string(name))
			return nil
		})
	})
	known := buckets()
	if slices.Sort(known); !slices.Equal(names, known) {
		t.Errorf("the buckets are %q", names)
	}
	const nonce, tag, encapsulated, mac = 24, 16, 1120, 32
	for _, bucket := range known {
		for k, v := range values(t, j.Path(), bucket) {
			switch {
			case k == string(headerKey) && (bucket == metaBucket || bucket == spareBucket):
				continue
			case k == string(headKey) && bucket == metaBucket:
			case len(k) != 8 || be64([]byte(k))&^nodeBit > 1000:
				t.Errorf("%s has the key %x", bucket, k)
			}
			inside := []int{len(v) - nonce - tag}
			if bucket == inboxBucket { // with the mark of the machine that left it, or as the first had it
				inside = []int{len(v) - encapsulated - tag, len(v) - encapsulated - tag - mac}
			}
			if !slices.ContainsFunc(inside, isPadded) {
				t.Errorf("a record of %s has %d bytes", bucket, len(v))
			}
		}
	}
}

// isPadded reports whether n is a length that something can be padded to.
func isPadded(n int) bool {
	e := bits.Len(uint(max(n, 1))) - 1
	return n == 256 || n > 256 && n%(1<<(e-(bits.Len(uint(e))-1)-1)) == 0
}
