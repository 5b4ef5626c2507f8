package journal

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"

	"untangle/journal/search"
	"untangle/journal/vault"
)

// The search index lives in the bucket segments: its blocks are records under numbers of
// their own, and a tree's rows hold their tags, so that no block can be removed, exchanged
// or put back unseen. Under the first numbers stand catalogues: of the index that serves,
// and of one that is being made. An entry is indexed under its version, which changes with
// its text.
//
// A new entry goes into no index at once. What came since the catalogue was written, the
// tail, is analysed when somebody searches; once it has 32 entries or 64 KiB, the
// transaction that adds the next one indexes it. The index can always be made anew from the
// entries, so what goes wrong with it never keeps an entry out: the index is then dropped,
// and searches read all texts until it is made again.
const (
	servingIndex = 0
	makingIndex  = 1
	firstBlock   = 16 // the numbers below are kept for catalogues
)

// Why an index does not serve.
var (
	errIndexOld     = errors.New("the search index was made by another version of this program")
	errIndexDamaged = errors.New("the search index is damaged")
	errIndexBehind  = errors.New("the search index does not have all entries yet")
)

// catalogue says what is in an index.
type catalogue struct {
	analyser uint32
	language string
	upTo     uint64   // versions up to here are in the index if they stand
	late     []uint64 // but for these, which were brought back
	index    *search.Index
}

func newCatalogue(language string) *catalogue {
	return &catalogue{analyser: search.Version, language: language, index: &search.Index{}}
}

const catalogueVersion = 1

func (c *catalogue) encode() []byte {
	b := []byte{catalogueVersion}
	b = binary.AppendUvarint(b, uint64(c.analyser))
	b = binary.AppendUvarint(b, uint64(len(c.language)))
	b = append(b, c.language...)
	b = binary.AppendUvarint(b, c.upTo)
	b = binary.AppendUvarint(b, uint64(len(c.late)))
	for _, version := range c.late {
		b = binary.AppendUvarint(b, version)
	}
	return append(b, c.index.Encode()...)
}

func decodeCatalogue(b []byte) (*catalogue, error) {
	bad := len(b) == 0 || b[0] != catalogueVersion
	number := func() uint64 {
		n, size := binary.Uvarint(b)
		if bad = bad || size <= 0; bad {
			return 0
		}
		b = b[size:]
		return n
	}
	if bad {
		return nil, errIndexDamaged
	}
	b = b[1:]
	c := &catalogue{analyser: uint32(number())}
	length := number()
	if bad || length > uint64(len(b)) {
		return nil, errIndexDamaged
	}
	c.language, b = string(b[:length]), b[length:]
	c.upTo = number()
	late := number()
	if bad || late > uint64(len(b)) {
		return nil, errIndexDamaged
	}
	for range late {
		c.late = append(c.late, number())
	}
	if bad {
		return nil, errIndexDamaged
	}
	var err error
	c.index, err = search.Decode(b)
	return c, err
}

// blocks are the records of an index, as search.Blocks.
type blocks struct {
	t    *tx
	tree *tree
}

func (t *tx) blocks() (blocks, error) {
	tree, err := t.tree(segmentsTree)
	return blocks{t, tree}, err
}

func (b blocks) New() (uint64, error) {
	b.tree.next = max(b.tree.next+1, firstBlock)
	return b.tree.next, b.t.unused(segmentsBucket, b.tree.next)
}

func (b blocks) Put(number uint64, block []byte) error {
	tag, err := b.t.put(segmentsBucket, number, block)
	if err != nil {
		return err
	}
	row := append(numberKey(number), tag[:]...)
	return b.tree.put(row)
}

func (b blocks) Get(number uint64) ([]byte, error) {
	row, err := b.tree.get(numberKey(number))
	if err != nil {
		return nil, err
	}
	if row == nil {
		return nil, search.ErrBroken
	}
	block, tag, err := b.t.open(segmentsBucket, number)
	if err == nil && tag != vault.Tag(row[8:]) {
		err = damagef("record %d of %s is not the one that belongs there", number, segmentsBucket)
	}
	return block, err
}

func (b blocks) Drop(number uint64) error {
	if _, err := b.tree.remove(numberKey(number)); err != nil {
		return err
	}
	return b.t.remove(segmentsBucket, number)
}

// catalogue returns the catalogue under a number, nil if there is none.
func (t *tx) catalogue(number uint64) (*catalogue, error) {
	b, err := t.blocks()
	if err != nil {
		return nil, err
	}
	if row, err := b.tree.get(numberKey(number)); row == nil || err != nil {
		return nil, err
	}
	record, err := b.Get(number)
	if err != nil {
		return nil, err
	}
	return decodeCatalogue(record)
}

// putCatalogue keeps a catalogue, or takes one away if it is nil.
func (t *tx) putCatalogue(number uint64, c *catalogue) error {
	b, err := t.blocks()
	if err != nil {
		return err
	}
	if c == nil {
		return b.Drop(number)
	}
	if number == servingIndex {
		t.head.indexed, t.head.pending = c.upTo, 0
	}
	return b.Put(number, c.encode())
}

// serving returns the catalogue of the index that serves; a new one if nothing was indexed
// yet. The error is one of those above, or of reading it.
func (t *tx) serving() (*catalogue, error) {
	c, err := t.catalogue(servingIndex)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errIndexDamaged, err)
	case c == nil && t.head.indexed == 0:
		language, err := t.language()
		return newCatalogue(language), err
	case c == nil:
		return nil, errIndexDamaged
	case c.analyser != search.Version, !knownLanguage(c.language):
		return nil, errIndexOld
	case c.upTo != t.head.indexed:
		return nil, errIndexDamaged
	}
	return c, nil
}

// languageState is the name under which a journal remembers the language it is in.
const languageState = "language"

// The language of the questions, and what stands for none.
const (
	defaultLanguage = "english"
	withoutLanguage = "none"
)

// language returns the language that an index is made for.
func (t *tx) language() (string, error) {
	value, err := (&State{t}).Get(languageState)
	if language := cmp.Or(string(value), defaultLanguage); knownLanguage(language) || err != nil {
		return language, err
	}
	return withoutLanguage, nil // of a later version; words are found as they stand
}

func knownLanguage(name string) bool {
	_, err := search.New(name)
	return err == nil
}

// contentsOf returns what is indexed of an entry.
func contentsOf(e *Entry) *search.Content {
	c := &search.Content{
		Title: e.Title, Text: e.Text, Tags: e.Tags(), Starred: e.Starred,
		Prompt: e.Prompt.ID, Theme: e.Prompt.Theme, Journey: e.Journey.ID,
	}
	if !e.OpenOn.IsZero() {
		c.Marks = append(c.Marks, letterMark)
	}
	if e.bare() {
		c.Marks = append(c.Marks, bareMark)
	}
	return c
}

// What is marked in an index, and stays out of most answers.
const (
	letterMark = "letter" // a letter to later
	bareMark   = "bare"   // a check-in without text
)

// spare holds an analyser between uses, since it remembers stems.
type spare = atomic.Pointer[search.Analyser]

// analyser returns an analyser of a language; giveBack takes it when it is not needed any
// more.
func (t *tx) analyser(language string) (*search.Analyser, error) {
	return takeAnalyser(t.spare, language)
}

func (t *tx) giveBack(a *search.Analyser) {
	if t.spare != nil {
		t.spare.Store(a)
	}
}

func takeAnalyser(s *spare, language string) (*search.Analyser, error) {
	if s != nil {
		if a := s.Swap(nil); a != nil && a.Language() == language {
			return a, nil
		}
	}
	return search.New(language)
}
