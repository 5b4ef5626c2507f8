package format

import (
	"slices"
	"strings"
	"testing"

	"untangle/journal"
)

// thornyMarkdown are texts whose headings and ends are hard to tell, between %%.
const thornyMarkdown = "# a\n## b ##\n####### c\n#d\n#\n##\t\n%%\n" +
	"a\nb  \nc\\\n===\n%%\na #\n---\n%%\n- a\n  ---\n- # b\n1. c\n   ===\n> d\n> ===\n> # e\n%%\n" +
	"[a]: /b\n        c\n===\n%%\n```\n# a\n%%\n   ~~~~ x\n# a\n~~~\n%%\n- ```\n  # a\nb\n%%\n> ```\n> # a\n%%\n" +
	"<!-- a\n# b\n%%\n<script>\n# a\n%%\n  <PRE>\n# a\n%%\n<?a\n%%\n<!A\n%%\n<![CDATA[\n# a\n%%\n<div>\n# a\n\n# b\n%%\n" +
	"a\r# b\rc\r===\r%%\na\r\n---\r\n\r\n# b\r\n%%\n---\ntitle: a\n---\n%%\n\t# code\n\n    # code\n%%\n`a\n# b`\n%%\n" +
	"-\t# a\n-\t\t# b\n%%\n***\n- - # a\n%%\n``` `\n# a\n%%\n\\# a\n%%\n# a\\\n===\n%%\n* a\n\n  b\n  =\n%%\n"

func lowered(s string) string { return string(newProse(4).append(nil, s)) }

func TestHeadingsMove(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"levels", "# a\n## b ##\n### c\n####### d\n#e", "##### a\n###### b ##\n###### c\n####### d\n#e\n"},
		{"empty", "#\n\n##", "#####\n\n######\n"},
		{"indented", "   # a\n\n    # code", "   ##### a\n\n    # code\n"},
		{"in a list", "- # a\n  1. ## b", "- ##### a\n  1. ###### b\n"},
		{"in a quotation", "> > # a", "> > ##### a\n"},
		{"underlined", "a\n===\nb\n---\nc", "##### a\n###### b\nc\n"},
		{"underlined in two lines", "a\\\n  b  \n c\n===\n\nd", "##### a b c\n\nd\n"},
		{"underlined in a quotation", "> a\n> b\n> ---\n> c", "> ###### a b\n> c\n"},
		{"underlined with a mark", "a #\n---", "###### a \\#\n"},
		{"underlined with a line of marks", "a\n#######\n===", "##### a \\#######\n"},
		{"below a definition", "[a]: /b\n        c\n===", "[a]: /b\n        c\n\\===\n"},
		{"windows", "a\r\n===\r\n# b\r\n", "##### a\r\n##### b\n"},
		{"windows, dashes", "a\r\n---\r\nb", "###### a\r\nb\n"},
		{"windows, empty", "#\r\na", "#####\r\na\n"},
		{"old mac", "a\r# b\rc", "a\r##### b\rc\n"},
		{"rule", "a\n\n---\n\nb\n\n- c\n---", "a\n\n---\n\nb\n\n- c\n---\n"},
		{"tag", "#box and\n#zoo", "#box and\n#zoo\n"},
		{"fence", "```\n# a\nb\n---\n```\n# c", "```\n# a\nb\n---\n```\n##### c\n"},
		{"html", "<div>\n# a\n</div>\n\n# b", "<div>\n# a\n</div>\n\n##### b\n"},
		{"comment", "<!--\n# a\n-->\n# b", "<!--\n# a\n-->\n##### b\n"},
	} {
		if got := lowered(test.in); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestOpenBlocksClose(t *testing.T) {
	for _, test := range []struct{ in, end string }{
		{"```\n# a", "```"},
		{"a\n  ~~~~~ x\n# a\n~~~", "~~~~~"},
		{"<!-- a", "-->"},
		{"<script src=x>\n\n# a", "</script>"},
		{" <PRE>\na", "</pre>"},
		{"<textarea>", "</textarea>"},
		{"<style>\n\na {}", "</style>"},
		{"<?php", "?>"},
		{"<!DOCTYPE", ">"},
		{"<![CDATA[ a", "]]>"},
	} {
		if got, want := lowered(test.in), test.in+"\n"+test.end+"\n"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, in := range []string{"- ```\n  a", "> ~~~\n> a", "<div>\na", "a `b", "a <!-- b", "```\na\n```"} {
		if got := lowered(in); got != in+"\n" {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func TestThorns(t *testing.T) {
	for name, s := range hostileProse(1 << 16) {
		got := lowered(s)
		if thorny(s) && got != "```\n"+strings.TrimRight(s, "\n")+"\n```\n" {
			t.Errorf("%s: the text was changed", name)
		}
		if newProse(4).parse(got).open != nil {
			t.Errorf("%s: it is still open", name)
		}
	}
	if s := strings.Repeat(">", 200) + "\n````\n# x"; lowered(s) != "`````\n"+s+"\n`````\n" {
		t.Errorf("%q", lowered(s))
	}
}

// headings returns the headings of a document, and the rules between its entries.
func headings(document string) (lines []string) {
	for line := range strings.Lines(document) {
		if strings.HasPrefix(line, "#") || line == "***\n" {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

func TestCalendarHeadings(t *testing.T) {
	var entries []*journal.Entry
	for _, day := range []string{"2025-01-05", "2026-01-04", "2026-01-05", "2026-01-05", "2026-02-05"} {
		entries = append(entries, &journal.Entry{Date: when(day), Text: "a"})
	}
	want := []string{
		"# Journal",
		"## 2025", "### January", "#### Sunday 5 January",
		"## 2026", "### January", "#### Sunday 4 January", "#### Monday 5 January", "***",
		"### February", "#### Thursday 5 February",
	}
	f := named(t, "markdown")
	if got := headings(encode(t, f, entries...)); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	slices.Reverse(entries)
	want = []string{
		"# Journal",
		"## 2026", "### February", "#### Thursday 5 February",
		"### January", "#### Monday 5 January", "***", "#### Sunday 4 January",
		"## 2025", "### January", "#### Sunday 5 January",
	}
	if got := headings(encode(t, f, entries...)); !slices.Equal(got, want) {
		t.Errorf("newest first: %q, want %q", got, want)
	}
}

func TestDocument(t *testing.T) {
	day := when("2026-03-10")
	for _, test := range []struct {
		name string
		e    journal.Entry
		want string
	}{
		{"text only", journal.Entry{Date: day, Text: "a\n\n\n"}, "\na\n"},
		{"star only", journal.Entry{Date: day, Text: "a", Starred: true}, "\n★\n\na\n"},
		{"title", journal.Entry{Date: day, Title: " a*b\n_c_ ", Text: "d", Starred: true}, "\n**a\\*b \\_c\\_** ★\n\nd\n"},
		{"time", journal.Entry{Date: when("2026-03-10T21:47:00Z"), Text: "a"}, "\n**21:47**\n\na\n"},
		{"all", journal.Entry{
			Date: when("2026-03-10T21:47:00Z"), Title: "b", Text: "\n  c", Hand: []string{"box", "zoo"},
			Prompt: journal.Prompt{Text: "# d\r\n\r\ne\r# f"},
		}, "\n**21:47 · b**\n\n> ##### d\n>\n> e\n> ##### f\n\n\n  c\n\n@box @zoo\n"},
		{"nothing", journal.Entry{Date: day, Text: " \n"}, ""},
	} {
		got := encode(t, named(t, "markdown"), &test.e)
		if want := "# Journal\n\n## 2026\n\n### March\n\n#### Tuesday 10 March\n" + test.want; got != want {
			t.Errorf("%s: %q, want %q", test.name, got, want)
		}
	}
	var b strings.Builder
	if err := encodeMarkdown(&b, stream(nil), Options{Title: "My *own*\nyears"}); err != nil || b.String() != "# My \\*own\\* years\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}
