package cmd

import (
	"strings"
	"time"

	"untangle/prompts"
)

// meItem is one thing that writers may say of themselves, under a name that prompts.Me
// knows: what it is called on the screen, how the flag is explained, how it is asked,
// and the words that can be chosen from. Those with several hold beside each other.
type meItem struct {
	name, label, about, question string
	options                      []option
	several, letters             bool
}

// meItems returns all of them. The first eight are asked, two at a time, in this order.
func meItems() []meItem {
	return []meItem{
		{
			name: "stages", label: "On your mind", about: "what occupies you: " + words(stageOptions()),
			question: "What occupies you at present? Several may hold.", options: stageOptions(), several: true,
		},
		{
			name: "side", label: "Between you", about: "before a parting, after it, or any",
			question: "Where do things stand between you?",
			options:  []option{{"before", "we are together"}, {"after", "we are apart"}, {"any", "neither says it"}},
		},
		{
			name: "role", label: "Your part", about: "leaver, left, mutual or any",
			question: "And your part in it?",
			options: []option{
				{"leaver", "I am leaving, or left"}, {"left", "I was left"}, {"mutual", "we decided together"}, {"any", "none of these says it"},
			},
		},
		{
			name: "fear", label: "Afraid of them", about: "afraid of how they might react: no, yes or unsure",
			question: "Are you afraid of how they might react?", letters: true,
			options: []option{{"no", "no"}, {"yes", "yes"}, {"unsure", "unsure"}},
		},
		{
			name: "needs", label: "In your life", about: "questions about these too: " + words(needOptions()),
			question: "Which of these are in your life? There are questions about them, which come only to those who say so.",
			options:  needOptions(), several: true,
		},
		{
			name: "avoid", label: "Stays away", about: "themes that are not to come up: " + words(themeOptions()),
			question: "Which themes are to stay away?", options: themeOptions(), several: true,
		},
		{
			name: "parted", label: "Parted on", about: "the day of the parting (2026-02-14, \"3 weeks ago\")",
			question: "When did you part? A day such as 2026-02-14, last monday or 3 weeks ago; Enter leaves it open.",
		},
		{
			name: "check-ins", label: "Check-ins", about: "ask how you are before you write: on or off",
			question: "Ask how you are before you write? Three short questions, each of which can be skipped.", letters: true,
			options: []option{{"on", "yes"}, {"off", "no"}},
		},
		{
			name: "country", label: "Country", about: "two letters such as NZ, for help-now",
			question: "Which country, for \"untangle help-now\"? Two letters, such as NZ; Enter leaves it open.",
		},
		{
			name: "only-mine", label: "Only your own", about: "only prompts of your own: on or off",
			question: "Ask only prompts of your own?", letters: true,
			options: []option{{"on", "yes"}, {"off", "no"}},
		},
	}
}

// asking is how many of the items are asked without being chosen.
const asking = 8

func stageOptions() []option {
	return []option{
		{"wondering", "wondering whether to stay"},
		{"deciding", "deciding"},
		{"telling", "how to tell them"},
		{"first-days", "the first days apart"},
		{"guilt", "guilt"},
		{"grief", "grief"},
		{"returning", "returning to myself"},
		{"opening", "opening again"},
	}
}

func needOptions() []option {
	return []option{
		{"children", "children"}, {"marriage", "a marriage, now or before"}, {"shared-home", "a home that is or was shared"}, {"faith", "faith"},
	}
}

func themeOptions() (options []option) {
	for _, t := range prompts.Themes() {
		options = append(options, option{strings.ToLower(string(t)), t.Name()})
	}
	return options
}

// words lists the values of options.
func words(options []option) string {
	var values []string
	for _, o := range options {
		values = append(values, o.value)
	}
	return strings.Join(values, ", ")
}

// values returns what was said, as the options name it.
func (i meItem) values(me prompts.Me) []string {
	value := me.Value(i.name)
	if value == "" {
		return nil
	}
	return strings.Split(value, ", ")
}

// says returns what was said in plain words.
func (i meItem) says(me prompts.Me) string {
	values := i.values(me)
	switch {
	case i.name == "check-ins" || i.name == "only-mine":
		if len(values) == 0 {
			return "off"
		}
		return values[0]
	case len(values) == 0:
		return "not said"
	case i.name == "parted":
		return dayWords(me.Parted)
	}
	var says []string
	for _, value := range values {
		for _, o := range i.options {
			if o.value == value {
				value = o.says
				break
			}
		}
		says = append(says, value)
	}
	return strings.Join(says, "; ")
}

// dayWords returns a day as it is shown: 14 February 2026.
func dayWords(d prompts.Day) string {
	year, month, day := d.Calendar()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Format("2 January 2006")
}

// toldAsked is what the journal remembers once a question was put.
func (i meItem) toldAsked() string { return "asked " + i.name }

// fits reports whether the question makes sense to somebody who said this.
func (i meItem) fits(me prompts.Me) bool {
	return i.name != "parted" || me.Side != prompts.Before
}

// nextItems returns the next two questions: those that were neither answered nor put,
// or, if put ones may come again and no others are left, those that were left open.
func nextItems(me prompts.Me, again bool) (next []meItem) {
	var open []meItem
	for _, i := range meItems()[:asking] {
		switch {
		case me.Value(i.name) != "" || !i.fits(me):
		case me.WasTold(i.toldAsked()):
			open = append(open, i)
		default:
			next = append(next, i)
		}
	}
	if len(next) == 0 && again {
		next = open
	}
	return next[:min(2, len(next))]
}
