package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"untangle/journal/vault"
)

// Report is what Verify found.
type Report struct {
	// Entries, Deleted, Versions and Drafts count what was read and is whole:
	// entries that stand, deleted ones, earlier versions, drafts.
	Entries, Deleted, Versions, Drafts int
	// Waiting counts what was left while the journal was closed, and not taken in yet.
	Waiting int
	// Damage names each damage, in plain words. It is empty for a whole journal.
	Damage []string
}

// OnlyIndex reports whether nothing is damaged but the search index, which Compact and
// Reindex make anew of the entries.
func (r Report) OnlyIndex() bool {
	for _, damage := range r.Damage {
		if !strings.HasPrefix(damage, errIndexDamaged.Error()) {
			return false
		}
	}
	return len(r.Damage) > 0
}

// Progress is told how far long work has come. It is called often, and must be quick.
type Progress func(done, of int)

// most is how many damages a report names; past it there is only more of the same.
const most = 100

// Verify reads the whole file, every page and every record, and holds everything that
// is kept twice against itself. It writes nothing. Damage is in the report, not in the
// error, which is for a file that could not be read at all.
func (j *Journal) Verify(ctx context.Context, progress Progress) (Report, error) {
	as := &Journal{path: j.path, key: j.key, print: j.print} // the file alone, without its inbox merged
	return as.verify(ctx, progress, true)
}

// Verify is the method of the same name for a file that may be too damaged to open.
func Verify(ctx context.Context, path string, progress Progress) (Report, error) {
	return (&Journal{path: path, key: vault.Plain()}).verify(ctx, progress, true)
}

// verify is Verify; if it is not thorough, it does not hold the search index against the
// texts, which takes longer than all the rest.
func (j *Journal) verify(ctx context.Context, progress Progress, thorough bool) (r Report, err error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	note := func(damage error) {
		text := damage.Error()
		if detail, ok := bytes.CutPrefix([]byte(text), []byte(ErrDamaged.Error()+": ")); ok {
			text = string(detail)
		}
		if len(r.Damage) < most && !slices.Contains(r.Damage, text) {
			r.Damage = append(r.Damage, text)
		}
	}
	if err := j.verifyPages(ctx, note, progress); err != nil {
		return r, err
	}
	if len(r.Damage) > 0 {
		return r, nil // bbolt is not let near pages that are not in order
	}
	err = j.view(ctx, func(t *tx) error {
		c := &checker{tx: t, report: &r, note: note, progress: progress, thorough: thorough}
		return c.run(ctx)
	})
	if errors.Is(err, ErrDamaged) {
		var named *pathError
		if errors.As(err, &named) {
			err = named.err
		}
		note(err)
		err = nil
	}
	return r, err
}

// verifyPages walks the file's pages while nobody writes.
func (j *Journal) verifyPages(ctx context.Context, note func(error), progress Progress) error {
	if err := findFile(j.path); err != nil {
		return j.wrap(err)
	}
	turnstile, err := enter(ctx, j.path, false)
	if err != nil {
		return j.wrap(err)
	}
	if turnstile != nil {
		defer turnstile.Close()
	}
	file, err := os.Open(j.path)
	if err != nil {
		return err
	}
	defer file.Close()
	return walkPages(ctx, file, note, func(done, of int) { progress(done, 2*of) })
}

// checker holds the records of a journal against each other.
type checker struct {
	tx       *tx
	report   *Report
	note     func(error)
	progress Progress
	thorough bool
	done, of int
	standing map[uint64]ID // version to id, of entries in their place in time
	past     map[uint64]pastRow
}

func (c *checker) run(ctx context.Context) error {
	roots := c.tx.head.roots
	c.of = int(roots[timelineTree].count + roots[idsTree].count + roots[historyTree].count)
	if c.thorough {
		c.of += int(roots[timelineTree].count)
	}
	c.standing = make(map[uint64]ID, roots[timelineTree].count)
	c.past = make(map[uint64]pastRow)
	for _, check := range []func(context.Context) error{
		c.buckets, c.timeline, c.history, c.ids, c.entries, c.state, c.index, c.nodes,
	} {
		if err := check(ctx); err != nil {
			return err
		}
	}
	err := c.tx.eachDraft(func(Draft) { c.report.Drafts++ })
	if err != nil || c.tx.header.sealed == 0 {
		return err
	}
	return c.tx.eachItem(nil, func(_ item, err error) error {
		if err != nil {
			c.note(err)
		} else {
			c.report.Waiting++
		}
		return nil
	})
}

// step counts one record and says whether to go on.
func (c *checker) step(ctx context.Context) bool {
	c.done++
	if c.done%1024 == 0 {
		c.progress(c.of+c.done, 2*c.of)
		return ctx.Err() == nil
	}
	return true
}

func (c *checker) buckets(context.Context) error {
	for _, name := range buckets() {
		if c.tx.bolt.Bucket([]byte(name)) == nil {
			return damagef("a part of the file, %q, is missing", name)
		}
	}
	first := c.tx.bolt.Bucket([]byte(metaBucket)).Get(headerKey)
	spare := c.tx.bolt.Bucket([]byte(spareBucket)).Get(headerKey)
	padded := make([]byte, len(spare))
	copy(padded, first)
	if len(spare) < headerCopyLength || len(spare) < len(first) || !bytes.Equal(padded, spare) {
		c.note(damagef("the two copies of the header differ"))
	}
	if len(first) != headerFixed+len(c.tx.header.slots) {
		c.note(damagef("the header"))
	}
	return nil
}

func (c *checker) timeline(ctx context.Context) error {
	tree, err := c.tx.tree(timelineTree)
	if err != nil {
		return err
	}
	err = tree.walk(nil, false, func(b []byte) bool {
		r := decodeRow(b)
		e, err := c.tx.read(entriesBucket, r.sequence, r.tag)
		if err != nil {
			c.note(err)
			return c.step(ctx)
		}
		c.report.Entries++
		c.standing[r.sequence] = e.ID
		again := rowOf(e, r.tag)
		if !bytes.Equal(again.encode(), b) || e.Words != countWords(e.Text) || r.sequence > c.tx.head.sequence {
			c.note(damagef("entry %s and its place in time differ", e.ID))
		}
		return c.step(ctx)
	})
	return errors.Join(err, ctx.Err())
}

func (c *checker) history(ctx context.Context) error {
	tree, err := c.tx.tree(historyTree)
	if err != nil {
		return err
	}
	err = tree.walk(nil, false, func(b []byte) bool {
		r := decodePastRow(b)
		c.past[r.sequence] = r
		e, err := c.tx.read(historyBucket, r.sequence, r.tag)
		switch {
		case err != nil:
			c.note(err)
		case e.ID != r.id || e.Deleted.IsZero() != (r.flags&pastDeleted == 0):
			c.note(damagef("a version of entry %s and its place in the history differ", e.ID))
		case r.flags&pastDeleted != 0:
			c.report.Deleted++
		default:
			c.report.Versions++
		}
		return c.step(ctx)
	})
	return errors.Join(err, ctx.Err())
}

func (c *checker) ids(ctx context.Context) error {
	tree, err := c.tx.tree(idsTree)
	if err != nil {
		return err
	}
	standing := 0
	err = tree.walk(nil, false, func(b []byte) bool {
		r := decodeIDRow(b)
		past, buried := c.past[r.sequence]
		switch {
		case r.flags&idErased != 0:
		case r.flags&idDeleted != 0:
			if !buried || past.id != r.id || past.flags&pastDeleted == 0 {
				c.note(damagef("deleted entry %s is missing", r.id))
			}
		default:
			standing++
			if id, ok := c.standing[r.sequence]; !ok || id != r.id {
				c.note(damagef("entry %s is missing", r.id))
			}
		}
		return c.step(ctx)
	})
	if err == nil && standing != len(c.standing) {
		c.note(damagef("%d entries have an id, and %d a place in time", standing, len(c.standing)))
	}
	return errors.Join(err, ctx.Err())
}

// entries looks for records that nothing leads to.
func (c *checker) entries(context.Context) error {
	err := c.tx.eachKey(entriesBucket, func(key []byte) error {
		if _, ok := c.standing[be64(key)]; !ok {
			c.note(damagef("record %d of entries has no place in time", be64(key)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.tx.eachKey(historyBucket, func(key []byte) error {
		if number := be64(key); number&nodeBit == 0 {
			if _, ok := c.past[number]; !ok {
				c.note(damagef("record %d of history has no place there", number))
			}
		}
		return nil
	})
}

func (c *checker) state(context.Context) error {
	tree, err := c.tx.tree(stateTree)
	if err != nil {
		return err
	}
	rows := 0
	err = tree.walk(nil, false, func(b []byte) bool {
		rows++
		if _, err := c.tx.stateValue(b, ""); err != nil {
			c.note(err)
		}
		return true
	})
	if err != nil {
		return err
	}
	values := 0
	err = c.tx.eachKey(stateBucket, func(key []byte) error {
		if be64(key)&nodeBit == 0 {
			values++
		}
		return nil
	})
	if err == nil && values != rows {
		c.note(damagef("the state has %d records for %d names", values, rows))
	}
	return err
}

// nodes looks for nodes of the trees that nothing leads to.
func (c *checker) nodes(context.Context) error {
	for which, shape := range treeShapes {
		if which == segmentsTree {
			continue // which index looked at
		}
		tree, err := c.tx.tree(which)
		if err != nil {
			return err
		}
		want, err := tree.size(tree.root)
		if err != nil {
			return err
		}
		got := 0
		err = c.tx.eachKey(shape.bucket, func(key []byte) error {
			if number := be64(key); number&nodeBit != 0 {
				got++
				if number&^nodeBit > tree.next {
					c.note(damagef("a node of %s has a number not given out yet", shape.bucket))
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if got != want {
			c.note(damagef("%s has %d nodes, and %d are led to", shape.bucket, got, want))
		}
	}
	return nil
}

// size returns the nodes of a tree, from n down.
func (tr *tree) size(n *node) (int, error) {
	if n.number == 0 {
		return 0, nil
	}
	if n.level <= 1 {
		return 1 + len(n.kids), nil
	}
	sum := 1
	for i := range n.kids {
		kid, err := tr.kid(n, i)
		if err != nil {
			return 0, err
		}
		below, err := tr.size(kid)
		if err != nil {
			return 0, err
		}
		sum += below
	}
	return sum, nil
}

// Summary returns the report in one sentence.
func (r Report) Summary() string {
	said := fmt.Sprintf("%s, %d deleted, %s, %s", count(r.Entries, "entry", "entries"), r.Deleted,
		count(r.Versions, "earlier version", "earlier versions"), count(r.Drafts, "draft", "drafts"))
	if r.Waiting > 0 {
		said += fmt.Sprintf("; %d more that was left while it was closed is taken in when it is next opened", r.Waiting)
	}
	return said
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
