package prompts

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A history is kept as one JSON object:
//
//	{
//	  "asked": ["2026-03-09 answered com-ten-breaths", "2026-03-10 shown sel-names"],
//	  "never": ["end-detour"],
//	  "today": "2026-03-10 sel-names 2025-01-31"
//	}
//
// A row of asked is the day, the end and the id, oldest first. In today the second
// day is when that prompt was asked the time before. A later version may add
// members to the object and words to the end of a row; they survive.

const (
	askedKey = "asked"
	neverKey = "never"
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
	if len(data) > maxHistory {
		return h, fmt.Errorf("it has more than %d MiB", maxHistory>>20)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return h, err
	}
	if members == nil {
		return h, errors.New("it is no JSON object")
	}
	var file struct {
		Asked []string `json:"asked"`
		Never []string `json:"never"`
		Today string   `json:"today"`
	}
	// Each by its exact name: the package would also take "ASKED" for it.
	for key, into := range map[string]any{askedKey: &file.Asked, neverKey: &file.Never, todayKey: &file.Today} {
		if raw, ok := members[key]; ok {
			if err := json.Unmarshal(raw, into); err != nil {
				return h, fmt.Errorf("%s: %w", key, err)
			}
			delete(members, key)
		}
	}
	if h.asked, err = parseRows(file.Asked); err != nil {
		return h, err
	}
	if h.today, err = parseStanding(file.Today); err != nil {
		return h, err
	}
	for _, id := range file.Never {
		if !validID(id) {
			return h, fmt.Errorf("%q is no id of a prompt", id)
		}
	}
	slices.Sort(file.Never)
	h.never = slices.Compact(file.Never)
	if len(members) > 0 {
		h.more = members
	}
	return h, nil
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
			a.rest = words[3]
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
			if a.rest != "" {
				rows[i] += " " + a.rest
			}
		}
		members[askedKey] = rows
	}
	if len(h.never) > 0 {
		members[neverKey] = h.never
	}
	if t := h.today; t.day != 0 {
		s := t.day.String() + " " + t.id + " " + t.before.String()
		members[todayKey] = strings.TrimRight(s, " ")
	}
	data, err := json.Marshal(members)
	if err != nil {
		panic(err) // every member is a string, or JSON that was parsed
	}
	return data
}
