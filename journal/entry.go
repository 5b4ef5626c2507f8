package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Entry is one dated piece of writing, as a person left it.
type Entry struct {
	ID   ID
	Date Date
	// Zone is the IANA name of the place's time zone, where it is known.
	Zone string
	// Edited is the moment of the last change, unset on an entry never changed.
	Edited Date
	// Title is set only when one was given; Heading falls back on the first line.
	Title string
	// Text is Markdown in valid UTF-8, to the byte as it was written.
	Text string
	// Hand are the tags given beside the text, in lower case, sorted, each once.
	// Tags adds those that stand in the text itself.
	Hand    []string
	Starred bool
	Prompt  Prompt
	Journey Journey
	CheckIn CheckIn
	// OpenOn is the day before which a letter to later stays shut.
	OpenOn Date
	// Properties is a JSON object of what an import brought that has no place here.
	Properties json.RawMessage
	// Origin names where an import found the entry.
	Origin string
	// Words counts the text's words after UAX 29. Add, Import and Edit set it.
	Words int
	// Version numbers this state of the entry in its journal; Edit begins from one.
	Version uint64
	// Deleted is the moment of deletion, unset on an entry that stands.
	Deleted Date

	unknown []byte // fields of a later version of the program, kept as they came
}

// Prompt is the question an entry answers, as it was asked.
type Prompt struct{ ID, Theme, Text string }

// Journey is the journey, and the day of it, an entry was written on.
type Journey struct {
	ID  string
	Day int
}

// CheckIn is how somebody said they were. Unset values were not given.
type CheckIn struct {
	// Ache runs from 0, none, to 10.
	Ache *int
	// Mood and Energy run from 1 to 5; 0 is unset.
	Mood, Energy int
	// After is how it felt after writing.
	After After
}

// IsZero reports whether nothing was said.
func (c CheckIn) IsZero() bool { return c == CheckIn{} }

// String returns what was said in words, "ache 5, mood 2, heavier", and nothing where
// nothing was.
func (c CheckIn) String() string {
	var said []string
	if c.Ache != nil {
		said = append(said, fmt.Sprintf("ache %d", *c.Ache))
	}
	if c.Mood != 0 {
		said = append(said, fmt.Sprintf("mood %d", c.Mood))
	}
	if c.Energy != 0 {
		said = append(said, fmt.Sprintf("energy %d", c.Energy))
	}
	if c.After != Unsaid {
		said = append(said, c.After.String())
	}
	return strings.Join(said, ", ")
}

// After is how writing felt: unset, lighter, same, heavier or mixed.
type After byte

// The answers to "And now?".
const (
	Unsaid After = iota
	Lighter
	Same
	Heavier
	Mixed
)

var afterNames = [...]string{"", "lighter", "same", "heavier", "mixed"}

// String returns the word for the answer, and nothing for Unsaid.
func (a After) String() string {
	if int(a) < len(afterNames) {
		return afterNames[a]
	}
	return ""
}

// ParseAfter reads lighter, same, heavier, mixed, or nothing.
func ParseAfter(s string) (After, error) {
	if i := slices.Index(afterNames[:], s); i >= 0 {
		return After(i), nil
	}
	return 0, fmt.Errorf("%q is no way it felt (have lighter, same, heavier, mixed)", s)
}

// Heading returns the title, or else the text's first line that is not blank,
// without Markdown's heading marks.
func (e *Entry) Heading() string {
	if e.Title != "" {
		return e.Title
	}
	for line := range strings.Lines(e.Text) {
		line = strings.TrimSpace(line)
		if marks := strings.TrimLeft(line, "#"); len(marks) < len(line) && strings.HasPrefix(marks, " ") {
			line = strings.TrimSpace(marks)
		}
		if line != "" {
			return line
		}
	}
	return ""
}

// Tags returns all tags of the entry, those in the text and those given by hand,
// in lower case, sorted, each once.
func (e *Entry) Tags() []string {
	tags := append(TextTags(e.Text), e.Hand...)
	slices.Sort(tags)
	return slices.Compact(tags)
}

// ShutOn reports whether the entry is a letter to later that on this day is still shut.
// It opens when its day begins.
func (e *Entry) ShutOn(day Date) bool {
	return !e.OpenOn.IsZero() && e.OpenOn.Midnight().Compare(day.Midnight()) > 0
}

// bare reports whether the entry is a check-in without text.
func (e *Entry) bare() bool { return e.Text == "" && !e.CheckIn.IsZero() }

// MaxText is the largest text of one entry, in bytes.
const MaxText = 64 << 20

// Check returns what would keep the entry out of a journal, in a sentence. It puts
// into order what may be: the tags, and control characters in the title.
func (e *Entry) Check() error {
	switch {
	case e.Date.IsZero():
		return errors.New("the entry has no date")
	case e.Date.wall < 0 || e.Date.wall > lastWall:
		return fmt.Errorf("the date %s is outside the years 1 to 9999", e.Date)
	case len(e.Text) > MaxText:
		return fmt.Errorf("the text is longer than %d MiB; keep it in parts", MaxText>>20)
	case !utf8.ValidString(e.Text) || !utf8.ValidString(e.Title) || strings.IndexByte(e.Text, 0) >= 0:
		return ErrNotText
	case e.CheckIn.Ache != nil && (*e.CheckIn.Ache < 0 || *e.CheckIn.Ache > 10):
		return fmt.Errorf("an ache of %d is outside 0 to 10", *e.CheckIn.Ache)
	case e.CheckIn.Mood < 0 || e.CheckIn.Mood > 5:
		return fmt.Errorf("a mood of %d is outside 1 to 5", e.CheckIn.Mood)
	case e.CheckIn.Energy < 0 || e.CheckIn.Energy > 5:
		return fmt.Errorf("an energy of %d is outside 1 to 5", e.CheckIn.Energy)
	case int(e.CheckIn.After) >= len(afterNames):
		return fmt.Errorf("no such answer to how writing felt: %d", e.CheckIn.After)
	case e.Journey.Day < 0:
		return fmt.Errorf("a journey has no day %d", e.Journey.Day)
	case len(e.Properties) > 0 && !isObject(e.Properties):
		return errors.New("properties must be a JSON object")
	}
	for _, t := range e.Hand {
		if _, err := ParseTag(t); err != nil {
			return err
		}
	}
	e.Title = strings.Join(strings.FieldsFunc(e.Title, unicode.IsControl), " ")
	in := TextTags(e.Text)
	e.Hand = slices.DeleteFunc(slices.Clone(e.Hand), func(t string) bool { return slices.Contains(in, t) })
	slices.Sort(e.Hand)
	e.Hand = slices.Compact(e.Hand)
	return nil
}

func isObject(raw []byte) bool {
	var object map[string]json.RawMessage
	return json.Unmarshal(raw, &object) == nil && object != nil
}
