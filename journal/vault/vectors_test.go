package vault

import (
	"bufio"
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

var update = flag.Bool("update", false, "write new golden vectors")

// vector is something sealed by an earlier program, and what must come of opening it.
// The file of them is frozen: what was sealed once opens for ever.
type vector struct {
	What    string // record, lock or inbox
	Outcome string // opens, damaged or wrong secret
	Store   octets
	DataKey octets
	Bucket  string `json:",omitempty"`
	Key     octets `json:",omitempty"`
	Number  uint64 `json:",omitempty"`
	Kind    Kind   `json:",omitempty"`
	Secret  octets `json:",omitempty"`
	Bound   octets `json:",omitempty"`
	Sealed  octets
	Value   octets // what it opens to; of a lock, the data key
}

// octets are bytes that stand in hexadecimal.
type octets []byte

func (o octets) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(o)), nil }

func (o *octets) UnmarshalText(b []byte) (err error) {
	*o, err = hex.DecodeString(string(b))
	return err
}

func (v *vector) store() (s [16]byte) {
	copy(s[:], v.Store)
	return s
}

// open opens a vector with this package.
func (v *vector) open() ([]byte, error) {
	switch v.What {
	case "record":
		return keyOf(bytes.Clone(v.DataKey)).Open(Place{v.store(), v.Bucket, v.Key}, v.Sealed)
	case "inbox":
		return keyOf(bytes.Clone(v.DataKey)).OpenItem(v.store(), v.Number, v.Sealed)
	}
	l, err := ParseLock(v.Sealed)
	if err != nil {
		return nil, err
	}
	k, _, err := l.Open(v.store(), v.Kind, v.Secret, v.Bound)
	if err != nil {
		return nil, err
	}
	return k.sealed.data, nil
}

const vectorsFile = "testdata/vectors.jsonl"

// Requirement 5: every vector has the outcome that it was frozen with, with this package
// and with a reader that was written from the package's documentation alone.
func TestVectors(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	file, err := os.Open(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	count := make(map[string]int)
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		count[v.What]++
		want := map[string]error{"opens": nil, "damaged": ErrDamaged, "wrong secret": ErrWrongSecret}[v.Outcome]
		got, err := v.open()
		if !errors.Is(err, want) || want == nil && !bytes.Equal(got, v.Value) {
			t.Errorf("vector %d, %s: %v, want %v", n, v.What, err, v.Outcome)
		}
		got, err = independent(&v)
		if (err == nil) != (want == nil) || want == nil && !bytes.Equal(got, v.Value) {
			t.Errorf("vector %d, %s, read independently: %v, want %v", n, v.What, err, v.Outcome)
		}
	}
	for _, what := range []string{"record", "lock", "inbox"} {
		if count[what] != 40 {
			t.Errorf("%d vectors of %s, want 40", count[what], what)
		}
	}
}

// independent opens a vector by what the documentation says, and with nothing of this
// package but the vector's type.
func independent(v *vector) ([]byte, error) {
	derive := func(secret []byte, info string) []byte {
		key, err := hkdf.Key(sha256.New, secret, nil, info, 32)
		if err != nil {
			panic(err)
		}
		return key
	}
	inner := func(b []byte) ([]byte, error) {
		if len(b) < 4 || uint64(binary.BigEndian.Uint32(b)) > uint64(len(b)-4) {
			return nil, errors.New("length")
		}
		return b[4 : 4+binary.BigEndian.Uint32(b)], nil
	}
	switch v.What {
	case "record":
		if len(v.Sealed) < 24 {
			return nil, errors.New("short")
		}
		aead, _ := chacha20poly1305.NewX(derive(v.DataKey, "untangle sealed 1 "+v.Bucket))
		bound := append([]byte("untangle sealed 1"), v.Store...)
		bound = append(binary.AppendUvarint(bound, uint64(len(v.Bucket))), v.Bucket...)
		bound = append(binary.AppendUvarint(bound, uint64(len(v.Key))), v.Key...)
		b, err := aead.Open(nil, v.Sealed[:24], v.Sealed[24:], bound)
		if err != nil {
			return nil, err
		}
		return inner(b)
	case "inbox":
		private, err := hpke.MLKEM768X25519().NewPrivateKey(derive(v.DataKey, "untangle inbox key 1"))
		if err != nil {
			return nil, err
		}
		info := binary.BigEndian.AppendUint64(append([]byte("untangle inbox 1"), v.Store...), v.Number)
		b, err := hpke.Open(private, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), info, v.Sealed)
		if err != nil {
			return nil, err
		}
		return inner(b)
	}
	b := []byte(v.Sealed)
	if len(b) < 2 || b[0] != 1 || b[1] > 8 || len(b) < 2+int(b[1])*98+8+32 {
		return nil, errors.New("lock")
	}
	after := b[2+int(b[1])*98:]
	size := int(binary.BigEndian.Uint16(after[6:]))
	if !bytes.Equal(after[:6], []byte{0x64, 0x7a, 0, 1, 0, 3}) || len(after) != 8+size+32 {
		return nil, errors.New("lock")
	}
	for n := range int(b[1]) {
		slot := b[2+98*n : 2+98*(n+1)]
		passes, memory, threads := binary.BigEndian.Uint32(slot[17:]), binary.BigEndian.Uint32(slot[21:]), slot[25]
		if slot[0] < 1 || slot[0] > 3 || passes < 1 || passes > 16 || threads < 1 || threads > 16 || memory < 8*uint32(threads) || memory > 1<<20 {
			return nil, errors.New("slot")
		}
		if Kind(slot[0]) != v.Kind {
			continue
		}
		wrapping := derive(argon2.IDKey(v.Secret, slot[1:17], passes, memory, threads, 32), "untangle wrap 1")
		aead, _ := chacha20poly1305.NewX(wrapping)
		data, err := aead.Open(nil, slot[26:50], slot[50:], append(append([]byte("untangle slot 1"), v.Store...), slot[:26]...))
		if err != nil {
			continue
		}
		mac := hmac.New(sha256.New, derive(data, "untangle lock 1"))
		mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(v.Bound))))
		mac.Write(v.Bound)
		mac.Write(b[:len(b)-32])
		private, err := hpke.MLKEM768X25519().NewPrivateKey(derive(data, "untangle inbox key 1"))
		if err != nil || !hmac.Equal(mac.Sum(nil), b[len(b)-32:]) || !bytes.Equal(private.PublicKey().Bytes(), after[8:8+size]) {
			return nil, errors.New("changed")
		}
		return data, nil
	}
	return nil, errors.New("secret")
}

// writeVectors makes 120 new vectors: 40 of each kind, about half of which open.
func writeVectors(t *testing.T) {
	t.Helper()
	r := rand.New(rand.NewPCG(20261121, 1))
	var out bytes.Buffer
	write := func(v vector) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(b, '\n'))
	}
	random := func(n int) octets {
		b := make(octets, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	spoil := func(b []byte) octets {
		b = bytes.Clone(b)
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		return b
	}
	buckets := []string{"entries", "history", "timeline", "ids", "state", "drafts", "segments", "meta"}
	for n := range 40 {
		v := vector{What: "record", Outcome: "opens", Store: random(16), DataKey: random(32), Bucket: buckets[n%len(buckets)], Key: random(8)}
		v.Value = []byte(strings.Repeat("It rained. ", n*n))[:n*n]
		var err error
		if v.Sealed, err = keyOf(bytes.Clone(v.DataKey)).Seal(nil, Place{v.store(), v.Bucket, v.Key}, v.Value); err != nil {
			t.Fatal(err)
		}
		switch {
		case n%2 == 0:
		case n%8 == 1:
			v.Key = random(8)
		case n%8 == 3:
			v.Store = random(16)
		default:
			v.Sealed = spoil(v.Sealed)
		}
		if n%2 == 1 {
			v.Outcome, v.Value = "damaged", nil
		}
		write(v)
	}
	for n := range 40 {
		v := vector{What: "lock", Outcome: "opens", Store: random(16), DataKey: random(32), Bound: random(40 + n), Kind: Kind(1 + n%3)}
		v.Secret = fmt.Appendf(nil, "the heron by the canal %d", n)
		k := keyOf(bytes.Clone(v.DataKey))
		l, err := NewLock(k)
		for i := range 1 + n%4 {
			secret := append(fmt.Append(nil, i, " "), v.Secret...)
			if i == n%(1+n%4) {
				secret = v.Secret
			}
			if err == nil {
				l, err = l.With(k, v.store(), v.Kind, secret, Cost{Passes: 1 + uint32(n%3), Memory: 64, Threads: 1 + uint8(n%4)})
			}
		}
		if err == nil {
			v.Sealed, err = l.Encode(k, v.Bound)
		}
		if err != nil {
			t.Fatal(err)
		}
		v.Value = v.DataKey
		switch n % 8 {
		case 1:
			v.Secret, v.Outcome = append(v.Secret, '!'), "wrong secret"
		case 3:
			v.Bound, v.Outcome = random(20), "damaged"
		case 5:
			v.Sealed, v.Outcome = bytes.Clone(v.Sealed), "damaged"
			v.Sealed[len(v.Sealed)-1-r.IntN(1200)] ^= 1 // the MAC, or the inbox's key
		case 7:
			v.Store, v.Outcome = random(16), "wrong secret"
		}
		if v.Outcome != "opens" {
			v.Value = nil
		}
		write(v)
	}
	for n := range 40 {
		v := vector{What: "inbox", Outcome: "opens", Store: random(16), DataKey: random(32), Number: uint64(n)}
		v.Value = []byte(strings.Repeat("And rained. ", n*n))[:n*n]
		l, err := NewLock(keyOf(bytes.Clone(v.DataKey)))
		if err == nil {
			v.Sealed, err = l.Seal(v.store(), v.Number, v.Value)
		}
		if err != nil {
			t.Fatal(err)
		}
		switch n % 8 {
		case 1:
			v.Number++
		case 3:
			v.Store = random(16)
		case 5, 7:
			v.Sealed = spoil(v.Sealed)
		}
		if n%2 == 1 {
			v.Outcome, v.Value = "damaged", nil
		}
		write(v)
	}
	if err := os.WriteFile(vectorsFile, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
