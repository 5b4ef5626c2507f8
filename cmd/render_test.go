package cmd

import (
	"strconv"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"
)

func TestVisible(t *testing.T) {
	for _, c := range []struct{ name, in, want, line string }{
		{"plain", "just text", "just text", "just text"},
		{"empty", "", "", ""},
		{"newlines", "a\nb\tc", "a\nb\tc", "a b c"},
		{"crlf", "a\r\nb", "a\nb", "a b"},
		{"return alone", "secret\rpublic", `secret\x0dpublic`, ""},
		{"escape", "\x1b[2J\x1b]52;c;aGk=\a", `\x1b[2J\x1b]52;c;aGk=\x07`, ""},
		{"nul and delete", "\x00\x7f\b", `\x00\x7f\x08`, ""},
		{"c1", "a\u009b31m\u0085", `a\u009b31m\u0085`, ""},
		{"bidi", "a\u202eb\u2066c\u2069\u200f\u061c", `a\u202eb\u2066c\u2069\u200f\u061c`, ""},
		{"separators", "a\u2028b\u2029", `a\u2028b\u2029`, ""},
		{"zero width in ascii", "pass\u200bword\ufeff\u2060", `pass\u200bword\ufeff\u2060`, ""},
		{"zero width twice", "é\u200d\u200d", "é\u200d" + `\u200d`, ""},
		{"invalid", "a\xffb\xe2\x28", `a\xffb\xe2(`, ""},
		{"surrogate", "\xed\xa0\x80", `\xed\xa0\x80`, ""},
		{"replacement character", "\ufffd", "\ufffd", ""},
		{"languages", "Ö, ñ, 手紙, שלום, سلام, नमस्ते, ไทย", "Ö, ñ, 手紙, שלום, سلام, नमस्ते, ไทย", ""},
		{"persian", "می\u200cخواهم", "می\u200cخواهم", ""},
		{"hindi", "क्\u200dष", "क्\u200dष", ""},
		{"khmer", "ខ្ញុំ\u200bទៅ", "ខ្ញុំ\u200bទៅ", ""},
		{"emoji", "👩🏽\u200d💻 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈 1\ufe0f⃣ 🇩🇪", "👩🏽\u200d💻 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈 1\ufe0f⃣ 🇩🇪", ""},
		{"selectors in a row", "a\ufe01\ufe02\ufe03", "a\ufe01" + `\ufe02\ufe03`, ""},
		{"flag of wales", "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f!", "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f!", ""},
		{"hidden tags", "a\U000e0068\U000e0069", `a\U000e0068\U000e0069`, ""},
		{"flag without end", "🏴\U000e0068", "🏴" + `\U000e0068`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := visible(c.in); got != c.want {
				t.Errorf("visible(%q) = %q, want %q", c.in, got, c.want)
			}
			want := c.line
			if want == "" {
				want = c.want
			}
			if got := oneLine(c.in); got != want {
				t.Errorf("oneLine(%q) = %q, want %q", c.in, got, want)
			}
		})
	}
}

func TestStyle(t *testing.T) {
	if got := (style{}).bold("a") + (style{}).dim("b"); got != "ab" {
		t.Errorf("the zero style gives %q, want nothing added", got)
	}
	st := style{on: true}
	if got := st.bold("a") + st.dim("b") + st.bold(""); got != "\x1b[1ma\x1b[22m\x1b[2mb\x1b[22m" {
		t.Errorf("style gives %q", got)
	}
	if got := cells(st.bold("手紙") + st.dim("x")); got != 5 {
		t.Errorf("cells of a styled text = %d, want 5", got)
	}
}

func TestTruncateAndPad(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"short", 5, "short"},
		{"longer", 5, "lo..."},
		{"a word cut", 9, "a word..."},
		{"手紙を書いた", 8, "手紙..."},
		{"👩🏽\u200d💻👩🏽\u200d💻👩🏽\u200d💻", 5, "👩🏽\u200d💻..."},
		{"abc", 2, "ab"},
		{"abc", 0, ""},
		{"abc", -1, ""},
	} {
		if got := truncate(c.in, c.width); got != c.want {
			t.Errorf("truncate(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
	if got := pad("手", 4) + "|" + pad("long", 2); got != "手  |long" {
		t.Errorf("pad gives %q", got)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name, in string
		width    int
		want     []string
	}{
		{"empty", "", 9, []string{""}},
		{"fits", "a b c", 5, []string{"a b c"}},
		{"words", "one two three", 8, []string{"one two", "three"}},
		{"exact", "one two", 3, []string{"one", "two"}},
		{"newlines", "a\n\n  b\n", 9, []string{"a", "", "  b", ""}},
		{"spaces inside", "a.  b  c", 5, []string{"a.  b", "c"}},
		{"spaces behind", "word      ", 5, []string{"word"}},
		{"long word", "abcdefgh ij", 3, []string{"abc", "def", "gh", "ij"}},
		{"indentation gives way", "      abcdefgh", 9, []string{"abcdefgh"}},
		{"space that holds", "a b\u00a0c", 4, []string{"a", "b\u00a0c"}},
		{"dash", "so it went—or not—on", 12, []string{"so it went—", "or not—on"}},
		{"ideographs", "手紙を書いた。「はい」", 9, []string{"手紙を書", "いた。", "「はい」"}},
		{"nowhere to break", "あ「た。ん", 5, []string{"あ", "「た", "。ん"}},
		{"no punctuation first", "手紙を。", 6, []string{"手紙", "を。"}},
		{"kept whole", "e\u0301e\u0301e\u0301", 2, []string{"e\u0301e\u0301", "e\u0301"}},
		{"accent on a space", "a \u0301 b", 1, []string{"a", " \u0301", "b"}},
		{"families", "👩\u200d👩\u200d👧👩\u200d👩\u200d👧", 3, []string{"👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"}},
		{"korean words", "나는 오늘 집에", 9, []string{"나는 오늘", "집에"}},
		{"too narrow", "手a", 1, []string{"手", "a"}},
		{"no width", "ab", 0, []string{"a", "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := wrapLines(c.in, c.width); strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("wrapLines(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
			}
		})
	}
}

func TestLists(t *testing.T) {
	entries := []struct {
		day, clock, heading string
		tags                []string
		starred             bool
		id                  string
	}{
		{"Tue 10", "21:47", "The kitchen at my sister's", []string{"sister"}, false, "k7m2xq"},
		{"Sun  8", "07:12", "Did not sleep. Wrote the sentence down.", nil, true, "h4wd9n"},
		{"Thu  5", "22:30", "Small list: things with warm handles", []string{"comfort"}, false, "p2zt6c"},
		{"", "07:55", "Before work", nil, false, "r8fkq3"},
		{"Fri 20", "", "A day without a time", nil, false, "t3bn8d"},
		{"Mon  9", "23:58", "I said it in the car, and badly, and then in the kitchen, less badly", []string{"telling"}, false, "d9qh4s"},
		{"Sun  1", "00:01", "I said it in the car, and badly, and then in the kitchen, less badly, and to the dog", []string{"telling", "summer", "home"}, true, "d9qh4t"},
		{"Sat  7", "12:00", "Short", []string{"a", "long-walk", "another-flat", "summer"}, true, "w7pc5f"},
		{"Fri  6", "12:00", "One tag that is long beside a heading that is long", []string{"everything-she-said-in-may"}, false, "w7pc6f"},
		{"Thu  5", "10:10", "手紙を書いた。出さなかった。引き出しの中に三年前の手紙もあった。", []string{"手紙"}, false, "w7pc7f"},
		{"Wed  4", "09:00", "", nil, false, "w7pc8f"},
		{"Tue  3", "08:00", "tricky \x1b[31m\u202e\nheading", []string{"a\x1bb"}, false, "w7pc9f"},
	}
	snippet := "... and then the guilt at four, when the heating clicks on and I\nremember who set the timer; guilt ..."
	for _, width := range []int{80, 40} {
		var b strings.Builder
		for _, e := range entries {
			b.WriteString(listLine(style{on: true}, width, e.day, e.clock, e.heading, e.tags, e.starred, e.id) + "\n")
		}
		golden(t, "render/list-"+strconv.Itoa(width), b.String())
		fits(t, b.String(), width)
		b.Reset()
		first := strings.Index(snippet, "guilt")
		last := strings.LastIndex(snippet, "guilt")
		for i, e := range entries {
			hits := [][2]int{{first, first + 5}, {last, last + 5}}
			var marks [][2]int
			for _, word := range []string{"car", "kitchen", "三年前"} {
				if at := strings.Index(e.heading, word); at >= 0 {
					marks = append(marks, [2]int{at, at + len(word)})
				}
			}
			b.WriteString(hitLines(style{on: true}, width, i*11, "Sun  2 Feb 2020", passage{e.heading, marks}, e.tags, passage{snippet, hits}) + "\n\n")
		}
		golden(t, "render/hits-"+strconv.Itoa(width), b.String())
		fits(t, b.String(), width)
	}
}

// fits reports lines that are wider than the screen.
func fits(t *testing.T, s string, width int) {
	t.Helper()
	for line := range strings.Lines(s) {
		if n := cells(strings.TrimSuffix(line, "\n")); n > width {
			t.Errorf("a line of %d columns on a screen of %d: %q", n, width, line)
		}
	}
}

// Whatever the width, and however wrong the hits, a list never panics.
func TestListsAnywhere(t *testing.T) {
	for width := -1; width < 200; width++ {
		listLine(style{}, width, "Tue 10", "21:47", "手紙 and more words", []string{"sister", "b"}, true, "k7m2xq")
		listLine(style{}, width, "", "", "", nil, false, "")
		hitLines(style{on: true}, width, 1234, "Thu 14 Nov 2019", passage{"heading of three lines, or more", [][2]int{{-1, 3}, {5, 99}}}, nil, passage{"née", [][2]int{{-4, 2}, {1, 3}, {3, 99}, {50, 60}}})
	}
}

// clusters counts the characters of s as a reader would.
func clusters(s string) int {
	n := 0
	for g := displaywidth.StringGraphemes(s); g.Next(); {
		n++
	}
	return n
}

func FuzzWrap(f *testing.F) {
	f.Add("one two three—four", 7)
	f.Add("手紙を書いた。「はい」 ok", 5)
	f.Fuzz(func(t *testing.T, s string, width int) {
		s, width = visible(s), width%100
		var got []string
		for _, line := range wrapLines(s, width) {
			got = append(got, strings.Fields(line)...)
			if cells(line) > max(1, width) && clusters(line) > 1 {
				t.Errorf("wrapLines(%q, %d) has the line %q", s, width, line)
			}
		}
		if a, b := strings.Join(got, ""), strings.Join(strings.Fields(s), ""); a != b && !strings.ContainsRune(s, '\u200b') {
			t.Errorf("wrapLines(%q, %d) shows %q", s, width, a)
		}
	})
}
