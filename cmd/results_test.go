package cmd

import (
	"slices"
	"strings"
	"testing"

	"untangle/journal"
)

// bolded returns what is bold in a text that is shown.
func bolded(shown string) (all []string) {
	for _, part := range strings.Split(shown, "\x1b[1m")[1:] {
		word, _, _ := strings.Cut(part, "\x1b[22m")
		all = append(all, word)
	}
	return all
}

// What was looked for is bold in the text of an entry, wherever it stands in its Markdown.
func TestProseHits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, word, want string }{
		{"The guilt, and guilt again.", "guilt", "guilt guilt"},
		{"*The guilt* and **the guilt**, `guilt` and [guilt](https://example.org)", "guilt", "guilt the guilt guilt guilt"},
		{"- the gate\n- the gäte\n\n> the gate", "gate", "gate gate"},
		{"# The gate\n\nnone", "gate", "The gate"},
		{"fish &amp; chips, \\* and chips", "chips", "chips chips"},
		{"    the gate in code\n\nthe gate", "gate", "gate"},
		{"a\ttab before the gate", "gate", ""},
		{"no such word", "gate", ""},
	} {
		var hits [][2]int
		for at := 0; ; {
			i := strings.Index(test.text[at:], test.word)
			if i < 0 {
				break
			}
			hits = append(hits, [2]int{at + i, at + i + len(test.word)})
			at += i + len(test.word)
		}
		shown := prose(test.text, 74, style{on: true}, hits...)
		if got := strings.Join(bolded(shown), " "); got != test.want {
			t.Errorf("%q has %q in bold, want %q", test.text, got, test.want)
		}
		if got, want := prose(test.text, 74, style{}, hits...), prose(test.text, 74, style{}); got != want {
			t.Errorf("%q is %q with hits and without style, want %q", test.text, got, want)
		}
	}
}

// Wherever hits are said to be, nothing panics and nothing is lost.
func FuzzProseHits(f *testing.F) {
	f.Add("The *guilt* of\nit &amp; `code`", 4, 9)
	f.Add("# née\n\n- ö", 1, 4)
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		prose(text, 40, style{on: true}, [2]int{from, to})
		if from >= 0 && from < to && to <= len(text) {
			got := flatten(text, [][2]int{{from, to}})
			if hit := got.hits[0]; hit[0] > hit[1] || hit[1] > len(got.text) {
				t.Errorf("%q: the hit is %v", text, hit)
			}
		}
	})
}

func TestFlatten(t *testing.T) {
	t.Parallel()
	got := flatten("The\n\n  garden \tgate", [][2]int{{7, 13}, {15, 19}})
	if got.text != "The garden gate" || !slices.Equal(got.hits, [][2]int{{4, 10}, {11, 15}}) {
		t.Errorf("got %q, %v", got.text, got.hits)
	}
}

// A heading shows what was found in it, and what it says need not be said again.
func TestHitOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		entry         journal.Entry
		spans, titles [][2]int
		heading       []string
		snippet       string
	}{
		{journal.Entry{Title: "The gate", Text: "Open."}, nil, [][2]int{{4, 8}}, []string{"gate"}, "Open."},
		{journal.Entry{Text: "# The gate\n\nOpen, the gate."}, [][2]int{{6, 10}, {22, 26}}, nil, []string{"gate"}, "# The gate Open, the gate."},
		{journal.Entry{Text: "The gate @home"}, [][2]int{{4, 8}}, nil, []string{"gate"}, ""},
		{journal.Entry{Text: "The gate, of which somebody wrote so much on one line. @home"}, [][2]int{{4, 8}}, nil, []string{"gate"}, "The gate, of which somebody wrote so much on one line. @home"},
		{journal.Entry{CheckIn: journal.CheckIn{Mood: 3}}, nil, nil, nil, ""},
	} {
		h := hitOf(journal.Hit{Entry: &test.entry, Spans: test.spans, TitleSpans: test.titles}, 124)
		if got := bolded(strings.Join(h.heading.marked().lines(style{on: true}, 80), "\n")); !slices.Equal(got, test.heading) || h.snippet.text != test.snippet {
			t.Errorf("%+v: %q in bold, and %q below; want %q and %q", test.entry, got, h.snippet.text, test.heading, test.snippet)
		}
	}
}

// The lines around the results fit on any screen, and break between what belongs together.
func TestResultLines(t *testing.T) {
	t.Parallel()
	found := &journal.Found{Count: 4100, Ranked: true}
	for year := range 12 {
		found.Years = append(found.Years, journal.YearCount{Year: 2014 + year, Count: 41})
	}
	for _, word := range []string{"guilty", "ashamed", "blame", "sorry", "regret"} {
		found.Kin = append(found.Kin, journal.WordCount{Word: word, Count: 12})
	}
	x := &results{sitting: &sitting{run: &run{}}, found: found, look: journal.Search{Best: true}, words: soughtIn([]string{"guilt"})}
	for room, want := range map[int][]string{
		74: {"1 to 9 of 4100, closest first", "also in your words: guilty 12, ashamed 12, blame 12, sorry 12"},
		32: {"1 to 9 of 4100, closest first", "also in your words: guilty 12,", "ashamed 12, blame 12, sorry 12"},
	} {
		if got := x.countLines(1, 9, room); !slices.Equal(got, want) {
			t.Errorf("in %d columns: %q, want %q", room, got, want)
		}
		for _, lines := range [][]string{x.yearLines(room), x.titleLines(room), x.kinLines(room)} {
			for _, line := range lines {
				if cells(line) > room || strings.HasSuffix(line, "·") || strings.HasPrefix(line, "·") {
					t.Errorf("in %d columns: %q", room, line)
				}
			}
		}
	}
	found.Count, found.Kin = 41, found.Kin[:2]
	if got := x.countLines(1, 3, 74); len(got) != 1 || got[0] != "1 to 3 of 41, closest first      also in your words: guilty 12, ashamed 12" {
		t.Errorf("got %q", got)
	}
}
