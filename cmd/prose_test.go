package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
)

func TestProse(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"lines stay", "one\ntwo\n\n\n\nthree\n", "one\ntwo\n\nthree"},
		{"verse", "  in\n     deeper\nout", "  in\n     deeper\nout"},
		{"line ends of windows", "one\r\ntwo\r\n\r\nthree", "one\ntwo\n\nthree"},
		{"hard breaks", "one  \ntwo\\\nthree", "one\ntwo\nthree"},
		{"emphasis", "*calm* and **loud** and ***both***", "calm and <loud> and <both>"},
		{"sums", "2*3*4 and un*believ*able", "2*3*4 and un*believ*able"},
		{"names", "snake_case_word _em_", "snake_case_word em"},
		{"heading", "# One *two*\nthree\n\nfour\nfive\n---", "<One two>\nthree\n\n<four>\n<five>"},
		{"tags are no headings", "#home\n#4", "#home\n#4"},
		{"lists", "- a\n- b\n\n  c\n* d\n  + e", "- a\n- b\n\n  c\n* d\n  + e"},
		{"numbers", "1. a\n1. b\n7. c", "1. a\n1. b\n7. c"},
		{"years", "1986. It rained.\n\n2) no", "1986. It rained.\n\n2) no"},
		{"list at once", "Things:\n- a\n- b", "Things:\n- a\n- b"},
		{"empty items", "-\n- a\n-", "-\n- a\n-"},
		{"items within items", "- - a\n  - 3. b", "- - a\n  - 3. b"},
		{"tasks", "- [ ] call\n- [x] sleep", "- [ ] call\n- [x] sleep"},
		{"quotes", "> one\n> two\n>\n> > three\nlazy", "| one\n| two\n|\n| | three\n| | lazy"},
		{"code", "`a  *b*` and ``c`d``", "`a  *b*` and `c`d`"},
		{"code over lines", "`a\nb`", "`a\nb`"},
		{"fence", "```go\n\tif x {\n\n\ty\n```\nafter", "    {go}\n        if x {\n\n        y\n\nafter"},
		{"fence at the end", "a\n```b", "a\n    {b}"},
		{"long code", "    " + strings.Repeat("long ", 40) + "code", "    " + strings.Repeat("long ", 40) + "code"},
		{"indented code", "a\n\n    *b*\n      c", "a\n\n    *b*\n      c"},
		{"links", "[text](http://x.y) [t](<a b> \"title\") <http://a.b> <m@x.y> [](e)", "text (http://x.y) t (a b \"title\") http://a.b m@x.y e"},
		{"links that say so", "[http://x.y](http://x.y) [m@x.y](mailto:m@x.y)", "http://x.y m@x.y"},
		{"bare links", "see http://x.y/a_b_c", "see http://x.y/a_b_c"},
		{"images", "![alt](p.jpg) ![](q.jpg)", "[image: alt (p.jpg)] [image: q.jpg]"},
		{"definitions", "[a][b] [^1]\n\n[b]: /url \"t\"\n[^1]: note", "[a][b] [^1]\n\n[b]: /url \"t\"\n[^1]: note"},
		{"rules", "a\n\n***\nb\n\n- - -", "a\n\n-----\nb\n\n-----"},
		{"html", "<div>\n*a*\n</div>\n\n<!-- b\n\nc -->\n\nx <b y=\"*d*\">e</b>", "<div>\n*a*\n</div>\n\n<!-- b\n\nc -->\n\nx <b y=\"*d*\">e</b>"},
		{"strikethrough and tables", "~~a~~\n\n| a | b |\n|---|---|\n| c | d |", "~~a~~\n\n| a | b |\n|---|---|\n| c | d |"},
		{"escapes", `\*a\* \\ \q 1\. \[b](c)`, `*a* \ \q 1. [b](c)`},
		{"references", "&amp; &lt;b&gt; &#38;amp; &nosuch; AT&T a & \\*b;", "& <b> &amp; &nosuch; AT&T a & *b;"},
		{"references to controls", "a&#27;[2J&#x202e;b", `a\x1b[2J\u202eb`},
		{"tabs", "-\ta\tb\n\n\t1) c\n\n\td", "- a   b\n\n  1) c\n\n  d"},
		{"controls", "a\x1b[31mb\x00 `\x07` [c\u202e](d\x1b)", `a\x1b[31mb\x00 ` + "`\\x07`" + ` c\u202e (d\x1b)`},
		{"unfinished", "**a *b `c [d](", "**a *b `c [d]("},
	} {
		t.Run(c.name, func(t *testing.T) {
			marks := strings.NewReplacer("\x1b[1m", "<", "\x1b[2m", "{")
			got := prose(c.in, 76, style{on: true})
			if strings.Contains(got, "\x1b[2m") {
				got = strings.ReplaceAll(got, "\x1b[22m", "}")
			}
			if got = strings.ReplaceAll(marks.Replace(got), "\x1b[22m", ">"); got != c.want {
				t.Errorf("prose(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}

func TestProseGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/render/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no texts to show: %v", err)
	}
	for _, file := range files {
		md, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{80, 40} {
			shown := indent(prose(string(md), textWidth(width), style{on: true}), margin)
			name := strings.TrimSuffix(filepath.Base(file), ".md") + "-" + strconv.Itoa(width)
			golden(t, "render/"+name, shown+"\n")
			fits(t, shown, width)
			missing(t, string(md), shown)
		}
	}
}

// Made texts that keep the parser busy are shown at once, as they stand.
func TestProseOfTangles(t *testing.T) {
	for _, piece := range []string{"> ", ">", "- ", "1. ", "> - ", "![a](", "[[a]](", "*a_", "_a*_", "[a](<b", "a**b", "`a``b", "[", "<a b='"} {
		for _, every := range []int{1 << 30, 240, 40} {
			var b strings.Builder
			for i := 1; b.Len() < 1<<17; i++ {
				b.WriteString(piece)
				if i%every == 0 {
					b.WriteString("x\n\n")
				}
			}
			start := time.Now()
			prose(b.String(), 74, style{})
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("%q, a paragraph every %d: %v", piece, every, took)
			}
		}
	}
}

// missing reports letters and digits of a text that its prose does not show, in
// order. References (&amp;) and links named by their own address are shown as
// less than they are written, and left out of the comparison.
func missing(t *testing.T, md, shown string) {
	t.Helper()
	rest := []rune(regexp.MustCompile(`\x1b\[\d+m`).ReplaceAllString(shown, ""))
	md = regexp.MustCompile(`&#?\w+;`).ReplaceAllString(md, "")
	for i, r := range md {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		at := 0
		for at < len(rest) && rest[at] != r {
			at++
		}
		if at == len(rest) {
			t.Errorf("%q is missing behind %q in:\n%s", r, md[max(0, i-40):i], shown)
			return
		}
		rest = rest[at+1:]
	}
}

func FuzzProse(f *testing.F) {
	for _, s := range []string{
		"# A\n\n- b *c*\n  d\n\n> e\n\n```f\ng\n```\n[h](i \"j\") ![k](l)",
		"1986. a\n2) b\n\n    c\n<div>\n*d*</div>\n\ne <b>f</b> `g` <http://h>",
		"a\x1b[2J&#27;\u202e\xff\r\n\tb\\*c\\\nd  \ne\n===\n***\n~~f~~",
		"- a\n\n  b\n - c\n\n\t1. d\n\n\t\te",
		"手紙を書いた。*出*さなかった。",
	} {
		f.Add(s, uint8(40), true)
	}
	ours := strings.NewReplacer("\x1b[1m", "", "\x1b[2m", "", "\x1b[22m", "")
	f.Fuzz(func(t *testing.T, md string, columns uint8, on bool) {
		width := int(columns)
		got := prose(md, width, style{on: on})
		plain := ours.Replace(got)
		if !on && plain != got {
			t.Errorf("prose(%q) is styled: %q", md, got)
		}
		if i := strings.IndexFunc(strings.ReplaceAll(plain, "\n", ""), unicode.IsControl); i >= 0 {
			t.Errorf("prose(%q) has controls: %q", md, got)
		}
		if visible(plain) != plain {
			t.Errorf("prose(%q) hides something: %q", md, got)
		}
		if deep := 16 + 4*deepest; width > deep && !strings.ContainsAny(md, "`~\t0123456789") && !strings.Contains(md, "    ") {
			fits(t, plain, min(width, 76))
		}
		if !strings.ContainsAny(md, "&") && !strings.Contains(md, "](") {
			missing(t, md, got)
		}
	})
}
