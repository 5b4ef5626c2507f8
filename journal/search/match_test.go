package search

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// entry is a document to try queries on.
func entry(t testing.TB) *Doc {
	t.Helper()
	a := options(t).Analyser
	return &Doc{
		Title: a.Tokens("The kitchen at my sister's"),
		Text:  a.Tokens("I put down my phone, for once. Gardening helps; l’été à Łódź. 日本語を書く"),
		Tags:  []string{"home", "garden/roses"}, Prompt: "com-014", Theme: "letting go", Journey: "first-weeks",
		Ache: 3, Mood: 2, Words: 240, Starred: true, Date: 202403,
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		query string
		want  bool
	}{
		{"phone", true},
		{"PHONE kitchen", true},
		{"phones", true},
		{`"phones"`, false},
		{"garden", true},
		{`"garden"`, false},
		{`"put down my phone"`, true},
		{`"phone for once"`, true},
		{`"down put"`, false},
		{`"my sister"`, true},
		{`"sister's"`, true},
		{`"once sister"`, false},
		{"ete lodz", true},
		{"書く", true},
		{"語を", true},
		{"日語", false},
		{"phone absent", false},
		{"phone OR absent", true},
		{"NOT absent", true},
		{"NOT phone", false},
		{"kitchen NOT phone", false},
		{"-(absent OR gone) phone", true},
		{"gardene*", false},
		{"gard*", true},
		{"kitch*", true},
		{"phnoe~1", true},
		{"fone~1", false},
		{"foone~2", true},
		{"title:kitchen", true},
		{"title:phone", false},
		{"title:sisters", true},
		{`title:"kitchen at"`, true},
		{"title:kit*", true},
		{"title:kichen~1", true},
		{"@home", true},
		{"@hom", false},
		{"@HOME", true},
		{"@garden/*", true},
		{"@garden", false},
		{"-@home", false},
		{"prompt:com-014", true},
		{"prompt:com-0*", true},
		{"prompt:com", false},
		{`theme:"letting go"`, true},
		{"theme:letting", false},
		{"journey:first-weeks", true},
		{"ache:3", true},
		{"ache:..3", true},
		{"ache:4..", false},
		{"mood:2..4", true},
		{"mood:3..4", false},
		{"words:200..", true},
		{"words:..200", false},
		{"starred:", true},
		{"starred:no", false},
		{"from:2024", true},
		{"from:2025", false},
		{"to:2024", true},
		{"to:2023", false},
		{"on:2024", true},
		{"on:2023", false},
		{"from:2023 to:2024 phone @home", true},
	} {
		q, err := Parse(test.query, options(t))
		if err != nil {
			t.Errorf("%q: %v", test.query, err)
			continue
		}
		if got := q.Match(entry(t)); got != test.want {
			t.Errorf("%q: %v, want %v", test.query, got, test.want)
		}
	}
}

// What is not known of a document has no number and no name.
func TestMatchUnknown(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"ache:0..", "mood:1..", "prompt:x*", "starred:", "word"} {
		q, err := Parse(query, options(t))
		if err != nil {
			t.Fatal(err)
		}
		if q.Match(&Doc{Ache: -1}) {
			t.Errorf("%q is found", query)
		}
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	o := options(t)
	text := "My phone; the phones, l’été. 日本語"
	for _, test := range []struct {
		query string
		title bool
		want  []string
	}{
		{"phone", false, []string{"phone", "phones"}},
		{`"phone"`, false, []string{"phone"}},
		{`"my phone"`, false, []string{"My phone"}},
		{"ete", false, []string{"l’été", "été"}},
		{"日本語", false, []string{"日本語"}},
		{"phon* -my", false, []string{"phone", "phones"}},
		{"title:phone", false, nil},
		{"title:phone @x", true, []string{"phone", "phones"}},
		{"phone~1 OR my", false, []string{"My", "phone", "phones"}},
	} {
		q, err := Parse(test.query, o)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range q.Find(o.Analyser, text, test.title) {
			got = append(got, text[p.Start:p.End])
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.query, got, test.want)
		}
	}
}

// Documents and queries agree with logic: what a query leaves out is what its negation
// finds, and each operator finds what its sides say.
func TestMatchLogic(t *testing.T) {
	t.Parallel()
	o, d := options(t), entry(t)
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		x, errX := Parse(randomQuery(r), o)
		y, errY := Parse(randomQuery(r), o)
		if errX != nil || errY != nil {
			continue
		}
		for _, test := range []struct {
			query string
			want  bool
		}{
			{"NOT (" + x.String() + ")", !x.Match(d)},
			{"(" + x.String() + ") (" + y.String() + ")", x.Match(d) && y.Match(d)},
			{"(" + x.String() + ") OR (" + y.String() + ")", x.Match(d) || y.Match(d)},
		} {
			q, err := Parse(test.query, o)
			if err != nil || q.Match(d) != test.want {
				t.Fatalf("%q: %v, want %v", test.query, err, test.want)
			}
		}
	}
}

func TestEditsBetween(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"a", "", 1},
		{"garden", "garden", 0},
		{"garden", "gardn", 1},
		{"garden", "gardenn", 1},
		{"garden", "gerden", 1},
		{"garden", "gadren", 1},
		{"ca", "abc", 3}, // no character is edited twice
		{"мир", "мор", 1},
		{"kitten", "sitting", 3},
	} {
		if got := editsBetween(test.a, test.b); got != test.want || editsBetween(test.b, test.a) != test.want {
			t.Errorf("%q, %q: %d, want %d", test.a, test.b, got, test.want)
		}
	}
	r := rand.New(rand.NewPCG(9, 10))
	word := func() string {
		b := make([]rune, r.IntN(7))
		for i := range b {
			b[i] = []rune("abcя")[r.IntN(4)]
		}
		return string(b)
	}
	for range 20000 {
		a, b, edits := word(), word(), r.IntN(MaxEdits+1)
		if got, want := Within(a, b, edits), editsBetween(a, b) <= edits; got != want {
			t.Fatalf("%q, %q: within %d %v, want %v", a, b, edits, got, want)
		}
	}
}

// Tokens are the words, each with its stem.
func TestTokens(t *testing.T) {
	t.Parallel()
	a := options(t).Analyser
	want := []Token{{Word{"gardening", 0, 9, 0}, "garden"}, {Word{"helps", 10, 15, 1}, "help"}}
	if got := a.Tokens("Gardening helps"); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}
