package cmd

import (
	_ "embed" // for the services
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// helplinesTOML is the list of services, which is read when somebody needs it.
//
//go:embed helplines.toml
var helplinesTOML string

// country is what a country has for people who need help.
type country struct {
	Code            string     `toml:"code" json:"code"`
	Name            string     `toml:"name" json:"name"`
	Also            []string   `toml:"also" json:"-"`
	Emergency       string     `toml:"emergency" json:"emergency"`
	Note            string     `toml:"note" json:"note"`
	EmergencySource string     `toml:"emergency_source" json:"emergency_source"`
	Services        []helpline `toml:"service" json:"services"`
}

// helpline is a service that somebody can call or write to. What its page does not say
// is empty.
type helpline struct {
	Service    string `toml:"service" json:"service"`
	Region     string `toml:"region" json:"region"`
	Number     string `toml:"number" json:"number"`
	Text       string `toml:"text" json:"text"`
	Chat       string `toml:"chat" json:"chat"`
	Hours      string `toml:"hours" json:"hours"`
	Languages  string `toml:"languages" json:"languages"`
	Audience   string `toml:"audience" json:"audience"`
	Source     string `toml:"source" json:"source"`
	AlsoSource string `toml:"also_source" json:"also_source"`
	VerifiedOn string `toml:"verified_on" json:"verified_on"`
}

// countries returns all countries that something is known of.
func countries() ([]country, error) {
	var file struct {
		Country []country `toml:"country"`
	}
	err := toml.Unmarshal([]byte(helplinesTOML), &file)
	for i := range file.Country {
		if file.Country[i].Services == nil {
			file.Country[i].Services = []helpline{} // an array in JSON
		}
	}
	return file.Country, err
}

// countryNamed returns the country that somebody means by a code or a name.
func countryNamed(all []country, place string) (country, bool) {
	plain := func(s string) string {
		s = strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(s, ".", "")), " "))
		return strings.TrimPrefix(s, "the ")
	}
	i := slices.IndexFunc(all, func(c country) bool {
		return slices.ContainsFunc(append([]string{c.Code, c.Name}, c.Also...), func(name string) bool { return plain(name) == plain(place) })
	})
	if i < 0 {
		return country{}, false
	}
	return all[i], true
}

// verifiedLayouts are the ways in which a date is known, and how each is said.
func verifiedLayouts() [][2]string {
	return [][2]string{{time.DateOnly, "2 January 2006"}, {"2006-01", "January 2006"}, {"2006", "2006"}}
}

// verifiedWords says when a page is from; empty if that is not known.
func verifiedWords(on string) string {
	for _, layout := range verifiedLayouts() {
		if t, err := time.Parse(layout[0], on); err == nil {
			return t.Format(layout[1])
		}
	}
	return ""
}

// checkedWords says how old what is shown may be: as old as the oldest page with a date.
// Where no service is shown, that is the whole list.
func checkedWords(shown, all []country) string {
	oldest, any := "", false
	look := func(list []country) {
		for _, c := range list {
			for _, s := range c.Services {
				any = true
				if s.VerifiedOn != "" && (oldest == "" || s.VerifiedOn < oldest) {
					oldest = s.VerifiedOn
				}
			}
		}
	}
	if look(shown); !any {
		look(all)
	}
	if oldest == "" {
		return "Checked on pages without a date; may have changed."
	}
	return "Checked " + verifiedWords(oldest) + "; may have changed."
}
