package journal

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// writeChild does what people do, for some milliseconds or until it is killed: the path,
// a seed, the milliseconds, and what to do, "add" or "all". It says what it tries
// before it does, and "done" when it was told that it is done.
func writeChild(args []string) {
	ctx, path, seed := context.Background(), args[0], number(args[1])
	end := time.Now().Add(time.Duration(number(args[2])) * time.Millisecond)
	j, err := Open(ctx, path, Options{})
	die(err)
	r := rand.New(rand.NewPCG(5, uint64(seed)))
	var ids []ID
	for e, err := range j.Entries(ctx, Query{}) {
		die(err)
		ids = append(ids, e.ID)
	}
	slowest := time.Duration(0)
	for n := 0; time.Now().Before(end); n++ {
		text := fmt.Sprintf("text-%d-%d-%s", seed, n, strings.Repeat("x", r.IntN(3000)))
		begun := time.Now()
		if what := r.IntN(100); args[3] == "add" || what < 30 || len(ids) == 0 {
			ids = append(ids, tryAdd(ctx, j, text))
		} else {
			at := r.IntN(len(ids))
			if tryOther(ctx, j, what, ids[at], text, seed*1000+n) {
				ids = slices.Delete(ids, at, at+1)
			}
		}
		slowest = max(slowest, time.Since(begun))
	}
	fmt.Println("slowest", slowest.Milliseconds())
}

func tryAdd(ctx context.Context, j *Journal, text string) ID {
	id := NewID()
	fmt.Println("add", hex.EncodeToString(id[:]), text)
	_, err := j.Add(ctx, Entry{ID: id, Date: At(time.Now()), Text: text}, Beside{})
	die(err)
	fmt.Println("done")
	return id
}

// tryOther does something else than adding, and reports whether the entry went.
func tryOther(ctx context.Context, j *Journal, what int, id ID, text string, unique int) (gone bool) {
	name := hex.EncodeToString(id[:])
	var err error
	switch {
	case what < 55:
		fmt.Println("edit", name, text)
		_, err = j.Edit(ctx, id, 0, func(e *Entry) error { e.Text = text; return nil }, Beside{})
	case what < 65:
		fmt.Println("delete", name, "-")
		err, gone = j.Delete(ctx, id), true
	case what < 75:
		fmt.Println("import", unique, text)
		_, err = j.Import(ctx, imported(unique, text), nil)
	case what < 90:
		fmt.Println("draft", unique, text)
		_, err = j.SaveDraft(ctx, Draft{Number: uint64(unique), Entry: Entry{Text: text}})
	case what < 95:
		fmt.Println("compact", "-", "-")
		_, _, err = j.Compact(ctx, nil)
	default:
		fmt.Println("forever", name, "-")
		err, gone = j.DeleteForever(ctx, nil, id), true
	}
	die(err)
	fmt.Println("done")
	return gone
}

// imported yields ten entries whose ids follow from a number.
func imported(unique int, text string) func(func(*Entry, error) bool) {
	return func(yield func(*Entry, error) bool) {
		for i := range 10 {
			if !yield(&Entry{ID: importedID(unique, i), Date: Day(2020, 1, 1+i), Text: text}, nil) {
				return
			}
		}
	}
}

func importedID(unique, i int) ID {
	return ID{byte(unique), byte(unique >> 8), byte(unique >> 16), byte(unique >> 24), byte(i), 1}
}

// ledger is what a journal must hold after what was acknowledged.
type ledger struct {
	standing map[ID]string
	drafts   map[uint64]string
	trying   []string // what was begun and not acknowledged
}

func (l *ledger) hear(line string) {
	words := strings.Fields(line)
	switch {
	case len(words) == 0:
	case words[0] == "done":
		l.apply(l.trying)
		l.trying = nil
	case len(words) == 3:
		l.trying = words
	}
}

func (l *ledger) apply(words []string) {
	if len(words) != 3 {
		return
	}
	var id ID
	hex.Decode(id[:], []byte(words[1]))
	switch words[0] {
	case "add", "edit":
		l.standing[id] = words[2]
	case "delete", "forever":
		delete(l.standing, id)
	case "import":
		for i := range 10 {
			l.standing[importedID(number(words[1]), i)] = words[2]
		}
	case "draft":
		l.drafts[uint64(number(words[1]))] = words[2]
	}
}

// check holds a journal against the ledger. What was under way happened, or did not.
func (l *ledger) check(t *testing.T, j *Journal) {
	t.Helper()
	whole(t, j)
	got := ledger{standing: make(map[ID]string), drafts: make(map[uint64]string)}
	for _, e := range all(t, j, Query{}) {
		if _, twice := got.standing[e.ID]; twice {
			t.Errorf("entry %s is there twice", e.ID)
		}
		got.standing[e.ID] = e.Text
	}
	drafts, err := j.Drafts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range drafts {
		got.drafts[d.Number] = d.Entry.Text
	}
	before := l.misses(&got)
	if before != "" {
		l.apply(l.trying)
	}
	l.trying = nil
	if after := l.misses(&got); after != "" {
		t.Errorf("neither what was before (%s) nor what should be after (%s)", before, after)
	}
}

// misses returns the first difference between what should be and what is.
func (l *ledger) misses(got *ledger) string {
	for id, text := range l.standing {
		if got.standing[id] != text {
			return fmt.Sprintf("entry %s reads %.30q, want %.30q", id, got.standing[id], text)
		}
	}
	for number, text := range l.drafts {
		if got.drafts[number] != text {
			return fmt.Sprintf("draft %d reads %.30q, want %.30q", number, got.drafts[number], text)
		}
	}
	if len(got.standing) != len(l.standing) || len(got.drafts) != len(l.drafts) {
		return fmt.Sprintf("%d entries, %d drafts, want %d and %d", len(got.standing), len(got.drafts), len(l.standing), len(l.drafts))
	}
	return ""
}

// Requirement 15: what was acknowledged survives kill -9, whatever was under way.
func TestKill(t *testing.T) {
	const journals = 2
	for side := range journals {
		t.Run(fmt.Sprint(side), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(quickDir(t), "journal.db")
			if _, err := Create(t.Context(), path, Options{}); err != nil {
				t.Fatal(err)
			}
			l := &ledger{standing: make(map[ID]string), drafts: make(map[uint64]string)}
			r := rand.New(rand.NewPCG(11, uint64(side)))
			done := 0
			kills := ordinarily(200, 10000) / journals
			if raced {
				kills = 20
			}
			for kill := range kills {
				p := start(t, "write", path, side+kill*journals, 60000, "all")
				go func() {
					time.Sleep(time.Duration(10+r.IntN(50)) * time.Millisecond)
					p.Process.Kill()
				}()
				lines, _ := p.rest()
				for _, line := range lines {
					l.hear(line)
					done++
				}
				if said := p.err.String(); said != "" {
					t.Fatalf("kill %d: %s", kill, said)
				}
				j := opened(t, path)
				if l.check(t, j); t.Failed() {
					t.Fatalf("after kill %d", kill)
				}
				if left := beside(t, path); len(left) > 0 {
					t.Fatalf("after kill %d there is %v", kill, left)
				}
				if len(l.standing) > 400 { // keep it quick
					ids := make([]ID, 0, 300)
					for id := range l.standing {
						if ids = append(ids, id); len(ids) == 300 {
							break
						}
					}
					if err := j.DeleteForever(t.Context(), nil, ids...); err != nil {
						t.Fatal(err)
					}
					for _, id := range ids {
						delete(l.standing, id)
					}
				}
			}
			t.Log(done/2, "steps were acknowledged, or nearly")
		})
	}
}

func TestSweep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	if _, err := Create(t.Context(), path, Options{}); err != nil {
		t.Fatal(err)
	}
	put := func(name string, age time.Duration) {
		name = filepath.Join(filepath.Dir(path), name)
		then := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(name, []byte("x"), 0o600), os.Chtimes(name, then, then)); err != nil {
			t.Fatal(err)
		}
	}
	ours := tempPrefix(path)
	put(ours+"1.tmp", 0)
	put(ours+"1.tmp.lock", 0)
	put(tempPrefix("backup.db")+"1.tmp", 0)
	put(tempPrefix("backup.db")+"2.tmp", 48*time.Hour)
	put("notes.tmp", 48*time.Hour)
	put(".untangle-notes", 48*time.Hour)
	turnstile, err := enter(t.Context(), path, true)
	if err != nil {
		t.Fatal(err)
	}
	trySweep(path)
	if left := beside(t, path); len(left) != 6 {
		t.Errorf("swept while somebody wrote: %v", left)
	}
	turnstile.Close()
	opened(t, path)
	want := []string{tempPrefix("backup.db") + "1.tmp", ".untangle-notes", "notes.tmp"}
	left := beside(t, path)
	slices.Sort(want)
	slices.Sort(left)
	if !slices.Equal(left, want) {
		t.Errorf("left %v, want %v", left, want)
	}
}

// readChild reads for some milliseconds: the path, the milliseconds.
func readChild(args []string) {
	ctx := context.Background()
	end := time.Now().Add(time.Duration(number(args[1])) * time.Millisecond)
	n := 0
	for ; time.Now().Before(end); n++ {
		j, err := Open(ctx, args[0], Options{})
		die(err)
		for e, err := range j.Entries(ctx, Query{Limit: 1 + n%50}) {
			die(err)
			if !strings.HasPrefix(e.Text, "text-") {
				die(errors.New("another text"))
			}
		}
		if n%50 == 0 {
			r, err := j.Verify(ctx, nil)
			if die(err); len(r.Damage) > 0 {
				die(errors.New(r.Damage[0]))
			}
		}
	}
	fmt.Println("read", n)
}

func TestManyProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := Create(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	length := ordinarily(3000, 60000)
	var writers, readers []*process
	for i := range 2 {
		writers = append(writers, start(t, "write", path, i, length, "add"))
	}
	for range 10 {
		readers = append(readers, start(t, "read", path, length))
	}
	l := &ledger{standing: make(map[ID]string), drafts: make(map[uint64]string)}
	said := make([][]string, len(writers))
	var reading sync.WaitGroup
	for i, p := range writers {
		reading.Go(func() { // together, or one would wait until it can speak
			lines, err := p.rest()
			if err != nil {
				t.Errorf("a writer: %v: %s", err, p.err.String())
			}
			said[i] = lines
		})
	}
	reading.Wait()
	for _, lines := range said {
		for _, line := range lines {
			l.hear(line)
			if rest, ok := strings.CutPrefix(line, "slowest "); ok {
				t.Log("the slowest write took", rest, "ms")
				if number(rest) > 2000 {
					t.Errorf("a writer waited %s ms", rest)
				}
			}
		}
	}
	for _, p := range readers {
		if lines, err := p.rest(); err != nil {
			t.Errorf("a reader: %v: %s", err, p.err.String())
		} else {
			t.Log(lines)
		}
	}
	l.check(t, j)
	t.Log(len(l.standing), "entries were added")
}

func createChild(args []string) {
	j, err := Create(context.Background(), args[0], Options{})
	if errors.Is(err, ErrExists) {
		j, err = Open(context.Background(), args[0], Options{})
		fmt.Println("exists")
	} else if err == nil {
		fmt.Println("made")
	}
	die(err)
	_, err = j.Add(context.Background(), Entry{Date: At(time.Now()), Text: "from " + args[1]}, Beside{})
	die(err)
}

func TestCreatingAtOnce(t *testing.T) {
	for range ordinarily(3, 200) {
		path := filepath.Join(t.TempDir(), "new", "journal.db")
		var creators []*process
		for i := range 8 {
			creators = append(creators, start(t, "create", path, i))
		}
		var said strings.Builder
		for _, p := range creators {
			lines, err := p.rest()
			if err != nil {
				t.Errorf("%v: %s", err, p.err.String())
			}
			said.WriteString(strings.Join(lines, " ") + " ")
		}
		if strings.Count(said.String(), "made") != 1 || strings.Count(said.String(), "exists") != 7 {
			t.Errorf("they said %s", said.String())
		}
		j := opened(t, path)
		if got := texts(all(t, j, Query{})); len(got) != 8 {
			t.Errorf("there is %q", got)
		}
		whole(t, j)
		if left := beside(t, path); len(left) > 0 {
			t.Errorf("left %v", left)
		}
	}
}
