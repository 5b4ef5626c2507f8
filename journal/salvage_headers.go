package journal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"untangle/journal/vault"
)

// guise is a header that was found somewhere in a file.
type guise struct {
	header header
	raw    []byte
	place  int     // the higher, the more it is to be trusted
	pages  []int64 // on which it stands as a record
	times  int
}

// The places of a guise. Words that somebody wrote can look like a header, too.
const (
	placeAnywhere = iota // among any bytes
	placeRecord          // where a page has a header
	placeLive            // the same, and the file's structure leads to the page
)

// mostGuises and mostFakes are the most headers that are looked at, of those that are in
// order and of those that are not.
const (
	mostGuises    = 64
	mostFakes     = 4096
	longestHeader = 8192
)

// fits reports whether the key is that of the header.
func (g *guise) fits(key vault.Key) bool {
	if g.header.sealed == 0 || !key.Sealed() {
		return g.header.sealed == 0 && !key.Sealed()
	}
	lock, err := g.header.lock()
	if err != nil {
		return false
	}
	again, err := lock.Encode(key, g.header.bound())
	return err == nil && bytes.Equal(again, g.header.slots)
}

// newestHeader returns the header that counts, of those of one journal: the one that the
// structure leads to, or else the one beside the newest head.
func (h *haul) newestHeader(guises []guise) header {
	own := slices.DeleteFunc(slices.Clone(guises), func(g guise) bool {
		return g.header.store != h.header.store || !g.fits(h.key)
	})
	generation := func(g guise) (newest uint64) {
		for _, head := range h.heads {
			if slices.Contains(g.pages, head.page) {
				newest = max(newest, head.generation)
			}
		}
		return newest
	}
	return slices.MaxFunc(own, func(a, b guise) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(generation(a), generation(b)), cmp.Compare(a.times, b.times))
	}).header
}

// openGuise tries a secret on the locks that were found. There is more than one only
// where an older one is left in the file.
func openGuise(guises []guise, s Secret) (vault.Key, error) {
	err, tried := ErrWrongSecret, 0
	for _, g := range guises {
		lock, broken := g.header.lock()
		if broken != nil || tried == mostLocks {
			continue
		}
		tried++
		key, _, failed := lock.Open(g.header.store, s.Kind, s.Bytes, g.header.bound())
		if failed == nil {
			return key, nil
		}
		if !errors.Is(failed, ErrWrongSecret) {
			err = damagef("what guards the journal was changed")
		}
	}
	return vault.Key{}, err
}

// mostLocks is how many locks a secret is tried on, as each try takes time.
const mostLocks = 3

// guises returns the headers that are in the file, the most trustworthy first.
func (w *wreck) guises(ctx context.Context) ([]guise, error) {
	w.refill()
	l := &lookout{wreck: w}
	const over = len(headerMagic) - 1
	window := make([]byte, pageSize+over)
	for number := range w.pages() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !w.page(number, window) {
			continue
		}
		page, base := window[:pageSize], number*pageSize
		l.records(page, base, number)
		for at := 0; ; {
			i := bytes.Index(window[at:], []byte(headerMagic))
			if i < 0 || at+i >= pageSize {
				break
			}
			l.look(base+int64(at+i), placeAnywhere, number)
			at += i + 1
		}
	}
	if len(l.guises) == 0 {
		if l.newer {
			return nil, ErrNewer
		}
		return nil, damagef("this is no journal of untangle, or what tells how to read it is gone")
	}
	slices.SortStableFunc(l.guises, func(a, b guise) int {
		return cmp.Or(cmp.Compare(b.place, a.place), cmp.Compare(b.times, a.times))
	})
	return l.guises, nil
}

// lookout looks for headers.
type lookout struct {
	*wreck
	guises []guise
	fakes  int
	newer  bool
}

// records looks at the elements of a page that are called header.
func (l *lookout) records(page []byte, base, number int64) {
	place := placeRecord
	if number < int64(len(l.live)) && l.live[number] != 0 {
		place = placeLive
	}
	header := func(p piece) {
		if !p.bucket && bytes.Equal(p.key, headerKey) {
			l.look(p.at, place, number)
		}
	}
	l.each(page, base, false, func(p piece) {
		header(p)
		if p.bucket && p.size > bucketHeader && p.at+p.size <= base+pageSize {
			inside := page[p.at-base+bucketHeader : p.at-base+p.size]
			l.each(inside, p.at+bucketHeader, true, header)
		}
	})
}

// look notes the header that begins at a place of the file, if there is one.
func (l *lookout) look(at int64, place int, page int64) {
	b, ok := l.bytes(nil, 0, at, min(longestHeader, l.size-at))
	if !ok {
		return
	}
	i := slices.IndexFunc(l.guises, func(g guise) bool { return bytes.HasPrefix(b, g.raw) })
	if i < 0 {
		if l.fakes >= mostFakes && place < placeLive || len(l.guises) == mostGuises {
			return
		}
		h, err := decodeHeader(b)
		if err != nil {
			l.newer = l.newer || errors.Is(err, ErrNewer)
			l.fakes++
			return
		}
		i = len(l.guises)
		l.guises = append(l.guises, guise{header: h, raw: h.encode()})
	}
	g := &l.guises[i]
	g.place, g.times = max(g.place, place), g.times+1
	if place > placeAnywhere && len(g.pages) < mostFakes {
		g.pages = append(g.pages, page)
	}
}
