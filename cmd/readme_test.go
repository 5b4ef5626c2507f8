//go:build linux || darwin

package cmd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// fence is a block of README between two lines of backquotes.
type fence struct{ kind, text string }

func fences(text string) (all []fence) {
	for _, m := range regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		all = append(all, fence{m[1], m[2]})
	}
	return all
}

// tableRows returns the rows of README's table below a heading, each as its cells.
func tableRows(t *testing.T, heading string) (rows [][]string) {
	t.Helper()
	_, section, ok := strings.Cut(readme(t), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("README has no %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| -") {
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.Trim(strings.TrimSpace(cell), "`"))
		}
		rows = append(rows, cells)
	}
	if len(rows) == 0 {
		t.Fatalf("README has no table below %q", heading)
	}
	return rows[1:]
}

func sameRows(t *testing.T, what string, got, want [][]string) {
	t.Helper()
	if !slices.EqualFunc(got, want, slices.Equal) {
		var rows strings.Builder
		for _, row := range want {
			fmt.Fprintf(&rows, "| %s |\n", strings.Join(row, " | "))
		}
		t.Errorf("README's %s are not those of the program, which are\n%s", what, rows.String())
	}
}

func TestReadmeCommandTable(t *testing.T) {
	t.Parallel()
	var want [][]string
	root := plainRoot()
	for _, group := range root.Groups() {
		for _, c := range root.Commands() {
			if c.GroupID == group.ID && !c.Hidden {
				want = append(want, []string{c.Name(), c.Short})
			}
		}
	}
	sameRows(t, "commands", tableRows(t, "Every command"), want)
}

func TestReadmeSettings(t *testing.T) {
	t.Parallel()
	var want [][]string
	for _, s := range settings() {
		want = append(want, []string{s.key, s.fallback, s.about})
	}
	sameRows(t, "settings", tableRows(t, "Settings"), want)
	for _, f := range fences(readme(t)) {
		if f.kind != "toml" {
			continue
		}
		if _, _, err := parseConfig([]byte(f.text)); err != nil {
			t.Errorf("README's settings file: %v", err)
		}
	}
}

func TestReadmeExitCodes(t *testing.T) {
	t.Parallel()
	var want [][]string
	for line := range strings.Lines(exitStatus) {
		if code, about, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			want = append(want, []string{code, strings.TrimSpace(about)})
		}
	}
	sameRows(t, "exit codes", tableRows(t, "Exit codes"), want)
	for i, code := range []int{exitFine, exitFailure, exitUsage, exitBusy, exitPassphrase, exitDamaged, exitInterrupted} {
		if i >= len(want) || want[i][0] != fmt.Sprint(code) {
			t.Errorf("help does not have the exit code %d in its place", code)
		}
	}
}

func TestReadmePlaces(t *testing.T) {
	t.Parallel()
	system := map[string]string{"linux": "Linux", "darwin": "macOS"}[runtime.GOOS]
	home := func(name string) string { return map[string]string{"HOME": "/home"}[name] }
	for _, row := range tableRows(t, "Where it is") {
		if row[0] != system {
			continue
		}
		want := []string{system, filepath.Join(dataFolder(home), "journal.db"), configPath(home)}
		for i := range row {
			row[i] = strings.Replace(row[i], "~", "/home", 1)
		}
		if !slices.Equal(row, want) {
			t.Errorf("README has %q, want %q", row, want)
		}
	}
}

func TestReadmeLinks(t *testing.T) {
	t.Parallel()
	text := readme(t)
	for _, m := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(text, -1) {
		to := m[1]
		if anchor, ok := strings.CutPrefix(to, "#"); ok {
			if !strings.Contains(strings.ReplaceAll(strings.ToLower(text), " ", "-"), "\n##-"+anchor+"\n") {
				t.Errorf("README has no heading for %s", to)
			}
		} else if !strings.HasPrefix(to, "https://") {
			if _, err := os.Stat(filepath.Join("..", to)); err != nil {
				t.Errorf("README leads to %s: %v", to, err)
			}
		}
	}
}

// reader is somebody who types what README says, line after line, in a new home.
type reader struct {
	t       *testing.T
	dir     string
	env     []string
	clock   time.Time
	screens []string
}

// sat are the lines that want a terminal, and what the reader does there: each pair is
// what the screen shows, and what is typed then.
func sat() map[string][][2]string {
	write := func(text string) [][2]string { return [][2]string{{"Ctrl-D keep", text + "\x04"}, {"And now?", "\r"}} }
	const secret = "seven quiet herons walk\r"
	return map[string][][2]string{
		"untangle": {
			{"Can someone else get to this computer?", "n\r"},
			{"today's question    b", "\r"},
			{"Enter begin", "\r"},
			{"Ctrl-D keep", "The chair by the kitchen window. A cushion would do. For now I put my coat on it, and the cup on the sill. @home\x04"},
			{"And now?", "s\r"},
			{"Two questions, so that it asks better?", "\r"},
		},
		"untangle --journal ./quiet.db": {
			{"Can someone else get to this computer?", "\r"},
			{"A new passphrase for the journal:", secret},
			{"The same once more:", secret},
			{"Enter not now", "\r"},
			{"today's question    b", "q\r"},
		},
		"untangle --journal ./quiet.db list":                  {{"Passphrase:", secret}, {"newest first", "q\r"}},
		"untangle --journal copy-of-spring.db encrypt":        {{"A new passphrase", secret}, {"once more:", secret}, {"Enter not now", "\r"}, {"Enter keep them", "\r"}},
		"untangle write --blank":                              write("The kettle, before anyone is up."),
		"untangle write --date 'yesterday at 9pm' --tag home": write("Slept better."),
		"untangle list": {{"newest first", "q\r"}},
		"untangle edit": {{"Kept.", ""}},
		"untangle export --encrypt -o diary.md.age": {{"this file:", secret}, {"once more:", secret}},
		"untangle delete last":                      {{"y yes    n no", "y\r"}},
	}
}

// Every line of README's shell blocks does what it is shown for, and every screen in it
// is one that the program shows.
func TestReadme(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	x := &reader{t: t, dir: dir, clock: time.Date(2026, 3, 10, 20, 47, 0, 0, time.UTC)}
	bin := filepath.Join(dir, "bin")
	for _, name := range []string{"home", "tmp", "bin"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, does := range map[string]string{
		"nano": "for file; do :; done\nprintf 'And quiet.\\n' >>\"$file\"",
		"pass": "echo seven quiet herons walk",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+does+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	x.env = []string{
		"HOME=" + filepath.Join(dir, "home"), "TMPDIR=" + filepath.Join(dir, "tmp"), "XDG_RUNTIME_DIR=" + filepath.Join(dir, "tmp"),
		"PATH=" + bin + string(filepath.ListSeparator) + os.Getenv("PATH"), "TZ=Europe/Berlin", "LANG=C.UTF-8", "GORACE=atexit_sleep_ms=0",
	}
	gone := sat()
	for _, f := range fences(readme(t)) {
		switch f.kind {
		case "sh":
			lines := strings.Split(strings.TrimSpace(f.text), "\n")
			for _, line := range lines {
				if strings.HasPrefix(line, "go ") && len(lines) > 1 {
					t.Errorf("%q does not stand alone", line)
				}
				x.do(line)
				delete(gone, line)
			}
		case "text":
			x.saw(f.text)
		case "toml":
		default:
			t.Errorf("README has a block of the kind %q", f.kind)
		}
	}
	for line := range gone {
		t.Errorf("README has no line %q", line)
	}
}

func (x *reader) do(line string) {
	x.t.Helper()
	if goLine, ok := strings.CutPrefix(line, "go "); ok {
		x.build(goLine)
		return
	}
	env := append(slices.Clone(x.env), clockVariable+"="+x.clock.Format(time.RFC3339))
	x.clock = x.clock.Add(7 * time.Minute)
	if steps, ok := sat()[line]; ok {
		x.sit(line, steps, env)
		return
	}
	if rest, ok := strings.CutSuffix(line, " ID"); ok {
		line = rest + " $(untangle list --deleted --format template --template '{{.Short}}')"
	}
	c := exec.Command("sh", "-c", line)
	c.Dir, c.Env = x.dir, env
	if out, err := c.CombinedOutput(); err != nil {
		x.t.Errorf("%s: %v\n%s", line, err, out)
	}
}

// sit runs a line in a terminal that is high enough to show all of it.
func (x *reader) sit(line string, steps [][2]string, env []string) {
	x.t.Helper()
	// A terminal that says nothing is asked by line, so what is typed cannot come too soon.
	silent := strings.HasPrefix(line, "untangle delete")
	tty := startTerminal(x.t, ttyOptions{rows: 80, columns: 80, bare: true, env: env, dir: x.dir, silent: silent}, "sh", "-c", line)
	for _, step := range steps {
		tty.WaitFor(step[0], 20*time.Second)
		x.screens = append(x.screens, tty.Screen()) // a closed journal's is gone in the end
		tty.prompted()
		tty.Type(step[1])
	}
	if code := tty.Wait(20 * time.Second); code != exitFine {
		x.t.Fatalf("%s: exit code %d; the screen is\n%s", line, code, tty.Screen())
	}
	x.screens = append(x.screens, tty.Screen())
}

// build stands for the lines that build the program, which are run as far as a test can
// that is one of those they run.
func (x *reader) build(line string) {
	x.t.Helper()
	var args []string
	switch line {
	case "run ./cmd/untangle":
		args = []string{"build", "-o", filepath.Join(x.dir, "bin", "built"), "./cmd/untangle"}
	case "install ./cmd/untangle":
		args = []string{"install", "./cmd/untangle"}
	case "test ./...":
		args = []string{"list", "./..."}
	default:
		x.t.Errorf("nothing is known of %q", "go "+line)
		return
	}
	c := exec.Command("go", args...)
	c.Dir, c.Env = "..", append(os.Environ(), "GOBIN="+filepath.Join(x.dir, "installed"))
	out, err := c.CombinedOutput()
	if err != nil || line == "test ./..." && !strings.Contains(string(out), "untangle/cmd\n") {
		x.t.Errorf("go %s: %v\n%s", line, err, out)
	}
}

// saw checks that a screen in README is part of one that was seen. The question, what
// follows on it, and the ids differ from journal to journal.
func (x *reader) saw(shown string) {
	x.t.Helper()
	mask := func(text string) string {
		text = regexp.MustCompile(`(?s)(, evening\n\n).*?(\n\n   Enter begin)`).ReplaceAllString(text, "${1}   ...${2}")
		text = regexp.MustCompile(`(?s)\n   To go on, if you like:.*?\n\n`).ReplaceAllString(text, "\n")
		text = regexp.MustCompile(`(?m) [2-9a-z]{6}$`).ReplaceAllString(text, " ......")
		return strings.TrimRight(text, "\n")
	}
	if !slices.ContainsFunc(x.screens, func(s string) bool { return strings.Contains(mask(s), mask(shown)) }) {
		x.t.Errorf("README shows\n%s\nbut the screens were\n%s", mask(shown), strings.Join(x.screens, "\n=====\n"))
	}
}
