package journal

import (
	"context"

	"untangle/journal/search"
	"untangle/journal/vault"
)

// firstHits is how many bodies are read at first; then more and more at a time.
const firstHits = 24

// hits reads the bodies of the picks in batches, and yields them with their places.
func (l *lookup) hits(ctx context.Context, yield func(Hit, error) bool) {
	size := firstHits
	for rest := l.picks; len(rest) > 0; size = min(4*size, batchEntries) {
		var batch []Hit
		err := l.j.view(ctx, func(t *tx) (err error) {
			batch, rest, err = l.batch(t, rest, size)
			return err
		})
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			yield(Hit{}, err)
			return
		}
		for _, hit := range batch {
			if !yield(hit, nil) {
				return
			}
		}
	}
}

// batch reads some bodies, and returns them and the picks left over.
func (l *lookup) batch(t *tx, picks []scoredPick, size int) (batch []Hit, rest []scoredPick, err error) {
	a, err := t.analyser(l.language)
	if err != nil {
		return nil, nil, err
	}
	defer t.giveBack(a)
	bytes := 0
	for i, p := range picks {
		if i == size || bytes > batchBytes {
			return batch, picks[i:], nil
		}
		e, err := l.picked(t, p.pick)
		if err != nil {
			return nil, nil, err
		}
		if e == nil {
			continue // gone for ever since
		}
		batch = append(batch, l.mark(a, Hit{Entry: e, Score: p.score}))
		bytes += len(e.Text)
	}
	return batch, nil, nil
}

// picked reads the body of a hit as it stood when the search was made.
func (l *lookup) picked(t *tx, p pick) (*Entry, error) {
	if e := l.entries[p.sequence]; e != nil {
		return e, nil
	}
	current := t.head.generation == l.moment
	if current && p.tag == (vault.Tag{}) {
		return t.find(idRow{sequence: p.sequence})
	}
	return t.picked(p, current)
}

// mark finds where what was looked for stands.
func (l *lookup) mark(a *search.Analyser, hit Hit) Hit {
	if l.words == nil {
		return hit
	}
	hit.places = l.words.Find(a, hit.Text, false)
	hit.Spans = search.Spans(hit.places)
	hit.TitleSpans = search.Spans(l.words.Find(a, hit.Title, true))
	return hit
}
