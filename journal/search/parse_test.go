package search

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// years reads years alone, as dates.
func years(text string) (Range, error) {
	year, err := strconv.ParseInt(text, 10, 16)
	if err != nil {
		return Range{}, fmt.Errorf("%q is no year I can read", text)
	}
	return Range{year * 100, year*100 + 99}, nil
}

func options(t testing.TB) Options {
	t.Helper()
	return Options{Analyser: analyser(t, "english"), Dates: years}
}

// drawn returns a tree in one line.
func drawn(n *Node) string {
	kids := make([]string, 0, len(n.Kids)+len(n.Terms))
	for _, kid := range n.Kids {
		kids = append(kids, drawn(kid))
	}
	for _, s := range n.Terms {
		kids = append(kids, s.Term)
	}
	inner := strings.Join(kids, " ")
	switch n.Op {
	case And, Or, Not:
		return [...]string{"and", "or", "not"}[n.Op] + "(" + inner + ")"
	case Exact, Begins:
		return fmt.Sprintf("%s %s(%s)", n.Field, [...]string{Exact: "is", Begins: "begins"}[n.Op], n.Key)
	case Between:
		return fmt.Sprintf("%s(%s)", n.Field, bounds(n.Low, n.High))
	case Dated:
		return fmt.Sprintf("date(%s)", bounds(n.Low, n.High))
	case Starred:
		return fmt.Sprintf("starred(%d)", n.Low)
	}
	name := [...]string{Term: "word", Phrase: "row", Prefix: "begins", Fuzzy: "like" + strconv.Itoa(n.Edits)}[n.Op]
	if n.Field != AnyText {
		name = n.Field.String() + " " + name
	}
	return name + "(" + inner + ")"
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ query, tree, canonical string }{
		{"garden", "word(garden)", "garden"},
		{"  Garden, \t ", "word(garden)", "Garden,"},
		{"garden gate", "and(word(garden) word(gate))", "garden gate"},
		{"garden\u3000gate\u00a0x", "and(word(garden) word(gate) word(x))", "garden gate x"},
		{"garden AND gate", "and(word(garden) word(gate))", "garden gate"},
		{"and or not", "and(word(and) word(or) word(not))", "and or not"},
		{"ORcas ANDes NOTe", "and(word(orcas) word(andes) word(note))", "ORcas ANDes NOTe"},
		{`"the garden gate"`, "row(the garden gate)", `"the garden gate"`},
		{`"garden"`, "row(garden)", `"garden"`},
		{"“the gate”", "row(the gate)", `"the gate"`},
		{"«the gate»", "row(the gate)", `"the gate"`},
		{`"OR" "-x" "a*"`, "and(row(or) row(x) row(a))", `"OR" "-x" "a*"`},
		{"well-known", "row(well known)", `"well-known"`},
		{"18:30", "row(18 30)", `"18:30"`},
		{"me@example.com", "row(me example com)", `"me@example.com"`},
		{"l'amour", "word(l'amour)", "l'amour"},
		{"日本語", "row(日本 本語)", `"日本語"`},
		{"日", "word(日)", "日"},
		{`"日本 語 x"`, "row(日本 本 語 x)", `"日本 語 x"`},
		{"👩🏽‍💻", "word(👩🏽‍💻)", "👩🏽‍💻"},
		{`צה"ל`, "word(צהל)", `צה"ל`},
		{`"של צה"ל x"`, "row(של צהל x)", `"של צה"ל x"`},
		{"NOT garden", "not(word(garden))", "NOT garden"},
		{"-garden", "not(word(garden))", "NOT garden"},
		{"gate -garden", "and(word(gate) not(word(garden)))", "gate NOT garden"},
		{"gate NOT garden x", "and(word(gate) not(word(garden)) word(x))", "gate NOT garden x"},
		{`-"the gate"`, "not(row(the gate))", `NOT "the gate"`},
		{"-(a b)", "not(and(word(a) word(b)))", "NOT (a b)"},
		{"-@home", "not(tag is(home))", `NOT tag:"home"`},
		{"NOT NOT a", "not(not(word(a)))", "NOT NOT a"},
		{"NOT -a", "not(not(word(a)))", "NOT NOT a"},
		{"a OR b", "or(word(a) word(b))", "a OR b"},
		{"a b OR c d", "or(and(word(a) word(b)) and(word(c) word(d)))", "a b OR c d"},
		{"a (b OR c)", "and(word(a) or(word(b) word(c)))", "a (b OR c)"},
		{"a OR (b OR (c OR d))", "or(word(a) word(b) word(c) word(d))", "a OR b OR c OR d"},
		{"a (b (c d))", "and(word(a) word(b) word(c) word(d))", "a b c d"},
		{"((a))", "word(a)", "a"},
		{"foo(bar)baz", "and(word(foo) word(bar) word(baz))", "foo bar baz"},
		{"NOT (a OR b) c", "and(not(or(word(a) word(b))) word(c))", "NOT (a OR b) c"},
		{"gard*", "begins(gard)", "gard*"},
		{"Éc*", "begins(ec)", "Éc*"},
		{"garden~1", "like1(garden)", "garden~1"},
		{"garden~2", "like2(garden)", "garden~2"},
		{"title:garden", "title word(garden)", "title:garden"},
		{"TITLE:garden", "title word(garden)", "title:garden"},
		{`title:"the gate"`, "title row(the gate)", `title:"the gate"`},
		{"title:gard* title:gate~1", "and(title begins(gard) title like1(gate))", "title:gard* title:gate~1"},
		{"title:a:b", "title row(a b)", `title:"a:b"`},
		{"@home", "tag is(home)", `tag:"home"`},
		{"#Home", "tag is(home)", `tag:"Home"`},
		{"tag:home", "tag is(home)", `tag:"home"`},
		{"tag:@home", "tag is(home)", `tag:"home"`},
		{`tag:"@home"`, "tag is(home)", `tag:"home"`},
		{"@new-flat", "tag is(new-flat)", `tag:"new-flat"`},
		{"@café", "tag is(café)", `tag:"café"`},
		{"@home/*", "tag begins(home/)", "tag:home/*"},
		{"prompt:com-014 theme:grief", "and(prompt is(com-014) theme is(grief))", `prompt:"com-014" theme:"grief"`},
		{`theme:"letting go"`, "theme is(letting go)", `theme:"letting go"`},
		{"journey:first-weeks", "journey is(first-weeks)", `journey:"first-weeks"`},
		{"mood:3", "mood(3)", "mood:3"},
		{"ache:..3 ache:2..4", "and(ache(..3) ache(2..4))", "ache:..3 ache:2..4"},
		{"words:200..", "words(200..)", "words:200.."},
		{"words:007", "words(7)", "words:7"},
		{"ache:3..3", "ache(3)", "ache:3"},
		{"starred:", "starred(1)", "starred:yes"},
		{"starred: gate", "and(starred(1) word(gate))", "starred:yes gate"},
		{"starred:no", "starred(0)", "starred:no"},
		{"(starred:)", "starred(1)", "starred:yes"},
		{"from:2024", "date(202400..)", `from:"2024"`},
		{"to:2024", "date(..202499)", `to:"2024"`},
		{`on:"2024"`, "date(202400..202499)", `on:"2024"`},
	} {
		o := options(t)
		q, err := Parse(test.query, o)
		if err != nil {
			t.Errorf("%q: %v", test.query, err)
			continue
		}
		if got := drawn(q.Root); got != test.tree {
			t.Errorf("%q: %s, want %s", test.query, got, test.tree)
		}
		if got := q.String(); got != test.canonical {
			t.Errorf("%q: %s, want %s", test.query, got, test.canonical)
		}
		sameAgain(t, q, o)
	}
}

// sameAgain fails unless a query's one spelling reads as the same query.
func sameAgain(t *testing.T, q *Query, o Options) {
	t.Helper()
	again, err := Parse(q.String(), o)
	if err != nil {
		var at *SyntaxError
		if errors.As(err, &at) && len(q.String()) > maxQuery {
			return // the quotation marks made it too long
		}
		t.Fatalf("%q cannot be read: %v", q, err)
	}
	if !reflect.DeepEqual(again, q) {
		t.Fatalf("%q reads as %s, not as %s", q, drawn(again.Root), drawn(q.Root))
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		query   string
		at      int
		message string
	}{
		{"", 0, "there is nothing to look for"},
		{" \t ", 0, "there is nothing to look for"},
		{"...", 0, "there is no letter and no digit in this"},
		{"garden & gate", 7, "there is no letter and no digit in this"},
		{"\xff", 0, "there is something here that is no text"},
		{"a\xff", 1, "there is something here that is no text"},
		{strings.Repeat("a", maxQuery+1), maxQuery, "the search is too long; 4096 bytes are the most"},
		{`garden "the gate`, 7, "this quotation mark has no partner"},
		{`"`, 0, "this quotation mark has no partner"},
		{`""`, 0, "there is no letter and no digit between these quotation marks"},
		{`"..."`, 0, "there is no letter and no digit between these quotation marks"},
		{`gar"den"`, 3, "a quotation mark stands in a word; put a space before it"},
		{`"the gate"x`, 10, "leave a space behind a quotation mark that closes"},
		{`"a""b"`, 3, "leave a space behind a quotation mark that closes"},
		{`"the gate"*`, 10, "this mark belongs behind a single word, not behind a quotation"},
		{`"the gate"~2`, 10, "this mark belongs behind a single word, not behind a quotation"},
		{"(garden", 0, "this bracket is never closed"},
		{"(", 0, "this bracket is never closed"},
		{"a (b (c)", 2, "this bracket is never closed"},
		{"garden)", 6, "this bracket was never opened"},
		{")", 0, "there is no letter and no digit in this"},
		{"()", 0, "there is nothing between these brackets"},
		{"a ( ) b", 2, "there is nothing between these brackets"},
		{"OR", 0, "OR needs something on both sides"},
		{"OR a", 0, "OR needs something on both sides"},
		{"a OR", 2, "OR needs something on both sides"},
		{"a OR OR b", 5, "OR needs something on both sides"},
		{"(a OR )", 3, "OR needs something on both sides"},
		{"AND a", 0, "AND needs something on both sides"},
		{"a AND", 2, "AND needs something on both sides"},
		{"a AND AND b", 2, "AND needs something on both sides"},
		{"a AND OR b", 2, "AND needs something on both sides"},
		{"a OR AND b", 5, "AND needs something on both sides"},
		{"NOT", 0, "NOT needs something behind it"},
		{"a NOT", 2, "NOT needs something behind it"},
		{"NOT OR a", 0, "NOT needs something behind it"},
		{"a NOT AND b", 2, "NOT needs something behind it"},
		{"(NOT )", 1, "NOT needs something behind it"},
		{"-", 0, "a dash leaves out the word right behind it, and there is none"},
		{"a - b", 2, "a dash leaves out the word right behind it, and there is none"},
		{"(-)", 1, "a dash leaves out the word right behind it, and there is none"},
		{"a -OR b", 3, "put this word in quotation marks to look for it"},
		{"-NOT a", 1, "put this word in quotation marks to look for it"},
		{"--all", 0, "one dash in front of a word leaves it out; two are not understood"},
		{"*", 0, "there is no letter and no digit in this"},
		{"a*", 0, "this word is too short for that; it takes 2 letters"},
		{"ga*den", 2, "a star belongs at the end of a word"},
		{"gard**", 4, "a star belongs at the end of a word"},
		{"well-kn*", 7, "this mark belongs behind a single word"},
		{"日本*", 6, "words of this script are found by any part of them; leave the mark out"},
		{"garden~", 6, "behind ~ goes how many letters may differ, 1 or 2, and nothing else"},
		{"garden~3", 6, "behind ~ goes how many letters may differ, 1 or 2, and nothing else"},
		{"garden~1x", 6, "behind ~ goes how many letters may differ, 1 or 2, and nothing else"},
		{"~/notes", 0, "behind ~ goes how many letters may differ, 1 or 2, and nothing else"},
		{"ab~1", 0, "this word is too short for that; it takes 3 letters"},
		{"abcd~2", 0, "this word is too short for that; it takes 5 letters"},
		{"gate mod:3", 5, "there is no field of this name (have title, tag, prompt, theme, journey, ache, mood, words, from, to, on, starred); " +
			"to look for words with a colon, put them in quotation marks"},
		{"title:", 6, "title: needs something right behind it"},
		{"title: garden", 6, "title: needs something right behind it"},
		{"title:(a b)", 6, "title: needs something right behind it"},
		{"title:...", 6, "there is no letter and no digit in this"},
		{"tag: home", 4, "tag: needs something right behind it"},
		{"@", 0, "the name of the tag is missing"},
		{"a @ b", 2, "the name of the tag is missing"},
		{"tag:@", 4, "the name of the tag is missing"},
		{`theme:""`, 6, "the name of the theme is missing"},
		{"@ho*me", 3, "this mark cannot stand here; put the whole in quotation marks to look for it"},
		{"tag:home~1", 8, "this mark cannot stand here; put the whole in quotation marks to look for it"},
		{"mood:", 5, "mood: needs something right behind it"},
		{"mood:low", 5, "behind mood: goes a number or a range of them, as in mood:2, mood:2..4, mood:..4 or mood:2.."},
		{"mood:..", 5, "behind mood: goes a number or a range of them, as in mood:2, mood:2..4, mood:..4 or mood:2.."},
		{"ache:-3", 5, "behind ache: goes a number or a range of them, as in ache:2, ache:2..4, ache:..4 or ache:2.."},
		{"ache:1...3", 5, "behind ache: goes a number or a range of them, as in ache:2, ache:2..4, ache:..4 or ache:2.."},
		{"words:99999999999", 6, "behind words: goes a number or a range of them, as in words:2, words:2..4, words:..4 or words:2.."},
		{"mood:7", 5, "mood runs from 1 to 5"},
		{"mood:0..2", 5, "mood runs from 1 to 5"},
		{"ache:..11", 5, "ache runs from 0 to 10"},
		{"ache:4..2", 5, "this range ends before it begins"},
		{"starred:maybe", 8, "behind starred: goes nothing, yes or no"},
		{"from:", 5, "from: needs something right behind it"},
		{"gate from:soon", 10, `"soon" is no year I can read`},
		{strings.Repeat("(", maxDepth+1) + "a", maxDepth, "too much stands inside each other here; 32 deep is the most"},
		{strings.Repeat("NOT ", maxDepth+1) + "a", 4 * maxDepth, "too much stands inside each other here; 32 deep is the most"},
	} {
		_, err := Parse(test.query, options(t))
		var at *SyntaxError
		if !errors.As(err, &at) {
			t.Errorf("%.40q: %v", test.query, err)
			continue
		}
		if at.Message != test.message || at.At != test.at || at.Query != test.query {
			t.Errorf("%.40q: %d %s, want %d %s", test.query, at.At, at.Message, test.at, test.message)
		}
	}
	if _, err := Parse("on:2024", Options{Analyser: analyser(t, "")}); err == nil || err.Error() != "dates cannot be looked for here" {
		t.Errorf("without dates: %v", err)
	}
}

func TestCaret(t *testing.T) {
	t.Parallel()
	wide := func(s string) (n int) {
		for _, r := range s {
			n++
			if r > 0x2E80 {
				n++
			}
		}
		return n
	}
	for _, test := range []struct {
		query   string
		columns int
		want    string
	}{
		{"", 80, "\n^"},
		{"garden (gate", 80, "garden (gate\n       ^"},
		{"garden\t\n(gate", 0, "garden  (gate\n        ^"},
		{"日本 (a", 80, "日本 (a\n     ^"},
		{"a OR", 80, "a OR\n  ^"},
		{strings.Repeat("abc ", 10) + "(gate", 20, "... abc abc (gate\n            ^"},
		{"(" + strings.Repeat("abc ", 10), 20, "(abc abc abc abc abc\n^"},
	} {
		_, err := Parse(test.query, options(t))
		var at *SyntaxError
		if !errors.As(err, &at) {
			t.Errorf("%q: %v", test.query, err)
			continue
		}
		if got := at.Caret(test.columns, wide); got != test.want {
			t.Errorf("%q:\n%s\nwant\n%s", test.query, got, test.want)
		}
	}
	if got := (&SyntaxError{Query: "日本 x", At: 7}).Caret(0, nil); got != "日本 x\n   ^" {
		t.Errorf("without a width:\n%s", got)
	}
}

// pieces are what random queries are made of.
var pieces = []string{
	"garden", "Gate", "well-known", "日本語", "l'été", "👍🏽", "don't", "gard*", "gate~1", "garden~2", `"the gate"`, `"x"`, "@home", "#a", "@ho*",
	"title:garden", `title:"a b"`, "tag:b", "prompt:p-1", `theme:"letting go"`, "journey:j", "ache:..3", "mood:2..4", "words:200..", "starred:",
	"starred:no", "from:2024", "to:2025", "on:2024", "OR", "AND", "NOT", "-", "(", ")", `"`, "*", "~", ":", "..", "\u3000", `צה"ל`, "\x00",
}

func randomQuery(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(10) {
		b.WriteString(pieces[r.IntN(len(pieces))])
		if r.IntN(5) > 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// Whatever is read is read the same from its one spelling, and whatever is refused is
// refused at a place in it.
func parses(t *testing.T, text string, o Options) {
	t.Helper()
	q, err := Parse(text, o)
	if err == nil {
		for n := range q.Root.All {
			if kids := len(n.Kids); n.Op == Not && kids != 1 || n.Op <= Or && kids < 2 || n.Op > Not && kids > 0 {
				t.Fatalf("%q: %d under %d", text, kids, n.Op)
			}
		}
		sameAgain(t, q, o)
		return
	}
	var at *SyntaxError
	if !errors.As(err, &at) || at.At < 0 || at.At > len(text) || at.Message == "" {
		t.Fatalf("%q: %#v", text, err)
	}
	if lines := strings.Split(at.Caret(40, nil), "\n"); len(lines) != 2 || utf8.ValidString(text) && utf8.RuneCountInString(lines[0]) > 40 || len(lines[1]) > 41 {
		t.Fatalf("%q: %q", text, lines)
	}
}

func TestRandomQueries(t *testing.T) {
	t.Parallel()
	o := options(t)
	r := rand.New(rand.NewPCG(3, 4))
	read := 0
	for range 20000 {
		text := randomQuery(r)
		parses(t, text, o)
		if _, err := Parse(text, o); err == nil {
			read++
		}
	}
	if read < 2000 {
		t.Errorf("only %d could be read", read)
	}
}

func FuzzParse(f *testing.F) {
	for _, piece := range pieces {
		f.Add(piece)
	}
	f.Add(`garden OR (title:"a b" -@home NOT mood:2..4) gard* gate~1 from:2024`)
	f.Fuzz(func(t *testing.T, text string) { parses(t, text, options(t)) })
}

func TestOpenBounds(t *testing.T) {
	t.Parallel()
	q, err := Parse("from:2024", options(t))
	if err != nil || q.Root.Low != 202400 || q.Root.High != math.MaxInt64 {
		t.Errorf("%+v, %v", q, err)
	}
}
