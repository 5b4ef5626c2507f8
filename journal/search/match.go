package search

import "strings"

// Doc is what a scan knows of a document.
type Doc struct {
	Title, Text []Token // as Tokens returns them
	// Tags, Prompt, Theme and Journey are as Key returns them, empty where there is none.
	Tags                   []string
	Prompt, Theme, Journey string
	Ache                   int // -1 where none is known
	Mood                   int // 0 where none is known
	Words                  int
	Starred                bool
	Date                   int64 // in the order of Range
}

// Token is a word of a document with its stem.
type Token struct {
	Word
	Stem string
}

// Tokens returns the words of a text with their stems.
func (a *Analyser) Tokens(text string) (tokens []Token) {
	for w := range a.Words(text) {
		tokens = append(tokens, Token{w, a.Stem(w.Term)})
	}
	return tokens
}

// Match reports whether the query finds the document. It looks at everything, and is what
// every quicker way has to agree with.
func (q *Query) Match(d *Doc) bool { return q.Root.match(d) }

func (n *Node) match(d *Doc) bool {
	switch n.Op {
	case And:
		for _, kid := range n.Kids {
			if !kid.match(d) {
				return false
			}
		}
		return true
	case Or:
		for _, kid := range n.Kids {
			if kid.match(d) {
				return true
			}
		}
		return false
	case Not:
		return !n.Kids[0].match(d)
	case Exact, Begins:
		return n.names(d)
	case Between:
		number, known := d.number(n.Field)
		return known && n.Low <= int64(number) && int64(number) <= n.High
	case Dated:
		return n.Low <= d.Date && d.Date <= n.High
	case Starred:
		return d.Starred == (n.Low != 0)
	}
	return n.standsIn(d.Title) || n.Field == AnyText && n.standsIn(d.Text)
}

// names reports whether a document has the tag, prompt, theme or journey that the node
// asks for.
func (n *Node) names(d *Doc) bool {
	var names []string
	switch n.Field {
	case TagField:
		names = d.Tags
	case PromptField:
		names = []string{d.Prompt}
	case ThemeField:
		names = []string{d.Theme}
	case JourneyField:
		names = []string{d.Journey}
	}
	for _, name := range names {
		if name == n.Key || n.Op == Begins && strings.HasPrefix(name, n.Key) {
			return true
		}
	}
	return false
}

func (d *Doc) number(f Field) (number int, known bool) {
	switch f {
	case AcheField:
		return d.Ache, d.Ache >= 0
	case MoodField:
		return d.Mood, d.Mood > 0
	case WordsField:
		return d.Words, true
	}
	return 0, false
}

// standsIn reports whether a word, phrase, prefix or fuzzy word stands in a text.
func (n *Node) standsIn(tokens []Token) bool {
	for i, t := range tokens {
		if n.begins(t) && n.endOf(tokens[i:], t) >= 0 {
			return true
		}
	}
	return false
}

// endOf returns the byte up to which what begins with the first of some tokens goes, below
// 0 if it is not what the node looks for.
func (n *Node) endOf(tokens []Token, t Token) int {
	end := t.End
	for k, s := range n.Terms[1:] {
		next := tokenAt(tokens, t.Position+k+1, s.Term)
		if next == nil {
			return -1
		}
		end = max(end, next.End)
	}
	return end
}

// begins reports whether a token is the first word that a node looks for.
func (n *Node) begins(t Token) bool {
	s := n.Terms[0]
	switch n.Op {
	case Term:
		return t.Term == s.Term || t.Stem == s.Stem
	case Prefix:
		return strings.HasPrefix(t.Term, s.Term)
	case Fuzzy:
		return editsBetween(t.Term, s.Term) <= n.Edits
	}
	return t.Term == s.Term
}

// tokenAt returns the token of a term at a position, nil if there is none.
func tokenAt(tokens []Token, position int, term string) *Token {
	for i := range tokens {
		if tokens[i].Position > position {
			break
		}
		if tokens[i].Position == position && tokens[i].Term == term {
			return &tokens[i]
		}
	}
	return nil
}

// editsBetween returns the edits that make one term the other: a character put in, left
// out, exchanged for another, or swapped with its neighbour, none edited twice.
func editsBetween(a, b string) int {
	x, y := []rune(a), []rune(b)
	table := make([][]int, len(x)+1)
	for i := range table {
		table[i] = make([]int, len(y)+1)
		for j := range table[i] {
			if i == 0 || j == 0 {
				table[i][j] = i + j
				continue
			}
			other := 1
			if x[i-1] == y[j-1] {
				other = 0
			}
			table[i][j] = min(table[i-1][j]+1, table[i][j-1]+1, table[i-1][j-1]+other)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				table[i][j] = min(table[i][j], table[i-2][j-2]+1)
			}
		}
	}
	return table[len(x)][len(y)]
}
