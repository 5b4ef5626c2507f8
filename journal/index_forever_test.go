package journal

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
	"untangle/journal/search"
)

// indexBlocks returns what all records of an index hold, by their numbers.
func indexBlocks(t testing.TB, j *Journal) map[uint64][]byte {
	t.Helper()
	all := make(map[uint64][]byte)
	err := j.view(t.Context(), func(t *tx) error {
		b, err := t.blocks()
		if err != nil {
			return err
		}
		var first error
		err = b.tree.walk(nil, false, func(row []byte) bool {
			var block []byte
			block, first = b.Get(be64(row))
			all[be64(row)] = bytes.Clone(block)
			return first == nil
		})
		if first != nil {
			err = first
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// indexTerms returns all terms of an index that serves.
func indexTerms(t testing.TB, j *Journal) (terms []string) {
	t.Helper()
	err := j.view(t.Context(), func(x *tx) error {
		c, err := x.serving()
		if err != nil {
			return err
		}
		b, err := x.blocks()
		if err != nil {
			return err
		}
		s, err := search.NewSearcher(search.Part{Index: c.index, Blocks: b})
		for field := byte(1); field < 255 && err == nil; field++ {
			var counts []search.Count
			counts, err = s.Terms(t.Context(), field, "")
			for _, c := range counts {
				terms = append(terms, c.Text)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

// damageBlock changes a bit of the n-th block of an index, from the last.
func damageBlock(t testing.TB, path string, n int) {
	t.Helper()
	raw(t, path, func(b *bbolt.Tx) error {
		segments := b.Bucket([]byte(segmentsBucket))
		var keys [][]byte
		err := segments.ForEach(func(k, _ []byte) error {
			if number := be64(k); number >= firstBlock && number&nodeBit == 0 {
				keys = append(keys, bytes.Clone(k))
			}
			return nil
		})
		if err != nil {
			return err
		}
		key := keys[len(keys)-1-n%len(keys)]
		record := bytes.Clone(segments.Get(key))
		record[len(record)/2] ^= 4
		return segments.Put(key, record)
	})
}

// outdate has an index say that another version of the program made it.
func outdate(t testing.TB, j *Journal) {
	t.Helper()
	err := j.update(t.Context(), func(t *tx) error {
		t.indexed.apart = true
		c, err := t.catalogue(servingIndex)
		if err != nil {
			return err
		}
		c.analyser = search.Version + 1
		return t.putCatalogue(servingIndex, c)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// secretive is a journal in which each entry has words of its own.
type secretive struct {
	t     *testing.T
	j     *Journal
	words int
	ends  map[ID][]string // of the words that an entry has, or had
	ids   []ID
}

// word makes a word for an entry.
func (s *secretive) word(id ID) string {
	s.words++
	word, end := unique(s.words)
	s.ends[id] = append(s.ends[id], end)
	return word
}

func (s *secretive) entry() *Entry {
	id := ID{byte(len(s.ids)), byte(len(s.ids) >> 8), 7}
	s.ids = append(s.ids, id)
	e := &Entry{ID: id, Date: Day(2020, 1, 1+len(s.ids)), Text: "The rain. " + s.word(id) + " and " + s.word(id) + "ing."}
	switch len(s.ids) % 5 {
	case 0:
		e.Title = s.word(id)
	case 1:
		e.Hand = []string{s.word(id)}
	case 2:
		e.Prompt, e.Journey = Prompt{s.word(id), s.word(id), ""}, Journey{ID: s.word(id)}
	case 3:
		e.Text, e.Title = "", s.word(id) // which a check-in makes a bare one
	}
	return e
}

func (s *secretive) bring(n int) {
	s.t.Helper()
	_, err := s.j.Import(s.t.Context(), func(yield func(*Entry, error) bool) {
		for range n {
			if !yield(s.entry(), nil) {
				return
			}
		}
	}, nil)
	if err != nil {
		s.t.Fatal(err)
	}
}

// change edits some entries, so that each has words that it had before.
func (s *secretive) change(ids []ID) {
	s.t.Helper()
	ctx := s.t.Context()
	_, err := s.j.EditEach(ctx, ids, func(e *Entry) error {
		e.Title = s.word(e.ID)
		if e.Text != "" {
			e.Text = s.word(e.ID)
		}
		return nil
	})
	for i := 0; i < len(ids) && err == nil; i++ {
		switch i % 4 {
		case 0:
			err = s.j.SetCheckIn(ctx, ids[i], CheckIn{Mood: 2})
		case 1:
			if err = s.j.Delete(ctx, ids[i]); err == nil && i%8 == 1 {
				err = s.j.Undelete(ctx, ids[i])
			}
		}
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// traces returns the words of some entries that stand anywhere in the index or, of a plain
// journal, in the file.
func (s *secretive) traces(ids []ID) (found []string) {
	s.t.Helper()
	blocks := slices.Collect(func(yield func([]byte) bool) {
		for _, b := range indexBlocks(s.t, s.j) {
			yield(b)
		}
		if !s.j.Sealed() {
			file, err := os.ReadFile(s.j.Path())
			if err != nil {
				s.t.Fatal(err)
			}
			yield(file)
		}
	})
	if s.j.IndexState(s.t.Context()) == nil {
		blocks = append(blocks, []byte(strings.Join(indexTerms(s.t, s.j), "\n")))
	}
	for _, id := range ids {
		for _, end := range s.ends[id] {
			if slices.ContainsFunc(blocks, func(b []byte) bool { return bytes.Contains(b, []byte(end)) }) {
				found = append(found, end)
			}
		}
	}
	return found
}

// Of an entry that was deleted for ever no word is left in the index, none of an earlier
// version either, whatever state the index is in. What the others have stays.
func TestIndexForgets(t *testing.T) {
	t.Parallel()
	for name, secrets := range map[string][]Secret{"plain": nil, "sealed": {phrase("one")}} {
		for state, prepare := range map[string]func(*secretive){
			"serving": func(*secretive) {},
			"compact": func(s *secretive) {
				if _, _, err := s.j.Compact(s.t.Context(), nil); err != nil {
					s.t.Fatal(err)
				}
			},
			"tail": func(s *secretive) {
				for range 20 {
					add(s.t, s.j, *s.entry())
				}
			},
			"half made": func(s *secretive) {
				half := func(last uint64) uint64 { return last * 3 / 4 }
				if err := halfMake(s.t.Context(), s.j, "german", half); err != nil {
					s.t.Fatal(err)
				}
			},
			"late": func(s *secretive) { // and merged away meanwhile
				ids := s.ids[:20]
				if err := s.j.Delete(s.t.Context(), s.ids[:20]...); err != nil {
					s.t.Fatal(err)
				}
				if _, _, err := s.j.Compact(s.t.Context(), nil); err != nil {
					s.t.Fatal(err)
				}
				if err := s.j.Undelete(s.t.Context(), ids...); err != nil {
					s.t.Fatal(err)
				}
			},
			"older":   func(s *secretive) { outdate(s.t, s.j) },
			"damaged": func(s *secretive) { damageBlock(s.t, s.j.Path(), len(s.ids)) },
			"lost": func(s *secretive) {
				raw(s.t, s.j.Path(), func(b *bbolt.Tx) error { return dropNode(b, segmentsBucket) })
			},
		} {
			t.Run(name+"/"+state, func(t *testing.T) {
				j := sealedAt(t, filepath.Join(quickDir(t), "journal.db"), secrets...)
				s := &secretive{t: t, j: j, ends: make(map[ID][]string)}
				s.bring(200)
				s.change(s.ids[20:60])
				bare := s.ids[2] // gets another number, and what had the one before is in no history
				if err := j.SetCheckIn(t.Context(), bare, CheckIn{Mood: 4}); err != nil {
					t.Fatal(err)
				}
				s.bring(70)
				s.change(s.ids[150:230])
				readable := state != "damaged" && state != "lost"
				if prepare(s); readable && len(s.traces(s.ids)) < s.words/2 {
					t.Errorf("before, only %d of %d words are found", len(s.traces(s.ids)), s.words)
				}
				gone, stays := []ID{bare}, []ID(nil)
				for i, id := range s.ids {
					if id == bare {
						continue
					}
					if i%9 == 4 || i%9 == 7 || i > len(s.ids)-10 {
						gone = append(gone, id)
					} else {
						stays = append(stays, id)
					}
				}
				for _, ids := range [][]ID{gone[:1], gone[1:]} {
					if err := j.DeleteForever(t.Context(), nil, ids...); err != nil {
						t.Fatal(err)
					}
					if left := s.traces(ids); len(left) > 0 {
						t.Errorf("%d words are left of %d entries: %v", len(left), len(ids), left)
					}
				}
				if err := j.IndexState(t.Context()); err != nil && readable && state != "older" {
					t.Error(err)
				}
				whole(t, j)
				s.finds(stays)
			})
		}
	}
}

// finds makes sure that the words of entries find them.
func (s *secretive) finds(ids []ID) {
	s.t.Helper()
	for _, id := range ids[:20] {
		e, err := s.j.Entry(s.t.Context(), id.String())
		if err != nil {
			continue // it is deleted, though not for ever
		}
		words := e.Title + " " + e.Text
		found, err := s.j.Search(s.t.Context(), Search{Words: words, Query: Query{CheckIns: true}})
		if err != nil || found.Count != 1 {
			s.t.Errorf("%s finds %v, %v", words, found, err)
		}
	}
}

// dropNode removes the root of a bucket's tree.
func dropNode(b *bbolt.Tx, bucket string) error {
	key, _ := b.Bucket([]byte(bucket)).Cursor().Last()
	if key == nil || be64(key)&nodeBit == 0 {
		return fmt.Errorf("%s has no node", bucket)
	}
	return b.Bucket([]byte(bucket)).Delete(bytes.Clone(key))
}
