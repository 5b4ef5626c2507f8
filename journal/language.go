package journal

import "untangle/journal/search"

// LanguageNamed returns the name, among Languages, of the language with a name or an ISO
// 639-1 code. The error lists the names.
func LanguageNamed(name string) (string, error) {
	a, err := search.New(name)
	if err != nil {
		return "", err
	}
	return a.Language(), nil
}
