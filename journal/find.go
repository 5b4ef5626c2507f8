package journal

import (
	"bytes"
	"context"
)

// Entry returns the entry whose id begins with prefix; a deleted one only if no
// other does. The errors are ErrNoEntry and ErrAmbiguous.
func (j *Journal) Entry(ctx context.Context, prefix string) (e *Entry, err error) {
	err = j.view(ctx, func(t *tx) error {
		r, err := t.resolve(prefix)
		if err == nil {
			e, err = t.find(*r)
		}
		return err
	})
	return e, err
}

// resolve returns the one ids row whose id begins with prefix. Entries that stand go
// before deleted ones, and those deleted for ever are not seen.
func (t *tx) resolve(prefix string) (*idRow, error) {
	low, high, err := idRange(prefix)
	if err != nil {
		return nil, &idError{prefix, ErrNoEntry}
	}
	ids, err := t.tree(idsTree)
	if err != nil {
		return nil, err
	}
	var standing, deleted []idRow
	err = ids.walk(low[:], false, func(b []byte) bool {
		if bytes.Compare(b[:idKey], low[:]) < 0 {
			return true
		}
		r := decodeIDRow(b)
		switch {
		case bytes.Compare(b[:idKey], high[:]) > 0:
			return false
		case r.flags == 0:
			standing = append(standing, r)
		case r.flags&idErased == 0:
			deleted = append(deleted, r)
		}
		return len(standing) < 2
	})
	found := standing
	if len(found) == 0 {
		found = deleted
	}
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, &idError{prefix, ErrNoEntry}
	case len(found) > 1:
		return nil, &idError{prefix, ErrAmbiguous}
	}
	return &found[0], nil
}

// idError is what is wrong with an id that somebody gave.
type idError struct {
	prefix string
	err    error
}

func (e *idError) Error() string { return "id " + e.prefix + ": " + e.err.Error() }
func (e *idError) Unwrap() error { return e.err }

// Short returns, for each id, its shortest prefix, of ShortID characters at least,
// that no other entry's id begins with.
func (j *Journal) Short(ctx context.Context, ids ...ID) (short []string, err error) {
	err = j.view(ctx, func(t *tx) error {
		for _, id := range ids {
			s, err := t.short(id)
			if err != nil {
				return err
			}
			short = append(short, s)
		}
		return nil
	})
	return short, err
}

// short compares an id with the two beside it.
func (t *tx) short(id ID) (string, error) {
	tree, err := t.tree(idsTree)
	if err != nil {
		return "", err
	}
	s, n := id.String(), ShortID
	for _, down := range []bool{false, true} {
		err := tree.walk(id[:], down, func(b []byte) bool {
			other := ID(b[:idKey])
			if other == id || down == (bytes.Compare(b[:idKey], id[:]) > 0) {
				return true
			}
			n = max(n, common(s, other.String())+1)
			return false
		})
		if err != nil {
			return "", err
		}
	}
	return s[:min(n, idDigits)], nil
}

func common(a, b string) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
