package cmd

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// A wrong number harms, so every line of the list is held against what it has to be.
func TestHelplines(t *testing.T) {
	t.Parallel()
	var strict struct {
		Country []country `toml:"country"`
	}
	if err := toml.NewDecoder(strings.NewReader(helplinesTOML)).DisallowUnknownFields().Decode(&strict); err != nil {
		t.Fatal(err)
	}
	all, err := countries()
	if err != nil || len(all) == 0 || len(all) != len(strict.Country) {
		t.Fatalf("%d countries, %v; want %d", len(all), err, len(strict.Country))
	}
	if !slices.IsSortedFunc(all, func(a, b country) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the countries are not in the order of their names")
	}
	names := make(map[string]bool)
	for _, c := range all {
		if !regexp.MustCompile(`^[A-Z]{2}$`).MatchString(c.Code) || c.Code == "UK" {
			t.Errorf("%q is no code of a country", c.Code)
		}
		for _, name := range append([]string{c.Code, c.Name}, c.Also...) {
			if key := strings.ToLower(name); names[key] {
				t.Errorf("%q is the name of two countries", name)
			} else {
				names[key] = true
			}
			if found, ok := countryNamed(all, " "+strings.ToUpper(name)+" "); !ok || found.Code != c.Code {
				t.Errorf("%q leads to %q, want %q", name, found.Code, c.Code)
			}
		}
		if !regexp.MustCompile(`^\d{3}( or \d{3})?( \([a-z, ]+\))?(, \d{3} \([a-z, ]+\))*$`).MatchString(c.Emergency) || !secure(c.EmergencySource) {
			t.Errorf("%s: the emergency number is %q, from %q", c.Code, c.Emergency, c.EmergencySource)
		}
		numbers := make(map[string]bool)
		for _, s := range c.Services {
			for _, err := range s.faults() {
				t.Errorf("%s, %s: %s", c.Code, s.Service, err)
			}
			digits := strings.NewReplacer(" ", "", "-", "", "+", "").Replace(s.Number)
			if digits != "" && numbers[digits] {
				t.Errorf("%s has the number %s twice", c.Code, s.Number)
			}
			numbers[digits] = true
		}
	}
}

func secure(address string) bool {
	return strings.HasPrefix(address, "https://") && !strings.ContainsAny(address, " \n")
}

// faults returns what is wrong with a service.
func (s helpline) faults() (faults []string) {
	fault := func(is bool, what string) {
		if is {
			faults = append(faults, what)
		}
	}
	fault(s.Service == "", "it has no name")
	fault(s.Audience == "", "it is for nobody")
	fault(s.Number+s.Text+s.Chat == "", "it cannot be reached")
	fault(!regexp.MustCompile(`^(\+?\d[\d -]*\d)?$`).MatchString(s.Number), "a number has digits, spaces, + and -")
	fault(!regexp.MustCompile(`^(([A-Z]+ to )?\+?\d[\d -]*\d)?$`).MatchString(s.Text), "a text goes to a number")
	fault(s.Chat != "" && !secure(s.Chat), "the chat has no https address")
	fault(!secure(s.Source), "the source has no https address")
	fault(s.AlsoSource != "" && (!secure(s.AlsoSource) || s.AlsoSource == s.Source), "the second source has no https address of its own")
	fault(s.VerifiedOn == "" && s.AlsoSource == "", "without a date it needs two sources")
	fault(s.VerifiedOn != "" && verifiedWords(s.VerifiedOn) == "", "verified_on is no date")
	fault(s.VerifiedOn != "" && s.VerifiedOn < "2023", "its page is from before 2023")
	fault(s.VerifiedOn > time.Now().Format(time.DateOnly), "its page is from the future")
	return faults
}

// A list with faults in it does not pass.
func TestHelplineFaults(t *testing.T) {
	t.Parallel()
	good := helpline{
		Service: "A line", Number: "0800 000 000", Audience: "anyone", Source: "https://example.org/a", VerifiedOn: "2024-05",
	}
	if faults := good.faults(); len(faults) > 0 {
		t.Fatal(faults)
	}
	for name, spoil := range map[string]func(*helpline){
		"no name":          func(s *helpline) { s.Service = "" },
		"no way":           func(s *helpline) { s.Number = "" },
		"letters":          func(s *helpline) { s.Number = "0800 REFUGE" },
		"a dash of print":  func(s *helpline) { s.Number = "0800–000" },
		"no source":        func(s *helpline) { s.Source = "" },
		"no https":         func(s *helpline) { s.Source = "http://example.org" },
		"no date, no two":  func(s *helpline) { s.VerifiedOn = "" },
		"one source twice": func(s *helpline) { s.VerifiedOn, s.AlsoSource = "", s.Source },
		"no such month":    func(s *helpline) { s.VerifiedOn = "2024-13" },
		"too old":          func(s *helpline) { s.VerifiedOn = "2022-12-31" },
		"to come":          func(s *helpline) { s.VerifiedOn = "2999" },
	} {
		bad := good
		if spoil(&bad); len(bad.faults()) == 0 {
			t.Errorf("%s: no fault was found", name)
		}
	}
}

func TestCheckedWords(t *testing.T) {
	t.Parallel()
	of := func(dates ...string) country {
		var c country
		for _, on := range dates {
			c.Services = append(c.Services, helpline{VerifiedOn: on})
		}
		return c
	}
	all := []country{of("2024-10-15", ""), of("2023-06"), of(""), of()}
	for want, shown := range map[string][]country{
		"Checked 15 October 2024; may have changed.":         all[:1],
		"Checked June 2023; may have changed.":               all[:2],
		"Checked on pages without a date; may have changed.": all[2:3],
	} {
		if got := checkedWords(shown, all); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, none := range [][]country{nil, all[3:]} {
		if got, want := checkedWords(none, all), "Checked June 2023; may have changed."; got != want {
			t.Errorf("with nothing shown: %q, want %q", got, want)
		}
	}
}

// Every comfort stands alone, and no two groundings are the same.
func TestComforting(t *testing.T) {
	t.Parallel()
	if n := len(comforting()); n < 10 {
		t.Errorf("there are %d comforts", n)
	}
	said := make(map[string]bool)
	for _, g := range groundings() {
		for _, line := range g {
			if line == "" || said[line] {
				t.Errorf("%q is empty, or there twice", line)
			}
			said[line] = true
		}
	}
}
