package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
)

// noLanguage stands for words that are found only as they are written.
const noLanguage = "none"

func (r *run) meLanguage() *cobra.Command {
	return &cobra.Command{
		Use: "language [NAME]", Short: "The language that searches take your words for", Args: cobra.MaximumNArgs(1),
		Long: paragraphs(
			"Shows the language in which a search finds a word in all its forms: in german, Haus finds Häuser too, and in english, walk finds walked. With a name it sets it. \"none\" finds words only as they are written. Accents and case make no difference in any of them. It is kept in the journal.",
			"Setting it makes the search index anew. Until that is done, and also after an interruption, searches go on as before.",
			"The languages are "+strings.Join(journal.Languages()[1:], ", ")+", and none."),
		Example:   examples("untangle me language", "untangle me language german", "untangle me language none"),
		ValidArgs: journal.Languages(),
		RunE: func(c *cobra.Command, args []string) error {
			name := ""
			if len(args) > 0 {
				if strings.TrimSpace(args[0]) == "" {
					return usagef("no language is named (have %s)", strings.Join(journal.Languages(), ", "))
				}
				var err error
				if name, err = journal.LanguageNamed(args[0]); err != nil {
					return usagef("%w", err)
				}
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			if name != "" {
				return r.setLanguage(c.Context(), j, name)
			}
			if name, err = j.Language(c.Context()); err != nil {
				return err
			}
			return r.put(name)
		},
	}
}

// setLanguage has searches take the journal's words for those of a language.
func (r *run) setLanguage(ctx context.Context, j *journal.Journal, name string) error {
	bar := r.progress(makingIndex)
	err := j.SetLanguage(ctx, name, bar.set)
	bar.done()
	switch {
	case err != nil && ctx.Err() != nil:
		r.say("Stopped. The language stays as it was until this is done; the same command goes on from here.")
	case err == nil && name == noLanguage:
		r.say("Words are now found only as they are written.")
	case err == nil:
		r.say("Words are now found in all their forms in %s.", languageTitle(name))
	}
	return err
}

// languageTitle returns the name of a language as it stands in a sentence.
func languageTitle(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
