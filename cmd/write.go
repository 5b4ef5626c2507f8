package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/journal/format"
	"untangle/prompts"
)

// writeOptions are the flags of write.
type writeOptions struct {
	append, blank, star, json bool
	prompt, date, title       string
	openOn                    string
	tags                      []string
}

func writeCommand(r *run) *cobra.Command {
	var o writeOptions
	c := &cobra.Command{
		Use:     "write [WORDS]",
		Aliases: []string{"new", "add"},
		GroupID: groupWrite,
		Short:   "Write, to today's question or on a blank page",
		Long: paragraphs(
			"Opens a page with today's question: the built-in writer, or your editor if you set one. Ctrl-D keeps what you wrote; Ctrl-C stops, and a draft stays.",
			"What comes through a pipe is kept as it is; the new entry's id is printed, and nothing else.",
			"A journal that is closed with a passphrase takes all of it without being opened; it can be read once you open it. Only --append needs the passphrase.",
			"With --open-on it is a letter to later, which stays shut until its day: no list, search or export has it before then, unless --shut asks for it. Its day is a promise, not a lock.",
			"Words given as arguments stay in the shell's history. On a terminal the page opens with them; elsewhere they are kept only with the setting text-from-arguments."),
		Example: examples("untangle write", "untangle write --blank", "untangle write --date 'yesterday at 9pm' --tag home", "untangle write --open-on 'in 1 year'",
			"printf 'It rained. @home\\n' | untangle write", "printf 'And it stopped.\\n' | untangle write --append"),
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			e, err := o.entry(c.Context(), r)
			if err != nil {
				return err
			}
			return r.write(c.Context(), e, &o, args)
		},
	}
	flags := c.Flags()
	flags.BoolVar(&o.append, "append", false, "go on with today's last entry")
	flags.BoolVar(&o.blank, "blank", false, "without a question")
	flags.StringVar(&o.prompt, "prompt", "", "to the prompt with this id")
	flags.StringVar(&o.date, "date", "", "when it was (yesterday, 2026-02-14, 2026-02-14T09:30)")
	flags.StringVar(&o.openOn, "open-on", "", "a letter that stays shut until this day (2030-05-01, \"in 3 months\")")
	flags.StringVar(&o.title, "title", "", "a title")
	flags.StringArrayVar(&o.tags, "tag", nil, "a tag; more than once for more")
	flags.BoolVar(&o.star, "star", false, "with a star")
	flags.BoolVar(&o.json, "json", false, "print the entry as JSON, instead of its id")
	_ = c.RegisterFlagCompletionFunc("prompt", r.completePrompts)
	_ = c.RegisterFlagCompletionFunc("tag", r.completeTags)
	return c
}

// entry returns the entry that the flags describe, without its text.
func (o *writeOptions) entry(ctx context.Context, r *run) (journal.Entry, error) {
	e := r.blank()
	e.Title, e.Starred = o.title, o.star
	if o.append && (o.date != "" || o.prompt != "" || o.title != "" || o.openOn != "") {
		return e, usagef("--append goes on with an entry as it is; --date, --prompt, --title and --open-on do not go with it")
	}
	if o.blank && o.prompt != "" {
		return e, usagef("--blank goes without --prompt")
	}
	if !utf8.ValidString(o.title) {
		return e, usagef("the title is not text in UTF-8")
	}
	if o.date != "" {
		date, err := when(o.date, r.Now())
		if err != nil {
			return e, usagef("--date: %w", err)
		}
		e.Date = date
	}
	if o.openOn != "" {
		day, err := parseOpenOn(o.openOn, r.Now())
		if err != nil {
			return e, err
		}
		e.OpenOn = day
	}
	if o.prompt != "" {
		prompt, err := r.promptNamed(ctx, o.prompt)
		if err != nil {
			return e, err
		}
		e.Prompt = asked(prompt)
	}
	tags, err := parseTags(o.tags)
	e.Hand = tags
	return e, err
}

// zoneName returns the IANA name of now's time zone, or nothing if the system does
// not tell.
func zoneName(now time.Time, getenv func(string) string) string {
	name := now.Location().String()
	if name == "Local" {
		name = strings.TrimPrefix(getenv("TZ"), ":")
	}
	if name == "" { // the system's own zone, whose file is there
		link, err := os.Readlink("/etc/localtime")
		_, after, ok := strings.Cut(filepath.ToSlash(link), "zoneinfo/")
		if err != nil || !ok {
			return ""
		}
		return after
	}
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		return ""
	}
	return name
}

// write keeps what comes through a pipe, or opens a page.
func (r *run) write(ctx context.Context, e journal.Entry, o *writeOptions, args []string) error {
	words := strings.Join(args, " ")
	if words != "" && r.is("text-from-arguments") {
		return r.keepText(ctx, e, o, words)
	}
	_, keyboard := terminal(r.In)
	if words != "" && !r.interactive() {
		return withHint(usagef("words given as arguments are not kept"),
			"send them through a pipe, which leaves nothing in the shell's history, or set text-from-arguments")
	}
	if !keyboard {
		text, err := r.readPipe()
		if err != nil {
			return err
		}
		return r.keepText(ctx, e, o, text)
	}
	if r.Getenv("TERM") == "dumb" {
		return withHint(usagef("writing needs a terminal that can move its cursor, and TERM says that this one cannot"), "a text through a pipe is kept as it is")
	}
	if !r.interactive() {
		return withHint(usagef("writing needs a terminal at both ends, or a text through a pipe"), "for example: printf 'It rained.\\n' | untangle write")
	}
	if words != "" {
		r.say("What is typed behind a command stays in the shell's history. \"untangle write\" alone leaves nothing there.")
	}
	return r.writeHere(ctx, e, o, words)
}

// writeWords writes a text that was given as the one argument of the program.
func (r *run) writeWords(ctx context.Context, args []string) error {
	o := writeOptions{blank: true}
	e, err := o.entry(ctx, r)
	if err != nil {
		return err
	}
	return r.write(ctx, e, &o, args)
}

// readPipe returns what comes through the pipe, without the line ends behind it.
func (r *run) readPipe() (string, error) {
	most := int64(r.number("largest-entry"))
	b, err := io.ReadAll(io.LimitReader(r.In, most+1))
	if err != nil {
		return "", fmt.Errorf("read the text: %w", err)
	}
	if int64(len(b)) > most {
		return "", withHint(fmt.Errorf("the text is longer than %d bytes; nothing was kept", most), "the setting largest-entry allows more")
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
		return "", fmt.Errorf("%w; nothing was kept", journal.ErrNotText)
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// keepText keeps a text as it is, and prints the id of the entry.
func (r *run) keepText(ctx context.Context, e journal.Entry, o *writeOptions, text string) error {
	if strings.TrimSpace(text) == "" {
		r.say("Nothing was written, so nothing is kept.")
		return nil
	}
	open := r.openOrMake
	if !o.append {
		open = func(ctx context.Context) (*journal.Journal, error) { return r.openToWrite(ctx, r.openOrMake) }
	}
	j, err := open(ctx)
	p := r.start(j, e)
	var kept journal.Entry
	var name string
	beside := journal.Beside{State: r.answeredState(e), Short: func(prefix string) { name = prefix }}
	switch {
	case err != nil:
	case o.append:
		beside.State = nil
		kept, err = r.appendText(ctx, j, o, text, beside)
	default:
		p.draft.Entry.Text = text
		kept, err = j.Add(ctx, p.draft.Entry, beside)
	}
	switch {
	case errors.Is(err, errNoToday):
		return err
	case err != nil: // a pipe cannot be read again
		return p.rescue(text, err)
	}
	if promise := r.promise(&kept); promise != "" {
		r.say("%s", promise)
	}
	printed := append([]byte(name), '\n')
	if o.json {
		printed = append(format.AppendJSON(nil, &kept), '\n')
	}
	if _, err := r.Out.Write(printed); err != nil {
		return withHint(fmt.Errorf("the entry is kept, as %s, but that could not be printed: %w", name, err), "nothing needs to be done again")
	}
	return nil
}

// nameOf returns the short id of an entry that was kept, and its whole id where the
// journal cannot be asked any more: that is no reason to say it was not kept.
func nameOf(ctx context.Context, j *journal.Journal, id journal.ID) string {
	if j.Locked() {
		return id.String()[:journal.ShortID+2] // nobody knows which others there are
	}
	short, err := j.Short(ctx, id)
	if err != nil {
		return id.String()
	}
	return short[0]
}

// appendText adds a paragraph to today's last entry.
func (r *run) appendText(ctx context.Context, j *journal.Journal, o *writeOptions, text string, beside journal.Beside) (journal.Entry, error) {
	last, err := r.todaysLast(ctx, j)
	if err != nil {
		return journal.Entry{}, err
	}
	return j.Edit(ctx, last.ID, 0, func(e *journal.Entry) error {
		e.Text = strings.TrimRight(e.Text, "\n") + "\n\n" + text
		return o.mark(e)
	}, beside)
}

// mark gives an entry the tags and the star of the flags.
func (o *writeOptions) mark(e *journal.Entry) error {
	tags, err := parseTags(o.tags)
	e.Starred = e.Starred || o.star
	e.Hand = append(slices.Clone(e.Hand), tags...)
	return err
}

// todaysLast returns the last entry of today.
func (r *run) todaysLast(ctx context.Context, j *journal.Journal) (*journal.Entry, error) {
	today := journal.At(r.Now()).Midnight()
	for e, err := range j.Entries(ctx, journal.Query{From: today, To: today, Limit: 1}) {
		return e, err
	}
	return nil, withHint(errNoToday, "leave out --append to begin one")
}

var errNoToday = errors.New("there is no entry of today yet to go on with; nothing was kept")

// writeHere opens a page in the terminal.
func (r *run) writeHere(ctx context.Context, e journal.Entry, o *writeOptions, words string) error {
	open := r.openOrBegin
	if !o.append {
		open = func(ctx context.Context) (*journal.Journal, error) { return r.openToWrite(ctx, r.openOrBegin) }
	}
	j, err := open(ctx)
	if err != nil {
		return err
	}
	if j.Sealed() {
		r.behindCurtain()
	}
	plain := words == "" && !o.blank && o.prompt == "" && o.date == "" && o.openOn == ""
	if plain && j.Locked() {
		return r.lockedDay(ctx, j, e)
	}
	if o.append {
		last, err := r.todaysLast(ctx, j)
		if err != nil {
			return err
		}
		if err := o.mark(last); err != nil {
			return err
		}
		return r.goOn(ctx, j, last, words)
	}
	if plain {
		if done, err := r.offerDrafts(ctx, j); done || err != nil {
			return err
		}
	}
	if e.Prompt.ID == "" && !o.blank && words == "" && o.openOn == "" && !j.Locked() {
		d, err := r.day(ctx, j)
		if err != nil {
			return err
		}
		if err := d.shown(ctx); err != nil {
			return err
		}
		e.Prompt = d.asked()
	}
	if p, ok := prompts.Default().Prompt(e.Prompt.ID); ok && p.Intensity >= deep {
		if letter, err := r.announce(ctx, answer{"", "not now"}); err != nil || letter != "y" {
			return ignoreLeft(err)
		}
	}
	e.Text = words
	return r.writePiece(ctx, j, e)
}

// writePiece opens a page for an entry, keeps it, and asks how it felt.
func (r *run) writePiece(ctx context.Context, j *journal.Journal, e journal.Entry) error {
	p := r.start(j, e)
	p.state = r.answeredState(e)
	return p.finish(ctx)
}

// finish lets somebody write the piece to its end.
func (p *piece) finish(ctx context.Context) error {
	text, err := p.compose(ctx)
	switch {
	case errors.Is(err, errStopped):
		if p.draft.Number == 0 {
			p.stopped("Stopped. Nothing was written.")
		} else {
			p.stopped(p.whenOffered())
		}
		if p.held != nil && p.held.Locked() { // it was closed, since nobody pressed a key
			return errLeft
		}
		return nil
	case errors.Is(err, errTold):
		return nil
	case err != nil:
		return err
	case strings.TrimSpace(text) == "":
		p.tell("", "Nothing was written, so nothing is kept.")
		return p.drop(ctx)
	}
	kept, err := p.keep(ctx, strings.TrimRight(text, "\n"))
	if errors.Is(err, errNowhere) && ctx.Err() == nil {
		p.draft.Entry.Text = text
		p.tell("", "It could not be kept: "+err.Error()+".", "The page opens again with what you wrote.", "")
		if _, err := p.ask.letter(ctx, []answer{{"", "back to the page"}}, func(string) bool { return true }); err == nil {
			return p.finish(ctx)
		}
	}
	if err != nil {
		return err
	}
	if p.held != nil && p.held.Locked() { // it was closed, since nobody pressed a key
		p.sayKept(ctx, p.journal, kept)
		p.hint("The journal was closed meanwhile.")
		return errLeft
	}
	return p.afterwards(ctx, p.journal, kept)
}

// afterwards says that an entry was kept, and asks how writing felt, which need not
// be answered.
func (r *run) afterwards(ctx context.Context, j *journal.Journal, e journal.Entry) error {
	r.sayKept(ctx, j, e)
	if err := r.ground(ctx, j, e.Prompt.ID); err != nil {
		return err
	}
	r.show("")
	answers := []answer{{"l", "lighter"}, {"s", "same"}, {"h", "heavier"}, {"m", "mixed"}, {"", "say nothing"}, {"q", ""}}
	if line := strings.Join(menuWords(answers), "   "); cells(line)+11 <= r.menuRoom() {
		r.show("And now?   " + r.style.dim(line))
	} else {
		r.show("And now?")
		r.showMenu(answers)
	}
	letter, err := r.ask.letter(ctx, quietly(answers), nil)
	if err != nil || letter == "" || letter == "q" {
		return ignoreLeft(err)
	}
	for after := journal.Lighter; after <= journal.Mixed; after++ {
		if strings.HasPrefix(after.String(), letter) {
			e.CheckIn.After = after
		}
	}
	if err := j.SetCheckIn(ctx, e.ID, e.CheckIn); err != nil {
		return err
	}
	return r.afterEnding(ctx, j, e.CheckIn.After)
}

func (r *run) sayKept(ctx context.Context, j *journal.Journal, e journal.Entry) {
	short := nameOf(ctx, j, e.ID)
	kept := "Kept.  " + longDay(e.Date, r.Now())
	if e.Date.Timed() {
		kept += ", " + clock(e.Date)
	}
	if room := r.room() - len(short); cells(kept) < room {
		kept = pad(kept, room) + r.style.dim(short)
	} else {
		kept += "\n" + r.style.dim(short)
	}
	r.show("", kept)
	if promise := r.promise(&e); promise != "" {
		r.show("")
		r.tell(promise)
	}
}
