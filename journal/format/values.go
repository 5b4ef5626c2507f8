package format

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"untangle/journal"
)

// once returns an error if the known key stood before.
func (d *decoder) once(name string) error {
	if slices.Contains(d.seen, name) {
		return fmt.Errorf("the key %q stands twice", name)
	}
	d.seen = append(d.seen, name)
	return nil
}

// null reads a null for a key, which is as good as leaving it out.
func (d *decoder) null(name string) error {
	if err := d.once(name); err != nil {
		return err
	}
	err := d.word("null")
	if name == "date" || name == "text" {
		d.seen = d.seen[:len(d.seen)-1]
	}
	return err
}

// begins reports whether a value other than null begins for the key: the one given,
// by its first byte. What is neither is an error that says what should stand there.
func (d *decoder) begins(name string, first byte, should string) (bool, error) {
	switch d.peek() {
	case 'n':
		return false, d.null(name)
	case first:
		return true, d.once(name)
	case 0:
		return false, d.syntax()
	}
	return false, fmt.Errorf("%q must be %s", name, should)
}

func (d *decoder) string(name string, to *string) error {
	ok, err := d.begins(name, '"', "text in quotes")
	if !ok || err != nil {
		return err
	}
	b, err := d.text()
	*to = string(b)
	return err
}

// maxEcho is the most of a value that an error repeats. What is longer may be a text
// that got into the wrong place.
const maxEcho = 40

func (d *decoder) date(name string, to *journal.Date) error {
	var s string
	if err := d.string(name, &s); err != nil || s == "" {
		return err
	}
	date, err := journal.ParseDate(s)
	if err == nil {
		*to = date
		return nil
	}
	what := strconv.Quote(name)
	if name == "date" {
		what = "the date"
	}
	if len(s) <= maxEcho {
		what += " " + strconv.Quote(s)
	}
	return fmt.Errorf("%s cannot be read (write 2026-02-15, or 2026-02-14T09:30:00+01:00)", what)
}

func (d *decoder) integer(name string, to *int) error {
	if d.peek() == 'n' {
		return d.null(name)
	}
	if err := d.once(name); err != nil {
		return err
	}
	start := d.i
	if c := d.peek(); c != '-' && (c < '0' || c > '9') {
		return fmt.Errorf("%q must be a whole number", name)
	}
	if err := d.number(); err != nil {
		return err
	}
	n, err := strconv.Atoi(string(d.b[start:d.i]))
	if err != nil {
		return fmt.Errorf("%q must be a whole number", name)
	}
	*to = n
	return nil
}

// id reads an id. One of ours is kept; another program's tells where the entry is from.
func (d *decoder) id() error {
	if c := d.peek(); c == '-' || c >= '0' && c <= '9' {
		if err := d.once("id"); err != nil {
			return err
		}
		start := d.i
		if err := d.number(); err != nil {
			return err
		}
		d.e.Origin = "id:" + string(d.b[start:d.i])
		return nil
	}
	var s string
	if err := d.string("id", &s); err != nil || s == "" {
		return err
	}
	if id, err := journal.ParseID(s); err == nil {
		d.e.ID = id
	} else {
		d.e.Origin = "id:" + s
	}
	return nil
}

func (d *decoder) starred() error {
	c := d.peek()
	if c != 't' && c != 'f' {
		_, err := d.begins("starred", 't', "true or false")
		return err
	}
	if err := d.once("starred"); err != nil {
		return err
	}
	d.e.Starred = c == 't'
	return d.value(0)
}

func (d *decoder) after() error {
	var s string
	if err := d.string("checkin.after", &s); err != nil {
		return err
	}
	after, err := journal.ParseAfter(s)
	if err != nil {
		return errors.New(`"checkin.after" must be lighter, same, heavier or mixed`)
	}
	d.e.CheckIn.After = after
	return nil
}

func (d *decoder) readTags() error {
	ok, err := d.begins("tags", '[', "a list of words")
	if !ok || err != nil {
		return err
	}
	return d.list('[', ']', func() error {
		if c := d.peek(); c != '"' && c != 0 {
			return errors.New("a tag must be a word in quotes")
		}
		b, err := d.text()
		if err != nil {
			return err
		}
		tag, err := journal.ParseTag(string(b))
		switch {
		case err == nil:
			d.tags = append(d.tags, tag)
			return nil
		case len(b) <= maxEcho:
			return err
		}
		return errors.New("a tag is none (use letters, digits, - and _, like home or new-flat)")
	})
}

// inner reads an object within the entry's.
func (d *decoder) inner(name string, member func(key []byte) error) error {
	ok, err := d.begins(name, '{', "an object")
	if !ok || err != nil {
		return err
	}
	return d.object(member)
}

func (d *decoder) readProperties() error {
	ok, err := d.begins("properties", '{', "an object")
	if !ok || err != nil {
		return err
	}
	raw, err := d.skip()
	d.properties = raw
	return err
}

// stray keeps a key that has no place.
func (d *decoder) stray(before string, key []byte) error {
	name := before + string(key)
	raw, err := d.skip()
	d.strays = append(d.strays, stray{name, raw})
	return err
}
