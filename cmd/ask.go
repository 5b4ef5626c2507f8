package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// answer is one way to go on: the letter that is typed, and what it does. The empty
// letter is Enter alone, the gentlest way.
type answer struct{ letter, does string }

// option is one of several things to choose from: what it stands for, and its words.
type option struct{ value, says string }

// asker asks a person. Menus are letters, the same with every asker.
type asker interface {
	// letter asks for one of the answers and returns its letter. What is typed may
	// also be something that other accepts, which is then returned whole.
	letter(ctx context.Context, answers []answer, other func(string) bool) (string, error)
	// choose asks for one of the options and returns its value, "" for none.
	choose(ctx context.Context, question string, options []option) (string, error)
	// chooseSome asks which of the options hold and returns their values, in the order
	// of the options. Chosen are those that hold so far; Enter alone leaves them.
	chooseSome(ctx context.Context, question string, options []option, chosen []string) ([]string, error)
	// line asks for a line of text.
	line(ctx context.Context, question string) (string, error)
	// confirm asks a question whose answer is no unless somebody says yes.
	confirm(ctx context.Context, question string) (bool, error)
}

// errLeft is returned when somebody ends the input instead of answering.
var errLeft = errors.New("left")

func newAsker(r *run) asker {
	plain := &plainAsker{r: r, in: &input{in: r.In}}
	if !r.interactive() {
		return plain
	}
	return newScreenAsker(plain)
}

// plainAsker asks line by line, wherever lines can be read.
type plainAsker struct {
	r  *run
	in *input
}

func (a *plainAsker) letter(ctx context.Context, answers []answer, other func(string) bool) (string, error) {
	a.r.showMenu(answers)
	for {
		typed, err := a.read(ctx)
		if err != nil {
			return "", err
		}
		word := strings.ToLower(typed)
		for _, one := range answers {
			if word == one.letter {
				return one.letter, nil
			}
		}
		if word == "q" {
			return "", errLeft
		}
		if other != nil && other(typed) {
			return typed, nil
		}
		a.r.hint("One of these, please, and then Enter: " + letters(answers) + ".")
	}
}

func (a *plainAsker) line(ctx context.Context, question string) (string, error) {
	a.r.tell(question)
	line, err := a.read(ctx)
	if strings.EqualFold(line, "q") {
		err = errLeft
	}
	return line, err
}

func (a *plainAsker) confirm(ctx context.Context, question string) (bool, error) {
	a.r.tell(question)
	letter, err := a.letter(ctx, []answer{{"y", "yes"}, {"n", "no"}, {"", "no"}}, nil)
	return letter == "y", err
}

func (a *plainAsker) choose(ctx context.Context, question string, options []option) (string, error) {
	a.list(question, options, nil)
	for {
		typed, err := a.numbers(ctx, "number choose", answer{"", notNow})
		if err != nil || typed == "" {
			return "", err
		}
		if n, err := strconv.Atoi(typed); err == nil && n >= 1 && n <= len(options) {
			return options[n-1].value, nil
		}
		a.r.hint(fmt.Sprintf("A number from 1 to %d, please, and then Enter; or Enter alone.", len(options)))
	}
}

func (a *plainAsker) chooseSome(ctx context.Context, question string, options []option, chosen []string) ([]string, error) {
	a.list(question, options, func(o option) bool { return slices.Contains(chosen, o.value) })
	leave := []answer{{"", notNow}}
	if len(chosen) > 0 {
		leave = []answer{{"", "as it is"}, {"0", "none"}}
	}
	for {
		typed, err := a.numbers(ctx, "numbers choose, like 1 3", leave...)
		if err != nil || typed == "" {
			return chosen, err
		}
		if some, ok := numbered(typed, options); ok {
			return some, nil
		}
		a.r.hint(fmt.Sprintf("Numbers from 1 to %d, please, with spaces between, and then Enter; or Enter alone.", len(options)))
	}
}

// notNow is how a question is left open.
const notNow = "not now"

// list shows options with their numbers; with holds, also which of them hold.
func (a *plainAsker) list(question string, options []option, holds func(option) bool) {
	a.r.show("")
	a.r.tell(question)
	a.r.show("")
	for i, o := range options {
		lead := fmt.Sprintf("%2d  ", i+1)
		if holds != nil {
			lead += checkBox(holds(o)) + " "
		}
		for _, line := range wrapLines(o.says, a.r.room()-len(lead)) {
			a.r.show(lead + line)
			lead = strings.Repeat(" ", len(lead))
		}
	}
	a.r.show("")
}

func checkBox(on bool) string {
	if on {
		return "[x]"
	}
	return "[ ]"
}

// numbers asks for what stands before the options of a list. Help is shown on the way.
func (a *plainAsker) numbers(ctx context.Context, how string, leave ...answer) (string, error) {
	for {
		for _, line := range wrapMenu(append([]string{how}, menuWords(append(leave, answer{"h", "help"}))...), a.r.menuRoom()) {
			a.r.show(a.r.style.dim(line))
		}
		typed, err := a.read(ctx)
		if strings.ToLower(typed) != "h" {
			return typed, err
		}
		if err := a.r.helpPage(ctx); err != nil {
			return "", err
		}
	}
}

// numbered returns the values of the options whose numbers were typed, in the options'
// order; 0 stands for none of them.
func numbered(typed string, options []option) (values []string, ok bool) {
	values = []string{}
	if typed == "0" {
		return values, true
	}
	holds := make([]bool, len(options))
	for word := range strings.FieldsFuncSeq(typed, func(r rune) bool { return r == ' ' || r == ',' }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > len(options) {
			return nil, false
		}
		holds[n-1], ok = true, true
	}
	for i, o := range options {
		if holds[i] {
			values = append(values, o.value)
		}
	}
	return values, ok
}

// letters lists what a menu takes.
func letters(answers []answer) string {
	var all []string
	for _, a := range answers {
		all = append(all, cmp.Or(a.letter, "Enter alone"))
	}
	return strings.Join(all, ", ")
}

// read returns the next line that is typed. The end of the input is errLeft.
func (a *plainAsker) read(ctx context.Context) (string, error) {
	fmt.Fprint(a.r.Out, strings.Repeat(" ", margin)+"> ")
	waits, cancel := a.r.idling(ctx)
	line, err := a.in.line(waits)
	idle := a.r.closeIdle(waits)
	cancel()
	if idle {
		return "", errLeft
	}
	if a.r.curtain != nil {
		a.r.curtain.seen()
	}
	if err != nil {
		fmt.Fprintln(a.r.Out)
	}
	return strings.TrimSpace(withoutReports(line)), err
}

// withoutReports drops what a slow terminal says of its cursor after answers has
// stopped waiting for it.
func withoutReports(line string) string {
	if !strings.Contains(line, "\x1b") {
		return line
	}
	return regexp.MustCompile(`\x1b\[\d+;\d+R`).ReplaceAllString(line, "")
}

// showMenu shows the ways to go on: beside each other where they fit, or else below.
// An answer without a description is taken, and not shown.
func (r *run) showMenu(answers []answer) {
	for _, line := range wrapMenu(menuWords(answers), r.menuRoom()) {
		if line != "" {
			r.show(r.style.dim(line))
		}
	}
}

// showWays shows the ways to go on below each other, for the first and largest choice.
func (r *run) showWays(answers []answer) {
	const column = 10
	for _, a := range answers {
		letter := cmp.Or(a.letter, "Enter")
		for i, line := range wrapLines(a.does, r.room()-column) {
			if i > 0 {
				letter = ""
			}
			if line != "" {
				r.show(pad("  "+letter, column) + line)
			}
		}
	}
	r.show("")
}

// menuRoom is how wide a menu may be: a line of it is looked at, not read.
func (r *run) menuRoom() int {
	_, width := r.screen()
	return max(1, width-margin-1)
}

func menuWords(answers []answer) (words []string) {
	for _, a := range answers {
		if a.does != "" {
			words = append(words, cmp.Or(a.letter, "Enter")+" "+a.does)
		}
	}
	return words
}

// quietly returns the answers as they are taken but not shown, for a menu that was
// shown already.
func quietly(answers []answer) (quiet []answer) {
	for _, a := range answers {
		quiet = append(quiet, answer{a.letter, ""})
	}
	return quiet
}

// wrapMenu puts as many ways to go on into a line as fit.
func wrapMenu(words []string, width int) (lines []string) { return beadLines(words, "    ", width) }

// beadLines puts as many words into a line as fit, with something between them that is not
// needed where a line ends.
func beadLines(words []string, between string, width int) (lines []string) {
	line := ""
	for _, word := range words {
		switch {
		case line == "":
			line = word
		case cells(line)+cells(between)+cells(word) <= width:
			line += between + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}
