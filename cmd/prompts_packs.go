package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/prompts"
)

func promptsImportCommand(r *run) *cobra.Command {
	var name string
	c := &cobra.Command{
		Use: "import FILE", Short: "Bring in a pack of prompts, in TOML",
		Long: paragraphs(
			"Brings in a pack of prompts from a file in TOML, or from standard input if the file is -. A prompt needs an id and a text:",
			"  [[prompt]]\n  id = \"porch-light\"\n  text = \"Which light do you leave on, and who is it for?\"",
			"It may also have what \"untangle prompts export\" writes: followups, theme, side, role, stages, form, depth, tone, intensity, avoid_if, needs, min_days_since, grounding, evidence, seeds and lang. Its intensity is from 1 to 4; one of 4 needs a grounding, a sentence to read after writing.",
			"A pack comes in whole or not at all. One of the same name is replaced, and what was written to its prompts stays."),
		Example: examples("untangle prompts import porch.toml", "untangle prompts import --name porch - < porch.toml"),
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if name == "" {
				if args[0] == "-" {
					return usagef("--name says what a pack from standard input is called")
				}
				base := filepath.Base(args[0])
				if name = prompts.Slug(strings.TrimSuffix(base, filepath.Ext(base)), 40); name == "" || name == prompts.Mine {
					return usagef("the file's name makes no name for a pack; --name gives it one")
				}
			}
			if name == prompts.Mine {
				return usagef("the pack %q holds what you added yourself; --name takes another one", name)
			}
			return r.importPack(c.Context(), args[0], name)
		},
	}
	c.Flags().StringVar(&name, "name", "", "what the pack is called; made of the file's name if it is not given")
	return c
}

// importPack takes a pack in, whole or not at all.
func (r *run) importPack(ctx context.Context, path, name string) error {
	data, err := r.readPack(path)
	if err != nil {
		return err
	}
	if path == "-" {
		path = "standard input"
	}
	// What is wrong with the file itself is found before a journal is made for it.
	if _, err := parseOwn(path, data, prompts.Default()); err != nil {
		return err
	}
	if _, err := (prompts.Own{}).With(name, nil); err != nil {
		return usagef("--name: %w", err)
	}
	j, err := r.openOrMake(ctx)
	if err != nil {
		return err
	}
	before, now := 0, 0
	g, err := changeGuide(ctx, j, func(g *guide) error {
		pack, err := parseOwn(path, data, prompts.Default().With(g.own.Without(name).All()))
		if err != nil {
			return err
		}
		before, now = len(g.own.Named(name)), len(pack)
		g.own, err = g.own.With(name, pack)
		return err
	})
	if err != nil {
		return err
	}
	said := fmt.Sprintf("%s brought in, as the pack %s", counted(now, "prompt", "prompts"), name)
	if before > 0 {
		said += fmt.Sprintf(", in place of the %d it had", before)
	}
	r.say("%s.", said)
	return r.warnOfBlank(ctx, j, &g)
}

// parseOwn reads a pack that has prompts.
func parseOwn(path string, data []byte, lib *prompts.Library) ([]prompts.Prompt, error) {
	pack, err := prompts.ParseOwn(path, data, lib)
	if err == nil && len(pack) == 0 {
		err = fmt.Errorf("%s:1: there is no prompt in it; each begins with a line [[prompt]]", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w; nothing was changed", err)
	}
	return pack, nil
}

// readPack reads a file, or standard input, and of a very long one only so much that it
// is known to be too long.
func (r *run) readPack(path string) ([]byte, error) {
	in := r.In
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return nil, usagef("%q is a folder; import takes a file", path)
		}
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, prompts.MaxPack+1))
	if len(data) <= prompts.MaxPack { // or else it would be taken for one that is not too long
		data = bytes.TrimPrefix(data, []byte("\ufeff"))
	}
	return data, err
}

func promptsExportCommand(r *run) *cobra.Command {
	var out, name string
	var force bool
	c := &cobra.Command{
		Use: "export", Short: "Take your own prompts out, as TOML",
		Long: paragraphs(
			"Writes the prompts of your own, all of them or one pack, as \"untangle prompts import\" reads them: to standard output, or into a file with -o. A file that is there stays as it is, unless --force is given."),
		Example: examples("untangle prompts export", "untangle prompts export -o mine.toml", "untangle prompts export --name porch -o porch.toml"),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := r.shelf(c.Context())
			if err != nil {
				return err
			}
			chosen := s.guide.own.All()
			if name != "" {
				chosen = s.guide.own.Named(name)
			}
			if len(chosen) == 0 {
				if name != "" && len(s.guide.own.All()) > 0 {
					return usagef("there is no pack %q of your own", name)
				}
				return withHint(errNoneOwn, "\"untangle prompts add\" takes one in")
			}
			data, err := prompts.EncodePack(chosen)
			if err != nil {
				return err
			}
			if out == "" || out == "-" {
				_, err := r.Out.Write(data)
				return err
			}
			if err := putPack(out, data, force); err != nil {
				return err
			}
			r.say("%s in %s. Whoever can open it can read it.", counted(len(chosen), "prompt is", "prompts are"), r.shownPath(out))
			return nil
		},
	}
	flags := c.Flags()
	flags.StringVarP(&out, "output", "o", "", "the file to write")
	flags.StringVar(&name, "name", "", "only the pack with this name")
	flags.BoolVar(&force, "force", false, "write over a file that is there")
	return c
}

// putPack writes a file, whole or not at all, and over another one only by force.
func putPack(path string, data []byte, force bool) error {
	info, err := os.Lstat(path)
	there := err == nil
	if there && (!force || !info.Mode().IsRegular()) {
		return fileThere(path, force)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".untangle-*.tmp")
	if err != nil {
		if in, ok := errors.AsType[*fs.PathError](err); ok {
			err = in.Err // the name of the file beside it says nothing
		}
		return fmt.Errorf("export to %q: %w", path, err)
	}
	defer os.Remove(temp.Name()) // after the rename there is nothing under that name
	_, err = temp.Write(data)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return fmt.Errorf("export to %q: %w; nothing was written there", path, err)
	}
	if there {
		err = os.Rename(temp.Name(), path)
	} else if err = journal.NameNew(temp.Name(), path); errors.Is(err, fs.ErrExist) {
		return fileThere(path, force)
	}
	if err != nil {
		return fmt.Errorf("export to %q: %w", path, err)
	}
	return nil
}

func fileThere(path string, force bool) error {
	err := fmt.Errorf("%q is there already, and stays as it is", path)
	if force {
		return withHint(err, "only a plain file is written over")
	}
	return withHint(err, "choose another name; --force writes over it")
}
