package journal

import (
	"strings"
	"testing"
)

func FuzzSearch(f *testing.F) {
	f.Add(`the "garden gate"`, "Behind the garden gate, née’s don’t")
	f.Add(`don't`, "I don’t")
	f.Fuzz(func(t *testing.T, query, text string) {
		phrases, err := parsePhrases(query)
		if err != nil {
			return
		}
		e := &Entry{Text: strings.ToValidUTF8(text, "?")}
		spans, ok := matchPhrases(e, phrases)
		for _, s := range spans {
			if s[0] < 0 || s[0] >= s[1] || s[1] > len(e.Text) {
				t.Fatalf("span %v of %q", s, e.Text)
			}
		}
		// What is ruled out quickly must not match slowly.
		if !ok && !mayMatch(e, phrases) {
			_, words := wordPlaces(e.Text)
			found := true
			for _, phrase := range phrases {
				here := false
				for i := range words {
					here = here || startsWith(words[i:], phrase)
				}
				found = found && here
			}
			if found {
				t.Errorf("%q is ruled out of %q", query, text)
			}
		}
	})
}
