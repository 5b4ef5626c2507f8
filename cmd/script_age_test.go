//go:build linux || darwin

package cmd

import (
	"bytes"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptAgeKey makes a key: FILE is the secret half, FILE.pub the public one, which
// also comes into the variable NAME.
func scriptAgeKey(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: age-key KIND FILE NAME")
	}
	k := newAgeKey(scriptOf(ts).t, args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(k.secret), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]+".pub"), []byte(k.public+"\n"), 0o600))
	ts.Setenv(args[2], k.public)
}

// scriptAgeOpen opens FILE with a secret key, or with a passphrase, and prints what is
// in it.
func scriptAgeOpen(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: age-open KEY-FILE|passphrase:WORDS FILE")
	}
	words, closed := strings.CutPrefix(args[0], "passphrase:")
	k := ageKey{kind: "passphrase", secret: words}
	if !closed {
		k = ageKeyFrom(ts.ReadFile(args[0]))
	}
	text, err := k.open([]byte(ts.ReadFile(args[1])))
	if neg == (err == nil) {
		ts.Fatalf("opened with the error %v", err)
	}
	_, err = bytes.NewReader(text).WriteTo(ts.Stdout())
	ts.Check(err)
}
