package journal

import (
	"encoding/binary"

	"untangle/journal/vault"
)

// A timeline row says of an entry what lists, calendars and statistics need, so
// that they open no record: order (8 bytes), sequence (8), offset (2), words (4),
// flags (1), after (1), ache + 1 (1), mood and energy (1), reserved (6), and the
// tag of the entry's record (16).
const (
	rowKey   = 16
	rowWidth = 48

	flagStarred = 1 << 0
	flagMuted   = 1 << 1
	flagShut    = 1 << 2 // a letter to later
	flagBare    = 1 << 3 // a check-in without text
)

// row is one entry's place in time.
type row struct {
	date     Date
	sequence uint64
	words    uint32
	flags    byte
	checkin  [3]byte // after, ache + 1, mood and energy
	tag      vault.Tag
}

func rowOf(e *Entry, tag vault.Tag) row {
	r := row{date: e.Date, sequence: e.Version, words: uint32(min(e.Words, 1<<32-1)), tag: tag}
	for _, f := range []struct {
		on   bool
		flag byte
	}{{e.Starred, flagStarred}, {!e.OpenOn.IsZero(), flagShut}, {e.bare(), flagBare}} {
		if f.on {
			r.flags |= f.flag
		}
	}
	r.checkin[0] = byte(e.CheckIn.After)
	if e.CheckIn.Ache != nil {
		r.checkin[1] = byte(*e.CheckIn.Ache) + 1
	}
	r.checkin[2] = byte(e.CheckIn.Mood)<<4 | byte(e.CheckIn.Energy)
	return r
}

func (r *row) encode() []byte {
	b := make([]byte, rowWidth)
	copy(b, r.key())
	binary.BigEndian.PutUint16(b[16:], uint16(r.date.offset))
	binary.BigEndian.PutUint32(b[18:], r.words)
	b[22] = r.flags
	copy(b[23:26], r.checkin[:])
	copy(b[32:], r.tag[:])
	return b
}

func (r *row) key() []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, rowKey), r.date.order())
	return binary.BigEndian.AppendUint64(b, r.sequence)
}

func decodeRow(b []byte) row {
	order := be64(b)
	return row{
		date:     Date{wall: int64(order >> 1), timed: order&1 == 1, offset: int16(binary.BigEndian.Uint16(b[16:]))},
		sequence: be64(b[8:]),
		words:    binary.BigEndian.Uint32(b[18:]),
		flags:    b[22],
		checkin:  [3]byte(b[23:26]),
		tag:      vault.Tag(b[32:]),
	}
}

// An ids row leads from an entry's id (16 bytes) to its sequence (8): the record
// that stands, or the deleted one; then flags (1), reserved (7). Rows are never
// taken away, so an import brings nothing back that was deleted.
const (
	idKey   = 16
	idWidth = 32

	idDeleted = 1 << 0 // the record is in the history
	idErased  = 1 << 1 // there is no record any more
)

type idRow struct {
	id       ID
	sequence uint64
	flags    byte
}

func (r *idRow) encode() []byte {
	b := make([]byte, idWidth)
	copy(b, r.id[:])
	binary.BigEndian.PutUint64(b[16:], r.sequence)
	b[24] = r.flags
	return b
}

func decodeIDRow(b []byte) idRow { return idRow{ID(b[:16]), be64(b[16:]), b[24]} }

// A history row leads to an earlier version of an entry: id (16), sequence (8),
// flags (1), reserved (7), and the tag of its record in the history (16).
const (
	pastKey   = 24
	pastWidth = 48

	pastDeleted = 1 << 0 // the version an entry was deleted at
)

type pastRow struct {
	id       ID
	sequence uint64
	flags    byte
	tag      vault.Tag
}

func (r *pastRow) encode() []byte {
	b := make([]byte, pastWidth)
	copy(b, r.key())
	b[24] = r.flags
	copy(b[32:], r.tag[:])
	return b
}

func (r *pastRow) key() []byte {
	return binary.BigEndian.AppendUint64(append(make([]byte, 0, pastWidth), r.id[:]...), r.sequence)
}

func decodePastRow(b []byte) pastRow {
	return pastRow{ID(b[:16]), be64(b[16:]), b[24], vault.Tag(b[32:])}
}
