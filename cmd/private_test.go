//go:build linux || darwin

package cmd

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/sys/unix"
)

// What a closed journal shows is tested on the program as it is built, in a home where
// nothing else is. The other proofs of what its file shows, key by key, are in package
// journal: TestSealedFileShowsNothing and those beside it (requirement 10).

// home is where the program of a test finds all its folders. The test's own files, and
// those that it has the program write for others, lie elsewhere.
type home struct {
	t     *testing.T
	dir   string
	env   []string
	under []string // what the program is started through

	memory string // its folder of the running system, in memory where there is a place for it
}

const (
	// thePassphrase opens the closed journal of these tests.
	thePassphrase = "the heron"
	// theClock is when these tests take place, in a year that no other number looks like.
	theClock = "2071-10-29T21:47:13+01:00"
)

// sealedFile returns an empty journal that thePassphrase opens. Trying that costs next to
// nothing; TestCheapFile in package journal made it.
func sealedFile(t *testing.T) []byte {
	t.Helper()
	packed, err := os.Open(filepath.Join("testdata", "sealed.db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	var b []byte
	z, err := gzip.NewReader(packed)
	if err == nil {
		b, err = io.ReadAll(z)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// newHome returns a home with an empty journal, closed or plain.
func newHome(t *testing.T, sealed bool) *home {
	t.Helper()
	h := &home{t: t, dir: t.TempDir()}
	for _, name := range []string{"home", "tmp", "given", "given/keyring", "asked"} {
		if err := os.Mkdir(h.path(name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if h.memory, err = os.MkdirTemp("/dev/shm", "untangle-test-"); err != nil {
		h.memory = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(h.memory) })
	h.env = []string{
		"HOME=" + h.path("home"), "PATH=" + os.Getenv("PATH"), "XDG_DATA_HOME=" + h.path("home/data"), "XDG_CONFIG_HOME=" + h.path("home/config"),
		"XDG_STATE_HOME=" + h.path("home/state"), "XDG_CACHE_HOME=" + h.path("home/cache"), "XDG_RUNTIME_DIR=" + h.memory, "TMPDIR=" + h.path("tmp"),
		"TZ=Europe/Berlin", "LANG=C.UTF-8", "GORACE=atexit_sleep_ms=0", clockVariable + "=" + theClock, keyringVariable + "=" + h.path("given/keyring"),
	}
	put(t, h.path("given/pass"), thePassphrase+"\n")
	put(t, h.path("given/wrong"), "the bittern\n")
	if !sealed {
		h.must("", "init", "--plain")
		return h
	}
	if err := os.MkdirAll(filepath.Dir(h.journal()), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.journal(), sealedFile(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *home) path(name string) string { return filepath.Join(h.dir, filepath.FromSlash(name)) }

func (h *home) journal() string { return h.path("home/data/untangle/journal.db") }

// opening returns a command with what opens the journal.
func (h *home) opening(args ...string) []string {
	return append([]string{"--passphrase-command", "cat " + h.path("given/pass")}, args...)
}

// command returns the program, ready to be started.
func (h *home) command(stdin string, args ...string) *exec.Cmd {
	argv := append(slices.Clone(h.under), append([]string{"untangle"}, args...)...)
	c := exec.Command(argv[0], argv[1:]...)
	c.Dir, c.Env, c.Stdin = h.path("asked"), h.env, strings.NewReader(stdin)
	return c
}

// run runs the program, for as long as no test would wait.
func (h *home) run(stdin string, args ...string) (stdout, stderr string, code int) {
	h.t.Helper()
	c := h.command(stdin, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Start(); err != nil {
		h.t.Fatal(err)
	}
	late := time.AfterFunc(40*time.Second, func() { _ = c.Process.Kill() })
	defer late.Stop()
	if err := c.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		h.t.Fatal(err)
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

// must runs what has to go well, and returns what it printed.
func (h *home) must(stdin string, args ...string) string {
	h.t.Helper()
	out, errs, code := h.run(stdin, args...)
	if code != 0 {
		h.t.Fatalf("%q ended with %d: %s", args, code, errs)
	}
	return strings.TrimSpace(out)
}

// sit runs the program in a terminal.
func (h *home) sit(args ...string) *tty {
	h.t.Helper()
	argv := append(slices.Clone(h.under), append([]string{"untangle"}, args...)...)
	return startTerminal(h.t, ttyOptions{env: h.env, bare: true, dir: h.path("asked")}, argv...)
}

// keys waits for what is shown and types what stands behind it, by turns.
func (x *tty) keys(keys ...string) {
	x.t.Helper()
	from := 0
	for at := 0; at < len(keys); at += 2 {
		x.WaitUntil(keys[at], func() bool { return strings.Contains(flowing(x.Output()[from:]), keys[at]) }, scriptPatience)
		if strings.Contains(keys[at], "Passphrase") {
			x.hidden()
		}
		if keys[at+1] != "" {
			from = len(x.Output())
			x.Type(keys[at+1])
		}
	}
}

// hidden waits until the terminal shows nothing of what is typed, a moment after the
// program has asked for it.
func (x *tty) hidden() {
	x.t.Helper()
	raw, err := x.pty.SyscallConn()
	if err != nil {
		x.t.Fatal(err)
	}
	x.WaitUntil("a terminal that hides what is typed", func() (so bool) {
		_ = raw.Control(func(fd uintptr) {
			is, err := unix.IoctlGetTermios(int(fd), getTermios)
			so = err == nil && is.Lflag&unix.ECHO == 0
		})
		return so
	}, scriptPatience)
}

// closed presses Enter where the program waits for somebody to have read, and returns its
// exit code.
func (x *tty) closed() int {
	x.t.Helper()
	pressed := false
	x.WaitUntil("the end", func() bool {
		if !pressed && strings.HasSuffix(strings.TrimSpace(flowing(x.Output())), "Enter close >") {
			pressed = true
			x.Type("\r")
		}
		return len(x.code) > 0
	}, scriptPatience)
	return x.Wait()
}

// made returns the files in the home's folders. Editors may have had theirs in memory; there
// is nothing left there.
func (h *home) made() map[string][]byte {
	h.t.Helper()
	left, err := os.ReadDir(h.memory)
	if err != nil || len(left) > 0 {
		h.t.Errorf("in memory there is %v, %v", left, err)
	}
	return h.files("home", "tmp")
}

// files returns what is in some folders: what the files hold, and what all is called.
func (h *home) files(folders ...string) map[string][]byte {
	h.t.Helper()
	files := make(map[string][]byte)
	for _, folder := range folders {
		err := filepath.WalkDir(h.path(folder), func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // there for a moment only
			}
			if err != nil {
				return err
			}
			name := strings.TrimPrefix(path, h.dir)
			files[name+" (its name)"] = []byte(filepath.Base(name))
			if !d.Type().IsRegular() {
				return nil
			}
			if files[name], err = os.ReadFile(path); errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
	return files
}

// long reports whether the proofs that take long are to be run at their full length.
func long() bool { return os.Getenv("UNTANGLE_LONG") != "" }

// finding is something private, and how it may stand in a file.
type finding struct {
	what  string
	forms [][]byte
}

// findingWords returns what to look for: words, as they are and as other programs and
// formats write them.
func findingWords(words ...string) (all []finding) {
	for _, word := range words {
		f := finding{what: word}
		for _, w := range []string{word, strings.ToLower(word), strings.ToUpper(word)} {
			f.forms = append(f.forms, []byte(w), []byte(hex.EncodeToString([]byte(w))), []byte(strings.ToUpper(hex.EncodeToString([]byte(w)))))
			little, big := []byte(nil), []byte(nil)
			for _, u := range utf16.Encode([]rune(w)) {
				little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
			}
			f.forms = append(f.forms, little, big)
			for shift := range 3 {
				coded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), w...))
				// What hangs on the bytes around it is left out.
				coded = strings.TrimRight(coded, "=")
				coded = coded[(shift*4+2)/3 : len(coded)-1]
				f.forms = append(f.forms, []byte(coded), []byte(strings.NewReplacer("+", "-", "/", "_").Replace(coded)))
			}
		}
		all = append(all, f)
	}
	return all
}

// findingDates returns what to look for of moments: all that people and programs write.
func findingDates(t *testing.T, moments ...string) (all []finding) {
	t.Helper()
	for _, moment := range moments {
		at, err := time.Parse(time.RFC3339, moment)
		if err != nil {
			t.Fatal(err)
		}
		f := finding{what: moment}
		for _, layout := range []string{"2006-01-02", "2006/01/02", "20060102", "2006-01", "02.01.2006", "2.1.2006", "01/02/2006", "2 Jan 2006", "Jan 2006", "2 January", "January 2006", "2 January 2006"} {
			f.forms = append(f.forms, []byte(at.Format(layout)))
		}
		midnight := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
		_, offset := at.Zone()
		for _, s := range []int64{at.Unix(), at.Unix() + int64(offset), midnight.Unix()} {
			first := s - time.Time{}.Unix() // the seconds of all years, as the journal counts
			for _, n := range []int64{s, s * 1000, s * 1e9, first, first << 1, first<<1 | 1} {
				f.forms = append(f.forms, binary.BigEndian.AppendUint64(nil, uint64(n)), binary.LittleEndian.AppendUint64(nil, uint64(n)))
			}
			f.forms = append(f.forms, fmt.Append(nil, s))
		}
		all = append(all, f)
	}
	return all
}

// foundIn returns what is found in files, as file and word.
func foundIn(files map[string][]byte, all []finding) (places []string) {
	for name, content := range files {
		for _, f := range all {
			if slices.ContainsFunc(f.forms, func(form []byte) bool { return bytes.Contains(content, form) }) {
				places = append(places, name+" holds "+f.what)
			}
		}
	}
	slices.Sort(places)
	return places
}

// printable returns what strings would of a file: the runs of so many letters or more.
func printable(content []byte, least int) (runs []string) {
	for run := range bytes.FieldsFuncSeq(content, func(r rune) bool { return r < ' ' || r > '~' }) {
		if len(run) >= least {
			runs = append(runs, string(run))
		}
	}
	return runs
}
