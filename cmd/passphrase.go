package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func passphraseCommand(r *run) *cobra.Command {
	c := &cobra.Command{
		Use:     "passphrase",
		GroupID: groupSafe,
		Short:   "What opens the closed journal: change, add, remove",
		Long: paragraphs(
			"Shows what opens a journal that is closed with a passphrase, and changes it: passphrases, a recovery key, the keyring of your account on this computer. There may be eight.",
			"Nobody can recover a passphrase. \"untangle recovery-key\" makes a key on paper for the day it is forgotten.",
			"An older copy of the file, as in a backup, still opens with what opened it then. Whoever has both can also read what is written later, until \"untangle rekey\" makes a new key."),
		Example: examples("untangle passphrase", "untangle passphrase list", "untangle passphrase change"),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !r.interactive() {
				return r.listWays(c.Context(), false)
			}
			return ignoreLeft(r.passphrases(c.Context()))
		},
	}
	c.AddCommand(r.passphraseChange(), r.passphraseAdd(), r.passphraseRemove(), r.passphraseList(),
		r.passphraseVerb("remember", "Have the keyring of your account open the journal",
			"Puts a key into the keyring of your account on this computer, so that nobody is asked for the passphrase while you are logged in. It asks first: whoever uses the account then can open the journal too, and so can programs that run in it. The passphrase itself is not in the keyring.",
			true, r.rememberKeyring),
		r.passphraseVerb("unremember", "Have the passphrase be asked for again",
			"Removes the journal's key from the keyring of your account, and the keyring opens the journal no more.",
			false, r.unrememberKeyring))
	return c
}

// passphraseVerb makes one of the commands that do something with what opens the journal.
func (r *run) passphraseVerb(use, short, long string, asks bool, do func(context.Context, *journal.Journal) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: paragraphs(long), Example: examples("untangle passphrase " + use), Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := r.mayAsk(); asks && err != nil {
				return err
			}
			j, err := r.openClosed(c.Context())
			if err != nil {
				return ignoreLeft(err)
			}
			return ignoreLeft(do(c.Context(), j))
		},
	}
}

func (r *run) passphraseAdd() *cobra.Command {
	c := r.passphraseVerb("add", "Have another passphrase open the journal too",
		"Adds a passphrase; those there are open the journal as before. It is asked for twice, or read with --new-passphrase-fd.", false, r.addPassphrase)
	r.newSecretFlag(c)
	return c
}

func (r *run) passphraseChange() *cobra.Command {
	c := &cobra.Command{
		Use: "change [NUMBER]", Short: "Change the passphrase",
		Long: paragraphs("Asks for the passphrase and for a new one, which takes its place. If something else opened the journal, like a recovery key, it is the only passphrase that changes, or the one with this number in \"untangle passphrase list\".",
			"Copies of the file that were made before still open with the older passphrase; \"untangle rekey\" ends that for what is written later."),
		Example: examples("untangle passphrase change"),
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			j, err := r.openClosed(c.Context())
			if err != nil {
				return ignoreLeft(err)
			}
			return ignoreLeft(r.changePassphrase(c.Context(), j, args...))
		},
	}
	r.newSecretFlag(c)
	return c
}

func (r *run) passphraseRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove NUMBER", Short: "Remove a passphrase, the recovery key or the keyring",
		Long: paragraphs("Removes one of the ways to open the journal, by its number in \"untangle passphrase list\". It asks first. The last one stays.",
			"Copies of the file that were made before still open with it; \"untangle rekey\" ends that for what is written later."),
		Example: examples("untangle passphrase list", "untangle passphrase remove 2"),
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := r.mayAsk(); err != nil {
				return err
			}
			j, err := r.openClosed(c.Context())
			if err != nil {
				return ignoreLeft(err)
			}
			return ignoreLeft(r.removeNumbered(c.Context(), j, args[0]))
		},
	}
}

func (r *run) passphraseList() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Short: "List what opens the journal",
		Long:    paragraphs("Lists what opens the journal, with numbers. It needs no passphrase: everybody who has the file can see this much."),
		Example: examples("untangle passphrase list", "untangle passphrase list --json"), Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return r.listWays(c.Context(), asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}

// listWays prints what opens the journal.
func (r *run) listWays(ctx context.Context, asJSON bool) error {
	j, err := r.reachClosed(ctx)
	if err != nil {
		return err
	}
	ways, err := j.Secrets(ctx)
	if err != nil {
		return err
	}
	type row struct {
		Number int    `json:"number"`
		Kind   string `json:"kind"`
	}
	rows := []row{}
	for i, kind := range ways {
		rows = append(rows, row{i + 1, strings.ReplaceAll(wayName(kind), " ", "-")})
	}
	if asJSON {
		return r.printJSON(rows)
	}
	for i, kind := range ways {
		if err := r.put(fmt.Sprintf("%d  %s", i+1, wayName(kind))); err != nil {
			return err
		}
	}
	return nil
}

// wayName is what a way to open the journal is called.
func wayName(kind journal.SecretKind) string {
	switch kind {
	case journal.RecoveryKey:
		return "recovery key"
	case journal.Keyring:
		return "keyring"
	}
	return "passphrase"
}

// passphrases shows what opens the journal, and asks what to do.
func (r *run) passphrases(ctx context.Context) error {
	for {
		j, err := r.reachClosed(ctx)
		if err != nil {
			return err
		}
		ways, err := j.Secrets(ctx)
		if err != nil {
			return err
		}
		r.show("")
		r.tell("This opens the journal:", "")
		for i, kind := range ways {
			r.show(fmt.Sprintf("  %d  %s", i+1, wayName(kind)))
		}
		r.show("")
		keyring := answer{"k", "remember in the keyring"}
		if slices.Contains(ways, journal.Keyring) {
			keyring.does = "remove from the keyring"
		}
		letter, err := r.ask.letter(ctx, []answer{
			{"c", "change the passphrase"}, {"a", "add one"}, {"r", "remove"}, keyring, {"", "leave"}, {"q", ""}, {"h", "help"},
		}, nil)
		if err != nil || letter == "" || letter == "q" {
			return err
		}
		if letter == "h" {
			err = r.helpPage(ctx)
		} else if j, err = r.openClosed(ctx); err == nil {
			err = r.passphraseWay(ctx, j, letter, slices.Contains(ways, journal.Keyring))
		}
		if errors.Is(err, errEmptyPassphrase) {
			r.tell("Nothing was changed.")
			continue
		}
		if err := ignoreLeft(err); err != nil {
			return err
		}
	}
}

// passphraseWay does what was chosen from the menu.
func (r *run) passphraseWay(ctx context.Context, j *journal.Journal, letter string, remembered bool) error {
	switch letter {
	case "c":
		return r.changePassphrase(ctx, j)
	case "a":
		return r.addPassphrase(ctx, j)
	case "r":
		at, err := r.chooseWay(ctx, j, "Which one opens the journal no more?", func(journal.SecretKind) bool { return true })
		if err != nil || at == "" {
			return err
		}
		return r.removeNumbered(ctx, j, at)
	}
	if remembered {
		return r.unrememberKeyring(ctx, j)
	}
	return r.rememberKeyring(ctx, j)
}

// chooseWay has somebody choose from what opens the journal, and returns its number.
func (r *run) chooseWay(ctx context.Context, j *journal.Journal, question string, counts func(journal.SecretKind) bool) (string, error) {
	ways, err := j.Secrets(ctx)
	if err != nil {
		return "", err
	}
	var options []option
	for i, kind := range ways {
		if counts(kind) {
			options = append(options, option{strconv.Itoa(i + 1), fmt.Sprintf("%d  %s", i+1, wayName(kind))})
		}
	}
	return r.ask.choose(ctx, question, options)
}

func (r *run) addPassphrase(ctx context.Context, j *journal.Journal) error {
	secret, err := r.newPassphrase(ctx, "the journal")
	if err != nil {
		return err
	}
	defer clear(secret.Bytes)
	if err := j.AddSecret(ctx, secret); err != nil {
		return err
	}
	r.say("The new passphrase opens the journal too.")
	return nil
}

// changePassphrase puts a new passphrase in the place of the one that opened the journal,
// or of another one if something else did.
func (r *run) changePassphrase(ctx context.Context, j *journal.Journal, number ...string) error {
	at, err := r.passphraseMeant(ctx, j, number)
	if err != nil || at < 0 {
		return err
	}
	secret, err := r.newPassphrase(ctx, "the journal")
	if err != nil {
		return err
	}
	defer clear(secret.Bytes)
	if err := j.ChangeSecret(ctx, at, secret); err != nil {
		return err
	}
	r.say("The passphrase is changed.")
	r.sayOlderCopies("passphrase")
	return r.offerRekey(ctx, j, journal.Secret{Kind: secret.Kind, Bytes: bytes.Clone(secret.Bytes)})
}

// passphraseMeant returns the slot of the passphrase that is to change, less than 0 for
// none.
func (r *run) passphraseMeant(ctx context.Context, j *journal.Journal, number []string) (int, error) {
	ways, err := j.Secrets(ctx)
	if err != nil {
		return -1, err
	}
	if len(number) > 0 {
		at, err := wayNumbered(ways, number[0])
		if err == nil && ways[at] != journal.Passphrase {
			err = usagef("%s is no passphrase but the %s", number[0], wayName(ways[at]))
		}
		return at, err
	}
	if at := j.Opened(); at < len(ways) && ways[at] == journal.Passphrase {
		return at, nil
	}
	first := slices.Index(ways, journal.Passphrase)
	switch {
	case first < 0:
		return -1, withHint(errors.New("no passphrase opens the journal"), "\"untangle passphrase add\" adds one")
	case !slices.Contains(ways[first+1:], journal.Passphrase):
		return first, nil
	case !r.interactive():
		return -1, withHint(usagef("there is more than one passphrase, and it was not one of them that opened the journal"), "\"untangle passphrase change NUMBER\" says which")
	}
	chosen, err := r.chooseWay(ctx, j, "Which passphrase do you want to change?", func(k journal.SecretKind) bool { return k == journal.Passphrase })
	if err != nil || chosen == "" {
		return -1, err
	}
	return wayNumbered(ways, chosen)
}
