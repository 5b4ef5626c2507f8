package cmd

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/journal/format"
)

func exportCommand(r *run) *cobra.Command {
	var f filter
	sealing := closing{run: r}
	var name, out, folder, title string
	c := &cobra.Command{
		Use:     "export",
		GroupID: groupTake,
		Short:   "Take your journal out, as Markdown and other formats",
		Long: paragraphs(
			"Writes entries, all of them or those that filters choose, the oldest first: to standard output, into a file with -o, or with --folder into a folder with a note for each day, as Obsidian and zk open them.",
			"A file that untangle did not write, or that was changed since, is never written over. Exporting again into the same folder updates what has changed.",
			"  "+strings.Join(formatLines(), "\n  "),
			"Letters to later stay shut in an export until their day, unless --shut takes them along.",
			"Whoever can open an export can read it, also if the journal is closed with a passphrase. With --encrypt it is encrypted with age, a format that many tools open: for the keys that --recipient names, or else with a passphrase that is asked for twice, and that nobody can recover. Nothing of it lies on the disk in plain text meanwhile. \"age --decrypt FILE\" opens it. An encrypted file shows how long it is, and for which ssh keys it is."),
		Example: examples("untangle export -o diary.md", "untangle export --folder notes", "untangle export --format jsonl -o diary.jsonl",
			"untangle export --year 2026 --tag home --format json", "untangle export --encrypt -o diary.md.age",
			"untangle export --recipient-file ~/.ssh/id_ed25519.pub -o diary.jsonl.age"),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			q, err := f.query(c, r.Now())
			if err != nil {
				return err
			}
			if f.sort == "" {
				q.Oldest = !f.reverse
			}
			if out == "-" {
				out = ""
			}
			if err := sealing.check(out, folder); err != nil {
				return err
			}
			if by := formatOf(out); by != "" && !c.Flags().Changed("format") {
				name = by
			}
			chosen, err := format.Named(name)
			if err != nil {
				return usagef("%w", err)
			}
			switch {
			case out != "" && folder != "":
				return usagef("-o goes without --folder")
			case folder != "" && chosen.Folder == nil:
				return usagef("the format %s makes no folders; markdown does", chosen.Name)
			case folder != "" && !f.wholeDays():
				return usagef("a folder holds whole days, so only dates choose there: --from, --to, --on, --year and --month")
			case folder != "" && !q.Oldest:
				return usagef("a folder has its own order; --sort and --reverse do not go with it")
			}
			recipients, err := sealing.recipients()
			if err != nil {
				return err
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			if r.curtain != nil {
				r.Out, r.curtain = r.curtain.File, nil // it shows nothing that anybody can read
			}
			// What programs read has everything; what people read has what has words.
			q.CheckIns = q.CheckIns || chosen.Decode != nil
			e := &exporting{
				run: r, journal: j, format: chosen, options: format.Options{Title: title, Partial: f.anything},
				recipients: recipients, passphrase: sealing.on() && !sealing.keyed(),
			}
			e.entries = e.counted(c.Context(), q)
			switch {
			case folder != "":
				err = e.intoFolder(c.Context(), folder)
			case out != "":
				err = e.intoFile(c.Context(), out)
			default:
				err = e.intoOutput(c.Context())
			}
			if err != nil {
				return ignoreLeft(err)
			}
			return r.sayShut(c.Context(), j, q)
		},
	}
	f.flags(r, c)
	sealing.flags(c)
	flags := c.Flags()
	flags.StringVar(&name, "format", "markdown", "the format; told by the file's ending if it is not given")
	flags.StringVarP(&out, "output", "o", "", "the file to write")
	flags.StringVar(&folder, "folder", "", "the folder to write a note a day into")
	flags.StringVar(&title, "title", "", "the document's title")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

// formatOf returns the format that a file's ending stands for, empty if none does. That
// it is encrypted makes no difference.
func formatOf(path string) string {
	ext := strings.ToLower(filepath.Ext(path))
	if ext == ageEnding {
		ext = strings.ToLower(filepath.Ext(path[:len(path)-len(ageEnding)]))
	}
	for _, f := range format.All() {
		if ext != "" && f.Ext == ext {
			return f.Name
		}
	}
	return ""
}

func formatLines() (lines []string) {
	for _, f := range format.All() {
		lines = append(lines, fmt.Sprintf("%-9s %s", f.Name, f.About))
	}
	return lines
}

func formatNames() (names []string) {
	for _, f := range format.All() {
		names = append(names, f.Name)
	}
	return names
}

// exporting is one export.
type exporting struct {
	*run
	journal *journal.Journal
	format  format.Format
	options format.Options
	entries iter.Seq2[*journal.Entry, error]
	count   int

	recipients []age.Recipient // for whom it is encrypted; nobody if it is not
	passphrase bool            // whether it is encrypted with a passphrase, to be asked for
}

// counted yields the entries and shows on a terminal how many there were.
func (e *exporting) counted(ctx context.Context, q journal.Query) iter.Seq2[*journal.Entry, error] {
	return func(yield func(*journal.Entry, error) bool) {
		bar := e.progress("Taking out")
		defer bar.done()
		for entry, err := range e.journal.Entries(ctx, q) {
			if !yield(entry, err) {
				return
			}
			if e.count++; e.count%1000 == 0 {
				bar.count(e.count)
			}
		}
	}
}

// intoOutput writes to standard output. Of a closed journal nothing stays behind in a
// terminal, unless it is encrypted.
func (e *exporting) intoOutput(ctx context.Context) error {
	if err := e.askPassphrase(ctx); err != nil {
		return err
	}
	if e.journal.Sealed() && len(e.recipients) == 0 {
		if _, ok := terminal(e.Out); ok {
			return withHint(usagef("the journal is closed with a passphrase, and all of it would stay in this terminal"),
				"-o FILE writes it into a file, --encrypt encrypts it; \"untangle list\" and \"untangle show\" are for reading")
		}
		e.say("%s", e.openToAll("what comes out here is", "it", "with --encrypt it is closed too"))
	}
	return e.write(e.Out)
}

// openToAll says who can read an export that is not encrypted. That matters more where
// the journal itself is, and so does what to do instead.
func (e *exporting) openToAll(what, it, instead string) string {
	if !e.journal.Sealed() {
		return fmt.Sprintf("Whoever can open %s can read %[1]s.", it)
	}
	return fmt.Sprintf("The journal is closed with a passphrase, and %s not: whoever can open %s can read %[2]s; %s.", what, it, instead)
}

func (e *exporting) write(w io.Writer) error {
	if len(e.recipients) > 0 {
		return e.encrypted(w)
	}
	return e.plain(w)
}

func (e *exporting) plain(w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := e.format.Encode(b, e.entries, e.options); err != nil {
		return err
	}
	return b.Flush()
}

// intoFolder writes a note a day.
func (e *exporting) intoFolder(ctx context.Context, dir string) error {
	full, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	report, err := e.format.Folder(ctx, full, e.entries, e.options)
	if report.Added+report.Updated+report.Same > 0 {
		e.remember(ctx, full, "")
	}
	for _, left := range report.Untouched {
		e.say("left as it is: %s (%s)", left.Name, left.Why)
	}
	if err != nil {
		return err
	}
	e.say("Notes of days: %d new, %d updated, %d as they were, in %s. %s",
		report.Added, report.Updated, report.Same, e.shownPath(full), e.openToAll("these notes are", "them", "-o FILE with --encrypt makes one file that is closed"))
	return nil
}
