package cmd

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain runs the tests, or the little program that one of them has started
// this binary as: the writer alone, or untangle itself.
func TestMain(m *testing.M) {
	if writerChild() {
		return
	}
	// Most of the time goes by waiting for terminals. A flag may still say otherwise.
	_ = flag.Set("test.parallel", "8")
	testscript.Main(m, map[string]func(){"untangle": func() { os.Exit(Main(scriptWorld(), os.Args[1:])) }})
}

// clockVariable stops the clock of a program that a script runs.
const clockVariable = "UNTANGLE_TEST_CLOCK"

// keyringVariable names the folder that is the keyring of a program that a script runs.
const keyringVariable = "UNTANGLE_TEST_KEYRING"

// scriptWorld is the system's world with the clock that the environment names.
func scriptWorld() World {
	w := System()
	w.Work = 10 // a full measure takes many seconds under the race detector
	if _, ok := terminal(os.Stdin); !ok {
		w.Terminal = func() (in, out *os.File, err error) { return nil, nil, os.ErrNotExist } // the tests may have one
	}
	w.Keyring = folderKeyring(os.Getenv(keyringVariable))
	if at := os.Getenv(clockVariable); at != "" {
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(exitUsage)
		}
		w.Now = func() time.Time { return t.Local() }
	}
	return w
}
