package cmd

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func decryptCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use:     "decrypt",
		GroupID: groupSafe,
		Short:   "Take the passphrase off the journal",
		Long: paragraphs(
			"Makes a journal that is closed with a passphrase an open one: whoever can open its file can then read all of it. It asks first.",
			"The journal is written into a new file, which is read back before it takes the old one's place. Ctrl-C stops it, and the old file stays as it was. Backups that were made while it was closed stay closed, and open with what opened them then."),
		Example:     examples("untangle decrypt", "untangle decrypt --yes --passphrase-command 'cat my-passphrase'"),
		Args:        cobra.NoArgs,
		Annotations: rare(),
		RunE: func(c *cobra.Command, _ []string) error {
			return ignoreLeft(r.decrypt(c.Context()))
		},
	}
}

// decrypt makes a closed journal an open one.
func (r *run) decrypt(ctx context.Context) error {
	if _, err := r.reachClosed(ctx); err != nil {
		return err
	}
	if err := r.mayAsk(); err != nil {
		return err
	}
	j, err := r.openClosed(ctx)
	if err != nil {
		return err
	}
	ways, err := j.Secrets(ctx)
	if err != nil {
		return err
	}
	ok, err := r.sure(ctx, "Without a passphrase, whoever can open the files on this computer can read all that you wrote, and what you write from now on. Take it off?")
	if err != nil || !ok {
		return err
	}
	err = r.reseal(ctx, j, "Writing the journal anew", func(p journal.Progress) error { return j.Unseal(ctx, p) })
	if err != nil {
		return err
	}
	r.say("The journal has no passphrase any more: %s. Backups made while it had one stay closed, and open with that one.", r.shownPath(j.Path()))
	r.emptyKeyring(ctx, j, ways)
	return nil
}

// errNotClosed is returned where a passphrase is needed, for a journal that has none.
var errNotClosed = errors.New("the journal is not closed with a passphrase")

// openClosed opens the journal with its passphrase, and returns an error for one that has
// none. Nothing private is shown afterwards, so what is said may stay on the screen.
func (r *run) openClosed(ctx context.Context) (*journal.Journal, error) {
	j, err := r.reachClosed(ctx)
	if err != nil || !j.Locked() {
		return j, err
	}
	if err := r.unlock(ctx, j); err != nil {
		return nil, err
	}
	r.held = j
	return j, r.takeInbox(ctx, j)
}

// reachClosed is reach for a journal that has a passphrase.
func (r *run) reachClosed(ctx context.Context) (*journal.Journal, error) {
	j, err := r.reach(ctx)
	if err == nil && !j.Sealed() {
		return nil, withHint(errNotClosed, "\"untangle encrypt\" closes it with one")
	}
	return j, err
}

// emptyKeyring removes a secret from the keyring that opens a journal no more. One that
// stays there is no harm.
func (r *run) emptyKeyring(ctx context.Context, j *journal.Journal, ways []journal.SecretKind) {
	if slices.Contains(ways, journal.Keyring) {
		_ = r.forgetIn(ctx, j.Store())
	}
}
