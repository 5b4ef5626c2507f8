package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"untangle/journal"
)

// salvage takes what can be trusted out of the journal's file into a new journal at out.
func (r *run) salvage(ctx context.Context, out string, asJSON bool) error {
	if out == "" {
		return usagef("--salvage takes the name of the new file")
	}
	if full, err := filepath.Abs(out); err == nil {
		out = full
	}
	var bar *progress
	unlock := func(ctx context.Context, try func(journal.Secret) error) error {
		return r.trySecret(ctx, try)
	}
	report, err := journal.Salvage(ctx, r.journalPath(), out, r.opening(), unlock, func(done, of int) {
		if bar == nil { // a passphrase may be asked for first
			bar = r.progress("Reading")
		}
		bar.set(done, of)
	})
	if bar != nil {
		bar.done()
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return withHint(err, "it stays as it is; choose another name")
	case errors.Is(err, journal.ErrDamaged):
		return withHint(err, "keep the file as it is; a backup opens with --journal FILE")
	case err != nil:
		return err
	case asJSON:
		return r.printSalvaged(out, report)
	}
	return r.showSalvaged(out, report)
}

func (r *run) printSalvaged(out string, s journal.Salvaged) error {
	return r.printJSON(struct {
		File     string `json:"file"`
		Entries  int    `json:"entries"`
		Deleted  int    `json:"deleted"`
		Versions int    `json:"versions"`
		Drafts   int    `json:"drafts"`
		Waiting  int    `json:"waiting"`
		Older    int    `json:"older"`
		Missing  int    `json:"missing"`
		Broken   int    `json:"broken"`
	}{out, s.Entries, s.Deleted, s.Versions, s.Drafts, s.Waiting, s.Older, s.Missing, s.Broken})
}

func (r *run) showSalvaged(out string, s journal.Salvaged) error {
	shown := r.shownPath(out)
	same := journal.Report{Entries: s.Entries, Deleted: s.Deleted, Versions: s.Versions, Drafts: s.Drafts}
	if err := r.put(fmt.Sprintf("%s holds what could be trusted: %s.", shown, same.Summary())); err != nil {
		return err
	}
	for _, one := range []struct {
		n         int
		one, many string
	}{
		{
			s.Waiting, "thing in it was written while the journal was closed, and is put among the rest when it is opened.",
			"things in it were written while the journal was closed, and are put among the rest when it is opened.",
		},
		{
			s.Older, "entry is there as it was before its last change, which cannot be read any more.",
			"entries are there as they were before their last change, which cannot be read any more.",
		},
		{
			s.Missing, "other entry was there once, and cannot be read any more.",
			"other entries were there once, and cannot be read any more.",
		},
		{
			s.Broken, "part of the file is not as it was written. What stood there is lost, unless it was found elsewhere in the file.",
			"parts of the file are not as they were written. What stood there is lost, unless it was found elsewhere in the file.",
		},
	} {
		if one.n > 0 {
			r.say("%s", counted(one.n, one.one, one.many))
		}
	}
	if s.Whole() {
		r.say("Nothing in the file was found to be damaged.")
	}
	r.say("The file it was taken from is as it was. Keep it until you have looked: --journal %s reads the new one, which becomes the journal when it is copied to its place.", shown)
	return nil
}
