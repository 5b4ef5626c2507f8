package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// cycleChild does everything there is to do to damaged files, which must all refuse.
func cycleChild(paths []string) {
	ctx := context.Background()
	for _, path := range paths {
		_, err := reading(ctx, path, func(string) {})
		j := newJournal(path, Options{})
		for _, act := range []func() error{
			func() error { _, err := j.Add(ctx, Entry{Date: At(noon), Text: "x"}, Beside{}); return err },
			func() error { _, err := j.SaveDraft(ctx, Draft{Entry: Entry{Text: "x"}}); return err },
			func() error { return j.Delete(ctx, ID{7, 1, 0, 1}) },
			func() error { return j.UpdateState(ctx, func(s *State) error { return s.Put("name9", nil) }) },
			func() error { _, _, err := j.Compact(ctx, nil); return err },
			func() error { return j.Backup(ctx, path+".copy", nil) },
		} {
			if e := act(); e != nil && !errors.Is(e, ErrDamaged) {
				err = e
			}
		}
		if err == nil || errors.Is(err, ErrDamaged) || errors.Is(err, ErrNoEntry) {
			err = errors.New("survived")
		}
		fmt.Println(filepath.Base(path), oneLine(err))
	}
}

// TestPagesInCircles has branch pages lead to themselves and to each other, which bbolt
// would follow until the process dies.
func TestPagesInCircles(t *testing.T) {
	dir := quickDir(t)
	moments := rich(t, filepath.Join(dir, "journal.db"))
	base := moments[len(moments)-1]
	le := binary.LittleEndian
	file, err := os.Open(filepath.Join(dir, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	newest, _, err := readMetas(file, int64(len(base)))
	if err != nil {
		t.Fatal(err)
	}
	free := &walker{file: file, high: newest.high, seen: make([]bool, newest.high), step: func(int) {}}
	free.freelist(newest)
	var branches []int
	for at := 2 * pageSize; at < usedPages(base)*pageSize; at += pageSize {
		if le.Uint64(base[at:]) == uint64(at/pageSize) && le.Uint16(base[at+8:]) == flagBranch && !free.seen[at/pageSize] {
			branches = append(branches, at)
		}
	}
	if len(branches) < 3 {
		t.Fatalf("%d branch pages", len(branches))
	}
	var paths []string
	for _, from := range branches {
		for _, to := range branches {
			last := int(le.Uint16(base[from+10:])) - 1
			for _, i := range []int{0, last} {
				b := bytes.Clone(base)
				le.PutUint64(b[from+pageHeader+i*elementSize+8:], uint64(to/pageSize))
				path := filepath.Join(dir, fmt.Sprintf("%d-%d-%d.db", from/pageSize, i, to/pageSize))
				if err := os.WriteFile(path, b, 0o600); err != nil {
					t.Fatal(err)
				}
				paths = append(paths, path)
				if from == to {
					if r, err := Verify(t.Context(), path, nil); err != nil || len(r.Damage) == 0 {
						t.Errorf("%s: verify finds nothing, %v", filepath.Base(path), err)
					}
				}
			}
		}
	}
	words := make([]any, len(paths))
	for i, p := range paths {
		words[i] = p
	}
	child := start(t, "cycle", words...)
	lines, err := child.rest()
	if err != nil {
		t.Errorf("the process died: %v\n%.2000s", err, child.err.String())
	}
	for _, line := range lines {
		if !strings.HasSuffix(line, " survived") {
			t.Error(line)
		}
	}
	if len(lines) != len(paths) {
		t.Errorf("%d of %d files were tried", len(lines), len(paths))
	}
}

// TestHostileFreelist has the list of free pages claim what bbolt would take on trust.
func TestHostileFreelist(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "journal.db")
	moments := rich(t, path)
	base := moments[len(moments)-1]
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	newest, _, err := readMetas(file, int64(len(base)))
	if err != nil {
		t.Fatal(err)
	}
	at := int(newest.freelist) * pageSize
	le := binary.LittleEndian
	for name, change := range map[string]func(b []byte){
		"a count of 2^36":       func(b []byte) { le.PutUint16(b[10:], 0xFFFF); le.PutUint64(b[pageHeader:], 1<<36) },
		"a long overflow":       func(b []byte) { le.PutUint32(b[12:], 2) },
		"a page twice":          func(b []byte) { copy(b[pageHeader+8:pageHeader+16], b[pageHeader:]) },
		"a page out of bounds":  func(b []byte) { le.PutUint64(b[pageHeader:], 1<<40) },
		"the root page":         func(b []byte) { le.PutUint64(b[pageHeader:], newest.root) },
		"the first page":        func(b []byte) { le.PutUint64(b[pageHeader:], 0) },
		"another free page":     func(b []byte) { le.PutUint64(b[pageHeader:], le.Uint64(b[pageHeader:])-1) },
		"pages behind the page": func(b []byte) { le.PutUint16(b[10:], 5000) },
	} {
		b := bytes.Clone(base)
		change(b[at:])
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		j := newJournal(path, Options{})
		if _, err := j.Add(t.Context(), Entry{Date: At(noon), Text: "x"}, Beside{}); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v, want ErrDamaged", name, err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(after, b) {
			t.Errorf("%s: the file changed", name)
		}
		if got := all(t, j, Query{}); len(got) == 0 {
			t.Errorf("%s: nothing can be read", name)
		}
	}
}

// pagesOf returns one page of each kind from a journal's file.
func pagesOf(t testing.TB) (pages [][]byte) {
	moments := rich(t, filepath.Join(t.TempDir(), "journal.db"))
	b := moments[len(moments)-1]
	seen := make(map[uint16]int)
	for at := 0; at+pageSize <= usedPages(b)*pageSize; at += pageSize {
		kind := binary.LittleEndian.Uint16(b[at+8:])
		if seen[kind]++; seen[kind] <= 3 && kind <= flagFreelist {
			pages = append(pages, b[at:at+pageSize])
		}
	}
	return pages
}

func FuzzReadElements(f *testing.F) {
	for _, page := range pagesOf(f) {
		f.Add(page, true)
		f.Add(page, false)
	}
	f.Fuzz(func(t *testing.T, page []byte, branch bool) {
		if len(page) < pageHeader {
			return
		}
		kind := uint16(flagLeaf)
		if branch {
			kind = flagBranch
		}
		elements, ok := readElements(page, kind)
		for _, e := range elements {
			if ok && len(e.key)+len(e.value) > len(page) {
				t.Error("an element larger than its page")
			}
		}
		inOrder(page)
	})
}

// FuzzWalkPages changes some bytes of a file, and walks it, guards it and verifies it.
func FuzzWalkPages(f *testing.F) {
	dir := f.TempDir()
	moments := rich(f, filepath.Join(dir, "journal.db"))
	base := moments[len(moments)-1]
	f.Add([]byte{0, 0, 0, 1}, uint16(0), uint16(0))
	for range 8 {
		r := rand.New(rand.NewPCG(1, 1))
		f.Add([]byte{byte(r.Uint32()), 1, 2, 3, 4, 5, 6, 7}, uint16(r.IntN(usedPages(base))), uint16(r.IntN(pageSize)))
	}
	f.Fuzz(func(t *testing.T, change []byte, page, offset uint16) {
		b := slices.Clone(base)
		at := int(page)%usedPages(base)*pageSize + int(offset)%pageSize
		copy(b[at:], change)
		path := filepath.Join(t.TempDir(), "journal.db")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		found := 0
		if err := walkPages(t.Context(), file, func(error) { found++ }, func(int, int) {}); err != nil {
			t.Fatal(err)
		}
		g, err := newGuard(file)
		if err != nil {
			return
		}
		damaged := g.freelist() != nil
		for _, name := range buckets() {
			for _, do := range []intent{toRead, toPut, toRemove} {
				damaged = g.way(name, numberKey(uint64(offset)), do) != nil || damaged
			}
			damaged = g.all(name) != nil || damaged
		}
		r, err := Verify(t.Context(), path, nil)
		if damaged && found == 0 && (err != nil || len(r.Damage) == 0) {
			t.Error("the guard refuses what verify finds whole")
		}
	})
}
