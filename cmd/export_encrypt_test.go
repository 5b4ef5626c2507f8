//go:build linux || darwin

package cmd

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/armor"
	"golang.org/x/crypto/ssh"
	"untangle/journal"
	"untangle/journal/format"
)

// ageKey is both halves of a key, as people have them in files.
type ageKey struct{ kind, public, secret string }

// ageKinds are the kinds of keys that an export can be encrypted for.
func ageKinds() []string { return []string{"age", "hybrid", "ed25519", "rsa"} }

func newAgeKey(t *testing.T, kind string) ageKey {
	t.Helper()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	switch kind {
	case "age":
		k, err := age.GenerateX25519Identity()
		check(err)
		return ageKey{kind, k.Recipient().String(), k.String()}
	case "hybrid":
		k, err := age.GenerateHybridIdentity()
		check(err)
		return ageKey{kind, k.Recipient().String(), k.String()}
	case "ed25519", "rsa":
		var secret any
		if kind == "rsa" {
			k, err := rsa.GenerateKey(rand.Reader, 2048)
			check(err)
			secret = k
		} else {
			_, k, err := ed25519.GenerateKey(rand.Reader)
			check(err)
			secret = k
		}
		block, err := ssh.MarshalPrivateKey(secret, "")
		check(err)
		signer, err := ssh.NewSignerFromKey(secret)
		check(err)
		public := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
		return ageKey{kind, public + " somebody@somewhere", string(pem.EncodeToMemory(block))}
	}
	t.Fatalf("no kind of key %q", kind)
	return ageKey{}
}

// ageKeyFrom returns the key that a file holds the secret half of.
func ageKeyFrom(secret string) ageKey {
	if strings.HasPrefix(secret, "-----") {
		return ageKey{kind: "ssh", secret: secret}
	}
	return ageKey{kind: "age", secret: secret}
}

// open opens what was encrypted for the key, in letters or not.
func (k ageKey) open(sealed []byte) ([]byte, error) {
	var keys []age.Identity
	switch k.kind {
	case "passphrase":
		one, err := age.NewScryptIdentity(k.secret)
		if err != nil {
			return nil, err
		}
		keys = append(keys, one)
	case "age", "hybrid":
		var err error
		if keys, err = age.ParseIdentities(strings.NewReader(k.secret)); err != nil {
			return nil, err
		}
	default:
		one, err := agessh.ParseIdentity([]byte(k.secret))
		if err != nil {
			return nil, err
		}
		keys = append(keys, one)
	}
	var in io.Reader = bytes.NewReader(sealed)
	if bytes.HasPrefix(sealed, []byte(armor.Header)) {
		in = armor.NewReader(in)
	}
	out, err := age.Decrypt(in, keys...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(out)
}

// exportMarker stands in every entry that is exported here.
const exportMarker = "MARKED0heron"

// exportingFrom returns an export of a sealed journal of 400 entries, or a plain one,
// and what it says.
func exportingFrom(t *testing.T, sealed bool) (*exporting, *strings.Builder) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	now := func() time.Time { return time.Date(2026, 3, 10, 21, 47, 0, 0, time.UTC) }
	var secrets []journal.Secret
	if sealed {
		secrets = append(secrets, journal.Secret{Kind: journal.Passphrase, Bytes: []byte("the heron stands")})
	}
	j, err := journal.Create(t.Context(), path, journal.Options{Now: now}, secrets...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = j.Import(t.Context(), func(yield func(*journal.Entry, error) bool) {
		for i := range 400 {
			text := fmt.Sprint(i, " ", strings.Repeat(exportMarker+" and rain. ", 20))
			if !yield(&journal.Entry{Date: journal.Day(2025, 1, 1+i), Title: exportMarker, Text: text}, nil) {
				return
			}
		}
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	said := new(strings.Builder)
	e := &exporting{
		run:     &run{World: World{In: strings.NewReader(""), Out: io.Discard, Err: said, Getenv: func(string) string { return "" }, Now: now}},
		journal: j, format: format.All()[0],
	}
	e.entries = e.counted(t.Context(), journal.Query{Oldest: true})
	return e, said
}

// Every format comes back out as it went in, whatever it was encrypted with, and is as
// the grammar of age wants it.
func TestEncryptedExports(t *testing.T) {
	t.Parallel()
	e, _ := exportingFrom(t, false)
	type way struct {
		key        ageKey
		recipients []age.Recipient
	}
	phrase, err := age.NewScryptRecipient("one two three")
	if err != nil {
		t.Fatal(err)
	}
	phrase.SetWorkFactor(10)
	ways := []way{{ageKey{"passphrase", "", "one two three"}, []age.Recipient{phrase}}}
	for _, kind := range ageKinds() {
		key := newAgeKey(t, kind)
		recipients, err := (&closing{keys: []string{key.public}}).recipients()
		if err != nil {
			t.Fatal(err)
		}
		ways = append(ways, way{key, recipients})
	}
	header := regexp.MustCompile(`^age-encryption\.org/v1\n(-> [!-~]+( [!-~]+)*\n([A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)+--- [A-Za-z0-9+/]{43}\n`)
	for _, e.format = range format.All() {
		if e.format.Encode == nil {
			continue
		}
		e.recipients = nil
		var plain bytes.Buffer
		if err := e.write(&plain); err != nil {
			t.Fatal(err)
		}
		for _, way := range ways {
			e.recipients = way.recipients
			var sealed bytes.Buffer
			if err := e.write(&sealed); err != nil {
				t.Fatal(err)
			}
			if !header.Match(sealed.Bytes()) || !encryptedWithAge(sealed.Bytes()[:64]) || bytes.Contains(sealed.Bytes(), []byte(exportMarker)) {
				t.Errorf("%s for %s is no file of age", e.format.Name, way.key.kind)
			}
			back, err := way.key.open(sealed.Bytes())
			if err != nil || !bytes.Equal(back, plain.Bytes()) {
				t.Errorf("%s for %s: opened with the error %v, %d bytes, want %d", e.format.Name, way.key.kind, err, len(back), plain.Len())
			}
			// Each of the others opens nothing.
			if _, err := (ageKey{"passphrase", "", "another"}).open(sealed.Bytes()); err == nil {
				t.Errorf("%s for %s: opened with another passphrase", e.format.Name, way.key.kind)
			}
		}
	}
}

// Requirement 1: of an encrypted export of a sealed journal no word lies in any file,
// not even while it is being written.
func TestEncryptedExportLeavesNoWords(t *testing.T) {
	t.Parallel()
	e, said := exportingFrom(t, true)
	home := filepath.Dir(e.journal.Path())
	key := newAgeKey(t, "age")
	var err error
	if e.recipients, err = (&closing{keys: []string{key.public}}).recipients(); err != nil {
		t.Fatal(err)
	}
	for _, e.format = range format.All() {
		name := filepath.Join(home, "out"+e.format.Ext+ageEnding)
		half := 0
		e.count = 0
		entries := e.counted(t.Context(), journal.Query{Oldest: true})
		e.entries = func(yield func(*journal.Entry, error) bool) {
			for entry, err := range entries {
				if e.count == 350 {
					half = len(withoutWords(t, home))
				}
				if !yield(entry, err) {
					return
				}
			}
		}
		if err := e.intoFile(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		if n := len(withoutWords(t, home)); half == 0 || n != half {
			t.Errorf("%s: %d files in the middle, %d in the end; want as many", e.format.Name, half, n)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v, %v", name, info.Mode(), err)
		}
	}
	if strings.Contains(said.String(), "Whoever can open") {
		t.Errorf("it said %q", said)
	}
}

// withoutWords returns the files below a folder, none of which may hold the marker.
func withoutWords(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		names = append(names, path)
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(exportMarker)) {
			t.Errorf("%s holds words", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// An export that is interrupted, or finds the journal damaged, leaves nothing, and what
// stood there stays.
func TestEncryptedExportStopped(t *testing.T) {
	t.Parallel()
	e, _ := exportingFrom(t, true)
	dir := t.TempDir()
	name := filepath.Join(dir, "diary.jsonl.age")
	var err error
	if e.recipients, err = (&closing{keys: []string{newAgeKey(t, "age").public}}).recipients(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	all := e.counted(ctx, journal.Query{Oldest: true})
	stopping := func(yield func(*journal.Entry, error) bool) {
		for entry, err := range all {
			if e.count == 300 {
				stop()
			}
			if err == nil {
				err = ctx.Err()
			}
			if !yield(entry, err) {
				return
			}
		}
	}
	for _, stopped := range []iter.Seq2[*journal.Entry, error]{
		stopping, func(yield func(*journal.Entry, error) bool) { yield(nil, context.Canceled) },
	} {
		e.entries = stopped
		if err := e.intoFile(t.Context(), name); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%v is left, %v", left, err)
		}
	}
	e.entries = e.counted(t.Context(), journal.Query{})
	if err := e.intoFile(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	e.entries = stopping
	if err := e.intoFile(t.Context(), name); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if after, err := os.ReadFile(name); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file before is not as it was, %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// What stops short has no end, and does not open as if it were whole.
func TestEncryptedExportCutShort(t *testing.T) {
	t.Parallel()
	e, _ := exportingFrom(t, false)
	key := newAgeKey(t, "age")
	var err error
	if e.recipients, err = (&closing{keys: []string{key.public}}).recipients(); err != nil {
		t.Fatal(err)
	}
	all := e.entries
	e.entries = func(yield func(*journal.Entry, error) bool) {
		for entry, err := range all {
			if e.count == 399 {
				err = io.ErrUnexpectedEOF
			}
			if !yield(entry, err) {
				return
			}
		}
	}
	var out bytes.Buffer
	if err := e.write(&out); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the error is %v", err)
	}
	if _, err := key.open(out.Bytes()); err == nil {
		t.Error("what was cut short opened as if it were whole")
	}
}

// A sealed journal's export in plain text says so, once.
func TestPlainExportOfSealedJournal(t *testing.T) {
	t.Parallel()
	e, said := exportingFrom(t, true)
	dir := t.TempDir()
	want := "The journal is closed with a passphrase, and "
	for _, export := range []func() error{
		func() error { return e.intoFile(t.Context(), filepath.Join(dir, "diary.md")) },
		func() error { return e.intoFolder(t.Context(), filepath.Join(dir, "notes")) },
		func() error { return e.intoOutput(t.Context()) },
	} {
		said.Reset()
		e.entries = e.counted(t.Context(), journal.Query{Oldest: true})
		if err := export(); err != nil {
			t.Fatal(err)
		}
		if strings.Count(said.String(), "\n") != 1 || !strings.Contains(said.String(), want) || !strings.Contains(said.String(), "--encrypt") {
			t.Errorf("it said %q", said)
		}
	}
}

// A passphrase of the system's world costs what age holds for right: 2^18 rounds.
func TestExportPassphraseWork(t *testing.T) {
	t.Parallel()
	if System().Work != 0 {
		t.Errorf("the system's world has the measure %d", System().Work)
	}
	if os.Getenv("UNTANGLE_LONG") == "" {
		return // the race detector makes a second of it many
	}
	e, _ := exportingFrom(t, false)
	var err error
	if e.run.options, err = loadOptions(e.Getenv, plainRoot().Flags(), ""); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	e.In, e.Out, e.passphrase, e.newSecretFlagged = strings.NewReader("the heron stands in rain\n"), &out, true, "0"
	if err := e.intoOutput(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} 18\n`).Match(out.Bytes()) {
		t.Errorf("it begins with %q", out.Bytes()[:80])
	}
}

// Keys that nothing can be encrypted for are named, and secret ones never shown.
func TestRecipients(t *testing.T) {
	t.Parallel()
	good, hybrid := newAgeKey(t, "age"), newAgeKey(t, "hybrid")
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(small)
	if err != nil {
		t.Fatal(err)
	}
	short := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
	for _, c := range []struct{ about, key, want string }{
		{"mistyped", good.public[:20] + "b" + good.public[21:], `recipient 2 ("age1`},
		{"cut", good.public[:40], "or not the whole of one"},
		{"cut", hybrid.public[:400], "or not the whole of one"},
		{"plugin", "age1yubikey1q2w7u3vpya839jxxuq8g0sedh3d740d4xvn639sqhr95ejj8vu3hyfumptt", "plugin"},
		{"mixed", hybrid.public, "does not mix"},
		{"kind", "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=", "kind ecdsa-sha2-nistp256"},
		{"small", short, "too small"},
		{"two", good.public + "\n" + good.public, "more than one line"},
		{"two", newAgeKey(t, "ed25519").public + "\n" + newAgeKey(t, "ed25519").public, "more than one line"},
		{"words", "mum", `recipient 2 ("mum"): this is no key`},
		{"empty", "", "this is no key"},
		{"secret", good.secret, "recipient 2 is a secret key"},
		{"secret", strings.ToLower(good.secret), "recipient 2 is a secret key"},
		{"secret", newAgeKey(t, "ed25519").secret, "recipient 2 is a secret key"},
	} {
		_, err := (&closing{keys: []string{good.public, c.key}}).recipients()
		if usage := new(usageError); !errors.As(err, &usage) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want %q in it", c.about, err, c.want)
			continue
		}
		told := err.Error() + strings.Join(hints(err), " ")
		if c.about == "secret" && strings.Contains(told, c.key[:20]) || strings.Contains(told, "\n") {
			t.Errorf("%s: it says %q", c.about, told)
		}
	}
}
