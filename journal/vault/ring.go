package vault

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// keySize is the length of the data key and of each key made of it, in bytes.
const keySize = 32

// ring is the data key of a sealed journal, and the keys made of it so far.
type ring struct {
	mu   sync.Mutex
	data []byte            // nil once it was cleared
	keys map[string][]byte // by purpose
}

// NewKey returns the key of a new sealed journal.
func NewKey() Key {
	data := make([]byte, keySize)
	rand.Read(data) // never fails
	return keyOf(data)
}

// keyOf returns the key with these data, which it takes over.
func keyOf(data []byte) Key { return Key{sealed: &ring{data: data, keys: make(map[string][]byte)}} }

// Clear overwrites the key's memory. The key, and every copy of it, does nothing from
// then on but return ErrNoKey.
func (k Key) Clear() {
	if k.sealed == nil {
		return
	}
	r := k.sealed
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.data)
	r.data = nil
	for purpose, key := range r.keys {
		clear(key)
		delete(r.keys, purpose)
	}
}

// subkey returns the key for a purpose: HKDF-SHA256 of the data key, without salt, with
// the purpose as its info. It is not to be changed.
func (r *ring) subkey(purpose string) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.data == nil {
		return nil, ErrNoKey
	}
	if key := r.keys[purpose]; key != nil {
		return key, nil
	}
	key, err := hkdf.Key(sha256.New, r.data, nil, purpose, keySize)
	if err != nil {
		return nil, err
	}
	r.keys[purpose] = key
	return key, nil
}

// A sealed record is the nonce (24 bytes), then XChaCha20-Poly1305 of the value's length
// (4, big endian), the value, and zeros up to the padded length, then the tag (16).
const (
	nonceSize  = chacha20poly1305.NonceSizeX
	lengthSize = 4
	overhead   = nonceSize + lengthSize + TagSize
	// maxValue is more than any record holds.
	maxValue = 1 << 30
)

func (r *ring) seal(dst []byte, at Place, value []byte) ([]byte, error) {
	key, err := r.subkey(sealPurpose + " " + at.Bucket)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	start, size := len(dst), padded(lengthSize+len(value))
	out := make([]byte, start+nonceSize+size, start+nonceSize+size+TagSize)
	copy(out, dst)
	nonce, inside := out[start:start+nonceSize], out[start+nonceSize:]
	rand.Read(nonce)
	binary.BigEndian.PutUint32(inside, uint32(len(value)))
	copy(inside[lengthSize:], value)
	var room [128]byte
	return aead.Seal(out[:start+nonceSize], nonce, inside, at.append(room[:0], sealPurpose)), nil
}

func (r *ring) open(at Place, record []byte) ([]byte, error) {
	key, err := r.subkey(sealPurpose + " " + at.Bucket)
	if err != nil {
		return nil, err
	}
	if len(record) < overhead || len(record) > maxValue {
		return nil, ErrDamaged
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	var room [128]byte
	inside, err := aead.Open(nil, record[:nonceSize], record[nonceSize:], at.append(room[:0], sealPurpose))
	if err != nil {
		return nil, ErrDamaged
	}
	return unpad(inside)
}

// unpad returns the value in what was padded.
func unpad(inside []byte) ([]byte, error) {
	if len(inside) < lengthSize {
		return nil, ErrDamaged
	}
	n := uint64(binary.BigEndian.Uint32(inside))
	if n > uint64(len(inside)-lengthSize) {
		return nil, ErrDamaged
	}
	return inside[lengthSize : lengthSize+n : lengthSize+n], nil
}

// leastPadded is the length of the shortest padded value.
const leastPadded = 256

// padded returns the length that a value of n bytes is padded to, by Padmé: a length
// whose floating-point form needs no more bits for its mantissa than for its exponent.
// It adds 12 percent at most, and less the longer the value is (K. Nikitin and others,
// Reducing Metadata Leakage from Encrypted Files and Communication with PURBs, 2019).
func padded(n int) int {
	if n <= leastPadded {
		return leastPadded
	}
	e := bits.Len(uint(n)) - 1
	low := e - bits.Len(uint(e))
	mask := 1<<low - 1
	return (n + mask) &^ mask
}
