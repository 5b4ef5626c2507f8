package prompts

import "slices"

// Letter is a short page addressed to the reader, for who only wants to be spoken to.
type Letter struct {
	ID      string
	Title   string
	For     string // "for the one who left"
	Text    string // paragraphs, with an empty line between them
	Side    Side
	Role    Role
	Stages  []StageWeight
	AvoidIf []Avoid
	Seeds   []string
}

// Letters returns the letters that come with the program.
func Letters() []Letter { return slices.Clone(letterTable) }

// LetterFor returns a letter for a writer on a day, one that was not read yet if there
// is one, or else the one read longest ago. What is not known of the writer counts
// against a letter. Read are the ids of those read, oldest first. It returns false if
// there is none.
func LetterFor(w Writer, day Day, read []string) (Letter, bool) {
	var best Letter
	var found bool
	var bestRank rank
	draw := newDraw(w.Salt, day)
	for _, l := range letterTable {
		p := Prompt{Side: l.Side, Role: l.Role, Stages: l.Stages, AvoidIf: l.AvoidIf}
		if !w.Me.fits(&p, day) {
			continue
		}
		r := rank{seen: slices.Index(read, l.ID) + 1, score: w.Me.stageWeight(&p)*point + draw.score(l.ID)}
		if !found || r.before(bestRank) {
			best, bestRank, found = l, r, true
		}
	}
	return best, found
}
