//go:build linux || darwin

package cmd

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/term"
)

// scriptPatience is how long a script waits for what must come.
const scriptPatience = 20 * time.Second

// scriptTerminal runs a command in a terminal, and does what the lines of a file say.
//
//	terminal [silent] [COLUMNSxROWS] FILE COMMAND...
//
//	line TEXT      types text, and Enter
//	type TEXT      types text
//	paste TEXT     pastes text
//	key NAME...    presses keys
//	late           answers where the cursor is, which nobody waits for any more
//	wait TEXT      waits until the program has written that since the last key
//	rest           waits until the program writes nothing more
//	see TEXT       waits until the screen holds it
//	miss TEXT      the screen does not hold it
//	screen NAME    the screen is as the golden file has it
//	run COMMAND    runs a line of shell meanwhile, which must succeed
//	signal NAME    sends hup, term, int, quit or kill
//	hangup         takes the terminal away
//	exit CODE      waits for the end, which must come last
//
// Nothing that the program writes may be wider than the screen, and the terminal must
// be in the end as it was.
func scriptTerminal(ts *testscript.TestScript, neg bool, args []string) {
	o := ttyOptions{rows: 24, columns: 80, bare: true, dir: ts.MkAbs(".")}
	for ; len(args) > 0; args = args[1:] {
		if m := regexp.MustCompile(`^(\d+)x(\d+)$`).FindStringSubmatch(args[0]); m != nil {
			o.columns, o.rows = number(ts, m[1]), number(ts, m[2])
		} else if args[0] == "silent" {
			o.silent = true
		} else {
			break
		}
	}
	if neg || len(args) < 2 {
		ts.Fatalf("usage: terminal [silent] [COLUMNSxROWS] FILE COMMAND...")
	}
	for _, name := range []string{
		"WORK", "HOME", "PATH", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "TMPDIR", "TZ", "LANG", "GORACE", clockVariable, keyringVariable, "DB", "CONFIG",
		"EDITOR", "VISUAL", "PAGER", "NO_COLOR", "UNTANGLE_EDITOR", "UNTANGLE_SITTING", "UNTANGLE_TEXT_FROM_ARGUMENTS", "ID",
	} {
		if value := ts.Getenv(name); value != "" {
			o.env = append(o.env, name+"="+value)
		}
	}
	s := &sitter{ts: ts, tty: startTerminal(scriptOf(ts).t, o, args[1:]...)}
	for text := range strings.Lines(ts.ReadFile(args[0])) {
		if s.over {
			ts.Fatalf("exit is not the last line of %s", args[0])
		}
		if text = strings.TrimSpace(text); text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		ts.Logf("[terminal] %s", text)
		name, rest, _ := strings.Cut(text, " ")
		if name != "run" {
			rest = os.Expand(rest, ts.Getenv)
		}
		s.do(name, rest)
	}
	if !s.over {
		ts.Fatalf("%s does not end in exit", args[0])
	}
}

// sitter is who sits at the terminal of a script.
type sitter struct {
	*tty
	ts   *testscript.TestScript
	mark int  // how much the program had written when the last key was pressed
	gone bool // the terminal, or a program that could not put it back
	over bool
}

func (s *sitter) do(name, text string) {
	switch name {
	case "line":
		s.prompted()
		s.mark = len(s.Output())
	case "type", "paste", "key", "signal", "hangup":
		s.mark = len(s.Output())
	}
	switch name {
	case "line":
		s.Type(text + "\r")
	case "type":
		s.Type(text)
	case "paste":
		s.Paste(text)
	case "late":
		s.Type("\x1b[24;1R")
	case "key":
		s.Key(strings.Fields(text)...)
	case "wait":
		s.WaitUntil("the words "+text, func() bool { return strings.Contains(flowing(s.Output()[s.mark:]), text) }, scriptPatience)
	case "rest":
		s.rest()
	case "see":
		s.WaitUntil("the sight of "+text, func() bool { return strings.Contains(flowing(s.Screen()), text) }, scriptPatience)
	case "miss":
		if strings.Contains(flowing(s.Screen()), text) {
			s.ts.Fatalf("there is %q on the screen\n%s", text, s.Screen())
		}
	case "screen":
		s.rest()
		golden(s.t, "screen/"+text, regexp.MustCompile(`(?m)^(   Kept\..* )\S+$`).ReplaceAllString(s.Screen(), "${1}......")+"\n")
	case "run":
		s.run(text)
	case "signal":
		s.gone = s.gone || text == "kill"
		s.Signal(map[string]syscall.Signal{"hup": syscall.SIGHUP, "term": syscall.SIGTERM, "int": syscall.SIGINT, "quit": syscall.SIGQUIT, "kill": syscall.SIGKILL}[text])
	case "hangup":
		s.gone = true
		s.Hangup()
	case "exit":
		s.exit(number(s.ts, text))
	default:
		s.ts.Fatalf("unknown line %q", name)
	}
}

// prompted waits for the prompt, but not long: what is typed before it is echoed where it
// does not belong.
func (x *tty) prompted() {
	for range 40 {
		if strings.HasSuffix(x.Output(), "> ") {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// rest waits until the program has written nothing for a moment.
func (s *sitter) rest() {
	for before := -1; before != len(s.Output()); time.Sleep(200 * time.Millisecond) {
		before = len(s.Output())
	}
}

// run runs a line of shell beside the program.
func (s *sitter) run(line string) {
	if err := s.ts.Exec("sh", "-c", line); err != nil {
		s.ts.Fatalf("%s: %v", line, err)
	}
}

// exit waits for the program's end, and looks at what it leaves.
func (s *sitter) exit(want int) {
	s.over = true
	if code := s.Wait(scriptPatience); code != want {
		s.ts.Fatalf("exit code %d, want %d; the screen is\n%s", code, want, s.Screen())
	}
	if s.gone {
		return
	}
	s.mu.Lock()
	modes, spilled := maps.Clone(s.screen.modes), slices.Clone(s.screen.spilled)
	s.mu.Unlock()
	for mode, ordinary := range map[string]bool{"1049": false, "2004": false, "25": true, "7": true} {
		if is, ok := modes[mode]; ok && is != ordinary {
			s.ts.Fatalf("mode %s of the terminal is %v, want %v", mode, is, ordinary)
		}
	}
	for _, row := range spilled { // a long path is left in one piece
		if strings.Contains(strings.TrimSpace(row), " ") {
			s.ts.Fatalf("a row is wider than the screen: %q", row)
		}
	}
	s.sameTerminal()
}

// sameTerminal checks that keys are read as in a terminal that is new.
func (s *sitter) sameTerminal() {
	fresh, other, err := pty.Open()
	s.ts.Check(err)
	defer fresh.Close()
	defer other.Close()
	want, err := term.GetState(int(fresh.Fd()))
	s.ts.Check(err)
	raw, err := s.pty.SyscallConn()
	s.ts.Check(err)
	_ = raw.Control(func(fd uintptr) {
		if got, err := term.GetState(int(fd)); err == nil && *got != *want {
			s.ts.Fatalf("the terminal is not as it was")
		}
	})
}

// flowing returns what a program wrote as one line, without what styles it and
// moves the cursor.
func flowing(text string) string {
	text = regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(text, "")
	text = regexp.MustCompile(`\x1b\[[<-?]?[0-9;]*[ -/]*[@-~]`).ReplaceAllString(text, " ")
	return strings.Join(strings.Fields(text), " ")
}

func number(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(text)
	ts.Check(err)
	return n
}
