package journal

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParseTag returns a tag as journals keep it, in lower case and without its mark,
// from what a person wrote: home, @home or #Home. A tag is made of letters,
// digits, and - _ / + inside, with one letter at least.
func ParseTag(s string) (string, error) {
	name := strings.TrimLeft(strings.TrimSpace(s), "@#")
	if n := tagLength(name); n == 0 || n != len(name) {
		return "", fmt.Errorf("%q is no tag (use letters, digits, - and _, like home or new-flat)", s)
	}
	return strings.ToLower(name), nil
}

// TextTags returns the tags that stand in a text as @word or #word, in lower case,
// sorted, each once. A mark counts at the start of a word only, so addresses and
// links are no tags; neither are headings, numbers (#4), nor anything in code.
func TextTags(text string) []string {
	if strings.IndexByte(text, '@') < 0 && strings.IndexByte(text, '#') < 0 {
		return nil
	}
	var tags []string
	for start, end := range tagPlaces(text) {
		tags = append(tags, strings.ToLower(text[start:end]))
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// tagPlaces yields where the names of a text's tags begin and end.
func tagPlaces(text string) iter.Seq2[int, int] {
	return func(yield func(start, end int) bool) {
		for from, to := range prosePlaces(text) {
			for i := from; i < to; i++ {
				if text[i] != '@' && text[i] != '#' || !startsWord(text[:i]) {
					continue
				}
				n := tagLength(text[i+1 : to])
				if n > 0 && !yield(i+1, i+1+n) {
					return
				}
				i += n
			}
		}
	}
}

// startsWord reports whether a word begins behind s.
func startsWord(s string) bool {
	r, size := utf8.DecodeLastRuneInString(s)
	return size == 0 || unicode.IsSpace(r)
}

// tagLength returns the bytes of the tag that s begins with, 0 if with none.
func tagLength(s string) int {
	end, letter := 0, false
	for i, r := range s {
		switch {
		case unicode.IsLetter(r):
			letter = true
			end = i + utf8.RuneLen(r)
		case unicode.IsDigit(r), unicode.IsMark(r) && i > 0:
			end = i + utf8.RuneLen(r)
		case strings.ContainsRune("-_/+", r) && i > 0: // only inside
		default:
			return lengthIf(letter, end)
		}
	}
	return lengthIf(letter, end)
}

func lengthIf(ok bool, n int) int {
	if ok {
		return n
	}
	return 0
}

// prosePlaces yields where the stretches of Markdown between its code begin and end;
// code is fenced blocks, and spans in backticks. Indented lines count as prose, since
// people indent.
func prosePlaces(text string) iter.Seq2[int, int] {
	return func(yield func(start, end int) bool) {
		for at := 0; at < len(text); {
			start, end := nextCode(text[at:])
			if start > 0 && !yield(at, at+start) {
				return
			}
			at += end
		}
	}
}

// nextCode returns where the first code in the text begins and ends, both the
// text's length if it has none.
func nextCode(text string) (start, end int) {
	for i := 0; i < len(text); {
		c := text[i]
		if c != '`' && c != '~' {
			next := strings.IndexAny(text[i:], "`~")
			if next < 0 {
				break
			}
			i += next
			continue
		}
		run := len(text[i:]) - len(strings.TrimLeft(text[i:], string(c)))
		if run >= 3 && strings.TrimLeft(lineStart(text, i), " ") == "" {
			return i, closeFence(text, i, run)
		}
		if c == '`' {
			if stop := closeSpan(text[i+run:], run); stop > 0 {
				return i, i + run + stop
			}
		}
		i += run
	}
	return len(text), len(text)
}

func lineStart(text string, i int) string {
	return text[strings.LastIndexByte(text[:i], '\n')+1 : i]
}

// closeFence returns where the fenced block that opens at i ends: behind its
// closing line, or at the end of the text.
func closeFence(text string, i, run int) int {
	mark := text[i : i+run]
	for pos := i; ; {
		n := strings.IndexByte(text[pos:], '\n')
		if n < 0 {
			return len(text)
		}
		pos += n + 1
		line, _, _ := strings.Cut(text[pos:], "\n")
		rest, ok := strings.CutPrefix(strings.TrimLeft(line, " "), mark)
		if ok && strings.TrimSpace(strings.TrimLeft(rest, mark[:1])) == "" {
			return pos + len(line)
		}
	}
}

// closeSpan returns the bytes up to and with the run of backticks that closes a
// span, 0 if none does before the paragraph ends.
func closeSpan(text string, run int) int {
	if blank := strings.Index(text, "\n\n"); blank >= 0 {
		text = text[:blank]
	}
	for i := 0; i < len(text); {
		next := strings.IndexByte(text[i:], '`')
		if next < 0 {
			return 0
		}
		i += next
		n := len(text[i:]) - len(strings.TrimLeft(text[i:], "`"))
		if i += n; n == run {
			return i
		}
	}
	return 0
}

// RenameTag returns a text in which each @old and #old that is a tag has the new name.
func RenameTag(text, old, name string) string {
	var b strings.Builder
	copied := 0
	for start, end := range tagPlaces(text) {
		if strings.EqualFold(text[start:end], old) {
			b.WriteString(text[copied:start])
			b.WriteString(name)
			copied = end
		}
	}
	return b.String() + text[copied:]
}
