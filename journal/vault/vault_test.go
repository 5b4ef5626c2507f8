package vault

import (
	"bytes"
	"errors"
	"testing"
)

func place() Place {
	return Place{Store: [16]byte{1, 2, 3}, Bucket: "entries", Key: []byte{0, 0, 7}}
}

func TestOpenAfterSeal(t *testing.T) {
	for _, value := range [][]byte{nil, {}, {0}, []byte("It rained."), make([]byte, 1<<16)} {
		record, err := Plain().Seal([]byte("ab"), place(), value)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(record, []byte("ab")) {
			t.Fatalf("Seal did not append")
		}
		got, err := Plain().Open(place(), record[2:])
		if err != nil || !bytes.Equal(got, value) {
			t.Errorf("Open gave %d bytes, %v, want %d", len(got), err, len(value))
		}
		if TagOf(record) == (Tag{}) {
			t.Error("the record has no tag")
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	record, err := Plain().Seal(nil, place(), []byte("It rained."))
	if err != nil {
		t.Fatal(err)
	}
	for i := range record {
		for bit := range 8 {
			bad := bytes.Clone(record)
			bad[i] ^= 1 << bit
			if _, err := Plain().Open(place(), bad); !errors.Is(err, ErrDamaged) {
				t.Fatalf("byte %d, bit %d: %v, want damaged", i, bit, err)
			}
		}
	}
	for n := range record {
		if _, err := Plain().Open(place(), record[:n]); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut to %d bytes: %v, want damaged", n, err)
		}
	}
	elsewhere := []Place{
		{Store: [16]byte{9}, Bucket: "entries", Key: []byte{0, 0, 7}},
		{Store: [16]byte{1, 2, 3}, Bucket: "history", Key: []byte{0, 0, 7}},
		{Store: [16]byte{1, 2, 3}, Bucket: "entries", Key: []byte{0, 0, 8}},
		{Store: [16]byte{1, 2, 3}, Bucket: "entrie", Key: []byte{'s', 0, 0, 7}},
	}
	for _, at := range elsewhere {
		if _, err := Plain().Open(at, record); !errors.Is(err, ErrDamaged) {
			t.Errorf("in %q: %v, want damaged", at.Bucket, err)
		}
	}
}

func TestZeroKey(t *testing.T) {
	var k Key
	if _, err := k.Seal(nil, place(), nil); !errors.Is(err, ErrNoKey) {
		t.Errorf("Seal: %v, want ErrNoKey", err)
	}
	if _, err := k.Open(place(), make([]byte, 40)); !errors.Is(err, ErrNoKey) {
		t.Errorf("Open: %v, want ErrNoKey", err)
	}
}

func FuzzOpen(f *testing.F) {
	record, _ := Plain().Seal(nil, place(), []byte("It rained."))
	f.Add(record)
	f.Fuzz(func(t *testing.T, b []byte) {
		value, err := Plain().Open(place(), b)
		if err != nil {
			return
		}
		again, _ := Plain().Seal(nil, place(), value)
		if !bytes.Equal(again, b) {
			t.Error("a record opened that was never sealed")
		}
	})
}
