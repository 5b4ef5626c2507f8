package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func recoveryKeyCommand(r *run) *cobra.Command {
	var remove, printed bool
	c := &cobra.Command{
		Use:     "recovery-key",
		GroupID: groupSafe,
		Short:   "Make a key on paper that opens the journal too",
		Long: paragraphs(
			"Makes a recovery key: 32 letters and digits that open the journal like its passphrase does, for the day that one is forgotten. It is shown once, to be written on paper, and typed where the passphrase is asked for. A journal has one; a new one takes the place of the one before.",
			"Whoever finds it can open the journal. In a home that is shared it is often safer without one, or with one that lies somewhere else.",
			"--remove removes it again. --print prints it to a pipe, and asks nothing."),
		Example: examples("untangle recovery-key", "untangle recovery-key --remove"),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case remove && printed:
				return usagef("--remove goes without --print")
			case !remove && !printed && !r.interactive():
				return withHint(usagef("a recovery key is shown on a terminal only, and there is none"), "--print prints it all the same")
			}
			j, err := r.openClosed(c.Context())
			if err != nil {
				return err
			}
			if remove {
				return ignoreLeft(r.removeRecoveryKey(c.Context(), j))
			}
			return ignoreLeft(r.recoveryKey(c.Context(), j, printed))
		},
	}
	c.Flags().BoolVar(&remove, "remove", false, "remove the recovery key")
	c.Flags().BoolVar(&printed, "print", false, "print the key, also to a pipe or a file")
	return c
}

// offerRecoveryKey offers a recovery key for a journal that was just closed.
func (r *run) offerRecoveryKey(ctx context.Context, j *journal.Journal) error {
	if !r.interactive() {
		return nil
	}
	r.tell("", "A recovery key opens the journal if the passphrase is forgotten. It is written on paper, and whoever finds the paper can open the journal too.", "")
	for {
		letter, err := r.ask.letter(ctx, []answer{{"", notNow}, {"r", "make a recovery key"}, {"h", "help"}}, nil)
		switch {
		case err != nil:
			return err
		case letter == "h":
			if err := r.helpPage(ctx); err != nil {
				return err
			}
		case letter == "r":
			return r.recoveryKey(ctx, j, false)
		default:
			r.tell("\"untangle recovery-key\" makes one at any time.")
			return nil
		}
	}
}

// recoveryKey gives an open journal a recovery key, in place of one that it has, and shows
// or prints it.
func (r *run) recoveryKey(ctx context.Context, j *journal.Journal, printed bool) error {
	ways, err := j.Secrets(ctx)
	if err != nil {
		return err
	}
	before := slices.Index(ways, journal.RecoveryKey)
	if before >= 0 {
		ok, err := r.sure(ctx, "There is a recovery key already, and a new one takes its place: the one on paper opens the journal no more. Make a new one?")
		if err != nil || !ok {
			return err
		}
	}
	secret, shown := journal.NewRecoveryKey()
	defer clear(secret.Bytes)
	if before >= 0 {
		err = j.ChangeSecret(ctx, before, secret)
	} else {
		err = j.AddSecret(ctx, secret)
	}
	if err != nil {
		return err
	}
	if printed {
		_, err = fmt.Fprintln(r.Out, shown)
	} else {
		err = r.showRecoveryKey(ctx, shown)
	}
	if err != nil {
		return err
	}
	r.say("The recovery key opens the journal now.")
	if before >= 0 {
		r.sayOlderCopies("recovery key")
	}
	return nil
}

// showRecoveryKey shows a recovery key where it does not stay, until somebody has written
// it down.
func (r *run) showRecoveryKey(ctx context.Context, shown string) error {
	if r.curtain == nil {
		r.behindCurtain()
		defer r.putAway()
	} else {
		defer r.curtain.again()
	}
	groups := strings.Split(shown, "-")
	r.show("")
	r.tell("This is the recovery key. It opens the journal from now on, and is not shown again.")
	r.show("", "    "+strings.Join(groups[:4], "  "), "    "+strings.Join(groups[4:], "  "), "")
	r.tell("Write it on paper, and keep that away from this home if you share it: whoever finds it can open the journal. Spaces and small letters make no difference when you type it.", "",
		"To see that it was written down well, you can type the first four letters here. Enter alone goes on.", "")
	for {
		letter, err := r.ask.letter(ctx, []answer{{"", "it is on paper"}, {"h", "help"}}, func(string) bool { return true })
		switch {
		case err != nil:
			return err
		case letter == "h":
			if err := r.helpPage(ctx); err != nil {
				return err
			}
		case letter == "":
			return nil
		case sameGroup(letter, groups[0]):
			r.tell("Yes, these are its first four.")
			return nil
		default:
			r.hint("These are not its first four. Look at the paper once more; Enter alone goes on.")
		}
	}
}

// putAway takes what was shown off the screen, and shows what follows beside what was
// there before.
func (r *run) putAway() {
	if c := r.curtain; c != nil {
		c.fall()
		r.Out, r.curtain = c.File, nil
	}
}

// sameGroup reports whether what was typed begins like a recovery key, as it is read when
// it opens the journal.
func sameGroup(typed, group string) bool {
	plain := strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1")
	return strings.HasPrefix(plain.Replace(strings.ToUpper(typed)), group)
}

// removeRecoveryKey has the recovery key open the journal no more.
func (r *run) removeRecoveryKey(ctx context.Context, j *journal.Journal) error {
	ways, err := j.Secrets(ctx)
	if err != nil {
		return err
	}
	at := slices.Index(ways, journal.RecoveryKey)
	if at < 0 {
		r.say("The journal has no recovery key.")
		return nil
	}
	return r.removeWay(ctx, j, ways, at)
}
