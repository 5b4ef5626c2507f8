package prompts

import (
	"encoding/json"
	"slices"
	"strings"
)

// History is what a journal remembers about its questions, and about nothing
// else: no word that was written. It is a value: every method that changes
// something returns the changed history and leaves its receiver as it was. The
// zero History is that of a new journal.
type History struct {
	asked []Asked  // by day, then in the order of asking; each id once
	never []string // sorted
	liked []string // sorted
	today standing
	more  map[string]json.RawMessage // members that a later version wrote; never changed
}

// Asked is the last time that a prompt was shown, and how that ended.
type Asked struct {
	ID     string
	Day    Day
	End    End
	Before Day // the last day before that one, if there was one

	rest string // what a later version wrote behind it
}

// End is how it ended when a prompt was shown. Words of a later version are kept.
type End string

// The ways in which it ends.
const (
	Shown    End = "shown"
	Skipped  End = "skipped" // the writer asked for another
	Answered End = "answered"
)

// standing is the question of a day as it was last shown. An empty ID means that
// the writer turned it away, and no other was shown yet.
type standing struct {
	day    Day
	id     string
	before Day // when that prompt was asked the time before; unset if never
}

// Show returns the history after the prompt was shown as the question of the day.
// Showing it again on that day changes nothing.
func (h History) Show(day Day, id string) History {
	if h.today.day == day && h.today.id == id || !validID(id) {
		return h
	}
	last, _ := h.Last(id)
	h.today = standing{day: day, id: id, before: last.Day}
	return h.put(Asked{ID: id, Day: day, End: Shown})
}

// Skip returns the history after the writer asked for another prompt than this
// one. If it was the question of the day, it no longer is.
func (h History) Skip(day Day, id string) History {
	if !validID(id) {
		return h
	}
	h.today = standing{day: day}
	return h.put(Asked{ID: id, Day: day, End: Skipped})
}

// Answer returns the history after something was written to the prompt. The
// question of the day stays what it was: the prompt may be another one.
func (h History) Answer(day Day, id string) History {
	if !validID(id) {
		return h
	}
	return h.put(Asked{ID: id, Day: day, End: Answered})
}

// Never returns the history after the writer asked not to see the prompt again.
func (h History) Never(id string) History {
	if !validID(id) {
		return h
	}
	h.never = with(h.never, id)
	if h.today.id == id {
		h.today = standing{day: h.today.day}
	}
	return h
}

// Allow returns the history after the writer took back a Never.
func (h History) Allow(id string) History {
	h.never = without(h.never, id)
	return h
}

// Like returns the history after the writer made the prompt a favourite.
func (h History) Like(id string) History {
	if validID(id) {
		h.liked = with(h.liked, id)
	}
	return h
}

// Unlike returns the history after the writer took back a Like.
func (h History) Unlike(id string) History {
	h.liked = without(h.liked, id)
	return h
}

// with returns the sorted ids and id among them, and leaves ids as they are.
func with(ids []string, id string) []string {
	i, found := slices.BinarySearch(ids, id)
	if found {
		return ids
	}
	return slices.Insert(slices.Clone(ids), i, id)
}

func without(ids []string, id string) []string {
	i, found := slices.BinarySearch(ids, id)
	if !found {
		return ids
	}
	return slices.Delete(slices.Clone(ids), i, i+1)
}

// Last returns the last time that the prompt was shown, and whether it ever was.
func (h History) Last(id string) (Asked, bool) {
	for i := range h.asked {
		if h.asked[i].ID == id {
			return h.asked[i], true
		}
	}
	return Asked{}, false
}

// LastDay returns the last day before this one on which a question was shown, 0 if there
// is none.
func (h History) LastDay(day Day) Day {
	for _, a := range slices.Backward(h.asked) {
		if a.Day < day {
			return a.Day
		}
	}
	return 0
}

// Today returns the id of the day's question as it was last shown, and whether
// one stands.
func (h History) Today(day Day) (id string, ok bool) {
	return h.today.id, h.today.day == day && h.today.id != ""
}

// Nevers returns the ids of the prompts that are not to be asked again, sorted.
func (h History) Nevers() []string { return slices.Clone(h.never) }

// Likes returns the ids of the favourites, sorted.
func (h History) Likes() []string { return slices.Clone(h.liked) }

func (h History) isNever(id string) bool {
	_, found := slices.BinarySearch(h.never, id)
	return found
}

// put sets down the asking in its place among the others. What is older than what
// is known of that prompt is left out, and an answer stays an answer that day.
func (h History) put(a Asked) History {
	asked := make([]Asked, 0, len(h.asked)+1)
	for _, old := range h.asked {
		if old.ID != a.ID {
			asked = append(asked, old)
			continue
		}
		if old.Day > a.Day {
			return h
		}
		if old.Day == a.Day && old.End == Answered {
			a.End = Answered
		}
		a.Before, a.rest = old.Before, old.rest
		if old.Day < a.Day {
			a.Before = old.Day
		}
	}
	i := len(asked)
	for i > 0 && asked[i-1].Day > a.Day {
		i--
	}
	h.asked = slices.Insert(asked, i, a)
	return h
}

// maxID is the most bytes that the id of a prompt may have.
const maxID = 40

// validID reports whether s may be the id of a prompt: small letters and digits,
// with single hyphens between them.
func validID(s string) bool {
	if s == "" || len(s) > maxID || s[0] == '-' || s[len(s)-1] == '-' || strings.Contains(s, "--") {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
