package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// raw changes a journal's buckets as somebody would who has its file and bbolt.
func raw(t testing.TB, path string, change func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, PageSize: pageSize})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(change), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// values returns all that a bucket holds.
func values(t testing.TB, path, bucket string) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	raw(t, path, func(b *bbolt.Tx) error {
		return b.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error {
			all[string(k)] = bytes.Clone(v)
			return nil
		})
	})
	return all
}

// Requirement 8: TestRawChanges does with bbolt what would go unnoticed in a file of
// records alone, and wants Verify to name it, and every reading to give what was written
// or to refuse.
func TestRawChanges(t *testing.T) {
	t.Run("plain", func(t *testing.T) { rawChanges(t) })
	t.Run("sealed", func(t *testing.T) { rawChanges(t, phrase("one")) })
}

func rawChanges(t *testing.T, secrets ...Secret) {
	dir := quickDir(t)
	path := filepath.Join(dir, "journal.db")
	moments := rich(t, path, secrets...)
	known, err := know(t.Context(), filepath.Join(dir, "scratch.db"), moments)
	if err != nil {
		t.Fatal(err)
	}
	// The moment before the last, to put back from.
	before := filepath.Join(dir, "before.db")
	if err := os.WriteFile(before, moments[len(moments)-2], 0o600); err != nil {
		t.Fatal(err)
	}
	put := func(bucket string, key []byte, value []byte) func(*bbolt.Tx) error {
		return func(b *bbolt.Tx) error { return b.Bucket([]byte(bucket)).Put(key, value) }
	}
	drop := func(bucket string, key []byte) func(*bbolt.Tx) error {
		return func(b *bbolt.Tx) error { return b.Bucket([]byte(bucket)).Delete(key) }
	}
	two := func(one, two func(*bbolt.Tx) error) func(*bbolt.Tx) error {
		return func(b *bbolt.Tx) error { return errors.Join(one(b), two(b)) }
	}
	entries, history := values(t, path, entriesBucket), values(t, path, historyBucket)
	changes := make(map[string]func(*bbolt.Tx) error)
	var standing, buried, node []byte
	for k := range entries {
		standing = []byte(k)
	}
	for k := range history {
		if k[0] < 0x80 {
			buried = []byte(k)
		}
	}
	var other []byte
	for k := range entries {
		if k != string(standing) {
			other = []byte(k)
		}
	}
	changes["swap two entries"] = two(put(entriesBucket, standing, entries[string(other)]), put(entriesBucket, other, entries[string(standing)]))
	changes["a buried version in an entry's place"] = put(entriesBucket, standing, history[string(buried)])
	changes["delete an entry"] = drop(entriesBucket, standing)
	changes["delete a version"] = drop(historyBucket, buried)
	changes["an entry twice"] = put(entriesBucket, numberKey(1<<40), entries[string(standing)])
	changes["a version twice"] = put(historyBucket, numberKey(1<<40), history[string(buried)])
	changes["the head of before"] = put(metaBucket, headKey, values(t, before, metaBucket)["head"])
	changes["no head"] = drop(metaBucket, headKey)
	changes["no header"] = drop(metaBucket, headerKey)
	changes["no second header"] = drop(spareBucket, headerKey)
	changes["a draft in another's place"] = put(draftsBucket, numberKey(1), values(t, path, draftsBucket)[string(numberKey(2))])
	for _, bucket := range []string{timelineBucket, idsBucket, historyBucket, stateBucket} {
		now, then := values(t, path, bucket), values(t, before, bucket)
		for k := range now {
			if k[0] >= 0x80 {
				node = []byte(k)
				changes["a node of "+bucket+" dropped, "+fmt.Sprint(be64(node)&^nodeBit)] = drop(bucket, node)
				if was, ok := then[k]; ok && !bytes.Equal(was, now[k]) {
					changes["an older node of "+bucket] = put(bucket, node, was)
				}
				changes["a node of "+bucket+" twice"] = put(bucket, numberKey(nodeBit|1<<40), now[k])
			}
		}
		changes["no "+bucket] = func(b *bbolt.Tx) error { return b.DeleteBucket([]byte(bucket)) }
	}
	state := values(t, path, stateBucket)
	for k := range state {
		if k[0] < 0x80 {
			changes["a value of the state dropped"] = drop(stateBucket, []byte(k))
			changes["a value of the state twice"] = put(stateBucket, numberKey(1<<40), state[k])
		}
	}
	for k, was := range values(t, filepathOf(t, dir, moments[len(moments)-10-5*len(secrets)]), stateBucket) {
		if k[0] < 0x80 && !bytes.Equal(was, state[k]) {
			changes["an older value of the state"] = put(stateBucket, []byte(k), was)
		}
	}
	if _, ok := changes["an older value of the state"]; !ok {
		t.Error("no older value of the state was found")
	}
	if len(secrets) > 0 {
		inbox, plain := values(t, path, inboxBucket), filepath.Join(dir, "plain.db")
		rich(t, plain)
		changes["an item of the inbox twice"] = put(inboxBucket, numberKey(1<<40), inbox[string(numberKey(1))])
		changes["swap two items"] = two(put(inboxBucket, numberKey(1), inbox[string(numberKey(2))]), put(inboxBucket, numberKey(2), inbox[string(numberKey(1))]))
		changes["a plain record in a sealed one's place"] = put(entriesBucket, standing, values(t, plain, entriesBucket)[string(standing)])
		changes["the head of a plain journal"] = put(metaBucket, headKey, values(t, plain, metaBucket)["head"])
	}
	for name, change := range changes {
		damaged := filepathOf(t, dir, moments[len(moments)-1])
		raw(t, damaged, change)
		wrong := ""
		_, _ = reading(t.Context(), damaged, func(what string) {
			if !known.written[what] {
				wrong = what
			}
		})
		if wrong != "" {
			t.Errorf("%s: read what was never written: %.100s", name, wrong)
		}
		j := known.by
		j.path = damaged
		r, err := j.Verify(t.Context(), nil)
		if err != nil || len(r.Damage) == 0 {
			t.Errorf("%s: verify finds nothing, %v", name, err)
		}
		if testing.Verbose() && len(r.Damage) > 0 {
			t.Logf("%s: %s", name, r.Damage[0])
		}
	}
}

func filepathOf(t testing.TB, dir string, b []byte) string {
	t.Helper()
	path := filepath.Join(dir, "put.db")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOlderRecord puts an entry's record back as it was before a check-in was noted
// beside it, which is the one change that makes no version.
func TestOlderRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := Create(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := add(t, j, Entry{Text: "one"})
	was := values(t, path, entriesBucket)[string(numberKey(e.Version))]
	if err := j.SetCheckIn(t.Context(), e.ID, CheckIn{Mood: 3}); err != nil {
		t.Fatal(err)
	}
	raw(t, path, func(b *bbolt.Tx) error { return b.Bucket([]byte(entriesBucket)).Put(numberKey(e.Version), was) })
	if _, err := j.Entry(t.Context(), e.ID.String()); !errors.Is(err, ErrDamaged) {
		t.Errorf("Entry: %v, want ErrDamaged", err)
	}
	if r, err := j.Verify(t.Context(), nil); err != nil || len(r.Damage) == 0 {
		t.Errorf("verify finds nothing, %v", err)
	}
}
