// Package vault seals and opens what a journal keeps. Every record passes through a
// Key, so that a journal without encryption and one with it run through the same code,
// and damage to either is noticed when a record is opened.
//
// # The design
//
// A sealed journal has a data key, 32 random bytes that never leave memory in the clear.
// HKDF-SHA256 makes one key of it for each use: for each bucket's records,
// for the header's MAC, and for the inbox. A record is sealed with XChaCha20-Poly1305
// under its bucket's key and a random nonce of 192 bits, and bound to its place: a record
// that was moved, or brought from another journal, does not open. Before sealing, its
// length is rounded up by Padmé, so that it tells little about the text.
//
// The data key is wrapped in up to eight slots, each under a secret of its own: a
// passphrase, a recovery key, a secret in the system's keyring. Argon2id makes the
// wrapping key of it. All slots stand in the Lock, which the journal's header holds in
// the clear: to open the journal one has to read it. Each slot is bound to its journal
// and its own parameters, and the whole lock carries a MAC under the data key, so that
// nobody can add a slot, take one away, or weaken one without whoever opens the journal
// next noticing.
//
// The lock also holds a public key (HPKE, RFC 9180, with the hybrid of ML-KEM-768 and
// X25519). Whoever cannot open the journal can still seal a text to it, which only the
// data key opens: so writing needs no passphrase. HPKE in this mode proves nothing about
// who sealed a text.
//
// What is read is checked before it is used: how many slots there are, how long each
// part is, and how much memory and time the parameters would take, before any is given.
//
// Keys are bytes that Clear overwrites, as far as the runtime made no copies of them.
package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
)

// TagSize is the length of the tag a sealed record ends in, in bytes.
const TagSize = 16

// The occasions on which something is refused. All are tested with errors.Is.
var (
	// ErrNoKey is returned by a zero or cleared Key: a key that was forgotten never
	// means that a journal is plain.
	ErrNoKey = errors.New("no key was given for the journal")
	// ErrDamaged is returned when a record is not what was sealed in its place, and
	// when a lock is not as it was made.
	ErrDamaged = errors.New("the record is damaged, or not in its own place")
	// ErrWrongSecret is returned when no slot opens with a secret.
	ErrWrongSecret = errors.New("that does not open the journal")
)

// Place says where a record belongs. A record opens only in the place it was
// sealed for: in another journal, bucket, or under another key it is refused.
type Place struct {
	Store  [16]byte // the journal's own id
	Bucket string
	Key    []byte
}

// append writes the place behind a purpose, each length first where it varies, so that
// no two places can be confused.
func (at Place) append(b []byte, purpose string) []byte {
	b = append(b, purpose...)
	b = append(b, at.Store[:]...)
	b = binary.AppendUvarint(b, uint64(len(at.Bucket)))
	b = append(b, at.Bucket...)
	b = binary.AppendUvarint(b, uint64(len(at.Key)))
	return append(b, at.Key...)
}

// Tag identifies one sealed record. Whoever keeps a record's tag can tell later
// whether the record was replaced by another, or by an older one.
type Tag [TagSize]byte

// TagOf returns the tag of a sealed record, zero of one too short to have one.
func TagOf(record []byte) (t Tag) {
	if len(record) >= TagSize {
		copy(t[:], record[len(record)-TagSize:])
	}
	return t
}

// Key seals and opens records. The zero Key does neither; make one with Plain or
// NewKey, or have a Lock opened.
type Key struct {
	plain  bool
	sealed *ring
}

// Plain returns the key of a journal without encryption. Its records are readable
// by anyone; they end in a tag, the first 16 bytes of a SHA-256 over the place and
// the value, where an encrypted journal's have that of their cipher.
func Plain() Key { return Key{plain: true} }

// The purposes separate what is made of one key from all else, and name the version.
const (
	plainPurpose = "untangle record 1"
	sealPurpose  = "untangle sealed 1"
	namePurpose  = "untangle name 1"
)

// Sealed reports whether the key is one of a sealed journal.
func (k Key) Sealed() bool { return k.sealed != nil }

// Seal appends to dst the value, sealed for its place, and returns the result.
// The error is ErrNoKey.
func (k Key) Seal(dst []byte, at Place, value []byte) ([]byte, error) {
	switch {
	case k.plain:
		tag := digest(at, value)
		return append(append(dst, value...), tag[:]...), nil
	case k.sealed != nil:
		return k.sealed.seal(dst, at, value)
	}
	return nil, ErrNoKey
}

// Open returns the value of a record in its place. The value of a plain record shares
// the record's memory. The errors are ErrNoKey and ErrDamaged.
func (k Key) Open(at Place, record []byte) ([]byte, error) {
	switch {
	case k.plain:
		if len(record) < TagSize {
			return nil, ErrDamaged
		}
		n := len(record) - TagSize
		tag := digest(at, record[:n])
		if subtle.ConstantTimeCompare(tag[:], record[n:]) != 1 {
			return nil, ErrDamaged
		}
		return record[:n:n], nil
	case k.sealed != nil:
		return k.sealed.open(at, record)
	}
	return nil, ErrNoKey
}

// digest hashes the place and the value.
func digest(at Place, value []byte) (t Tag) {
	var room [128]byte
	h := sha256.New()
	h.Write(at.append(room[:0], plainPurpose))
	h.Write(value)
	var sum [sha256.Size]byte
	copy(t[:], h.Sum(sum[:0]))
	return t
}

// Name returns 16 bytes that stand for data in one journal, the same each time, also
// after the journal was sealed, opened for good, or given another key. What it names is
// kept in records only. The error is ErrNoKey.
func (k Key) Name(store [16]byte, data []byte) (name [16]byte, err error) {
	if !k.plain && k.sealed == nil {
		return name, ErrNoKey
	}
	mac := hmac.New(sha256.New, store[:])
	mac.Write([]byte(namePurpose))
	mac.Write(data)
	copy(name[:], mac.Sum(nil))
	return name, nil
}
