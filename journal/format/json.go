package format

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"

	"untangle/journal"
)

// encodeJSON writes one list, with an object a line.
func encodeJSON(w io.Writer, entries iter.Seq2[*journal.Entry, error], _ Options) error {
	s := spool{w: w}
	before := "[\n"
	for e, err := range entries {
		if err != nil {
			return err
		}
		s.b = AppendJSON(append(s.b, before...), e)
		before = ",\n"
		if err := s.spill(); err != nil {
			return err
		}
	}
	if before == "[\n" {
		s.b = append(s.b, "[]\n"...)
	} else {
		s.b = append(s.b, "\n]\n"...)
	}
	return s.flush()
}

// decodeJSON reads a list, entry by entry.
func decodeJSON(r io.Reader, o Options) iter.Seq2[*journal.Entry, error] {
	return func(yield func(*journal.Entry, error) bool) {
		l := listReader{r: bufio.NewReaderSize(r, spoolBytes), limit: o.limit()}
		var d decoder
		if err := l.begin(); err != nil {
			yield(nil, err)
			return
		}
		for {
			object, err := l.next()
			if err == io.EOF {
				return
			}
			var e *journal.Entry
			if err == nil {
				e, err = d.decode(object)
			}
			if err != nil && err != errTrail {
				err = fmt.Errorf("entry %d: %w", l.number, err)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// listReader finds the items of a list without reading more than one at a time.
type listReader struct {
	r      *bufio.Reader
	limit  int
	number int // of the item, from 1
	item   []byte
}

var (
	errCut   = errors.New("the file ends in the middle of the list")
	errTrail = errors.New("something follows behind the end of the list")
)

// begin reads up to the list's first item.
func (l *listReader) begin() error {
	if err := skipMark(l.r); err != nil {
		return err
	}
	switch c, err := l.look(); {
	case err == io.EOF:
		return errors.New("the file is empty; a list of entries was expected")
	case err != nil:
		return err
	case c == '{':
		return errors.New("the file holds an object, not a list of entries; it may be another program's " +
			"(a list within {\"entries\": ...}), or have one entry a line (format jsonl)")
	case c != '[':
		return errors.New("the file does not begin with a list of entries; it may be another program's")
	}
	_, err := l.r.Discard(1)
	return err
}

// look returns the next byte that is not space, and leaves it there.
func (l *listReader) look() (byte, error) {
	for {
		c, err := l.r.ReadByte()
		if err != nil {
			return 0, err
		}
		if !isSpace(c) {
			return c, l.r.UnreadByte()
		}
	}
}

// next returns the next item, valid until the call after, or io.EOF behind the last
// when nothing but space follows the list.
func (l *listReader) next() ([]byte, error) {
	l.number++
	c, err := l.look()
	switch {
	case err == io.EOF:
		return nil, errCut
	case err != nil:
		return nil, err
	case c == ']':
		return nil, l.end()
	case l.number == 1:
		return l.object()
	case c != ',':
		return nil, errors.New("a comma is missing before it")
	}
	if _, err := l.r.Discard(1); err != nil {
		return nil, err
	}
	return l.object()
}

func (l *listReader) end() error {
	if _, err := l.r.Discard(1); err != nil {
		return err
	}
	_, err := l.look()
	if err == nil {
		return errTrail
	}
	return err
}

// object reads from one brace to the one that belongs to it. What lies between is for
// the decoder to judge.
func (l *listReader) object() ([]byte, error) {
	switch c, err := l.look(); {
	case err == io.EOF:
		return nil, errCut
	case err != nil:
		return nil, err
	case c != '{':
		return nil, errors.New("an entry is an object, which begins with a brace")
	}
	l.item = l.item[:0]
	var b braces
	for {
		if _, err := l.r.Peek(1); err == io.EOF {
			return nil, errCut
		} else if err != nil {
			return nil, err
		}
		chunk, _ := l.r.Peek(l.r.Buffered())
		n := b.pass(chunk)
		if len(l.item)+n > l.limit {
			return nil, tooLarge(l.limit)
		}
		l.item = append(l.item, chunk[:n]...)
		if _, err := l.r.Discard(n); err != nil || b.depth == 0 {
			return l.item, err
		}
	}
}

// braces follows how deep within brackets a place of a JSON text is.
type braces struct {
	depth           int
	quoted, escaped bool
}

// pass goes through b until all brackets are closed, and returns how far it came.
func (p *braces) pass(b []byte) int {
	for i, c := range b {
		switch {
		case p.escaped:
			p.escaped = false
		case p.quoted:
			p.escaped = c == '\\'
			p.quoted = c != '"'
		case c == '"':
			p.quoted = true
		case c == '{', c == '[':
			p.depth++
		case c == '}', c == ']':
			if p.depth--; p.depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}
