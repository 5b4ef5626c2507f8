package vault

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
)

// ErrMistyped is returned for a recovery key that was not typed as it was shown.
var ErrMistyped = errors.New("this is no recovery key as it was shown; a letter may be wrong")

// recoveryLetters are Crockford's 32 letters and digits, without those that are easily
// taken for another.
const recoveryLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// A recovery key is 16 random bytes and the first 4 of their SHA-256, as 32 letters in
// eight groups of four.
const (
	recoverySize = 16
	recoverySum  = 4
	recoveryLen  = (recoverySize + recoverySum) * 8 / 5
)

// NewRecoveryKey returns a new recovery key, as it is shown, and the secret it stands for.
func NewRecoveryKey() (shown string, secret []byte) {
	secret = make([]byte, recoverySize)
	rand.Read(secret)
	return showRecovery(secret), secret
}

func showRecovery(secret []byte) string {
	sum := sha256.Sum256(secret)
	all := append(append(make([]byte, 0, recoverySize+recoverySum), secret...), sum[:recoverySum]...)
	var b strings.Builder
	for n := range recoveryLen {
		if n > 0 && n%4 == 0 {
			b.WriteByte('-')
		}
		bit := n * 5
		pair := uint16(all[bit/8]) << 8
		if bit/8+1 < len(all) {
			pair |= uint16(all[bit/8+1])
		}
		b.WriteByte(recoveryLetters[pair>>(11-bit%8)&31])
	}
	return b.String()
}

// ParseRecoveryKey returns the secret of a recovery key as somebody typed it: in large or
// small letters, with spaces or hyphens anywhere, O for 0 and I or L for 1. The error is
// ErrMistyped.
func ParseRecoveryKey(typed []byte) ([]byte, error) {
	all := make([]byte, recoverySize+recoverySum)
	n := 0
	for _, c := range typed {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		switch c {
		case ' ', '-', '\t':
			continue
		case 'O':
			c = '0'
		case 'I', 'L':
			c = '1'
		}
		value := strings.IndexByte(recoveryLetters, c)
		if value < 0 || n == recoveryLen {
			return nil, ErrMistyped
		}
		for i := range 5 {
			if value>>(4-i)&1 == 1 {
				bit := n*5 + i
				all[bit/8] |= 0x80 >> (bit % 8)
			}
		}
		n++
	}
	sum := sha256.Sum256(all[:recoverySize])
	if n != recoveryLen || string(sum[:recoverySum]) != string(all[recoverySize:]) {
		return nil, ErrMistyped
	}
	return all[:recoverySize:recoverySize], nil
}
