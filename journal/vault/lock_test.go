package vault

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// cheap is what a slot costs in tests.
func cheap() Cost { return Cost{Passes: 1, Memory: 8, Threads: 1} }

var (
	someStore = [16]byte{7, 7, 7}
	bound     = []byte("the header around the lock")
)

// locked returns a lock that the words open, and its key.
func locked(t testing.TB, words ...string) (Lock, Key) {
	t.Helper()
	k := NewKey()
	l, err := NewLock(k)
	for _, w := range words {
		if err == nil {
			l, err = l.With(k, someStore, Passphrase, []byte(w), cheap())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return l, k
}

// reread returns the lock as it is read from its bytes.
func reread(t testing.TB, l Lock, k Key) (Lock, []byte) {
	t.Helper()
	b, err := l.Encode(k, bound)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseLock(b)
	if err != nil {
		t.Fatal(err)
	}
	return again, b
}

func TestLockOpens(t *testing.T) {
	l, k := locked(t, "the heron by the canal", "a second way")
	record, _ := k.Seal(nil, place(), []byte("It rained."))
	l, _ = reread(t, l, k)
	for n, words := range []string{"the heron by the canal", "a second way"} {
		got, slot, err := l.Open(someStore, Passphrase, []byte(words), bound)
		if err != nil || slot != n {
			t.Fatalf("%q: slot %d, %v", words, slot, err)
		}
		if value, err := got.Open(place(), record); err != nil || string(value) != "It rained." {
			t.Errorf("%q opens %q, %v", words, value, err)
		}
	}
	for what, open := range map[string]func() error{
		"a wrong passphrase": func() error { return third(l.Open(someStore, Passphrase, []byte("the heron"), bound)) },
		"an empty one":       func() error { return third(l.Open(someStore, Passphrase, nil, bound)) },
		"another kind":       func() error { return third(l.Open(someStore, RecoveryKey, []byte("a second way"), bound)) },
		"another journal":    func() error { return third(l.Open([16]byte{1}, Passphrase, []byte("a second way"), bound)) },
		"a slot taken away":  func() error { return third(l.Without(1).Open(someStore, Passphrase, []byte("a second way"), bound)) },
	} {
		if err := open(); !errors.Is(err, ErrWrongSecret) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := third(l.Open(someStore, Passphrase, []byte("a second way"), []byte("another header"))); !errors.Is(err, ErrDamaged) {
		t.Errorf("under another header: %v", err)
	}
}

func third(_ Key, _ int, err error) error { return err }

// A passphrase is the same however its letters are composed.
func TestPassphraseIsNormal(t *testing.T) {
	l, k := locked(t, "caf\u00e9")
	l, _ = reread(t, l, k)
	if err := third(l.Open(someStore, Passphrase, []byte("cafe\u0301"), bound)); err != nil {
		t.Error(err)
	}
}

func TestLockIsFull(t *testing.T) {
	l, k := locked(t, strings.Fields("a b c d e f g h")...)
	if _, err := l.With(k, someStore, Passphrase, []byte("i"), cheap()); !errors.Is(err, ErrFull) {
		t.Errorf("a ninth slot: %v", err)
	}
	l = l.Without(0).Without(3)
	l, _ = reread(t, l, k)
	for words, want := range map[string]error{"a": ErrWrongSecret, "b": nil, "e": ErrWrongSecret, "h": nil} {
		if err := third(l.Open(someStore, Passphrase, []byte(words), bound)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", words, err, want)
		}
	}
}

// Requirement 7, for the lock: whatever bit is changed, the journal is not opened with
// it. The passphrase may then be taken for a wrong one, where the change is in its slot.
func TestLockRefusesFlippedBits(t *testing.T) {
	l, k := locked(t, "one", "two")
	_, b := reread(t, l, k)
	for i := range b {
		for bit := range 8 {
			if i > 300 && (i+bit)%5 != 0 && i < len(b)-40 {
				continue // the public key is long
			}
			bad := bytes.Clone(b)
			bad[i] ^= 1 << bit
			changed, err := ParseLock(bad)
			if err != nil {
				if !errors.Is(err, ErrDamaged) {
					t.Fatalf("byte %d: %v", i, err)
				}
				continue
			}
			if changed.Slots[0].Cost.Memory > 1<<12 || changed.Slots[1].Cost.Memory > 1<<12 {
				continue // sane, and slow
			}
			for _, words := range []string{"one", "two"} {
				if err := third(changed.Open(someStore, Passphrase, []byte(words), bound)); err == nil {
					t.Fatalf("byte %d, bit %d: it opens", i, bit)
				}
			}
		}
	}
	for n := range b {
		if _, err := ParseLock(b[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
	if _, err := ParseLock(append(bytes.Clone(b), 0)); !errors.Is(err, ErrDamaged) {
		t.Error("a byte more")
	}
}

// Requirement 8, for the lock: nobody who lacks the data key adds a slot, or exchanges the inbox's key for their own.
func TestForgedLockIsNoticed(t *testing.T) {
	l, k := locked(t, "one")
	mine, mineKey := locked(t, "mine")
	l, _ = reread(t, l, k)
	forged := l
	forged.Slots = append(forged.Slots, mine.Slots...)
	if err := third(forged.Open(someStore, Passphrase, []byte("one"), bound)); !errors.Is(err, ErrDamaged) {
		t.Errorf("a slot was added: %v", err)
	}
	swapped := l
	swapped.inbox = mine.inbox
	if err := third(swapped.Open(someStore, Passphrase, []byte("one"), bound)); !errors.Is(err, ErrDamaged) {
		t.Errorf("the inbox's key was exchanged: %v", err)
	}
	if swapped.Fingerprint() == l.Fingerprint() {
		t.Error("the fingerprint does not tell")
	}
	if b, err := swapped.Encode(mineKey, bound); err == nil {
		again, _ := ParseLock(b)
		if err := third(again.Open(someStore, Passphrase, []byte("one"), bound)); !errors.Is(err, ErrDamaged) {
			t.Errorf("signed with another key: %v", err)
		}
	}
}

// Requirement 9: parameters that would take all memory or time are refused at once.
func TestHostileCosts(t *testing.T) {
	l, k := locked(t, "one")
	for _, c := range []Cost{
		{0, 64, 1}, {17, 64, 1}, {1 << 31, 64, 1}, {1, 1<<20 + 1, 1}, {1, 1 << 31, 1}, {1, 7, 1}, {1, 64, 0}, {1, 64, 17}, {1, 64, 255}, {1, 8, 2},
	} {
		bad := l
		bad.Slots = []Slot{l.Slots[0]}
		bad.Slots[0].Cost = c
		b, err := bad.Encode(k, bound)
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		if _, err := ParseLock(b); !errors.Is(err, ErrDamaged) {
			t.Errorf("%+v: %v", c, err)
		}
		if took := time.Since(begun); took > 50*time.Millisecond {
			t.Errorf("%+v took %v", c, took)
		}
		if _, err := l.With(k, someStore, Passphrase, []byte("x"), c); err == nil {
			t.Errorf("a slot is made with %+v", c)
		}
	}
}

// Requirements 7 and 8, for the inbox: a changed item, or one in another place, is damage.
func TestInbox(t *testing.T) {
	l, k := locked(t, "one")
	l, _ = reread(t, l, k)
	for _, text := range []string{"", "It rained.", strings.Repeat("And rained. ", 1000)} {
		item, err := l.Seal(someStore, 3, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.OpenItem(someStore, 3, item); err != nil || string(got) != text {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		for what, open := range map[string]func() ([]byte, error){
			"another number":  func() ([]byte, error) { return k.OpenItem(someStore, 4, item) },
			"another journal": func() ([]byte, error) { return k.OpenItem([16]byte{1}, 3, item) },
			"another key":     func() ([]byte, error) { return NewKey().OpenItem(someStore, 3, item) },
			"cut short":       func() ([]byte, error) { return k.OpenItem(someStore, 3, item[:len(item)-1]) },
			"nothing":         func() ([]byte, error) { return k.OpenItem(someStore, 3, nil) },
		} {
			if _, err := open(); !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	item, _ := l.Seal(someStore, 3, []byte("It rained."))
	r := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		bad := bytes.Clone(item)
		bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
		if _, err := k.OpenItem(someStore, 3, bad); !errors.Is(err, ErrDamaged) {
			t.Fatalf("a flipped bit: %v", err)
		}
	}
	again, _ := l.Seal(someStore, 3, []byte("It rained."))
	if bytes.Contains(again, item[len(item)-32:]) {
		t.Error("two items are alike")
	}
}

func TestRecoveryKey(t *testing.T) {
	seen := make(map[string]bool)
	for range 200 {
		shown, secret := NewRecoveryKey()
		if len(shown) != 39 || seen[shown] {
			t.Fatalf("%q", shown)
		}
		seen[shown] = true
		for _, typed := range []string{
			shown, strings.ToLower(shown), strings.ReplaceAll(shown, "-", " "), strings.ReplaceAll(shown, "-", ""),
			strings.ReplaceAll(strings.ReplaceAll(shown, "0", "O"), "1", "l"),
		} {
			if got, err := ParseRecoveryKey([]byte(typed)); err != nil || !bytes.Equal(got, secret) {
				t.Fatalf("%q: %x, %v, want %x", typed, got, err, secret)
			}
		}
		for i, c := range shown {
			if c == '-' {
				continue
			}
			wrong := "7"
			if c == '7' {
				wrong = "8"
			}
			if _, err := ParseRecoveryKey([]byte(shown[:i] + wrong + shown[i+1:])); !errors.Is(err, ErrMistyped) {
				t.Fatalf("letter %d is wrong, and it is taken", i)
			}
		}
	}
	for _, bad := range []string{"", "ABCD", strings.Repeat("0", 33), strings.Repeat("U", 32), "é"} {
		if _, err := ParseRecoveryKey([]byte(bad)); !errors.Is(err, ErrMistyped) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	l, k := locked(t, "one")
	shown, secret := NewRecoveryKey()
	l, err := l.With(k, someStore, RecoveryKey, secret, cheap())
	if err != nil {
		t.Fatal(err)
	}
	l, _ = reread(t, l, k)
	typed, _ := ParseRecoveryKey([]byte(shown))
	if err := third(l.Open(someStore, RecoveryKey, typed, bound)); err != nil {
		t.Error(err)
	}
}

func FuzzParseLock(f *testing.F) {
	l, k := locked(f, "one", "two")
	b, _ := l.Encode(k, bound)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := ParseLock(b)
		if err != nil {
			return
		}
		if again := append(l.body(), l.mac[:]...); !bytes.Equal(again, b) {
			t.Error("a lock reads back differently")
		}
	})
}

// BenchmarkUnlock is what somebody waits for after typing their passphrase.
func BenchmarkUnlock(b *testing.B) {
	k := NewKey()
	l, err := NewLock(k)
	if err == nil {
		l, err = l.With(k, someStore, Passphrase, []byte("one"), DefaultCost())
	}
	if err != nil {
		b.Fatal(err)
	}
	l, _ = reread(b, l, k)
	for b.Loop() {
		if err := third(l.Open(someStore, Passphrase, []byte("one"), bound)); err != nil {
			b.Fatal(err)
		}
	}
}
