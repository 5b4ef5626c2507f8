//go:build linux || darwin

package cmd

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kballard/go-shellquote"
)

// newGarden returns a home with the entries of testdata/garden.jsonl, on the evening of
// Tuesday, 10 March 2026.
func newGarden(t *testing.T) *home {
	t.Helper()
	h := newHome(t, false)
	h.env = append(h.env, clockVariable+"=2026-03-10T21:47:00+01:00")
	garden, err := filepath.Abs(filepath.Join("testdata", "garden.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	h.must("", "import", garden)
	return h
}

// daysShown returns the days of the entries that something shows, in order.
func daysShown(shown string) string {
	return strings.Join(regexp.MustCompile(`\b20\d\d-\d\d-\d\d`).FindAllString(shown, -1), " ")
}

// Every example of "search --help" does in each shell what it does with its arguments as Go
// passes them, and finds what it says.
func TestSearchExamples(t *testing.T) {
	t.Parallel()
	found := map[string]string{
		`untangle search garden gate`:                      "2024-05-04 2025-03-01",
		`untangle search 'the garden gate'`:                "2024-05-04 2025-03-01",
		`untangle search heat OR cold`:                     "2024-05-04 2025-03-01 2025-04-02 2026-03-10",
		`untangle search garden -train`:                    "2024-05-04 2025-04-02 2026-03-09",
		`untangle search 'gate (heat OR cold)'`:            "2024-05-04 2025-03-01",
		`untangle search 'heal*'`:                          "2025-08-20",
		`untangle search 'gardn~1'`:                        "2024-05-04 2025-03-01 2025-04-02",
		`untangle search @home starred:`:                   "2024-05-04",
		`untangle search ache:..3 words:5..`:               "2025-08-20 2026-03-09",
		`untangle search 'from:"last monday"' garden`:      "2026-03-09",
		`untangle search garden --year 2025 --sort oldest`: "2025-03-01 2025-04-02",
		`untangle search --tag home`:                       "2024-05-04",
		`untangle search --substring arde`:                 "2024-05-04 2025-03-01 2025-04-02 2026-03-09",
		`untangle search garden --json`:                    "2024-05-04 2025-03-01 2025-04-02 2026-03-09",
	}
	h := newGarden(t)
	shells := map[string][]string{"bash": {"--noprofile", "--norc", "-c"}, "zsh": {"-f", "-c"}, "fish": {"--no-config", "-c"}}
	for name := range shells {
		if _, err := exec.LookPath(name); err != nil {
			t.Logf("%s is not installed, so no example was pasted into it", name)
			delete(shells, name)
		}
	}
	for _, line := range exampleLines(t, "search") {
		args, err := shellquote.Split(line)
		if err != nil {
			t.Fatal(err)
		}
		out, errs, code := h.run("", args[1:]...)
		if code != exitFine {
			t.Errorf("%s: exit code %d: %s", line, code, errs)
		}
		days := strings.Fields(daysShown(out))
		slices.Sort(days)
		if got := strings.Join(days, " "); got != found[line] {
			t.Errorf("%s finds %q, want %q", line, got, found[line])
		}
		for name, flags := range shells {
			c := exec.Command(name, append(slices.Clone(flags), line)...)
			c.Dir, c.Env = h.path("asked"), h.env
			pasted, errs := new(bytes.Buffer), new(bytes.Buffer)
			c.Stdout, c.Stderr = pasted, errs
			if err := c.Run(); err != nil {
				t.Errorf("%s: %s: %v\n%s", name, line, err, errs)
			}
			if pasted.String() != out {
				t.Errorf("%s: %s\nprints\n%s\nwant\n%s", name, line, pasted, out)
			}
		}
		delete(found, line)
	}
	for line := range found {
		t.Errorf("there is no example %q", line)
	}
}

// exampleLines returns the examples in a command's help.
func exampleLines(t *testing.T, command string) (lines []string) {
	t.Helper()
	c, _, err := plainRoot().Find([]string{command})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(c.Example) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

// What is asked for in the arguments of a search, in the order of the days.
func TestSearchLanguage(t *testing.T) {
	t.Parallel()
	h := newGarden(t)
	for _, test := range []struct {
		args []string
		want string
	}{
		// A phrase is one argument, and no query; a query in one argument is no phrase.
		{[]string{"by four"}, "2025-03-01 2025-04-02"},
		{[]string{"four by"}, ""},
		{[]string{"  four  "}, "2025-03-01 2025-04-02"},
		{[]string{"cold four"}, ""},
		{[]string{"cold AND four"}, "2025-03-01"},
		{[]string{"heat OR cold"}, "2024-05-04 2025-03-01 2025-04-02 2026-03-10"},
		{[]string{"heat or cold"}, ""},
		{[]string{"garden NOT train"}, "2024-05-04 2025-04-02 2026-03-09"},
		{[]string{"garden -train"}, "2024-05-04 2025-04-02 2026-03-09"},
		{[]string{"tag:home garden"}, "2024-05-04"},
		{[]string{"garden @sister"}, "2025-03-01"},
		{[]string{"garden #sister"}, "2025-03-01"},
		{[]string{"heal* slowly"}, "2025-08-20"},
		{[]string{`"by four" garden`}, "2025-03-01 2025-04-02"},
		{[]string{"starred: garden"}, "2024-05-04"},
		{[]string{"came: and the"}, "2024-05-04"},
		{[]string{"note:came and"}, ""},

		// A dash leaves out a word, a tag, a phrase, brackets and what else can be asked for.
		{[]string{"garden", "-train"}, "2024-05-04 2025-04-02 2026-03-09"},
		{[]string{"-train", "garden"}, "2024-05-04 2025-04-02 2026-03-09"},
		{[]string{"garden", "NOT", "train"}, "2024-05-04 2025-04-02 2026-03-09"},
		{[]string{"garden", "-@home"}, "2025-03-01 2025-04-02 2026-03-09"},
		{[]string{"garden", "-by four"}, "2024-05-04 2026-03-09"},
		{[]string{"garden", "-(train OR heat)"}, "2026-03-09"},
		{[]string{"garden", "-title:garden"}, "2025-03-01 2026-03-09"},
		{[]string{"-home"}, "2023-06-01 2024-11-02 2025-03-01 2025-04-02 2025-08-20 2026-01-15 2026-03-09 2026-03-10"},
		{[]string{"garden", "-n", "1"}, "2024-05-04"},
		{[]string{"garden", "-n2"}, "2024-05-04 2025-03-01"},
		{[]string{"garden", "-n=2"}, "2024-05-04 2025-03-01"},
		{[]string{"garden", "-1"}, "2024-05-04"},
		{[]string{"garden", "-nobody"}, "2024-05-04 2025-03-01 2025-04-02"},
		{[]string{"garden", "-y"}, "2024-05-04 2025-03-01 2025-04-02 2026-03-09"},
		{[]string{"garden", "--tag", "home", "-train"}, "2024-05-04"},
		{[]string{"--tag=sister", "-heat", "garden"}, "2025-03-01"},
		{[]string{"--", "-train", "garden"}, "2024-05-04 2025-04-02 2026-03-09"},
		{[]string{"garden", "--", "-nobody"}, "2024-05-04 2025-03-01 2025-04-02"},

		// Fields, and what else a word may be.
		{[]string{"title:garden"}, "2024-05-04 2025-04-02"},
		{[]string{`title:"garden gate"`}, "2024-05-04"},
		{[]string{"@home"}, "2024-05-04"},
		{[]string{"tag:sis*"}, "2025-03-01"},
		{[]string{"prompt:com-menu"}, "2026-03-09"},
		{[]string{"theme:com"}, "2026-03-09"},
		{[]string{"journey:plain-days"}, "2026-03-10"},
		{[]string{"mood:4"}, "2025-08-20"},
		{[]string{"ache:..2"}, "2026-03-09"},
		{[]string{"words:60.."}, "2025-04-02"},
		{[]string{"starred:"}, "2024-05-04"},
		{[]string{"garden", "starred:no"}, "2025-03-01 2025-04-02 2026-03-09"},
		{[]string{"gardn~1", "heat"}, "2024-05-04 2025-04-02"},

		// Dates are those of the flags, and bound what the flags choose.
		{[]string{"on:2025-03"}, "2025-03-01"},
		{[]string{"from:yesterday"}, "2026-03-09 2026-03-10"},
		{[]string{"to:2024"}, "2023-06-01 2024-05-04 2024-11-02"},
		{[]string{`from:"last monday" to:"10 mar"`}, "2026-03-09 2026-03-10"},
		{[]string{"garden", "from:2025", "--to", "2025-12-31"}, "2025-03-01 2025-04-02"},
		{[]string{"garden", "--from", "2025"}, "2025-03-01 2025-04-02 2026-03-09"},

		// Flags alone, and words that are looked for just as they stand.
		{[]string{"--starred"}, "2024-05-04"},
		{[]string{"--year", "2025"}, "2025-03-01 2025-04-02 2025-08-20"},
		{[]string{"--substring", "arden g"}, "2024-05-04 2025-03-01"},
		{[]string{"--substring", "GÄRDEN", "gate"}, "2024-05-04 2025-03-01"},
		{[]string{"--substring", "heat OR cold"}, ""},
		{[]string{"--substring", "on the hook."}, "2023-06-01"},
	} {
		args := slices.Concat([]string{"search", "--sort", "oldest", "--format", "oneline"}, test.args)
		if got := daysShown(h.must("", args...)); got != test.want {
			t.Errorf("%q finds %q, want %q", test.args, got, test.want)
		}
	}
}

// All fields that arguments are known by can be asked for, and there are no others.
func TestSoughtFields(t *testing.T) {
	t.Parallel()
	h := newGarden(t)
	_, errs, code := h.run("", "search", "nofield:x")
	_, names, _ := strings.Cut(errs, "(have ")
	names, _, _ = strings.Cut(names, ")")
	got := strings.Split(names, ", ")
	want := soughtFields()
	slices.Sort(got)
	slices.Sort(want)
	if code != exitUsage || !slices.Equal(got, want) {
		t.Errorf("exit code %d, fields %q, want %q", code, got, want)
	}
}

// Each place in a query is known in what was typed.
func TestSoughtPlaces(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args        []string
		text, query string
	}{
		{[]string{"garden", "gate"}, "garden gate", "garden gate"},
		{[]string{"the garden", "gate"}, "the garden gate", `"the garden" gate`},
		{[]string{"-the garden", "-gate", "(x"}, "-the garden -gate (x", `-"the garden" -gate (x`},
		{[]string{"", "née house", "ö"}, " née house ö", ` "née house" ö`},
	} {
		w := soughtIn(test.args)
		if w.text != test.text || w.query != test.query {
			t.Errorf("%q is %q and %q, want %q and %q", test.args, w.text, w.query, test.text, test.query)
		}
		for i := range len(w.query) + 1 {
			at := w.place(i)
			if at < 0 || at > len(w.text) {
				t.Fatalf("%q: place %d is %d", test.args, i, at)
			}
			if i < len(w.query) && w.query[i] != '"' && (at == len(w.text) || w.query[i] != w.text[at]) {
				t.Errorf("%q: place %d is %d", test.args, i, at)
			}
		}
	}
}

func TestTookWords(t *testing.T) {
	t.Parallel()
	for took, want := range map[time.Duration]string{
		0: "less than 1 ms", 999 * time.Microsecond: "less than 1 ms", time.Millisecond: "1 ms", 9999 * time.Millisecond: "9999 ms", 12340 * time.Millisecond: "12.3 s",
	} {
		if got := tookWords(took); got != want {
			t.Errorf("%v is %q, want %q", took, got, want)
		}
	}
}
