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

	"github.com/kballard/go-shellquote"
	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/journal/format"
)

func importCommand(r *run) *cobra.Command {
	var name string
	var dry bool
	c := &cobra.Command{
		Use:     "import FILE",
		GroupID: groupTake,
		Short:   "Bring a journal in",
		Long: paragraphs(
			"Brings entries in from a file, or from standard input if the file is -. The format is told by the file's ending, or by --format: json or jsonl, as \"untangle export\" writes them. Of each entry only \"date\" and \"text\" must be there.",
			"The file is read to its end first, so that a line that cannot be read changes nothing. Bringing the same file again adds nothing twice, also after an interruption. Entries that were deleted stay deleted."),
		Example: examples("untangle import diary.jsonl", "untangle import diary.json --dry-run", "untangle import --format jsonl - < diary.jsonl"),
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			im := &importing{run: r, path: args[0], dry: dry, options: format.Options{Limit: 6*r.number("largest-entry") + 1<<16}} // in JSON a byte may take six
			if err := im.choose(name); err != nil {
				return err
			}
			return im.bring(c.Context())
		},
	}
	c.Flags().StringVar(&name, "format", "", "the format, if the file's ending does not tell: json or jsonl")
	c.Flags().BoolVar(&dry, "dry-run", false, "read the file, say what is in it, and change nothing")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(importable(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

// importing is one import.
type importing struct {
	*run
	path    string
	format  format.Format
	options format.Options
	dry     bool
	piped   []byte // what came through standard input
}

func importable() (names []string) {
	for _, f := range format.All() {
		if f.Decode != nil {
			names = append(names, f.Name)
		}
	}
	return names
}

// choose settles the format, from its name or from the file's ending.
func (im *importing) choose(name string) error {
	if name == "" {
		ext := strings.ToLower(filepath.Ext(im.path))
		all := format.All()
		i := slices.IndexFunc(all, func(f format.Format) bool { return f.Decode != nil && f.Ext == ext })
		if i < 0 {
			if err := im.signpost(ext); err != nil {
				return err
			}
			return usagef("the file's ending does not tell its format; --format does (have %s)", strings.Join(importable(), ", "))
		}
		im.format = all[i]
		return nil
	}
	f, err := format.Named(name)
	if err != nil || f.Decode == nil {
		return usagef("unknown format %q to read (have %s)", name, strings.Join(importable(), ", "))
	}
	im.format = f
	return nil
}

// signpost says what to do with a file that looks like something else.
func (im *importing) signpost(ext string) error {
	info, err := os.Stat(im.path)
	switch {
	case err == nil && info.IsDir():
		return usagef("%q is a folder; import takes a file", im.path)
	case err == nil && ext == ageEnding:
		in, err := im.source() // which says so, if it is encrypted
		if err != nil {
			return err
		}
		return in.Close()
	case ext == ".db":
		return withHint(usagef("a journal's own file is not imported"), "--journal FILE opens it as it is; its \"export --format jsonl\" can be imported")
	case ext == ".md":
		return withHint(usagef("Markdown is for reading, and is not brought back"), "\"untangle export --format jsonl\" makes a file that is")
	}
	return nil
}

// bring reads the source twice: once to see that all of it can be read, and once to
// keep it.
func (im *importing) bring(ctx context.Context) error {
	bar := im.progress("Reading")
	n := 0
	err := im.each(func(e *journal.Entry, err error) error {
		n++
		if err == nil {
			if err = e.Check(); err == nil && len(e.Text) > im.number("largest-entry") {
				err = fmt.Errorf("its text is longer than the setting largest-entry allows, %d bytes", im.number("largest-entry"))
			}
			if err != nil {
				err = fmt.Errorf("entry %d: %w", n, err)
			}
		}
		if err != nil {
			return fmt.Errorf("import %q: %w; nothing was changed", im.path, err)
		}
		if n%1000 == 0 {
			bar.count(n)
		}
		return ctx.Err()
	})
	bar.done()
	if err != nil {
		return err
	}
	if im.dry {
		im.say("%s could be brought in. Nothing was changed.", counted(n, "entry", "entries"))
		return nil
	}
	j, err := im.openOrMake(ctx)
	if err != nil {
		return err
	}
	bar = im.progress("Bringing in")
	report, err := j.Import(ctx, func(yield func(*journal.Entry, error) bool) {
		err := im.each(func(e *journal.Entry, err error) error {
			if !yield(e, err) {
				return io.EOF
			}
			return nil
		})
		if err != nil && !errors.Is(err, io.EOF) {
			yield(nil, err)
		}
	}, func(read int) { bar.set(read, n) })
	bar.done()
	im.report(report)
	if j.Sealed() && im.piped == nil {
		im.say("The file itself stays as it was, and whoever can open it can read it.")
	}
	if ctx.Err() != nil {
		im.say("Stopped. Importing the same file again goes on from here.")
	}
	if err != nil {
		return err
	}
	if err = im.reindex(ctx, j); err != nil {
		im.say("The entries are here; \"untangle compact\" makes the rest of the search index.")
	}
	return ctx.Err()
}

// each calls fn with each entry of the source, from its beginning.
func (im *importing) each(fn func(*journal.Entry, error) error) error {
	in, err := im.source()
	if err != nil {
		return err
	}
	defer in.Close()
	for e, err := range im.format.Decode(in, im.options) {
		if err := fn(e, err); err != nil {
			return err
		}
	}
	return nil
}

// source opens the file. What comes through a pipe is read once and kept in memory,
// never on the disk.
func (im *importing) source() (io.ReadCloser, error) {
	if im.path == "-" || im.piped != nil {
		return im.once(im.In)
	}
	f, err := os.Open(im.path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, fmt.Errorf("%q is a folder; import takes a file", im.path)
	} else if err == nil && !info.Mode().IsRegular() { // like /dev/stdin
		defer f.Close()
		return im.once(f)
	}
	head := make([]byte, 64)
	n, _ := f.ReadAt(head, 0) // what cannot be read now is told of later
	if encryptedWithAge(head[:n]) {
		f.Close()
		return nil, im.encrypted()
	}
	return f, nil
}

// once returns what comes through a pipe, which can be read but once.
func (im *importing) once(pipe io.Reader) (io.ReadCloser, error) {
	if im.piped == nil {
		b, err := io.ReadAll(pipe)
		if err != nil {
			return nil, fmt.Errorf("read what comes through the pipe: %w", err)
		}
		im.piped = b
	}
	if encryptedWithAge(im.piped) {
		return nil, im.encrypted()
	}
	return io.NopCloser(bytes.NewReader(im.piped)), nil
}

// encrypted says how to bring in what is encrypted.
func (im *importing) encrypted() error {
	if im.path == "-" {
		return withHint(errors.New("what came in is encrypted with age; nothing was changed"),
			"\"age --decrypt FILE | untangle import --format jsonl -\" opens it and brings it in")
	}
	name := im.format.Name
	if name == "" {
		if name = formatOf(im.path); !slices.Contains(importable(), name) {
			name = "jsonl"
		}
	}
	return withHint(fmt.Errorf("%q is encrypted with age; nothing was changed", im.path),
		fmt.Sprintf("\"age --decrypt %s | untangle import --format %s -\" opens it and brings it in", shellquote.Join(im.path), name))
}

func (im *importing) report(done journal.Imported) {
	said := []string{counted(done.Added, "entry", "entries") + " brought in"}
	if done.Known > 0 {
		said = append(said, fmt.Sprintf("%d were here already", done.Known))
	}
	if done.Deleted > 0 {
		said = append(said, fmt.Sprintf("%d were deleted here, and stay so", done.Deleted))
	}
	if n := len(done.Differing); n > 0 {
		said = append(said, fmt.Sprintf("%d are here with other words, which stay (the first is %s)", n, done.Differing[0].String()[:journal.ShortID+2]))
	}
	im.say("%s.", strings.Join(said, ", "))
}
