package cmd

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"untangle/prompts"
)

func comfortCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use:     "comfort",
		GroupID: groupHeavy,
		Short:   "One small comfort for now",
		Long: paragraphs(
			"Prints one small comfort for now: something near, free and short. On a terminal Enter shows another, b opens a page for what is shown, if there is a journal, and q leaves.",
			"No journal is needed, and which ones were shown is not remembered."),
		Example: examples("untangle comfort"),
		Args:    cobra.NoArgs,

		PersistentPreRunE: r.prepareAnyway,
		RunE: func(c *cobra.Command, _ []string) error {
			return ignoreLeft(r.comforts(c.Context()))
		},
	}
}

// comforting returns the comforts that suppose nothing of who reads them.
func comforting() []prompts.Prompt {
	return slices.DeleteFunc(prompts.Default().All(), func(p prompts.Prompt) bool {
		return p.Theme != "COM" || p.Form != "comfort" || p.Intensity != 1 || p.Side != prompts.AnySide ||
			p.Role != prompts.AnyRole || len(p.Needs) > 0 || len(p.AvoidIf) > 0 || p.MinDays > 0
	})
}

// comfort shows one comfort.
func (r *run) comfort() error {
	all := comforting()
	r.show("")
	r.tell(all[r.byClock(len(all))].Text)
	r.show("")
	return nil
}

// comforts shows one comfort after another, as long as somebody asks for them.
func (r *run) comforts(ctx context.Context) error {
	all := comforting()
	if !r.interactive() {
		return r.put(all[r.byClock(len(all))].Text)
	}
	ways := []answer{{"", "another"}, {"q", "leave"}, {"h", ""}}
	if r.hasJournal() {
		ways = slices.Insert(ways, 1, answer{"b", "write about it"})
	}
	for at := r.byClock(len(all)); ; {
		r.show("")
		r.tell(all[at].Text)
		r.show("")
		letter, err := r.ask.letter(ctx, ways, nil)
		if err != nil {
			return err
		}
		switch letter {
		case "b":
			j, err := r.reach(ctx)
			if err != nil {
				return err
			}
			e := r.blank()
			e.Prompt = asked(all[at])
			return r.writePiece(ctx, j, e)
		case "h":
			if err := r.helpPage(ctx); err != nil {
				return err
			}
		case "q":
			return nil
		default:
			at = (at + 1) % len(all)
		}
	}
}

// hasJournal reports whether there is a journal, without opening it. Where the settings
// cannot be read nobody knows which one is meant.
func (r *run) hasJournal() bool {
	if r.unsettled {
		return false
	}
	_, err := os.Stat(r.journalPath())
	return !errors.Is(err, fs.ErrNotExist)
}
