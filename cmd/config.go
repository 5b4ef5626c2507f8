package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/kballard/go-shellquote"
	"github.com/spf13/cobra"
)

func configCommand(r *run) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "config",
		GroupID: groupMore,
		Short:   "Your settings, and where each comes from",
		Long: paragraphs(
			"Lists every setting with its value, and where the value comes from: a flag, the environment (UNTANGLE_EDITOR for editor, and so on), the config file, or what the program comes with; the first of these that has it counts.",
			"\"untangle config set KEY VALUE\" writes one into the config file, \"get\" prints one, \"edit\" opens the file in your editor, \"path\" prints where it is. Several journals can have names, in the table [journals] of the file: name = \"path\". --journal then takes the name."),
		Example: examples("untangle config", "untangle config set editor nano", "untangle config get editor", "untangle config path"),
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return r.listSettings(asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print an array of {\"key\", \"value\", \"source\", \"about\"}")
	get := &cobra.Command{
		Use: "get KEY", Short: "Print a setting", Long: "Prints the value of one setting.",
		Example: examples("untangle config get editor"), Args: cobra.ExactArgs(1), ValidArgs: settingKeys(),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := settingNamed(args[0])
			if err != nil {
				return usagef("%w", err)
			}
			_, err = fmt.Fprintln(r.Out, r.text(s.key))
			return err
		},
	}
	set := &cobra.Command{
		Use: "set KEY VALUE", Short: "Write a setting into the config file", Args: cobra.ExactArgs(2), ValidArgs: settingKeys(),
		Long:    paragraphs("Writes one setting into the config file, and leaves everything else in it as it is. An empty value takes the setting out."),
		Example: examples("untangle config set editor nano", "untangle config set day-starts 05:30"),
		RunE:    func(_ *cobra.Command, args []string) error { return r.writeSetting(args[0], args[1]) },
	}
	edit := &cobra.Command{
		Use: "edit", Short: "Open the config file in your editor", Args: cobra.NoArgs,
		Long:    "Opens the config file in your editor.",
		Example: examples("untangle config edit"),
		RunE:    func(c *cobra.Command, _ []string) error { return r.editSettings(c.Context()) },
	}
	path := &cobra.Command{
		Use: "path", Short: "Print where the config file and the journal are", Args: cobra.NoArgs,
		Long:    "Prints the path of the config file, and that of the journal.",
		Example: examples("untangle config path"),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(r.Out, "config   %s\njournal  %s\n", r.options.path, r.journalPath())
			return err
		},
	}
	for _, sub := range []*cobra.Command{edit, path, set} { // they work with a file that cannot be read
		sub.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
			if err := r.prepare(c); err != nil && !errors.As(err, new(*usageError)) {
				return err
			}
			return r.prepareWithoutFile(c)
		}
	}
	c.AddCommand(get, set, edit, path)
	return c
}

// prepareWithoutFile goes on with what the program comes with, where the config file
// cannot be read, so that it can be mended.
func (r *run) prepareWithoutFile(c *cobra.Command) error {
	if r.options != nil {
		return nil
	}
	path := r.configFlag
	if path == "" {
		path = configPath(r.Getenv)
	}
	flag := r.configFlag
	r.configFlag = os.DevNull
	err := r.prepare(c)
	r.configFlag = flag
	if r.options != nil {
		r.options.path = path
	}
	return err
}

func (r *run) listSettings(asJSON bool) error {
	type object struct {
		Key    string `json:"key"`
		Value  string `json:"value"`
		Source string `json:"source"`
		About  string `json:"about"`
	}
	var all []object
	for _, s := range settings() {
		all = append(all, object{s.key, r.text(s.key), r.sources[s.key], s.about})
	}
	if asJSON {
		return r.printJSON(all)
	}
	_, screen := terminal(r.Out)
	for _, one := range all {
		value := one.Value
		if value == "" {
			value = "-"
		}
		if screen {
			r.showSetting(one.Key, visible(value), r.shownPath(one.Source), one.About)
			continue
		}
		if _, err := fmt.Fprintf(r.Out, "%-20s %-12s %-16s %s\n", one.Key, visible(value), r.style.dim(r.shownPath(one.Source)), one.About); err != nil {
			return err
		}
	}
	return nil
}

// showSetting shows a setting on the screen, and what it is about below it.
func (r *run) showSetting(key, value, source, about string) {
	line := fmt.Sprintf("%-20s %-12s %s", key, value, source)
	if cells(line) > r.room() {
		line = key + "  " + value + "  " + source
	}
	r.tell(line)
	for _, l := range wrapLines(about, max(1, r.room()-2)) {
		r.show("  " + r.style.dim(l))
	}
}

// writeSetting changes one line of the config file.
func (r *run) writeSetting(key, value string) error {
	s, err := settingNamed(key)
	if err != nil {
		return usagef("%w", err)
	}
	line := ""
	if value != "" {
		if err := s.valid(value); err != nil {
			return usagef("%w", err)
		}
		line = key + " = " + value
		if !s.boolean && !s.number {
			line = key + " = " + strconv.Quote(value)
		}
	}
	data, err := os.ReadFile(r.options.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	data = withSetting(data, key, line)
	if _, _, err := parseConfig(data); err != nil {
		return withHint(usagef("%s: %w", r.options.path, err), "\"untangle config edit\" opens the file")
	}
	if err := writePrivate(r.options.path, data); err != nil {
		return err
	}
	r.say("Written to %s.", r.shownPath(r.options.path))
	return nil
}

// withSetting returns a config file with the line of one setting exchanged, added
// before the first table, or taken out if it is empty.
func withSetting(data []byte, key, line string) []byte {
	var out bytes.Buffer
	put, table := false, false
	place := func() {
		if line != "" && !put {
			out.WriteString(line + "\n")
		}
		put = true
	}
	for old := range bytes.Lines(data) {
		trimmed := strings.TrimSpace(string(old))
		name, _, _ := strings.Cut(trimmed, "=")
		switch {
		case !table && strings.Trim(strings.TrimSpace(name), `"'`) == key && strings.Contains(trimmed, "="):
			place()
			continue
		case !table && strings.HasPrefix(trimmed, "["):
			place()
			table = true
		}
		out.Write(old)
		if old[len(old)-1] != '\n' {
			out.WriteByte('\n')
		}
	}
	place()
	return out.Bytes()
}

// writePrivate writes a file that only its owner can read, whole or not at all.
func writePrivate(path string, data []byte) error {
	if behind, err := filepath.EvalSymlinks(path); err == nil {
		path = behind
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, ".untangle-*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // after the rename there is nothing under that name
	_, err = temp.Write(data)
	if err = errors.Join(err, temp.Chmod(0o600), temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

// editSettings opens the config file, with a line about each setting in a new one.
func (r *run) editSettings(ctx context.Context) error {
	if !r.interactive() {
		return withHint(usagef("config edit needs a terminal"), "\"untangle config set KEY VALUE\" writes one setting")
	}
	path := r.options.path
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := writePrivate(path, sampleConfig()); err != nil {
			return err
		}
	}
	editor := firstEditor(r.editor())
	words, err := shellquote.Split(editor)
	if err != nil || len(words) == 0 {
		return withHint(errors.New("no editor is set, and none was found"), "the file is "+path)
	}
	release := r.attention.hold()
	defer release()
	c := exec.CommandContext(ctx, words[0], append(words[1:], path)...)
	c.Stdin, c.Stdout, c.Stderr = r.In, r.Out, r.Err
	if err := c.Run(); err != nil {
		return fmt.Errorf("the editor %q: %w", words[0], err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if _, _, err := parseConfig(data); err != nil {
		return withHint(usagef("%s: %w", path, err), "\"untangle config edit\" opens it again")
	}
	return os.Chmod(path, 0o600)
}

func sampleConfig() []byte {
	var b bytes.Buffer
	b.WriteString("# Settings of untangle. A line without # in front counts.\n\n")
	for _, s := range settings() {
		value := strconv.Quote(s.fallback)
		if s.boolean || s.number {
			value = s.fallback
		}
		fmt.Fprintf(&b, "# %s\n# %s = %s\n\n", s.about, s.key, value)
	}
	b.WriteString("# More journals, by name:\n# [journals]\n# letters = \"~/letters.db\"\n")
	return b.Bytes()
}

// firstEditor returns the editor that is set, or else one that most systems have.
func firstEditor(set string) string {
	if set != "" {
		return set
	}
	for _, one := range []string{"nano", "vim", "vi"} {
		if found, err := exec.LookPath(one); err == nil {
			return found
		}
	}
	return ""
}
