// Package vault seals and opens the records of a journal. Every record passes
// through a Key, so that a journal without encryption and one with it run through
// the same code, and damage to either is noticed when a record is opened.
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

// The occasions on which a record is refused. Both are tested with errors.Is.
var (
	// ErrNoKey is returned by a zero Key: a key that was forgotten never means
	// that a journal is plain.
	ErrNoKey = errors.New("no key was given for the journal")
	// ErrDamaged is returned when a record is not what was sealed in its place.
	ErrDamaged = errors.New("the record is damaged, or not in its own place")
)

// Place says where a record belongs. A record opens only in the place it was
// sealed for: in another journal, bucket, or under another key it is refused.
type Place struct {
	Store  [16]byte // the journal's own id
	Bucket string
	Key    []byte
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

// Key seals and opens records. The zero Key does neither; make one with Plain.
type Key struct{ plain bool }

// Plain returns the key of a journal without encryption. Its records are readable
// by anyone; they end in a tag, the first 16 bytes of a SHA-256 over the place and
// the value, where an encrypted journal's have that of their cipher.
func Plain() Key { return Key{plain: true} }

// purpose separates the hashes of records from all others, and names the version.
const purpose = "untangle record 1"

// Seal appends to dst the value, sealed for its place, and returns the result.
// The error is ErrNoKey.
func (k Key) Seal(dst []byte, at Place, value []byte) ([]byte, error) {
	if !k.plain {
		return nil, ErrNoKey
	}
	tag := digest(at, value)
	return append(append(dst, value...), tag[:]...), nil
}

// Open returns the value of a record in its place. The value shares the record's
// memory. The errors are ErrNoKey and ErrDamaged.
func (k Key) Open(at Place, record []byte) ([]byte, error) {
	if !k.plain {
		return nil, ErrNoKey
	}
	if len(record) < TagSize {
		return nil, ErrDamaged
	}
	n := len(record) - TagSize
	tag := digest(at, record[:n])
	if subtle.ConstantTimeCompare(tag[:], record[n:]) != 1 {
		return nil, ErrDamaged
	}
	return record[:n:n], nil
}

// digest hashes purpose, store, bucket, key and value, each length first where it
// varies, so that no two places can be confused.
func digest(at Place, value []byte) (t Tag) {
	var room [128]byte
	b := append(room[:0], purpose...)
	b = append(b, at.Store[:]...)
	b = binary.AppendUvarint(b, uint64(len(at.Bucket)))
	b = append(b, at.Bucket...)
	b = binary.AppendUvarint(b, uint64(len(at.Key)))
	b = append(b, at.Key...)
	h := sha256.New()
	h.Write(b)
	h.Write(value)
	var sum [sha256.Size]byte
	copy(t[:], h.Sum(sum[:0]))
	return t
}

// Name returns 16 bytes that stand for data in one journal: the same each time, and
// of an encrypted journal known only to who holds its key. The error is ErrNoKey.
func (k Key) Name(store [16]byte, data []byte) (name [16]byte, err error) {
	if !k.plain {
		return name, ErrNoKey
	}
	mac := hmac.New(sha256.New, store[:])
	mac.Write([]byte("untangle name 1"))
	mac.Write(data)
	copy(name[:], mac.Sum(nil))
	return name, nil
}
