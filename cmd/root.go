package cmd

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// The groups that help shows the commands in. Commands without one are in "help all".
const (
	groupWrite  = "write"
	groupHeavy  = "heavy"
	groupFind   = "find"
	groupChange = "change"
	groupTake   = "take"
	groupSafe   = "safe"
	groupMore   = "more"
)

// verb is one command: the names it answers to, and how it is made.
type verb struct {
	names string
	make  func(*run) *cobra.Command
}

// verbs returns all commands, in the order help shows them in.
func verbs() []verb {
	return []verb{
		{"write new add", writeCommand},
		{"today", todayCommand},
		{"journey", journeyCommand},
		{"checkin check-in", checkinCommand},
		{"me", meCommand},
		{"prompts", promptsCommand},
		{"comfort", comfortCommand},
		{"ground", groundCommand},
		{"letter", letterCommand},
		{"list ls", listCommand},
		{"show view cat", showCommand},
		{"search find", searchCommand},
		{"tags", tagsCommand},
		{"edit", editCommand},
		{"star", starCommand},
		{"unstar", unstarCommand},
		{"tag", tagCommand},
		{"untag", untagCommand},
		{"mute", muteCommand},
		{"unmute", unmuteCommand},
		{"delete rm", deleteCommand},
		{"undelete", undeleteCommand},
		{"versions", versionsCommand},
		{"export", exportCommand},
		{"import", importCommand},
		{"encrypt", encryptCommand},
		{"decrypt", decryptCommand},
		{"passphrase", passphraseCommand},
		{"recovery-key", recoveryKeyCommand},
		{"rekey", rekeyCommand},
		{"backup", backupCommand},
		{"verify", verifyCommand},
		{"compact", compactCommand},
		{"drafts", draftsCommand},
		{"init", initCommand},
		{"config", configCommand},
		{"help-now helpnow help_now", helpNowCommand},
		{"safety", safetyCommand},
		{"completion", completionCommand},
		{"version", versionCommand},
	}
}

// commands returns the commands that these arguments may be for: all of them, or the
// one that the first names, since making them all takes a tenth of a start.
func (r *run) commands(args []string) (commands []*cobra.Command) {
	all := verbs()
	if len(args) > 0 {
		named := func(v verb) bool { return slices.Contains(strings.Fields(v.names), args[0]) }
		if i := slices.IndexFunc(all, named); i >= 0 {
			all = all[i : i+1]
		}
	}
	for _, v := range all {
		commands = append(commands, v.make(r))
	}
	return commands
}

// root returns the command that all others are below, with those that the arguments
// may be for.
func (r *run) root(args ...string) *cobra.Command {
	root := &cobra.Command{
		Use:   "untangle",
		Short: "A quiet place to write about leaving, being left, or not knowing yet",
		Long: paragraphs(
			"A quiet place to write about leaving, being left, or not knowing yet.",
			"Alone, untangle opens the day: today's question, and the ways to begin. What you write stays in one file on this computer, and goes nowhere else."),
		Example: examples(
			"untangle", "untangle write", "untangle list", "untangle search 'the garden'"),
		Version:                    "as version says",
		Args:                       cobra.ArbitraryArgs,
		SilenceErrors:              true,
		SuggestionsMinimumDistance: 2,
		SilenceUsage:               true,
		CompletionOptions:          cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRunE:          func(c *cobra.Command, _ []string) error { return r.prepare(c) },
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return r.openDay(c.Context())
			}
			return r.strayWords(c.Context(), c, args)
		},
	}
	flags := root.PersistentFlags()
	flags.StringVar(&r.journalFlag, "journal", "", "the journal's file, or the name of one of yours")
	flags.StringVar(&r.configFlag, "config", "", "the file with your settings")
	flags.StringVar(&r.colorFlag, "color", "", "bold and dim text: auto, always or never")
	secretFlags(root)
	flags.BoolVar(&r.replacedFlag, "replaced", false, "the journal's file was replaced or removed on purpose")
	flags.BoolVarP(&r.yes, "yes", "y", false, "answer yes to every question")
	root.AddGroup(
		&cobra.Group{ID: groupWrite, Title: "Write"}, &cobra.Group{ID: groupHeavy, Title: "When it is heavy"},
		&cobra.Group{ID: groupFind, Title: "Find again"},
		&cobra.Group{ID: groupChange, Title: "Change"}, &cobra.Group{ID: groupTake, Title: "Take out, bring in"},
		&cobra.Group{ID: groupSafe, Title: "Keep safe"}, &cobra.Group{ID: groupMore, Title: "You, and the program"})
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	if slices.Contains(args, "--version") {
		root.SetVersionTemplate(versionLine() + "\n")
	}
	root.SetOut(r.Out)
	root.SetErr(r.Err)
	for _, c := range r.commands(args) {
		endHelp(c)
		if c.Args == nil {
			c.Args = cobra.NoArgs
		}
		understand(c)
		root.AddCommand(c)
	}
	root.Long += "\n\n" + exitStatus
	setHelp(r, root)
	return root
}

// endHelp ends the long help of a command, and of those below it, with the exit codes.
// One without a long help has the line about it for one.
func endHelp(c *cobra.Command) {
	if c.Long == "" {
		c.Long = c.Short + "."
	}
	c.Long += "\n\n" + exitStatus
	for _, sub := range c.Commands() {
		endHelp(sub)
	}
}

// understand makes what cobra says of arguments an error of usage.
func understand(c *cobra.Command) {
	args := c.Args
	c.Args = func(c *cobra.Command, given []string) error {
		if err := args(c, given); err != nil {
			if errors.As(err, new(*usageError)) {
				return err
			}
			return withHint(usagef("this is not how %s is used", c.CommandPath()), "\"untangle help "+strings.TrimPrefix(c.CommandPath(), "untangle ")+"\" shows how")
		}
		return nil
	}
	for _, sub := range c.Commands() {
		understand(sub)
	}
}

func (r *run) execute(ctx context.Context, args []string) error {
	root := r.root(args...)
	args, err := plainFlags(root, args)
	if err != nil {
		return err
	}
	root.SetArgs(args)
	return ignoreLeft(root.ExecuteContext(ctx))
}

// strayWords answers words that are no command. They may be private, so only the
// first is said again.
func (r *run) strayWords(ctx context.Context, c *cobra.Command, args []string) error {
	if strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(args[0])) == "helpnow" {
		return r.helpNow(ctx, args[1:])
	}
	if len(args) == 1 && strings.ContainsAny(args[0], " \n") {
		return r.writeWords(ctx, args)
	}
	word := args[0]
	if strings.ContainsAny(word, " \n") || len(word) > 20 {
		word = "this"
	}
	err := usagef("there is no command %q", word)
	if word == "this" {
		err = usagef("these words are no command")
	}
	if near := c.SuggestionsFor(word); len(near) > 0 {
		return withHint(err, "did you mean \"untangle "+strings.Join(near, "\" or \"untangle ")+"\"")
	}
	return withHint(err, "\"untangle write\" opens a page to write on; \"untangle help\" shows the commands")
}
