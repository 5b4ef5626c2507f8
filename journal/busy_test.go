package journal

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Requirement 16: while another program writes, and does not come to an end, a journal
// answers in about two seconds, with a sentence; what only reads does, too, where the
// file itself is held.
func TestBusy(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	path := filepath.Join(quickDir(t), "journal.db")
	j := sealedAt(t, path, phrase("one"))
	few(t, j)
	l := locked(t, j)
	f, err := openFile(ctx, path, true)
	if err != nil {
		t.Fatal(err)
	}
	var asking sync.WaitGroup
	for what, do := range map[string]func() error{
		"open":  func() error { _, err := Open(ctx, path, Options{}); return err },
		"read":  func() error { _, err := j.Count(ctx); return err },
		"write": func() error { _, err := j.Add(ctx, Entry{Date: At(noon), Text: "x"}, Beside{}); return err },
		"leave": func() error { _, err := l.Add(ctx, Entry{Date: At(noon), Text: "x"}, Beside{}); return err },
		"rekey": func() error { return j.Seal(ctx, nil, phrase("two")) },
		"check": func() error { _, err := j.Verify(ctx, nil); return err },
	} {
		asking.Go(func() {
			begun := time.Now()
			err := do()
			if took := time.Since(begun); !errors.Is(err, ErrBusy) || took > patience+2*time.Second {
				t.Errorf("%s: %v after %v", what, err, took)
			}
		})
	}
	asking.Wait()
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	if n, err := j.Count(ctx); err != nil || n != 7 {
		t.Errorf("afterwards: %d entries, %v", n, err)
	}
}
