package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// maxSlots is the most slots of a lock.
const maxSlots = 8

// ErrFull is returned when a lock has no room for another slot.
var ErrFull = errors.New("there are eight ways to open the journal already; remove one first")

// Lock is what a sealed journal shows to everybody: the slots, and the public key of its
// inbox. It is a value: what changes it returns the changed one.
type Lock struct {
	Slots []Slot

	inbox []byte // the public key
	mac   [sha256.Size]byte
}

// NewLock returns a lock for a key, which no secret opens yet. The error is ErrNoKey.
func NewLock(k Key) (Lock, error) {
	private, err := k.inboxKey()
	if err != nil {
		return Lock{}, err
	}
	return Lock{inbox: private.PublicKey().Bytes()}, nil
}

// With returns the lock with a slot more, which the secret opens. The errors are ErrFull
// and ErrNoKey.
func (l Lock) With(k Key, store [16]byte, kind Kind, secret []byte, cost Cost) (Lock, error) {
	if len(l.Slots) >= maxSlots {
		return l, ErrFull
	}
	if k.sealed == nil || !cost.sane() {
		return l, ErrNoKey
	}
	k.sealed.mu.Lock()
	data := slices.Clone(k.sealed.data)
	k.sealed.mu.Unlock()
	if data == nil {
		return l, ErrNoKey
	}
	defer clear(data)
	slot, err := newSlot(store, kind, secret, data, cost)
	if err != nil {
		return l, err
	}
	l.Slots = append(slices.Clone(l.Slots), slot)
	return l, nil
}

// Without returns the lock without its n-th slot, counted from 0.
func (l Lock) Without(n int) Lock {
	l.Slots = slices.Delete(slices.Clone(l.Slots), n, n+1)
	return l
}

// Open tries a secret on the slots of a kind, and returns the key and which slot it was.
// The bound bytes are those that Encode was given. The errors are ErrWrongSecret, and
// ErrDamaged if the lock is not as it was when it was encoded.
func (l Lock) Open(store [16]byte, kind Kind, secret, bound []byte) (Key, int, error) {
	for n := range l.Slots {
		if l.Slots[n].Kind != kind {
			continue
		}
		data, err := l.Slots[n].unwrap(store, secret)
		if errors.Is(err, ErrWrongSecret) {
			continue
		}
		if err != nil {
			return Key{}, 0, err
		}
		k := keyOf(data)
		if err := l.verify(k, bound); err != nil {
			k.Clear()
			return Key{}, 0, err
		}
		return k, n, nil
	}
	return Key{}, 0, ErrWrongSecret
}

// Verify makes sure that the lock is as it was made by who held the key; the bound bytes
// are those that Encode was given. The error is ErrDamaged.
func (l Lock) Verify(k Key, bound []byte) error { return l.verify(k, bound) }

// verify makes sure that the lock is as it was made by who held the key, down to its
// inbox's key.
func (l Lock) verify(k Key, bound []byte) error {
	mac, err := l.sum(k, bound)
	if err != nil {
		return err
	}
	private, err := k.inboxKey()
	if err != nil {
		return err
	}
	if !hmac.Equal(mac, l.mac[:]) || !hmac.Equal(private.PublicKey().Bytes(), l.inbox) {
		return fmt.Errorf("the lock was changed: %w", ErrDamaged)
	}
	return nil
}

// A lock is written as its version, 1 (1 byte), the number of slots (1), the slots, the
// numbers of HPKE's key encapsulation, key derivation and cipher (2 each), the length of
// the inbox's public key (2) and the key, and the MAC (32): HMAC-SHA256 under a key made
// of the data key, of all that and, before it, of the bytes it is bound to.
const (
	lockVersion = 1
	lockFixed   = 2 + 6 + 2 + sha256.Size
	lockPurpose = "untangle lock 1"
)

func (l Lock) body() []byte {
	b := []byte{lockVersion, byte(len(l.Slots))}
	for i := range l.Slots {
		b = l.Slots[i].append(b)
	}
	for _, id := range suite {
		b = binary.BigEndian.AppendUint16(b, id)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(l.inbox)))
	return append(b, l.inbox...)
}

func (l Lock) sum(k Key, bound []byte) ([]byte, error) {
	if k.sealed == nil {
		return nil, ErrNoKey
	}
	key, err := k.sealed.subkey(lockPurpose)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(bound))))
	mac.Write(bound)
	mac.Write(l.body())
	return mac.Sum(nil), nil
}

// Encode returns the lock's bytes, with a MAC over them and the bytes they stand among.
// The error is ErrNoKey.
func (l Lock) Encode(k Key, bound []byte) ([]byte, error) {
	mac, err := l.sum(k, bound)
	if err != nil {
		return nil, err
	}
	return append(l.body(), mac...), nil
}

// ParseLock reads what Encode wrote. Everything is held against its bounds first. The
// MAC can only be checked by Open. The error is ErrDamaged.
func ParseLock(b []byte) (l Lock, err error) {
	if len(b) < lockFixed || b[0] != lockVersion || b[1] > maxSlots {
		return l, ErrDamaged
	}
	count := int(b[1])
	rest := b[2:]
	if len(rest) < count*slotSize+6+2+sha256.Size {
		return l, ErrDamaged
	}
	for range count {
		slot, err := parseSlot(rest[:slotSize])
		if err != nil {
			return Lock{}, err
		}
		l.Slots, rest = append(l.Slots, slot), rest[slotSize:]
	}
	for _, id := range suite {
		if binary.BigEndian.Uint16(rest) != id {
			return Lock{}, ErrDamaged
		}
		rest = rest[2:]
	}
	size := int(binary.BigEndian.Uint16(rest))
	if rest = rest[2:]; len(rest) != size+sha256.Size {
		return Lock{}, ErrDamaged
	}
	l.inbox = slices.Clone(rest[:size])
	copy(l.mac[:], rest[size:])
	if _, err := l.public(); err != nil {
		return Lock{}, ErrDamaged
	}
	return l, nil
}
