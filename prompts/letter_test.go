package prompts

import (
	"fmt"
	"strings"
	"testing"
)

// letterFaults returns what is amiss with letters.
func letterFaults(letters []Letter) (found []string) {
	seen := make(map[string]bool)
	opens := make(map[string]bool)
	for _, l := range letters {
		say := func(format string, args ...any) { found = append(found, l.ID+": "+fmt.Sprintf(format, args...)) }
		if seen[l.ID] || !validID(l.ID) || l.Title == "" || !strings.HasPrefix(l.For, "for ") || len(l.Seeds) == 0 ||
			l.Side == "" || l.Role == "" {
			say("something is missing, or twice")
		}
		seen[l.ID] = true
		if n := len(strings.Fields(l.Text)); n < 120 || n > 250 {
			say("%d words", n)
		}
		if f := readable(Prompt{Text: l.Text}); f != "" {
			say("%s", f)
		}
		for _, rule := range []func(string) string{sentences, banned, inclusive} {
			if f := rule(l.Text); f != "" {
				say("%s", f)
			}
		}
		for _, seed := range l.Seeds {
			if !validSeed(seed) {
				say("the seed %s", seed)
			}
		}
		first := strings.Join(strings.Fields(l.Text)[:min(2, len(strings.Fields(l.Text)))], " ")
		if opens[first] {
			say("opens like another")
		}
		opens[first] = true
	}
	return found
}

func TestLetters(t *testing.T) {
	letters := Letters()
	if len(letters) < 12 {
		t.Errorf("%d letters", len(letters))
	}
	for _, found := range letterFaults(letters) {
		t.Error(found)
	}
	for what, spoil := range map[string]func(*Letter){
		"short":    func(l *Letter) { l.Text = "Nothing." },
		"advice":   func(l *Letter) { l.Text += " You should leave." },
		"praise":   func(l *Letter) { l.Text += " You were brave." },
		"gender":   func(l *Letter) { l.Text += " He is out." },
		"no seeds": func(l *Letter) { l.Seeds = nil },
		"an id":    func(l *Letter) { l.ID = letters[1].ID },
	} {
		spoiled := Letters()
		spoil(&spoiled[0])
		if len(letterFaults(spoiled)) == 0 {
			t.Errorf("%s: nothing was found", what)
		}
	}
}

func TestLetterFor(t *testing.T) {
	d := day(t, "2026-03-10")
	for _, me := range []Me{{}, {Side: After, Role: Left, Fear: No}, {Side: Before, Fear: No}, {Side: After, Role: Leaver, Fear: Unsure}} {
		var read []string
		w := Writer{Me: me, Salt: "s"}
		for {
			l, ok := LetterFor(w, d, read)
			if !ok {
				t.Fatalf("%+v has no letter", me)
			}
			p := Prompt{Side: l.Side, Role: l.Role, AvoidIf: l.AvoidIf}
			if !me.fits(&p, d) {
				t.Fatalf("%+v is given %s", me, l.ID)
			}
			if len(read) > 0 && read[0] == l.ID {
				break // all were read, and the first comes again
			}
			read = append(read, l.ID)
			if len(read) > len(Letters()) {
				t.Fatalf("%+v: %v", me, read)
			}
		}
	}
}
