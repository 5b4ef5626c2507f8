package cmd

import (
	"context"

	"untangle/journal"
)

// makingIndex is what is done while a bar of progress shows that.
const makingIndex = "Making the search index"

// unindexed is said where a search could not use the index.
const unindexed = `The search index could not be used, so every entry was read. "untangle compact" makes it anew.`

// mendIndex makes the search index anew, for somebody who searches, if it does not serve. ^C
// goes on without it, as does whatever else keeps it from being made: the search then reads
// all entries.
func (r *run) mendIndex(ctx context.Context, j *journal.Journal) {
	stopped, cancel := context.WithCancel(ctx)
	defer cancel()
	defer r.attention.instead(cancel)()
	if err := r.reindex(stopped, j); err != nil && stopped.Err() != nil && ctx.Err() == nil {
		r.show("")
		r.hint("Stopped. Every entry is read instead.")
	}
}

// reindex makes the search index anew if it does not serve.
func (r *run) reindex(ctx context.Context, j *journal.Journal) error {
	if j.IndexState(ctx) == nil {
		return nil
	}
	bar := r.progress(makingIndex)
	defer bar.done()
	return j.Reindex(ctx, bar.set)
}
