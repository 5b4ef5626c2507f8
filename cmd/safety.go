package cmd

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func safetyCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use:     "safety",
		GroupID: groupHeavy,
		Short:   "What is protected, what is not, and how to be safer",
		Long: paragraphs(
			"Tells in plain words who can read what you write, where else words of yours may lie, and what makes it safer. It begins with what matters most if somebody is to be feared.",
			"It looks whether your journal is closed with a passphrase, and asks for none. No journal is needed, and nothing is remembered; the shell's history keeps the command."),
		Example: examples("untangle safety"),
		Args:    cobra.NoArgs,

		PersistentPreRunE: r.prepareAnyway,
		RunE: func(c *cobra.Command, _ []string) error {
			var b strings.Builder
			b.WriteString(r.laid(partnerSafety()...))
			for _, part := range r.safetyParts(r.look(c.Context())) {
				b.WriteString("\n" + r.laidHeading(part[0]) + r.laid(part[1]))
				for _, paragraph := range part[2:] {
					b.WriteString("\n" + r.laid(paragraph))
				}
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

// look is what can be told of the journal without its passphrase.
type look struct {
	open, closed bool // neither if there is none, or if it could not be told
	ways         []journal.SecretKind
	failed       error // why it could not be told
}

// look looks at the journal as it is now.
func (r *run) look(ctx context.Context) (l look) {
	j, err := r.reach(ctx)
	if err == nil && j.Sealed() {
		l.ways, err = j.Secrets(ctx)
	}
	switch {
	case errors.Is(err, journal.ErrMissing) && r.unsettled:
		l.failed = errors.New("your settings could not be read")
	case errors.Is(err, journal.ErrMissing):
	case err != nil:
		l.failed = err
	default:
		l.open, l.closed = !j.Sealed(), j.Sealed()
	}
	return l
}

// safetyParts are what is said of safety: a heading, and paragraphs below it.
func (r *run) safetyParts(l look) [][]string {
	return [][]string{
		r.safetyHere(l),
		{
			"Not protected by anything here",
			"Whoever uses this computer can see that untangle is installed, that the file is there and how large it is, when it was last written and how often, and roughly how many entries it has and how long they are. Your settings are not closed, nor is what this computer remembers of a closed journal; neither holds any of your text.",
			"untangle does not help against a program that records keys or the screen, against an administrator of this computer, or against somebody who comes to it while you read or makes you open the journal.",
			"What you write and read is in the computer's memory meanwhile. A system that puts memory on the disk, as swap or to hibernate, may keep some of it there. untangle clears what it can, and that is not all.",
			"Muted entries, and letters kept shut until a day, are out of the way and not locked.",
		},
		r.safetyElsewhere(l),
		safetyKept(),
		safetySaferWays(l),
	}
}

// safetyHere is what is said of the journal as it is.
func (r *run) safetyHere(l look) []string {
	place := r.shownPath(r.journalPath())
	if r.unsettled {
		place += " (or where your settings say; they could not be read just now)"
	}
	const both = "Whoever can open your files can read an open journal. To read one that is closed with a passphrase takes the passphrase, and nobody can bring back one that is forgotten."
	switch {
	case l.open:
		return []string{
			"Your journal is open",
			"It has no passphrase. It is a plain file: " + place,
			"Whoever can open your files can read all of it, drafts and deleted entries too: somebody who uses your account or finds it unlocked, an administrator, whoever takes the disk or the computer, or has a backup.",
			"Somebody who can change the file can change what it says. That need not be noticed, nor that an older copy was put in its place.",
		}
	case l.closed:
		return append([]string{
			"Your journal is closed",
			"A passphrase closes it. It is in " + place,
			"Without the passphrase nobody can read from this file, or from a copy of it, what you wrote: no words, titles, tags or dates, and no drafts. That is as strong as the passphrase is hard to guess.",
			"Nobody can bring back a passphrase that is forgotten. If nothing else opens the journal, it stays closed, for you too.",
		}, r.safetyWays(l.ways)...)
	case l.failed != nil:
		return []string{
			"The journal could not be looked at",
			visible(l.failed.Error()) + ".",
			"It is looked for in " + place,
			both,
		}
	}
	return []string{"There is no journal here yet", "It would be in " + place, "The first run asks whether to close it with a passphrase. " + both}
}

// safetyWays is what is said of what opens the journal, and of who may change it.
func (r *run) safetyWays(ways []journal.SecretKind) (said []string) {
	var others []string
	if slices.Contains(ways, journal.RecoveryKey) {
		others = append(others, "The recovery key opens it as well, and so does whoever finds the paper.")
	}
	if slices.Contains(ways, journal.Keyring) {
		others = append(others, "The keyring opens it too: whoever uses your account while it is logged in needs no passphrase, and nor does a program that runs in it.")
	}
	if r.text("passphrase-command") != "" {
		others = append(others, "A program gives the passphrase, as you set it: whoever uses your account can have it given too.")
	}
	if len(others) > 0 {
		said = append(said, strings.Join(others, " "))
	}
	return append(said, "If somebody changes, moves or removes an entry in the file, that is noticed when it is next read. If an older copy is put in its place, that is noticed as long as this computer remembers the journal. What you wrote without opening can be removed before you next open the journal, and that is not noticed. Nothing keeps the file from being deleted.")
}

// safetyElsewhere is what is said of places outside the journal.
func (r *run) safetyElsewhere(l look) []string {
	editor := "An editor of your own works on a private file of its own, which goes when the editor closes."
	screen := "The terminal keeps what was on the screen until it is cleared or closed."
	if l.closed {
		editor = "An editor of your own works on a private file in memory, which goes when the editor closes; where there is no such place, you write without an editor."
		if r.is("editor-on-disk") {
			editor = "An editor of your own may work on a private file on the disk, since editor-on-disk is set; it goes when the editor closes, and the disk may still hold it."
		}
		screen = "On a terminal the closed journal is read on a screen that is cleared in the end, by Ctrl-C at once, and if no key is pressed for some minutes; a page you write on stays, and the journal behind it is closed. What was seen is seen, and a terminal that records what it shows has it."
	}
	return []string{
		"Where else words of yours may be",
		"An export is open to read unless it was made with --encrypt. A backup is closed if the journal was when it was made, and so are the copies that a backup program or a cloud folder makes by itself. untangle does not reach those.",
		"The shell's history keeps every command, with the words behind it. \"untangle write\" alone leaves no text there, and \"untangle search\" without words asks for them.",
		editor + " The editor may keep more: swap files, backups, undo, recent files. The built-in writer does not.",
		screen,
		"Deleted entries and earlier versions stay in the journal until \"untangle delete --forever\", and in copies after that. A disk may still hold what was in a file that is gone or was written anew.",
	}
}

// safetyKept is what is said of what is protected in any journal.
func safetyKept() []string {
	accounts := "Its files are for your account alone (modes 0600 and 0700). Another account on this computer cannot open them, unless it is an administrator's."
	if runtime.GOOS == "windows" {
		accounts = "The files lie in your account's own folder. Another account on this computer cannot open them, unless it is an administrator's or the folder was shared."
	}
	return []string{
		"Protected",
		"The program uses no network: nothing leaves this computer through it. " + accounts,
		"Damage to the journal is noticed and said. What was kept survives a crash; while you write, a draft is kept every few seconds. A backup helps where the disk fails.",
	}
}

// safetySaferWays is what is said of how to be safer.
func safetySaferWays(l look) []string {
	said := []string{"Safer"}
	if !l.closed {
		said = append(said, "\"untangle encrypt\" closes a journal with a passphrase. Copies that were made before stay open.")
	}
	said = append(said, "A closed journal is as safe as its passphrase. Four or five words that do not belong together, or one long sentence, are hard to guess. What you use elsewhere, or somebody close to you would try, is not.")
	if l.closed {
		said = append(said,
			"You can write without opening: press Enter where the passphrase is asked for, or use a pipe. Nobody who comes in meanwhile can leaf back.",
			"A recovery key belongs on paper. In a home that is shared it is often safer elsewhere, or not made at all. The keyring is for an account that nobody else uses. \"untangle passphrase\" shows what opens the journal.",
			"A backup still opens with the passphrase of its day, also after that was changed. Whoever has both can read what is written later too, until \"untangle rekey\" makes a new key.")
	}
	return append(said,
		"Keep exports and backups where only you get to them. \"untangle export --encrypt\" closes an export.",
		"An account of your own with a password, a screen that locks when you get up, and a disk that the system encrypts, swap and hibernation too, help against much of the above.",
		"If somebody may be watching, a device that only you use, or paper kept elsewhere, may be safer than any program here. This one wipes nothing by itself, as that could be noticed too. \"untangle help-now\" lists people who know about leaving safely.")
}
