package prompts

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Me is what a writer has said about themselves, and nothing that was guessed. All of
// it may be left open: what is not known makes the choice careful. It is a value, and
// the zero Me is somebody who has said nothing.
type Me struct {
	Stages   []Stage  // what occupies them, in the order of Stages
	Side     Side     // "" for unknown
	Role     Role     // "" for unknown
	Needs    []Need   // what holds for them
	Avoid    []Theme  // themes that are not to come up
	Parted   Day      // the date of the parting
	Fear     Answer   // whether the other's reaction is to be feared
	CheckIns bool     // asked how they are before they write
	Country  string   // as its two letters, for help-now
	OnlyMine bool     // only prompts of their own
	Dates    []Date   // days of the year that they want to be told of
	Told     []string // what the program said or asked once, and need not again
	Asked    Day      // the last day they were asked how they are, before writing
	Looked   Day      // the last day a look-back was offered
	Eased    Day      // the last day something lighter was suggested

	more map[string]json.RawMessage // members that a later version wrote
}

// Answer is an answer that may also be missing, which counts as unsure.
type Answer string

// The answers to a question about safety.
const (
	No     Answer = "no"
	Yes    Answer = "yes"
	Unsure Answer = "unsure"
)

func (Answer) words() (string, []Answer) { return "answer", []Answer{No, Yes, Unsure} }

// ParseAnswer reads no, yes or unsure; empty is no answer.
func ParseAnswer(s string) (Answer, error) { return one[Answer](strings.ToLower(strings.TrimSpace(s))) }

// Date is a day that comes round each year.
type Date struct {
	Month time.Month
	Day   int
	Name  string
}

// String returns the date as 03-10 and its name.
func (d Date) String() string { return fmt.Sprintf("%02d-%02d %s", d.Month, d.Day, d.Name) }

// On reports whether the date falls on a day. The 29th of February falls on the 28th
// in years without one.
func (d Date) On(day Day) bool {
	_, month, n := day.Calendar()
	if d.Month == 2 && d.Day == 29 && month == 2 && n == 28 {
		_, next, _ := (day + 1).Calendar()
		return next == 3
	}
	return d.Month == month && d.Day == n
}

// Safe reports whether the writer has said that they need not fear the other.
func (m Me) Safe() bool { return m.Fear == No }

// WasTold reports whether something was said once already.
func (m Me) WasTold(what string) bool { return slices.Contains(m.Told, what) }

// Tell returns Me after something was said that need not be said again.
func (m Me) Tell(what string) Me {
	if !m.WasTold(what) {
		m.Told = append(slices.Clone(m.Told), what)
	}
	return m
}

// Set changes one thing that was said, by its name and in words, as the flags of a
// command line give it. An empty value takes it back. A word that is not known is an
// error that lists those that are.
func (m Me) Set(name, value string) (Me, error) {
	value = strings.ToLower(strings.TrimSpace(value))
	var err error
	switch name {
	case "stages":
		m.Stages, err = list[Stage](value)
	case "side":
		m.Side, err = one[Side](value)
		if m.Side == AnySide {
			m.Side = ""
		}
	case "role":
		m.Role, err = one[Role](value)
		if m.Role == AnyRole {
			m.Role = ""
		}
	case "needs":
		m.Needs, err = list[Need](value)
	case "avoid":
		m.Avoid, err = list[Theme](strings.ToUpper(value))
	case "parted":
		m.Parted = 0
		if value != "" {
			m.Parted, err = ParseDay(value)
		}
	case "fear":
		m.Fear, err = one[Answer](value)
	case "check-ins":
		m.CheckIns, err = onOff(value)
	case "country":
		if len(value) != 0 && (len(value) != 2 || strings.Trim(value, "abcdefghijklmnopqrstuvwxyz") != "") {
			err = fmt.Errorf("a country is two letters, such as nz")
		}
		m.Country = strings.ToUpper(value)
	case "only-mine":
		m.OnlyMine, err = onOff(value)
	default:
		err = fmt.Errorf("unknown name %q (have %s)", name, strings.Join(MeNames(), ", "))
	}
	return m, err
}

// MeNames returns the names that Set knows, in the order in which they are shown.
func MeNames() []string {
	return []string{"stages", "side", "role", "needs", "avoid", "parted", "fear", "check-ins", "country", "only-mine"}
}

// Value returns what was said under a name, in words that Set reads; empty if nothing
// was.
func (m Me) Value(name string) string {
	switch name {
	case "stages":
		return join(m.Stages)
	case "side":
		return string(m.Side)
	case "role":
		return string(m.Role)
	case "needs":
		return join(m.Needs)
	case "avoid":
		return strings.ToLower(join(m.Avoid))
	case "parted":
		return m.Parted.String()
	case "fear":
		return string(m.Fear)
	case "check-ins":
		return map[bool]string{true: "on"}[m.CheckIns]
	case "country":
		return m.Country
	case "only-mine":
		return map[bool]string{true: "on"}[m.OnlyMine]
	}
	return ""
}

func onOff(value string) (bool, error) {
	switch value {
	case "on", "yes":
		return true, nil
	case "", "off", "no":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither on nor off", value)
}

func one[T closed[T]](value string) (T, error) {
	if value == "" {
		return "", nil
	}
	return known[T](value)
}

// list reads words with commas between them, each once, in the order of their set.
func list[T closed[T]](value string) (words []T, err error) {
	for w := range strings.SplitSeq(value, ",") {
		if w = strings.TrimSpace(w); w == "" {
			continue
		}
		word, err := known[T](w)
		if err != nil {
			return nil, err
		}
		words = append(words, word)
	}
	_, order := T("").words()
	slices.SortFunc(words, func(a, b T) int { return slices.Index(order, a) - slices.Index(order, b) })
	return slices.Compact(words), nil
}

// Me is kept as one JSON object of the names that Set knows, with their values in
// words, and of dates, told, asked, looked and eased. What is not set is left out; members of
// a later version survive.
const (
	datesKey   = "dates"
	toldKey    = "told"
	askedOnKey = "asked"
	lookedKey  = "looked"
	easedKey   = "eased"
)

// ParseMe reads what Encode wrote. No data is somebody who has said nothing.
func ParseMe(data []byte) (m Me, err error) {
	if len(data) == 0 {
		return m, nil
	}
	if m, err = parseMe(data); err != nil {
		return Me{}, fmt.Errorf("reading what you said about yourself: %w", err)
	}
	return m, nil
}

func parseMe(data []byte) (m Me, err error) {
	members, err := object(data)
	if err != nil {
		return m, err
	}
	for _, name := range MeNames() {
		value, err := take[string](members, name)
		if err == nil {
			m, err = m.Set(name, value)
		}
		if err != nil {
			return m, fmt.Errorf("%s: %w", name, err)
		}
	}
	dates, err := take[[]string](members, datesKey)
	if err != nil {
		return m, err
	}
	for _, s := range dates {
		d, err := ParseDate(s)
		if err != nil {
			return m, err
		}
		m.Dates = append(m.Dates, d)
	}
	if m.Told, err = take[[]string](members, toldKey); err != nil {
		return m, err
	}
	for key, day := range map[string]*Day{askedOnKey: &m.Asked, lookedKey: &m.Looked, easedKey: &m.Eased} {
		s, err := take[string](members, key)
		if err == nil && s != "" {
			*day, err = ParseDay(s)
		}
		if err != nil {
			return m, err
		}
	}
	if len(members) > 0 {
		m.more = members
	}
	return m, nil
}

// Encode returns Me as JSON. Equal ones give equal bytes.
func (m Me) Encode() []byte {
	members := make(map[string]any, len(m.more)+8)
	for key, raw := range m.more {
		members[key] = raw
	}
	for _, name := range MeNames() {
		if value := m.Value(name); value != "" {
			members[name] = value
		}
	}
	if len(m.Dates) > 0 {
		var dates []string
		for _, d := range m.Dates {
			dates = append(dates, d.String())
		}
		members[datesKey] = dates
	}
	if len(m.Told) > 0 {
		members[toldKey] = m.Told
	}
	for key, day := range map[string]Day{askedOnKey: m.Asked, lookedKey: m.Looked, easedKey: m.Eased} {
		if day != 0 {
			members[key] = day.String()
		}
	}
	return marshal(members)
}

// ParseDate reads a date and its name, as "03-10 the day we met".
func ParseDate(s string) (Date, error) {
	var d Date
	when, name, _ := strings.Cut(strings.TrimSpace(s), " ")
	day, err := ParseDay("2024-" + when) // a year with a 29th of February
	if err != nil || len(when) != len("03-10") {
		return d, fmt.Errorf("%q is no date (write 03-10, and then what it is)", when)
	}
	_, d.Month, d.Day = day.Calendar()
	var plain line
	if err := plain.UnmarshalText([]byte(strings.TrimSpace(name))); err != nil {
		return Date{}, err
	}
	if d.Name = plain.text; d.Name == "" {
		return Date{}, errors.New("a date needs a name, a word will do")
	}
	return d, nil
}

// object reads a JSON object into its members.
func object(data []byte) (members map[string]json.RawMessage, err error) {
	if len(data) > maxHistory {
		return nil, fmt.Errorf("it has more than %d MiB", maxHistory>>20)
	}
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, err
	}
	if members == nil {
		return nil, errors.New("it is no JSON object")
	}
	return members, nil
}

// take removes a member by its exact name and returns its value.
func take[T any](members map[string]json.RawMessage, key string) (value T, err error) {
	if raw, ok := members[key]; ok {
		if err := json.Unmarshal(raw, &value); err != nil {
			return value, fmt.Errorf("%s: %w", key, err)
		}
		delete(members, key)
	}
	return value, nil
}

func marshal(members map[string]any) []byte {
	data, err := json.Marshal(members)
	if err != nil {
		panic(err) // every member is made of strings, or is JSON that was parsed
	}
	return data
}
