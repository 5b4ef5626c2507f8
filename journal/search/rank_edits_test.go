package search

import "testing"

func FuzzEdits(f *testing.F) {
	f.Add("sister", "sitser", "sitsre")
	f.Add("éa", "aé", "\xff")
	f.Add("", "\U00069bef", "\xf1")
	f.Fuzz(func(t *testing.T, word, one, other string) {
		if len(word)+len(one)+len(other) > 100 {
			return
		}
		for most := range MaxEdits + 1 {
			n := newNearness(word, most)
			for _, s := range []string{one, other, one} {
				got, want := n.to([]byte(s)), naiveEdits([]rune(word), []rune(s))
				if min(got, most+1) != min(want, most+1) {
					t.Fatalf("%q and %q: %d edits, want %d", word, s, got, want)
				}
			}
		}
	})
}
