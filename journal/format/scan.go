package format

import (
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads one JSON value that lies in memory whole and is valid UTF-8. It is
// stricter than encoding/json, which puts U+FFFD for half a character without a word.
type scanner struct {
	b       []byte
	i       int
	scratch []byte // where strings with escapes are put together
}

// maxDepth is how deep values may be nested.
const maxDepth = 1000

var (
	errHalf   = errors.New("half a character stands alone (a lone surrogate such as \\ud800)")
	errNUL    = errors.New("there is a NUL character")
	errNested = fmt.Errorf("values are nested more than %d deep", maxDepth)
)

// syntax returns the error for what cannot stand where the scanner is.
func (s *scanner) syntax() error {
	if s.i >= len(s.b) {
		return errors.New("it breaks off in the middle")
	}
	if s.b[s.i] == 0 {
		return errNUL
	}
	return fmt.Errorf("it is not JSON from its byte %d on", s.i+1)
}

func (s *scanner) space() {
	for s.i < len(s.b) && isSpace(s.b[s.i]) {
		s.i++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// peek returns the byte the scanner is at, 0 at the end.
func (s *scanner) peek() byte {
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

func (s *scanner) accept(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.i++
	return true
}

// end returns an error unless nothing but space is left.
func (s *scanner) end() error {
	if s.space(); s.i < len(s.b) {
		return s.syntax()
	}
	return nil
}

// object reads an object, and has member read the value of each key. The key is valid
// until then.
func (s *scanner) object(member func(key []byte) error) error {
	return s.list('{', '}', func() error {
		key, err := s.text()
		if err != nil {
			return err
		}
		// The value may need the scratch, and the key is used to choose how to read it.
		if s.space(); !s.accept(':') {
			return s.syntax()
		}
		s.space()
		return member(key)
	})
}

// list reads what stands between two brackets, and has item read each item.
func (s *scanner) list(begin, end byte, item func() error) error {
	if !s.accept(begin) {
		return s.syntax()
	}
	if s.space(); s.accept(end) {
		return nil
	}
	for {
		s.space()
		if err := item(); err != nil {
			return err
		}
		s.space()
		if s.accept(end) {
			return nil
		}
		if !s.accept(',') {
			return s.syntax()
		}
	}
}

// text reads a string. The bytes are valid until the next call.
func (s *scanner) text() ([]byte, error) {
	if !s.accept('"') {
		return nil, s.syntax()
	}
	start := s.i
	s.run()
	if s.accept('"') {
		return s.b[start : s.i-1], nil
	}
	out := append(s.scratch[:0], s.b[start:s.i]...)
	for s.accept('\\') {
		r, err := s.escape()
		if err != nil {
			return nil, err
		}
		out = utf8.AppendRune(out, r)
		start = s.i
		s.run()
		out = append(out, s.b[start:s.i]...)
	}
	s.scratch = out
	if !s.accept('"') {
		return nil, s.syntax()
	}
	return out, nil
}

// run passes over the characters that stand for themselves.
func (s *scanner) run() {
	i := s.i
	for i < len(s.b) && s.b[i] != '"' && s.b[i] != '\\' && s.b[i] >= ' ' {
		i++
	}
	s.i = i
}

// escape reads what follows a backslash.
func (s *scanner) escape() (rune, error) {
	c := s.peek()
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		s.i++
		return s.unicode()
	default:
		return 0, s.syntax()
	}
	s.i++
	return rune(c), nil
}

// unicode reads the digits behind \u, and the second half of a pair.
func (s *scanner) unicode() (rune, error) {
	r, err := s.hex()
	switch {
	case err != nil:
		return 0, err
	case r == 0:
		return 0, errNUL
	case !utf16.IsSurrogate(r):
		return r, nil
	}
	if !s.accept('\\') || !s.accept('u') {
		return 0, errHalf
	}
	low, err := s.hex()
	if err != nil {
		return 0, err
	}
	if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
		return 0, errHalf
	}
	return r, nil
}

func (s *scanner) hex() (r rune, err error) {
	for range 4 {
		switch c := s.peek(); {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, s.syntax()
		}
		s.i++
	}
	return r, nil
}

// skip reads any value and returns it as it stands.
func (s *scanner) skip() ([]byte, error) {
	start := s.i
	err := s.value(0)
	return s.b[start:s.i], err
}

func (s *scanner) value(depth int) error {
	if depth > maxDepth {
		return errNested
	}
	switch s.peek() {
	case '{':
		return s.object(func([]byte) error { return s.value(depth + 1) })
	case '[':
		return s.list('[', ']', func() error { return s.value(depth + 1) })
	case '"':
		_, err := s.text()
		return err
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	return s.number()
}

func (s *scanner) word(w string) error {
	for i := range len(w) {
		if !s.accept(w[i]) {
			return s.syntax()
		}
	}
	return nil
}

func (s *scanner) number() error {
	s.accept('-')
	if !s.accept('0') && !s.digits() {
		return s.syntax()
	}
	if s.accept('.') && !s.digits() {
		return s.syntax()
	}
	if s.accept('e') || s.accept('E') {
		if !s.accept('+') {
			s.accept('-')
		}
		if !s.digits() {
			return s.syntax()
		}
	}
	return nil
}

func (s *scanner) digits() bool {
	start := s.i
	for s.peek() >= '0' && s.peek() <= '9' {
		s.i++
	}
	return s.i > start
}
