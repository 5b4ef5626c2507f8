package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError tells why a query cannot be read. Its message does not repeat the query.
type SyntaxError struct {
	// Message is a sentence without its full stop.
	Message string
	// Query is what was typed, and At the byte in it that the message is about.
	Query string
	At    int
}

// Error returns the message.
func (e *SyntaxError) Error() string { return e.Message }

// Caret returns two lines: the query, and below it a caret under the place. No line is
// wider than columns, if that is not 0; of a longer query the part around the place is
// shown. Width tells how many columns a text takes; without it each character takes one.
func (e *SyntaxError) Caret(columns int, width func(string) int) string {
	if width == nil {
		width = utf8.RuneCountInString
	}
	before, after := shown(e.Query[:e.At]), shown(e.Query[e.At:])
	if columns > 0 && width(before+after) > columns {
		room := max(columns*2/3, 1)
		if width(before) >= room {
			for before != "" && width(before)+len("...") >= room {
				before = before[firstSize(before):]
			}
			before = "..." + before
		}
		for after != "" && width(before+after) > columns {
			after = after[:len(after)-lastSize(after)]
		}
	}
	return strings.TrimRight(before+after, " ") + "\n" + strings.Repeat(" ", width(before)) + "^"
}

// shown returns a query on one line.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

func firstSize(s string) int { _, size := utf8.DecodeRuneInString(s); return size }

func lastSize(s string) int { _, size := utf8.DecodeLastRuneInString(s); return size }
