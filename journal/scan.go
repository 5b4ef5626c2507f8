package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"golang.org/x/text/unicode/norm"
)

// Hit is an entry that a search found.
type Hit struct {
	*Entry
	// Spans are the places of the words in the entry's text: the bytes from, and up to.
	Spans [][2]int
}

// Search returns the entries that q chooses and whose title or text has all the words,
// newest first unless q says otherwise. Words in double quotes must follow one another.
// Case and accents make no difference. It reads every text.
func (j *Journal) Search(ctx context.Context, q Query, words string) iter.Seq2[Hit, error] {
	return func(yield func(Hit, error) bool) {
		phrases, err := parsePhrases(words)
		if err != nil {
			yield(Hit{}, err)
			return
		}
		limit := q.Limit
		q.Limit = 0
		found := 0
		for e, err := range j.Entries(ctx, q) {
			if err != nil {
				yield(Hit{}, err)
				return
			}
			spans, ok := matchPhrases(e, phrases)
			if !ok {
				continue
			}
			found++
			if !yield(Hit{e, spans}, nil) || found == limit {
				return
			}
		}
	}
}

// ErrWords is returned by Search for words that cannot be looked for, with the reason.
var ErrWords = errors.New("these words cannot be looked for")

// parsePhrases splits what a person typed into phrases, each of folded words.
func parsePhrases(s string) ([][]string, error) {
	var phrases [][]string
	for i, part := range strings.Split(s, `"`) {
		if i%2 == 1 {
			if phrase := foldedWords(part); len(phrase) > 0 {
				phrases = append(phrases, phrase)
			}
			continue
		}
		for _, word := range foldedWords(part) {
			phrases = append(phrases, []string{word})
		}
	}
	if strings.Count(s, `"`)%2 == 1 {
		return nil, fmt.Errorf(`%w: a quotation mark is missing its partner (write "two words")`, ErrWords)
	}
	if len(phrases) == 0 {
		return nil, fmt.Errorf("%w: there is no letter and no digit among them", ErrWords)
	}
	return phrases, nil
}

func foldedWords(s string) (folded []string) {
	for word := range eachWord(s) {
		folded = append(folded, fold(s[word[0]:word[1]]))
	}
	return folded
}

// matchPhrases returns where the phrases stand in the entry's text, and whether each
// stands there or in the title.
func matchPhrases(e *Entry, phrases [][]string) (spans [][2]int, ok bool) {
	if !mayMatch(e, phrases) {
		return nil, false
	}
	places, inText := wordPlaces(e.Text)
	_, inTitle := wordPlaces(e.Title)
	for _, phrase := range phrases {
		found := false
		for i := range inText {
			if startsWith(inText[i:], phrase) {
				spans, found = append(spans, [2]int{places[i][0], places[i+len(phrase)-1][1]}), true
			}
		}
		for i := 0; i < len(inTitle) && !found; i++ {
			found = startsWith(inTitle[i:], phrase)
		}
		if !found {
			return nil, false
		}
	}
	return spans, true
}

// mayMatch rules out quickly what most entries are: without accents, and without the
// word.
func mayMatch(e *Entry, phrases [][]string) bool {
	if !unaccented(e.Text) || !unaccented(e.Title) {
		return true
	}
	text, title := strings.ToLower(e.Text), strings.ToLower(e.Title)
	for _, phrase := range phrases {
		for _, word := range phrase {
			// Apostrophes come in several shapes.
			if !strings.Contains(word, "'") && !strings.Contains(text, word) && !strings.Contains(title, word) {
				return false
			}
		}
	}
	return true
}

// unaccented reports whether all of a text is ASCII, but for the typographic marks of
// U+2000 to U+203F, which belong to no word but as apostrophes.
func unaccented(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < utf8.RuneSelf {
			continue
		}
		if s[i] != 0xE2 || i+1 >= len(s) || s[i+1] != 0x80 {
			return false
		}
		i += 2
	}
	return true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func startsWith(words, phrase []string) bool {
	if len(words) < len(phrase) {
		return false
	}
	for i, word := range phrase {
		if words[i] != word {
			return false
		}
	}
	return true
}

func wordPlaces(s string) (places [][2]int, folded []string) {
	for word := range eachWord(s) {
		places = append(places, word)
		folded = append(folded, fold(s[word[0]:word[1]]))
	}
	return places, folded
}

// eachWord yields the places of a text's words, after UAX 29.
func eachWord(s string) iter.Seq[[2]int] {
	return func(yield func([2]int) bool) {
		for segments := words.FromString(s); segments.Next(); {
			if isWord(segments.Value()) && !yield([2]int{segments.Start(), segments.End()}) {
				return
			}
		}
	}
}

func isWord(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return true
		}
	}
	return false
}

// fold returns a word without its case and accents.
func fold(word string) string {
	if isASCII(word) {
		return strings.ToLower(word)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(word) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == '’':
			b.WriteByte('\'')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.ReplaceAll(b.String(), "ß", "ss")
}
