package journal

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"

	"untangle/journal/vault"
)

// The version of the file format that this program writes, and the features of it
// that it knows. A file that needs more is refused with ErrNewer.
const (
	formatVersion = 1
	knownFeatures = 0
)

// headerMagic opens the header, so that its second copy can be found in a file
// whose pages no longer lead to it.
const headerMagic = "untangle journal header\n"

// header is what must be known of a journal before its records can be opened. It
// stands in the clear, twice, on different pages.
type header struct {
	format   uint32 // the version of the format
	reader   uint32 // the least version that can read it
	features uint64 // bits that a reader must know to read it
	store    [16]byte
	reserved uint32 // kept for later; 0
	sealed   byte   // 0: the records are plain, 1: they are sealed
	slots    []byte // the lock of a sealed journal; empty in a plain one
}

// bound is the header before the lock, to which the lock is bound.
func (h *header) bound() []byte {
	b := append([]byte(nil), headerMagic...)
	b = binary.BigEndian.AppendUint32(b, h.format)
	b = binary.BigEndian.AppendUint32(b, h.reader)
	b = binary.BigEndian.AppendUint64(b, h.features)
	b = append(b, h.store[:]...)
	b = binary.BigEndian.AppendUint32(b, h.reserved)
	return append(b, h.sealed)
}

// lock returns the lock of a sealed journal.
func (h *header) lock() (vault.Lock, error) {
	if h.sealed == 0 {
		return vault.Lock{}, damagef("the journal is not sealed")
	}
	lock, err := vault.ParseLock(h.slots)
	if err != nil {
		return lock, damagef("the lock in the header")
	}
	return lock, nil
}

// rebind makes the lock anew after the header around it was changed.
func (h *header) rebind(key vault.Key) error {
	if h.sealed == 0 {
		return nil
	}
	lock, err := h.lock()
	if err == nil {
		h.slots, err = lock.Encode(key, h.bound())
	}
	return err
}

func (h *header) encode() []byte {
	b := h.bound()
	b = binary.BigEndian.AppendUint32(b, uint32(len(h.slots)))
	b = append(b, h.slots...)
	return binary.BigEndian.AppendUint32(b, headerSum(b))
}

// headerSum is a CRC-32 with Koopman's polynomial, the one whose table costs next to
// nothing to make; the tables for the processor's own instructions take 0.15 ms of a
// start.
func headerSum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Koopman)) }

// headerFixed is the header's length without its slots.
const headerFixed = len(headerMagic) + 4 + 4 + 8 + 16 + 4 + 1 + 4 + 4

// decodeHeader reads a header; the copy has zeros behind it. In every later format
// the fields here stay where they are, and new ones go into the slots' bytes, so
// that damage is told from a newer version.
func decodeHeader(b []byte) (h header, err error) {
	if len(b) < headerFixed || !bytes.HasPrefix(b, []byte(headerMagic)) {
		return h, damagef("the header")
	}
	be := binary.BigEndian
	rest := b[len(headerMagic):]
	h.format, h.reader = be.Uint32(rest), be.Uint32(rest[4:])
	h.features, h.store = be.Uint64(rest[8:]), [16]byte(rest[16:32])
	h.reserved, h.sealed = be.Uint32(rest[32:]), rest[36]
	length := int(be.Uint32(rest[37:]))
	if length < 0 || length > len(b)-headerFixed {
		return h, damagef("the header")
	}
	h.slots = bytes.Clone(rest[41 : 41+length])
	end := len(headerMagic) + 41 + length
	if be.Uint32(b[end:]) != headerSum(b[:end]) {
		return h, damagef("the header")
	}
	if h.reader > formatVersion || h.features&^knownFeatures != 0 || h.sealed > 1 {
		return h, ErrNewer
	}
	if (h.sealed == 0) != (length == 0) {
		return h, damagef("the header")
	}
	return h, nil
}

// headerCopyLength is large enough that bbolt gives the copy's bucket a page of
// its own, instead of keeping it inside its parent.
const headerCopyLength = pageSize / 2
