package journal

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// rich makes a small journal in which every tree has several nodes, some texts run over
// several pages, and pages were freed and used again. With a secret it is sealed, and
// something was left in its inbox. It returns its bytes as they were at several moments,
// the last as it is.
func rich(t testing.TB, path string, secrets ...Secret) (moments [][]byte) {
	t.Helper()
	j := sealedAt(t, path, secrets...)
	var ids []ID
	step := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		moments = append(moments, b)
	}
	_, err := j.Import(t.Context(), func(yield func(*Entry, error) bool) {
		for i := range 300 {
			id := ID{byte(i * 7), byte(i), byte(i >> 8), 1}
			ids = append(ids, id)
			e := &Entry{ID: id, Date: Day(2020, 1, 1+i), Text: fmt.Sprintf("word%d text of entry %d", i%7, i), Starred: i%9 == 0}
			if i%60 == 0 {
				e.Text += strings.Repeat(" and more of it", 1000)
			}
			if !yield(e, nil) {
				return
			}
		}
	}, nil)
	step(err)
	_, err = j.EditEach(t.Context(), ids[20:190], func(e *Entry) error { e.Text += " edited"; return nil })
	step(err)
	step(j.Delete(t.Context(), ids[150:210]...))
	step(j.Undelete(t.Context(), ids[160:170]...))
	step(j.UpdateState(t.Context(), func(s *State) error {
		for i := range 200 {
			if err := s.Put(fmt.Sprint("name", i), fmt.Append(nil, "value", i)); err != nil {
				return err
			}
		}
		return nil
	}))
	for i := range 4 {
		_, err := j.SaveDraft(t.Context(), Draft{Entry: Entry{ID: ID{9, byte(i)}, Text: fmt.Sprint("draft", i, strings.Repeat(" on", 2000*i))}})
		step(err)
	}
	step(j.UpdateState(t.Context(), func(s *State) error { return s.Put("name7", []byte("later")) }))
	for i := range 6 {
		_, err := j.Add(t.Context(), Entry{ID: ID{8, byte(i)}, Date: Day(2021, 1, 1+i), Text: fmt.Sprint("added word1 ", i)}, Beside{})
		step(err)
	}
	for i := range 5 * len(secrets) {
		step(leave(t.Context(), path, Entry{ID: ID{7, byte(i)}, Date: Day(2021, 2, 1+i), Text: fmt.Sprint("left in the inbox ", i)}))
	}
	step(j.Delete(t.Context(), ids[0]))
	return moments
}

// truth is what journals hold, entry by entry, at several moments.
type truth struct {
	by      Journal         // the journal, unlocked
	written map[string]bool // every entry, version, draft and value, in full
	moments []string        // everything that can be read, in order
}

func printed(e *Entry) string { return fmt.Sprintf("%v", deref(*e)) }

// stateNames are those the readings ask for.
var stateNames = []string{"name0", "name7", "name100", "name199", "none"}

// reading reads a journal in every way there is, and hands each thing read to each. It
// returns it all, and the first error.
func reading(ctx context.Context, path string, each func(what string)) (string, error) {
	h := fnv.New128a()
	tell := func(what string) {
		h.Write([]byte(what))
		each(what)
	}
	j, first := enterAt(ctx, path)
	if first != nil {
		return "", first
	}
	note := func(err error) {
		if first == nil {
			first = err
		}
	}
	for _, q := range []Query{{CheckIns: true}, {Deleted: true}, {Oldest: true, Limit: 10}, {Tags: []string{"x"}}} {
		for e, err := range j.Entries(ctx, q) {
			if err != nil {
				note(err)
				break
			}
			tell(printed(e))
		}
	}
	found, err := j.Search(ctx, Search{Words: "word3"})
	note(err)
	if err == nil {
		for hit, err := range found.Hits() {
			if err != nil {
				note(err)
				break
			}
			tell(printed(hit.Entry))
		}
	}
	for i := 3; i < 300; i += 37 {
		id := ID{byte(i * 7), byte(i), byte(i >> 8), 1}
		e, err := j.Entry(ctx, id.String())
		note(err)
		if err == nil {
			tell(printed(e))
		}
		versions, err := j.Versions(ctx, id)
		note(err)
		for _, e := range versions {
			tell(printed(e))
		}
	}
	for _, name := range stateNames {
		value, err := j.State(ctx, name)
		note(err)
		if err == nil && value != nil {
			tell(name + " is " + string(value))
		}
	}
	drafts, err := j.Drafts(ctx)
	note(err)
	for _, d := range drafts {
		tell(fmt.Sprint(d.Number, " ", d.Owner, " ", printed(&d.Entry)))
	}
	if j.Sealed() { // that something is gone from the inbox, nobody can tell
		note(readInbox(ctx, path, each))
	}
	return fmt.Sprintf("%x", h.Sum(nil)), first
}

// know reads whole journals, so that others can be held against them.
func know(ctx context.Context, scratch string, moments [][]byte) (*truth, error) {
	k := &truth{written: make(map[string]bool)}
	for _, b := range moments {
		if err := os.WriteFile(scratch, b, 0o600); err != nil {
			return nil, err
		}
		all, err := reading(ctx, scratch, func(what string) { k.written[what] = true })
		if err != nil && !errors.Is(err, ErrNoEntry) {
			return nil, err
		}
		k.moments = append(k.moments, all)
		j, err := enterAt(ctx, scratch)
		if err != nil {
			return nil, err
		}
		k.by = *j
		for i := range 300 {
			versions, err := j.Versions(ctx, ID{byte(i * 7), byte(i), byte(i >> 8), 1})
			if err != nil {
				return nil, err
			}
			for _, e := range versions {
				k.written[printed(e)] = true
			}
		}
	}
	return k, nil
}

// mutant returns a damaged copy of the last moment, and says what was done to it.
func mutant(r *rand.Rand, moments [][]byte, other []byte) ([]byte, string) {
	b := slices.Clone(moments[len(moments)-1])
	pages := usedPages(b)
	page := func() int { return r.IntN(pages) * pageSize }
	older := moments[r.IntN(len(moments)-1)]
	switch r.IntN(12) {
	case 0, 1:
		at := r.IntN(pages * pageSize)
		b[at] ^= byte(1 << r.IntN(8))
		return b, fmt.Sprintf("one bit of byte %d", at)
	case 2, 3: // where the structure is
		at := page() + r.IntN(pageHeader+12*elementSize)
		b[at] = byte(r.IntN(256))
		return b, fmt.Sprintf("byte %d", at)
	case 4:
		at, n := r.IntN(pages*pageSize), 1+r.IntN(64)
		for i := at; i < min(at+n, len(b)); i++ {
			b[i] = byte(r.IntN(256))
		}
		return b, fmt.Sprintf("%d bytes from %d on", n, at)
	case 5:
		at, fill := page()+r.IntN(64), []byte{0, 0xFF}[r.IntN(2)]
		for i := at; i < min(at+1+r.IntN(16), len(b)); i++ {
			b[i] = fill
		}
		return b, fmt.Sprintf("%x from byte %d on", fill, at)
	case 6:
		n := r.IntN(pages * pageSize)
		return b[:n], fmt.Sprintf("cut to %d bytes", n)
	case 7:
		one, two := page(), page()
		copy(b[one:one+pageSize], moments[len(moments)-1][two:])
		copy(b[two:two+pageSize], moments[len(moments)-1][one:])
		if r.IntN(2) == 0 { // with the numbers they claim left in place
			copy(b[one:one+8], moments[len(moments)-1][one:])
			copy(b[two:two+8], moments[len(moments)-1][two:])
		}
		return b, fmt.Sprintf("pages %d and %d exchanged", one/pageSize, two/pageSize)
	case 8:
		at := page()
		clear(b[at : at+pageSize])
		return b, fmt.Sprintf("page %d zeroed", at/pageSize)
	case 9, 10:
		from, what := older, "an older copy"
		if r.IntN(3) == 0 {
			from, what = other, "another journal's"
		}
		at := page()
		if at+pageSize <= len(from) {
			copy(b[at:at+pageSize], from[at:])
		}
		return b, fmt.Sprintf("page %d is %s", at/pageSize, what)
	default:
		extra := make([]byte, 1+r.IntN(3*pageSize))
		for i := range extra {
			extra[i] = byte(r.IntN(256))
		}
		return append(b, extra...), fmt.Sprintf("%d bytes behind it", len(extra))
	}
}

// usedPages returns the pages below the high-water mark, of a whole file.
func usedPages(b []byte) int {
	le := binary.LittleEndian
	high := func(page int) uint64 { return le.Uint64(b[page*pageSize+pageHeader+metaAtHigh:]) }
	return int(max(high(0), high(1)))
}

// mutantsChild tries mutants: the folder, the first number, one behind the last.
func mutantsChild(args []string) {
	dir, ctx := args[0], context.Background()
	var moments [][]byte
	for i := 0; ; i++ {
		b, err := os.ReadFile(filepath.Join(dir, fmt.Sprint("moment", i)))
		if err != nil {
			break
		}
		moments = append(moments, b)
	}
	other, err := os.ReadFile(filepath.Join(dir, "other"))
	die(err)
	scratch, err := os.MkdirTemp(dir, "child")
	die(err)
	path := filepath.Join(scratch, "journal.db")
	known, err := know(ctx, path, moments)
	die(err)
	for i := number(args[1]); i < number(args[2]); i++ {
		watchdog := time.AfterFunc(5*time.Second, func() {
			fmt.Println("wrong", i, "hangs")
			os.Exit(4)
		})
		b, what := mutant(rand.New(rand.NewPCG(3, uint64(i))), moments, other)
		die(os.WriteFile(path, b, 0o600))
		if wrong := known.hold(ctx, path, i); wrong != "" {
			fmt.Printf("wrong %d (%s): %s\n", i, what, wrong)
		} else {
			fmt.Println("right", i)
		}
		watchdog.Stop()
	}
}

// outsideInbox reports whether a damage is of more than what was left in the inbox, which
// nothing else hangs on, and which is carried on as it is.
func outsideInbox(damage string) bool { return !strings.Contains(damage, "inbox") }

// hold reads a damaged journal, writes to it, and returns what is not as it should be.
func (k *truth) hold(ctx context.Context, path string, seed int) string {
	whole := k.moments[len(k.moments)-1]
	wrong := ""
	each := func(what string) {
		if !k.written[what] && wrong == "" {
			wrong = fmt.Sprintf("read what was never written: %.200s", what)
		}
	}
	seen := make(map[string]bool)
	all, err := reading(ctx, path, func(what string) { each(what); seen[what] = true })
	damaged := k.by
	damaged.path = path
	report, broken := damaged.Verify(ctx, nil)
	clean := broken == nil && len(report.Damage) == 0
	switch {
	case wrong != "":
		return wrong
	case broken != nil:
		return fmt.Sprintf("verify: %v", broken)
	case err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNoEntry):
		return fmt.Sprintf("an error that does not say damaged: %v", err)
	case err == nil && !slices.Contains(k.moments, all) && clean:
		return "verify is clean, and something else was read"
	case err != nil && clean && !slices.Contains(k.moments, all):
		return fmt.Sprintf("verify is clean, and there was an error: %v", err)
	case clean && all != whole && !slices.Contains(k.moments, all):
		return "verify is clean, and not all was read"
	case strings.Contains(fmt.Sprint(err, report.Damage), "text of entry"):
		return "a text in a message"
	}
	j, err := enterAt(ctx, path)
	if err != nil {
		return ""
	}
	if seed%4 == 0 {
		switch _, _, err := j.Compact(ctx, nil); {
		case err == nil && report.OnlyIndex():
			if after, err := j.Verify(ctx, nil); err != nil || len(after.Damage) > 0 {
				return fmt.Sprintf("compacting did not mend the index: %v, %v", after.Damage, err)
			}
		case err == nil && slices.ContainsFunc(report.Damage, outsideInbox):
			return "compacted in spite of damage"
		}
	}
	added, err := j.Add(ctx, Entry{Date: Day(2022, 1, 1), Text: "after the damage"}, Beside{})
	if err != nil {
		if !errors.Is(err, ErrDamaged) {
			return fmt.Sprintf("add: %v", err)
		}
		return ""
	}
	e, err := j.Entry(ctx, added.ID.String())
	if errors.Is(err, ErrDamaged) { // a damaged neighbour keeps one way to it shut, not both
		for e, err = range j.Entries(ctx, Query{From: added.Date, To: added.Date}) {
			break
		}
	}
	if err != nil || e.Text != added.Text {
		return fmt.Sprintf("what was added: %v", err)
	}
	k.written[printed(e)] = true
	_, later := reading(ctx, path, func(what string) { each(what); delete(seen, what) })
	delete(k.written, printed(e))
	if wrong != "" {
		return wrong + " (after adding)"
	}
	// An older page in the place of the one that leads to the others leads to what has become
	// free since, and may be used again. Verify tells, and the newer records are still there.
	older := slices.ContainsFunc(report.Damage, func(d string) bool { return strings.HasSuffix(d, "stands in two places") })
	if len(seen) > 0 && !older {
		return fmt.Sprintf("adding cost %d of what could be read before: %v", len(seen), later)
	}
	return ""
}

// Requirement 7, for the whole file: whatever is damaged, what is read is what was
// written, or the error says damaged.
func TestDamagedFiles(t *testing.T) {
	t.Run("plain", func(t *testing.T) { damagedFiles(t, ordinarily(800, 100000)) })
	t.Run("sealed", func(t *testing.T) { damagedFiles(t, ordinarily(160, 30000), phrase("one")) })
}

func damagedFiles(t *testing.T, n int, secrets ...Secret) {
	dir := quickDir(t)
	moments := rich(t, filepath.Join(dir, "journal.db"), secrets...)
	others := rich(t, filepath.Join(dir, "other.db"), secrets...)
	for i, b := range moments {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint("moment", i)), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "other"), others[len(others)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	batch := min(n/2, 1000)
	if raced {
		n, batch = n/10, n/20
	}
	type result struct {
		from  int
		lines []string
		err   error
		said  string
	}
	results, slots := make(chan result), make(chan struct{}, 2)
	for from := 0; from < n; from += batch {
		p := func() *process { slots <- struct{}{}; return start(t, "mutants", dir, from, min(from+batch, n)) }
		go func() {
			child := p()
			lines, err := child.rest()
			<-slots
			results <- result{from, lines, err, child.err.String()}
		}()
	}
	right, wrong := 0, 0
	for range (n + batch - 1) / batch {
		r := <-results
		for _, line := range r.lines {
			if strings.HasPrefix(line, "right") {
				right++
				continue
			}
			if wrong++; wrong < 30 {
				t.Error(line)
			}
		}
		if r.err != nil {
			t.Errorf("the process died at mutant %d: %v\n%.3000s", r.from+len(r.lines), r.err, r.said)
		}
	}
	if right+wrong != n {
		t.Errorf("%d mutants were tried, want %d", right+wrong, n)
	}
}
