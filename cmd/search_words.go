package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
)

// sought is what somebody looks for: as it was typed, and in the language of a search.
type sought struct {
	text, query string
	parts       []soughtPart // in order; none if both are the same
}

// soughtPart is where so many bytes of a query stand in what was typed.
type soughtPart struct{ query, text, size int }

// soughtFields are the fields of a search. Written in the arguments of one, they tell a
// query from a phrase.
func soughtFields() []string {
	return []string{"title", "tag", "prompt", "theme", "journey", "mood", "ache", "words", "starred", "from", "to", "on"}
}

// soughtIn joins the arguments of a search. One that has spaces is a phrase, unless it has
// something in it that a query is made of.
func soughtIn(args []string) sought {
	var w sought
	for i, arg := range args {
		if i > 0 {
			w.text, w.query = w.text+" ", w.query+" "
		}
		if len(strings.Fields(arg)) < 2 || queried(strings.TrimPrefix(arg, "-")) {
			w.add(arg)
			continue
		}
		rest, without := strings.CutPrefix(arg, "-")
		if without {
			w.add("-")
		}
		w.query += `"`
		w.add(rest)
		w.query += `"`
	}
	return w
}

func (w *sought) add(s string) {
	w.parts = append(w.parts, soughtPart{len(w.query), len(w.text), len(s)})
	w.text, w.query = w.text+s, w.query+s
}

// queried reports whether a text of several words has something in it that a query is made
// of, and is no mere phrase.
func queried(text string) bool {
	if strings.ContainsAny(text, `()"“”„«»`) {
		return true
	}
	return slices.ContainsFunc(strings.Fields(text), func(word string) bool {
		if slices.Contains([]string{"AND", "OR", "NOT"}, word) || word[0] == '-' && len(word) > 1 {
			return true
		}
		for _, mark := range []string{"*", "~1", "~2"} {
			if strings.HasSuffix(word, mark) && len(word) > len(mark) {
				return true
			}
		}
		if _, err := journal.ParseTag(word); err == nil && strings.ContainsAny(word[:1], "@#") {
			return true
		}
		field, value, ok := strings.Cut(strings.ToLower(word), ":")
		return ok && slices.Contains(soughtFields(), field) && (value != "" || field == "starred")
	})
}

// empty reports whether there are no words.
func (w sought) empty() bool { return strings.TrimSpace(w.query) == "" }

// and returns a search that goes on with what was typed behind it.
func (w sought) and(typed string) sought {
	before := strings.TrimSpace(w.query)
	if strings.Contains(before, " ") {
		before = "(" + before + ")"
	}
	all := before + " " + typed
	return sought{text: all, query: all}
}

// joins reports whether what was typed goes on with a search, since it begins with one of
// some operators.
func joins(typed string, operators ...string) bool {
	word, rest, ok := strings.Cut(typed, " ")
	return ok && strings.TrimSpace(rest) != "" && slices.Contains(operators, word)
}

// place returns the byte of what was typed that stands at a byte of the query.
func (w sought) place(at int) int {
	if len(w.parts) == 0 {
		return at
	}
	i, found := slices.BinarySearchFunc(w.parts, at, func(p soughtPart, at int) int { return p.query - at })
	if !found {
		i = max(i-1, 0)
	}
	p := w.parts[i]
	return p.text + max(0, min(at-p.query, p.size))
}

// unread has an error about a query that cannot be read show what was typed.
func (w sought) unread(err error) error {
	var syntax *journal.SyntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	at := w.place(syntax.At)
	before := oneLine(w.text[:at])
	return &usageError{&journal.SyntaxError{Message: syntax.Message, Query: before + oneLine(w.text[at:]), At: len(before)}}
}

// wordDates reads the dates in a query as those of flags are read.
func (r *run) wordDates() func(string) (from, to journal.Date, err error) {
	now := r.Now()
	return func(text string) (from, to journal.Date, err error) {
		if from, to, err = span(text, now); err != nil && !strings.Contains(text, " ") {
			err = fmt.Errorf("%w; a date of several words stands in quotation marks", err)
		}
		return from, to, err
	}
}

// wordsApart puts the words of a search behind its flags, so that one with a dash in front
// of it, which is to be left out, is taken for no flag.
func wordsApart(c *cobra.Command, args []string) []string {
	c.InitDefaultHelpFlag()
	var flags, words []string
	named := false
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			words = append(words, args[i+1:]...)
			i = len(args)
		case isFlag(c, arg), !named && strings.HasPrefix(arg, "-"):
			flags = append(flags, arg)
			if takesValue(c, arg) && i+1 < len(args) {
				i++
				flags = append(flags, args[i])
			}
		case !named:
			named = true
			flags = append(flags, arg)
		default:
			words = append(words, arg)
		}
	}
	return slices.Concat(flags, []string{"--"}, words)
}

// isFlag reports whether an argument is a flag, and no word with a dash in front of it. A
// single letter is a flag if there is one; with something behind it, if that is a number.
func isFlag(c *cobra.Command, arg string) bool {
	if strings.HasPrefix(arg, "--") {
		return true
	}
	if len(arg) < 2 || arg[0] != '-' || arg[1] >= 0x80 {
		return false
	}
	flag := c.Flags().ShorthandLookup(arg[1:2])
	if flag == nil {
		flag = c.InheritedFlags().ShorthandLookup(arg[1:2])
	}
	if flag == nil || len(arg) == 2 {
		return flag != nil
	}
	return flag.NoOptDefVal == "" && isDigits(strings.TrimPrefix(arg[2:], "="))
}

// literally joins the arguments of a search that looks for them just as they stand.
func literally(args []string) sought {
	words := strings.Join(args, " ")
	return sought{text: words, query: words}
}
