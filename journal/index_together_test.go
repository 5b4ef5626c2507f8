package journal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
)

// While one adds, another makes the index anew and rewrites the file, and a third searches,
// and none of them fails but that the file is busy. No search finds less than one before it.
func TestIndexTogether(t *testing.T) {
	t.Parallel()
	for name, secrets := range map[string][]Secret{"plain": nil, "sealed": {phrase("one")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(quickDir(t), "journal.db")
			l := lives(t, sealedAt(t, path, secrets...), 71)
			if err := l.bring(150); err != nil {
				t.Fatal(err)
			}
			l.oracle.look(t, l.j)
			var together sync.WaitGroup
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			work := func(name string, rounds int, do func(*Journal, int) error) {
				j := unlockedAs(t, path, secrets)
				together.Go(func() {
					for n := range rounds {
						err := do(j, n)
						for ; errors.Is(err, ErrBusy); err = do(j, n) {
						}
						if err != nil && ctx.Err() == nil {
							t.Errorf("%s, %d: %v", name, n, err)
							stop()
							return
						}
					}
				})
			}
			rounds := ordinarily(60, 3000)
			if raced {
				rounds = 25
			}
			work("adding", rounds, func(j *Journal, n int) error {
				text := fmt.Sprint("together ", n)
				_, err := j.Add(ctx, Entry{ID: ID{3, byte(n >> 8), byte(n)}, Date: Day(2020, 1, 1+n), Text: text}, Beside{})
				return err
			})
			work("making", rounds/6, func(j *Journal, n int) error {
				switch n % 4 {
				case 0:
					return j.Reindex(ctx, nil)
				case 1:
					return j.SetLanguage(ctx, []string{"german", "none"}[n/4%2], nil)
				case 2:
					_, _, err := j.Compact(ctx, nil)
					return err
				}
				return j.DeleteForever(ctx, nil, l.oracle.standing[n/4].ID)
			})
			r := wordsmith{rand.New(rand.NewPCG(73, 1))}
			most := 0
			work("searching", rounds, func(j *Journal, n int) error {
				f, err := j.Search(ctx, Search{Words: "together", Best: n%2 == 0, Query: Query{Limit: 10}})
				if err == nil && f.Count < most {
					err = fmt.Errorf("%d are found, and before it were %d", f.Count, most)
				}
				if err == nil {
					most = f.Count
					f, err = j.Search(ctx, Search{Words: r.word(), Best: true, Kin: true, Years: true})
				}
				var syntax *SyntaxError
				if err == nil {
					_, err = taken(f)
				} else if errors.As(err, &syntax) {
					err = nil
				}
				return err
			})
			together.Wait()
			whole(t, l.j)
			l.oracle.look(t, l.j)
			l.questions(l.j, 20, 2)
			if f, err := l.j.Search(t.Context(), Search{Words: "together"}); err != nil || f.Count != rounds && ctx.Err() == nil {
				t.Errorf("%d are found, %v, want %d", f.Count, err, rounds)
			}
		})
	}
}
