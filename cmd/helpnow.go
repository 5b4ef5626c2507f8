package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
)

const (
	// emergencyFirst is what every page about help begins with.
	emergencyFirst = "If you might act on thoughts of dying, or are in danger, contact local emergency services now."
	// directory is where current services are listed.
	directory = "findahelpline.com lists current services (needs internet, leaves history)."
)

func helpNowCommand(r *run) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "help-now [COUNTRY]",
		Aliases: []string{"helpnow", "help_now"},
		GroupID: groupHeavy,
		Short:   "People to call or write to",
		Long: paragraphs(
			"Prints services to call or write to, at once and without the internet. COUNTRY is a code or a name, and shows only those of that country. Where you are is never guessed.",
			"Each number was read on a page of the service's own or of a government, and was not called. It may have changed since. No journal is needed, and nothing is remembered; the shell's history keeps the command."),
		Example:           examples("untangle help-now", "untangle help-now nz", "untangle help-now united states", "untangle help-now --json"),
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: completeCountries,

		PersistentPreRunE: r.prepareAnyway,
		RunE: func(c *cobra.Command, args []string) error {
			if asJSON {
				return r.helpNowJSON(args)
			}
			return r.helpNow(c.Context(), args)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one array of countries with their services")
	return c
}

func completeCountries(*cobra.Command, []string, string) (codes []string, _ cobra.ShellCompDirective) {
	all, _ := countries()
	for _, c := range all {
		codes = append(codes, strings.ToLower(c.Code)+"\t"+c.Name)
	}
	return codes, cobra.ShellCompDirectiveNoFileComp
}

// helpNow shows the services of a country, named by the words of a command line, or of
// all. If the list cannot be read, the rest of the page is shown all the same.
func (r *run) helpNow(ctx context.Context, place []string) error {
	all, _ := countries()
	shown, found := all, true
	if len(place) > 0 {
		var one country
		if one, found = countryNamed(all, strings.Join(place, " ")); found {
			shown = []country{one}
		} else {
			shown = nil
		}
	}
	var b strings.Builder
	b.WriteString(r.laid(emergencyFirst, ""))
	_, onTerminal := terminal(r.Out)
	switch {
	case !found: // the words are not said again: they may be private
		b.WriteString(r.laid("This list has nothing for that place. Emergency services are there all the same, and so is the directory below.", ""))
		b.WriteString(r.laidCodes(all))
	case len(place) == 0 && onTerminal:
		b.WriteString(r.laidCodes(all))
		shown = nil
	case len(place) > 0:
		b.WriteString(r.laidCountry(shown[0]))
		if len(shown[0].Services) == 0 {
			b.WriteString(r.laid("No other service of this country is in the list; the directory below has more."))
		}
	default:
		b.WriteString(r.laidAll(all))
	}
	b.WriteString(r.laid("", checkedWords(shown, all)+" "+directory))
	b.WriteString(r.laid("Numbers were read on the services' own or official pages, not called. Your entries are never read by this program, and it cannot get you help.", ""))
	b.WriteString(r.laid(strings.Join(strings.Fields(strings.Join(partnerSafety(), " ")), " ")))
	return r.pageAnyway(ctx, b.String())
}

// laidCodes returns the countries with their codes, and how to see one.
func (r *run) laidCodes(all []country) string {
	var with, without []string
	for _, c := range all {
		name := unbroken(c.Code + " " + c.Name)
		if len(c.Services) > 0 {
			with = append(with, name)
		} else {
			without = append(without, name)
		}
	}
	return broken(r.laid("Numbers of a country: untangle help-now CODE, nz for example.",
		strings.Join(with, ", ")+".", "Only their emergency number: "+strings.Join(without, ", ")+"."))
}

// laidCountry returns what a country has.
func (r *run) laidCountry(c country) string {
	var b strings.Builder
	b.WriteString(r.laid(strings.TrimSpace(c.Name + " (" + c.Code + "). Emergency: " + c.Emergency + ". " + c.Note)))
	for _, s := range c.Services {
		b.WriteString(r.laidService(s))
	}
	return b.String()
}

// laidAll returns what each country has, those with only an emergency number last.
func (r *run) laidAll(all []country) string {
	var with, without strings.Builder
	for _, c := range all {
		if len(c.Services) > 0 {
			with.WriteString(r.laidCountry(c) + "\n")
		} else {
			without.WriteString(r.laidCountry(c))
		}
	}
	return with.String() + r.laid("Of these only the emergency number is in the list:") + without.String()
}

// laidService returns a service in a few lines, with what is typed or dialled in bold
// and in one piece.
func (r *run) laidService(s helpline) string {
	var m marked
	m.add("- "+s.Service, false)
	if s.Region != "" {
		m.add(" ("+s.Region+")", false)
	}
	before := ": "
	for _, way := range [][2]string{{"call ", s.Number}, {"text ", s.Text}, {"chat at ", shownAddress(s.Chat)}} {
		if way[1] != "" {
			m.add(before+way[0], false)
			m.add(unbroken(way[1]), true)
			before = ", "
		}
	}
	for _, about := range []string{s.Hours, s.Languages, "for " + s.Audience} {
		if about != "" {
			m.add(". "+strings.ToUpper(about[:1])+about[1:], false)
		}
	}
	from := verifiedWords(s.VerifiedOn)
	if from == "" {
		from = "no date on its source"
	}
	host, _, _ := strings.Cut(shownAddress(s.Source), "/")
	m.add(". ("+host+", "+from+")", false)
	if _, ok := terminal(r.Out); !ok {
		return broken(m.text.String()) + "\n"
	}
	lines := m.lines(r.style, r.room()-2)
	for i := range lines[1:] {
		lines[i+1] = "  " + lines[i+1]
	}
	return broken(indent(strings.Join(lines, "\n"), margin)) + "\n"
}

// unbroken returns s so that no line ends within it; broken gives it its spaces back.
func unbroken(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

func broken(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

// shownAddress returns an address as people write it.
func shownAddress(url string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "www."), "/")
}

// helpNowJSON prints the countries for scripts.
func (r *run) helpNowJSON(place []string) error {
	all, err := countries()
	if err != nil {
		return err
	}
	if len(place) > 0 {
		one, found := countryNamed(all, strings.Join(place, " "))
		if all = []country{one}; !found {
			all = []country{}
		}
	}
	return r.printJSON(all)
}

// helpPage is what h shows, at every question. It stays until somebody goes on.
func (r *run) helpPage(ctx context.Context) error {
	command := "untangle help-now"
	if r.country != "" {
		command += " " + strings.ToLower(r.country)
	}
	return r.read(ctx,
		emergencyFirst,
		"",
		"After q, \""+command+"\" has people to call or write to. findahelpline.com lists more (needs internet, leaves history).",
		"",
		"If you fear how somebody would react, a helpline for abuse can help, from a device they cannot see.",
		"",
		"Your entries are never read by this program.")
}
