package cmd

import (
	"bytes"
	"context"
	"errors"

	"github.com/spf13/cobra"
	"untangle/journal"
)

// errEmptyPassphrase is returned for a new passphrase that has no letters.
var errEmptyPassphrase = errors.New("the passphrase is empty")

// newSecretFlag gives a command the flag that says where a new passphrase comes from.
func (r *run) newSecretFlag(c *cobra.Command) {
	c.Flags().StringVar(&r.newSecretFlagged, "new-passphrase-fd", "", "read the new passphrase from this open file's number")
}

// firstPassphrase is newPassphrase for what no passphrase has closed so far, so that the
// flags and settings that give one can only mean the new one.
func (r *run) firstPassphrase(ctx context.Context, forWhat string) (journal.Secret, error) {
	if r.newSecretFlagged == "" {
		if given, err := r.givenSecret(ctx); given != nil || err != nil {
			return r.givenNew(given, err)
		}
	}
	return r.newPassphrase(ctx, forWhat)
}

// newPassphrase returns a passphrase that somebody has just made up: what an open file
// gives, or what is typed twice the same on the terminal. The question says what it is
// for, like "the journal". An empty one is errEmptyPassphrase, and leaving is errLeft. The
// caller clears the secret.
func (r *run) newPassphrase(ctx context.Context, forWhat string) (journal.Secret, error) {
	if r.newSecretFlagged != "" {
		if err := checkNumber(r.newSecretFlagged); err != nil {
			return journal.Secret{}, usagef("--new-passphrase-fd takes the number of an open file, like 3")
		}
		return r.givenNew(r.secretFrom(r.newSecretFlagged))
	}
	if _, _, shut, err := r.secretTerminal(); err == nil {
		shut()
	} else {
		return journal.Secret{}, withHint(usagef("there is no terminal to ask for a new passphrase"), "--new-passphrase-fd N gives it")
	}
	r.explain("Four or five words that do not belong together are hard to guess, or a long sentence. Nobody can recover it. It is not shown as you type.")
	for {
		typed, err := r.typeTwice(ctx, forWhat)
		if typed != nil || err != nil {
			return journal.Secret{Kind: journal.Passphrase, Bytes: typed}, err
		}
	}
}

// givenNew returns the new passphrase that came from elsewhere than the terminal.
func (r *run) givenNew(given []byte, err error) (journal.Secret, error) {
	if err != nil {
		return journal.Secret{}, err
	}
	if len(given) == 0 {
		return journal.Secret{}, errEmptyPassphrase
	}
	if hint := r.easyToGuess(given); hint != "" {
		r.say("%s", hint)
	}
	return journal.Secret{Kind: journal.Passphrase, Bytes: given}, nil
}

// typeTwice asks once for a new passphrase, nil if it is to be asked for again.
func (r *run) typeTwice(ctx context.Context, forWhat string) ([]byte, error) {
	typed, err := r.readSecret(ctx, "A new passphrase for "+forWhat+":")
	switch {
	case err != nil:
		return nil, err
	case len(typed) == 0:
		return nil, errEmptyPassphrase
	case r.interactive() && string(typed) == "h":
		return nil, r.helpPage(ctx)
	}
	again, err := r.readSecret(ctx, "The same once more:")
	if err != nil {
		clear(typed)
		return nil, err
	}
	defer clear(again)
	if !bytes.Equal(typed, again) {
		clear(typed)
		r.explain("These two were not the same, so here it is asked again.")
		return nil, nil
	}
	if hint := r.easyToGuess(typed); hint != "" {
		if ok, err := r.takeAnyway(ctx, hint); err != nil || !ok {
			clear(typed)
			return nil, err
		}
	}
	return typed, nil
}

// takeAnyway says that a passphrase is easily guessed, and asks whether it stays.
func (r *run) takeAnyway(ctx context.Context, hint string) (bool, error) {
	r.explain(hint)
	if !r.interactive() {
		return true, nil
	}
	for {
		letter, err := r.ask.letter(ctx, []answer{{"", "take it"}, {"n", "choose another"}, {"h", "help"}}, nil)
		if err != nil || letter != "h" {
			return letter == "", err
		}
		if err := r.helpPage(ctx); err != nil {
			return false, err
		}
	}
}

// explain tells something on the screen, or beside the output where that goes elsewhere.
func (r *run) explain(text string) {
	if r.interactive() {
		r.tell(text, "")
		return
	}
	r.say("%s", text)
}
