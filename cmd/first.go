package cmd

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func initCommand(r *run) *cobra.Command {
	var plain, sealed bool
	c := &cobra.Command{
		Use:     "init",
		GroupID: groupMore,
		Short:   "Make a journal",
		Long: paragraphs(
			"Makes an empty journal, where --journal or your settings say, or in the usual place. On a terminal it asks one question first.",
			"--encrypt makes one that is closed with a passphrase, which it asks for, or reads with --new-passphrase-fd. Nobody can bring back a passphrase that is forgotten. --plain makes an open one, and asks nothing: whoever can open your files can read it."),
		Example:     examples("untangle init --encrypt", "untangle init --plain", "untangle init --plain --journal ./spring.db"),
		Args:        cobra.NoArgs,
		Annotations: rare(),
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case plain && sealed:
				return usagef("--plain goes without --encrypt")
			case plain:
				_, err := r.make(c.Context())
				return err
			case !sealed && !r.interactive():
				return usagef("init asks a question; without a terminal, --encrypt or --plain answers it")
			}
			if _, err := r.reach(c.Context()); !errors.Is(err, journal.ErrMissing) {
				if err == nil {
					err = withHint(fmt.Errorf("make %q: %w", r.journalPath(), journal.ErrExists), "it stays as it is; --journal names another place")
				}
				return err
			}
			if sealed {
				secret, err := r.firstPassphrase(c.Context(), "the journal")
				if err != nil {
					return ignoreLeft(err)
				}
				defer clear(secret.Bytes)
				if _, err = r.make(c.Context(), secret); err == nil {
					r.say("\"untangle recovery-key\" makes a key on paper, for the day the passphrase is forgotten.")
				}
				return err
			}
			j, err := r.welcome(c.Context())
			if err == nil && j != nil {
				r.tell("\"untangle\" opens the first day.")
			}
			return ignoreLeft(err)
		},
	}
	c.Flags().BoolVar(&plain, "plain", false, "without a passphrase, and without a question")
	c.Flags().BoolVar(&sealed, "encrypt", false, "closed with a passphrase")
	r.newSecretFlag(c)
	return c
}

// make makes a journal, closed if there are secrets that open it, and says where it is.
func (r *run) make(ctx context.Context, secrets ...journal.Secret) (*journal.Journal, error) {
	path := r.journalPath()
	j, err := journal.Create(ctx, path, r.opening(), secrets...)
	if errors.Is(err, journal.ErrExists) {
		return nil, withHint(err, "it stays as it is; --journal names another place")
	}
	switch {
	case err == nil && j.Sealed():
		r.say("A new journal, closed with your passphrase, is in %s", r.shownPath(path))
	case err == nil:
		r.say("A new journal, without a passphrase, is in %s", r.shownPath(path))
	}
	return j, err
}

// openOrMake opens the journal, or makes a plain one for a text from a pipe.
func (r *run) openOrMake(ctx context.Context) (*journal.Journal, error) {
	j, err := r.open(ctx)
	if !errors.Is(err, journal.ErrMissing) {
		return j, err
	}
	j, err = r.make(ctx)
	if errors.Is(err, journal.ErrExists) { // another window was quicker
		return r.open(ctx)
	}
	return j, err
}

// openOrBegin opens the journal, or has the first run make one.
func (r *run) openOrBegin(ctx context.Context) (*journal.Journal, error) {
	j, err := r.open(ctx)
	if !errors.Is(err, journal.ErrMissing) {
		return j, err
	}
	if j, err = r.welcome(ctx); err == nil && j == nil {
		err = errTold
	}
	return j, err
}

// firstRun welcomes somebody who has no journal yet, and leads on to the first page.
func (r *run) firstRun(ctx context.Context) error {
	j, err := r.welcome(ctx)
	if j == nil || err != nil {
		return ignoreLeft(err)
	}
	for {
		letter, err := r.ask.letter(ctx, []answer{
			{"", "today's question"}, {"b", "blank page"}, {"i", "I have a journal to bring"}, {"q", ""}, {"h", ""},
		}, nil)
		if err != nil {
			return ignoreLeft(err)
		}
		switch letter {
		case "":
			return r.offerDay(ctx, j)
		case "b":
			d, err := r.day(ctx, j)
			if err != nil {
				return err
			}
			return ignoreLeft(d.write(ctx, r.blank()))
		case "i":
			r.show("")
			r.tell("Bring a journal with \"untangle import FILE\". It reads JSON and JSON lines, as \"untangle help import\" shows. Nothing in the file is changed.")
			r.show("")
		case "h":
			if err := r.helpPage(ctx); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// welcome asks the one question of the first run and makes the journal. It returns
// nil if somebody left instead.
func (r *run) welcome(ctx context.Context) (*journal.Journal, error) {
	r.show("", r.style.bold("untangle"), "")
	r.tell("A quiet place to write about leaving, being left, or not knowing yet. One question a day, if you want one. Skip anything. Stop at any time.", "",
		"What you write stays in one file on this computer, and goes nowhere else. It is a notebook, not therapy; it cannot get you help. For people who can, type h here or at any question.", "",
		"Can someone else get to this computer?", "")
	ways := []answer{
		{"", "yes, or not sure: close it with a passphrase"},
		{"n", "no: leave it open (you can close it later)"},
		{"s", "someone may be watching it: read this first"},
		{"q", "leave now; nothing has been made"},
		{"h", ""},
	}
	r.showWays(ways)
	again := func() {
		r.show("")
		r.tell("Can someone else get to this computer?", "")
		r.showWays(ways)
	}
	for {
		letter, err := r.ask.letter(ctx, quietly(ways), nil)
		if err != nil {
			return nil, err
		}
		switch letter {
		case "":
			return r.beginClosed(ctx)
		case "n":
			return r.begin(ctx)
		case "s":
			if err := r.watched(ctx); err != nil {
				return nil, err
			}
			again()
		case "h":
			if err := r.helpPage(ctx); err != nil {
				return nil, err
			}
			again()
		default:
			r.tell("", "Nothing has been made.")
			return nil, nil
		}
	}
}

// beginClosed makes a journal that a passphrase closes. It returns nil if somebody left
// instead.
func (r *run) beginClosed(ctx context.Context) (*journal.Journal, error) {
	r.show("")
	r.tell("With a passphrase, nobody can read what you write from the file or from a copy of it. You can write without typing it; to read, it is asked for.")
	for {
		secret, err := r.newPassphrase(ctx, "the journal")
		if err == nil {
			defer clear(secret.Bytes)
			j, err := r.begin(ctx, secret)
			if err == nil {
				err = r.offerRecoveryKey(ctx, j)
			}
			if err == nil {
				err = r.opened(ctx, j)
			}
			return j, err
		}
		if !errors.Is(err, errEmptyPassphrase) {
			return nil, err
		}
		letter, err := r.askOpenJournal(ctx)
		switch {
		case err != nil:
			return nil, err
		case letter == "o":
			return r.begin(ctx)
		case letter == "q":
			r.tell("", "Nothing has been made.")
			return nil, nil
		}
	}
}

// askOpenJournal asks whether a journal without a passphrase is wanted.
func (r *run) askOpenJournal(ctx context.Context) (letter string, err error) {
	for {
		r.show("")
		r.tell("Without a passphrase, whoever can open the files on this computer can read what you write here.", "")
		letter, err := r.ask.letter(ctx, []answer{{"", "choose a passphrase"}, {"o", "an open journal"}, {"q", "leave"}, {"h", ""}}, nil)
		if err != nil || letter != "h" {
			return letter, err
		}
		if err := r.helpPage(ctx); err != nil {
			return "", err
		}
	}
}

func (r *run) begin(ctx context.Context, secrets ...journal.Secret) (*journal.Journal, error) {
	path := r.journalPath()
	j, err := journal.Create(ctx, path, r.opening(), secrets...)
	if err != nil {
		return nil, err
	}
	r.tell("", "All right. It will be kept in "+r.shownPath(path), "Nothing else to set up.", "")
	return j, nil
}

// partnerSafety is what somebody reads who may have to fear the other.
func partnerSafety() []string {
	return []string{
		"If you fear how somebody would react, you do not owe them a goodbye face to face. Leaving can be the riskiest time. A helpline for abuse can help you plan, from a device they cannot see.",
		"",
		"If this computer is watched, a sudden change of habits may be noticed. What is written here stays in backups too, and the shell's history keeps which commands were typed.",
	}
}

// watched is what somebody reads who may be watched at this computer.
func (r *run) watched(ctx context.Context) error {
	dir := r.shownPath(filepath.Dir(r.journalPath()))
	text := append(partnerSafety()[:1],
		"",
		"This program cannot hide. Whoever uses this computer can see that it is installed, that there is a file in "+dir+", and in the shell's history that it was called.",
		"",
		"A passphrase keeps what you write from whoever finds the file or a backup of it. It does not help against somebody who records keys or the screen, or makes you open it. An open journal can be read by whoever uses your account, and so can its backups.",
		"",
		"If this computer is watched, a sudden change of habits may be noticed, so it wipes nothing by itself. A paper notebook somewhere else, or a device only you use, may be safer than any program here.")
	return r.read(ctx, text...)
}
