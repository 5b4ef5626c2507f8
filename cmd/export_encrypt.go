package cmd

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/armor"
	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"
)

const (
	// ageEnding is the ending of a file that is encrypted with age.
	ageEnding = ".age"
	// keysLimit is the most bytes that a file of keys may have.
	keysLimit = 1 << 20
)

// closing says how an export is encrypted, if it is.
type closing struct {
	*run
	encrypt     bool
	keys, files []string
}

func (s *closing) flags(c *cobra.Command) {
	flags := c.Flags()
	flags.BoolVar(&s.encrypt, "encrypt", false, "encrypt it with age: for --recipient, or with a passphrase that is asked for")
	flags.StringArrayVar(&s.keys, "recipient", nil, "encrypt it for this key, age1..., ssh-ed25519 or ssh-rsa; may stand more than once")
	flags.StringArrayVar(&s.files, "recipient-file", nil, "encrypt it for the keys in this file, one a line")
	s.newSecretFlag(c)
}

// on reports whether the export is to be encrypted. Whoever says for whom means it.
func (s *closing) on() bool { return s.encrypt || s.keyed() || s.newSecretFlagged != "" }

func (s *closing) keyed() bool { return len(s.keys)+len(s.files) > 0 }

// check says what does not go together.
func (s *closing) check(out, folder string) error {
	switch {
	case !s.on() && strings.EqualFold(filepath.Ext(out), ageEnding):
		return withHint(usagef("the ending %s is that of an encrypted file", ageEnding), "--encrypt encrypts it; without, choose another ending")
	case s.on() && folder != "":
		return withHint(usagef("--encrypt makes one file, and a folder has many"), "-o diary.md.age is all days in one encrypted document, -o diary.jsonl.age everything about every entry")
	case s.keyed() && s.newSecretFlagged != "":
		return usagef("a file is encrypted either for recipients or with a passphrase, so --new-passphrase-fd goes without --recipient")
	}
	return nil
}

// recipient is somebody to encrypt for, with what to call their key.
type recipient struct {
	name string
	key  age.Recipient
}

// recipients reads the keys, those of files too, and returns none for a passphrase.
func (s *closing) recipients() (all []age.Recipient, err error) {
	var read []recipient
	for i, key := range s.keys {
		if read, err = addRecipient(read, fmt.Sprintf("recipient %d", i+1), key); err != nil {
			return nil, err
		}
	}
	for _, path := range s.files {
		before := len(read)
		if read, err = addRecipients(read, path); err != nil {
			return nil, err
		}
		if len(read) == before {
			return nil, usagef("there is no key in %q", path)
		}
	}
	for _, one := range read {
		_, first := read[0].key.(*age.HybridRecipient)
		if _, hybrid := one.key.(*age.HybridRecipient); hybrid != first {
			return nil, usagef("age does not mix keys that begin with age1pq1 with others, as %s and %s would", read[0].name, one.name)
		}
		all = append(all, one.key)
	}
	return all, nil
}

func addRecipients(to []recipient, path string) ([]recipient, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, keysLimit+1))
	if err != nil {
		return nil, err
	}
	if len(text) > keysLimit {
		return nil, usagef("%q is too long for a file of keys", path)
	}
	for n, line := range bytes.Split(text, []byte("\n")) {
		line := strings.TrimSpace(string(line))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if to, err = addRecipient(to, fmt.Sprintf("line %d of %q", n+1, path), line); err != nil {
			return nil, err
		}
	}
	return to, nil
}

func addRecipient(to []recipient, name, key string) ([]recipient, error) {
	key = strings.TrimSpace(key)
	if strings.HasPrefix(strings.ToUpper(key), "AGE-SECRET-KEY-") || strings.Contains(key, "-----BEGIN") {
		return nil, withHint(usagef("%s is a secret key, and nothing is encrypted for one", name),
			"its public half is needed: \"age-keygen -y FILE\" shows that of an age key, and the one of an ssh key is in the file that ends in .pub")
	}
	name += fmt.Sprintf(" (%q)", shortened(key))
	read, err := readRecipient(key)
	if err != nil {
		return nil, withHint(usagef("%s: %w", name, err), "a key begins with age1, ssh-ed25519 or ssh-rsa; a file of keys goes with --recipient-file")
	}
	return append(to, recipient{name, read}), nil
}

// shortened returns as much of a key as tells it from others.
func shortened(key string) string {
	const head, tail = 12, 8
	if r := []rune(key); len(r) > head+tail+3 {
		return string(r[:head]) + "..." + string(r[len(r)-tail:])
	}
	return key
}

// readRecipient reads a key. Its errors do not repeat it.
func readRecipient(key string) (age.Recipient, error) {
	switch {
	case strings.Contains(key, "\n"):
		return nil, errors.New("it has more than one line")
	case strings.HasPrefix(key, "age1pq1"):
		if r, err := age.ParseHybridRecipient(key); err == nil {
			return r, nil
		}
		return nil, errNoKey
	case strings.HasPrefix(key, "age1") && strings.Count(key, "1") > 1:
		return nil, errors.New("a key of this kind needs a plugin for age, and none is run here")
	case strings.HasPrefix(key, "age1"):
		if r, err := age.ParseX25519Recipient(key); err == nil {
			return r, nil
		}
		return nil, errNoKey
	}
	public, _, _, _, err := ssh.ParseAuthorizedKey([]byte(key))
	if err != nil {
		return nil, errNoKey
	}
	switch public.Type() {
	case ssh.KeyAlgoED25519:
		return agessh.NewEd25519Recipient(public)
	case ssh.KeyAlgoRSA:
		return agessh.NewRSARecipient(public)
	}
	return nil, fmt.Errorf("nothing can be encrypted for a key of the kind %s", public.Type())
}

// errNoKey is returned for what cannot be read as a key.
var errNoKey = errors.New("this is no key, or not the whole of one")

// askPassphrase asks for the passphrase that the export is encrypted with, if it is to be.
func (e *exporting) askPassphrase(ctx context.Context) error {
	if !e.passphrase {
		return nil
	}
	secret, err := e.newPassphrase(ctx, "this file")
	if err != nil {
		return err
	}
	defer clear(secret.Bytes)
	one, err := age.NewScryptRecipient(string(secret.Bytes)) // age takes nothing but a string
	if err != nil {
		return err
	}
	if e.Work > 0 {
		one.SetWorkFactor(e.Work)
	}
	e.recipients = []age.Recipient{one}
	return nil
}

// encrypted writes the entries through age: in letters that can be copied if a person
// is to see them. Where it stops short the file has no end, and age says so.
func (e *exporting) encrypted(w io.Writer) error {
	screen, ok := terminal(w)
	if !ok {
		return e.sealInto(w)
	}
	b := bufio.NewWriter(screen)
	letters := armor.NewWriter(b)
	if err := e.sealInto(letters); err != nil {
		return err
	}
	return errors.Join(letters.Close(), b.Flush())
}

func (e *exporting) sealInto(w io.Writer) error {
	into, err := age.Encrypt(w, e.recipients...)
	if err != nil {
		return err
	}
	if e.passphrase {
		debug.FreeOSMemory() // it took 256 MiB, and would have as much again used before they are given back
	}
	if err := e.plain(into); err != nil {
		return err
	}
	return into.Close()
}

// howToOpen says how the file that was made is opened, which untangle cannot do.
func (e *exporting) howToOpen() string {
	if e.passphrase {
		return "encrypted. The passphrase opens it with \"age --decrypt FILE\", and nothing else does."
	}
	return "encrypted for " + counted(len(e.recipients), "key", "keys") + ". \"age --decrypt --identity KEY-FILE FILE\" opens it."
}

// encryptedWithAge reports whether a file that begins like this is encrypted with age.
func encryptedWithAge(head []byte) bool {
	return bytes.HasPrefix(head, []byte("age-encryption.org/")) || bytes.HasPrefix(bytes.TrimSpace(head), []byte(armor.Header))
}
