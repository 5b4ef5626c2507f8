package journal

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Some tests must see a process die, or several at work on one file. They run the test
// binary again, as one of these children, each with its arguments.
func children() map[string]func(args []string) {
	return map[string]func(args []string){
		"mutants": mutantsChild,
		"cycle":   cycleChild,
		"write":   writeChild,
		"read":    readChild,
		"create":  createChild,
		"modes":   modesChild,
		"limited": limitedChild,
		"migrate": migrateChild,
		"leave":   leaveChild,
		"reseal":  resealChild,
		"faults":  faultsChild,
		"faulty":  faultyChild,
		"index":   indexChild,
	}
}

const childName = "UNTANGLE_CHILD"

func TestMain(m *testing.M) {
	if child, ok := children()[os.Getenv(childName)]; ok {
		child(os.Args[1:])
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// process is a child at work.
type process struct {
	*exec.Cmd
	lines *bufio.Scanner
	err   bytes.Buffer
}

// start runs a child, whose lines can be read while it works. It dies with the test.
func start(t testing.TB, name string, args ...any) *process {
	t.Helper()
	var words []string
	for _, a := range args {
		words = append(words, fmt.Sprint(a))
	}
	ctx, stop := context.WithTimeout(context.Background(), 15*time.Minute)
	t.Cleanup(stop)
	p := &process{Cmd: exec.CommandContext(ctx, os.Args[0], words...)}
	p.Env = append(os.Environ(), childName+"="+name)
	p.Stderr = &p.err
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(out)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// rest returns the lines that are left, and waits for the end.
func (p *process) rest() (lines []string, err error) {
	for p.lines.Scan() {
		lines = append(lines, p.lines.Text())
	}
	return lines, p.Wait()
}

// long says whether the long proofs were asked for.
func long() bool { return os.Getenv("UNTANGLE_LONG") != "" }

// ordinarily returns the first number, and the second for the long proofs.
func ordinarily(n, much int) int {
	if long() {
		return much
	}
	return n
}

// quickDir is a folder in memory where there is one: there, waiting for the disk costs
// nothing, and a killed process leaves what it left on a disk.
func quickDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "untangle-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func opened(t testing.TB, path string) *Journal {
	t.Helper()
	j, err := Open(t.Context(), path, Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

// die ends a child that cannot do its work.
func die(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}

// lines makes one line of an error.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// beside returns the names in a file's folder, but for the file and its turnstile.
func beside(t testing.TB, path string) (names []string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := f.Name(); name != filepath.Base(path) && name != filepath.Base(path)+".lock" {
			names = append(names, name)
		}
	}
	return names
}
