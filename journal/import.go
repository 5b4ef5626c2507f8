package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
)

// Imported says what became of the entries that an import brought.
type Imported struct {
	// Added entries are new, Known ones were here already and the same.
	Added, Known int
	// Deleted ones were here once and were deleted; they stay so.
	Deleted int
	// Differing ones are here with another content, which stays as it is.
	Differing []ID
}

// Read returns the number of entries the import has read.
func (r Imported) Read() int { return r.Added + r.Known + r.Deleted + len(r.Differing) }

// The entries of an import are kept in transactions of this many, or of this many
// bytes of text, so that memory stays flat and nobody else waits for long.
const (
	importEntries = 8192
	importBytes   = 8 << 20
)

// Import keeps the entries of a stream, and tells progress how many it has read. An
// entry without an id gets one that depends on what it says and on how often the same
// stood in the stream before, so bringing the same again, also after an interruption,
// adds nothing twice. An error of the stream ends the import; what was kept before
// stays, and is counted.
func (j *Journal) Import(ctx context.Context, entries iter.Seq2[*Entry, error], progress func(read int)) (Imported, error) {
	im := &importer{j: j, seen: make(map[[16]byte]uint32), progress: progress}
	if progress == nil {
		im.progress = func(int) {}
	}
	for e, err := range entries {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return im.total, err
		}
		if err := e.Check(); err != nil {
			return im.total, fmt.Errorf("entry %d of the import, dated %s: %w", im.total.Read()+len(im.batch)+1, e.Date, err)
		}
		im.batch = append(im.batch, e)
		im.size += len(e.Text)
		if len(im.batch) < importEntries && im.size < importBytes {
			continue
		}
		if err := im.flush(ctx); err != nil {
			return im.total, err
		}
	}
	return im.total, im.flush(ctx)
}

type importer struct {
	j        *Journal
	batch    []*Entry
	size     int
	seen     map[[16]byte]uint32 // how often a content came so far
	total    Imported
	progress func(int)
}

func (im *importer) flush(ctx context.Context) error {
	if len(im.batch) == 0 {
		return nil
	}
	var done Imported
	named := false
	err := im.j.update(ctx, func(t *tx) error {
		done, t.indexed.long = Imported{}, true
		if !named { // a second try at the transaction finds the names given
			if err := im.name(t); err != nil {
				return err
			}
			named = true
		}
		for _, e := range im.batch {
			if err := t.bring(e, &done); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	im.total.Added += done.Added
	im.total.Known += done.Known
	im.total.Deleted += done.Deleted
	im.total.Differing = append(im.total.Differing, done.Differing...)
	im.batch, im.size = im.batch[:0], 0
	im.progress(im.total.Read())
	return nil
}

// name gives ids to the entries of the batch that have none.
func (im *importer) name(t *tx) error {
	for _, e := range im.batch {
		if e.ID != (ID{}) {
			continue
		}
		content := contentOf(e)
		occurrence := im.seen[content]
		im.seen[content]++
		name, err := t.key.Name(t.header.store, binary.BigEndian.AppendUint32(content[:], occurrence))
		if err != nil {
			return err
		}
		e.ID = name
	}
	return nil
}

// contentOf returns a hash of what makes an entry without an id that entry: its
// origin, if it has one, or else its date, title and text.
func contentOf(e *Entry) (content [16]byte) {
	h := sha256.New()
	for _, part := range []string{e.Origin, e.Date.String(), e.Title, e.Text} {
		h.Write(binary.AppendUvarint(nil, uint64(len(part))))
		h.Write([]byte(part))
		if e.Origin != "" {
			break
		}
	}
	copy(content[:], h.Sum(nil))
	return content
}

// bring keeps one entry of an import, unless it is here.
func (t *tx) bring(e *Entry, done *Imported) error {
	e.Words = countWords(e.Text)
	r, err := t.idRow(e.ID)
	switch {
	case err != nil:
		return err
	case r == nil:
		done.Added++
		return t.insert(e)
	case r.flags != 0:
		done.Deleted++
		return nil
	}
	here, err := t.find(*r)
	if err != nil {
		return err
	}
	if sameContent(*here, *e) {
		done.Known++
	} else {
		done.Differing = append(done.Differing, e.ID)
	}
	return nil
}

// sameContent reports whether two entries say the same, wherever they came from.
func sameContent(a, b Entry) bool {
	a.Origin, b.Origin = "", ""
	a.unknown, b.unknown = nil, nil
	return bytes.Equal(encodeEntry(nil, &a), encodeEntry(nil, &b))
}
