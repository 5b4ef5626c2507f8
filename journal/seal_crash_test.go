package journal

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// leaveChild leaves entries in a locked journal until it is killed. It says which one it
// will leave, and when that is done.
func leaveChild(args []string) {
	j, err := Open(context.Background(), args[0], Options{})
	die(err)
	for n := 0; ; n++ {
		id := NewID()
		fmt.Println("leave", hex.EncodeToString(id[:]))
		_, err := j.Add(context.Background(), Entry{ID: id, Date: At(time.Now()), Text: strings.Repeat("rain ", n%300)}, Beside{})
		die(err)
		fmt.Println("done", hex.EncodeToString(id[:]))
	}
}

// resealChild gives a journal one new key after another, until it is killed. Its first
// passphrase is 0, and each is the number after the one before.
func resealChild(args []string) {
	ctx := context.Background()
	j, err := Open(ctx, args[0], Options{})
	die(err)
	cheaply(j)
	from := number(args[1])
	die(j.Unlock(ctx, phrase(fmt.Sprint(from))))
	fmt.Println("begun")
	for n := from + 1; ; n++ {
		die(j.Seal(ctx, nil, phrase(fmt.Sprint(n))))
		fmt.Println("done", n)
	}
}

// killed starts a child, kills it at a random moment after its first line, and returns its
// lines.
func killed(t *testing.T, r *rand.Rand, most time.Duration, name string, args ...any) []string {
	t.Helper()
	p := start(t, name, args...)
	if !p.lines.Scan() {
		t.Fatalf("the child says nothing: %s", p.err.String())
	}
	lines := []string{p.lines.Text()}
	time.AfterFunc(time.Duration(r.Int64N(int64(most))), func() { p.Process.Kill() })
	rest, _ := p.rest()
	if p.err.Len() > 0 {
		t.Fatal(p.err.String())
	}
	return append(lines, rest...)
}

// Requirement 15, for a locked journal: each entry whose leaving was acknowledged is there
// once after the journal is unlocked, whenever the program was killed.
func TestKilledWhileLeaving(t *testing.T) {
	t.Parallel()
	j := sealedJournal(t, phrase("0"))
	r := rand.New(rand.NewPCG(3, 3))
	kept := make(map[string]bool)
	tries := 25
	if long() {
		tries = 1000
	}
	for range tries {
		tried := make(map[string]bool)
		for _, line := range killed(t, r, 40*time.Millisecond, "leave", j.Path()) {
			what, id, _ := strings.Cut(line, " ")
			tried[id] = true
			if what == "done" {
				kept[id] = true
			}
		}
		again := unlocked(t, j.Path(), phrase("0"))
		taken, err := again.TakeIn(t.Context(), nil)
		if err != nil || taken.Aside > 0 {
			t.Fatalf("%d aside, %v", taken.Aside, err)
		}
		for _, e := range taken.Entries {
			id := hex.EncodeToString(e.ID[:])
			if !tried[id] {
				t.Fatalf("entry %s was never left", id)
			}
			kept[id] = true
		}
	}
	whole(t, j)
	found := make(map[string]bool)
	for _, e := range all(t, j, Query{}) {
		id := hex.EncodeToString(e.ID[:])
		if found[id] {
			t.Errorf("entry %s is there twice", id)
		}
		found[id] = true
	}
	for id := range kept {
		if !found[id] {
			t.Errorf("entry %s is lost", id)
		}
	}
	if len(kept) == 0 {
		t.Error("nothing was ever left")
	}
}

// Requirement 12: whenever a new key is interrupted, the journal opens with the old
// passphrase or the new one, and is complete.
func TestKilledWhileSealing(t *testing.T) {
	t.Parallel()
	j := sealedJournal(t, phrase("0"))
	plant(t, j)
	want := holds(t, j)
	r := rand.New(rand.NewPCG(4, 4))
	tries := 8
	if long() {
		tries = 300
	}
	last := 0
	for range tries {
		for _, line := range killed(t, r, 400*time.Millisecond, "reseal", j.Path(), last) {
			fmt.Sscanf(line, "done %d", &last)
		}
		opened := false
		for _, n := range []int{last, last + 1} {
			again, err := Open(t.Context(), j.Path(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := again.Unlock(t.Context(), phrase(fmt.Sprint(n))); err != nil {
				continue
			}
			opened, last = true, n
			whole(t, again)
			if holds(t, again) != want {
				t.Fatal("it holds something else")
			}
			break
		}
		if !opened {
			t.Fatalf("neither the passphrase %d nor the one after it opens it", last)
		}
	}
	if last == 0 {
		t.Error("no key was ever changed")
	}
	files, err := os.ReadDir(filepath.Dir(j.Path()))
	if err != nil || len(files) > 2 {
		t.Errorf("beside it lie %v, %v", files, err)
	}
}

// Requirement 12: interrupted at any step, what seals a journal, gives it a new key or
// opens it for good leaves it as it was, and nothing beside it.
func TestSealInterrupted(t *testing.T) {
	t.Parallel()
	for what, do := range map[string]func(context.Context, *Journal, Progress) error{
		"encrypt": func(ctx context.Context, j *Journal, p Progress) error { return j.Seal(ctx, p, phrase("new")) },
		"rekey":   func(ctx context.Context, j *Journal, p Progress) error { return j.Seal(ctx, p, phrase("new")) },
		"decrypt": func(ctx context.Context, j *Journal, p Progress) error { return j.Unseal(ctx, p) },
	} {
		secrets := []Secret{phrase("old")}
		if what == "encrypt" {
			secrets = nil
		}
		j := sealedAt(t, filepath.Join(quickDir(t), "journal.db"), secrets...)
		few(t, j)
		want, err := contents(t.Context(), j.Path(), secrets...)
		if err != nil {
			t.Fatal(err)
		}
		reads := func(secrets []Secret) string {
			t.Helper()
			unlockedAs(t, j.Path(), secrets)
			got, err := contents(t.Context(), j.Path(), secrets...)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		interrupted := 0
		for err := context.Canceled; err != nil; interrupted++ {
			ctx, cancel := context.WithCancel(t.Context())
			n := 0
			err = do(ctx, j, func(int, int) {
				if n++; n > interrupted {
					cancel()
				}
			})
			cancel()
			if err == nil {
				break
			}
			if whole(t, j); reads(secrets) != want {
				t.Fatalf("%s: after %d steps it holds something else", what, interrupted)
			}
			if left := beside(t, j.Path()); len(left) > 0 {
				t.Fatalf("%s: after %d steps there is %v", what, interrupted, left)
			}
		}
		after := []Secret{phrase("new")}
		if what == "decrypt" {
			after = nil
		}
		if interrupted < 3 || reads(after) != want {
			t.Errorf("%s: after %d interruptions it holds something else", what, interrupted)
		}
	}
}

// unlockedAs opens a journal that is sealed with the first of the secrets, or plain.
func unlockedAs(t testing.TB, path string, secrets []Secret) *Journal {
	t.Helper()
	if len(secrets) > 0 {
		return unlocked(t, path, secrets[0])
	}
	j := opened(t, path)
	if j.Sealed() {
		t.Fatal("it is sealed")
	}
	return j
}
