package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/AlecAivazis/survey/v2"
	surveyterm "github.com/AlecAivazis/survey/v2/terminal"
	"golang.org/x/term"
)

// answer is one way to go on: the letter that is typed, and what it does. The empty
// letter is Enter alone, the gentlest way.
type answer struct{ letter, does string }

// asker asks a person. Menus are letters, the same with every asker.
type asker interface {
	// letter asks for one of the answers and returns its letter. What is typed may
	// also be something that other accepts, which is then returned whole.
	letter(ctx context.Context, answers []answer, other func(string) bool) (string, error)
	// line asks for a line of text.
	line(ctx context.Context, question string) (string, error)
	// confirm asks a question whose answer is no unless somebody says yes.
	confirm(ctx context.Context, question string) (bool, error)
}

// confirmTemplate is how survey asks for a yes: in our margin, without colours.
const confirmTemplate = `   {{.Message}}{{if .Answer}} {{.Answer}}{{"\n"}}{{else}} (y/N) {{end}}`

// errLeft is returned when somebody ends the input instead of answering.
var errLeft = errors.New("left")

func newAsker(r *run) asker {
	plain := &plainAsker{r: r, in: &input{in: r.In}}
	if !r.interactive() {
		return plain
	}
	survey.ConfirmQuestionTemplate, survey.ErrorTemplate = confirmTemplate, "   y or n, please, and then Enter.\n"
	return &screenAsker{plain}
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
		if other != nil && other(typed) {
			return typed, nil
		}
		a.r.hint("One of these, please, and then Enter: " + letters(answers) + ".")
	}
}

func (a *plainAsker) line(ctx context.Context, question string) (string, error) {
	a.r.tell(question)
	return a.read(ctx)
}

func (a *plainAsker) confirm(ctx context.Context, question string) (bool, error) {
	a.r.tell(question)
	letter, err := a.letter(ctx, []answer{{"y", "yes"}, {"n", "no"}, {"", "no"}}, nil)
	return letter == "y", err
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
	line, err := a.in.line(ctx)
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

// screenAsker asks in a terminal: menus by line, confirmations with survey, where the
// terminal answers as survey needs it to.
type screenAsker struct{ *plainAsker }

func (a *screenAsker) confirm(ctx context.Context, question string) (bool, error) {
	if !a.answers() {
		return a.plainAsker.confirm(ctx, question)
	}
	a.r.show("")
	a.r.tell(question)
	var yes bool
	err := a.survey(ctx, &survey.Confirm{Message: "Go on?"}, &yes)
	return yes, err
}

// survey runs one of survey's prompts and puts the terminal back as it was, whatever
// comes of it.
func (a *screenAsker) survey(ctx context.Context, p survey.Prompt, response any) (err error) {
	in, out := a.r.In.(*os.File), a.r.Out.(*os.File)
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return err
	}
	release := a.r.attention.hold()
	defer release()
	done := make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- errors.New("the question could not be asked; the flag --yes answers it")
			}
		}()
		done <- survey.AskOne(p, response, survey.WithStdio(in, out, out))
	}()
	select {
	case err = <-done:
	case <-ctx.Done():
		err = interrupted(ctx)
	}
	fmt.Fprint(out, "\x1b[?25h")
	err = errors.Join(err, term.Restore(int(in.Fd()), before))
	if errors.Is(err, surveyterm.InterruptErr) {
		return interruption{errors.New("interrupt")}
	}
	return err
}

// answers reports whether the terminal says where its cursor is when it is asked;
// survey waits for ever where it does not. What was typed ahead is dropped, so that
// it cannot answer a question nobody had seen.
func (a *screenAsker) answers() bool {
	in, out := a.r.In.(*os.File), a.r.Out.(*os.File)
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return false
	}
	defer term.Restore(int(in.Fd()), before)
	a.in.rest = nil
	fmt.Fprint(out, "\x1b[6n")
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	for a.in.more(ctx) == nil {
		if at := strings.LastIndex(string(a.in.rest), "\x1b["); at >= 0 && strings.HasSuffix(string(a.in.rest), "R") {
			a.in.rest = nil
			return true
		}
	}
	return false
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
func wrapMenu(words []string, width int) (lines []string) {
	line := ""
	for _, word := range words {
		switch {
		case line == "":
			line = word
		case cells(line)+4+cells(word) <= width:
			line += "    " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}
