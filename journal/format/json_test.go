package format

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"untangle/journal"
)

// refusal is a line that is no entry, and what is said of it.
type refusal struct{ name, line, want string }

const private = "Nobody may read this sentence in an error message."

func refusals() []refusal {
	with := func(member string) string { return `{"date":"2026-02-15","text":"` + private + `",` + member + `}` }
	long := strings.Repeat("x", maxEcho+1)
	return []refusal{
		{"no date", `{"text":"` + private + `"}`, "the entry has no date"},
		{"null date", `{"date":null,"text":"` + private + `"}`, "the entry has no date"},
		{"empty date", `{"date":"","text":"` + private + `"}`, "the entry has no date"},
		{"no text", `{"date":"2026-02-15"}`, "the entry has no text"},
		{"null text", `{"date":"2026-02-15","text":null}`, "the entry has no text"},
		{"odd date", `{"date":"yesterday-ish","text":"a"}`, `the date "yesterday-ish" cannot be read (write 2026-02-15, or 2026-02-14T09:30:00+01:00)`},
		{"text as date", `{"date":"` + private + `","text":"a"}`, "the date cannot be read (write 2026-02-15, or 2026-02-14T09:30:00+01:00)"},
		{"odd letter", with(`"openOn":"soon"`), `"openOn" "soon" cannot be read (write 2026-02-15, or 2026-02-14T09:30:00+01:00)`},
		{"number as date", `{"date":20260215,"text":"a"}`, `"date" must be text in quotes`},
		{"list as text", `{"date":"2026-02-15","text":["` + private + `"]}`, `"text" must be text in quotes`},
		{"text as star", with(`"starred":"yes"`), `"starred" must be true or false`},
		{"text as tags", with(`"tags":"home"`), `"tags" must be a list of words`},
		{"number as tag", with(`"tags":[1]`), "a tag must be a word in quotes"},
		{"two words as tag", with(`"tags":["new flat"]`), `"new flat" is no tag (use letters, digits, - and _, like home or new-flat)`},
		{"text as tag", with(`"tags":["` + private + `"]`), "a tag is none (use letters, digits, - and _, like home or new-flat)"},
		{"text as prompt", with(`"prompt":"` + private + `"`), `"prompt" must be an object`},
		{"list as properties", with(`"properties":[]`), `"properties" must be an object`},
		{"half a day", with(`"journey":{"day":1.5}`), `"journey.day" must be a whole number`},
		{"huge mood", with(`"checkin":{"mood":99999999999999999999}`), `"checkin.mood" must be a whole number`},
		{"text as mood", with(`"checkin":{"mood":"fine"}`), `"checkin.mood" must be a whole number`},
		{"odd after", with(`"checkin":{"after":"` + long + `"}`), `"checkin.after" must be lighter, same, heavier or mixed`},
		{"twice", with(`"starred":true,"starred":false`), `the key "starred" stands twice`},
		{"stray twice", with(`"x":1,"x":2`), "a key of another program stands twice"},
		{"stray and property", with(`"x":1,"properties":{"x":2}`), "a key of another program stands twice"},
		{"lone surrogate", with(`"title":"\ud800"`), errHalf.Error()},
		{"lone surrogate before text", with(`"title":"\ud800x"`), errHalf.Error()},
		{"two high surrogates", with(`"title":"\ud800\ud800"`), errHalf.Error()},
		{"low surrogate", with(`"title":"\udc00"`), errHalf.Error()},
		{"lone surrogate in a stray", with(`"x":["\udc00"]`), errHalf.Error()},
		{"escaped NUL", with(`"title":"\u0000"`), errNUL.Error()},
		{"NUL", with("\"title\":\"\x00\""), errNUL.Error()},
		{"not UTF-8", with("\"title\":\"\xff\""), journal.ErrNotText.Error()},
		{"raw newline", with("\"title\":\"\t\""), "it is not JSON from its byte 91 on"},
		{"cut", `{"date":"2026-02-15","text":"` + private, "it breaks off in the middle"},
		{"trailing comma", with(``), "it is not JSON from its byte 82 on"},
		{"leading zero", with(`"x":01`), "it is not JSON from its byte 87 on"},
		{"number", `42`, "an entry is an object, which begins with a brace"},
		{"nested", with(`"x":` + strings.Repeat("[", maxDepth+2) + strings.Repeat("]", maxDepth+2)), errNested.Error()},
	}
}

func TestRefusals(t *testing.T) {
	for _, r := range refusals() {
		t.Run(r.name, func(t *testing.T) {
			good := `{"date":"2026-02-15","text":"a"}`
			entries, err := collect(named(t, "jsonl"), good+"\n\n"+r.line+"\n"+good, Options{})
			if want := "line 3: " + r.want; len(entries) != 1 || err == nil || err.Error() != want {
				t.Errorf("jsonl: %d entries, error %v, want %s", len(entries), err, want)
			}
			if r.name == "cut" {
				return // where a list's item ends is not known then
			}
			entries, err = collect(named(t, "json"), "["+good+","+r.line+"]", Options{})
			if want := "entry 2: " + r.want; len(entries) != 1 || err == nil || err.Error() != want {
				t.Errorf("json: %d entries, error %v, want %s", len(entries), err, want)
			}
		})
	}
}

func TestListRefusals(t *testing.T) {
	good := `{"date":"2026-02-15","text":"a"}`
	for _, test := range []struct{ name, file, want string }{
		{"empty", " \n", "the file is empty"},
		{"another's", `{"entries":[]}`, "may be another program's"},
		{"word", `hello`, "may be another program's"},
		{"trailing", `[` + good + `] x`, "something follows behind the end of the list"},
		{"trailing NUL", `[]` + "\x00", "something follows behind the end of the list"},
		{"no comma", `[` + good + good + `]`, "entry 2: a comma is missing before it"},
		{"comma at the end", `[` + good + `,]`, "entry 2: an entry is an object"},
		{"cut", `[` + good + `,{"date":"2026`, "entry 2: the file ends in the middle of the list"},
		{"cut before", `[` + good, "entry 2: the file ends in the middle of the list"},
		{"brackets", `[{]}]`, "entry 1: it is not JSON"},
	} {
		if _, err := collect(named(t, "json"), test.file, Options{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %s", test.name, err, test.want)
		}
	}
	if _, err := collect(named(t, "jsonl"), "["+good+"]", Options{}); err == nil || !strings.Contains(err.Error(), "format json") {
		t.Errorf("a list as lines: error %v", err)
	}
	if _, err := collect(named(t, "jsonl"), "\xff", Options{}); !errors.Is(err, journal.ErrNotText) {
		t.Errorf("error %v, want ErrNotText", err)
	}
}

func TestLimit(t *testing.T) {
	line := func(n int) string {
		s := `{"date":"2026-02-15","text":"`
		return s + strings.Repeat("a", n-len(s)-2) + `"}`
	}
	for _, name := range []string{"json", "jsonl"} {
		before, between, after, place := "", "\r\n", "\r\n", "line 2: "
		if name == "json" {
			before, between, after, place = "[", ",", "]", "entry 2: "
		}
		for _, limit := range []int{64, spoolBytes - 1, spoolBytes, defaultLimit} {
			fits := before + line(limit) + between + line(limit) + after
			if entries, err := collect(named(t, name), fits, Options{Limit: limit}); len(entries) != 2 || err != nil {
				t.Errorf("%s, limit %d: %d entries, %v", name, limit, len(entries), err)
			}
			entries, err := collect(named(t, name), before+line(limit)+between+line(limit+1)+after, Options{Limit: limit})
			if len(entries) != 1 || err == nil || !strings.HasPrefix(err.Error(), place+"the entry takes up more than ") || !strings.Contains(err.Error(), "largest-entry") {
				t.Errorf("%s, limit %d: %d entries, %v", name, limit, len(entries), err)
			}
		}
		_, err := collect(named(t, name), before+line(defaultLimit+1)+after, Options{})
		if err == nil || !strings.Contains(err.Error(), "more than 1 MiB") {
			t.Errorf("%s: error %v, want the default limit", name, err)
		}
	}
}

func TestLineEnds(t *testing.T) {
	lines := []string{`{"date":"2026-02-15","text":"a\r\nb"}`, "", " \t", ` {"text":"","date":"2026-02-14T09:30:00+01:00"} `}
	for _, file := range []string{
		strings.Join(lines, "\n"), strings.Join(lines, "\r\n") + "\r\n", "\ufeff" + strings.Join(lines, "\n") + "\n\n\n",
	} {
		entries, err := collect(named(t, "jsonl"), file, Options{})
		if err != nil || len(entries) != 2 || entries[0].Text != "a\r\nb" || entries[1].Text != "" {
			t.Errorf("%q: %d entries, %v", file, len(entries), err)
		}
	}
	for _, file := range []string{"", "\n", "\ufeff", "\ufeff\r\n"} {
		if entries, err := collect(named(t, "jsonl"), file, Options{}); err != nil || len(entries) > 0 {
			t.Errorf("%q: %d entries, %v", file, len(entries), err)
		}
	}
}

func TestForeignKeys(t *testing.T) {
	line := `{"id":"A-1","date":"2026-02-15","text":"a @in","tags":["#Home","@in","home"],"weather":{ "rain" : true },` +
		`"properties":{ "place" : "\u00fcber" },"prompt":{"text":"b","asked":1},"words":"many","score":1e3}`
	entries, err := collect(named(t, "jsonl"), line, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := &journal.Entry{
		Origin: "id:A-1", Date: when("2026-02-15"), Text: "a @in", Hand: []string{"home"}, Prompt: journal.Prompt{Text: "b"},
		Properties: []byte(`{"place":"\u00fcber","weather":{"rain":true},"prompt.asked":1,"score":1e3}`),
	}
	if !reflect.DeepEqual(entries[0], want) {
		t.Errorf("%+v, want %+v", entries[0], want)
	}
	for id, want := range map[string]string{`17`: "id:17", `""`: "", `null`: "", `"` + strings.Repeat("z", 27) + `"`: "id:" + strings.Repeat("z", 27)} {
		e, err := new(decoder).decode([]byte(`{"date":"2026-02-15","text":"a","id":` + id + `}`))
		if err != nil || e.ID == (journal.ID{}) && e.Origin != want {
			t.Errorf("id %s: %+v, %v", id, e, err)
		}
	}
}

// TestQuoted compares with encoding/json for all characters that it does not leave
// for terminals to obey.
func TestQuoted(t *testing.T) {
	for r := range rune(0x11000) {
		s := "a" + string(r) + "b"
		got := string(appendQuoted(nil, s))
		var back string
		if err := json.Unmarshal([]byte(got), &back); err != nil || back != s {
			t.Fatalf("%q was written %s", s, got)
		}
		var b strings.Builder
		out := json.NewEncoder(&b)
		out.SetEscapeHTML(false)
		if err := out.Encode(s); err != nil {
			t.Fatal(err)
		}
		if want := strings.TrimSpace(b.String()); got != want && (r < 0x7f || r > 0x9f) && r < 0xfeff {
			t.Fatalf("%s, want %s", got, want)
		}
	}
	if got := string(appendQuoted(nil, "a\xffb")); got != `"a\ufffdb"` {
		t.Errorf("bytes that are not UTF-8 were written %s", got)
	}
}

func TestAppendJSONMore(t *testing.T) {
	e := &journal.Entry{Date: when("2026-02-15")}
	got := string(AppendJSON([]byte("x"), e, Key{"score", []byte("1.5")}, Key{"hits", []byte(`["a"]`)}))
	want := fmt.Sprintf(`x{"id":"%s","date":"2026-02-15","text":"","tags":[],"starred":false,"words":0,"score":1.5,"hits":["a"]}`, e.ID)
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
