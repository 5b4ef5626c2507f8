package format

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"untangle/journal"
)

// collect returns all entries of a sequence, and its error.
func collect(f Format, file string, o Options) (entries []*journal.Entry, err error) {
	for e, err := range f.Decode(strings.NewReader(file), o) {
		if err != nil {
			return entries, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func encode(t testing.TB, f Format, entries ...*journal.Entry) string {
	t.Helper()
	var b strings.Builder
	if err := f.Encode(&b, stream(entries), Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func named(t testing.TB, name string) Format {
	t.Helper()
	f, err := Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// checkDecoder checks that what a decoder takes is the same after another round, and
// that what it refuses is refused in words, without a panic.
func checkDecoder(t *testing.T, name, file string) {
	f := named(t, name)
	entries, err := collect(f, file, Options{})
	if err != nil && (err.Error() == "" || !utf8.ValidString(err.Error())) {
		t.Errorf("error %q", err)
	}
	for _, e := range entries {
		e.Origin = "" // has no key
		once := AppendJSON(nil, e)
		if !json.Valid(once) {
			t.Fatalf("not JSON: %q", once)
		}
		again, err := collect(named(t, "jsonl"), string(once), Options{Limit: 1 << 30})
		if err != nil || len(again) != 1 {
			t.Fatalf("%q: %d entries, %v", once, len(again), err)
		}
		if !reflect.DeepEqual(again[0], e) {
			t.Fatalf("%+v, want %+v", again[0], e)
		}
		if twice := AppendJSON(nil, again[0]); !bytes.Equal(once, twice) {
			t.Fatalf("%q, want %q", twice, once)
		}
	}
}

func FuzzDecodeJSON(f *testing.F) {
	for _, s := range refusals() {
		f.Add("[" + s.line + "]")
	}
	f.Add("\ufeff [ {\"date\":\"2026-02-15\",\"text\":\"a\"} ,\n{\"date\":\"2026-02-15\",\"text\":\"\\ud83d\\ude00\"}]\n")
	f.Fuzz(func(t *testing.T, file string) { checkDecoder(t, "json", file) })
}

func FuzzDecodeJSONL(f *testing.F) {
	for _, s := range refusals() {
		f.Add(s.line)
	}
	for _, e := range samples() {
		f.Add(string(AppendJSON(nil, e)))
	}
	f.Add(`{"date":"2026-02-15","text":"a","x":[1,{"y":null}],"properties":{"z" : 2},"prompt":{"q":"r"}}`)
	f.Fuzz(func(t *testing.T, file string) { checkDecoder(t, "jsonl", file) })
}

// FuzzStrict checks that the decoder takes nothing that encoding/json would not take,
// and that both read the same text.
func FuzzStrict(f *testing.F) {
	f.Add(`{"date":"2026-02-15","text":"a\u00e9\ud83d\ude00\/\b"}`)
	f.Fuzz(func(t *testing.T, line string) {
		e, err := new(decoder).decode([]byte(line))
		if err != nil {
			return
		}
		var keys map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &keys); err != nil {
			t.Fatalf("%q is not JSON: %v", line, err)
		}
		var text string
		if err := json.Unmarshal(keys["text"], &text); err != nil || text != e.Text {
			t.Fatalf("%q: text %q, want %q (%v)", line, e.Text, text, err)
		}
	})
}

func FuzzRoundTrip(f *testing.F) {
	f.Add("text", "title", "tag", "Europe/Berlin", "prompt", int64(1700000000), 60, 5, true)
	f.Add("#a @b `@c`\r\n\u2028\x7f\u0085", "", "tag-1", "", "", int64(0), 0, 0, false)
	f.Fuzz(func(t *testing.T, text, title, tag, zone, prompt string, second int64, offset, number int, starred bool) {
		for _, s := range []string{text, title, zone, prompt} {
			if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
				return
			}
		}
		e := fuzzed(text, title, tag, zone, prompt, second, offset, number, starred)
		for _, name := range []string{"json", "jsonl"} {
			file := encode(t, named(t, name), e, e)
			entries, err := collect(named(t, name), file, Options{Limit: 1 << 30})
			if err != nil || len(entries) != 2 {
				t.Fatalf("%s: %d entries, %v", file, len(entries), err)
			}
			if !reflect.DeepEqual(entries[1], e) {
				t.Fatalf("%+v, want %+v", entries[1], e)
			}
			if again := encode(t, named(t, name), entries...); again != file {
				t.Fatalf("%s, want %s", again, file)
			}
		}
	})
}

// fuzzed returns an entry as a journal would keep it.
func fuzzed(text, title, tag, zone, prompt string, second int64, offset, number int, starred bool) *journal.Entry {
	at := dateOf(second, offset)
	number = max(number, -number, 0)
	e := &journal.Entry{
		ID: journal.ID{1, byte(number), 15: byte(offset)}, Date: at, Zone: zone, Title: title, Text: text, Starred: starred,
		Prompt: journal.Prompt{Theme: zone, Text: prompt}, Journey: journal.Journey{ID: title, Day: number},
		CheckIn: journal.CheckIn{Ache: &number, Mood: number % 6, After: journal.After(number % 5)},
		OpenOn:  at.Midnight(),
	}
	if starred {
		e.Edited = at
		e.CheckIn.Ache = nil
		e.Properties, _ = json.Marshal(map[string]any{zone: []any{text, nil, number}})
		e.Properties = compact(e.Properties)
	}
	if name, err := journal.ParseTag(tag); err == nil && !slices.Contains(journal.TextTags(text), name) {
		e.Hand = []string{name}
	}
	return e
}

func FuzzProse(f *testing.F) {
	for s := range strings.SplitSeq(thornyMarkdown, "%%\n") {
		f.Add(s, 4)
	}
	f.Fuzz(func(t *testing.T, s string, by int) {
		if !utf8.ValidString(s) || thorny(s) || len(s) > 4096 {
			return
		}
		by = 2 + by&2
		p := newProse(by)
		got := string(p.append(nil, s))
		if trimmed := strings.TrimRight(s, "\r\n"); trimmed != "" && !strings.HasSuffix(got, "\n") {
			t.Fatalf("%q ends without a newline", got)
		}
		o := p.parse(got)
		for _, h := range o.headings {
			if h.Level <= by {
				t.Errorf("%q has a heading of level %d in %q", s, h.Level, got)
			}
		}
		if o.open != nil {
			t.Errorf("%q is still open in %q", s, got)
		}
		text := strings.TrimRight(s, "\r\n")
		before := p.parse(text)
		if len(before.headings) == 0 && before.open == nil && text != strings.TrimSuffix(got, "\n") {
			t.Errorf("%q was changed to %q", s, got)
		}
		if plain(text) && (len(before.headings) > 0 || before.open != nil) {
			t.Errorf("%q is not plain", s)
		}
		if again := string(p.append(nil, text+"\n\n\n")); again != got {
			t.Errorf("line ends at the end change %q to %q", got, again)
		}
	})
}
