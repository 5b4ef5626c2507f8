package prompts

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// MaxPack is the most bytes that a pack may have.
const MaxPack = 1 << 20

const (
	maxString    = 1000 // bytes
	maxFollowups = 2
	maxWeight    = 3
	maxIntensity = 5
	// ownIntensity is the most of a prompt of a writer's own: 5 belongs to journeys.
	ownIntensity = 4
)

// pack is a file of prompts. What stands at its head holds for every prompt that
// does not say otherwise.
type pack struct {
	Theme  word[Theme]  `toml:"theme"`
	Lang   line         `toml:"lang"`
	Prompt []packPrompt `toml:"prompt"`
}

// packPrompt is a prompt as it stands in a pack, in TOML, and in a journal, in JSON.
type packPrompt struct {
	ID        line           `toml:"id" json:"id"`
	Text      line           `toml:"text" json:"text"`
	Followups []line         `toml:"followups" json:"followups"`
	Theme     word[Theme]    `toml:"theme" json:"theme"`
	Side      word[Side]     `toml:"side" json:"side"`
	Role      word[Role]     `toml:"role" json:"role"`
	Stages    map[string]int `toml:"stages" json:"stages"`
	Form      word[Form]     `toml:"form" json:"form"`
	Depth     word[Depth]    `toml:"depth" json:"depth"`
	Tone      word[Tone]     `toml:"tone" json:"tone"`
	Intensity int            `toml:"intensity" json:"intensity"`
	AvoidIf   []word[Avoid]  `toml:"avoid_if" json:"avoid_if"`
	Needs     []word[Need]   `toml:"needs" json:"needs"`
	MinDays   int            `toml:"min_days_since" json:"min_days_since"`
	Grounding line           `toml:"grounding" json:"grounding"`
	Evidence  struct {
		Note  line        `toml:"note" json:"note"`
		Grade word[Grade] `toml:"grade" json:"grade"`
	} `toml:"evidence" json:"evidence"`
	Seeds []line `toml:"seeds" json:"seeds"`
	Lang  line   `toml:"lang" json:"lang"`
}

const (
	packKeys   = "theme, lang, prompt"
	promptKeys = "id, text, followups, theme, side, role, stages, form, depth, tone, intensity, " +
		"avoid_if, needs, min_days_since, grounding, evidence = { note, grade }, seeds, lang"
)

// ParsePack reads the prompts of a pack in TOML, in the order in which they stand
// there. The name goes into errors, with the line: packs/sto.toml:12. A pack with
// anything in it that is not known is refused as a whole.
func ParsePack(name string, data []byte) ([]Prompt, error) { return parsePack(name, data, nil) }

// ParseOwn reads a pack of a writer's own. Only id and text must be there; the rest is
// as for a prompt that asks little and supposes nothing. An id that the library or a
// step of a journey has is taken. Errors are as those of ParsePack.
func ParseOwn(name string, data []byte, lib *Library) ([]Prompt, error) {
	return parsePack(name, data, lib)
}

func parsePack(name string, data []byte, lib *Library) ([]Prompt, error) {
	if len(data) > MaxPack {
		return nil, fmt.Errorf("%s:1: a pack may have %d KiB at most", name, MaxPack>>10)
	}
	var file pack
	if err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(&file); err != nil {
		return nil, locate(name, err)
	}
	lines := headings(data)
	if len(lines) != len(file.Prompt) {
		return nil, fmt.Errorf("%s:1: every prompt begins with a line [[prompt]]", name)
	}
	prompts := make([]Prompt, 0, len(file.Prompt))
	first := make(map[string]int, len(file.Prompt))
	for i, raw := range file.Prompt {
		p, err := raw.prompt(file, lib != nil)
		if lib != nil && err == nil {
			if _, taken := lib.index(p.ID); taken || stepID(p.ID) {
				err = fmt.Errorf("the id %q is taken", p.ID)
			}
		}
		if before, ok := first[p.ID]; ok && err == nil {
			err = fmt.Errorf("the id %q is taken by the prompt in line %d", p.ID, before)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, lines[i], err)
		}
		first[p.ID] = lines[i]
		prompts = append(prompts, p)
	}
	return prompts, nil
}

// prompt returns the prompt that stands in the pack, if it is whole.
func (r *packPrompt) prompt(file pack, own bool) (Prompt, error) {
	p := Prompt{
		ID:        r.ID.text,
		Text:      r.Text.text,
		Followups: texts(r.Followups),
		Theme:     r.Theme.word,
		Side:      r.Side.word,
		Role:      r.Role.word,
		Form:      r.Form.word,
		Depth:     r.Depth.word,
		Tone:      r.Tone.word,
		Intensity: r.Intensity,
		AvoidIf:   plain(r.AvoidIf),
		Needs:     plain(r.Needs),
		MinDays:   r.MinDays,
		Grounding: r.Grounding.text,
		Evidence:  Evidence{Note: r.Evidence.Note.text, Grade: r.Evidence.Grade.word},
		Seeds:     texts(r.Seeds),
		Lang:      r.Lang.text,
	}
	if p.Theme == "" {
		p.Theme = file.Theme.word
	}
	if p.Lang == "" {
		p.Lang = file.Lang.text
	}
	if own {
		p.fill()
	}
	var err error
	if p.Stages, err = weights(r.Stages); err != nil {
		return p, err
	}
	return p, p.whole()
}

// fill gives a prompt of a writer's own what they left open.
func (p *Prompt) fill() {
	p.Own = true
	p.Side, p.Role = cmp.Or(p.Side, AnySide), cmp.Or(p.Role, AnyRole)
	p.Form, p.Depth, p.Tone = cmp.Or(p.Form, "question"), cmp.Or(p.Depth, "five-minutes"), cmp.Or(p.Tone, "gentle")
	p.Intensity, p.Lang = cmp.Or(p.Intensity, 1), cmp.Or(p.Lang, "en")
}

// NewOwn returns a prompt of a writer's own with this text, or an error in a sentence.
func NewOwn(id, text string) (Prompt, error) {
	var l line
	if err := l.UnmarshalText([]byte(text)); err != nil {
		return Prompt{}, err
	}
	p := Prompt{ID: id, Text: l.text}
	p.fill()
	if stepID(id) {
		return p, fmt.Errorf("the id %q is taken", id)
	}
	return p, p.whole()
}

// stepID reports whether the id is that of a step of a journey. Entries tell by their
// id what they were written to.
func stepID(id string) bool {
	is := func(s Step) bool { return s.ID == id }
	return slices.ContainsFunc(restTable, is) ||
		slices.ContainsFunc(journeyTable, func(j Journey) bool { return slices.ContainsFunc(j.Steps, is) })
}

// whole returns an error if the prompt lacks something, or has more than it may.
func (p *Prompt) whole() error {
	for _, need := range []struct{ key, value string }{
		{"id", p.ID},
		{"text", p.Text},
		{"theme", string(p.Theme)},
		{"side", string(p.Side)},
		{"role", string(p.Role)},
		{"form", string(p.Form)},
		{"depth", string(p.Depth)},
		{"tone", string(p.Tone)},
		{"lang", p.Lang},
	} {
		if strings.TrimSpace(need.value) == "" && (need.key != "theme" || !p.Own) {
			return fmt.Errorf("the prompt %q has no %s", p.ID, need.key)
		}
	}
	switch {
	case !validID(p.ID):
		return fmt.Errorf("%q is no id (use a-z, 0-9 and single hyphens, %d at most)", p.ID, maxID)
	case p.Own && (p.Intensity < 1 || p.Intensity > ownIntensity):
		return fmt.Errorf("unknown intensity %d (have 1 to %d; %d belongs to journeys)", p.Intensity, ownIntensity, maxIntensity)
	case p.Own && p.Intensity == ownIntensity && strings.TrimSpace(p.Grounding) == "":
		return fmt.Errorf("the prompt %q has intensity %d, and needs a grounding: a sentence to read after writing", p.ID, ownIntensity)
	case p.Intensity < 1 || p.Intensity > maxIntensity:
		return fmt.Errorf("unknown intensity %d (have 1 to %d)", p.Intensity, maxIntensity)
	case p.MinDays < 0:
		return fmt.Errorf("min_days_since is %d (have 0 and more)", p.MinDays)
	case slices.Contains(p.AvoidIf, "") || slices.Contains(p.Needs, ""):
		return errors.New("a word in a list is empty")
	case len(p.Followups) > maxFollowups:
		return fmt.Errorf("there are %d followups (have %d at most)", len(p.Followups), maxFollowups)
	}
	for _, seed := range p.Seeds {
		if !validSeed(seed) {
			return fmt.Errorf("unknown seed %q (have A1 to A15, C1 to C8, K1 to K36, X1 to X8)", seed)
		}
	}
	return nil
}

func weights(stages map[string]int) ([]StageWeight, error) {
	var fits []StageWeight
	for _, s := range Stages() {
		if w, ok := stages[string(s)]; ok {
			if w < 1 || w > maxWeight {
				return nil, fmt.Errorf("%s weighs %d (have 1 to %d)", s, w, maxWeight)
			}
			fits = append(fits, StageWeight{s, w})
		}
	}
	if len(fits) != len(stages) {
		return nil, fmt.Errorf("unknown stage (have %s)", join(Stages()))
	}
	return fits, nil
}

func validSeed(s string) bool {
	if len(s) < 2 || s[1] == '0' {
		return false
	}
	n, err := strconv.ParseUint(s[1:], 10, 8)
	last := map[byte]uint64{'A': 15, 'C': 8, 'K': 36, 'X': 8}
	return err == nil && n >= 1 && n <= last[s[0]]
}

// word is a word of a closed set as it stands in a pack, so that an unknown one is
// refused where it stands.
type word[T closed[T]] struct{ word T }

// UnmarshalText takes the word if its set has it. Without letters it is as if it did
// not stand there.
func (w *word[T]) UnmarshalText(b []byte) (err error) {
	w.word, err = one[T](string(b))
	return err
}

func plain[T closed[T]](words []word[T]) []T {
	var s []T
	for _, w := range words {
		s = append(s, w.word)
	}
	return s
}

// line is a text of one line that is safe to print on a terminal.
type line struct{ text string }

// UnmarshalText takes the text if it is such a line.
func (l *line) UnmarshalText(b []byte) error {
	if len(b) > maxString {
		return fmt.Errorf("a text may have %d bytes at most", maxString)
	}
	if !utf8.Valid(b) {
		return errors.New("a text is written in UTF-8")
	}
	for _, r := range string(b) {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return fmt.Errorf("a text may not hold the control character %U", r)
		}
	}
	l.text = string(b)
	return nil
}

func texts(lines []line) []string {
	var s []string
	for _, l := range lines {
		s = append(s, l.text)
	}
	return s
}

// headings returns the lines on which the prompts begin, counted from 1.
func headings(data []byte) []int {
	var lines []int
	n := 0
	for row := range bytes.Lines(data) {
		n++
		if bytes.HasPrefix(bytes.TrimSpace(row), []byte("[[prompt]]")) {
			lines = append(lines, n)
		}
	}
	return lines
}

// locate returns what the decoder found as an error that names the line.
func locate(name string, err error) error {
	var found *toml.DecodeError
	var missing *toml.StrictMissingError
	switch {
	case errors.As(err, &missing) && len(missing.Errors) > 0:
		found = &missing.Errors[0]
		key := found.Key()
		have := packKeys
		if len(key) > 1 {
			have = promptKeys
		}
		row, _ := found.Position()
		return fmt.Errorf("%s:%d: unknown key %q (have %s)", name, row, key[len(key)-1], have)
	case errors.As(err, &found):
		row, _ := found.Position()
		why := strings.TrimPrefix(found.Error(), "toml: ")
		if kind, _, ok := strings.Cut(strings.TrimPrefix(why, "cannot decode TOML "), " into "); ok {
			why = strings.TrimSpace(strings.Join(found.Key(), ".")+" cannot be") + " of the kind " + kind
		}
		return fmt.Errorf("%s:%d: %s", name, row, why)
	}
	return fmt.Errorf("%s:1: %w", name, err)
}
