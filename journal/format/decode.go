package format

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"untangle/journal"
)

// decoder reads entries' objects. It may be used for one after the other.
type decoder struct {
	scanner
	e          *journal.Entry
	seen       []string // the known keys that stood in the object
	tags       []string
	properties json.RawMessage // as the object has them
	strays     []stray
}

// stray is a key that has no place in an entry, and its value as it stood.
type stray struct {
	name string
	json []byte
}

// decode returns the entry of one object.
func (d *decoder) decode(object []byte) (*journal.Entry, error) {
	if !utf8.Valid(object) {
		return nil, journal.ErrNotText
	}
	*d = decoder{
		scanner: scanner{b: object, scratch: d.scratch},
		e:       new(journal.Entry), seen: d.seen[:0], tags: d.tags[:0], strays: d.strays[:0],
	}
	d.space()
	if c := d.peek(); c != '{' && c != 0 {
		return nil, errors.New("an entry is an object, which begins with a brace")
	}
	if err := d.object(d.member); err != nil {
		return nil, err
	}
	if err := d.end(); err != nil {
		return nil, err
	}
	return d.e, d.finish()
}

func (d *decoder) member(key []byte) error {
	e := d.e
	switch string(key) {
	case "id":
		return d.id()
	case "date":
		return d.date("date", &e.Date)
	case "zone":
		return d.string("zone", &e.Zone)
	case "edited":
		return d.date("edited", &e.Edited)
	case "title":
		return d.string("title", &e.Title)
	case "text":
		return d.string("text", &e.Text)
	case "tags":
		return d.readTags()
	case "starred":
		return d.starred()
	case "prompt":
		return d.inner("prompt", d.promptMember)
	case "journey":
		return d.inner("journey", d.journeyMember)
	case "checkin":
		return d.inner("checkin", d.checkInMember)
	case "openOn":
		return d.date("openOn", &e.OpenOn)
	case "properties":
		return d.readProperties()
	case "words": // counted anew by the journal
		if err := d.once("words"); err != nil {
			return err
		}
		return d.value(0)
	}
	return d.stray("", key)
}

func (d *decoder) promptMember(key []byte) error {
	switch string(key) {
	case "id":
		return d.string("prompt.id", &d.e.Prompt.ID)
	case "theme":
		return d.string("prompt.theme", &d.e.Prompt.Theme)
	case "text":
		return d.string("prompt.text", &d.e.Prompt.Text)
	}
	return d.stray("prompt.", key)
}

func (d *decoder) journeyMember(key []byte) error {
	switch string(key) {
	case "id":
		return d.string("journey.id", &d.e.Journey.ID)
	case "day":
		return d.integer("journey.day", &d.e.Journey.Day)
	}
	return d.stray("journey.", key)
}

func (d *decoder) checkInMember(key []byte) error {
	c := &d.e.CheckIn
	switch string(key) {
	case "ache":
		if d.peek() == 'n' {
			return d.null("checkin.ache")
		}
		c.Ache = new(int)
		return d.integer("checkin.ache", c.Ache)
	case "mood":
		return d.integer("checkin.mood", &c.Mood)
	case "energy":
		return d.integer("checkin.energy", &c.Energy)
	case "after":
		return d.after()
	}
	return d.stray("checkin.", key)
}

// finish puts together what depends on several keys.
func (d *decoder) finish() error {
	for _, name := range []string{"date", "text"} {
		if !slices.Contains(d.seen, name) {
			return fmt.Errorf("the entry has no %s", name)
		}
	}
	if d.e.Date.IsZero() {
		return errors.New("the entry has no date")
	}
	if len(d.tags) > 0 {
		in := journal.TextTags(d.e.Text)
		slices.Sort(d.tags)
		for _, tag := range slices.Compact(d.tags) {
			if _, found := slices.BinarySearch(in, tag); !found {
				d.e.Hand = append(d.e.Hand, tag)
			}
		}
	}
	return d.gather()
}

// gather makes one object of the properties and the strays. No name may stand in it
// twice: whoever reads it would find only one of the values.
func (d *decoder) gather() error {
	if len(d.strays) == 0 {
		d.e.Properties = compact(d.properties)
		return nil
	}
	names := make(map[string]bool)
	if d.properties != nil {
		p := scanner{b: d.properties}
		err := p.object(func(key []byte) error {
			names[string(key)] = true
			return p.value(0)
		})
		if err != nil {
			return err
		}
	}
	// Room is left for the members, and the last brace is put back behind them.
	all := bytes.TrimRightFunc(bytes.TrimSuffix(d.properties, []byte("}")), unicode.IsSpace)
	b := append([]byte(nil), all...)
	if b == nil {
		b = append(b, '{')
	}
	for i, s := range d.strays {
		if names[s.name] {
			return errors.New("a key of another program stands twice")
		}
		names[s.name] = true
		if i > 0 || len(names) > 1 {
			b = append(b, ',')
		}
		b = appendQuoted(b, s.name)
		b = append(append(b, ':'), s.json...)
	}
	d.e.Properties = compact(append(b, '}'))
	return nil
}
