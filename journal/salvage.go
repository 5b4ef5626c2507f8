package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"untangle/journal/vault"
)

// Salvage reads a damaged file without asking its structure for the way. It goes over
// all pages, in use or not, and takes every record that opens: since a record is bound to
// its bucket and number, what opens is known to belong there, wherever it was found.
// What of the structure is still in order then tells which of several versions counts.

// Salvaged is what Salvage took out of a file, and what it could not.
type Salvaged struct {
	// Entries, Deleted, Versions and Drafts count what stands in the new journal, as
	// they do in a Report.
	Entries, Deleted, Versions, Drafts int
	// Waiting counts what was written while the journal was locked and waits in the new
	// one to be taken in.
	Waiting int
	// Older counts the entries of which the last version is gone and one before it is not.
	Older int
	// Missing counts the entries of which only the name is left.
	Missing int
	// Broken counts the pages and records that are not as they were written.
	Broken int
}

// Whole reports whether nothing that the file should hold was found to be lost.
func (s Salvaged) Whole() bool { return s.Older == 0 && s.Missing == 0 && s.Broken == 0 }

// Salvage takes all that can be trusted out of the file at path, which may be too damaged
// to open, into a new journal at out, which is sealed as the old one was: the same
// secrets open it. Unlock is called for a sealed file only, with a function that tries a
// secret and returns ErrWrongSecret for one that does not open it. The file itself is not
// changed. The errors are os.ErrExist if there is something at out, ErrMissing, ErrBusy,
// ErrDamaged if nothing can be taken out, and those of unlock.
func Salvage(ctx context.Context, path, out string, o Options, unlock func(context.Context, func(Secret) error) error, progress Progress) (Salvaged, error) {
	if _, err := os.Lstat(out); err == nil {
		return Salvaged{}, fmt.Errorf("salvage into %q: %w", out, os.ErrExist)
	}
	if progress == nil {
		progress = func(int, int) {}
	}
	s := &salvage{path: behindLink(path), out: out, options: o, progress: progress}
	r, err := s.run(ctx, unlock)
	return r, (&Journal{path: path}).wrap(err)
}

// salvage is one call of Salvage.
type salvage struct {
	path, out string
	options   Options
	progress  Progress
}

func (s *salvage) run(ctx context.Context, unlock func(context.Context, func(Secret) error) error) (Salvaged, error) {
	guises, err := s.guises(ctx)
	if err != nil {
		return Salvaged{}, err
	}
	sealed := func(g guise) bool { return g.header.sealed != 0 }
	// Where the machine remembers a sealed journal, a plain header may have been planted.
	planted := Remembered(s.path, s.options) && slices.ContainsFunc(guises, sealed)
	if !planted && slices.ContainsFunc(guises, func(g guise) bool { return !sealed(g) }) {
		r, err := s.with(ctx, vault.Plain(), slices.ContainsFunc(guises, sealed))
		if !errors.Is(err, errNothing) || !slices.ContainsFunc(guises, sealed) {
			return r, err
		}
	}
	if unlock == nil {
		return Salvaged{}, ErrLocked
	}
	var key vault.Key
	defer func() { key.Clear() }()
	err = unlock(ctx, func(secret Secret) (err error) {
		key.Clear()
		key, err = openGuise(guises, secret)
		return err
	})
	switch {
	case err != nil:
		return Salvaged{}, err
	case !key.Sealed():
		return Salvaged{}, ErrLocked
	}
	return s.with(ctx, key, false)
}

// errNothing says that no record opens.
var errNothing = damagef("nothing in it can be read any more")

// guises looks for headers while the file is not held, since somebody may be asked for a
// passphrase next.
func (s *salvage) guises(ctx context.Context) ([]guise, error) {
	w, err := openWreck(s.path)
	if err != nil {
		return nil, err
	}
	defer w.file.Close()
	if err := w.survey(ctx); err != nil {
		return nil, err
	}
	return w.guises(ctx)
}

// with takes out what opens under a key. Strict asks for entries, where there may be
// another key.
func (s *salvage) with(ctx context.Context, key vault.Key, strict bool) (r Salvaged, err error) {
	turnstile, err := enter(ctx, s.path, false)
	if err != nil {
		return r, err
	}
	if turnstile != nil {
		defer turnstile.Close()
	}
	w, err := openWreck(s.path)
	if err != nil {
		return r, err
	}
	defer w.file.Close()
	w.progress = s.progress
	if err := w.survey(ctx); err != nil {
		return r, err
	}
	guises, err := w.guises(ctx)
	if err != nil {
		return r, err
	}
	found, err := w.best(ctx, key, guises)
	if err != nil {
		return r, err
	}
	if found == nil || strict && !found.entries() {
		return r, errNothing
	}
	p, err := found.plan(ctx)
	if err != nil {
		return r, err
	}
	err = newFile(s.out, func(temp string) error {
		if err := p.write(ctx, temp); err != nil {
			return err
		}
		fresh := newJournal(temp, s.options)
		fresh.memory, fresh.key = "", p.key
		if err := fresh.Reindex(ctx, nil); ctx.Err() != nil {
			return err // without an index all is there, too
		}
		return p.prove(ctx, temp)
	})
	if err != nil {
		return r, fmt.Errorf("salvage into %q: %w", s.out, plainly(err))
	}
	return p.report, nil
}

// best reads the file once for each journal whose header was found and which the key can
// be of, and returns what was found of the one of which there is most. It is nil if there
// is nothing of any.
func (w *wreck) best(ctx context.Context, key vault.Key, guises []guise) (best *haul, err error) {
	tried := make(map[[16]byte]bool)
	for _, g := range guises {
		if !g.fits(key) || tried[g.header.store] || len(tried) == mostJournals {
			continue
		}
		if len(tried) > 0 { // a search may have found another way in
			if err := w.survey(ctx); err != nil {
				return nil, err
			}
		}
		tried[g.header.store] = true
		h := &haul{wreck: w, key: key, header: g.header}
		if err := h.search(ctx); err != nil {
			return nil, err
		}
		if len(h.found)+len(h.heads) == 0 || best != nil && len(h.found) <= len(best.found) {
			continue
		}
		best = h
		best.header = best.newestHeader(guises)
	}
	return best, nil
}

// mostJournals is how many journals a file is taken to hold parts of.
const mostJournals = 4
