package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"untangle/journal"
)

// mutesState is the name under which a journal remembers what is muted.
const mutesState = "mutes"

// mutes is what comes up only when somebody asks for it. It is a value, and the zero
// mutes mute nothing.
type mutes struct {
	entries []journal.ID // in their order, each once
	tags    []string     // in alphabetical order, each once
	days    []stretch    // in their order, with days between them that are not muted
	more    map[string]json.RawMessage
}

// stretch is some days in a row, the first and the last included.
type stretch struct{ from, to journal.Date }

// String returns the days in words.
func (s stretch) String() string {
	if s.from == s.to {
		return s.from.String()
	}
	return s.from.String() + " to " + s.to.String()
}

// mutes returns what is muted in a journal.
func (r *run) mutes(ctx context.Context, j *journal.Journal) (mutes, error) {
	raw, err := j.State(ctx, mutesState)
	if err != nil {
		return mutes{}, err
	}
	return parseMutes(raw)
}

// changeMutes changes what is muted, as it stands by now, and reports whether that made
// a difference.
func changeMutes(ctx context.Context, j *journal.Journal, change func(mutes) mutes) (m mutes, changed bool, err error) {
	err = j.UpdateState(ctx, func(s *journal.State) error {
		raw, err := s.Get(mutesState)
		if err != nil {
			return err
		}
		before, err := parseMutes(raw)
		if err != nil {
			return err
		}
		m = change(before)
		if changed = !bytes.Equal(m.encode(), before.encode()); !changed {
			return nil
		}
		return s.Put(mutesState, m.encode())
	})
	return m, changed, err
}

// none reports whether nothing is muted.
func (m mutes) none() bool { return len(m.entries)+len(m.tags)+len(m.days) == 0 }

// has reports whether an entry is muted: itself, through one of its tags, or with the
// calendar day that it was written on.
func (m mutes) has(e *journal.Entry) bool {
	if _, found := slices.BinarySearchFunc(m.entries, e.ID, compareIDs); found {
		return true
	}
	day := e.Date.Midnight()
	if slices.ContainsFunc(m.days, func(s stretch) bool { return s.from.Compare(day) <= 0 && day.Compare(s.to) <= 0 }) {
		return true
	}
	return len(m.tags) > 0 && slices.ContainsFunc(e.Tags(), func(tag string) bool { return slices.Contains(m.tags, tag) })
}

// seenFrom returns what stays muted for a query. One that asks for a muted tag, or for
// days that all are muted, asks for what is there.
func (m mutes) seenFrom(q journal.Query) mutes {
	if m.none() || q.Day != 0 { // a day that comes round each year asks for nothing
		return m
	}
	m.tags = slices.DeleteFunc(slices.Clone(m.tags), func(tag string) bool { return slices.Contains(q.Tags, tag) })
	if asked, ok := daysOf(q); ok {
		m.days = slices.DeleteFunc(slices.Clone(m.days), func(s stretch) bool {
			return s.from.Compare(asked.from) <= 0 && asked.to.Compare(s.to) <= 0
		})
	}
	return m
}

// daysOf returns the days that a query is about, if it has a first and a last one.
func daysOf(q journal.Query) (stretch, bool) {
	s := stretch{q.From.Midnight(), q.To.Midnight()}
	if q.Year != 0 {
		first, last := journal.Day(q.Year, 1, 1), journal.Day(q.Year, 12, 31)
		if q.Month != 0 {
			first, last = journal.Day(q.Year, q.Month, 1), journal.Day(q.Year, q.Month+1, 0)
		}
		if q.From.IsZero() || s.from.Compare(first) < 0 {
			s.from = first
		}
		if q.To.IsZero() || s.to.Compare(last) > 0 {
			s.to = last
		}
	}
	return s, q.Year != 0 || !q.From.IsZero() && !q.To.IsZero()
}

// with returns the mutes and those of another.
func (m mutes) with(more mutes) mutes {
	m.entries = append(slices.Clone(m.entries), more.entries...)
	m.tags = append(slices.Clone(m.tags), more.tags...)
	m.days = append(slices.Clone(m.days), more.days...)
	return m.inOrder()
}

// without returns the mutes without those of another. Of days, those in between go.
func (m mutes) without(those mutes) mutes {
	m.entries = slices.DeleteFunc(slices.Clone(m.entries), func(id journal.ID) bool { return slices.Contains(those.entries, id) })
	m.tags = slices.DeleteFunc(slices.Clone(m.tags), func(tag string) bool { return slices.Contains(those.tags, tag) })
	for _, gone := range those.days {
		var left []stretch
		for _, s := range m.days {
			if gone.to.Compare(s.from) < 0 || s.to.Compare(gone.from) < 0 {
				left = append(left, s)
				continue
			}
			if s.from.Compare(gone.from) < 0 {
				left = append(left, stretch{s.from, gone.from.AddDays(-1)})
			}
			if gone.to.Compare(s.to) < 0 {
				left = append(left, stretch{gone.to.AddDays(1), s.to})
			}
		}
		m.days = left
	}
	return m
}

// inOrder returns the mutes as they are kept: each once, and days that follow one
// another as one stretch.
func (m mutes) inOrder() mutes {
	slices.SortFunc(m.entries, compareIDs)
	m.entries = slices.Compact(m.entries)
	slices.Sort(m.tags)
	m.tags = slices.Compact(m.tags)
	slices.SortFunc(m.days, func(a, b stretch) int { return a.from.Compare(b.from) })
	var days []stretch
	for _, s := range m.days {
		if last := len(days) - 1; last < 0 || days[last].to.AddDays(1).Compare(s.from) < 0 {
			days = append(days, s)
		} else if days[last].to.Compare(s.to) < 0 {
			days[last].to = s.to
		}
	}
	m.days = days
	return m
}

func compareIDs(a, b journal.ID) int { return bytes.Compare(a[:], b[:]) }

// Mutes are kept as one JSON object:
//
//	{
//	  "entries": ["qh4449jdwxynddx2pb6nvhgvfwt"],
//	  "tags": ["sister"],
//	  "days": ["2024-03-01/2024-03-31"]
//	}
//
// What is empty is left out; members of a later version survive.
const (
	mutedEntries = "entries"
	mutedTags    = "tags"
	mutedDays    = "days"
)

// parseMutes reads what encode wrote. No data mutes nothing.
func parseMutes(data []byte) (m mutes, err error) {
	if len(data) == 0 {
		return m, nil
	}
	if m, err = readMutes(data); err != nil {
		return mutes{}, fmt.Errorf("reading what is muted: %w", err)
	}
	return m.inOrder(), nil
}

func readMutes(data []byte) (m mutes, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return m, err
	}
	if members == nil {
		return m, errors.New("it is no JSON object")
	}
	for name, read := range map[string]func(string) error{
		mutedEntries: func(s string) error {
			id, err := journal.ParseID(s)
			m.entries = append(m.entries, id)
			return err
		},
		mutedTags: func(s string) error {
			tag, err := journal.ParseTag(s)
			m.tags = append(m.tags, tag)
			return err
		},
		mutedDays: func(s string) error {
			days, err := parseStretch(s)
			m.days = append(m.days, days)
			return err
		},
	} {
		var words []string
		if raw, ok := members[name]; ok {
			if err := json.Unmarshal(raw, &words); err != nil {
				return m, fmt.Errorf("%s: %w", name, err)
			}
		}
		delete(members, name)
		for _, s := range words {
			if err := read(s); err != nil {
				return m, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	if len(members) > 0 {
		m.more = members
	}
	return m, nil
}

func parseStretch(s string) (stretch, error) {
	first, last, _ := strings.Cut(s, "/")
	from, err := journal.ParseDate(first)
	if err != nil {
		return stretch{}, err
	}
	to, err := journal.ParseDate(last)
	if err == nil && (from.Timed() || to.Timed() || to.Compare(from) < 0) {
		err = fmt.Errorf("%q is no stretch of days", s)
	}
	return stretch{from, to}, err
}

// encode returns the mutes as JSON, and nothing if they are empty. Equal ones give equal
// bytes.
func (m mutes) encode() []byte {
	if m.none() && len(m.more) == 0 {
		return nil
	}
	members := make(map[string]any, len(m.more)+3)
	for name, raw := range m.more {
		members[name] = raw
	}
	var ids, days []string
	for _, id := range m.entries {
		ids = append(ids, id.String())
	}
	for _, s := range m.days {
		days = append(days, s.from.String()+"/"+s.to.String())
	}
	for name, words := range map[string][]string{mutedEntries: ids, mutedTags: m.tags, mutedDays: days} {
		if len(words) > 0 {
			members[name] = words
		}
	}
	data, err := json.Marshal(members)
	if err != nil {
		panic(err) // every member is made of strings, or is JSON that was parsed
	}
	return data
}
