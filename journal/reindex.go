package journal

import (
	"context"
	"errors"
	"strings"
	"time"

	"untangle/journal/search"
)

// Languages returns the languages whose words a search can tell the forms of, "none" first.
func Languages() []string { return search.Languages() }

// Language returns the language that searches take the journal's words for.
func (j *Journal) Language(ctx context.Context) (language string, err error) {
	err = j.view(ctx, func(t *tx) error {
		language, err = t.language()
		return err
	})
	return language, err
}

// SetLanguage has searches take the journal's words for those of a language: one of
// Languages, or its ISO 639-1 code. The search index is made anew for it; until that is
// done, and also after an interruption, the one before serves, and the language stays.
func (j *Journal) SetLanguage(ctx context.Context, name string, progress Progress) error {
	a, err := search.New(name)
	if err != nil {
		return err
	}
	before, err := j.Language(ctx)
	if err != nil || before == a.Language() && j.IndexState(ctx) == nil {
		return err
	}
	return j.reindex(ctx, a.Language(), false, progress)
}

// IndexState returns nil if the search index serves, and else why it does not: it is
// damaged, was made by another version of this program, or lacks many entries. Searches
// read all texts then.
func (j *Journal) IndexState(ctx context.Context) error {
	return j.view(ctx, func(t *tx) error {
		c, err := t.serving()
		if err != nil {
			return err
		}
		return t.behind(c)
	})
}

// behind returns why an index lacks so much that searches take long.
func (t *tx) behind(c *catalogue) error {
	standing := int(t.head.roots[timelineTree].count) + len(t.merged.Entries)
	switch lacking := standing - c.index.Documents(); {
	case lacking < 0:
		return errIndexDamaged
	case lacking > mostEntries || lacking > 0 && t.head.pending > mostBytes:
		return errIndexBehind
	}
	return nil
}

// Reindex has the search index serve, with all entries in it. It can be interrupted, and
// goes on from there when it is called again.
func (j *Journal) Reindex(ctx context.Context, progress Progress) error {
	language, err := j.Language(ctx)
	if err != nil {
		return err
	}
	return j.reindex(ctx, language, false, progress)
}

// reindex indexes what is in no index, some entries in each transaction, so that nobody
// waits for long. For another language than that of the index that serves it makes one
// beside that. What does not serve is dropped first, and all of it if that is asked for.
func (j *Journal) reindex(ctx context.Context, language string, drop bool, progress Progress) error {
	for begun := false; ; begun = true {
		var end bool
		var done, of int
		err := j.update(ctx, func(t *tx) (err error) {
			t.indexed.apart, t.indexed.progress = true, progress
			if !drop {
				end, done, err = t.makeIndex(ctx, language, begun)
			}
			of = int(t.head.sequence)
			if drop || useless(err) && ctx.Err() == nil && !begun {
				t.dropIndex()
				drop, err = false, nil
			}
			return err
		})
		if err != nil || end {
			return err
		}
		if progress != nil && of > 0 {
			progress(done, of)
		}
		time.Sleep(5 * time.Millisecond) // others wait for their turn and look every millisecond
	}
}

// useless reports whether an error tells that an index can only be made anew.
func useless(err error) bool {
	for _, one := range []error{search.ErrBroken, ErrDamaged, errIndexDamaged, errIndexOld} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

// makeIndex indexes some more entries, and reports whether the index for a language serves
// now, and else which version it has come to. Begun tells that it is not the first call.
func (t *tx) makeIndex(ctx context.Context, language string, begun bool) (end bool, done int, err error) {
	c, err := t.serving()
	if err != nil {
		return false, 0, err
	}
	number := uint64(servingIndex)
	if c.language != language {
		if c, err = t.making(language, begun); err != nil {
			return false, 0, err
		}
		number = makingIndex
	}
	if end, err = t.fillSome(ctx, c); err != nil {
		return false, 0, err
	}
	if err := t.putCatalogue(number, c); err != nil || !end {
		return false, int(c.upTo), err
	}
	if err := t.keepIndexes(number); err != nil || number == servingIndex {
		return err == nil, int(c.upTo), err
	}
	if err := errors.Join(t.putCatalogue(makingIndex, nil), t.putCatalogue(servingIndex, c)); err != nil {
		return false, 0, err
	}
	return true, int(c.upTo), (&State{t}).Put(languageState, []byte(language))
}

// making returns the catalogue of the index that is being made for a language. The error is
// ErrBusy if another window makes one for another.
func (t *tx) making(language string, begun bool) (*catalogue, error) {
	c, err := t.catalogue(makingIndex)
	switch {
	case err != nil:
		return nil, err
	case c != nil && c.analyser == search.Version && c.language == language:
		return c, nil
	case begun && c != nil:
		return nil, ErrBusy
	}
	return newCatalogue(language), t.keepIndexes(servingIndex)
}

// keepIndexes drops all blocks but those of one index.
func (t *tx) keepIndexes(keep uint64) error {
	b, err := t.blocks()
	if err != nil {
		return err
	}
	kept := map[uint64]bool{keep: true}
	c, err := t.catalogue(keep)
	if err == nil && c != nil {
		var numbers []uint64
		numbers, err = c.index.Numbers(b)
		for _, number := range numbers {
			kept[number] = true
		}
	}
	if err != nil {
		return err
	}
	var others []uint64
	err = b.tree.walk(nil, false, func(row []byte) bool {
		if number := be64(row); !kept[number] {
			others = append(others, number)
		}
		return true
	})
	for _, number := range others {
		if err == nil {
			err = b.Drop(number)
		}
	}
	return err
}

// tidyIndex makes an index that does not serve anew, and one segment of the segments of one
// that does, as far as that is done at once.
func (j *Journal) tidyIndex(ctx context.Context, progress Progress) error {
	r, err := j.Verify(ctx, progress)
	if err != nil {
		return err
	}
	drop := false
	for _, damage := range r.Damage {
		switch {
		case strings.HasPrefix(damage, errIndexDamaged.Error()):
			drop = true
		case !strings.HasPrefix(damage, inboxDamage): // what is written where more is damaged may cost what can be read
			return damagef("%s", damage)
		}
	}
	language, err := j.Language(ctx)
	if err != nil {
		return err
	}
	if err := j.reindex(ctx, language, drop, progress); err != nil {
		return err
	}
	for more := true; more; {
		err := j.update(ctx, func(t *tx) error {
			t.indexed.apart = true
			c, err := t.serving()
			if err != nil {
				return err
			}
			p := c.index.PlanAll()
			if more = !p.Empty(); !more {
				return nil
			}
			b, err := t.blocks()
			if err == nil {
				err = c.index.Merge(ctx, b, p)
			}
			if err != nil {
				return err
			}
			pending := t.head.pending
			err = t.putCatalogue(servingIndex, c)
			t.head.pending = pending
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
