package journal

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

func TestNotAJournal(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := filepath.Join(dir, "foreign")
	for name, options := range map[string]*bbolt.Options{"ours": {PageSize: pageSize}, "small": {PageSize: 4096}} {
		db, err := bbolt.Open(foreign+name, 0o600, options)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(func(b *bbolt.Tx) error {
			_, err := b.CreateBucket([]byte("theirs"))
			return err
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for name, path := range map[string]string{
		"empty":           put("empty", nil),
		"short":           put("short", make([]byte, 100)),
		"zeros":           put("zeros", make([]byte, 20*pageSize)),
		"text":            put("text", []byte(strings.Repeat("Dear diary. ", 9000))),
		"another's bbolt": foreign + "ours",
		"smaller pages":   foreign + "small",
		"a folder":        dir,
	} {
		before, _ := os.ReadFile(path)
		_, err := Open(t.Context(), path, Options{})
		if !errors.Is(err, ErrDamaged) && path != dir || err == nil {
			t.Errorf("%s: %v, want ErrDamaged", name, err)
		}
		j := newJournal(path, Options{})
		if _, err := j.Add(t.Context(), Entry{Date: At(noon), Text: "x"}, Beside{}); err == nil {
			t.Errorf("%s: added to", name)
		}
		if _, _, err := j.Compact(t.Context(), nil); err == nil {
			t.Errorf("%s: compacted", name)
		}
		if r, err := j.Verify(t.Context(), nil); err == nil && len(r.Damage) == 0 {
			t.Errorf("%s: verify finds nothing", name)
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s: the file changed", name)
		}
	}
}
