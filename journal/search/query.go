package search

import (
	"math"
	"strconv"
	"strings"
)

// Query is what a person asked for, read. Parse makes it.
type Query struct {
	// Root is the whole of it, never nil.
	Root *Node
}

// Op is what a node of a query asks for.
type Op byte

// The operations. All but the first three stand at the ends of the tree.
const (
	And     Op = iota // all of Kids, two at least
	Or                // one of Kids, two at least
	Not               // not the one of Kids
	Term              // a word, as it stands or by its stem: Terms has one
	Phrase            // the words of Terms as they stand, in a row; one alone, too
	Prefix            // a word that begins with the term of Terms[0]
	Fuzzy             // a word at most Edits letters away from the term of Terms[0]
	Exact             // a whole tag, prompt, theme or journey: Key
	Begins            // one that begins with Key
	Between           // a number from Low to High, both included
	Dated             // a date from Low to High, both included, as Options.Dates gave them
	Starred           // starred, or if Low is 0 not
)

// Field is what a node of a query looks in.
type Field byte

// The fields. Terms, phrases and what is like them look in the first two, Exact and Begins
// in the next four, Between in the three behind them.
const (
	AnyText      Field = iota // the text or the title
	TitleField                // the title alone
	TagField                  // the tags
	PromptField               // the prompt's name
	ThemeField                // the prompt's theme
	JourneyField              // the journey's name
	AcheField                 // the ache, 0 to 10
	MoodField                 // the mood, 1 to 5
	WordsField                // the number of words
	FromField                 // a date's name in a query, as the two behind it
	ToField
	OnField
	StarredField
)

// fields are the names of fields as they are typed.
var fields = [...]string{
	TitleField: "title", TagField: "tag", PromptField: "prompt", ThemeField: "theme", JourneyField: "journey",
	AcheField: "ache", MoodField: "mood", WordsField: "words", FromField: "from", ToField: "to", OnField: "on",
	StarredField: "starred",
}

// String returns the name of a field as it is typed, empty for AnyText.
func (f Field) String() string { return fields[f] }

// Node is a query or a part of one.
type Node struct {
	Op    Op
	Kids  []*Node
	Field Field
	Text  string // what was typed, without marks
	Terms []Sought
	Edits int
	Key   string
	// Low and High are math.MinInt64 and math.MaxInt64 where they are open.
	Low, High int64
}

// Sought is a word that a query looks for. Those of a phrase are one position apart.
type Sought struct{ Term, Stem string }

// All yields the node and the nodes under it, parents first.
func (n *Node) All(yield func(*Node) bool) { n.all(yield) }

func (n *Node) all(yield func(*Node) bool) bool {
	if !yield(n) {
		return false
	}
	for _, kid := range n.Kids {
		if !kid.all(yield) {
			return false
		}
	}
	return true
}

// String returns the query in one spelling, which reads as the same query.
func (q *Query) String() string {
	var b strings.Builder
	q.Root.write(&b)
	return b.String()
}

func (n *Node) write(b *strings.Builder) {
	switch n.Op {
	case And, Or:
		for i, kid := range n.Kids {
			if i > 0 && n.Op == Or {
				b.WriteString(" OR")
			}
			if i > 0 {
				b.WriteByte(' ')
			}
			kid.writeIn(b, n.Op == And && kid.Op == Or)
		}
		return
	case Not:
		b.WriteString("NOT ")
		n.Kids[0].writeIn(b, n.Kids[0].Op == And || n.Kids[0].Op == Or)
		return
	}
	if n.Field != AnyText {
		b.WriteString(n.Field.String() + ":")
	}
	switch n.Op {
	case Term:
		b.WriteString(n.Text)
	case Phrase:
		b.WriteString(`"` + n.Text + `"`)
	case Prefix:
		b.WriteString(n.Text + "*")
	case Fuzzy:
		b.WriteString(n.Text + "~" + strconv.Itoa(n.Edits))
	case Begins:
		b.WriteString(n.Text + "*")
	case Between:
		b.WriteString(bounds(n.Low, n.High))
	case Starred:
		b.WriteString([...]string{"no", "yes"}[n.Low])
	default:
		b.WriteString(`"` + n.Text + `"`)
	}
}

func (n *Node) writeIn(b *strings.Builder, brackets bool) {
	if !brackets {
		n.write(b)
		return
	}
	b.WriteByte('(')
	n.write(b)
	b.WriteByte(')')
}

// bounds returns a range of numbers as it is typed.
func bounds(low, high int64) string {
	switch {
	case low == high:
		return strconv.FormatInt(low, 10)
	case low == math.MinInt64:
		return ".." + strconv.FormatInt(high, 10)
	case high == math.MaxInt64:
		return strconv.FormatInt(low, 10) + ".."
	}
	return strconv.FormatInt(low, 10) + ".." + strconv.FormatInt(high, 10)
}
