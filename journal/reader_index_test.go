package journal_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
	"testing"

	"untangle/journal"
)

// served is the search index of a file: for each field and text the versions that have it,
// and where.
type served struct {
	upTo     uint64
	late     []uint64
	language string
	segments int
	deepest  int
	dead     map[uint64]bool
	terms    map[string]map[uint64][]uint64
}

// varints reads numbers and what lies between them.
type varints struct{ b []byte }

func (v *varints) next() uint64 {
	n, size := binary.Uvarint(v.b)
	if size <= 0 {
		refuse("a number")
	}
	v.b = v.b[size:]
	return n
}

func (v *varints) take(n uint64) []byte {
	if n > uint64(len(v.b)) {
		refuse("%d bytes of %d", n, len(v.b))
	}
	b := v.b[:n]
	v.b = v.b[n:]
	return b
}

// key reads a key that is front coded.
func (v *varints) key(before string) string {
	shared := v.next()
	if shared > uint64(len(before)) {
		refuse("a key that shares %d bytes of %q", shared, before)
	}
	return before[:shared] + string(v.take(v.next()))
}

// block is one that an index is made of.
type block struct {
	number uint64
	of     *shelf
}

// shelf are the blocks of a segment.
type shelf struct {
	r      *reader
	tags   map[string][]byte
	number uint64
	used   map[uint64]bool
}

// content returns what a block of a kind holds.
func (b block) content(kind byte) []byte {
	key := string(binary.BigEndian.AppendUint64(nil, b.number))
	content, tag := b.of.r.record("segments", key)
	if !bytes.Equal(tag, b.of.tags[key]) || b.number < 16 {
		refuse("block %d is not the one that belongs there", b.number)
	}
	n := len(content) - 4
	place := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, b.number), b.of.number)
	sum := crc32.Checksum(append(place, content[:n]...), crc32.IEEETable)
	if content[n-1] != kind || binary.BigEndian.Uint32(content[n:]) != sum {
		refuse("block %d of kind %q", b.number, content[n-1])
	}
	b.of.used[b.number] = true
	return content[:n-1]
}

// index reads the index that serves.
func (r *reader) index() *served {
	rows, nodes := r.rows(4)
	tags := make(map[string][]byte)
	for _, row := range rows {
		tags[string(row[:8])] = row[8:24]
	}
	if len(r.buckets["segments"]) != len(rows)+nodes {
		refuse("segments has %d records for %d rows", len(r.buckets["segments"]), len(rows))
	}
	head, _ := r.record("meta", "head")
	first := string(make([]byte, 8))
	catalogue, tag := r.record("segments", first)
	if !bytes.Equal(tag, tags[first]) {
		refuse("the catalogue is not the one that belongs there")
	}
	v := &varints{catalogue[1:]}
	s := &served{dead: make(map[uint64]bool), terms: make(map[string]map[uint64][]uint64)}
	if catalogue[0] != 1 || v.next() == 0 {
		refuse("the catalogue's version")
	}
	s.language = string(v.take(v.next()))
	if s.upTo = v.next(); s.upTo != binary.BigEndian.Uint64(head[16+5*40+8:]) {
		refuse("the head knows of another catalogue")
	}
	for range v.next() {
		s.late = append(s.late, v.next())
	}
	if v.take(1)[0] != 1 {
		refuse("the list of segments")
	}
	type listed struct{ number, first, last, documents, bytes, dead uint64 }
	var list []listed
	for range v.next() {
		l := listed{v.next(), v.next(), 0, 0, 0, 0}
		l.last, l.documents, l.bytes, l.dead = l.first+v.next(), v.next(), v.next(), v.next()
		list = append(list, l)
	}
	before := uint64(0)
	for range v.next() {
		before += v.next()
		s.dead[before] = true
	}
	if len(v.b) > 0 {
		refuse("something behind the list of segments")
	}
	blocks := 1
	for _, l := range list {
		of := &shelf{r, tags, l.number, make(map[uint64]bool)}
		v := &varints{block{l.number, of}.content('h')}
		if v.next() != 1 || v.next() != l.first || v.next() != l.last-l.first || v.next() != l.documents {
			refuse("the header of segment %d", l.number)
		}
		there := v.entry(of, l.first, l.documents)
		dead := uint64(0)
		for version := range there {
			if version > l.last {
				refuse("segment %d reaches further than it says", l.number)
			}
			if s.dead[version] {
				dead++
			}
		}
		terms, depth := v.next(), v.next()
		if s.deepest = max(s.deepest, int(depth)); dead != l.dead {
			refuse("segment %d has %d dead, not %d", l.number, dead, l.dead)
		}
		if got := s.below(v, of, l.first, depth); got != terms {
			refuse("segment %d has %d terms, not %d", l.number, got, terms)
		}
		size := 0
		for range v.next() {
			from := l.number + v.next()
			for n := range v.next() {
				if !of.used[from+n] {
					refuse("block %d of segment %d leads nowhere", from+n, l.number)
				}
				content, _ := r.record("segments", string(binary.BigEndian.AppendUint64(nil, from+n)))
				size += len(content)
				blocks++
			}
		}
		if uint64(size) != l.bytes || len(v.b) > 0 {
			refuse("segment %d has %d bytes, not %d", l.number, size, l.bytes)
		}
		s.segments++
	}
	if blocks != len(rows) {
		refuse("%d blocks are used of %d", blocks, len(rows))
	}
	return s
}

// below reads all terms that refs lead to, and returns their number.
func (s *served) below(v *varints, of *shelf, first, depth uint64) (terms uint64) {
	key := ""
	for range v.next() {
		key = v.key(key)
		to := block{of.number + v.next(), of}
		if depth > 0 {
			terms += s.below(&varints{to.content('i')}, of, first, depth-1)
		} else {
			terms += s.block(&varints{to.content('t')}, of, first, key)
		}
	}
	return terms
}

// block reads the terms of one block, which begin from a separator on.
func (s *served) block(v *varints, of *shelf, first uint64, separator string) (terms uint64) {
	key := ""
	for ; len(v.b) > 0; terms++ {
		before := key
		if key = v.key(key); key < separator || key <= before {
			refuse("the order of terms at %q", key)
		}
		documents := v.next()
		if (key[0] == 255) != (documents == 0) {
			refuse("%d documents of %q", documents, key)
		}
		if documents == 0 {
			s.form(key)
			continue
		}
		v.b = append(binary.AppendUvarint(nil, documents), v.b...)
		text, _ := halves(key)
		for version, places := range v.entry(of, first, documents) {
			if s.dead[version] {
				continue
			}
			if s.terms[text] == nil {
				s.terms[text] = make(map[uint64][]uint64)
			}
			if _, twice := s.terms[text][version]; twice {
				refuse("%q stands twice in entry %d", text, version)
			}
			s.terms[text][version] = places
		}
	}
	return terms
}

// halves returns the text of a key with its field, and what stands behind the 0.
func halves(key string) (text, other string) {
	text, coded, found := strings.Cut(key[1:], "\x00")
	if found {
		other = text[:coded[0]] + coded[1:]
	}
	return key[:1] + text, other
}

// form reads the key of a form: that of its stem, and the text of the term.
func (s *served) form(key string) {
	stem, text := halves(key[1:])
	if text == "" || text == stem[1:] {
		refuse("a form of %q that is no other", stem)
	}
}

// entry returns the versions that stand behind a key, and the positions of each.
func (v *varints) entry(of *shelf, first, documents uint64) map[uint64][]uint64 {
	all := make(map[uint64][]uint64)
	if v.next() != documents {
		refuse("the number of documents")
	}
	if kind := v.next(); kind < 2 {
		inline := &varints{v.take(v.next())}
		inline.postings(all, first, documents, kind == 1, inline)
	} else {
		for range kind - 1 {
			n := v.next()
			v.next()
			v.next()
			postings := &varints{block{of.number + v.next(), of}.content('p')}
			postings.take(v.next())
			positions := (*varints)(nil)
			if n&1 == 1 {
				positions = &varints{block{of.number + v.next(), of}.content('o')}
				positions.take(v.next())
			}
			postings.postings(all, first, n>>1, n&1 == 1, positions)
		}
	}
	if uint64(len(all)) != documents {
		refuse("%d documents, not %d", len(all), documents)
	}
	return all
}

// postings reads some documents, and the positions of each.
func (v *varints) postings(all map[uint64][]uint64, first, n uint64, positioned bool, positions *varints) {
	var versions []uint64
	at := uint64(0)
	for i := range n {
		if at += v.next(); i > 0 {
			at++
		}
		versions = append(versions, first+at)
		all[first+at] = nil
	}
	if !positioned {
		return
	}
	v.take(n) // impacts
	total := positions.next()
	last := positions.take((total + 7) / 8)
	for i, begins := uint64(0), true; i < total; i++ {
		version := versions[0]
		place := positions.next()
		if !begins {
			place += all[version][len(all[version])-1] + 1
		}
		all[version] = append(all[version], place)
		if begins = last[i/8]>>(i%8)&1 == 1; begins {
			versions = versions[1:]
		}
	}
	if len(versions) > 0 {
		refuse("%d documents without positions", len(versions))
	}
}

// expected is what an index says of entries whose words are of ASCII.
func expected(entries []*journal.Entry) map[string]map[uint64][]uint64 {
	terms := make(map[string]map[uint64][]uint64)
	put := func(field byte, text string, version uint64, at ...uint64) {
		if text == "" {
			return
		}
		key := string(field) + text
		if field >= 128 {
			refuse("field %d", field)
		}
		if terms[key] == nil {
			terms[key] = make(map[uint64][]uint64)
		}
		terms[key][version] = append(terms[key][version], at...)
	}
	words := func(text string) []string {
		return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	}
	for _, e := range entries {
		for i, word := range words(e.Title) {
			put(1, word, e.Version, uint64(i))
		}
		for i, word := range words(e.Text) {
			put(100, word, e.Version, uint64(i))
		}
		for _, tag := range e.Tags() {
			put(2, strings.ToLower(tag), e.Version)
		}
		put(3, strings.ToLower(e.Prompt.ID), e.Version)
		put(4, strings.ToLower(e.Prompt.Theme), e.Version)
		put(5, strings.ToLower(e.Journey.ID), e.Version)
		if e.Starred {
			put(12, "yes", e.Version)
		}
		if !e.OpenOn.IsZero() {
			put(101, "letter", e.Version)
		}
		if e.Text == "" && !e.CheckIn.IsZero() {
			put(101, "bare", e.Version)
		}
	}
	return terms
}

// compareIndex holds the index that the reader reads against what the entries say.
func compareIndex(t *testing.T, j *journal.Journal, r *reader) (deepest int) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Error(p)
		}
	}()
	s := r.index()
	var entries []*journal.Entry
	for e, err := range j.Entries(t.Context(), journal.Query{CheckIns: true, Shut: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Version <= s.upTo && !slices.Contains(s.late, e.Version) {
			entries = append(entries, e)
		}
	}
	want := expected(entries)
	wrong := 0
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got := s.terms[key]; !maps.EqualFunc(got, want[key], slices.Equal) {
			if wrong++; wrong < 10 {
				t.Errorf("field %d, %.40q: %.200s, want %.200s", key[0], key[1:], fmt.Sprint(got), fmt.Sprint(want[key]))
			}
		}
	}
	if len(s.terms) != len(want) {
		t.Errorf("the index has %d terms, want %d", len(s.terms), len(want))
	}
	if len(entries) < 1000 || s.segments == 0 || s.language != "english" {
		t.Errorf("it has %d entries in %d segments of %q", len(entries), s.segments, s.language)
	}
	return s.deepest
}
