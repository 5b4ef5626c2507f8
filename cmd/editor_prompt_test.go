package cmd

import (
	"strings"
	"testing"
)

func TestWithoutPrompt(t *testing.T) {
	const q = "What do you miss?"
	tests := []struct{ name, question, edited, want string }{
		{"below it", q, "> What do you miss?\n\nThe garden.\n", "The garden.\n"},
		{"nothing below it", q, "> What do you miss?\n\n", ""},
		{"trimmed", q, "> What do you miss?\n", ""},
		{"trimmed to the letter", q, "> What do you miss?", ""},
		{"gone", q, "The garden.\n", "The garden.\n"},
		{"changed", q, "> What do you love?\n\nThe garden.\n", "> What do you love?\n\nThe garden.\n"},
		{"written on", q, "> What do you miss? A lot.\n\nYes.\n", "> What do you miss? A lot.\n\nYes.\n"},
		{"continued", q, "> What do you miss?\n> The garden.\n", "> What do you miss?\n> The garden.\n"},
		{"something above", q, "\n> What do you miss?\n\nYes.\n", "\n> What do you miss?\n\nYes.\n"},
		{"twice", q, "> What do you miss?\n\n> What do you miss?\n\nYes.\n", "> What do you miss?\n\nYes.\n"},
		{"a heading", q, "> What do you miss?\n\n# Garden\n#tag\n> mine\n", "# Garden\n#tag\n> mine\n"},
		{"no question", "", "> mine\n\n# mine\n", "> mine\n\n# mine\n"},
		{"two lines", "One\n\n two ", "> One\n>\n>  two\n\nYes", "Yes"},
	}
	for _, tt := range tests {
		if got := withoutPrompt(tt.question, tt.edited); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestLeafReads(t *testing.T) {
	tests := []struct {
		name       string
		leaf       leaf
		file, want string
	}{
		{"the editor's newline", leaf{}, "a\n", "a"},
		{"one of two newlines", leaf{}, "a\n\n", "a\n"},
		{"no newline", leaf{Text: "a"}, "b", "b"},
		{"the text's newline", leaf{Text: "a\n"}, "b\n", "b\n"},
		{"a byte order mark", leaf{Text: "a"}, "\ufeffa\n", "a"},
		{"its own byte order mark", leaf{Text: "\ufeffa"}, "\ufeffa\n", "\ufeffa"},
		{"carriage returns", leaf{Text: "a\nb"}, "a\r\nb\r\n", "a\nb"},
		{"some carriage returns", leaf{Text: "a\nb"}, "a\r\nb\n", "a\r\nb"},
		{"its own carriage returns", leaf{Text: "a\r\nb\r\n"}, "a\r\nb\r\nc\r\n", "a\r\nb\r\nc\r\n"},
	}
	for _, tt := range tests {
		if got := tt.leaf.read(tt.file); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestLeafLine(t *testing.T) {
	for question, want := range map[string]int{"": 1, "Why?": 3, "One\ntwo": 4} {
		l := leaf{Question: question}
		if l.line() != want || strings.Count(l.file(), "\n") < want-1 {
			t.Errorf("%q: got line %d of %q, want %d", question, l.line(), l.file(), want)
		}
	}
}

func FuzzPrompt(f *testing.F) {
	texts := []string{"", "\n", "\n\n", "a", "a\n", "> a", "> a\n", "> a\n\n", "# a\n#b", "\r\n", "a\r", "\ufeff", "> ", ">\n\n", "\x00", "a \n\t"}
	for _, q := range texts {
		for _, t := range texts {
			f.Add(q, t)
		}
	}
	f.Fuzz(func(t *testing.T, question, text string) {
		if got := withoutPrompt(question, withPrompt(question, text)); got != text {
			t.Errorf("%q: got %q, want %q", question, got, text)
		}
		l := leaf{Question: question, Text: text}
		if got := l.read(l.file()); got != text {
			t.Errorf("untouched, below %q: got %q, want %q", question, got, text)
		}
	})
}
