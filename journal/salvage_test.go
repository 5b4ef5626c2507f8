package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
	"untangle/journal/vault"
)

// stock is all that a journal holds.
type stock struct {
	standing, deleted map[ID]string
	versions, drafts  map[string]bool
	state             map[string]string
}

// written names a text and whose it is.
func written(e *Entry) string { return fmt.Sprintf("%x %s %s", e.ID, e.Title, e.Text) }

func stockOf(t testing.TB, j *Journal) *stock {
	t.Helper()
	s := &stock{make(map[ID]string), make(map[ID]string), make(map[string]bool), make(map[string]bool), make(map[string]string)}
	err := j.view(t.Context(), func(x *tx) error {
		entry := func(bucket string, number uint64) *Entry {
			e, _, err := x.readAny(bucket, number)
			if err != nil {
				t.Fatal(err)
			}
			s.versions[fmt.Sprint(number, " ", written(e))] = true
			return e
		}
		for which, row := range map[int]func([]byte){
			timelineTree: func(b []byte) {
				e := entry(entriesBucket, be64(b[8:]))
				s.standing[e.ID] = fmt.Sprint(written(e), e.CheckIn)
			},
			historyTree: func(b []byte) {
				if e := entry(historyBucket, be64(b[idKey:])); !e.Deleted.IsZero() {
					s.deleted[e.ID] = written(e)
				}
			},
			stateTree: func(b []byte) {
				value, _, err := x.open(stateBucket, be64(b[stateKey:]))
				name, value, ok := splitState(value)
				if err != nil || !ok {
					t.Error(err)
				}
				s.state[name] = string(value)
			},
		} {
			tree, err := x.tree(which)
			if err != nil {
				return err
			}
			if err := tree.walk(nil, false, func(b []byte) bool { row(b); return true }); err != nil {
				return err
			}
		}
		return x.eachDraft(func(d Draft) { s.drafts[fmt.Sprint(d.Number, " ", written(&d.Entry))] = true })
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wrecked is a journal to be damaged: its bytes, what it holds, and all that was ever
// written into it.
type wrecked struct {
	dir     string
	file    []byte
	holds   *stock
	written map[string]bool // entries and versions
	values  map[string]bool // of the state
	secret  *Secret
}

// toWreck returns a journal with much of a past: edited, deleted and undeleted entries,
// texts over several pages, values and drafts that changed.
func toWreck(t testing.TB, sealed bool) *wrecked {
	t.Helper()
	w := &wrecked{dir: quickDir(t), written: make(map[string]bool), values: make(map[string]bool)}
	path := filepath.Join(w.dir, "journal.db")
	moments := rich(t, path)
	for _, b := range moments {
		w.know(stockOf(t, opened(t, filepathOf(t, w.dir, b))))
	}
	j := cheaply(opened(t, path))
	if sealed {
		secret := phrase("the heron")
		w.secret = &secret
		if err := j.Seal(t.Context(), nil, phrase("another"), secret); err != nil {
			t.Fatal(err)
		}
	}
	w.pass(t, j)
	w.holds = stockOf(t, j)
	w.know(w.holds)
	w.file = read(t, path)
	return w
}

// pass gives a journal more of a past.
func (w *wrecked) pass(t testing.TB, j *Journal) {
	t.Helper()
	ctx, ids := t.Context(), slices.Sorted(maps.Keys(idNames(stockOf(t, j).standing)))
	for i := range 12 {
		id, err := ParseID(ids[i*5])
		if err == nil {
			_, err = j.Edit(ctx, id, 0, func(e *Entry) error { e.Text += " once more"; return nil }, Beside{})
		}
		if err == nil && i%3 == 0 {
			err = j.SetCheckIn(ctx, id, CheckIn{Mood: 1 + i%5})
		}
		if err == nil && i%4 == 0 {
			err = j.Delete(ctx, id)
		}
		if err == nil && i%8 == 0 {
			err = j.Undelete(ctx, id)
		}
		if err == nil {
			err = j.UpdateState(ctx, func(s *State) error { return s.Put("name3", fmt.Append(nil, "turn", i)) })
		}
		d, derr := j.SaveDraft(ctx, Draft{Entry: Entry{ID: ID{7, byte(i)}, Text: fmt.Sprint("unfinished ", i)}})
		if derr == nil && i%2 == 0 {
			derr = j.DropDraft(ctx, d.Number)
		}
		if err := errors.Join(err, derr); err != nil {
			t.Fatal(err)
		}
		w.know(stockOf(t, j))
	}
}

func idNames(ids map[ID]string) map[string]bool {
	names := make(map[string]bool)
	for id := range ids {
		names[id.String()] = true
	}
	return names
}

func (w *wrecked) know(s *stock) {
	for v := range s.versions {
		_, text, _ := strings.Cut(v, " ")
		w.written[text] = true
	}
	for d := range s.drafts {
		_, text, _ := strings.Cut(d, " ")
		w.written[text] = true
	}
	for name, value := range s.state {
		w.values[name+" is "+value] = true
	}
}

// unlocker answers with the secret of the journal, if it has one.
func (w *wrecked) unlocker() func(context.Context, func(Secret) error) error {
	return func(_ context.Context, try func(Secret) error) error {
		if w.secret == nil {
			return errors.New("a plain journal asks for a passphrase")
		}
		return try(*w.secret)
	}
}

// salvage takes what it can out of a damaged file. What comes out must be whole, and must
// have been written once; the file must stay as it is.
func (w *wrecked) salvage(t testing.TB, damaged []byte) (*Journal, Salvaged, error) {
	t.Helper()
	path, out := filepath.Join(w.dir, "damaged.db"), filepath.Join(w.dir, "out.db")
	os.Remove(out)
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Salvage(t.Context(), path, out, Options{}, w.unlocker(), nil)
	if !bytes.Equal(read(t, path), damaged) {
		t.Error("the damaged file was written to")
	}
	if err != nil {
		if _, there := os.Lstat(out); there == nil {
			t.Error("it failed, and left a file")
		}
		return nil, r, err
	}
	j := opened(t, out)
	if w.secret != nil {
		if err := j.Unlock(t.Context(), *w.secret); err != nil {
			t.Fatal(err)
		}
	}
	w.true(t, j, r)
	return j, r, nil
}

// true makes sure that a salvaged journal is whole and holds only what was written.
func (w *wrecked) true(t testing.TB, j *Journal, r Salvaged) {
	t.Helper()
	got, report := stockOf(t, j), whole(t, j)
	for v := range got.versions {
		if _, text, _ := strings.Cut(v, " "); !w.written[text] {
			t.Errorf("this was never written: %.80s", text)
		}
	}
	for d := range got.drafts {
		if _, text, _ := strings.Cut(d, " "); !w.written[text] {
			t.Errorf("this was never a draft: %.80s", text)
		}
	}
	for name, value := range got.state {
		if !w.values[name+" is "+value] {
			t.Errorf("%s was never %.80s", name, value)
		}
	}
	if report.Entries != r.Entries || report.Deleted != r.Deleted || report.Versions != r.Versions || report.Drafts != r.Drafts {
		t.Errorf("it says %+v, and holds %+v", r, report)
	}
}

// same compares what a salvaged journal holds with what the damaged one held.
func (w *wrecked) same(t testing.TB, j *Journal) {
	t.Helper()
	got := stockOf(t, j)
	for what, pair := range map[string][2]any{
		"entries": {got.standing, w.holds.standing}, "deleted": {got.deleted, w.holds.deleted}, "versions": {got.versions, w.holds.versions},
		"drafts": {got.drafts, w.holds.drafts}, "state": {got.state, w.holds.state},
	} {
		if a, b := fmt.Sprint(pair[0]), fmt.Sprint(pair[1]); a != b {
			at := 0
			for at < min(len(a), len(b)) && a[at] == b[at] {
				at++
			}
			t.Errorf("%s differ: %.100q, not %.100q", what, a[max(0, at-40):], b[max(0, at-40):])
		}
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// both runs a test on a plain journal and on a sealed one.
func both(t *testing.T, test func(*testing.T, *wrecked)) {
	for _, sealed := range []bool{false, true} {
		t.Run(map[bool]string{false: "plain", true: "sealed"}[sealed], func(t *testing.T) {
			t.Parallel()
			test(t, toWreck(t, sealed))
		})
	}
}

// Requirement 17: of a whole file, and of one without its opening pages, everything comes
// out.
func TestSalvageEverything(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *wrecked) {
		j, r, err := w.salvage(t, w.file)
		if err != nil {
			t.Fatal(err)
		}
		w.same(t, j)
		if !r.Whole() {
			t.Errorf("of a whole file: %+v", r)
		}
		old := opened(t, filepathOf(t, w.dir, w.file))
		if j.Store() != old.Store() || j.Sealed() != (w.secret != nil) {
			t.Error("it is another journal")
		}
		if info, _ := os.Stat(j.Path()); info.Mode().Perm() != 0o600 {
			t.Errorf("its mode is %v", info.Mode())
		}
		if w.secret != nil && bytes.Contains(read(t, j.Path()), []byte("text of entry")) {
			t.Error("a sealed journal came out plain")
		}
		if w.secret != nil {
			unlocked(t, j.Path(), phrase("another")) // every secret opens it
		}
		for what, damage := range map[string]func([]byte){
			"no opening pages":      func(b []byte) { clear(b[:2*pageSize]) },
			"no magic":              func(b []byte) { b[pageHeader] ^= 1; b[pageSize+pageHeader] ^= 1 },
			"one opening page less": func(b []byte) { clear(b[:pageSize]) },
			"the other":             func(b []byte) { clear(b[pageSize : 2*pageSize]) },
		} {
			b := slices.Clone(w.file)
			damage(b)
			j, r, err := w.salvage(t, b)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if r.Broken == 0 {
				t.Errorf("%s: nothing is said to be broken", what)
			}
			got := stockOf(t, j)
			if !maps.Equal(got.standing, w.holds.standing) || !maps.Equal(got.deleted, w.holds.deleted) || !maps.Equal(got.versions, w.holds.versions) {
				t.Errorf("%s: not all came out: %+v", what, r)
			}
			if !maps.Equal(got.state, w.holds.state) {
				t.Errorf("%s: the state differs", what)
			}
			for d := range w.holds.drafts {
				if !got.drafts[d] {
					t.Errorf("%s: a draft is lost: %.60s", what, d)
				}
			}
		}
	})
}

// Requirement 17: a page that is lost costs what stood on it and no more, be it zeros,
// chance, or another page.
func TestSalvageEachPage(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *wrecked) {
		places, top := w.places(t)
		pages := usedPages(w.file)
		step := 1
		if raced {
			step = 7
		}
		r := rand.New(rand.NewPCG(5, 6))
		for page := 0; page < pages; page += step {
			b := slices.Clone(w.file)
			at := b[page*pageSize : (page+1)*pageSize]
			what := page % 3
			switch what {
			case 0:
				clear(at)
			case 1:
				for i := range at {
					at[i] = byte(r.Uint32())
				}
			case 2:
				copy(at, w.file[(page+1)%pages*pageSize:])
			}
			j, report, err := w.salvage(t, b)
			if err != nil {
				t.Fatalf("page %d: %v", page, err)
			}
			got := stockOf(t, j)
			for id, want := range w.holds.standing {
				if places[id][int64(page)] || got.standing[id] == want {
					continue
				}
				if page != top || !strings.HasPrefix(want, got.deleted[id]) {
					t.Errorf("page %d, damaged in way %d, cost entry %s, which does not stand on it; %+v", page, what, id, report)
				}
			}
			for id, want := range w.holds.deleted {
				if !places[id][int64(page)] && got.deleted[id] != want {
					t.Errorf("page %d, damaged in way %d, cost deleted entry %s", page, what, id)
				}
			}
			if t.Failed() {
				return
			}
		}
	})
}

// places returns which pages the newest record of each entry stands on, and the page that
// leads to all.
func (w *wrecked) places(t testing.TB) (map[ID]map[int64]bool, int) {
	t.Helper()
	wreck, err := openWreck(filepathOf(t, w.dir, w.file))
	if err != nil {
		t.Fatal(err)
	}
	defer wreck.file.Close()
	if err := wreck.survey(t.Context()); err != nil {
		t.Fatal(err)
	}
	guises, err := wreck.guises(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key := vault.Plain()
	if w.secret != nil {
		if key, err = openGuise(guises, *w.secret); err != nil {
			t.Fatal(err)
		}
	}
	haul, err := wreck.best(t.Context(), key, guises)
	if err != nil {
		t.Fatal(err)
	}
	places := make(map[ID]map[int64]bool)
	for _, f := range haul.found {
		if f.bucket > inHistory || f.number&nodeBit != 0 || f.marks&isLive == 0 {
			continue
		}
		if places[f.id] == nil {
			places[f.id] = make(map[int64]bool)
		}
		for page := f.at / pageSize; page <= (f.at+int64(f.size)-1)/pageSize; page++ {
			places[f.id][page] = true
		}
		// The page where it begins has its length, and its key.
		for page := f.at / pageSize; page >= 0; page-- {
			if places[f.id][page] = true; wreck.live[page] != 0 {
				break
			}
		}
	}
	return places, slices.Index(wreck.live, inTop+1)
}

// Requirement 17: a file that was cut short yields what is before the cut.
func TestSalvageCutShort(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *wrecked) {
		came := 0
		for of := 1; of <= 10; of++ {
			j, r, err := w.salvage(t, w.file[:usedPages(w.file)*pageSize*of/10-7])
			if err != nil {
				if !errors.Is(err, ErrDamaged) {
					t.Errorf("cut to %d of 10: %v", of, err)
				}
				continue
			}
			if r.Broken == 0 {
				t.Errorf("cut to %d of 10: %+v", of, r)
			}
			came = len(stockOf(t, j).standing)
		}
		if came < len(w.holds.standing)*9/10 {
			t.Errorf("nearly whole, it yields %d of %d", came, len(w.holds.standing))
		}
	})
}

// Requirement 17: whatever was done to a file, no text comes out that was not written,
// and nothing but an error that says damaged keeps it in.
func TestSalvageMutants(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *wrecked) {
		dir := quickDir(t)
		others := rich(t, filepath.Join(dir, "other.db"))
		n := ordinarily(100, 5000)
		if raced {
			n = 20
		}
		failed := 0
		for i := range n {
			r := rand.New(rand.NewPCG(11, uint64(i)))
			b, what := mutant(r, [][]byte{w.file, w.file}, others[len(others)-1])
			for len(b) > 0 && r.IntN(3) > 0 { // most are damaged in more places than one
				at := r.IntN(len(b))
				for i := at; i < min(at+1<<r.IntN(12), len(b)); i++ {
					b[i] = byte(r.Uint32())
				}
			}
			_, report, err := w.salvage(t, b)
			if err != nil && !errors.Is(err, ErrDamaged) {
				t.Errorf("mutant %d (%s): %v", i, what, err)
			}
			if report.Entries == 0 {
				failed++
			}
			if t.Failed() {
				t.Fatalf("mutant %d (%s)", i, what)
			}
		}
		if failed > n/4 {
			t.Errorf("of %d mutants %d yield nothing", n, failed)
		}
	})
}

// What is no journal says so, and nothing is left beside it.
func TestSalvageNoJournal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	chance := make([]byte, 40*pageSize)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range chance {
		chance[i] = byte(r.Uint32())
	}
	h := header{format: 1, reader: 1, store: NewID()}
	fake := append(bytes.Repeat([]byte{0}, 3*pageSize), h.encode()...)
	for what, b := range map[string][]byte{
		"empty": nil, "short": []byte("x"), "chance": chance, "zeros": make([]byte, 40*pageSize), "words": bytes.Repeat([]byte("Dear diary. "), 9000),
		"a header and nothing else": fake, "many of them": bytes.Repeat([]byte(headerMagic), 40000),
	} {
		path, out := filepath.Join(dir, "file"), filepath.Join(dir, "out.db")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Salvage(t.Context(), path, out, Options{}, nil, nil); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v, want damaged", what, err)
		}
		if names := beside(t, path); len(names) > 0 {
			t.Errorf("%s: it left %v", what, names)
		}
	}
	if _, err := Salvage(t.Context(), filepath.Join(dir, "none"), filepath.Join(dir, "out.db"), Options{}, nil, nil); !errors.Is(err, ErrMissing) {
		t.Errorf("no file: %v", err)
	}
	if _, err := Salvage(t.Context(), dir, filepath.Join(dir, "out.db"), Options{}, nil, nil); err == nil {
		t.Error("a folder is a journal")
	}
}

func TestSalvageRefuses(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := toWreck(t, true)
	path, out := filepath.Join(w.dir, "journal.db"), filepath.Join(w.dir, "out.db")
	tries := 0
	wrong := func(_ context.Context, try func(Secret) error) error {
		for range 3 {
			tries++
			if err := try(phrase("the herring")); !errors.Is(err, ErrWrongSecret) {
				t.Errorf("a wrong passphrase: %v", err)
			}
		}
		return ErrWrongSecret
	}
	if _, err := Salvage(ctx, path, out, Options{}, wrong, nil); !errors.Is(err, ErrWrongSecret) || tries != 3 {
		t.Errorf("a wrong passphrase: %v", err)
	}
	if _, err := Salvage(ctx, path, out, Options{}, nil, nil); !errors.Is(err, ErrLocked) {
		t.Errorf("no passphrase: %v", err)
	}
	stopped, cancel := context.WithCancel(ctx)
	if _, err := Salvage(stopped, path, out, Options{}, w.unlocker(), func(int, int) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if _, err := os.Lstat(out); err == nil {
		t.Error("it left a file")
	}
	if err := os.WriteFile(out, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, there := range []string{out, path} {
		if _, err := Salvage(ctx, path, there, Options{}, w.unlocker(), nil); !errors.Is(err, fs.ErrExist) {
			t.Errorf("a file that is there: %v", err)
		}
	}
	if string(read(t, out)) != "mine" || !bytes.Equal(read(t, path), w.file) {
		t.Error("a file was written over")
	}
}

// What was written while the journal was locked comes out too, and is taken in once.
func TestSalvageInbox(t *testing.T) {
	t.Parallel()
	w := toWreck(t, true)
	path := filepath.Join(w.dir, "journal.db")
	j := unlocked(t, path, *w.secret)
	l := locked(t, j)
	leave := func(i int) {
		e, err := l.Add(t.Context(), Entry{ID: ID{5, byte(i)}, Date: Day(2026, 2, 1+i), Text: fmt.Sprint("left ", i)}, Beside{})
		if err != nil {
			t.Fatal(err)
		}
		w.written[written(&e)] = true
	}
	leave(1)
	if _, err := j.TakeIn(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	leave(2)
	leave(3)
	b := read(t, path)
	clear(b[:2*pageSize])
	out, r, err := w.salvage(t, b)
	if err != nil || r.Waiting != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	taken, err := out.TakeIn(t.Context(), nil)
	if err != nil || len(taken.Entries) != 2 || taken.Aside != 0 {
		t.Errorf("taken in: %+v, %v", taken, err)
	}
	if n, _ := out.Count(t.Context()); n != len(w.holds.standing)+3 {
		t.Errorf("%d entries, want %d", n, len(w.holds.standing)+3)
	}
	whole(t, out)
}

// What was deleted does not come back: neither as an entry, nor, if it was deleted for
// ever, by an import.
func TestSalvageDeleted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "journal.db")
	j, err := Create(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		add(t, j, Entry{ID: ID{1, byte(i)}, Text: fmt.Sprint("entry ", i)})
	}
	if err := j.DeleteForever(t.Context(), nil, ID{1, 4}); err != nil {
		t.Fatal(err)
	}
	add(t, j, Entry{ID: ID{2}, Text: "more"})
	if err := j.Delete(t.Context(), ID{1, 2}); err != nil {
		t.Fatal(err)
	}
	// Without its trees and its head, and with the record of before still in the file.
	raw(t, path, func(b *bbolt.Tx) error {
		return errors.Join(b.DeleteBucket([]byte(idsBucket)), b.DeleteBucket([]byte(timelineBucket)), b.Bucket([]byte(metaBucket)).Delete(headKey))
	})
	out := filepath.Join(dir, "out.db")
	r, err := Salvage(t.Context(), path, out, Options{}, nil, nil)
	if err != nil || r.Entries != 4 || r.Deleted != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	got := opened(t, out)
	whole(t, got)
	if s := stockOf(t, got); s.deleted[ID{1, 2}] == "" || s.standing[ID{1, 2}] != "" {
		t.Error("a deleted entry came back")
	}
	imported, err := got.Import(t.Context(), func(yield func(*Entry, error) bool) {
		yield(&Entry{ID: ID{1, 4}, Date: At(noon), Text: "entry 4"}, nil)
	}, nil)
	if err != nil || imported.Added != 0 {
		t.Errorf("an import brought back what was deleted for ever: %+v, %v", imported, err)
	}
}

// A text that looks like a header leads nowhere else.
func TestSalvageFakeHeader(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, out := filepath.Join(dir, "journal.db"), filepath.Join(dir, "out.db")
	j, err := Create(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	kept := add(t, j, Entry{Text: "kept"})
	raw(t, path, func(b *bbolt.Tx) error {
		fake := header{format: 1, reader: 1, store: NewID(), sealed: 1, slots: []byte("none")}
		other := header{format: 1, reader: 1, store: NewID()}
		return b.Bucket([]byte(entriesBucket)).Put(numberKey(99), slices.Concat(other.encode(), fake.encode(), other.encode(), other.encode(), other.encode()))
	})
	if _, err := Salvage(t.Context(), path, out, Options{}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if e, err := opened(t, out).Entry(t.Context(), kept.ID.String()); err != nil || e.Text != "kept" {
		t.Errorf("%v", err)
	}
}

// leafPage is a page of records, as bbolt writes them.
func leafPage(number int, keys, values [][]byte) []byte {
	page, le := make([]byte, pageSize), binary.LittleEndian
	le.PutUint64(page, uint64(number))
	le.PutUint16(page[8:], flagLeaf)
	le.PutUint16(page[10:], uint16(len(keys)))
	at := pageHeader + len(keys)*elementSize
	for i := range keys {
		e := page[pageHeader+i*elementSize:]
		le.PutUint32(e[4:], uint32(at-pageHeader-i*elementSize))
		le.PutUint32(e[8:], uint32(len(keys[i])))
		le.PutUint32(e[12:], uint32(len(values[i])))
		at += copy(page[at:], keys[i])
		at += copy(page[at:], values[i])
	}
	return page
}

// A change that was cut short leaves records whose numbers are given out again. What it
// left is somebody's text, too.
func TestSalvageNumberTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, out := filepath.Join(dir, "journal.db"), filepath.Join(dir, "out.db")
	j, err := Create(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	kept := add(t, j, Entry{Text: "kept"})
	add(t, j, Entry{Text: "after it"})
	left := Entry{ID: NewID(), Date: At(noon), Text: "left"}
	at := tx{header: header{store: j.store}}
	record, err := vault.Plain().Seal(nil, at.place(entriesBucket, numberKey(kept.Version)), encodeEntry(nil, &left))
	if err != nil {
		t.Fatal(err)
	}
	b := read(t, path)
	b = append(b, leafPage(len(b)/pageSize, [][]byte{numberKey(kept.Version)}, [][]byte{record})...)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := Salvage(t.Context(), path, out, Options{}, nil, nil); err != nil || r.Entries != 3 {
		t.Fatalf("%+v, %v", r, err)
	}
	got := opened(t, out)
	whole(t, got)
	if e, err := got.Entry(t.Context(), kept.ID.String()); err != nil || e.Version != kept.Version {
		t.Errorf("what was kept has another number: %v", err)
	}
	if e, err := got.Entry(t.Context(), left.ID.String()); err != nil || e.Text != "left" {
		t.Errorf("what was left: %v", err)
	}
}

// Where the last version is gone, the one before it stands, and is counted.
func TestSalvageOlderVersion(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, out := filepath.Join(dir, "journal.db"), filepath.Join(dir, "out.db")
	j, err := Create(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := add(t, j, Entry{Text: "the first words"})
	gone := add(t, j, Entry{Text: "words of the other"})
	if _, err := j.Edit(t.Context(), e.ID, 0, func(e *Entry) error { e.Text = "the last words"; return nil }, Beside{}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := j.Compact(t.Context(), nil); err != nil { // nothing is left on free pages
		t.Fatal(err)
	}
	b := bytes.ReplaceAll(read(t, path), []byte("the last words"), []byte("the lost words"))
	b = bytes.ReplaceAll(b, []byte(gone.Text), []byte("words of no other!"))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Salvage(t.Context(), path, out, Options{}, nil, nil)
	if want := (Salvaged{Entries: 1, Older: 1, Missing: 1, Broken: 2}); err != nil || r != want {
		t.Fatalf("%+v, %v, want %+v", r, err, want)
	}
	got := opened(t, out)
	if back, err := got.Entry(t.Context(), e.ID.String()); err != nil || back.Text != "the first words" {
		t.Errorf("%+v, %v", back, err)
	}
	// Versions go on where they were: what was lost is not mistaken for what comes.
	if next := add(t, got, Entry{Text: "next"}); next.Version <= e.Version+2 {
		t.Errorf("the next version is %d", next.Version)
	}
	whole(t, got)
}

// Pages that claim to hold each other many times over cost neither memory nor what is
// really there.
func TestSalvageHostilePages(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, w *wrecked) {
		b, le := w.file[:usedPages(w.file)*pageSize], binary.LittleEndian
		for i := range 256 {
			page := make([]byte, pageSize)
			le.PutUint64(page, uint64(len(b)/pageSize))
			le.PutUint16(page[8:], flagLeaf)
			le.PutUint16(page[10:], pageElements)
			for e := range pageElements {
				at := page[pageHeader+e*elementSize:]
				le.PutUint32(at[4:], uint32(pageSize-pageHeader-e*elementSize))
				le.PutUint32(at[8:], 8)
				le.PutUint32(at[12:], uint32(1000<<(i%12)))
			}
			b = append(slices.Clip(b), page...)
		}
		j, _, err := w.salvage(t, b)
		if err != nil {
			t.Fatal(err)
		}
		w.same(t, j)
	})
}

// FuzzSalvage changes some bytes of a file.
func FuzzSalvage(f *testing.F) {
	w := toWreck(f, false)
	f.Add([]byte{0, 0, 0, 1}, uint16(0), uint16(0))
	f.Add([]byte{255, 255, 255, 255, 255}, uint16(3), uint16(10))
	f.Fuzz(func(t *testing.T, change []byte, page, offset uint16) {
		b := slices.Clone(w.file)
		copy(b[int(page)%usedPages(b)*pageSize+int(offset)%pageSize:], change)
		dir := *w
		dir.dir = t.TempDir()
		if _, _, err := dir.salvage(t, b); err != nil && !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
	})
}

func BenchmarkSalvage(b *testing.B) {
	j := filled(b, 20000)
	out := j.Path() + ".out"
	for b.Loop() {
		if _, err := Salvage(b.Context(), j.Path(), out, Options{}, nil, nil); err != nil {
			b.Fatal(err)
		}
		os.Remove(out)
	}
}
