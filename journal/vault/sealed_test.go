package vault

import (
	"bytes"
	"errors"
	"testing"
)

func TestSealedOpenAfterSeal(t *testing.T) {
	k := NewKey()
	for _, value := range [][]byte{nil, {}, {0}, []byte("It rained."), make([]byte, 252), make([]byte, 253), make([]byte, 1<<16)} {
		record, err := k.Seal([]byte("ab"), place(), value)
		if err != nil || !bytes.HasPrefix(record, []byte("ab")) {
			t.Fatalf("Seal: %v", err)
		}
		got, err := k.Open(place(), record[2:])
		if err != nil || !bytes.Equal(got, value) {
			t.Errorf("Open gave %d bytes, %v, want %d", len(got), err, len(value))
		}
	}
	if !k.Sealed() || Plain().Sealed() {
		t.Error("a key does not know what it is")
	}
}

// Requirement 7: a flipped bit of a record is damage, never another text.
func TestSealedRefusesFlippedBits(t *testing.T) {
	k := NewKey()
	record, _ := k.Seal(nil, place(), []byte("It rained."))
	for i := range record {
		for bit := range 8 {
			bad := bytes.Clone(record)
			bad[i] ^= 1 << bit
			if _, err := k.Open(place(), bad); !errors.Is(err, ErrDamaged) {
				t.Fatalf("byte %d, bit %d: %v", i, bit, err)
			}
		}
	}
	for n := range record {
		if _, err := k.Open(place(), record[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
}

// Requirement 8: a record opens in its own place only, and under its own key.
func TestSealedRefusesOtherPlaces(t *testing.T) {
	k := NewKey()
	record, _ := k.Seal(nil, place(), []byte("It rained."))
	for _, at := range []Place{
		{Store: [16]byte{9}, Bucket: "entries", Key: []byte{0, 0, 7}},
		{Store: [16]byte{1, 2, 3}, Bucket: "history", Key: []byte{0, 0, 7}},
		{Store: [16]byte{1, 2, 3}, Bucket: "entries", Key: []byte{0, 0, 8}},
		{Store: [16]byte{1, 2, 3}, Bucket: "entrie", Key: []byte{'s', 0, 0, 7}},
	} {
		if _, err := k.Open(at, record); !errors.Is(err, ErrDamaged) {
			t.Errorf("in %q: %v", at.Bucket, err)
		}
	}
	for what, other := range map[string]Key{"another key": NewKey(), "the plain key": Plain()} {
		if _, err := other.Open(place(), record); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	plain, _ := Plain().Seal(nil, place(), []byte("It rained."))
	if _, err := k.Open(place(), plain); !errors.Is(err, ErrDamaged) {
		t.Errorf("a plain record in a sealed journal: %v", err)
	}
}

// Requirement 4: no two sealed records share 16 bytes, and no nonce comes twice.
func TestSealedRecordsShareNothing(t *testing.T) {
	blocks := make(map[string]string)
	for n := range 2 {
		k := NewKey()
		for i := range 500 {
			record, _ := k.Seal(nil, place(), bytes.Repeat([]byte("It rained. "), 40))
			for at := 0; at+16 <= len(record); at++ {
				b := string(record[at : at+16])
				name := string(rune('a'+n)) + string(rune(i))
				if was, ok := blocks[b]; ok && was != name {
					t.Fatalf("record %d shares 16 bytes with another", i)
				}
				if at == 0 {
					blocks[b] = name
				}
			}
		}
	}
}

// Requirement 10: the length of a record is one of few, and tells little of the text's.
func TestPadding(t *testing.T) {
	lengths := make(map[int]bool)
	for n := range 1 << 16 {
		p := padded(n)
		if p < n || p < leastPadded || n > leastPadded && float64(p) > 1.12*float64(n) || padded(p) != p {
			t.Fatalf("%d is padded to %d", n, p)
		}
		lengths[p] = true
	}
	if len(lengths) > 140 {
		t.Errorf("there are %d lengths", len(lengths))
	}
	for _, test := range [][2]int{{0, 256}, {256, 256}, {257, 272}, {1100, 1152}, {5000, 5120}, {1 << 20, 1 << 20}} {
		if got := padded(test[0]); got != test[1] {
			t.Errorf("padded(%d) = %d, want %d", test[0], got, test[1])
		}
	}
}

func TestCleared(t *testing.T) {
	k := NewKey()
	record, _ := k.Seal(nil, place(), []byte("It rained."))
	lock, err := NewLock(k)
	if err != nil {
		t.Fatal(err)
	}
	copied := k
	k.Clear()
	k.Clear()
	for what, err := range map[string]error{
		"seal": second(copied.Seal(nil, place(), nil)), "open": second(copied.Open(place(), record)),
		"item": second(copied.OpenItem([16]byte{}, 1, nil)),
		"lock": second(NewLock(copied)), "slot": second(lock.With(copied, [16]byte{}, Passphrase, nil, DefaultCost())),
	} {
		if !errors.Is(err, ErrNoKey) {
			t.Errorf("%s with a cleared key: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestNames(t *testing.T) {
	name := func(k Key, store [16]byte, data string) [16]byte {
		n, err := k.Name(store, []byte(data))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	store := [16]byte{1}
	if name(NewKey(), store, "a") != name(Plain(), store, "a") {
		t.Error("sealing changes a name")
	}
	if name(Plain(), store, "a") == name(Plain(), store, "b") || name(Plain(), store, "a") == name(Plain(), [16]byte{2}, "a") {
		t.Error("two names are alike")
	}
	if _, err := (Key{}).Name(store, nil); !errors.Is(err, ErrNoKey) {
		t.Errorf("a name without a key: %v", err)
	}
}

func FuzzOpenSealed(f *testing.F) {
	k := NewKey()
	record, _ := k.Seal(nil, place(), []byte("It rained."))
	f.Add(record)
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := k.Open(place(), b); err == nil && !bytes.Equal(b, record) {
			t.Error("a record opened that was never sealed")
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	value := bytes.Repeat([]byte("It rained. "), 100)
	for name, k := range map[string]Key{"plain": Plain(), "sealed": NewKey()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(value)))
			for b.Loop() {
				if _, err := k.Seal(nil, place(), value); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	value := bytes.Repeat([]byte("It rained. "), 100)
	for name, k := range map[string]Key{"plain": Plain(), "sealed": NewKey()} {
		record, _ := k.Seal(nil, place(), value)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(value)))
			for b.Loop() {
				if _, err := k.Open(place(), record); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
