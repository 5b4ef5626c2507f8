package prompts

import (
	"bytes"
	"encoding/json"

	"github.com/pelletier/go-toml/v2"
)

// flat is a prompt as it is written down, in JSON and in a pack, under the names that
// packs use.
type flat struct {
	ID        string         `json:"id" toml:"id"`
	Text      string         `json:"text" toml:"text"`
	Followups []string       `json:"followups" toml:"followups,omitempty"`
	Theme     Theme          `json:"theme" toml:"theme,omitempty"`
	Side      Side           `json:"side" toml:"side"`
	Role      Role           `json:"role" toml:"role"`
	Stages    map[string]int `json:"stages" toml:"stages,inline,omitempty"`
	Form      Form           `json:"form" toml:"form"`
	Depth     Depth          `json:"depth" toml:"depth"`
	Tone      Tone           `json:"tone" toml:"tone"`
	Intensity int            `json:"intensity" toml:"intensity"`
	AvoidIf   []Avoid        `json:"avoid_if" toml:"avoid_if,omitempty"`
	Needs     []Need         `json:"needs" toml:"needs,omitempty"`
	MinDays   int            `json:"min_days_since" toml:"min_days_since,omitempty"`
	Grounding string         `json:"grounding" toml:"grounding,omitempty"`
	Evidence  struct {
		Note  string `json:"note" toml:"note,omitempty"`
		Grade Grade  `json:"grade" toml:"grade,omitempty"`
	} `json:"evidence" toml:"evidence,inline,omitempty"`
	Seeds []string `json:"seeds" toml:"seeds,omitempty"`
	Lang  string   `json:"lang" toml:"lang"`
}

func (p *Prompt) flat() flat {
	f := flat{
		ID: p.ID, Text: p.Text, Followups: some(p.Followups), Theme: p.Theme, Side: p.Side, Role: p.Role,
		Stages: make(map[string]int, len(p.Stages)), Form: p.Form, Depth: p.Depth, Tone: p.Tone,
		Intensity: p.Intensity, AvoidIf: some(p.AvoidIf), Needs: some(p.Needs), MinDays: p.MinDays,
		Grounding: p.Grounding, Seeds: some(p.Seeds), Lang: p.Lang,
	}
	for _, s := range p.Stages {
		f.Stages[string(s.Stage)] = s.Weight
	}
	f.Evidence.Note, f.Evidence.Grade = p.Evidence.Note, p.Evidence.Grade
	return f
}

// some returns an empty slice for none, so that JSON has an array.
func some[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// MarshalJSON returns the prompt as one object with every field, under the names that
// packs use.
func (p Prompt) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(p.flat())
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// EncodePack returns prompts as a pack in TOML, which ParseOwn reads.
func EncodePack(prompts []Prompt) ([]byte, error) {
	var file struct {
		Prompt []flat `toml:"prompt"`
	}
	for i := range prompts {
		file.Prompt = append(file.Prompt, prompts[i].flat())
	}
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(file); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
