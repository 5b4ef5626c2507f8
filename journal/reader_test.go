package journal_test

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"maps"
	"math/big"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
	"untangle/journal"
)

// This reader knows of a journal's file what the package's documentation tells, and
// nothing else: it calls nothing of the package, and shares no constant with it.
type reader struct {
	file    []byte
	store   []byte
	data    []byte // the data key of a sealed journal, nil for a plain one
	buckets map[string]map[string][]byte
}

// refuse ends the reading; readFile turns it into an error.
func refuse(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func readFile(path, passphrase string) (r *reader, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r = &reader{file: b, buckets: make(map[string]map[string][]byte)}
	root, last := uint64(0), uint64(0)
	for page := range 2 {
		meta := b[page*8192+16:]
		sum := fnv.New64a()
		sum.Write(meta[:56])
		le := binary.LittleEndian
		if le.Uint32(meta) != 0xED0CDAED || le.Uint32(meta[4:]) != 2 || le.Uint32(meta[8:]) != 8192 || le.Uint64(meta[56:]) != sum.Sum64() {
			refuse("meta page %d", page)
		}
		if tx := le.Uint64(meta[48:]); tx >= last {
			root, last = le.Uint64(meta[16:]), tx
		}
	}
	for name, value := range r.pages(root) {
		root := binary.LittleEndian.Uint64(value)
		if root == 0 {
			r.buckets[name] = make(map[string][]byte)
			r.elements(value[16:], r.buckets[name])
		} else {
			r.buckets[name] = r.pages(root)
		}
	}
	r.header(passphrase)
	return r, nil
}

// pages returns all keys and values below a page.
func (r *reader) pages(number uint64) map[string][]byte {
	all := make(map[string][]byte)
	page := r.file[number*8192:]
	if got := binary.LittleEndian.Uint64(page); got != number {
		refuse("page %d says it is %d", number, got)
	}
	r.elements(page, all)
	return all
}

func (r *reader) elements(page []byte, all map[string][]byte) {
	le := binary.LittleEndian
	kind, count := le.Uint16(page[8:]), int(le.Uint16(page[10:]))
	for i := range count {
		e := page[16+16*i:]
		switch kind {
		case 1:
			maps.Copy(all, r.pages(le.Uint64(e[8:])))
		case 2:
			at, key, value := le.Uint32(e[4:]), le.Uint32(e[8:]), le.Uint32(e[12:])
			all[string(e[at:at+key])] = e[at+key : at+key+value]
		default:
			refuse("a page of kind %d", kind)
		}
	}
}

func (r *reader) header(passphrase string) {
	first, second := r.buckets["meta"]["header"], r.buckets["header"]["header"]
	if len(second) != 4096 || !bytes.HasPrefix(second, first) || len(bytes.Trim(second[len(first):], "\x00")) > 0 {
		refuse("the header's second copy")
	}
	be := binary.BigEndian
	rest, found := bytes.CutPrefix(first, []byte("untangle journal header\n"))
	if !found || be.Uint32(rest) != 1 || be.Uint32(rest[4:]) != 1 || be.Uint64(rest[8:]) != 0 || rest[36] > 1 || (rest[36] == 0) != (be.Uint32(rest[37:]) == 0) {
		refuse("the header")
	}
	n := len(first) - 4
	if be.Uint32(first[n:]) != crc32.Checksum(first[:n], crc32.MakeTable(crc32.Koopman)) {
		refuse("the header's checksum")
	}
	r.store = rest[16:32]
	if rest[36] == 1 {
		r.unlock(first[:len(first)-len(rest)+37], rest[41:41+be.Uint32(rest[37:])], passphrase)
	}
}

// derived is a key that HKDF makes of another.
func derived(secret []byte, info string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, info, 32)
	if err != nil {
		refuse("%v", err)
	}
	return key
}

// opened is what XChaCha20-Poly1305 sealed, behind its nonce.
func opened(key, sealed, bound []byte) []byte {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil || len(sealed) < 24 {
		refuse("a sealed record")
	}
	b, err := aead.Open(nil, sealed[:24], sealed[24:], bound)
	if err != nil {
		refuse("a sealed record does not open")
	}
	return b
}

// inner is the content before the zeros, and makes sure that there are as many as there
// ought to be.
func inner(b []byte) []byte {
	n := int(binary.BigEndian.Uint32(b)) + 4
	want := 256
	if n > 256 {
		e := bits.Len(uint(n)) - 1
		step := 1 << (e - (bits.Len(uint(e)) - 1) - 1)
		want = (n + step - 1) / step * step
	}
	if len(b) != want || len(bytes.Trim(b[n:], "\x00")) > 0 {
		refuse("%d bytes are padded to %d, not %d", n, len(b), want)
	}
	return b[4:n]
}

// unlock finds the data key with a passphrase. Bound is the header before the lock's length.
func (r *reader) unlock(bound, lock []byte, passphrase string) {
	be := binary.BigEndian
	if lock[0] != 1 || lock[1] > 8 {
		refuse("the lock")
	}
	for slot := range slices.Chunk(lock[2:2+98*int(lock[1])], 98) {
		slow := argon2.IDKey([]byte(passphrase), slot[1:17], be.Uint32(slot[17:]), be.Uint32(slot[21:]), slot[25], 32)
		if slot[0] == 1 {
			r.data = opened(derived(slow, "untangle wrap 1"), slot[26:], slices.Concat([]byte("untangle slot 1"), r.store, slot[:26]))
		}
	}
	rest := lock[2+98*int(lock[1]):]
	if !bytes.Equal(rest[:6], []byte{0x64, 0x7a, 0, 1, 0, 3}) || len(rest) != 8+int(be.Uint16(rest[6:]))+32 {
		refuse("the inbox's key")
	}
	mac := hmac.New(sha256.New, derived(r.data, "untangle lock 1"))
	mac.Write(be.AppendUint32(nil, uint32(len(bound))))
	mac.Write(bound)
	mac.Write(lock[:len(lock)-32])
	if !bytes.Equal(mac.Sum(nil), lock[len(lock)-32:]) {
		refuse("the lock's MAC")
	}
}

// item returns the record of an entry in the inbox.
func (r *reader) item(number uint64) []byte {
	private, err := hpke.MLKEM768X25519().NewPrivateKey(derived(r.data, "untangle inbox key 1"))
	if err != nil {
		refuse("%v", err)
	}
	key := binary.BigEndian.AppendUint64(nil, number)
	info := slices.Concat([]byte("untangle inbox 1"), r.store, key)
	sealed := r.buckets["inbox"][string(key)]
	b, err := hpke.Open(private, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), info, sealed[:len(sealed)-32])
	if err != nil {
		refuse("item %d of the inbox: %v", number, err)
	}
	if content := inner(b); content[0] == 1 {
		return content[1:]
	}
	refuse("item %d of the inbox", number)
	return nil
}

// record returns a record's content and tag.
func (r *reader) record(bucket, key string) (content, tag []byte) {
	value, ok := r.buckets[bucket][key]
	if !ok || len(value) < 16 {
		refuse("%s has no record %x", bucket, key)
	}
	content, tag = value[:len(value)-16], value[len(value)-16:]
	place := append(slices.Clone(r.store), byte(len(bucket)))
	place = append(append(place, bucket...), byte(len(key)))
	place = append(place, key...)
	if r.data != nil {
		sealed := opened(derived(r.data, "untangle sealed 1 "+bucket), value, append([]byte("untangle sealed 1"), place...))
		return inner(sealed), tag
	}
	b := append([]byte("untangle record 1"), place...)
	sum := sha256.Sum256(append(b, content...))
	if !bytes.Equal(sum[:16], tag) {
		refuse("the tag of record %x of %s", key, bucket)
	}
	return content, tag
}

// rows returns the rows of the n-th tree, and how many nodes it has.
func (r *reader) rows(n int) (rows [][]byte, nodes int) {
	names := []string{"timeline", "ids", "history", "state", "segments"}
	widths, keys := []int{48, 32, 48, 40, 24}, []int{16, 16, 24, 16, 8}
	head, _ := r.record("meta", "head")
	if len(head) != 16+5*40+24 {
		refuse("a head of %d bytes", len(head))
	}
	var node func(ref []byte, level int)
	node = func(ref []byte, level int) {
		content, tag := r.record(names[n], string(ref[:8]))
		nodes++
		if !bytes.Equal(tag, ref[16:32]) || int(content[1]) != widths[n] || level >= 0 && int(content[0]) != level {
			refuse("a node of %s", names[n])
		}
		before := len(rows)
		if content[0] == 0 {
			rows = slices.AppendSeq(rows, slices.Chunk(content[2:], widths[n]))
		} else {
			for ref := range slices.Chunk(content[2:], keys[n]+32) {
				first := len(rows)
				if node(ref[keys[n]:], int(content[0])-1); !bytes.Equal(rows[first][:keys[n]], ref[:keys[n]]) {
					refuse("a ref of %s", names[n])
				}
			}
		}
		if uint64(len(rows)-before) != binary.BigEndian.Uint64(ref[8:]) {
			refuse("the count of a node of %s", names[n])
		}
	}
	if root := head[16+40*n:]; binary.BigEndian.Uint64(root) != 0 {
		node(root, -1)
	}
	for i := range rows {
		if i > 0 && bytes.Compare(rows[i-1][:keys[n]], rows[i][:keys[n]]) >= 0 {
			refuse("the order of %s", names[n])
		}
	}
	return rows, nodes
}

// fields reads an entry's record.
func fields(record []byte) map[uint64][]string {
	all, last := make(map[uint64][]string), uint64(0)
	for len(record) > 0 {
		tag, n := binary.Uvarint(record)
		size, m := binary.Uvarint(record[n:])
		if record = record[n+m:]; tag < last {
			refuse("the order of fields")
		}
		all[tag], last = append(all[tag], string(record[:size])), tag
		record = record[size:]
	}
	return all
}

func date(b string) string {
	order := binary.BigEndian.Uint64([]byte(b))
	day := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(order/2/86400))
	clock := day.Add(time.Duration(order/2%86400) * time.Second)
	if order%2 == 0 {
		return clock.Format("2006-01-02")
	}
	minutes := int(int16(binary.BigEndian.Uint16([]byte(b[8:]))))
	zone := time.FixedZone("", minutes*60)
	y, mo, d := clock.Date()
	return time.Date(y, mo, d, clock.Hour(), clock.Minute(), clock.Second(), 0, zone).Format(time.RFC3339)
}

func id(b string) string {
	n, s := new(big.Int).SetBytes([]byte(b)), ""
	for range 27 {
		n.Mul(n, big.NewInt(28))
		digit := new(big.Int).Rsh(n, 128)
		n.Sub(n, new(big.Int).Lsh(digit, 128))
		s += string("23456789bcdfghjkmnpqrstvwxyz"[digit.Int64()])
	}
	return s
}

// told is an entry in words, from its record.
func told(record []byte) string {
	f := fields(record)
	out := "id=" + id(f[1][0]) + " date=" + date(f[2][0])
	for tag, name := range map[uint64]string{4: "edited", 18: "open", 22: "deleted"} {
		if len(f[tag]) > 0 {
			f[tag] = []string{name + "=" + date(f[tag][0])}
		}
	}
	for _, tag := range []uint64{13, 14, 15, 16, 17, 21} {
		if len(f[tag]) > 0 {
			n, _ := binary.Uvarint([]byte(f[tag][0]))
			f[tag] = []string{fmt.Sprint(n)}
		}
	}
	_, starred := f[8]
	return fmt.Sprint(out, starred, f[3], f[4], f[5], f[6], f[7], f[9], f[10], f[11], f[12], f[13], f[14], f[15], f[16], f[17], f[18], f[19], f[20], f[21], f[22])
}

// said is the same, from what the package says of the entry.
func said(e *journal.Entry) string {
	some := func(name, s string) []string {
		if s == "" {
			return nil
		}
		return []string{name + s}
	}
	count := func(n int) []string { return some("", strings.TrimPrefix(fmt.Sprint(n), "0")) }
	var ache []string
	if e.CheckIn.Ache != nil {
		ache = []string{fmt.Sprint(*e.CheckIn.Ache)}
	}
	return fmt.Sprint("id="+e.ID.String()+" date="+e.Date.String(), e.Starred, some("", e.Zone), some("edited=", e.Edited.String()),
		some("", e.Title), some("", e.Text), e.Hand, some("", e.Prompt.ID), some("", e.Prompt.Theme), some("", e.Prompt.Text),
		some("", e.Journey.ID), count(e.Journey.Day), ache, count(e.CheckIn.Mood), count(e.CheckIn.Energy), count(int(e.CheckIn.After)),
		some("open=", e.OpenOn.String()), some("", string(e.Properties)), some("", e.Origin), count(e.Words), some("deleted=", e.Deleted.String()))
}

func TestIndependentReader(t *testing.T) {
	t.Run("plain", func(t *testing.T) { readIndependently(t, 17000, "") })
	t.Run("sealed", func(t *testing.T) { readIndependently(t, 3000, "the heron by the canal") }) // requirement 6
}

// readIndependently fills a journal, plain or sealed, with that many entries, and has the
// reader read it.
func readIndependently(t *testing.T, many int, passphrase string) {
	path := filepath.Join(t.TempDir(), "journal.db")
	moment := time.Date(2026, 3, 10, 23, 59, 59, 0, time.FixedZone("", -9*3600-1800))
	var secrets []journal.Secret
	if passphrase != "" {
		secrets = append(secrets, journal.Secret{Kind: journal.Passphrase, Bytes: []byte(passphrase)})
	}
	j, err := journal.Create(t.Context(), path, journal.Options{Now: func() time.Time { return moment }}, secrets...)
	if err != nil {
		t.Fatal(err)
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ache := 0
	full, err := j.Add(t.Context(), journal.Entry{
		Date: journal.At(moment), Zone: "Pacific/Marquesas", Title: "Rain", Text: "Es regnete. @home", Hand: []string{"box", "zoo"},
		Starred: true, Prompt: journal.Prompt{ID: "p", Theme: "STO", Text: "What then?"}, Journey: journal.Journey{ID: "do-it", Day: 300},
		CheckIn: journal.CheckIn{Ache: &ache, Mood: 2, Energy: 5, After: journal.Mixed}, OpenOn: journal.Day(2030, 5, 1),
		Properties: []byte(`{"a":[1]}`), Origin: "x:1",
	}, journal.Beside{State: func(s *journal.State) error { return s.Put("asked", []byte("yes")) }})
	check(err)
	var ids []journal.ID
	_, err = j.Import(t.Context(), func(yield func(*journal.Entry, error) bool) {
		for i := range many { // 17,000 give the trees three levels
			e := &journal.Entry{ID: journal.NewID(), Date: journal.Day(1, 1, 2+i*43), Text: fmt.Sprint("entry ", i)}
			if many > 10000 && i%5 < 3 { // enough to give the index of terms two levels, too
				e.Text += fmt.Sprintf(" %[1]s%[2]d z%[1]s%[2]d", strings.Repeat("x", 110), i)
			}
			if i%4000 == 0 {
				e.Text = strings.Repeat("long ", 20000)
			}
			if ids = append(ids, e.ID); !yield(e, nil) {
				return
			}
		}
	}, nil)
	check(err)
	_, _, err = j.Compact(t.Context(), nil) // to one segment
	check(err)
	_, err = j.EditEach(t.Context(), ids[100:500], func(e *journal.Entry) error { e.Text += "!"; return nil })
	check(err)
	check(j.Delete(t.Context(), ids[450:600]...))
	check(j.Undelete(t.Context(), ids[500:510]...))
	check(j.DeleteForever(t.Context(), nil, ids[590:600]...))
	draft, err := j.SaveDraft(t.Context(), journal.Draft{Owner: "me", Entry: full})
	check(err)

	var left journal.Entry
	if passphrase != "" {
		locked, err := journal.Open(t.Context(), path, journal.Options{})
		check(err)
		left, err = locked.Add(t.Context(), journal.Entry{Date: journal.At(moment), Text: "Left in the inbox."}, journal.Beside{})
		check(err)
	}

	r, err := readFile(path, passphrase)
	check(err)
	compare(t, j, r)
	if passphrase != "" && told(r.item(1)) != said(&left) {
		t.Error("the inbox reads something else")
	}
	content, _ := r.record("drafts", string(binary.BigEndian.AppendUint64(nil, draft.Number)))
	d := fields(content)
	base, _ := binary.Uvarint([]byte(d[3][0]))
	if date(d[1][0]) != draft.Saved.String() || d[2][0] != "me" || base != full.Version || told([]byte(d[4][0])) != said(&full) {
		t.Errorf("the draft reads %v", d)
	}
	if n := len(r.buckets); n != 10 || (len(r.buckets["inbox"]) == 1) != (passphrase != "") {
		t.Errorf("%d buckets", n)
	}
	if deepest := compareIndex(t, j, r); (deepest > 0) != (many > 10000) {
		t.Errorf("the index of terms has %d levels more", deepest)
	}
}

// compare holds all that the reader reads against what the package says.
func compare(t *testing.T, j *journal.Journal, r *reader) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Error(p)
		}
	}()
	number := func(b []byte) string { return string(b) }
	for n, bucket := range map[int]string{0: "entries", 2: "history"} {
		rows, nodes := r.rows(n)
		standing := bucket == "entries"
		var got, want []string
		for _, row := range rows {
			key, tag := row[8:16], row[32:48]
			if !standing {
				key = row[16:24]
			}
			content, have := r.record(bucket, number(key))
			if !bytes.Equal(have, tag) {
				t.Errorf("the tag of a row of %s", bucket)
			}
			if standing || row[24]&1 == 1 {
				got = append(got, told(content))
			}
		}
		for e, err := range j.Entries(t.Context(), journal.Query{CheckIns: true, Shut: true, Oldest: true, Deleted: !standing}) {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, said(e))
		}
		if !standing {
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d entries are read, %d are said to be there, or they differ", bucket, len(got), len(want))
		}
		records := len(r.buckets[bucket])
		if !standing {
			records -= nodes
		}
		if records != len(rows) {
			t.Errorf("%s has %d records for %d rows", bucket, records, len(rows))
		}
	}
	rows, _ := r.rows(1)
	for _, row := range rows {
		if bucket := []string{"entries", "history"}[row[24]&1]; row[24]&2 == 0 {
			if content, _ := r.record(bucket, number(row[16:24])); fields(content)[1][0] != string(row[:16]) {
				t.Error("an id leads to another entry")
			}
		}
	}
	rows, _ = r.rows(3)
	content, tag := r.record("state", number(rows[0][16:24]))
	if len(rows) != 1 || string(content) != "\x05askedyes" || !bytes.Equal(tag, rows[0][24:40]) {
		t.Errorf("the state is %q", content)
	}
}
