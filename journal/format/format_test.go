package format

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"untangle/journal"
)

// update is the one flag behind which golden files are written anew.
var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (see it with go test -run %s -update and git diff):\n%s", file, t.Name(), got)
	}
}

// dateOf returns a moment between the years 1970 and 2200, with a whole offset.
func dateOf(second int64, minutes int) journal.Date {
	zone := time.FixedZone("", minutes%(14*60)*60)
	return journal.At(time.Unix(max(second, -second, 0)%7258118400, 0).In(zone))
}

func when(s string) journal.Date {
	d, err := journal.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// samples are entries with everything that can be about one, oldest first.
func samples() []*journal.Entry {
	seven, none := 7, 0
	return []*journal.Entry{
		{ID: journal.ID{1}, Date: when("2024-01-31"), Text: "Only a day.\n", Words: 3},
		{
			ID: journal.ID{2}, Date: when("2025-01-03T23:59:59-11:00"), Zone: "Pacific/Niue", Title: "Two words: *no* #tag [x]", Starred: true,
			Text: "# Big\n\nText.\n\nUnder\n-----\n\n```sh\n# comment\n```\n", Hand: []string{"box", "zoo"}, Words: 4,
			Prompt:  journal.Prompt{ID: "evening/1", Theme: "evening", Text: "What stays?\n\nAnd what goes?"},
			Journey: journal.Journey{ID: "quiet", Day: 3}, Edited: when("2025-01-04T08:00:00Z"),
			CheckIn: journal.CheckIn{Ache: &seven, Mood: 2, Energy: 5, After: journal.Mixed},
		},
		{ID: journal.ID{3}, Date: when("2026-01-03"), Text: "About @home and #work, #4 and `@code`.", Words: 6},
		{
			ID: journal.ID{4}, Date: when("2026-01-03T06:05:00Z"), Title: "🌧", Text: "Left open:\n\n~~~~ go\n# no heading",
			OpenOn: when("2030-01-01"), Properties: []byte(`{"weather":{"rain":true},"b":[1,"two"]}`), Words: 4,
		},
		{ID: journal.ID{5}, Date: when("2026-01-03T06:05:00+05:30"), Title: "!!!", Text: "<!-- not closed", Hand: []string{"true"}},
		{ID: journal.ID{6}, Date: when("2026-01-03T06:05:00+05:30"), CheckIn: journal.CheckIn{Ache: &none}},
		{ID: journal.ID{7}, Date: when("2026-03-10T21:47:00+01:00"), Title: "The box in the hall", Text: "Line\r\nline  \n\n    # code\n\n\n", Words: 3},
	}
}

func TestNamed(t *testing.T) {
	for _, f := range All() {
		for _, name := range append(f.Alias, f.Name, strings.ToUpper(f.Name)) {
			if got, err := Named(name); err != nil || got.Name != f.Name {
				t.Errorf("Named(%q) = %q, %v", name, got.Name, err)
			}
		}
		if f.About == "" || f.Ext == "" || f.Encode == nil && f.Decode == nil {
			t.Errorf("the row of %q is not whole", f.Name)
		}
	}
	_, err := Named("word")
	if want := `unknown format "word" (have markdown, json, jsonl)`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestGolden(t *testing.T) {
	for _, f := range All() {
		golden(t, "samples"+f.Ext, encode(t, f, samples()...))
		golden(t, "none"+f.Ext, encode(t, f))
	}
}

// TestErrors has encoders end at the first error, of the stream or of the writer.
func TestErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, f := range All() {
		err := f.Encode(io.Discard, func(yield func(*journal.Entry, error) bool) { yield(nil, broken) }, Options{})
		if !errors.Is(err, broken) {
			t.Errorf("%s: error %v, want the stream's", f.Name, err)
		}
		read, write := io.Pipe()
		read.CloseWithError(broken)
		if err := f.Encode(write, stream(corpus(300)), Options{}); !errors.Is(err, broken) {
			t.Errorf("%s: error %v, want the writer's", f.Name, err)
		}
		if f.Decode == nil {
			continue
		}
		for _, err := range f.Decode(read, Options{}) {
			if !errors.Is(err, broken) && !errors.Is(err, io.ErrClosedPipe) {
				t.Errorf("%s: error %v, want the reader's", f.Name, err)
			}
		}
	}
}

// TestStop has the caller take one entry only.
func TestStop(t *testing.T) {
	for _, f := range All() {
		if f.Decode == nil {
			continue
		}
		file := encode(t, f, samples()...)
		for range f.Decode(strings.NewReader(file), Options{}) {
			break
		}
	}
}
