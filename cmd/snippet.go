package cmd

import (
	"slices"
	"strings"
	"unicode/utf8"

	"untangle/journal"
)

// snippet cuts the passage around the first hit out of a text, about size bytes of
// it, and returns it in one line with the places of the hits in it.
func snippet(hit journal.Hit, size int) (string, [][2]int) {
	text := hit.Text
	start := 0
	if len(hit.Spans) > 0 {
		first := slices.MinFunc(hit.Spans, func(a, b [2]int) int { return a[0] - b[0] })
		start = wordStart(text, first[0]-size/3)
	}
	end := wordEnd(text, start+size)
	lead, tail := "", ""
	if start > 0 {
		lead = "... "
	}
	if end < len(text) {
		tail = " ..."
	}
	var marks [][2]int
	for _, span := range hit.Spans {
		if span[0] >= start && span[1] <= end {
			marks = append(marks, [2]int{span[0] - start + len(lead), span[1] - start + len(lead)})
		}
	}
	slices.SortFunc(marks, func(a, b [2]int) int { return a[0] - b[0] })
	return lead + flatten(text[start:end], marks, len(lead)) + tail, marks
}

// flatten returns a text as one line, and moves the marks with it, which count from
// so many bytes before it.
func flatten(text string, marks [][2]int, before int) string {
	flat := make([]byte, 0, len(text))
	places := make([]int, len(text)+1)
	for i := range len(text) {
		places[i] = before + len(flat)
		c := text[i]
		if strings.IndexByte(" \n\r\t", c) < 0 {
			flat = append(flat, c)
		} else if n := len(flat); n == 0 || flat[n-1] != ' ' {
			flat = append(flat, ' ')
		}
	}
	places[len(text)] = before + len(flat)
	for i, m := range marks {
		marks[i] = [2]int{places[m[0]-before], places[m[1]-before]}
	}
	return string(flat)
}

// wordStart returns the start of the word at i, or of the text.
func wordStart(text string, i int) int {
	if i <= 0 {
		return 0
	}
	for i > 0 && i < len(text) && !utf8.RuneStart(text[i]) {
		i--
	}
	if space := strings.LastIndexAny(text[:i], " \n"); space >= 0 && i-space < 30 {
		return space + 1
	}
	return i
}

// wordEnd returns the end of the word at i, or of the text.
func wordEnd(text string, i int) int {
	if i >= len(text) {
		return len(text)
	}
	for i < len(text) && !utf8.RuneStart(text[i]) {
		i++
	}
	switch space := strings.IndexAny(text[i:], " \n"); {
	case space >= 0 && space < 30:
		return i + space
	case space < 0 && len(text)-i < 30:
		return len(text)
	}
	return i
}
