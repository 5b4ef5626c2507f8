package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os/exec"
	"slices"
	"strings"
	"text/template"

	"github.com/kballard/go-shellquote"
	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/journal/format"
)

// output is the set of flags that say how entries are shown.
type output struct {
	format, template string
	json             bool
	pager            bool
}

// screenFormats are the formats that are made here, for reading. The others are
// those of package format.
func screenFormats() []string { return []string{"oneline", "short", "full", "template"} }

func (o *output) flags(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&o.format, "format", "", "oneline, short, full, json, jsonl, markdown or template")
	flags.StringVar(&o.template, "template", "", "a Go template for each entry: {{.Short}} {{.Date}} {{.Heading}}")
	flags.BoolVar(&o.json, "json", false, "the same as --format json")
	flags.BoolVar(&o.pager, "pager", false, "show through the pager, also what fits on the screen")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(append(screenFormats(), formatNames()...), cobra.ShellCompDirectiveNoFileComp))
}

// settle checks the flags, and makes one format of them; empty if none was named.
func (o *output) settle() error {
	switch {
	case o.json && o.format != "" && o.format != "json":
		return usagef("--json goes without --format")
	case o.json:
		o.format = "json"
	case o.template != "" && o.format == "":
		o.format = "template"
	}
	if (o.template != "") != (o.format == "template") {
		return usagef("--format template and --template TEXT go together")
	}
	if o.format == "" || slices.Contains(screenFormats(), o.format) {
		return nil
	}
	if f, err := format.Named(o.format); err != nil || f.Encode == nil {
		return usagef("unknown format %q (have %s)", o.format, strings.Join(append(screenFormats(), formatNames()...), ", "))
	}
	return nil
}

// shown is an entry and the shortest name it can be shown with.
type shown struct {
	*journal.Entry
	Short string
}

// named adds their short ids to entries, some at a time.
func named(ctx context.Context, j *journal.Journal, entries iter.Seq2[*journal.Entry, error]) iter.Seq2[shown, error] {
	return func(yield func(shown, error) bool) {
		var batch []*journal.Entry
		most := 64 // soon there for who leafs, and then many at a time
		flush := func() bool {
			short, err := j.Short(ctx, idsOf(batch)...)
			if err != nil {
				yield(shown{}, err)
				return false
			}
			for i, e := range batch {
				if !yield(shown{e, short[i]}, nil) {
					return false
				}
			}
			batch, most = batch[:0], min(8*most, 4096)
			return true
		}
		for e, err := range entries {
			if err != nil {
				yield(shown{}, err)
				return
			}
			if batch = append(batch, e); len(batch) == most && !flush() {
				return
			}
		}
		flush()
	}
}

// print writes entries in the format that was asked for, or else in the one given.
func (r *run) print(ctx context.Context, w io.Writer, j *journal.Journal, entries iter.Seq2[*journal.Entry, error], o *output, fallback string) error {
	name := o.format
	if name == "" {
		name = fallback
	}
	if !slices.Contains(screenFormats(), name) {
		f, err := format.Named(name)
		if err != nil {
			return err
		}
		return f.Encode(w, entries, format.Options{})
	}
	line, err := r.lines(name, o.template)
	if err != nil {
		return err
	}
	for e, err := range named(ctx, j, entries) {
		if err != nil {
			return err
		}
		if err := line(w, e); err != nil {
			return err
		}
	}
	return nil
}

// lines returns the function that writes one entry in a format for reading.
func (r *run) lines(name, text string) (func(io.Writer, shown) error, error) {
	switch name {
	case "oneline":
		return func(w io.Writer, e shown) error {
			_, err := fmt.Fprintln(w, oneLine(onelineOf(e)))
			return err
		}, nil
	case "template":
		t, err := template.New("entry").Parse(text)
		if err != nil {
			return nil, usagef("the template cannot be read: %v", err)
		}
		return func(w io.Writer, e shown) error {
			var b bytes.Buffer
			if err := t.Execute(&b, e); err != nil {
				return usagef("the template does not fit an entry: it has .Short .ID .Date .Heading .Title .Text .Tags .Starred .Words")
			}
			_, err := fmt.Fprintln(w, visible(b.String()))
			return err
		}, nil
	case "short":
		_, width := r.screen()
		list := lister{style: r.style, width: width}
		return func(w io.Writer, e shown) error {
			_, err := fmt.Fprintln(w, strings.Join(list.add(e), "\n"))
			return err
		}, nil
	default:
		first := true
		return func(w io.Writer, e shown) error {
			gap := "\n"
			if first {
				gap, first = "", false
			}
			_, err := fmt.Fprint(w, gap, r.full(e))
			return err
		}, nil
	}
}

// onelineOf is an entry in one line, for pipes.
func onelineOf(e shown) string {
	date, star := e.Date.String(), ""
	if e.Date.Timed() {
		date = e.Date.Midnight().String() + " " + clock(e.Date)
	}
	if e.Starred {
		star = " *"
	}
	var tags strings.Builder
	for _, t := range e.Tags() {
		tags.WriteString(" @" + t)
	}
	return strings.TrimRight(fmt.Sprintf("%s  %-16s  %s%s%s", e.Short, date, truncate(oneLine(e.words()), 80), tags.String(), star), " ")
}

// full is a whole entry as it is read on a screen, with what was looked for in its text
// in bold.
func (r *run) full(e shown, hits ...[2]int) string {
	_, width := r.screen()
	room := textWidth(width)
	var b strings.Builder
	line := func(s string) { b.WriteString(strings.TrimRight(indent(s, margin), " ") + "\n") }
	when := longDay(e.Date, r.Now())
	if e.Date.Timed() {
		when += ", " + clock(e.Date)
	}
	end := e.Short
	if e.Starred {
		end = "* " + end
	}
	if cells(when)+2+cells(end) > room {
		line(when)
		when = ""
	}
	line(pad(when, room-cells(end)) + r.style.dim(end))
	if e.Title != "" {
		for _, l := range wrapLines(oneLine(e.Title), room) {
			line(r.style.bold(l))
		}
	}
	if e.Prompt.Text != "" {
		line("")
		for _, l := range wrapLines(oneLine(e.Prompt.Text), room-2) {
			line("| " + r.style.dim(l))
		}
	}
	if e.Text != "" {
		line("")
		line(prose(e.Text, room, r.style, hits...))
	}
	if notes := entryNotes(e.Entry); notes != "" {
		line("")
		for _, l := range wrapLines(oneLine(notes), room) {
			line(r.style.dim(l))
		}
	}
	return b.String()
}

// entryNotes says what stands beside the text: tags given by hand, how it felt, and
// what became of it.
func entryNotes(e *journal.Entry) string {
	var notes []string
	for _, t := range e.Hand {
		notes = append(notes, "@"+t)
	}
	if said := e.CheckIn.String(); said != "" {
		notes = append(notes, said)
	}
	if !e.Edited.IsZero() {
		notes = append(notes, "changed "+shortDate(e.Edited))
	}
	if !e.Deleted.IsZero() {
		notes = append(notes, "deleted "+shortDate(e.Deleted))
	}
	return strings.Join(notes, "   ")
}

// leaf shows a long text from its beginning, so many lines at a time.
func (r *run) leaf(ctx context.Context, text string, rows int) error {
	lines := strings.SplitAfter(text, "\n")
	for rows = max(rows, 3); ; lines = lines[rows:] {
		now := min(rows, len(lines))
		if strings.TrimSpace(strings.Join(lines[now:], "")) == "" {
			now = len(lines)
		}
		if _, err := io.WriteString(r.Out, strings.Join(lines[:now], "")); err != nil || now == len(lines) {
			return err
		}
		letter, err := r.ask.letter(ctx, []answer{{"", "more"}, {"q", "enough"}}, nil)
		if err != nil || letter == "q" {
			return ignoreLeft(err)
		}
	}
}

// printJSON prints a value as one line of JSON.
func (r *run) printJSON(value any) error {
	encoder := json.NewEncoder(r.Out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// page shows a text through the pager, if there is one and the text is longer than
// the screen, or else as it is.
func (r *run) page(ctx context.Context, text string, always bool) error {
	command := r.text("pager")
	if command == "" {
		command = r.Getenv("PAGER")
	}
	rows, _ := r.screen()
	fits := strings.Count(text, "\n") < rows
	switch {
	case !r.interactive() || fits && !(always && command != ""):
		_, err := io.WriteString(r.Out, text)
		return err
	case command == "":
		return r.leaf(ctx, text, rows-3)
	}
	words, err := shellquote.Split(command)
	if err != nil || len(words) == 0 {
		return usagef("the pager %q cannot be read as a command", command)
	}
	release := r.attention.hold()
	defer release()
	pager := exec.CommandContext(ctx, words[0], words[1:]...)
	pager.Stdin, pager.Stdout, pager.Stderr = strings.NewReader(text), r.Out, r.Err
	if r.curtain != nil && r.Out == io.Writer(r.curtain) {
		if _, err := r.curtain.Write(nil); err != nil {
			return err
		}
		pager.Stdout = r.curtain.File // it turns pages only where it sees the terminal itself
	}
	// less remembers nothing of what was read, and styles pass through it.
	pager.Env = append(pager.Environ(), "LESSHISTFILE=-", "LESS=-FRX")
	err = pager.Run()
	if r.curtain != nil && r.curtain.up { // some leave the alternate screen
		_, _ = r.curtain.File.WriteString(alternateScreen)
	}
	if err != nil && ctx.Err() == nil {
		_, err := io.WriteString(r.Out, text)
		return err
	}
	return nil
}
