package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/AlecAivazis/survey/v2"
	surveyterm "github.com/AlecAivazis/survey/v2/terminal"
	"golang.org/x/term"
)

// survey's templates, in our margin and without colours. A list stands below its
// question, is drawn anew at each key, and once it is answered nothing of it stays.
const (
	confirmTemplate = `   {{.Message}}{{if .Answer}} {{.Answer}}{{"\n"}}{{else}} (y/N) {{end}}`
	selectTemplate  = `
{{- define "option"}}   {{if eq .SelectedIndex .CurrentIndex}}>{{else}} {{end}} {{.CurrentOpt.Value}}
{{end}}` + listTemplate
	multiSelectTemplate = `
{{- define "option"}}   {{if eq .SelectedIndex .CurrentIndex}}>{{else}} {{end}} {{if index .Checked .CurrentOpt.Index}}[x]{{else}}[ ]{{end}} {{.CurrentOpt.Value}}
{{end}}` + listTemplate
	listTemplate = `
{{- if not .ShowAnswer}}{{.Message}}{{if .ShowHelp}}{{.Help}}{{end}}
{{- range $ix, $option := .PageEntries}}{{template "option" $.IterateOption $ix $option}}{{end}}{{end}}`
)

const (
	// listPage is the most options of a list that are seen at a time.
	listPage = 10
	// listMenuWidth is how wide the line may be that says how a list is used.
	listMenuWidth = 35
)

// screenAsker asks in a terminal: menus by line, lists and confirmations with survey,
// where the terminal answers as survey needs it to.
type screenAsker struct{ *plainAsker }

func newScreenAsker(plain *plainAsker) *screenAsker {
	survey.ConfirmQuestionTemplate, survey.ErrorTemplate = confirmTemplate, "   y or n, please, and then Enter.\n"
	survey.SelectQuestionTemplate, survey.MultiSelectQuestionTemplate = selectTemplate, multiSelectTemplate
	return &screenAsker{plain}
}

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

// choose shows the options below each other. To leave is the first of them.
func (a *screenAsker) choose(ctx context.Context, question string, options []option) (string, error) {
	if !a.answers() {
		return a.plainAsker.choose(ctx, question, options)
	}
	options = append([]option{{"", notNow}}, options...)
	l := a.layList(question, options, "  ", "arrows move", "Enter choose", "h help")
	var at int
	err := a.survey(ctx, &survey.Select{Message: l.menu, Help: l.help, Options: l.says, PageSize: l.page, Filter: whole}, &at)
	if err != nil {
		return "", err
	}
	a.chosen(options[at].says)
	return options[at].value, nil
}

func (a *screenAsker) chooseSome(ctx context.Context, question string, options []option, chosen []string) ([]string, error) {
	if !a.answers() {
		return a.plainAsker.chooseSome(ctx, question, options, chosen)
	}
	l := a.layList(question, options, "  [ ] ", "arrows move", "space mark", "Enter go on", "h help")
	var before, now []int
	for i, o := range options {
		if slices.Contains(chosen, o.value) {
			before = append(before, i)
		}
	}
	err := a.survey(ctx, &survey.MultiSelect{Message: l.menu, Help: l.help, Options: l.says, Default: before, PageSize: l.page, Filter: whole}, &now)
	if err != nil {
		return chosen, err
	}
	some, says := []string{}, []string{}
	for _, i := range now {
		some, says = append(some, options[i].value), append(says, options[i].says)
	}
	switch {
	case len(some) > 0:
		a.chosen(strings.Join(says, ", "))
	case len(chosen) > 0:
		a.chosen("none")
	default:
		a.chosen(notNow)
	}
	return some, nil
}

// whole keeps survey from searching its lists by what is typed.
func whole(string, string, int) bool { return true }

// chosen shows what was chosen, in the place of the list.
func (a *screenAsker) chosen(says string) {
	lead := "> "
	for _, line := range wrapLines(says, a.r.room()-len(lead)) {
		a.r.show(lead + line)
		lead = "  "
	}
}

// surveyList is a list as survey is to show it.
type surveyList struct {
	menu, help string
	says       []string
	page       int
}

// layList shows the question of a list, and lays the list out so that it fits below.
// Lead is as wide as what stands before an option.
func (a *screenAsker) layList(question string, options []option, lead string, menu ...string) (l surveyList) {
	a.r.show("")
	a.r.tell(question)
	rows, width := a.r.screen()
	if len(options) > listPage {
		menu = append(menu, fmt.Sprintf("%d in all", len(options)))
	}
	hints := wrapMenu(menu, min(listMenuWidth, a.r.menuRoom()))
	help := wrapLines("If you might act on thoughts of dying, or are in danger, contact local emergency services now. \"untangle help-now\" has people to call or write to.", a.r.room())
	l.menu, l.help = a.block(hints, true), a.block(help, false)
	used := len(wrapLines(question, a.r.room())) + len(hints) + len(help) + 1
	l.page = min(listPage, max(3, rows-used))
	for _, o := range options {
		l.says = append(l.says, truncate(oneLine(o.says), width-margin-1-len(lead)))
	}
	return l
}

// block is lines in our margin, as survey prints them.
func (a *screenAsker) block(lines []string, dim bool) string {
	var b strings.Builder
	for _, line := range lines {
		if dim {
			line = a.r.style.dim(line)
		}
		b.WriteString(indent(line, margin) + "\n")
	}
	return b.String()
}

// survey runs one of survey's prompts and puts the terminal back as it was, whatever
// comes of it.
func (a *screenAsker) survey(ctx context.Context, p survey.Prompt, response any) (err error) {
	in, out := a.r.ends()
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return err
	}
	release := a.r.attention.hold()
	defer release()
	list := &listKeys{File: in}
	var keys surveyterm.FileReader = list
	if _, ok := p.(*survey.Confirm); ok {
		keys = in
	}
	waits, cancel := a.r.idling(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- errors.New("the question could not be asked; a flag answers it, which --help names")
			}
		}()
		done <- survey.AskOne(p, response, survey.WithStdio(keys, out, out), survey.WithHelpInput('h'))
	}()
	select {
	case err = <-done:
		if list.gone { // the signal that tells of it may be on its way
			select {
			case <-ctx.Done():
				err = interrupted(ctx)
			case <-time.After(100 * time.Millisecond):
			}
		}
	case <-waits.Done():
		err = interrupted(waits)
		fmt.Fprint(out, "\r\x1b[J") // what of a list is below the cursor
	}
	fmt.Fprint(out, "\x1b[?25h")
	err = errors.Join(err, term.Restore(int(in.Fd()), before))
	if a.r.curtain != nil {
		a.r.curtain.seen()
	}
	switch {
	case a.r.closeIdle(waits):
		return errLeft
	case errors.Is(err, surveyterm.InterruptErr):
		return interruption{errors.New("interrupt")}
	case errors.Is(err, io.EOF):
		return errLeft
	}
	return err
}

// listKeys reads the keys that a list knows, and no others: survey breaks off at an
// escape sequence that it has not heard of, and takes Ctrl-D, which here is the end of
// the input, for Enter.
type listKeys struct {
	*os.File
	escaped []byte // the beginning of an escape sequence whose end has not come
	ended   bool
	gone    bool // nothing can be read any more, as in a terminal that hung up
}

func (k *listKeys) Read(b []byte) (int, error) {
	for !k.ended {
		n, err := k.File.Read(b)
		if n = k.keep(b[:n]); n > 0 {
			return n, nil
		}
		k.gone = err != nil
		k.ended = k.ended || k.gone
	}
	return 0, io.EOF
}

// keep leaves only the keys that a list knows in b, arrows as survey names them.
func (k *listKeys) keep(b []byte) (n int) {
	for _, c := range b {
		if len(k.escaped) > 0 && c >= ' ' {
			c = k.sequence(c)
		} else {
			k.escaped = nil
		}
		switch c {
		case 0x1b:
			k.escaped = []byte{c}
		case surveyterm.KeyEndTransmission, 'q':
			k.ended = true
			return n
		case surveyterm.KeyArrowUp, surveyterm.KeyArrowDown, '\t', ' ', '\r', '\n', surveyterm.KeyInterrupt, 'h':
			b[n] = c
			n++
		}
	}
	return n
}

// sequence takes the next byte of an escape sequence, and returns the key that it
// completes, 0 for none.
func (k *listKeys) sequence(c byte) byte {
	k.escaped = append(k.escaped, c)
	switch {
	case len(k.escaped) == 2 && (c == '[' || c == 'O'), len(k.escaped) > 2 && c < '@':
		return 0
	}
	last := string(k.escaped[2:])
	k.escaped = nil
	switch last {
	case "A":
		return surveyterm.KeyArrowUp
	case "B":
		return surveyterm.KeyArrowDown
	}
	return 0
}

// answers reports whether the terminal says where its cursor is when it is asked;
// survey waits for ever where it does not. What was typed ahead is dropped, so that
// it cannot answer a question nobody had seen.
func (a *screenAsker) answers() bool {
	in, out := a.r.ends()
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
