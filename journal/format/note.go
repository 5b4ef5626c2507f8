package format

import (
	"slices"

	"untangle/journal"
)

// appendNote appends the note of one day: its properties, and its entries.
func appendNote(b []byte, entries []*journal.Entry, p prose) []byte {
	b = appendFrontMatter(b, entries)
	several := len(entries) > 1
	for i, e := range entries {
		name := appendName(nil, e.Date, " ", oneLine(e.Title))
		switch {
		case len(name) > 0:
			b = append(append(b, "\n## "...), name...)
			if several && e.Starred {
				b = append(b, " ★"...)
			}
			b = append(b, '\n')
		case i > 0:
			b = append(b, "\n***\n"...)
		}
		if several && e.Starred && len(name) == 0 {
			b = append(b, "\n★\n"...)
		}
		b = appendBody(b, e, p)
		if several { // a single entry's stand in the properties
			b = appendTags(b, e.Hand)
		}
	}
	return b
}

// appendFrontMatter appends the day's properties in YAML. Whatever a person wrote
// stands in quotes, so that no title or tag is taken for anything but text.
func appendFrontMatter(b []byte, entries []*journal.Entry) []byte {
	var titles, tags []string
	starred := false
	for _, e := range entries {
		if title := oneLine(e.Title); title != "" {
			titles = append(titles, title)
		}
		tags = append(tags, e.Tags()...)
		starred = starred || e.Starred
	}
	slices.Sort(tags)
	b = append(b, "---\ndate: "...)
	b = append(append(b, dayName(entries[0].Date.Midnight())...), '\n')
	if len(titles) == 1 {
		b = append(appendQuoted(append(b, "title: "...), titles[0]), '\n')
	}
	for i, tag := range slices.Compact(tags) {
		if i == 0 {
			b = append(b, "tags:\n"...)
		}
		b = append(appendQuoted(append(b, "  - "...), tag), '\n')
	}
	if starred {
		b = append(b, "starred: true\n"...)
	}
	return append(b, "---\n"...)
}
