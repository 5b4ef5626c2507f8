package prompts

import (
	"slices"
	"strings"
)

// Library is a set of prompts to choose from, in the order of their ids. It is
// not changed once it was made.
type Library struct {
	prompts []Prompt
}

// Default returns the prompts that come with the program.
func Default() *Library { return &Library{prompts: table} }

// newLibrary returns a library of the prompts, whose ids must differ.
func newLibrary(prompts []Prompt) *Library {
	sorted := slices.Clone(prompts)
	slices.SortFunc(sorted, func(a, b Prompt) int { return strings.Compare(a.ID, b.ID) })
	return &Library{prompts: sorted}
}

// With returns a library that also holds prompts of a writer's own. One whose id the
// library has already is left out.
func (l *Library) With(own []Prompt) *Library {
	if len(own) == 0 {
		return l
	}
	prompts := slices.Clone(l.prompts)
	seen := make(map[string]bool)
	for _, p := range own {
		if _, taken := l.index(p.ID); !taken && !seen[p.ID] {
			seen[p.ID], p.Own = true, true
			prompts = append(prompts, p)
		}
	}
	return newLibrary(prompts)
}

// All returns every prompt of the library, in the order of their ids. The slice is
// the caller's; what the prompts themselves point to is shared, and not to be
// changed.
func (l *Library) All() []Prompt { return slices.Clone(l.prompts) }

// Prompt returns the prompt with the id, and whether there is one.
func (l *Library) Prompt(id string) (Prompt, bool) {
	if i, ok := l.index(id); ok {
		return l.prompts[i], true
	}
	return Prompt{}, false
}

// Locked returns the part of the library that may be shown while a sealed journal
// is locked: prompts that suit whoever may be reading, and ask little of them.
func (l *Library) Locked() *Library {
	var locked []Prompt
	for i := range l.prompts {
		if l.prompts[i].lockable() {
			locked = append(locked, l.prompts[i])
		}
	}
	return &Library{prompts: locked}
}

func (l *Library) index(id string) (int, bool) {
	return slices.BinarySearchFunc(l.prompts, id, func(p Prompt, id string) int {
		return strings.Compare(p.ID, id)
	})
}
