package prompts

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Progress is how far a writer has come on which journeys. It is a value: every method
// that changes something returns the changed one.
type Progress struct {
	going string // the journey that is offered first, "" for none
	last  string // the one that was paused last, and not stopped since
	paths map[string]Path
	more  map[string]json.RawMessage
}

// Path is one journey that was begun.
type Path struct {
	Step   int      `json:"step"`            // how many steps are behind, done or skipped
	Gate   Answer   `json:"gate,omitempty"`  // the answer to the journey's question
	Begun  string   `json:"begun"`           // the day of the start
	Last   string   `json:"last,omitempty"`  // the day a step was done last
	Done   []string `json:"done,omitempty"`  // the ids of the steps that were written to
	Again  int      `json:"again,omitempty"` // the step to be repeated first
	Rested bool     `json:"rested,omitempty"`
	Ended  bool     `json:"ended,omitempty"`
}

// Going returns the journey in progress, and whether there is one.
func (p Progress) Going() (Journey, bool) { return JourneyNamed(p.going) }

// Paused returns the journey that was paused last, and whether there is one.
func (p Progress) Paused() (Journey, bool) { return JourneyNamed(p.last) }

// Path returns a journey that was begun, and whether it was.
func (p Progress) Path(id string) (Path, bool) {
	path, ok := p.paths[id]
	return path, ok
}

// Start begins a journey, or begins it again, and makes it the one in progress. Without
// an answer, a yes or unsure of before still holds.
func (p Progress) Start(id string, gate Answer, day Day) Progress {
	if before := p.paths[id].Gate; gate == "" && before != No {
		gate = before
	}
	return p.put(id, Path{Gate: gate, Begun: day.String()}).Resume(id)
}

// Resume makes a journey that was begun the one in progress.
func (p Progress) Resume(id string) Progress {
	path, ok := p.paths[id]
	if !ok {
		return p
	}
	path.Ended = false
	p = p.put(id, path)
	p.going = id
	if p.last == id {
		p.last = ""
	}
	return p
}

// Pause leaves the journey in progress where it stands.
func (p Progress) Pause() Progress {
	if p.going != "" {
		p.last = p.going
	}
	p.going = ""
	return p
}

// Stop ends a journey. What was written stays, and it can be started again.
func (p Progress) Stop(id string) Progress {
	path, ok := p.paths[id]
	if !ok {
		return p
	}
	path.Ended = true
	if p.going == id {
		p.going = ""
	}
	if p.last == id {
		p.last = ""
	}
	return p.put(id, path)
}

// Done goes on after a step was written to. A comfort in its place leaves the step for
// the next time.
func (p Progress) Done(o Offer, day Day) Progress {
	path := p.paths[o.Journey.ID]
	path.Last = day.String()
	path.Rested = o.Rest
	if !o.Rest && !slices.Contains(path.Done, o.Step.ID) {
		path.Done = append(slices.Clone(path.Done), o.Step.ID)
	}
	return p.pass(o, path)
}

// Skip goes on without the step.
func (p Progress) Skip(o Offer) Progress {
	path := p.paths[o.Journey.ID]
	path.Rested = o.Rest
	return p.pass(o, path)
}

// pass leaves a step behind, if the journey stands at it: another window, or a draft of
// long ago, may have come from elsewhere.
func (p Progress) pass(o Offer, path Path) Progress {
	switch {
	case o.Rest:
	case path.Again == o.Day:
		path.Again = 0
	case o.Day > path.Step && !slices.ContainsFunc(o.Journey.Steps[path.Step:o.Day-1], func(s Step) bool { return !s.Gated }):
		path.Step = o.Day
	}
	return p.put(o.Journey.ID, path)
}

// Repeat puts a step, counted from 1, before the next one, whether it was done or not.
// Whether it may be offered, Next tells.
func (p Progress) Repeat(id string, step int) Progress {
	path, ok := p.paths[id]
	if !ok {
		return p
	}
	path.Again = step
	return p.put(id, path)
}

// Today reports whether a step of the journey was done on a day.
func (p Path) Today(day Day) bool { return p.Last == day.String() }

func (p Progress) put(id string, path Path) Progress {
	paths := make(map[string]Path, len(p.paths)+1)
	maps.Copy(paths, p.paths)
	paths[id] = path
	p.paths = paths
	return p
}

const (
	goingKey = "going"
	lastKey  = "paused"
	pathsKey = "paths"
)

// ParseProgress reads what Encode wrote. No data is no progress.
func ParseProgress(data []byte) (p Progress, err error) {
	if len(data) == 0 {
		return p, nil
	}
	members, err := object(data)
	if err == nil {
		p.going, err = take[string](members, goingKey)
	}
	if err == nil {
		p.last, err = take[string](members, lastKey)
	}
	if err == nil {
		p.paths, err = take[map[string]Path](members, pathsKey)
	}
	for id, path := range p.paths {
		if err == nil && (!validID(id) || path.Step < 0 || path.Step > 1000 || path.Again < 0) {
			err = fmt.Errorf("%q is at step %d", id, path.Step)
		}
	}
	if err != nil {
		return Progress{}, fmt.Errorf("reading your journeys: %w", err)
	}
	if len(members) > 0 {
		p.more = members
	}
	return p, nil
}

// Encode returns the progress as JSON. Equal ones give equal bytes.
func (p Progress) Encode() []byte {
	members := make(map[string]any, len(p.more)+2)
	for key, raw := range p.more {
		members[key] = raw
	}
	if p.going != "" {
		members[goingKey] = p.going
	}
	if p.last != "" {
		members[lastKey] = p.last
	}
	if len(p.paths) > 0 {
		members[pathsKey] = p.paths
	}
	if len(members) == 0 {
		return nil
	}
	return marshal(members)
}
