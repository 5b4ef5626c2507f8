package cmd

import (
	"strings"

	"untangle/journal"
)

// hit is a hit as the screen shows it.
type hit struct {
	id      journal.ID
	date    journal.Date
	heading passage
	tags    []string
	snippet passage
	// Where to find it again in the entry, if that is still as it was.
	spans  [][2]int
	edited journal.Date
	size   int
}

// snippetColumns is how much of a text is shown with a hit, in a room of some columns: two
// lines of it, or three where they are short.
func snippetColumns(room int) int {
	lines := 2
	if room < 60 {
		lines = 3
	}
	return max(lines*(room-4)-16, 16) // lines are seldom full
}

// plainHeading is how wide a heading may be that surely is shown whole.
const plainHeading = 40

// hitOf returns a hit as it is shown, with so much of its text.
func hitOf(found journal.Hit, columns int) hit {
	h := hit{
		id: found.ID, date: found.Date, tags: found.Tags(), snippet: snippet(found, columns),
		spans: found.Spans, edited: found.Edited, size: len(found.Text),
	}
	h.heading.text = shown{found.Entry, ""}.heading()
	if cells(h.heading.text) <= plainHeading && withoutTags(strings.TrimSpace(h.snippet.text), h.tags) == h.heading.text {
		h.snippet = passage{} // there is no more than the heading
	}
	of, spans := found.Title, found.TitleSpans
	if of == "" {
		of, spans = found.Text, found.Spans
	}
	if from := strings.Index(of, h.heading.text); from >= 0 {
		h.heading.hits = hitsWithin(spans, from, from+len(h.heading.text))
	}
	return h
}

// snippet returns the passage of a hit that has most of what was looked for, in one line
// that takes about so many columns.
func snippet(hit journal.Hit, columns int) passage {
	text := hit.Text
	from, to := hit.Passage(bytesOf(text, columns))
	lead, tail := "", ""
	if from > 0 {
		lead = "... "
	}
	if to < len(text) {
		tail = " ..."
	}
	line := flatten(text[from:to], hitsWithin(hit.Spans, from, to))
	for i := range line.hits {
		line.hits[i][0] += len(lead)
		line.hits[i][1] += len(lead)
	}
	line.text = lead + line.text + tail
	return line
}

// bytesOf returns how many bytes of a text take so many columns, judged by its beginning.
func bytesOf(text string, columns int) int {
	sample := text[:min(len(text), 1024)]
	return min(columns*len(sample)/max(cells(sample), 1), 4*columns)
}

// hitsWithin returns the hits in a stretch of a text, counted from its beginning.
func hitsWithin(hits [][2]int, from, to int) (some [][2]int) {
	for _, hit := range hits {
		if start, end := max(hit[0], from), min(hit[1], to); start < end {
			some = append(some, [2]int{start - from, end - from})
		}
	}
	return some
}

// flatten returns a text as one line, and moves the hits with it.
func flatten(text string, hits [][2]int) passage {
	flat := make([]byte, 0, len(text))
	places := make([]int, len(text)+1)
	for i := range len(text) {
		places[i] = len(flat)
		c := text[i]
		if strings.IndexByte(" \n\r\t", c) < 0 {
			flat = append(flat, c)
		} else if n := len(flat); n == 0 || flat[n-1] != ' ' {
			flat = append(flat, ' ')
		}
	}
	places[len(text)] = len(flat)
	for i, hit := range hits {
		hits[i] = [2]int{places[hit[0]], places[hit[1]]}
	}
	return passage{string(flat), hits}
}
