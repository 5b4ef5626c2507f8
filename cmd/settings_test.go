package cmd

import (
	"strings"
	"testing"
)

func TestParseConfig(t *testing.T) {
	values, journals, err := parseConfig([]byte("# mine\neditor = \"nano\"\nsitting = false\nlargest-entry = 4096\n\n[journals]\nletters = \"~/letters.db\"\n"))
	if err != nil || values["editor"] != "nano" || values["sitting"] != false || values["largest-entry"] != int64(4096) || journals["letters"] != "~/letters.db" {
		t.Errorf("%v, %v, %v", values, journals, err)
	}
	for config, want := range map[string]string{
		"\ncolour = \"never\"":         "line 2: unknown setting \"colour\" (have journal, editor,",
		"color = \"purple\"":           "line 1: color cannot be \"purple\" (have auto, always, never)",
		"\n\nsitting = \"yes\"":        "line 3: sitting is true or false, without quotes",
		"largest-entry = \"big\"":      "line 1: largest-entry is a number",
		"largest-entry = 0":            "line 1: largest-entry cannot be \"0\"",
		"day-starts = \"25:00\"":       "line 1: day-starts cannot be \"25:00\"",
		"editor = 3":                   "line 1: editor is a text in quotes",
		"a\n":                          "line 1 cannot be read",
		"color = \"auto\"\neditor = x": "line 2 cannot be read",
		"journals = 1":                 "line 1: journals is a table",
		"[journals]\nx = 3":            "line 2: the journal \"x\" needs its path",
	} {
		if _, _, err := parseConfig([]byte(config)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", config, err, want)
		}
	}
}

func TestWithSetting(t *testing.T) {
	for _, c := range []struct{ before, line, want string }{
		{"", "editor = \"vi\"", "editor = \"vi\"\n"},
		{"# note\neditor = \"nano\" # why\ncolor = \"auto\"\n", "editor = \"vi\"", "# note\neditor = \"vi\"\ncolor = \"auto\"\n"},
		{"color = \"auto\"", "editor = \"vi\"", "color = \"auto\"\neditor = \"vi\"\n"},
		{"[journals]\neditor = \"x.db\"\n", "editor = \"vi\"", "editor = \"vi\"\n[journals]\neditor = \"x.db\"\n"},
		{"editor = \"nano\"\n# kept\n", "", "# kept\n"},
	} {
		if got := string(withSetting([]byte(c.before), "editor", c.line)); got != c.want {
			t.Errorf("%q with %q is %q, want %q", c.before, c.line, got, c.want)
		}
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add([]byte("editor = \"nano\"\n[journals]\na = \"b\"\n"))
	f.Add(sampleConfig())
	f.Fuzz(func(t *testing.T, data []byte) {
		values, _, err := parseConfig(data)
		if err != nil {
			return
		}
		for key := range values {
			if _, err := settingNamed(key); err != nil {
				t.Errorf("%q was taken for a setting", key)
			}
		}
		if _, _, err := parseConfig(withSetting(data, "color", "color = \"never\"")); err != nil && !strings.Contains(string(data), "color") {
			t.Errorf("a setting written into %q makes it unreadable: %v", data, err)
		}
	})
}
