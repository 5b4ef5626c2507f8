package cmd

import (
	"fmt"
	"runtime"
)

// keepDraft begins to keep the text as a draft, unless it has been kept or is
// being kept already.
func (w *pageWriter) keepDraft() {
	if w.saving || w.kept == w.changes || w.save == nil {
		return
	}
	w.saving, w.keeping = true, w.changes
	text := w.String()
	go func() {
		var err error
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("keeping it broke off%s", panicReason(r))
			}
			w.saved <- err
		}()
		err = w.save(text)
	}()
}

// draftKept notes what became of a draft.
func (w *pageWriter) draftKept(err error) {
	w.saving, w.failed = false, err
	if err == nil {
		w.kept = w.keeping
	}
}

// settled waits until no draft is being kept, and has the text of an ending
// other than kept be the last of them.
func (w *pageWriter) settled(end ending) error {
	if w.saving {
		w.draftKept(<-w.saved)
	}
	if end == pageKept {
		return nil
	}
	if w.keepDraft(); w.saving {
		w.draftKept(<-w.saved)
	}
	if w.failed != nil {
		return fmt.Errorf("the draft could not be kept: %w", w.failed)
	}
	return nil
}

// panicReason returns what may be said of a panic: a runtime error tells of indexes
// and types, anything else could hold the text.
func panicReason(r any) string {
	if err, ok := r.(runtime.Error); ok {
		return ": " + err.Error()
	}
	return ""
}
