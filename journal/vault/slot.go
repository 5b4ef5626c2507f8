package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/text/unicode/norm"
)

// Kind is what the secret of a slot is.
type Kind byte

// The kinds of slots.
const (
	Passphrase  Kind = 1
	RecoveryKey Kind = 2
	Keyring     Kind = 3
)

// Cost is what it takes to try one secret, in Argon2id's terms: passes over the memory,
// memory in KiB, and threads.
type Cost struct {
	Passes, Memory uint32
	Threads        uint8
}

// DefaultCost is what new slots cost: about a third of a second.
func DefaultCost() Cost { return Cost{Passes: 3, Memory: 64 << 10, Threads: 4} }

// The most that a slot may ask for, so that a hostile file cannot take all memory.
const (
	maxPasses  = 16
	maxMemory  = 1 << 20 // KiB
	maxThreads = 16
	minMemory  = 8 // KiB a thread, as Argon2 has it
)

func (c Cost) sane() bool {
	return c.Passes >= 1 && c.Passes <= maxPasses && c.Threads >= 1 && c.Threads <= maxThreads &&
		c.Memory >= minMemory*uint32(c.Threads) && c.Memory <= maxMemory
}

// Slot is the data key, wrapped under one secret.
type Slot struct {
	Kind Kind
	Cost Cost

	salt    [16]byte
	nonce   [nonceSize]byte
	wrapped [keySize + TagSize]byte
}

// A slot is written as its kind (1 byte), salt (16), passes (4), memory (4), threads (1),
// nonce (24) and the wrapped key (48). All before the nonce, behind a purpose and the
// journal's id, is bound to the wrapped key as additional data.
const (
	slotHead = 1 + 16 + 4 + 4 + 1
	slotSize = slotHead + nonceSize + keySize + TagSize
)

const (
	slotPurpose = "untangle slot 1"
	wrapPurpose = "untangle wrap 1"
)

func (s *Slot) appendHead(b []byte) []byte {
	b = append(b, byte(s.Kind))
	b = append(b, s.salt[:]...)
	b = binary.BigEndian.AppendUint32(b, s.Cost.Passes)
	b = binary.BigEndian.AppendUint32(b, s.Cost.Memory)
	return append(b, s.Cost.Threads)
}

func (s *Slot) append(b []byte) []byte {
	b = s.appendHead(b)
	b = append(b, s.nonce[:]...)
	return append(b, s.wrapped[:]...)
}

// parseSlot reads a slot of slotSize bytes.
func parseSlot(b []byte) (s Slot, err error) {
	s.Kind = Kind(b[0])
	copy(s.salt[:], b[1:])
	s.Cost = Cost{binary.BigEndian.Uint32(b[17:]), binary.BigEndian.Uint32(b[21:]), b[25]}
	copy(s.nonce[:], b[slotHead:])
	copy(s.wrapped[:], b[slotHead+nonceSize:])
	if s.Kind < Passphrase || s.Kind > Keyring || !s.Cost.sane() {
		return Slot{}, ErrDamaged
	}
	return s, nil
}

// bound is what a slot's wrapped key is bound to.
func (s *Slot) bound(store [16]byte) []byte {
	return s.appendHead(append([]byte(slotPurpose), store[:]...))
}

// wrapping returns the key that wraps the data key, which Argon2id makes of the secret.
// A passphrase counts in Unicode's form NFC, however it was typed.
func (s *Slot) wrapping(secret []byte) ([]byte, error) {
	if s.Kind == Passphrase {
		normal := norm.NFC.Bytes(secret)
		if !bytes.Equal(normal, secret) {
			defer clear(normal)
		}
		secret = normal
	}
	slow := argon2.IDKey(secret, s.salt[:], s.Cost.Passes, s.Cost.Memory, s.Cost.Threads, keySize)
	defer clear(slow)
	return hkdf.Key(sha256.New, slow, nil, wrapPurpose, keySize)
}

// newSlot wraps data under a secret.
func newSlot(store [16]byte, kind Kind, secret, data []byte, cost Cost) (s Slot, err error) {
	s = Slot{Kind: kind, Cost: cost}
	rand.Read(s.salt[:])
	rand.Read(s.nonce[:])
	key, err := s.wrapping(secret)
	if err != nil {
		return s, err
	}
	defer clear(key)
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return s, err
	}
	aead.Seal(s.wrapped[:0], s.nonce[:], data, s.bound(store))
	return s, nil
}

// unwrap returns the data key, or ErrWrongSecret.
func (s *Slot) unwrap(store [16]byte, secret []byte) ([]byte, error) {
	key, err := s.wrapping(secret)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	data, err := aead.Open(nil, s.nonce[:], s.wrapped[:], s.bound(store))
	if err != nil {
		return nil, ErrWrongSecret
	}
	return data, nil
}
