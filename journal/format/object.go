package format

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"untangle/journal"
)

// Key is a further key of an entry's object, and its value in JSON.
type Key struct {
	Name string
	JSON []byte
}

// AppendJSON appends the entry's object to b, on one line and without a newline. The
// keys stand in a fixed order, more behind the entry's own; what is unset is left out,
// but for id, date, text, tags, starred and words.
func AppendJSON(b []byte, e *journal.Entry, more ...Key) []byte {
	b = append(b, `{"id":"`...)
	b = append(b, e.ID.String()...)
	b = append(b, `","date":"`...)
	b = append(b, e.Date.String()...)
	b = append(b, '"')
	b = appendMember(b, "zone", e.Zone)
	b = appendMember(b, "edited", e.Edited.String())
	b = appendMember(b, "title", e.Title)
	b = appendQuoted(append(b, `,"text":`...), e.Text)
	b = append(b, `,"tags":[`...)
	for i, tag := range e.Tags() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, tag)
	}
	b = append(b, `],"starred":`...)
	b = strconv.AppendBool(b, e.Starred)
	b = appendPrompt(b, e.Prompt)
	b = appendJourney(b, e.Journey)
	b = appendCheckIn(b, e.CheckIn)
	b = appendMember(b, "openOn", e.OpenOn.String())
	if object := compact(e.Properties); object != nil {
		b = append(append(b, `,"properties":`...), object...)
	}
	b = append(b, `,"words":`...)
	b = strconv.AppendInt(b, int64(e.Words), 10)
	for _, key := range more {
		b = appendQuoted(append(b, ','), key.Name)
		b = append(append(b, ':'), key.JSON...)
	}
	return append(b, '}')
}

func appendPrompt(b []byte, p journal.Prompt) []byte {
	if p == (journal.Prompt{}) {
		return b
	}
	b = append(b, `,"prompt":`...)
	start := len(b)
	b = appendMember(b, "id", p.ID)
	b = appendMember(b, "theme", p.Theme)
	b = appendMember(b, "text", p.Text)
	return closeObject(b, start)
}

func appendJourney(b []byte, j journal.Journey) []byte {
	if j == (journal.Journey{}) {
		return b
	}
	b = append(b, `,"journey":`...)
	start := len(b)
	b = appendMember(b, "id", j.ID)
	if j.Day != 0 {
		b = appendNumber(b, "day", j.Day)
	}
	return closeObject(b, start)
}

func appendCheckIn(b []byte, c journal.CheckIn) []byte {
	if c.IsZero() {
		return b
	}
	b = append(b, `,"checkin":`...)
	start := len(b)
	if c.Ache != nil {
		b = appendNumber(b, "ache", *c.Ache)
	}
	if c.Mood != 0 {
		b = appendNumber(b, "mood", c.Mood)
	}
	if c.Energy != 0 {
		b = appendNumber(b, "energy", c.Energy)
	}
	b = appendMember(b, "after", c.After.String())
	return closeObject(b, start)
}

// closeObject makes an object of the members that stand from start on, each behind a
// comma.
func closeObject(b []byte, start int) []byte {
	if len(b) == start {
		b = append(b, ',')
	}
	b[start] = '{'
	return append(b, '}')
}

// appendMember appends a member of an object, unless its value is empty.
func appendMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(b, ',', '"')
	b = append(b, name...)
	return appendQuoted(append(b, '"', ':'), value)
}

func appendNumber(b []byte, name string, n int) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	return strconv.AppendInt(append(b, '"', ':'), int64(n), 10)
}

// compact returns a JSON object on one line, nil if there is none.
func compact(object json.RawMessage) []byte {
	if len(object) == 0 {
		return nil
	}
	var line bytes.Buffer
	if json.Compact(&line, object) != nil {
		return nil
	}
	return bytes.ToValidUTF8(line.Bytes(), []byte("\ufffd"))
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends a string in quotes that JSON and YAML read alike. Besides what
// must be escaped it escapes what terminals obey and what some programs take for the
// end of a line. Bytes that are not UTF-8 become U+FFFD.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
			if !escapes(r, size) {
				i += size
				continue
			}
		}
		b = append(b, s[start:i]...)
		b = appendEscape(b, r)
		i += size
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// escapes reports whether a character beyond ASCII is written as an escape.
func escapes(r rune, size int) bool {
	return r == utf8.RuneError && size == 1 || r <= 0x9f ||
		r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff
}

func appendEscape(b []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(b, '\\', byte(r))
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
