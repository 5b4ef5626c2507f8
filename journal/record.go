package journal

import (
	"encoding/binary"
	"errors"
)

// The fields of an entry's record. A record is a run of fields, each a tag and a
// length as unsigned varints and then its value, in rising order of tags. A field
// that a reader does not know is kept as it came.
const (
	fieldID         = 1  // 16 bytes
	fieldDate       = 2  // a date
	fieldZone       = 3  // text
	fieldEdited     = 4  // a date
	fieldTitle      = 5  // text
	fieldText       = 6  // text
	fieldTag        = 7  // text, once for each tag given by hand
	fieldStarred    = 8  // empty
	fieldPromptID   = 9  // text
	fieldTheme      = 10 // text
	fieldPrompt     = 11 // text
	fieldJourney    = 12 // text
	fieldJourneyDay = 13 // varint
	fieldAche       = 14 // varint
	fieldMood       = 15 // varint
	fieldEnergy     = 16 // varint
	fieldAfter      = 17 // varint
	fieldOpenOn     = 18 // a date
	fieldProperties = 19 // a JSON object
	fieldOrigin     = 20 // text
	fieldWords      = 21 // varint
	fieldDeleted    = 22 // a date
	lastField       = 22
)

var errRecord = errors.New("a record that cannot be read")

// encodeEntry appends the entry's record to b.
func encodeEntry(b []byte, e *Entry) []byte {
	b = appendField(b, fieldID, e.ID[:])
	b = appendDate(b, fieldDate, e.Date)
	b = appendText(b, fieldZone, e.Zone)
	b = appendDate(b, fieldEdited, e.Edited)
	b = appendText(b, fieldTitle, e.Title)
	b = appendText(b, fieldText, e.Text)
	for _, t := range e.Hand {
		b = appendText(b, fieldTag, t)
	}
	if e.Starred {
		b = appendField(b, fieldStarred, nil)
	}
	b = appendText(b, fieldPromptID, e.Prompt.ID)
	b = appendText(b, fieldTheme, e.Prompt.Theme)
	b = appendText(b, fieldPrompt, e.Prompt.Text)
	b = appendText(b, fieldJourney, e.Journey.ID)
	b = appendNumber(b, fieldJourneyDay, uint64(e.Journey.Day))
	if e.CheckIn.Ache != nil {
		b = appendField(b, fieldAche, []byte{byte(*e.CheckIn.Ache)})
	}
	b = appendNumber(b, fieldMood, uint64(e.CheckIn.Mood))
	b = appendNumber(b, fieldEnergy, uint64(e.CheckIn.Energy))
	b = appendNumber(b, fieldAfter, uint64(e.CheckIn.After))
	b = appendDate(b, fieldOpenOn, e.OpenOn)
	b = appendText(b, fieldProperties, string(e.Properties))
	b = appendText(b, fieldOrigin, e.Origin)
	b = appendNumber(b, fieldWords, uint64(e.Words))
	b = appendDate(b, fieldDeleted, e.Deleted)
	return append(b, e.unknown...)
}

func appendField(b []byte, tag int, value []byte) []byte {
	b = binary.AppendUvarint(b, uint64(tag))
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(b, value...)
}

func appendText(b []byte, tag int, s string) []byte {
	if s == "" {
		return b
	}
	b = binary.AppendUvarint(b, uint64(tag))
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func appendNumber(b []byte, tag int, n uint64) []byte {
	if n == 0 {
		return b
	}
	var room [binary.MaxVarintLen64]byte
	return appendField(b, tag, room[:binary.PutUvarint(room[:], n)])
}

// appendDate writes a date as its order, 8 bytes, and its offset, 2 bytes.
func appendDate(b []byte, tag int, d Date) []byte {
	if d.IsZero() {
		return b
	}
	var room [10]byte
	binary.BigEndian.PutUint64(room[:], d.order())
	binary.BigEndian.PutUint16(room[8:], uint16(d.offset))
	return appendField(b, tag, room[:])
}

func decodeDate(b []byte) (d Date, err error) {
	if len(b) != 10 {
		return d, errRecord
	}
	order := be64(b)
	d = Date{wall: int64(order >> 1), timed: order&1 == 1, offset: int16(binary.BigEndian.Uint16(b[8:]))}
	if d.wall > lastWall || d.offset < -24*60 || d.offset > 24*60 || !d.timed && (d.wall%86400 != 0 || d.offset != 0) {
		return d, errRecord
	}
	return d, nil
}

// decodeEntry reads a record. The entry's texts are copies.
func decodeEntry(b []byte) (*Entry, error) {
	e := new(Entry)
	for last := 0; len(b) > 0; {
		tag, value, rest, err := nextField(b)
		if err != nil || tag < last {
			return nil, errRecord
		}
		if tag > lastField {
			e.unknown = append(e.unknown, b[:len(b)-len(rest)]...)
		} else if err := e.setField(tag, value); err != nil {
			return nil, err
		}
		last, b = tag, rest
	}
	if e.ID == (ID{}) || e.Date.IsZero() {
		return nil, errRecord
	}
	return e, nil
}

func nextField(b []byte) (tag int, value, rest []byte, err error) {
	t, n := binary.Uvarint(b)
	if n <= 0 || t > 1<<20 {
		return 0, nil, nil, errRecord
	}
	size, m := binary.Uvarint(b[n:])
	if m <= 0 || size > uint64(len(b)-n-m) {
		return 0, nil, nil, errRecord
	}
	start := n + m
	return int(t), b[start : start+int(size)], b[start+int(size):], nil
}

func (e *Entry) setField(tag int, value []byte) (err error) {
	switch tag {
	case fieldID:
		if len(value) != len(e.ID) {
			return errRecord
		}
		copy(e.ID[:], value)
	case fieldDate:
		e.Date, err = decodeDate(value)
	case fieldZone:
		e.Zone = string(value)
	case fieldEdited:
		e.Edited, err = decodeDate(value)
	case fieldTitle:
		e.Title = string(value)
	case fieldText:
		e.Text = string(value)
	case fieldTag:
		if len(value) == 0 {
			return errRecord
		}
		e.Hand = append(e.Hand, string(value))
	case fieldStarred:
		e.Starred = true
	case fieldPromptID:
		e.Prompt.ID = string(value)
	case fieldTheme:
		e.Prompt.Theme = string(value)
	case fieldPrompt:
		e.Prompt.Text = string(value)
	case fieldJourney:
		e.Journey.ID = string(value)
	case fieldOpenOn:
		e.OpenOn, err = decodeDate(value)
	case fieldProperties:
		e.Properties = append(e.Properties, value...)
	case fieldOrigin:
		e.Origin = string(value)
	case fieldDeleted:
		e.Deleted, err = decodeDate(value)
	default:
		return e.setNumber(tag, value)
	}
	return err
}

func (e *Entry) setNumber(tag int, value []byte) error {
	u, n := binary.Uvarint(value)
	if n <= 0 || n != len(value) || u > 1<<40 {
		return errRecord
	}
	number := int(u)
	switch tag {
	case fieldJourneyDay:
		e.Journey.Day = number
	case fieldAche:
		e.CheckIn.Ache = &number
	case fieldMood:
		e.CheckIn.Mood = number
	case fieldEnergy:
		e.CheckIn.Energy = number
	case fieldAfter:
		e.CheckIn.After = After(min(number, len(afterNames)))
	case fieldWords:
		e.Words = number
	default:
		return errRecord
	}
	return nil
}
