package cmd

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"untangle/journal"
)

// wayNumbered returns the slot with a number, as lists count them.
func wayNumbered(ways []journal.SecretKind, number string) (int, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(ways) {
		return -1, withHint(usagef("there is no number %q here (have 1 to %d)", truncate(oneLine(number), 12), len(ways)), "\"untangle passphrase list\" shows them")
	}
	return n - 1, nil
}

// mayAsk returns an error where a question will be asked that nobody can answer, so that
// no passphrase is typed in vain.
func (r *run) mayAsk() error {
	if r.yes || r.interactive() {
		return nil
	}
	return usagef("this asks first; without a terminal, --yes answers it")
}

// removeNumbered has what stands at a number of the list open the journal no more.
func (r *run) removeNumbered(ctx context.Context, j *journal.Journal, number string) error {
	ways, err := j.Secrets(ctx)
	if err != nil {
		return err
	}
	at, err := wayNumbered(ways, number)
	if err != nil {
		return err
	}
	if ways[at] == journal.Keyring {
		return r.unrememberKeyring(ctx, j)
	}
	return r.removeWay(ctx, j, ways, at)
}

// removeWay has a passphrase or a recovery key open the journal no more.
func (r *run) removeWay(ctx context.Context, j *journal.Journal, ways []journal.SecretKind, at int) error {
	rest := slices.Delete(slices.Clone(ways), at, at+1)
	switch {
	case len(rest) == 0:
		return withHint(errors.New("this is the only way to open the journal, and it stays"),
			"\"untangle passphrase change\" changes it, \"untangle decrypt\" makes an open journal")
	case !slices.Contains(rest, journal.Passphrase) && !slices.Contains(rest, journal.RecoveryKey):
		return withHint(errors.New("only the keyring would be left, and if that is lost, the journal stays closed"),
			"\"untangle passphrase add\" adds a passphrase, \"untangle recovery-key\" makes a recovery key")
	}
	question := "Remove passphrase " + strconv.Itoa(at+1) + "? It opens the journal no more."
	if ways[at] == journal.RecoveryKey {
		question = "Remove the recovery key? The one on paper opens the journal no more."
	}
	if !slices.Contains(rest, journal.Passphrase) {
		question += " The recovery key is then what opens it."
	}
	ok, err := r.sure(ctx, question)
	if err != nil || !ok {
		return err
	}
	if err := j.RemoveSecret(ctx, at); err != nil {
		return err
	}
	r.say("The %s is removed.", wayName(ways[at]))
	r.sayOlderCopies(wayName(ways[at]))
	return r.offerRekey(ctx, j, journal.Secret{})
}

// sayOlderCopies says what changing or removing a way to open the journal does not reach.
func (r *run) sayOlderCopies(what string) {
	r.say("An older copy of the file, as in a backup, still opens with the %s of that time. Whoever has both can also read what is written later; \"untangle rekey\" makes a new key, and ends that.", what)
}

// offerRekey offers a new key after something was to open the journal no more. The secret
// is the passphrase to keep, if it is known; it is cleared.
func (r *run) offerRekey(ctx context.Context, j *journal.Journal, secret journal.Secret) error {
	defer clear(secret.Bytes)
	// What gave the passphrase without a question does not give it again.
	for r.interactive() && (secret.Bytes != nil || r.text("passphrase-fd") == "") {
		letter, err := r.ask.letter(ctx, []answer{{"", notNow}, {"y", "make a new key"}, {"h", "help"}}, nil)
		switch {
		case err != nil || letter == "":
			return err
		case letter == "y":
			return r.rekey(ctx, j, secret)
		}
		if err := r.helpPage(ctx); err != nil {
			return err
		}
	}
	return nil
}

// rememberKeyring has the keyring open the journal, once somebody knows what that means.
func (r *run) rememberKeyring(ctx context.Context, j *journal.Journal) error {
	ways, err := j.Secrets(ctx)
	if err != nil {
		return err
	}
	before := slices.Index(ways, journal.Keyring)
	if before >= 0 && r.tryKeyring(ctx, j.Store(), func(s journal.Secret) error { return j.Unlock(ctx, s) }) {
		r.say("The keyring opens this journal already.")
		return nil
	}
	ok, err := r.sure(ctx, "Everybody who uses this account while it is logged in can then open the journal without the passphrase, and so can every program that runs in it. Put a key into the keyring?")
	if err != nil || !ok {
		return err
	}
	secret := journal.NewKeyring()
	defer clear(secret.Bytes)
	if err := r.rememberIn(ctx, j.Store(), secret); err != nil {
		return withHint(err, "nothing was changed; the passphrase opens the journal as before")
	}
	if before >= 0 {
		err = j.ChangeSecret(ctx, before, secret)
	} else {
		err = j.AddSecret(ctx, secret)
	}
	if err != nil {
		_ = r.forgetIn(ctx, j.Store()) // what stays there opens nothing
		return err
	}
	r.say("The keyring opens the journal now, and nobody is asked while you are logged in. \"untangle passphrase unremember\" ends that.")
	return nil
}

// unrememberKeyring has the keyring open the journal no more.
func (r *run) unrememberKeyring(ctx context.Context, j *journal.Journal) error {
	ways, err := j.Secrets(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(ways, journal.Keyring) {
		r.say("The keyring does not open this journal.")
		return nil
	}
	if !slices.ContainsFunc(ways, func(k journal.SecretKind) bool { return k != journal.Keyring }) {
		return withHint(errors.New("the keyring is the only way to open the journal, and it stays"), "\"untangle passphrase add\" adds a passphrase")
	}
	for at := len(ways) - 1; at >= 0; at-- {
		if ways[at] == journal.Keyring {
			if err := j.RemoveSecret(ctx, at); err != nil {
				return err
			}
		}
	}
	if err := r.forgetIn(ctx, j.Store()); err != nil {
		r.say("The keyring opens the journal no more. What it holds for it could not be removed from there (%v); it opens older copies of the file only.", err)
		return nil
	}
	r.say("The keyring opens the journal no more, and the passphrase is asked for.")
	return nil
}
