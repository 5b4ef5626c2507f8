package cmd

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"untangle/journal"
)

func TestReadHeader(t *testing.T) {
	e := journal.Entry{
		Date:  journal.At(time.Date(2026, 3, 10, 21, 47, 0, 0, time.FixedZone("", 3600))),
		Title: "Before", Hand: []string{"home"}, Starred: true, Text: "Text.",
	}
	for page, want := range map[string]string{
		"date: 2026-03-09\ntitle: After: all\ntags: a, @b c\nstar: no\n---\n\nNew.\n": "2026-03-09|After: all|a b c|false|New.\n",
		"---\nOnly the text": "2026-03-10T21:47:00+01:00|Before|home|true|Only the text",
		"DATE: 2026-03-10T21:47:00+01:00\nstar: *\n---\n\n\n--- a line\n---\n": "2026-03-10T21:47:00+01:00|Before|home|true|\n--- a line\n---\n",
	} {
		got, err := readHeader(e, page, e.Date.Time())
		star := "false"
		if got.Starred {
			star = "true"
		}
		if s := strings.Join([]string{got.Date.String(), got.Title, strings.Join(got.Hand, " "), star, got.Text}, "|"); err != nil || s != want {
			t.Errorf("%q says %q, %v, want %q", page, s, err, want)
		}
	}
	for _, page := range []string{
		"", "New text", "date: 2026-13-01\n---\n\nx", "star: maybe\n---\nx", "tags: #4\n---\nx", "mood: 3\n---\nx", "title: a\ntitle: b\n---\nx", "date: 2026-01-01\nx\n---\n",
	} {
		got, err := readHeader(e, page, e.Date.Time())
		if err == nil {
			t.Errorf("%q is read as %+v", page, got)
		}
		if mended := mendHeader(e, page); !strings.Contains(mended, strings.TrimSpace(page)) {
			t.Errorf("mending %q loses text: %q", page, mended)
		}
	}
}

func FuzzHeader(f *testing.F) {
	f.Add("Title", "Text\n---\n# more", "home", true)
	f.Fuzz(func(t *testing.T, title, text, tag string, star bool) {
		name, err := journal.ParseTag(tag)
		if err != nil || !utf8.ValidString(title+text) || title != strings.TrimSpace(title) || strings.ContainsAny(title, "\r\n") {
			return
		}
		want := journal.Entry{Date: journal.Day(2026, 3, 10), Title: title, Text: text, Hand: []string{name}, Starred: star}
		got, err := readHeader(journal.Entry{Date: want.Date, Title: "x", Hand: []string{"y"}}, withHeader(&want), want.Date.Time())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v becomes %+v, %v", want, got, err)
		}
	})
}
