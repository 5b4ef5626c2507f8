//go:build linux || darwin

package cmd

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs the scripts in testdata/script, each in a home of its own, on a
// Tuesday evening in Berlin. Beside it lie diary.jsonl, garden.jsonl, and sealed.db, an
// empty journal that "the heron" opens. Beside testscript's commands they have
//
//	exits CODE COMMAND...    runs a command that must end with that exit code
//	refuses CODE COMMAND...  the same; it must print nothing, and change no file
//	remember                 remembers all files
//	untouched                checks that they are as remembered
//	keep NAME                puts what was printed into a variable
//	mode MODE FILE...        checks who may do what with a file
//	age-key KIND FILE NAME   makes a key to encrypt for, see script_age_test.go
//	age-open KEY-FILE FILE   opens what was encrypted, and prints it
//	terminal ...             sits at a terminal, see script_terminal_test.go
func TestScripts(t *testing.T) {
	t.Parallel()
	diaries := make(map[string][]byte)
	for _, name := range []string{"diary.jsonl", "garden.jsonl"} {
		diary, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		diaries[name] = diary
	}
	diaries["sealed.db"] = sealedFile(t)
	testscript.RunT(scriptT{t}, testscript.Params{
		Dir:                filepath.Join("testdata", "script"),
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Vars = []string{
				"WORK=" + env.WorkDir, "HOME=" + filepath.Join(env.WorkDir, "home"), "PATH=" + env.Getenv("PATH"),
				"XDG_DATA_HOME=" + filepath.Join(env.WorkDir, "home/.local/share"), "XDG_CONFIG_HOME=" + filepath.Join(env.WorkDir, "home/.config"),
				"XDG_RUNTIME_DIR=" + filepath.Join(env.WorkDir, "run"), "TMPDIR=" + filepath.Join(env.WorkDir, "tmp"),
				"TZ=Europe/Berlin", "LANG=C.UTF-8", "GORACE=atexit_sleep_ms=0", clockVariable + "=2026-03-10T21:47:00+01:00",
				"DB=" + filepath.Join(env.WorkDir, "home/.local/share/untangle/journal.db"),
				"CONFIG=" + filepath.Join(env.WorkDir, "home/.config/untangle/config.toml"),
			}
			env.Values[scriptKey{}] = &scripted{t: env.T().(scriptT).T}
			for _, dir := range []string{"home", "run", "tmp"} {
				if err := os.Mkdir(filepath.Join(env.WorkDir, dir), 0o700); err != nil {
					return err
				}
			}
			for name, diary := range diaries {
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), diary, 0o600); err != nil {
					return err
				}
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": scriptExits, "refuses": scriptRefuses, "remember": scriptRemember, "untouched": scriptUntouched,
			"keep": scriptKeep, "mode": scriptMode, "terminal": scriptTerminal,
			"age-key": scriptAgeKey, "age-open": scriptAgeOpen,
		},
	})
}

// scriptT hands the tests that scripts run in to their commands.
type scriptT struct{ *testing.T }

func (t scriptT) Run(name string, f func(testscript.T)) {
	t.T.Run(name, func(t *testing.T) { f(scriptT{t}) })
}

func (t scriptT) Verbose() bool { return testing.Verbose() }

// scripted is what the commands of one script share.
type scripted struct {
	t     *testing.T
	files map[string]string
}

type scriptKey struct{}

func scriptOf(ts *testscript.TestScript) *scripted { return ts.Value(scriptKey{}).(*scripted) }

func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want := number(ts, args[0])
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit := new(exec.ExitError)
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

func scriptRefuses(ts *testscript.TestScript, neg bool, args []string) {
	before := scriptFiles(ts)
	scriptExits(ts, neg, args)
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("it printed %q", out)
	}
	sameFiles(ts, before)
}

func scriptRemember(ts *testscript.TestScript, _ bool, _ []string) {
	scriptOf(ts).files = scriptFiles(ts)
}

func scriptUntouched(ts *testscript.TestScript, _ bool, _ []string) {
	sameFiles(ts, scriptOf(ts).files)
}

// sameFiles checks that all files are as they were.
func sameFiles(ts *testscript.TestScript, before map[string]string) {
	after := scriptFiles(ts)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] == "" {
			ts.Fatalf("%s is new", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if before[name] != after[name] {
			ts.Fatalf("%s was %s, now %s", name, before[name], after[name])
		}
	}
}

// scriptFiles returns the mode and a hash of every file in the script's folder, but
// for the locks.
func scriptFiles(ts *testscript.TestScript) map[string]string {
	files := make(map[string]string)
	root := ts.Getenv("WORK")
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, ".lock") && info.Size() == 0 {
			return nil // it lies beside whatever was opened, and holds nothing
		}
		sum := ""
		if info.Mode().IsRegular() {
			b, err := os.ReadFile(path)
			if err != nil && !errors.Is(err, fs.ErrPermission) {
				return err
			}
			sum = fmt.Sprintf(" %x", sha256.Sum256(b))
		}
		files[strings.TrimPrefix(path, root)] = info.Mode().String() + sum
		return nil
	}))
	return files
}

func scriptKeep(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: keep NAME")
	}
	ts.Setenv(args[0], string(bytes.TrimSpace([]byte(ts.ReadFile("stdout")))))
}

func scriptMode(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: mode MODE FILE...")
	}
	for _, file := range args[1:] {
		info, err := os.Stat(ts.MkAbs(file))
		ts.Check(err)
		if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
			ts.Fatalf("%s has the mode %s, want %s", file, got, args[0])
		}
	}
}
