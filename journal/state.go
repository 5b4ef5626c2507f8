package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"

	"untangle/journal/vault"
)

// A state row leads from a name's hash (16 bytes) to the number of its record (8)
// and that record's tag (16). The record holds the name, length first, and the value.
const (
	stateKey   = 16
	stateWidth = 40
)

// State is what a journal remembers beside its entries: named values, such as the
// questions that were asked. It is valid only during the call it is given to.
type State struct{ tx *tx }

// Get returns the value of the name, nil if it has none.
func (s *State) Get(name string) ([]byte, error) {
	tr, err := s.tx.tree(stateTree)
	if err != nil {
		return nil, err
	}
	r, err := tr.get(stateName(name))
	if r == nil || err != nil {
		return nil, err
	}
	return s.tx.stateValue(r, name)
}

// Put sets the value of the name; an empty value takes the name away.
func (s *State) Put(name string, value []byte) error {
	tr, err := s.tx.tree(stateTree)
	if err != nil {
		return err
	}
	key := stateName(name)
	r, err := tr.get(key)
	if err != nil {
		return err
	}
	var number uint64
	if r != nil {
		number = be64(r[stateKey:])
	}
	if len(value) == 0 {
		if r == nil {
			return nil
		}
		if _, err := tr.remove(key); err != nil {
			return err
		}
		return s.tx.remove(stateBucket, number)
	}
	if number == 0 {
		tr.next++
		number = tr.next
		if err := s.tx.unused(stateBucket, number); err != nil {
			return err
		}
	}
	record := binary.AppendUvarint(nil, uint64(len(name)))
	record = append(append(record, name...), value...)
	tag, err := s.tx.put(stateBucket, number, record)
	if err != nil {
		return err
	}
	row := binary.BigEndian.AppendUint64(key, number)
	return tr.put(append(row, tag[:]...))
}

// stateValue reads the record that a state row leads to, and checks its name if
// one is given.
func (t *tx) stateValue(r []byte, name string) ([]byte, error) {
	value, tag, err := t.open(stateBucket, be64(r[stateKey:]))
	if err != nil {
		return nil, err
	}
	own, value, ok := splitState(value)
	if !ok || tag != vault.Tag(r[stateKey+8:]) || !bytes.Equal(stateName(own), r[:stateKey]) || name != "" && own != name {
		return nil, damagef("a record of the state is not the one that belongs there")
	}
	return bytes.Clone(value), nil
}

// splitState returns the name and the value in a record of the state.
func splitState(record []byte) (name string, value []byte, ok bool) {
	size, n := binary.Uvarint(record)
	if n <= 0 || size > uint64(len(record)-n) {
		return "", nil, false
	}
	return string(record[n : n+int(size)]), record[n+int(size):], true
}

func stateName(name string) []byte {
	sum := sha256.Sum256([]byte("untangle state 1" + name))
	return sum[:stateKey:stateKey]
}

// ViewState calls read with the state as it stands, which read does not change.
func (j *Journal) ViewState(ctx context.Context, read func(*State) error) error {
	return j.view(ctx, func(t *tx) error { return read(&State{t}) })
}

// State returns the value of one name, nil if it has none.
func (j *Journal) State(ctx context.Context, name string) (value []byte, err error) {
	err = j.ViewState(ctx, func(s *State) error {
		value, err = s.Get(name)
		return err
	})
	return value, err
}

// UpdateState changes the state in a transaction of its own.
func (j *Journal) UpdateState(ctx context.Context, change func(*State) error) error {
	return j.update(ctx, func(t *tx) error { return change(&State{t}) })
}
