package journal

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"math/bits"
	"strings"
)

// ID names an entry for as long as it exists, across edits, exports and journals.
// It is shown in an alphabet without vowels and look-alikes, so that no id reads
// as a word, and any unambiguous prefix of it will do.
type ID [16]byte

const (
	idAlphabet = "23456789bcdfghjkmnpqrstvwxyz"
	idDigits   = 27 // enough digits of base 28 to tell all ids apart

	// ShortID is the least number of characters an id is shown with.
	ShortID = 6
)

// NewID returns a random id.
func NewID() ID {
	var id ID
	rand.Read(id[:])
	return id
}

// String returns the id's 27 characters: the id, read as a fraction of 2^128,
// written out in base 28. So order is kept, and a prefix is an interval.
func (id ID) String() string {
	hi, lo := be64(id[:8]), be64(id[8:])
	var s [idDigits]byte
	for i := range s {
		var carry, digit uint64
		carry, lo = bits.Mul64(lo, 28)
		digit, hi = bits.Mul64(hi, 28)
		var c uint64
		hi, c = bits.Add64(hi, carry, 0)
		s[i] = idAlphabet[digit+c]
	}
	return string(s[:])
}

// ParseID reads the 27 characters of a whole id.
func ParseID(s string) (ID, error) {
	if len(s) == idDigits {
		if low, _, err := idRange(s); err == nil && low.String() == s {
			return low, nil
		}
	}
	return ID{}, fmt.Errorf("%q is no whole id", s)
}

// idRange returns the first and the last id that begin with the prefix.
func idRange(prefix string) (low, high ID, err error) {
	if prefix == "" || len(prefix) > idDigits {
		return low, high, fmt.Errorf("%q is no id", prefix)
	}
	n, base, unit := new(big.Int), big.NewInt(28), big.NewInt(1)
	for _, r := range strings.ToLower(prefix) {
		digit := strings.IndexRune(idAlphabet, r)
		if digit < 0 {
			return low, high, fmt.Errorf("%q is no id", prefix)
		}
		n.Add(n.Mul(n, base), big.NewInt(int64(digit)))
		unit.Mul(unit, base)
	}
	// The ids x with n/unit <= x/2^128 < (n+1)/unit.
	first := ceilDiv(new(big.Int).Lsh(n, 128), unit)
	last := ceilDiv(new(big.Int).Lsh(n.Add(n, big.NewInt(1)), 128), unit)
	last.Sub(last, big.NewInt(1))
	if first.BitLen() > 128 || last.BitLen() > 128 || first.Cmp(last) > 0 {
		return low, high, fmt.Errorf("%q is no id", prefix)
	}
	first.FillBytes(low[:])
	last.FillBytes(high[:])
	return low, high, nil
}

func ceilDiv(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

func be64(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0])<<56 | uint64(b[1])<<48 | uint64(b[2])<<40 | uint64(b[3])<<32 |
		uint64(b[4])<<24 | uint64(b[5])<<16 | uint64(b[6])<<8 | uint64(b[7])
}
