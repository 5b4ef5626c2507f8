package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"time"

	"untangle/journal"
	"untangle/journal/format"
)

// printSearch prints what a search finds, and ends. How many those are, and how long it
// took to know, is said beside it.
func (s *sitting) printSearch(ctx context.Context, look journal.Search, words sought, o *output) error {
	begun := s.Now()
	found, out, err := s.find(ctx, look, words)
	if err != nil {
		return words.unread(err)
	}
	took := s.Now().Sub(begun)
	switch o.format {
	case "json", "jsonl":
		err = s.printHitsJSON(found.Hits(), found.Ranked, o.format == "json")
	case "":
		err = s.printHitLines(ctx, found.Hits())
	default:
		err = s.print(ctx, s.Out, s.journal, entriesOf(found.Hits()), o, o.format)
	}
	if err != nil {
		return err
	}
	line := counted(found.Count, "entry", "entries") + " found in " + tookWords(took)
	if look.Limit > 0 && look.Limit < found.Count {
		line += fmt.Sprintf(", %d of them shown", look.Limit)
	}
	s.say("%s.", line)
	if line := out.line(); line != "" {
		s.say("%s", line)
	}
	if found.Scanned != nil {
		s.say("%s", unindexed)
	}
	return nil
}

// find looks for words, and leaves out what is muted.
func (s *sitting) find(ctx context.Context, look journal.Search, words sought) (*journal.Found, *leftOut, error) {
	out := s.muted.outOf(look.Query)
	look.Words, look.Dates, look.Apart = words.query, s.wordDates(), out.apart()
	found, err := s.journal.Search(ctx, look)
	if err == nil {
		out.count = found.Apart
	}
	return found, out, err
}

func tookWords(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "less than 1 ms"
	case d < 10*time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// entriesOf yields the entries of hits.
func entriesOf(hits iter.Seq2[journal.Hit, error]) iter.Seq2[*journal.Entry, error] {
	return func(yield func(*journal.Entry, error) bool) {
		for hit, err := range hits {
			if !yield(hit.Entry, err) {
				return
			}
		}
	}
}

// printHitLines prints a line for each hit, and its passage below. Ids are shortened
// many at a time.
func (s *sitting) printHitLines(ctx context.Context, hits iter.Seq2[journal.Hit, error]) error {
	var batch []journal.Hit
	flush := func() error {
		ids := make([]journal.ID, len(batch))
		for i, hit := range batch {
			ids[i] = hit.ID
		}
		short, err := s.journal.Short(ctx, ids...)
		if err != nil {
			return err
		}
		for i, hit := range batch {
			if err := s.put(oneLine(onelineOf(shown{hit.Entry, short[i]}))); err != nil {
				return err
			}
			if hit.Text == "" {
				continue
			}
			if err := s.put("    " + oneLine(snippet(hit, 2*74).text)); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return nil
	}
	for hit, err := range hits {
		if err != nil {
			return err
		}
		if batch = append(batch, hit); len(batch) == 256 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// printHitsJSON prints entries as export does, each with how well it fits, if they are
// ranked by that, and with the places of what was looked for, in bytes from the start of its
// text and of its title.
func (s *sitting) printHitsJSON(hits iter.Seq2[journal.Hit, error], ranked, array bool) error {
	lead, between, end := "", "", ""
	if array {
		lead, between, end = "[\n", ",\n", "\n]\n"
	}
	none := true
	for hit, err := range hits {
		if err != nil {
			return err
		}
		keys, err := hitKeys(hit, ranked)
		if err != nil {
			return err
		}
		object := format.AppendJSON([]byte(lead), hit.Entry, keys...)
		if !array {
			object = append(object, '\n')
		}
		if _, err := s.Out.Write(object); err != nil {
			return err
		}
		lead, none = between, false
	}
	if array && none {
		end = "[]\n"
	}
	_, err := io.WriteString(s.Out, end)
	return err
}

// hitKeys are what a search adds to an entry's object.
func hitKeys(hit journal.Hit, ranked bool) (keys []format.Key, err error) {
	add := func(name string, value any) {
		var raw []byte
		if err == nil {
			raw, err = json.Marshal(value)
		}
		keys = append(keys, format.Key{Name: name, JSON: raw})
	}
	if ranked {
		add("score", math.Round(hit.Score*1e4)/1e4)
	}
	add("hits", append([][2]int{}, hit.Spans...))
	if len(hit.TitleSpans) > 0 {
		add("titleHits", hit.TitleSpans)
	}
	return keys, err
}
