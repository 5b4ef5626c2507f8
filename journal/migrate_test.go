package journal

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// aged gives a journal's file another header, as another version of the program would.
func aged(t testing.TB, path string, change func(*header)) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, PageSize: pageSize})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(b *bbolt.Tx) error {
		h, err := decodeHeader(b.Bucket([]byte(metaBucket)).Get(headerKey))
		if err != nil {
			return err
		}
		change(&h)
		return writeHeader(b, h)
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// older makes a journal of the made-up format 0, which kept texts in capitals.
func older(t testing.TB, path string) *Journal {
	t.Helper()
	j, err := Create(t.Context(), path, Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		add(t, j, Entry{ID: ID{1, byte(i)}, Date: Day(2026, 1, 1+i), Text: fmt.Sprint("TEXT ", i)})
	}
	aged(t, path, func(h *header) { h.format = 0 })
	return j
}

// madeUp is the way from format 0 to 1. It is slow, so that it can be interrupted.
func madeUp(t *tx) error {
	for i := range 50 {
		time.Sleep(200 * time.Microsecond)
		e, err := t.entry(ID{1, byte(i)}, false)
		if err != nil {
			return err
		}
		set := func(e *Entry) error { e.Text = fmt.Sprint("text ", i); return nil }
		if err := t.change(e, set, func() Date { return At(noon) }); err != nil {
			return err
		}
	}
	return nil
}

func ways() []migration { return []migration{{from: 0, apply: madeUp}} }

// state returns the format of the journal and the text of its first entry.
func state(t testing.TB, path string) (format uint32, text string) {
	t.Helper()
	j := newJournal(path, Options{})
	err := j.view(t.Context(), func(t *tx) error {
		format = t.header.format
		e, err := t.entry(ID{1}, false)
		if err == nil {
			text = e.Text
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := j.Count(t.Context()); n < 50 || err != nil {
		t.Errorf("%d entries, %v", n, err)
	}
	whole(t, j)
	return format, text
}

func TestMigrate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := older(t, path)
	if err := j.migrate(t.Context(), ways(), 1); err != nil {
		t.Fatal(err)
	}
	if format, text := state(t, path); format != 1 || text != "text 0" {
		t.Errorf("format %d, %q", format, text)
	}
	if format, text := state(t, path+".format-0"); format != 0 || text != "TEXT 0" {
		t.Errorf("beside it: format %d, %q", format, text)
	}
	if left := beside(t, path); !slices.Equal(left, []string{"journal.db.format-0", "journal.db.format-0.lock"}) {
		t.Errorf("left %v", left)
	}
	opened(t, path)
}

// TestMigrateAgain takes up a migration that was interrupted, after which the older
// program went on writing.
func TestMigrateAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := older(t, path)
	broken := []migration{{from: 0, apply: func(*tx) error { return errors.New("no") }}}
	for range 2 {
		if err := j.migrate(t.Context(), broken, 1); err == nil {
			t.Fatal("a broken way was gone")
		}
	}
	if left := beside(t, path); !slices.Equal(left, []string{"journal.db.format-0"}) {
		t.Errorf("left %v", left)
	}
	add(t, j, Entry{Text: "meanwhile"})
	if err := j.migrate(t.Context(), ways(), 1); err != nil {
		t.Fatal(err)
	}
	second := newJournal(path+".format-0-2", Options{})
	if n, err := second.Count(t.Context()); n != 51 || err != nil {
		t.Errorf("the second copy holds %d entries, %v", n, err)
	}
	state(t, path)
}

func TestMigrateFromNowhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	older(t, path)
	if _, err := Open(t.Context(), path, Options{}); err == nil {
		t.Error("a format that nothing leads on from was opened")
	}
	if left := beside(t, path); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestMigrateCancelled(t *testing.T) {
	for wait := range 12 {
		path := filepath.Join(quickDir(t), "journal.db")
		j := older(t, path)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(wait*wait)*300*time.Microsecond)
		err := j.migrate(ctx, ways(), 1)
		cancel()
		format, text := state(t, path)
		if err == nil != (format == 1) || (format == 1) != (text == "text 0") {
			t.Errorf("cancelled after %d: %v, format %d, %q", wait, err, format, text)
		}
		if format == 0 {
			if err := j.migrate(t.Context(), ways(), 1); err != nil {
				t.Error(err)
			}
			state(t, path)
		}
	}
}

// migrateChild migrates the journal at a path, until it is killed.
func migrateChild(args []string) {
	fmt.Println("begun")
	die(newJournal(args[0], Options{}).migrate(context.Background(), ways(), 1))
	fmt.Println("done")
}

func TestMigrateKilled(t *testing.T) {
	for kill := range ordinarily(20, 500) {
		path := filepath.Join(quickDir(t), "journal.db")
		j := older(t, path)
		p := start(t, "migrate", path)
		p.lines.Scan()
		time.Sleep(time.Duration(kill) * time.Millisecond * 2)
		p.Process.Kill()
		lines, _ := p.rest()
		format, text := state(t, path)
		if len(lines) > 0 && format != 1 || (format == 1) != (text == "text 0") {
			t.Errorf("killed after %d ms: %q, format %d, %q", 2*kill, lines, format, text)
		}
		if format == 0 {
			if err := j.migrate(t.Context(), ways(), 1); err != nil {
				t.Error(err)
			}
		}
		if format, _ := state(t, path+".format-0"); format != 0 {
			t.Errorf("the copy has format %d", format)
		}
		opened(t, path)
		left := slices.DeleteFunc(beside(t, path), func(name string) bool {
			return name == "journal.db.format-0" || name == "journal.db.format-0.lock"
		})
		if len(left) > 0 {
			t.Errorf("killed after %d ms: left %v", 2*kill, left)
		}
	}
}

func TestNewerIsRefused(t *testing.T) {
	for name, change := range map[string]func(*header){
		"a later reader":   func(h *header) { h.reader = 2 },
		"an unknown bit":   func(h *header) { h.features = 1 << 40 },
		"another sealing":  func(h *header) { h.sealed, h.slots = 2, make([]byte, 300) },
		"all that, longer": func(h *header) { h.format, h.reader, h.slots = 9, 9, make([]byte, 300) },
	} {
		path := filepath.Join(t.TempDir(), "journal.db")
		j := older(t, path)
		aged(t, path, func(h *header) { h.format = 1; change(h) })
		before, _ := os.ReadFile(path)
		_, opening := Open(t.Context(), path, Options{})
		_, adding := j.Add(t.Context(), Entry{Date: At(noon), Text: "x"}, Beside{})
		_, _, compacting := j.Compact(t.Context(), nil)
		_, verifying := j.Verify(t.Context(), nil)
		for _, err := range []error{opening, adding, compacting, verifying} {
			if !errors.Is(err, ErrNewer) {
				t.Errorf("%s: %v, want ErrNewer", name, err)
			}
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s: the file changed", name)
		}
	}
	// A later format that this reader may read all the same.
	path := filepath.Join(t.TempDir(), "journal.db")
	older(t, path)
	aged(t, path, func(h *header) { h.format = 7 })
	if j := opened(t, path); len(all(t, j, Query{})) != 50 {
		t.Error("a later format with an early reader was not read")
	}
}

// Requirement 7, for the header of a plain journal: TestHeaderIsNotGuessed has a damaged header say damaged, and never newer.
func TestHeaderIsNotGuessed(t *testing.T) {
	h := header{format: 1, reader: 1, store: [16]byte{1}}
	for i := range h.encode() {
		b := h.encode()
		b[i] ^= 4
		if _, err := decodeHeader(b); !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d: %v, want ErrDamaged", i, err)
		}
	}
	b := h.encode()
	binary.BigEndian.PutUint32(b[len(b)-8:], 1<<31)
	binary.BigEndian.PutUint32(b[len(b)-4:], crc32.Checksum(b[:len(b)-4], crc32.MakeTable(crc32.Koopman)))
	if _, err := decodeHeader(b); !errors.Is(err, ErrDamaged) {
		t.Errorf("slots that are not there: %v, want ErrDamaged", err)
	}
}
