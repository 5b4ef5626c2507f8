package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func encryptCommand(r *run) *cobra.Command {
	var removeCopies bool
	c := &cobra.Command{
		Use:     "encrypt",
		GroupID: groupSafe,
		Short:   "Close the journal with a passphrase",
		Long: paragraphs(
			"Encrypts a journal that is open so far. The passphrase is asked for twice, or read with --new-passphrase-fd. From then on it opens the journal; writing needs none. Nobody can recover it.",
			"The journal is written into a new file, which is read back before it takes the old one's place. Ctrl-C stops it, and the old file stays as it was.",
			"Backups and exports that were made before stay readable. Those that untangle knows of are listed, and on a terminal you may have them removed; --remove-copies removes them without asking. That is a plain removal: it does not reach other backups, nor what a disk keeps of a file that was removed."),
		Example: examples("untangle encrypt", "untangle encrypt --passphrase-command 'cat new-passphrase'"),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return ignoreLeft(r.encrypt(c.Context(), removeCopies))
		},
	}
	r.newSecretFlag(c)
	c.Flags().BoolVar(&removeCopies, "remove-copies", false, "remove the open copies that are known of, without asking")
	return c
}

// encrypt closes an open journal with a passphrase.
func (r *run) encrypt(ctx context.Context, removeCopies bool) error {
	j, err := r.reach(ctx)
	if err != nil {
		return err
	}
	if j.Sealed() {
		return withHint(errors.New("the journal is closed with a passphrase already"),
			"\"untangle passphrase\" changes what opens it, \"untangle rekey\" gives it a new key")
	}
	if r.interactive() {
		r.show("")
		r.tell("Closed with a passphrase, the file and its copies tell nobody what you write, or when. Writing needs no passphrase; reading asks for it.", "",
			"It does not hide the file, its size or when it was last written, nor help against somebody who records keys or makes you open it. Copies made before stay open.", "",
			"Ctrl-C stops, and changes nothing.", "")
	}
	secret, err := r.firstPassphrase(ctx, "the journal")
	defer clear(secret.Bytes)
	if errors.Is(err, errEmptyPassphrase) && r.interactive() {
		r.tell("Nothing was changed: the journal has no passphrase.")
		return nil
	}
	if err != nil {
		return err
	}
	copies, err := r.plainCopies(ctx, j)
	if err != nil {
		return err
	}
	err = r.reseal(ctx, j, "Encrypting", func(p journal.Progress) error { return j.Seal(ctx, p, secret) })
	if err != nil {
		return err
	}
	r.say("The journal is closed now, and your passphrase opens it: %s", r.shownPath(j.Path()))
	if err := r.offerRecoveryKey(ctx, j); err != nil {
		return err
	}
	return r.offerRemoval(ctx, copies, removeCopies)
}

// reseal has the journal be written into a new file, and says so if that was interrupted.
// What was left in a closed journal meanwhile is taken in first.
func (r *run) reseal(ctx context.Context, j *journal.Journal, what string, do func(journal.Progress) error) error {
	var err error
	for range 2 {
		bar := r.progress(what)
		err = do(bar.set)
		bar.done()
		if !errors.Is(err, journal.ErrInbox) {
			break
		}
		if err := r.takeInbox(ctx, j); err != nil {
			return err
		}
	}
	switch {
	case err != nil && ctx.Err() != nil:
		r.say("It was stopped, and the journal is as it was.")
	case errors.Is(err, journal.ErrInbox):
		return withHint(err, "another window keeps writing, or there is no room to write; the journal is as it was, so try again in a moment")
	}
	return err
}
