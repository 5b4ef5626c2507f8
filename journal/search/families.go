package search

import "strings"

// families are words that people mean together and that stemming keeps apart: this
// journal's own choice, for what it is written about. Each is of English words in
// lower case, no two of one stem.
var families = [...]string{
	"ache pain hurt",
	"afraid fear scared frightened",
	"alive life",
	"alone lonely loneliness solitude",
	"anger angry furious rage",
	"anxiety anxious worry nervous",
	"apology apologise sorry",
	"argue argument quarrel fight",
	"ashamed shame embarrassed",
	"begin began begun start",
	"believe belief",
	"betray cheat unfaithful",
	"bitter resent",
	"boredom bored",
	"brave courage",
	"break broke broken",
	"calm peace quiet",
	"choose chose chosen choice",
	"comfort console solace",
	"cry tear wept weep sob",
	"death die dead",
	"despair hopeless",
	"divorce separation",
	"dream dreamt nightmare",
	"empty hollow",
	"exhausted tired",
	"father dad",
	"feel felt",
	"forget forgot forgotten",
	"forgive forgave forgiven",
	"free freedom",
	"friend friendship",
	"glad happy joy",
	"grateful gratitude thank",
	"grief grieve mourn",
	"grow grew grown growth",
	"guilt guilty blame",
	"hate hatred",
	"heartbreak heartbroken",
	"hide hid hidden",
	"jealous jealousy envy",
	"kindness compassion pity",
	"know knew known",
	"leave left",
	"lie liar",
	"lose lost loss",
	"love beloved",
	"marry marriage wedding",
	"memory remember",
	"mother mum mom",
	"panic panicked",
	"patience patient",
	"pride proud",
	"regret remorse",
	"relief relieved",
	"sad sorrow unhappy",
	"see saw seen",
	"silence silent",
	"sleep slept asleep insomnia",
	"speak spoke spoken tell told",
	"strength strong",
	"therapist therapy counsellor",
	"think thought",
	"trust confide",
	"write wrote written",
}

// Family returns words that mean much the same as one with the stem that is given, and
// are not found by it; none if there are none, or the analyser's language is not English.
// Whoever finds a by b finds b by a.
func (a *Analyser) Family(stem string) []string {
	if a.language.name != "english" {
		return nil
	}
	var kin []string
	for _, family := range families {
		if words := strings.Fields(family); a.among(words, stem) {
			for _, word := range words {
				if a.Stem(word) != stem {
					kin = append(kin, word)
				}
			}
		}
	}
	return kin
}

func (a *Analyser) among(words []string, stem string) bool {
	for _, word := range words {
		if a.Stem(word) == stem {
			return true
		}
	}
	return false
}
