package cmd

import (
	"context"
	"errors"
	"slices"

	"untangle/journal"
	"untangle/prompts"
)

// lockedChoice chooses a question for whoever sits before a closed journal, where nothing
// is known of the writer.
func lockedChoice(j *journal.Journal, on prompts.Day, h prompts.History) prompts.Choice {
	return prompts.Choose(prompts.Default().Locked(), on, prompts.Writer{Salt: j.Store(), History: h})
}

// unlockOrNot opens a closed journal for the day, or leaves it closed, as the writer likes.
func (r *run) unlockOrNot(ctx context.Context, j *journal.Journal) error {
	try := func(s journal.Secret) error { return j.Unlock(ctx, s) }
	given, err := r.givenSecret(ctx)
	if given == nil && err == nil {
		var kinds []journal.SecretKind
		if kinds, err = j.Secrets(ctx); err != nil {
			return err
		}
		if !slices.Contains(kinds, journal.Keyring) || !r.tryKeyring(ctx, j.Store(), try) {
			r.show("")
			err = r.askUnlock(ctx, "Passphrase, or Enter to write without opening:", func(s journal.Secret) error {
				if len(s.Bytes) == 0 {
					return nil
				}
				return try(s)
			})
		}
	} else {
		err = tryTyped(given, err, try)
	}
	if err != nil || j.Locked() {
		return err
	}
	return r.opened(ctx, j)
}

// lockedDay offers a question and a page while the journal stays closed. What is written
// is sealed for whoever opens it.
func (r *run) lockedDay(ctx context.Context, j *journal.Journal, e journal.Entry) error {
	r.behindCurtain() // how somebody says they are is as private as a text
	if err := r.takeIn(ctx, j); err != nil {
		return err
	}
	on := prompts.DayOf(r.Now(), r.dayStarts())
	var turned prompts.History
	for {
		choice := lockedChoice(j, on, turned)
		r.show("", longDay(journal.At(r.Now()), r.Now())+", "+dayPart(r.Now()), "")
		r.tell(choice.Prompt.Text)
		r.show("")
		letter, err := r.ask.letter(ctx, []answer{
			{"", "begin"}, {"a", "another"}, {"b", "blank page"}, {"u", "open the journal"}, {"k", "say how you are"}, {"q", "not today"}, {"h", ""},
		}, nil)
		if err != nil {
			return ignoreLeft(err)
		}
		switch letter {
		case "":
			e.Prompt = asked(choice.Prompt)
			return r.writePiece(ctx, j, e)
		case "a":
			turned = turned.Skip(on, choice.Prompt.ID)
		case "b":
			return r.writePiece(ctx, j, e)
		case "u":
			err := r.unlock(ctx, j)
			if err == nil {
				err = r.opened(ctx, j)
			}
			if err == nil {
				return r.openedDay(ctx, j)
			}
			if !errors.Is(err, errLeft) {
				return err
			}
		case "k":
			if err := r.checkIn(ctx, j); err != nil {
				return ignoreLeft(err)
			}
		case "h":
			if err := r.helpPage(ctx); err != nil {
				return ignoreLeft(err)
			}
		default:
			return nil
		}
	}
}
