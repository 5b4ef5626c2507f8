//go:build !windows

package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Requirement 12, for a full disk: with ever more room, each way to change what opens a
// journal fails until it succeeds, and nothing is lost in between.
func TestFullDiskSealing(t *testing.T) {
	dir := smallDisk(t, 1024)
	for what, do := range map[string]func(context.Context, *Journal) error{
		"encrypt": func(ctx context.Context, j *Journal) error { return j.Seal(ctx, nil, phrase("new")) },
		"rekey":   func(ctx context.Context, j *Journal) error { return j.Seal(ctx, nil, phrase("new")) },
		"decrypt": func(ctx context.Context, j *Journal) error { return j.Unseal(ctx, nil) },
		"change":  func(ctx context.Context, j *Journal) error { return j.ChangeSecret(ctx, 0, phrase("new")) },
		"add":     func(ctx context.Context, j *Journal) error { return j.AddSecret(ctx, phrase("new")) },
		"leave": func(ctx context.Context, j *Journal) error {
			return leave(ctx, j.Path(), Entry{Date: Day(2026, 5, 5), Text: strings.Repeat("new ", 50000)})
		},
	} {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(dir, what, "journal.db")
			secrets := []Secret{phrase("old")}
			if what == "encrypt" {
				secrets = nil
			}
			if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(filepath.Dir(path))
			j := sealedAt(t, path, secrets...)
			few(t, j)
			add(t, j, Entry{ID: ID{6}, Text: strings.Repeat("A long one. ", 5000)})
			want, err := contents(t.Context(), path, phrase("old"))
			if err != nil {
				t.Fatal(err)
			}
			refused := 0
			for free := int64(0); ; free += 16 << 10 {
				filler := crowd(t, dir, free)
				err := do(t.Context(), j)
				if err != nil && !errors.Is(err, ErrFull) {
					t.Errorf("with %d bytes free: %v", free, err)
				}
				again, opening := enterAt(t.Context(), path, phrase("old"), phrase("new"))
				if opening != nil {
					t.Fatalf("with %d bytes free, it does not open: %v", free, opening)
				}
				whole(t, again)
				if left := beside(t, path); len(left) > 0 {
					t.Errorf("with %d bytes free, beside it there is %v", free, left)
				}
				os.Remove(filler)
				got, reading := contents(t.Context(), path, phrase("old"), phrase("new"))
				if what == "leave" && err == nil {
					got, _, _ = strings.Cut(got, "left ")
				}
				if reading != nil || got != want {
					t.Fatalf("with %d bytes free, it holds something else: %v", free, reading)
				}
				if err == nil {
					break
				}
				if refused++; free > 2<<20 {
					t.Fatal("it never succeeds")
				}
			}
			if what != "change" && what != "add" && refused == 0 {
				t.Error("the disk was never full")
			}
			t.Log(refused, "times refused")
		})
	}
}
