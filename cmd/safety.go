package cmd

import (
	"runtime"
	"strings"

	"github.com/spf13/cobra"
)

func safetyCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use:     "safety",
		GroupID: groupHeavy,
		Short:   "What is protected, what is not, and how to be safer",
		Long: paragraphs(
			"Tells in plain words who can read what you write, where else words of yours may lie, and what makes it safer. It begins with what matters most if somebody is to be feared.",
			"No journal is needed, and nothing is remembered; the shell's history keeps the command."),
		Example: examples("untangle safety"),
		Args:    cobra.NoArgs,

		PersistentPreRunE: r.prepareAnyway,
		RunE: func(c *cobra.Command, _ []string) error {
			var b strings.Builder
			b.WriteString(r.laid(partnerSafety()...))
			for _, part := range r.safetyParts() {
				b.WriteString("\n" + r.laidHeading(part[0]) + r.laid(part[1:]...))
			}
			return r.pageAnyway(c.Context(), b.String())
		},
	}
}

func (r *run) laidHeading(text string) string {
	if _, ok := terminal(r.Out); ok {
		return indent(r.style.bold(text), margin) + "\n"
	}
	return text + "\n"
}

// safetyParts are what is said of safety: a heading, and paragraphs below it.
func (r *run) safetyParts() [][]string {
	place := r.shownPath(r.journalPath())
	if r.unsettled {
		place += " (or where your settings say; they could not be read just now)"
	}
	accounts := "Its files are for your account alone (modes 0600 and 0700). Another account on this computer cannot open them, unless it is an administrator's."
	if runtime.GOOS == "windows" {
		accounts = "The files lie in your account's own folder. Another account on this computer cannot open them, unless it is an administrator's or the folder was shared."
	}
	return [][]string{
		{
			"Not protected",
			"There is no passphrase and no encryption yet. The journal is a plain file: " + place,
			"Whoever can open your files can read all of it, drafts too: somebody who uses your account or finds it unlocked, an administrator, whoever takes the disk or the computer, or makes you open it.",
			"Muted entries, and letters kept shut until a day, are out of the way and not locked.",
			"It cannot hide. Others can see that untangle is installed, that the file is there, how large it is and when it was last written. Against a program that records keys or the screen, nothing here helps.",
		},
		{
			"Where else words of yours may be",
			"Backups and exports can be read like the journal, and so can copies that a backup program or a cloud folder makes by itself. untangle does not reach those.",
			"The shell's history keeps every command, with the words behind it. \"untangle write\" alone leaves no text there, and \"untangle search\" without words asks for them.",
			"An editor of your own works on a private file of its own, which goes when the editor closes. The editor may keep more: swap files, backups, undo, recent files.",
			"The terminal keeps what was on the screen until it is cleared or closed. Deleted entries and earlier versions stay in the journal until \"untangle delete --forever\", and in copies after that.",
		},
		{
			"Protected",
			"The program uses no network: nothing leaves this computer through it. " + accounts,
			"Damage to the journal is noticed and said. What was kept survives a crash; while you write, a draft is kept every few seconds. A whole file that is deleted, or exchanged for an older copy, is not noticed.",
		},
		{
			"Safer",
			"An account of your own with a password, a screen that locks, and a disk that the system encrypts help against most of the above. So does keeping exports and backups where only you get to them.",
			"If somebody may be watching, a device that only you use, or paper kept elsewhere, may be safer than any program here. This one wipes nothing by itself, as that could be noticed too. \"untangle help-now\" lists people who know about leaving safely.",
		},
	}
}
