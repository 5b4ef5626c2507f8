package cmd

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestEasyToGuess(t *testing.T) {
	t.Parallel()
	r := &run{World: World{Getenv: func(name string) string { return map[string]string{"HOME": "/home/mara", "USER": "mara"}[name] }}}
	r.options, _ = loadOptions(r.Getenv, r.root().Flags(), os.DevNull)
	const early, short, fine = "among the first things", "That is short", ""
	for passphrase, want := range map[string]string{
		"password":                          early,
		"Password123!":                      early,
		"p@ssw0rd":                          early,
		"P4$$word":                          early,
		"I love you":                        early,
		"to be or not to be":                early,
		"correct horse battery staple":      early,
		"qwertyuiopasdfghjkl":               early,
		"1234567890123456789":               early,
		"abcdefghijklmnopqrstuvwxyz":        early,
		"zyxwvutsrqponmlkji":                early,
		"aaaaaaaaaaaaaaaaaaaaaaa":           early,
		"lolalolalolalolalola":              early,
		"contraseña":                        early,
		"journal":                           early,
		"Mara 1987":                         early,
		"untangle":                          early,
		"heron kettle":                      short,
		"x":                                 short,
		"Kö7!":                              short,
		"heron kettle ladder moss":          fine,
		"the box in the hall, on a Tuesday": fine,
		"password heron kettle moss":        fine,
		"Жду письма у старого причала":      fine,
		"\xff\xfe not text at all, so what": fine,
	} {
		typed := []byte(passphrase)
		got := r.easyToGuess(typed)
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", passphrase, got, want)
		}
		if string(typed) != passphrase {
			t.Errorf("%q became %q", passphrase, typed)
		}
	}
}

// The list is as it says: in order, each once, and found by what is looked up.
func TestCommonPassphrases(t *testing.T) {
	t.Parallel()
	words := strings.Fields(commonPassphrases)
	if !slices.IsSorted(words) || len(slices.Compact(slices.Clone(words))) != len(words) || len(words) < 500 {
		t.Errorf("%d words, not in order or not each once", len(words))
	}
	r := &run{World: World{Getenv: func(string) string { return "" }}}
	r.options, _ = loadOptions(r.Getenv, r.root().Flags(), os.DevNull)
	for _, w := range words {
		if w != strings.ToLower(w) || !r.triedEarly([]byte(w)) || !r.triedEarly([]byte(strings.ToUpper(w))) {
			t.Errorf("%q is not found", w)
		}
	}
}
