package format

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
	"unicode"

	"untangle/journal"
)

// encodeMarkdown writes one document, with a heading for each year, month and day.
func encodeMarkdown(w io.Writer, entries iter.Seq2[*journal.Entry, error], o Options) error {
	s := spool{w: w}
	s.b = append(s.b, "# "...)
	s.b = append(appendEscaped(s.b, oneLine(cmp.Or(o.Title, "Journal"))), '\n')
	d := document{prose: newProse(4)}
	for e, err := range entries {
		if err != nil {
			return err
		}
		s.b = d.append(s.b, e)
		if err := s.spill(); err != nil {
			return err
		}
	}
	return s.flush()
}

// document is how far a Markdown document has come.
type document struct {
	prose prose
	day   journal.Date // that the last heading is of
	begun bool         // whether an entry stands below it
}

func (d *document) append(b []byte, e *journal.Entry) []byte {
	if day := e.Date.Midnight(); d.day != day {
		b = appendHeadings(b, d.day, day)
		d.day, d.begun = day, false
	}
	if d.begun {
		b = append(b, "\n***\n"...)
	}
	start := len(b)
	b = d.appendLine(b, e)
	b = appendBody(b, e, d.prose)
	b = appendTags(b, e.Hand)
	switch {
	case len(b) > start:
		d.begun = true
	case d.begun: // nothing to set apart
		b = b[:start-len("\n***\n")]
	}
	return b
}

// appendHeadings appends the headings of a day, as far as they differ from the ones
// of the day before it in the document.
func appendHeadings(b []byte, last, day journal.Date) []byte {
	lastYear, lastMonth, _ := last.Calendar()
	year, month, n := day.Calendar()
	first := last.IsZero() || year != lastYear
	if first {
		b = fmt.Appendf(b, "\n## %d\n", year)
	}
	if first || month != lastMonth {
		b = fmt.Appendf(b, "\n### %s\n", month)
	}
	return fmt.Appendf(b, "\n#### %s %d %s\n", day.Time().Weekday(), n, month)
}

// appendLine appends the line above an entry: its time, title and star.
func (d *document) appendLine(b []byte, e *journal.Entry) []byte {
	title := oneLine(e.Title)
	if !e.Date.Timed() && title == "" && !e.Starred {
		return b
	}
	b = append(b, '\n')
	if e.Date.Timed() || title != "" {
		b = append(b, "**"...)
		b = appendName(b, e.Date, " · ", title)
		b = append(b, "**"...)
		if e.Starred {
			b = append(b, ' ')
		}
	}
	if e.Starred {
		b = append(b, "★"...)
	}
	return append(b, '\n')
}

// appendName appends the time of day and the title, as far as there are any.
func appendName(b []byte, date journal.Date, between, title string) []byte {
	if date.Timed() {
		b = date.Time().AppendFormat(b, "15:04")
		if title != "" {
			b = append(b, between...)
		}
	}
	return appendEscaped(b, title)
}

// appendBody appends the question and the text, each behind a blank line; for a check-in
// without a text, what it says.
func appendBody(b []byte, e *journal.Entry, p prose) []byte {
	if strings.TrimSpace(e.Prompt.Text) != "" {
		b = append(b, '\n')
		asked := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(e.Prompt.Text)
		for line := range strings.Lines(string(p.append(nil, strings.TrimSpace(asked)))) {
			if line == "\n" {
				b = append(b, ">\n"...)
				continue
			}
			b = append(append(b, "> "...), line...)
		}
	}
	if strings.TrimSpace(e.Text) != "" {
		b = p.append(append(b, '\n'), e.Text)
	} else if !e.CheckIn.IsZero() {
		b = append(append(append(b, '\n'), e.CheckIn.String()...), '\n')
	}
	return b
}

// appendTags appends a line of the tags given by hand.
func appendTags(b []byte, tags []string) []byte {
	for i, tag := range tags {
		if i == 0 {
			b = append(b, "\n@"...)
		} else {
			b = append(b, " @"...)
		}
		b = append(b, tag...)
	}
	if len(tags) > 0 {
		b = append(b, '\n')
	}
	return b
}

// oneLine returns a title on one line, without space around it.
func oneLine(title string) string {
	if strings.ContainsFunc(title, unicode.IsControl) {
		title = strings.Join(strings.FieldsFunc(title, unicode.IsControl), " ")
	}
	return strings.TrimSpace(title)
}

// appendEscaped appends a text so that Markdown shows it as it is, in the dialects
// that know tags, mathematics, highlights and comments too.
func appendEscaped(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		switch c {
		case '\\', '`', '*', '_', '[', ']', '<', '>', '&', '~', '#', '|', '$', '^':
			b = append(b, '\\')
		case '=', '%':
			if i+1 < len(s) && s[i+1] == c || i > 0 && s[i-1] == c {
				b = append(b, '\\')
			}
		}
		b = append(b, c)
	}
	return b
}

// dayName returns a day as the names of files have it.
func dayName(day journal.Date) string { return day.Time().Format(time.DateOnly) }
