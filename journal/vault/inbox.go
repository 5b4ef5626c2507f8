package vault

import (
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
)

// The suite of the inbox: ML-KEM-768 with X25519, HKDF-SHA256, ChaCha20-Poly1305, by
// their numbers in HPKE's registry. A lock with others is refused.
var suite = [3]uint16{0x647a, 0x0001, 0x0003}

const (
	inboxPurpose    = "untangle inbox 1"
	inboxKeyPurpose = "untangle inbox key 1"
)

// inboxKey returns the private key of the inbox, which is made of the data key.
func (k Key) inboxKey() (hpke.PrivateKey, error) {
	if k.sealed == nil {
		return nil, ErrNoKey
	}
	seed, err := k.sealed.subkey(inboxKeyPurpose)
	if err != nil {
		return nil, err
	}
	return hpke.MLKEM768X25519().NewPrivateKey(seed)
}

func (l Lock) public() (hpke.PublicKey, error) { return hpke.MLKEM768X25519().NewPublicKey(l.inbox) }

// Fingerprint returns the SHA-256 of the inbox's public key. Whoever keeps it can tell
// later, without the data key, whether the key was exchanged for another.
func (l Lock) Fingerprint() [sha256.Size]byte { return sha256.Sum256(l.inbox) }

// inboxInfo is what an item is bound to: its journal, and its number.
func inboxInfo(store [16]byte, number uint64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(inboxPurpose), store[:]...), number)
}

// Seal seals a value to the inbox, for who holds no key. It is padded as a record is.
func (l Lock) Seal(store [16]byte, number uint64, value []byte) ([]byte, error) {
	public, err := l.public()
	if err != nil {
		return nil, ErrDamaged
	}
	inside := make([]byte, padded(lengthSize+len(value)))
	binary.BigEndian.PutUint32(inside, uint32(len(value)))
	copy(inside[lengthSize:], value)
	defer clear(inside)
	return hpke.Seal(public, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), inboxInfo(store, number), inside)
}

// OpenItem returns the value of an item of the inbox. The errors are ErrNoKey and
// ErrDamaged. It says nothing about who sealed it.
func (k Key) OpenItem(store [16]byte, number uint64, item []byte) ([]byte, error) {
	private, err := k.inboxKey()
	if err != nil {
		return nil, err
	}
	inside, err := hpke.Open(private, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), inboxInfo(store, number), item)
	if err != nil {
		return nil, ErrDamaged
	}
	return unpad(inside)
}
