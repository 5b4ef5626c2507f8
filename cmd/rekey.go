package cmd

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func rekeyCommand(r *run) *cobra.Command {
	c := &cobra.Command{
		Use:     "rekey",
		GroupID: groupSafe,
		Short:   "Give the closed journal a new key",
		Long: paragraphs(
			"Encrypts a closed journal anew, under a key that no older copy of the file holds. Whoever has such a copy and a passphrase of that time can read the copy, and nothing that is written later.",
			"The passphrase that is typed stays the passphrase, unless another one is chosen, or comes with --new-passphrase-fd. All other ways to open the journal stop: a recovery key, the keyring, other passphrases. They can be made again. It asks first.",
			"The journal is written into a new file, which is read back before it takes the old one's place. Ctrl-C stops it, and the old file stays as it was. Backups stay as they are."),
		Example:     examples("untangle rekey", "untangle rekey --yes --passphrase-command 'cat my-passphrase'"),
		Args:        cobra.NoArgs,
		Annotations: rare(),
		RunE: func(c *cobra.Command, _ []string) error {
			j, err := r.reachClosed(c.Context())
			if err == nil {
				err = r.mayAsk()
			}
			if err != nil {
				return err
			}
			return ignoreLeft(r.rekey(c.Context(), j, journal.Secret{}))
		},
	}
	r.newSecretFlag(c)
	return c
}

// rekey gives a closed journal a new key. The secret is the passphrase that is to open it,
// and is in use already; without one it is asked for.
func (r *run) rekey(ctx context.Context, j *journal.Journal, secret journal.Secret) error {
	known := secret.Bytes != nil
	if !known {
		err := r.trySecret(ctx, func(s journal.Secret) error {
			err := j.Unlock(ctx, s)
			if err == nil {
				secret = journal.Secret{Kind: s.Kind, Bytes: bytes.Clone(s.Bytes)}
			}
			return err
		})
		if err == nil {
			err = r.takeInbox(ctx, j)
		}
		if err != nil {
			return err
		}
	}
	defer func() { clear(secret.Bytes) }()
	ways, err := j.Secrets(ctx)
	if err != nil {
		return err
	}
	stops := stopping(ways)
	if !known || stops != "" {
		ok, err := r.sure(ctx, "With a new key, older copies of the file open nothing that is written later, whoever has their passphrase; the copies themselves stay as they are."+stops+" Make a new key?")
		if err != nil || !ok {
			return err
		}
	}
	if !known {
		if secret, err = r.passphraseToKeep(ctx, secret); err != nil {
			return err
		}
	}
	err = r.reseal(ctx, j, "Encrypting anew", func(p journal.Progress) error { return j.Seal(ctx, p, secret) })
	if err != nil {
		return err
	}
	r.emptyKeyring(ctx, j, ways)
	r.say("The journal has a new key. Your passphrase opens it, and nothing else does. Backups stay as they were.")
	return nil
}

// stopping says which ways to open a journal end with its key, but for the passphrase that
// stays.
func stopping(ways []journal.SecretKind) (said string) {
	var those []string
	others := -1
	for _, kind := range ways {
		if kind == journal.Passphrase {
			others++
		}
	}
	if others > 0 {
		those = append(those, counted(others, "other passphrase", "other passphrases"))
	}
	for _, kind := range []journal.SecretKind{journal.RecoveryKey, journal.Keyring} {
		if slices.Contains(ways, kind) {
			those = append(those, "the "+wayName(kind))
		}
	}
	if len(those) == 0 {
		return ""
	}
	return fmt.Sprintf(" These open it no more, and can be made again: %s.", strings.Join(those, ", "))
}

// passphraseToKeep returns the passphrase that is to open the journal from now on: a new
// one if there is one, or the one that was typed.
func (r *run) passphraseToKeep(ctx context.Context, typed journal.Secret) (journal.Secret, error) {
	if r.newSecretFlagged != "" || typed.Kind != journal.Passphrase {
		clear(typed.Bytes)
		return r.newPassphrase(ctx, "the journal")
	}
	for r.interactive() {
		letter, err := r.ask.letter(ctx, []answer{{"", "keep the passphrase"}, {"n", "choose a new one"}, {"h", "help"}}, nil)
		switch {
		case err != nil:
			return typed, err
		case letter == "n":
			clear(typed.Bytes)
			return r.newPassphrase(ctx, "the journal")
		case letter == "":
			return typed, nil
		}
		if err := r.helpPage(ctx); err != nil {
			return typed, err
		}
	}
	return typed, nil
}
