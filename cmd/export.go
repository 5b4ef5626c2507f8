package cmd

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/journal/format"
)

// exportsState is the name under which a journal remembers which files it was
// exported to, and a hash of each.
const exportsState = "exports"

func exportCommand(r *run) *cobra.Command {
	var f filter
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
			"An export is not closed by anything: whoever can open it can read it."),
		Example: examples("untangle export -o diary.md", "untangle export --folder notes", "untangle export --format jsonl -o diary.jsonl",
			"untangle export --year 2026 --tag home --format json"),
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
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			// What programs read has everything; what people read has what has words.
			q.CheckIns = q.CheckIns || chosen.Decode != nil
			e := &exporting{run: r, journal: j, format: chosen, options: format.Options{Title: title, Partial: f.anything}}
			e.entries = e.counted(c.Context(), q)
			switch {
			case folder != "":
				err = e.intoFolder(c.Context(), folder)
			case out != "":
				err = e.intoFile(c.Context(), out)
			default:
				err = e.write(r.Out)
			}
			if err != nil {
				return err
			}
			return r.sayShut(c.Context(), j, q)
		},
	}
	f.flags(r, c)
	flags := c.Flags()
	flags.StringVar(&name, "format", "markdown", "the format; told by the file's ending if it is not given")
	flags.StringVarP(&out, "output", "o", "", "the file to write")
	flags.StringVar(&folder, "folder", "", "the folder to write a note a day into")
	flags.StringVar(&title, "title", "", "the document's title")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

// formatOf returns the format that a file's ending stands for, empty if none does.
func formatOf(path string) string {
	ext := strings.ToLower(filepath.Ext(path))
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

func (e *exporting) write(w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := e.format.Encode(b, e.entries, e.options); err != nil {
		return err
	}
	return b.Flush()
}

// intoFile writes one file, whole or not at all.
func (e *exporting) intoFile(ctx context.Context, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	known, err := e.known(ctx)
	if err != nil {
		return err
	}
	if err := mayReplace(path, known[path]); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".untangle-*.tmp")
	if err != nil {
		if in, ok := errors.AsType[*fs.PathError](err); ok {
			err = in.Err // the name of the file beside it says nothing
		}
		return fmt.Errorf("export to %q: %w", path, err)
	}
	defer os.Remove(temp.Name()) // after the rename there is nothing under that name
	sum := sha256.New()
	err = errors.Join(temp.Chmod(0o600), e.write(io.MultiWriter(temp, sum)))
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return fmt.Errorf("export to %q: %w; nothing was written there", path, err)
	}
	if err := putExport(temp.Name(), path, known[path]); err != nil {
		return err
	}
	e.remember(ctx, path, hex.EncodeToString(sum.Sum(nil)))
	e.say("%s in %s. Whoever can open it can read it.", counted(e.count, "entry is", "entries are"), e.shownPath(path))
	return nil
}

// putExport gives a finished export its name. What stands there was looked at before,
// but writing took a while.
func putExport(temp, path, hash string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		err = journal.NameNew(temp, path)
		if errors.Is(err, fs.ErrExist) {
			err = mayReplace(path, "")
		}
		return err
	}
	if err := mayReplace(path, hash); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("export to %q: %w", path, err)
	}
	return nil
}

// mayReplace returns why a file may not be written over: it is not ours, or it was
// changed since we wrote it.
func mayReplace(path, hash string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	refused := withHint(fmt.Errorf("%q is there already, and untangle did not write it or it was changed since; it stays as it is", path),
		"choose another name, or move that file away")
	if hash == "" || !info.Mode().IsRegular() {
		return refused
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != hash {
		return refused
	}
	return nil
}

// known returns the files that the journal was exported to, with their hashes; a
// folder has none.
func (e *exporting) known(ctx context.Context) (map[string]string, error) {
	raw, err := e.journal.State(ctx, exportsState)
	return exportsOf(raw), err
}

func exportsOf(raw []byte) map[string]string {
	known := make(map[string]string)
	_ = json.Unmarshal(raw, &known) // what cannot be read is as good as unknown
	return known
}

// remember notes where an export went. A journal that takes no note, because it is
// damaged or cannot be written, can be taken out all the same.
func (e *exporting) remember(ctx context.Context, path, hash string) {
	err := e.journal.UpdateState(ctx, func(s *journal.State) error {
		raw, err := s.Get(exportsState)
		if err != nil {
			return err
		}
		known := exportsOf(raw)
		if at, ok := known[path]; ok && at == hash {
			return nil
		}
		known[path] = hash
		if raw, err = json.Marshal(known); err != nil {
			return err
		}
		return s.Put(exportsState, raw)
	})
	if err != nil {
		e.say("The journal could not note this export, so another one will not write over it: %v", err)
	}
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
	e.say("Notes of days: %d new, %d updated, %d as they were, in %s. Whoever can open them can read them.",
		report.Added, report.Updated, report.Same, e.shownPath(full))
	return nil
}
