package format

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"untangle/journal"
)

// TestFrontMatter has a YAML parser read what people put into titles and tags.
func TestFrontMatter(t *testing.T) {
	for _, title := range []string{
		"a: b", "- a", "'", `"`, `\`, "# a", "[[a]]", "{a}", "true", "2026-03-10", "null", "a\u2028b", "a\u0085b", "---", "...", "%a", "@a", "`a`",
		"\ufeffa", "\ufffea", "🌧", "a\x1bb\tc", "!!binary a", "&a *a", "? a", "|", ">",
	} {
		e := &journal.Entry{Date: when("2026-03-10T21:47:00Z"), Title: title, Hand: []string{"1e5", "null", "no", "a/b+c"}, Starred: true}
		note := appendNote(nil, []*journal.Entry{e}, newProse(2))
		_, front, ok := bytes.Cut(note, []byte("---\n"))
		front, _, closed := bytes.Cut(front, []byte("\n---\n"))
		var got struct {
			Date, Title string
			Tags        []string
			Starred     bool
		}
		if err := yaml.Unmarshal(front, &got); err != nil || !ok || !closed {
			t.Errorf("%q: %v in %q", title, err, front)
		}
		if got.Title != oneLine(title) || !got.Starred || strings.Join(got.Tags, " ") != "1e5 a/b+c no null" || got.Date != "2026-03-10" {
			t.Errorf("%q was read as %+v", title, got)
		}
	}
}

// TestSameDayAndTitle has entries of one day share a title, or have one without any
// letter; each of them is in the note.
func TestSameDayAndTitle(t *testing.T) {
	dir := t.TempDir()
	var entries []*journal.Entry
	for i, title := range []string{"Same", "Same", "🌧", "☀", "...", "!!!", ""} {
		entries = append(entries, &journal.Entry{Date: when("2026-03-10"), Title: title, Text: fmt.Sprint("text ", i), Starred: i == 1})
	}
	wantReport(t, export(t, dir, entries...), FolderReport{Added: 1})
	note := read(t, dir, "2026-03-10.md")
	for i, e := range entries {
		if !strings.Contains(note, fmt.Sprint("\ntext ", i, "\n")) || !strings.Contains(note, e.Title) {
			t.Errorf("entry %d is not in %q", i, note)
		}
	}
	if strings.Count(note, "## Same\n") != 1 || strings.Count(note, "## Same ★\n") != 1 || !strings.Contains(note, "\n***\n\ntext 6") {
		t.Errorf("%q", note)
	}
}
