//go:build linux || darwin

package cmd

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// Whoever stops a change of the language finds it as it was, and is told so.
func TestStoppedLanguage(t *testing.T) {
	t.Parallel()
	e, said := exportingFrom(t, false)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.setLanguage(ctx, e.journal, "german"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if !strings.HasPrefix(said.String(), "Stopped. The language stays as it was until this is done; the same command goes on from here.") {
		t.Errorf("it said %q", said)
	}
	if name, err := e.journal.Language(t.Context()); name != "english" || err != nil {
		t.Errorf("the language is %q, %v", name, err)
	}
	if err := e.setLanguage(t.Context(), e.journal, "german"); err != nil {
		t.Error(err)
	}
	if name, err := e.journal.Language(t.Context()); name != "german" || err != nil {
		t.Errorf("the language is %q, %v", name, err)
	}
}
