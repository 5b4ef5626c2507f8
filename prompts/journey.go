package prompts

import "slices"

// Journey is some days of writing that belong together.
type Journey struct {
	ID     string
	Number int
	Title  string // as it is offered: "How do I do it?"
	About  string // a sentence or two: what it is, how long, what it asks
	For    []Stage
	Side   Side
	Role   Role
	Cap    int  // the intensity that its steps keep to, but for two of one journey
	Gate   Gate // "" for none
	Steps  []Step
}

// Step is one day of a journey.
type Step struct {
	ID        string
	Title     string
	Text      string
	Instead   string // the text for who may not be safe, if it differs
	Followups []string
	Form      Form
	Intensity int
	Grounding string
	Gated     bool // only for who answered the gate's question with no
	Evidence  Evidence
	Seeds     []string
}

// Gate is what is asked before a journey begins.
type Gate string

// Question returns what the gate asks; it is answered with no, yes, unsure, or not at
// all, which counts as unsure.
func (g Gate) Question() string {
	switch g {
	case "fear":
		return "Are you afraid of how they might react?"
	case "harm":
		return "Was there harm or fear between you?"
	case "order":
		return "Is there a court order, or are you afraid of them?"
	}
	return ""
}

// Journeys returns the journeys that come with the program, in their order.
func Journeys() []Journey { return slices.Clone(journeyTable) }

// JourneyNamed returns the journey with the id, and whether there is one.
func JourneyNamed(id string) (Journey, bool) {
	i := slices.IndexFunc(journeyTable, func(j Journey) bool { return j.ID == id })
	if i < 0 {
		return Journey{}, false
	}
	return journeyTable[i], true
}

// Offered returns the journey to offer a writer under its own name: the first for a
// stage that they named. It returns false if there is none that they have not begun.
func Offered(m Me, p Progress) (Journey, bool) {
	for _, j := range journeyTable {
		if _, begun := p.Path(j.ID); begun || j.Role != AnyRole && j.Role != m.Role {
			continue
		}
		if slices.ContainsFunc(j.For, func(s Stage) bool { return slices.Contains(m.Stages, s) }) {
			return j, true
		}
	}
	return Journey{}, false
}

// Offer is the step of a journey that comes next for a writer.
type Offer struct {
	Journey Journey
	Step    Step
	Day     int  // the step's number, from 1
	Rest    bool // a comfort in its place, after two heavier endings
}

// Careful reports whether a writer may not be safe on a journey: whether they did not
// answer its gate with no, or said elsewhere, on another journey or of themselves, that they
// are or may be afraid.
func Careful(j Journey, p Progress, m Me) bool {
	if m.Fear == Yes || m.Fear == Unsure {
		return true
	}
	for _, path := range p.paths {
		if path.Gate == Yes || path.Gate == Unsure {
			return true
		}
	}
	path, _ := p.Path(j.ID)
	return j.Gate != "" && path.Gate != No
}

// Next returns the step that a journey goes on with, and false if none is left. Steps
// behind the gate are passed over for who is not known to be safe. After two heavier
// endings in a row a comfort comes first.
func Next(j Journey, p Progress, m Me, heavier int) (Offer, bool) {
	path, _ := p.Path(j.ID)
	careful := Careful(j, p, m)
	offer := func(n int) (Offer, bool) {
		if n < 0 || n >= len(j.Steps) || careful && j.Steps[n].Gated {
			return Offer{}, false
		}
		if heavier >= 2 && !path.Rested {
			rest := restTable[(len(path.Done)+n)%len(restTable)]
			return Offer{j, rest, n + 1, true}, true
		}
		step := j.Steps[n]
		if careful && step.Instead != "" {
			step.Text = step.Instead
		}
		return Offer{Journey: j, Step: step, Day: n + 1}, true
	}
	if o, ok := offer(path.Again - 1); ok {
		return o, true
	}
	for n := path.Step; n < len(j.Steps); n++ {
		if o, ok := offer(n); ok {
			return o, true
		}
	}
	return Offer{}, false
}

// StepOf returns the step that an entry was written to, by its journey's id, its number
// and its own id, and whether there is one.
func StepOf(journey string, day int, id string) (Offer, bool) {
	j, ok := JourneyNamed(journey)
	if !ok || day < 1 || day > len(j.Steps) {
		return Offer{}, false
	}
	if step := j.Steps[day-1]; step.ID == id {
		return Offer{Journey: j, Step: step, Day: day}, true
	}
	for _, step := range restTable {
		if step.ID == id {
			return Offer{Journey: j, Step: step, Day: day, Rest: true}, true
		}
	}
	return Offer{}, false
}

// Afterwards returns what is shown after writing to a prompt or a step with the id: its
// grounding, and the questions for whoever wants to go on.
func Afterwards(lib *Library, id string) (grounding string, followups []string) {
	if p, ok := lib.Prompt(id); ok {
		return p.Grounding, p.Followups
	}
	steps := slices.Clone(restTable)
	for _, j := range journeyTable {
		steps = append(steps, j.Steps...)
	}
	if i := slices.IndexFunc(steps, func(s Step) bool { return s.ID == id }); i >= 0 {
		return steps[i].Grounding, steps[i].Followups
	}
	return "", nil
}
