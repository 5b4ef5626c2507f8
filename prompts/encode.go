package prompts

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A history is kept as one JSON object:
//
//	{
//	  "asked": ["2026-03-09 answered com-ten-breaths", "2026-03-10 shown sel-names 2025-01-31"],
//	  "never": ["end-detour"],
//	  "liked": ["com-menu"],
//	  "today": "2026-03-10 sel-names 2025-01-31"
//	}
//
// A row of asked is the day, the end and the id, and the last day before that one if
// there was one, oldest first. In today, too, the second day is the one before. A later version may add
// members to the object and words to the end of a row; they survive.

const (
	askedKey = "asked"
	neverKey = "never"
	likedKey = "liked"
	todayKey = "today"

	// maxHistory is far more than a long life of questions takes.
	maxHistory = 8 << 20
)

// ParseHistory reads what Encode wrote. No data at all is the history of a new
// journal.
func ParseHistory(data []byte) (History, error) {
	if len(data) == 0 {
		return History{}, nil
	}
	h, err := parseHistory(data)
	if err != nil {
		return History{}, fmt.Errorf("reading which questions were asked: %w", err)
	}
	return h, nil
}

func parseHistory(data []byte) (h History, err error) {
	members, err := object(data)
	if err != nil {
		return h, err
	}
	rows, err := take[[]string](members, askedKey)
	if err == nil {
		h.asked, err = parseRows(rows)
	}
	if err != nil {
		return h, err
	}
	today, err := take[string](members, todayKey)
	if err == nil {
		h.today, err = parseStanding(today)
	}
	if err != nil {
		return h, err
	}
	if h.never, err = takeIDs(members, neverKey); err != nil {
		return h, err
	}
	if h.liked, err = takeIDs(members, likedKey); err != nil {
		return h, err
	}
	if len(members) > 0 {
		h.more = members
	}
	return h, nil
}

// takeIDs removes a member that is a list of ids, and returns it sorted.
func takeIDs(members map[string]json.RawMessage, key string) ([]string, error) {
	ids, err := take[[]string](members, key)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if !validID(id) {
			return nil, fmt.Errorf("%q is no id of a prompt", id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

func parseRows(rows []string) ([]Asked, error) {
	asked := make([]Asked, 0, len(rows))
	ids := make(map[string]bool, len(rows))
	for _, row := range rows {
		words := strings.SplitN(row, " ", 4)
		if len(words) < 3 || words[1] == "" || !validID(words[2]) {
			return nil, fmt.Errorf("%q is no row (want a day, how it ended, and an id)", row)
		}
		day, err := ParseDay(words[0])
		if err != nil {
			return nil, err
		}
		a := Asked{Day: day, End: End(words[1]), ID: words[2]}
		if len(words) > 3 {
			before, rest, _ := strings.Cut(words[3], " ")
			if a.Before, err = ParseDay(before); err != nil {
				rest = words[3] // a later version's word
			}
			a.rest = rest
		}
		if ids[a.ID] {
			return nil, fmt.Errorf("%q stands there twice", a.ID)
		}
		ids[a.ID] = true
		asked = append(asked, a)
	}
	slices.SortStableFunc(asked, func(a, b Asked) int { return int(a.Day - b.Day) })
	return asked, nil
}

func parseStanding(s string) (t standing, err error) {
	if s == "" {
		return t, nil
	}
	words := strings.Split(s, " ")
	if t.day, err = ParseDay(words[0]); err != nil {
		return t, err
	}
	if len(words) > 1 {
		if t.id = words[1]; !validID(t.id) {
			return t, fmt.Errorf("%q is no id of a prompt", t.id)
		}
	}
	if len(words) > 2 {
		t.before, err = ParseDay(words[2])
	}
	return t, err
}

// Encode returns the history as JSON. Equal histories give equal bytes.
func (h History) Encode() []byte {
	members := make(map[string]any, len(h.more)+3)
	for key, raw := range h.more {
		members[key] = raw
	}
	if len(h.asked) > 0 {
		rows := make([]string, len(h.asked))
		for i, a := range h.asked {
			rows[i] = a.Day.String() + " " + string(a.End) + " " + a.ID
			if a.Before != 0 {
				rows[i] += " " + a.Before.String()
			}
			if a.rest != "" {
				rows[i] += " " + a.rest
			}
		}
		members[askedKey] = rows
	}
	if len(h.never) > 0 {
		members[neverKey] = h.never
	}
	if len(h.liked) > 0 {
		members[likedKey] = h.liked
	}
	if t := h.today; t.day != 0 {
		s := t.day.String() + " " + t.id + " " + t.before.String()
		members[todayKey] = strings.TrimRight(s, " ")
	}
	return marshal(members)
}
