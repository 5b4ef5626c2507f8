// Package prompts holds the questions of the journal, and decides which one is
// asked today. Choosing is a pure function of the library, the day and what was
// asked before: it reads no clock, no file and nothing that a person wrote.
//
// The questions are written in packs/*.toml, one file a theme. Reading those at
// every start would take some milliseconds, so they are kept as a Go table beside
// them, which "go generate" writes and a test compares.
package prompts

//go:generate go test -run ^TestTable$ -update

// Prompt is one question, or another way into writing, with all that is needed
// to tell whom it may be put to. Its ID never changes and is never used again.
type Prompt struct {
	ID        string
	Text      string
	Followups []string // for whoever wants to go on; two at most
	Theme     Theme
	Side      Side
	Role      Role
	Stages    []StageWeight // in the order of Stages; none fits every stage alike
	Form      Form
	Depth     Depth
	Tone      Tone
	Intensity int      // from 1, which asks little, to 5, which only a journey asks
	AvoidIf   []Avoid  // not for a writer for whom one of these holds, or may hold
	Needs     []Need   // only for a writer who said that all of these hold
	MinDays   int      // days that must have gone by since the parting
	Grounding string   // shown after writing; always there from intensity 4 on
	Evidence  Evidence // what the question rests on
	Seeds     []string // which of the founding ideas it takes up, as A3, C4, K27, X1
	Lang      string   // such as en
	Own       bool     // it is one of the writer's own
}

// StageWeight says how well a prompt fits a stage, from 1 to 3.
type StageWeight struct {
	Stage  Stage
	Weight int
}

// Evidence says in a few words what a prompt rests on, and how firm that ground is.
type Evidence struct {
	Note  string
	Grade Grade
}

// assumesNothing reports whether the prompt fits a writer about whom nothing is
// known: who may have left or been left, may be staying, and may not be safe.
func (p *Prompt) assumesNothing() bool {
	return p.Side == AnySide && p.Role == AnyRole && p.MinDays == 0 &&
		len(p.Needs) == 0 && len(p.AvoidIf) == 0
}

// lockable reports whether the prompt may be shown while the journal is locked,
// when even what its writer wants left out cannot be read.
func (p *Prompt) lockable() bool {
	if !p.assumesNothing() || p.Intensity > 1 {
		return false
	}
	switch p.Theme {
	case "COM", "BOD", "PEO", "SEL", "VAL", "KIN":
		return true
	}
	return false
}
