package journal

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
)

func FuzzDecodeHeader(f *testing.F) {
	for _, h := range []header{{format: 1, reader: 1}, {format: 3, reader: 2, features: 5, slots: []byte("slots")}} {
		f.Add(h.encode())
		f.Add(append(h.encode(), make([]byte, 100)...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := decodeHeader(b)
		switch {
		case errors.Is(err, ErrDamaged), errors.Is(err, ErrNewer):
		case err != nil:
			t.Errorf("the error %v", err)
		case !bytes.HasPrefix(b, h.encode()):
			t.Error("a header that was never written")
		}
	})
}

func FuzzDecodeHead(f *testing.F) {
	h := head{generation: 7, sequence: 9, roots: [5]ref{{node: 1, count: 2, tag: [16]byte{3}, next: 4}}}
	f.Add(h.encode())
	f.Add(h.encode()[:headLength])
	f.Add(h.encode()[:headLength+3])
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := decodeHead(b)
		again := h.encode()
		if len(b) < len(again) { // the first heads ended in the roots
			again = again[:headLength]
		}
		if err == nil && !bytes.HasPrefix(b, again) {
			t.Error("a head that was never written")
		}
	})
}

func FuzzDecodeDraft(f *testing.F) {
	b := appendDate(nil, draftSaved, At(noon))
	b = appendText(b, draftOwner, "me")
	b = appendNumber(b, draftBase, 7)
	f.Add(appendField(b, draftEntry, encodeEntry(nil, &Entry{ID: ID{1}, Date: At(noon), Text: "x"})))
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, err := decodeDraft(b); err == nil && d.Entry.ID == (ID{}) {
			t.Error("a draft without an entry")
		}
	})
}

// FuzzNode puts any bytes, sealed as a record is, into a node's place.
func FuzzNode(f *testing.F) {
	j, err := Create(f.Context(), filepath.Join(f.TempDir(), "journal.db"), Options{})
	if err != nil {
		f.Fatal(err)
	}
	leaf := append([]byte{0, stateWidth}, make([]byte, 2*stateWidth)...)
	f.Add(leaf, uint64(2))
	f.Add(append([]byte{1, stateWidth}, make([]byte, 2*(stateKey+refLength))...), uint64(0))
	f.Add([]byte{9, stateWidth, 1}, uint64(1))
	f.Fuzz(func(t *testing.T, b []byte, count uint64) {
		stop := errors.New("nothing is kept")
		err := j.update(t.Context(), func(t *tx) error {
			tag, err := t.put(stateBucket, nodeBit|1, b)
			if err != nil {
				return err
			}
			tr, err := openTree(t, stateBucket, stateKey, stateWidth, ref{node: nodeBit | 1, count: count, tag: tag, next: 1})
			if err == nil {
				err = tr.walk(nil, false, func(row []byte) bool { return len(row) == stateWidth })
				err = errors.Join(err, tr.walk(make([]byte, stateKey), true, func([]byte) bool { return true }))
				_, e := tr.get(bytes.Repeat([]byte{7}, stateKey))
				_, e2 := tr.size(tr.root)
				err = errors.Join(err, e, e2)
			}
			if err != nil && !errors.Is(err, ErrDamaged) {
				return fmt.Errorf("an error that does not say damaged: %w", err)
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Error(err)
		}
	})
}
