package cmd

import (
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
	"untangle/prompts"
)

func completionCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use:     "completion SHELL",
		GroupID: groupMore,
		Short:   "Let your shell complete commands, ids and tags",
		Long: paragraphs(
			"Prints a script that lets bash (with its package bash-completion), zsh, fish or powershell complete what you type. A line in the shell's own start file loads it:",
			"  bash        source <(untangle completion bash)\n  zsh         source <(untangle completion zsh)\n  fish        untangle completion fish | source\n  powershell  untangle completion powershell | Out-String | Invoke-Expression",
			"Ids and tags come from your journal. From one that is closed with a passphrase none are offered."),
		Example:     examples("untangle completion bash", "untangle completion fish"),
		Args:        cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs:   []string{"bash", "zsh", "fish", "powershell"},
		Annotations: rare(),

		PersistentPreRunE: withoutSettings,
		RunE: func(c *cobra.Command, args []string) error {
			switch root := c.Root(); args[0] {
			case "bash":
				return root.GenBashCompletionV2(r.Out, true)
			case "zsh":
				return root.GenZshCompletion(r.Out)
			case "fish":
				return root.GenFishCompletion(r.Out, true)
			default:
				return root.GenPowerShellCompletionWithDesc(r.Out)
			}
		},
	}
}

// completeIDs offers the ids of the newest entries, with their days. It says nothing
// of what was written, since it is shown to whoever sits there.
func (r *run) completeIDs(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	j := r.quietly(c)
	if j == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ids := []string{"last\tthe newest entry"}
	for e, err := range named(c.Context(), j, j.Entries(c.Context(), journal.Query{Limit: 30, Deleted: c.Name() == "undelete"})) {
		if err != nil {
			break
		}
		if strings.HasPrefix(e.Short, typed) {
			ids = append(ids, e.Short+"\t"+e.Date.Midnight().String())
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// completeTags offers the tags of the journal.
func (r *run) completeTags(c *cobra.Command, _ []string, _ string) (names []string, _ cobra.ShellCompDirective) {
	if j := r.quietly(c); j != nil {
		tags, err := j.Tags(c.Context())
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		for _, t := range tags {
			names = append(names, t.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completePrompts offers the ids of all prompts, those of the writer's own among them.
func (r *run) completePrompts(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	ids, _ := r.completeOwn(c, nil, "")
	for _, p := range prompts.Default().All() {
		ids = append(ids, p.ID)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// completeOwn offers the ids of the writer's own prompts.
func (r *run) completeOwn(c *cobra.Command, _ []string, _ string) (ids []string, _ cobra.ShellCompDirective) {
	if j := r.quietly(c); j != nil {
		g, err := r.guide(c.Context(), j)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		for _, p := range g.own.All() {
			ids = append(ids, p.ID)
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

func completeThemes(*cobra.Command, []string, string) (names []string, _ cobra.ShellCompDirective) {
	for _, t := range prompts.Themes() {
		names = append(names, string(t)+"\t"+t.Name())
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// quietly opens the journal for completion, which never asks or complains.
func (r *run) quietly(c *cobra.Command) *journal.Journal {
	if r.options == nil && r.prepare(c) != nil {
		return nil
	}
	j, err := journal.Open(c.Context(), r.journalPath(), journal.Options{Now: r.Now})
	if err != nil {
		return nil
	}
	return j
}
