package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// paragraphs joins the paragraphs of a long help, which are wrapped when it is shown.
func paragraphs(p ...string) string { return strings.Join(p, "\n\n") }

// wrapped returns paragraphs in lines of 78 columns. One that is indented is a table,
// and stays as it is.
func wrapped(text string) string {
	p := strings.Split(text, "\n\n")
	for i, one := range p {
		if !strings.HasPrefix(one, " ") {
			p[i] = strings.Join(wrapLines(one, 78), "\n")
		}
	}
	return strings.Join(p, "\n\n")
}

func examples(lines ...string) string { return "  " + strings.Join(lines, "\n  ") }

// setHelp gives help our own shape: the commands that matter in groups, the rest
// only in "help all".
func setHelp(r *run, root *cobra.Command) {
	help := &cobra.Command{
		Use: "help [command]", Short: "Show how a command is used", Hidden: true,
		Args:              cobra.ArbitraryArgs,
		PersistentPreRunE: withoutSettings,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "all" {
				fmt.Fprint(r.Out, r.help(root, true))
				return nil
			}
			if len(args) > 0 && strings.EqualFold(args[0], "now") { // help-now as two words
				if err := r.prepareAnyway(c, nil); err != nil {
					return err
				}
				return r.helpNow(c.Context(), args[1:])
			}
			of, _, err := root.Find(args)
			if err != nil || of == root && len(args) > 0 {
				return usagef("there is no such command to help with; \"untangle help all\" lists them")
			}
			fmt.Fprint(r.Out, r.help(of, false))
			return nil
		},
	}
	root.SetHelpCommand(help)
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { fmt.Fprint(r.Out, r.help(c, false)) })
}

// help returns the long help of a command. What a narrow terminal would break within
// words is broken between them.
func (r *run) help(c *cobra.Command, all bool) string {
	_, width := r.screen()
	if _, ok := terminal(r.Out); !ok || width >= 80 {
		return helpText(c, all, 78)
	}
	var b strings.Builder
	for line := range strings.Lines(helpText(c, all, 0)) {
		line = strings.TrimRight(line, "\n")
		if cells(line) < width {
			b.WriteString(line + "\n")
			continue
		}
		words := strings.TrimLeft(line, " ")
		margin := len(line) - len(words)
		for i, part := range wrapLines(words, max(width-margin-4, 10)) {
			if i == 1 {
				margin += 2
			}
			b.WriteString(strings.Repeat(" ", margin) + part + "\n")
		}
	}
	return b.String()
}

// helpText returns the long help of a command, with its flags wrapped at a width, or each
// in a line if that is 0.
func helpText(c *cobra.Command, all bool, width int) string {
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	for name, about := range map[string]string{"help": "show this", "version": "show which version this is"} {
		if flag := c.Flags().Lookup(name); flag != nil {
			flag.Usage = about
		}
	}
	var b strings.Builder
	long, status, _ := strings.Cut(c.Long, "\n\n"+exitStatus)
	fmt.Fprintf(&b, "%s\n\nUSAGE\n  %s\n", wrapped(long), c.UseLine())
	if len(c.Aliases) > 0 {
		fmt.Fprintf(&b, "\nALSO CALLED\n  %s\n", strings.Join(c.Aliases, ", "))
	}
	if c.Example != "" {
		fmt.Fprintf(&b, "\nEXAMPLES\n%s\n", c.Example)
	}
	writeCommands(&b, c, all)
	if flags := c.LocalNonPersistentFlags().FlagUsagesWrapped(width); flags != "" {
		fmt.Fprintf(&b, "\nFLAGS\n%s", flags)
	}
	if flags := c.Root().PersistentFlags().FlagUsagesWrapped(width); flags != "" {
		fmt.Fprintf(&b, "\nFLAGS OF EVERY COMMAND\n%s", flags)
	}
	fmt.Fprintf(&b, "\n%s%s\n", exitStatus, status)
	return b.String()
}

func writeCommands(b *strings.Builder, c *cobra.Command, all bool) {
	if !c.HasAvailableSubCommands() {
		return
	}
	for _, group := range c.Groups() {
		fmt.Fprintf(b, "\n%s\n", strings.ToUpper(group.Title))
		for _, sub := range c.Commands() {
			if sub.GroupID == group.ID && (all || sub.Annotations["rare"] == "") {
				fmt.Fprintf(b, "  %-13s %s\n", sub.Name(), sub.Short)
			}
		}
	}
	if len(c.Groups()) == 0 {
		fmt.Fprint(b, "\nCOMMANDS\n")
		for _, sub := range c.Commands() {
			if !sub.Hidden {
				fmt.Fprintf(b, "  %-12s %s\n", sub.Name(), sub.Short)
			}
		}
		return
	}
	if !all {
		fmt.Fprint(b, "\n\"untangle help all\" lists all commands, \"untangle help list\" tells about one.\n")
	}
}

// withoutSettings is for commands that work where the settings cannot be read.
func withoutSettings(*cobra.Command, []string) error { return nil }

// rare marks a command that only "help all" lists.
func rare() map[string]string { return map[string]string{"rare": "yes"} }
