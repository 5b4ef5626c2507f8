package journal

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// wordsmith makes texts and searches of few words, so that they meet.
type wordsmith struct{ *rand.Rand }

func oneOf[E any](r *rand.Rand, of ...E) E { return of[r.IntN(len(of))] }

// word returns a word in one of its forms.
func (w wordsmith) word() string {
	return oneOf(w.Rand,
		"garden", "Gardens", "gardening", "gardener", "walk", "walked", "walking", "guilt", "guilty", "angry", "anger", "ANGRY",
		"lonely", "loneliness", "rain", "rained", "don't", "l'amour", "sister's", "the", "the", "and", "of", "a", "was", "cafe", "café",
		"cafe\u0301", "Gärten", "Garten", "Straße", "strasse", "naïve", "éte\u0301", "İstanbul", "Ελλάδα", "ελλαδα", "1,000", "2026", "x_y",
		"日本語", "東京", "日記", "本", "한국어", "ไทย", "🙂", "👍🏽", "👍", "👨‍👩‍👧", "heal", "healing", "healed", "hael", "gardn",
	)
}

func (w wordsmith) tag() string {
	return oneOf(w.Rand, "home", "work", "new-flat", "été", "日記", "homework")
}

func (w wordsmith) sentence(words int) string {
	var b strings.Builder
	for range words {
		b.WriteString(w.word())
		if w.IntN(25) == 0 {
			b.WriteString(oneOf(w.Rand, " @", " #") + w.tag())
		}
		b.WriteString(oneOf(w.Rand, " ", " ", " ", " ", ", ", ". ", "\n", "—"))
	}
	return b.String()
}

func (w wordsmith) date() Date {
	day := Day(2018+w.IntN(6), time.Month(1+w.IntN(12)), 1+w.IntN(28))
	if w.IntN(2) == 0 {
		return day
	}
	return At(day.Time().Add(time.Duration(w.IntN(86400)) * time.Second).In(time.FixedZone("", (w.IntN(25)-12)*3600)))
}

func (w wordsmith) checkIn() (c CheckIn) {
	if w.IntN(3) > 0 {
		ache := w.IntN(11)
		c.Ache = &ache
	}
	c.Mood, c.Energy, c.After = w.IntN(6), w.IntN(6), After(w.IntN(5))
	return c
}

// id returns an id that no other call returns.
func (w wordsmith) id() (id ID) {
	for i := range id {
		id[i] = byte(w.Uint32())
	}
	return id
}

// entry returns an entry of any kind.
func (w wordsmith) entry() Entry {
	e := Entry{ID: w.id(), Date: w.date(), Text: w.sentence(1 + w.IntN(16)), Starred: w.IntN(6) == 0}
	switch w.IntN(12) {
	case 0:
		e.Title = w.sentence(1 + w.IntN(4))
	case 1:
		e.Text, e.CheckIn = "", w.checkIn()
	case 2:
		e.CheckIn = w.checkIn()
	case 3:
		e.Prompt = Prompt{oneOf(w.Rand, "sto-1", "sto-12", "com-menu"), oneOf(w.Rand, "STO", "COM"), "What then?"}
	case 4:
		e.Journey = Journey{oneOf(w.Rand, "do-it", "do-not"), 1 + w.IntN(9)}
	case 5:
		e.OpenOn = oneOf(w.Rand, Day(2025, 1, 1), Day(2026, 3, 10), Day(2026, 3, 11), Day(2031, 1, 1))
	case 6:
		e.Hand = []string{w.tag(), w.tag()}
	case 7:
		e.Text, e.Title = "", w.sentence(2)
	case 8:
		if w.IntN(8) == 0 { // enough for the tail to be indexed at once
			e.Text = w.word() + strings.Repeat(" ", tailBytes) + w.word()
		}
	}
	return e
}

// part returns a part of a query.
func (w wordsmith) part(depth int, known []*known) string {
	if depth > 0 && w.IntN(3) == 0 {
		one, two := w.part(depth-1, known), w.part(depth-1, known)
		return oneOf(w.Rand, one+" "+two, one+" "+two, one+" OR "+two, "("+one+" OR "+two+") "+w.part(0, known), one+" NOT "+two, one+" -"+two, "NOT ("+one+" "+two+")")
	}
	word := w.word()
	switch w.IntN(20) {
	case 0, 1:
		return `"` + strings.TrimSpace(w.sentence(1+w.IntN(3))) + `"`
	case 2, 3, 4:
		return w.quotation(known)
	case 5, 6:
		runes := []rune(word)
		return string(runes[:min(len(runes), 2+w.IntN(4))]) + "*"
	case 7:
		runes := []rune(word)
		at := w.IntN(len(runes))
		return string(runes[:at]) + oneOf(w.Rand, "", "e", "n") + string(runes[min(len(runes), at+w.IntN(2)):]) + oneOf(w.Rand, "~1", "~2")
	case 8:
		return "title:" + oneOf(w.Rand, word, `"`+w.word()+" "+w.word()+`"`, "gar*", "heal~1")
	case 9:
		return oneOf(w.Rand, "tag:", "@", "#") + w.tag() + oneOf(w.Rand, "", "", "*")
	case 10:
		return oneOf(w.Rand, "prompt:sto-1", "prompt:STO*", "theme:sto", "theme:C*", "journey:do-it", "journey:d*")
	case 11:
		return oneOf(w.Rand, "ache:", "mood:", "words:") + oneOf(w.Rand, "3", "2..4", "..3", "5..", "1..5")
	case 12:
		return oneOf(w.Rand, "starred:", "starred:no", "starred:yes")
	case 13:
		return oneOf(w.Rand, "from:", "to:", "on:") + oneOf(w.Rand, "2019", "2020-03", "2021-02-03", "2022")
	case 14:
		return "-" + word
	}
	return word
}

// quotation returns some words as they stand in an entry.
func (w wordsmith) quotation(known []*known) string {
	for range 8 {
		if len(known) == 0 {
			break
		}
		words := strings.Fields(known[w.IntN(len(known))].Text)
		if len(words) == 0 {
			continue
		}
		from := w.IntN(len(words))
		return `"` + strings.Join(words[from:min(len(words), from+1+w.IntN(4))], " ") + `"`
	}
	return w.word()
}

// search returns something to look for in a journal.
func (w wordsmith) search(o *oracle) Search {
	s := Search{Dates: spans, Best: w.IntN(3) > 0, Years: w.IntN(2) == 0, Kin: w.IntN(3) == 0}
	if w.IntN(12) > 0 {
		s.Words = w.part(w.IntN(3), slices.Concat(o.standing, o.deleted))
	}
	s.Oldest, s.Deleted = w.IntN(4) == 0, w.IntN(8) == 0
	s.CheckIns, s.Shut, s.Letters = w.IntN(3) == 0, w.IntN(3) == 0, w.IntN(16) == 0
	if w.IntN(3) == 0 {
		s.Limit = 1 + w.IntN(30)
	}
	switch w.IntN(12) {
	case 0:
		s.From = w.date()
	case 1:
		s.To = w.date()
	case 2:
		s.From = w.date()
		s.To = s.From.AddDays(w.IntN(500))
	case 3:
		s.Year = 2018 + w.IntN(6)
	case 4:
		s.Month, s.Day = time.Month(1+w.IntN(12)), w.IntN(3)
	case 5:
		s.Tags = []string{w.tag()}
	case 6:
		s.Without = []string{w.tag(), w.tag()}
	case 7:
		s.Starred = true
	case 8:
		s.Prompt, s.Theme = oneOf(w.Rand, "", "sto-1"), oneOf(w.Rand, "", "STO")
	case 9:
		s.Journey = "do-it"
	}
	if w.IntN(4) == 0 {
		for _, k := range o.standing {
			if w.IntN(20) == 0 {
				s.Apart.IDs = append(s.Apart.IDs, k.ID, k.ID)
			}
		}
		if w.IntN(2) == 0 {
			s.Apart.Tags = []string{w.tag()}
		}
		if w.IntN(2) == 0 {
			first := w.date().Midnight()
			s.Apart.Days = append(s.Apart.Days, [2]Date{first, first.AddDays(w.IntN(900))})
		}
	}
	return s
}

// unique returns a word that no other number has, and its end, which is no other's: words
// that stand side by side share two letters at most, so the end is written out.
func unique(n int) (word, end string) {
	const letters, coprime = "bcdfghklmnpvwz", 7919
	code := func(n, size int) (s string) {
		for range size {
			s, n = string(letters[n%len(letters)])+s, n/len(letters)
		}
		return s
	}
	end = "qj" + code(n*coprime, 4) + "x"
	return code(n, 3) + end, end
}
