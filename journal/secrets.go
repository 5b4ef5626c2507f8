package journal

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"untangle/journal/vault"
)

// ErrWays is returned when the secrets are others than they were when somebody looked, so
// that a slot's number may mean another one.
var ErrWays = errors.New("what opens the journal was changed in another window meanwhile")

// SecretKind is what a secret is: a passphrase, a recovery key, one in a keyring.
type SecretKind = vault.Kind

// The kinds of secrets.
const (
	Passphrase  = vault.Passphrase
	RecoveryKey = vault.RecoveryKey
	Keyring     = vault.Keyring
)

// Secret is something that opens a sealed journal.
type Secret struct {
	Kind  SecretKind
	Bytes []byte
}

// Typed returns what somebody may have meant who typed this to open a journal: a recovery
// key, if it is one, and a passphrase.
func Typed(b []byte) (meant []Secret) {
	if key, err := vault.ParseRecoveryKey(b); err == nil {
		meant = append(meant, Secret{RecoveryKey, key})
	}
	return append(meant, Secret{Passphrase, b})
}

// NewRecoveryKey returns a new recovery key, and how it is shown.
func NewRecoveryKey() (Secret, string) {
	shown, key := vault.NewRecoveryKey()
	return Secret{RecoveryKey, key}, shown
}

// NewKeyring returns a new secret for a keyring.
func NewKeyring() Secret {
	key := make([]byte, keyringSecret)
	rand.Read(key)
	return Secret{Keyring, key}
}

const keyringSecret = 32

// Opened returns the slot of the secret that Unlock was given last, counted from 0.
func (j *Journal) Opened() int { return j.opened }

// Secrets returns the kinds of the secrets that open the journal, in the order of their
// slots. RemoveSecret and ChangeSecret then do nothing if those have changed since. It must
// not run beside other methods.
func (j *Journal) Secrets(ctx context.Context) (kinds []SecretKind, err error) {
	h, err := j.readHeader(ctx)
	if err != nil || h.sealed == 0 {
		return nil, err
	}
	lock, err := h.lock()
	for _, s := range lock.Slots {
		kinds = append(kinds, s.Kind)
	}
	j.ways = h.slots
	return kinds, j.wrap(err)
}

// AddSecret has one more secret open the journal. The journal must be unlocked.
func (j *Journal) AddSecret(ctx context.Context, s Secret) error {
	return j.changeLock(ctx, nil, func(l vault.Lock, store [16]byte) (vault.Lock, error) {
		return l.With(j.key, store, s.Kind, s.Bytes, j.cost)
	})
}

// RemoveSecret has the secret of a slot, counted from 0, open the journal no more. An
// older copy of the file still opens with it, and yields the key of this one too, until
// Seal gives the journal a new key. The last secret stays. The error is ErrWays if the
// slots are others than Unlock or Secrets found.
func (j *Journal) RemoveSecret(ctx context.Context, slot int) error {
	return j.changeLock(ctx, j.ways, func(l vault.Lock, _ [16]byte) (vault.Lock, error) {
		if slot < 0 || slot >= len(l.Slots) {
			return l, fmt.Errorf("there is no secret %d", slot+1)
		}
		if len(l.Slots) == 1 {
			return l, errors.New("this is the only secret that opens the journal")
		}
		return l.Without(slot), nil
	})
}

// ChangeSecret puts another secret into a slot, counted from 0, in one step. The error is
// ErrWays if the slots are others than Unlock or Secrets found.
func (j *Journal) ChangeSecret(ctx context.Context, slot int, s Secret) error {
	return j.changeLock(ctx, j.ways, func(l vault.Lock, store [16]byte) (vault.Lock, error) {
		if slot < 0 || slot >= len(l.Slots) {
			return l, fmt.Errorf("there is no secret %d", slot+1)
		}
		changed, err := l.Without(slot).With(j.key, store, s.Kind, s.Bytes, j.cost)
		if err != nil {
			return l, err
		}
		last := len(changed.Slots) - 1
		changed.Slots = slices.Insert(changed.Slots[:last:last], slot, changed.Slots[last])
		return changed, nil
	})
}

// changeLock changes the slots of an unlocked journal, if they are as they were seen.
func (j *Journal) changeLock(ctx context.Context, seen []byte, change func(vault.Lock, [16]byte) (vault.Lock, error)) error {
	var now []byte
	err := j.update(ctx, func(t *tx) error {
		if t.header.sealed == 0 {
			return errors.New("the journal is not sealed")
		}
		if seen != nil && !bytes.Equal(seen, t.header.slots) {
			return ErrWays
		}
		lock, err := t.header.lock()
		if err != nil {
			return err
		}
		if err := lock.Verify(t.key, t.header.bound()); err != nil {
			return damagef("what guards the journal was changed")
		}
		if lock, err = change(lock, t.header.store); err != nil {
			return err
		}
		h := t.header
		if h.slots, err = lock.Encode(t.key, h.bound()); err != nil {
			return err
		}
		for _, bucket := range []string{metaBucket, spareBucket} {
			if err := t.guard.way(bucket, headerKey, toPut); err != nil {
				return err
			}
		}
		t.touched = true
		now = h.slots
		return writeHeader(t.bolt, h)
	})
	if err == nil {
		j.ways = now
	}
	return err
}
