package prompts

import (
	"fmt"
	"slices"
	"strings"
)

// The closed sets of words that a prompt is described with, spelled as they stand
// in the packs. Names are given only to the words that the program asks for.

// Theme is what a prompt is about, as a code of three letters.
type Theme string

// Themes returns every theme, in the order in which they are listed.
func Themes() []Theme {
	return []Theme{
		"STO", "KNO", "BOT", "FEA", "SAY", "GUI", "KIN", "GRI", "SEL",
		"NEE", "BOD", "COM", "PEO", "VAL", "MIX", "END", "OPN",
	}
}

// Name returns the theme in words, as it is shown to people: "guilt and repair".
func (t Theme) Name() string {
	names := [...]string{
		"story and courage", "knowing", "loving and leaving", "fears and costs",
		"saying it", "guilt and repair", "kindness to yourself", "grief",
		"who you are", "needs", "body and quiet", "small comforts", "people",
		"values and the years ahead", "anger, relief and what is mixed",
		"things, papers and dates", "opening again",
	}
	if i := slices.Index(Themes(), t); i >= 0 {
		return names[i]
	}
	return string(t)
}

func (Theme) words() (string, []Theme) { return "theme", Themes() }

// Side is where in time a prompt stands: before a parting, after it, or either.
type Side string

// The sides of a parting.
const (
	AnySide Side = "any"
	Before  Side = "before"
	After   Side = "after"
)

func (Side) words() (string, []Side) { return "side", []Side{AnySide, Before, After} }

// Role is the part the writer had in the parting.
type Role string

// The roles in a parting.
const (
	AnyRole Role = "any"
	Leaver  Role = "leaver"
	Left    Role = "left"
	Mutual  Role = "mutual"
)

func (Role) words() (string, []Role) { return "role", []Role{AnyRole, Leaver, Left, Mutual} }

// Stage is what occupies a writer at a time; there may be several at once.
type Stage string

// Stages returns every stage, from wondering to opening again.
func Stages() []Stage {
	return []Stage{
		"wondering", "deciding", "telling", "first-days", "guilt", "grief", "returning", "opening",
	}
}

// Name returns the stage in words, as it is shown to people: "the first days".
func (s Stage) Name() string {
	names := [...]string{
		"wondering", "deciding", "telling", "the first days", "guilt", "grief",
		"returning to yourself", "opening again",
	}
	if i := slices.Index(Stages(), s); i >= 0 {
		return names[i]
	}
	return string(s)
}

func (Stage) words() (string, []Stage) { return "stage", Stages() }

// Form is the kind of writing that a prompt asks for.
type Form string

// Forms returns every form.
func Forms() []Form {
	return []Form{
		"question", "starter", "list", "comfort", "body", "memory", "unsent-letter",
		"third-person", "dialogue", "if-then", "future-letter", "two-column",
	}
}

func (Form) words() (string, []Form) { return "form", Forms() }

// Depth is how long a prompt may take.
type Depth string

// oneMinute is the depth of a prompt that a line answers.
const oneMinute Depth = "one-minute"

// Depths returns every depth, from a line to a whole sitting.
func Depths() []Depth { return []Depth{oneMinute, "five-minutes", "deep"} }

func (Depth) words() (string, []Depth) { return "depth", Depths() }

// Tone is the voice of a prompt.
type Tone string

func (Tone) words() (string, []Tone) { return "tone", []Tone{"gentle", "direct", "playful"} }

// Avoid is something that may hold for a writer and speaks against a prompt.
type Avoid string

// Unsafe stands for a writer who has something to fear from the other person.
const Unsafe Avoid = "unsafe"

func (Avoid) words() (string, []Avoid) { return "reason to avoid", []Avoid{Unsafe} }

// Need is something that must hold for a writer before a prompt makes sense.
type Need string

func (Need) words() (string, []Need) {
	return "need", []Need{"children", "marriage", "shared-home", "faith"}
}

// Grade is how firm the ground is that a prompt stands on: A a trial after
// break-ups, B another trial, C an observation, D the craft of asking.
type Grade string

// Name returns the grade in words, as it is shown to people: "a trial after break-ups".
func (g Grade) Name() string {
	return map[Grade]string{
		"A": "a trial after break-ups", "B": "a trial of something near to it", "C": "an observation", "D": "the craft of asking",
	}[g]
}

func (Grade) words() (string, []Grade) { return "grade", []Grade{"A", "B", "C", "D"} }

// closed is one of the sets above: it knows its name and all of its words.
type closed[T any] interface {
	~string
	words() (string, []T)
}

// known returns the word if it is in its set, and an error that lists the set if
// it is not.
func known[T closed[T]](word string) (T, error) {
	kind, have := T("").words()
	for _, w := range have {
		if strings.EqualFold(string(w), word) {
			return w, nil
		}
	}
	return "", fmt.Errorf("unknown %s %q (have %s)", kind, word, join(have))
}

func join[T ~string](words []T) string {
	s := make([]string, len(words))
	for i, w := range words {
		s[i] = string(w)
	}
	return strings.Join(s, ", ")
}
