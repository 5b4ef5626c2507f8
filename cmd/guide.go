package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"untangle/journal"
	"untangle/prompts"
)

// The names under which a journal keeps what it remembers for asking.
const (
	promptsState  = "prompts"  // which questions were asked
	meState       = "me"       // what the writer said of themselves
	journeysState = "journeys" // how far they are on which
	ownState      = "own"      // prompts of their own
	lettersState  = "letters"  // the letters they read, oldest first
)

// guide is what a journal remembers for asking.
type guide struct {
	history  prompts.History
	me       prompts.Me
	progress prompts.Progress
	own      prompts.Own
	read     []string // the letters that were read, oldest first
}

// guide reads what the journal remembers for asking.
func (r *run) guide(ctx context.Context, j *journal.Journal) (g guide, err error) {
	err = j.ViewState(ctx, func(s *journal.State) error {
		g, err = guideOf(s)
		return err
	})
	r.country = g.me.Country
	return g, err
}

// guideOf reads the guide within a transaction.
func guideOf(s *journal.State) (g guide, err error) {
	for _, part := range []struct {
		name string
		take func([]byte) error
	}{
		{promptsState, func(b []byte) (err error) { g.history, err = prompts.ParseHistory(b); return err }},
		{meState, func(b []byte) (err error) { g.me, err = prompts.ParseMe(b); return err }},
		{journeysState, func(b []byte) (err error) { g.progress, err = prompts.ParseProgress(b); return err }},
		{ownState, func(b []byte) (err error) { g.own, err = prompts.ParseOwnPacks(b); return err }},
		{lettersState, func(b []byte) error {
			if len(b) == 0 {
				return nil
			}
			if err := json.Unmarshal(b, &g.read); err != nil {
				return fmt.Errorf("reading which letters were read: %w", err)
			}
			return nil
		}},
	} {
		raw, err := s.Get(part.name)
		if err != nil {
			return g, err
		}
		if err := part.take(raw); err != nil {
			return g, err
		}
	}
	return g, nil
}

// put writes what differs from what the guide was before.
func (g *guide) put(s *journal.State, before guide) error {
	for _, part := range []struct {
		name        string
		now, before []byte
	}{
		{promptsState, g.history.Encode(), before.history.Encode()},
		{meState, g.me.Encode(), before.me.Encode()},
		{journeysState, g.progress.Encode(), before.progress.Encode()},
		{ownState, g.own.Encode(), before.own.Encode()},
		{lettersState, encodeRead(g.read), encodeRead(before.read)},
	} {
		if string(part.now) == string(part.before) {
			continue
		}
		if err := s.Put(part.name, part.now); err != nil {
			return err
		}
	}
	return nil
}

func encodeRead(read []string) []byte {
	if len(read) == 0 {
		return nil
	}
	b, _ := json.Marshal(read) // strings always can be
	return b
}

// changeGuide changes what the journal remembers for asking, as it stands by now, and
// returns it. An error of change's leaves it as it was.
func changeGuide(ctx context.Context, j *journal.Journal, change func(*guide) error) (g guide, err error) {
	err = j.UpdateState(ctx, func(s *journal.State) error {
		before, err := guideOf(s)
		if err != nil {
			return err
		}
		g = before
		if err := change(&g); err != nil {
			return err
		}
		return g.put(s, before)
	})
	return g, err
}

// questions returns all prompts that there are for this writer.
func (g *guide) questions() *prompts.Library { return prompts.Default().With(g.own.All()) }

// checkInDays is how far back endings are looked at.
const checkInDays = 14

// moods is what the writer said of how they were, of late.
type moods struct {
	ache    *int // of today, the last that was said
	energy  int
	earlier int // how many endings in a row were heavier, up to yesterday
	now     int // and up to now
}

// moods reads what was said in the last days.
func (r *run) moods(ctx context.Context, j *journal.Journal, day prompts.Day) (m moods, err error) {
	from := journal.Day(day.Calendar()).AddDays(-checkInDays)
	notes, err := j.CheckIns(ctx, from)
	if err != nil {
		return m, err
	}
	for _, n := range notes {
		on := r.dayOf(n.Date)
		if on > day {
			continue
		}
		if n.CheckIn.After != journal.Unsaid {
			if n.CheckIn.After == journal.Heavier {
				m.now++
			} else {
				m.now = 0
			}
			if on < day {
				m.earlier = m.now
			}
		}
		if on == day && n.CheckIn.Ache != nil {
			m.ache = n.CheckIn.Ache
		}
		if on == day && n.CheckIn.Energy != 0 {
			m.energy = n.CheckIn.Energy
		}
	}
	return m, nil
}

// dayOf returns the day of the question that a date belongs to.
func (r *run) dayOf(d journal.Date) prompts.Day {
	if !d.Timed() {
		return prompts.DayOf(d.Midnight().Time().Add(12*time.Hour), 0)
	}
	return prompts.DayOf(d.Time(), r.dayStarts())
}

// writer returns what the choice is to know.
func (g *guide) writer(m moods, salt string) prompts.Writer {
	return prompts.Writer{Me: g.me, History: g.history, Ache: m.ache, Energy: m.energy, Heavier: m.earlier, Salt: salt}
}
