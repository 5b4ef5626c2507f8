package cmd

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// flagError says what cobra found wrong with a flag, without what was given with it.
func flagError(err error) error {
	text, _, _ := strings.Cut(err.Error(), "\n")
	switch {
	case strings.HasPrefix(text, "unknown flag: "):
		text = "there is no flag " + strings.TrimPrefix(text, "unknown flag: ")
	case strings.HasPrefix(text, "unknown shorthand flag: "):
		text = "there is no flag " + text[strings.LastIndex(text, " ")+1:]
	case strings.HasPrefix(text, "invalid argument "):
		text = invalidValue(text)
	case strings.HasPrefix(text, "flag needs an argument: "):
		text = strings.TrimPrefix(text, "flag needs an argument: ") + " needs a value"
	}
	return withHint(usagef("%s", text), "add --help to the command to see its flags")
}

// invalidValue says which kind of value a flag takes.
func invalidValue(text string) string {
	_, name, _ := strings.Cut(text, "for \"")
	name, why, _ := strings.Cut(name, "\" flag: ")
	name = name[strings.LastIndex(name, " ")+1:]
	if strings.Contains(why, "ParseBool") {
		return name + " stands alone, or has =true or =false behind it"
	}
	return name + " takes a number"
}

// jrnlFlags are jrnl's flags that people have in their fingers, and ours.
func jrnlFlags() map[string]string {
	return map[string]string{
		"-from": "--from", "-to": "--to", "-until": "--to", "-on": "--on", "-starred": "--starred", "-contains": "untangle search",
		"-tagged": "--tag", "-not": "--not-tag", "-and": "--tag, once for each tag", "-month": "--month", "-year": "--year",
		"-today-in-history": "--today-in-history", "--short": "--format short", "--delete": "untangle delete", "--edit": "untangle edit",
		"--tags": "untangle tags", "--export": "--format",
	}
}

// plainFlags turns -3 into --limit 3, and answers flags of jrnl's with ours. A search may
// have words with a dash in front of them.
func plainFlags(root *cobra.Command, args []string) ([]string, error) {
	c, _, err := root.Find(args)
	if err != nil {
		c = root
	}
	out := slices.Clone(args)
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if ours, ok := jrnlFlags()[arg]; ok && !(strings.HasPrefix(arg, "--") && len(args) > 1) {
			return nil, usagef("%s is written %s here", arg, ours)
		}
		if n, err := strconv.Atoi(arg); err == nil && n < 0 && arg[1] != '0' && (i == 0 || !takesValue(c, args[i-1])) {
			out[i] = "--limit=" + arg[1:]
		}
	}
	if c.Name() == "search" && c.Parent() == root {
		return wordsApart(c, out), nil
	}
	return out, nil
}

// takesValue reports whether what follows an argument is a flag's value.
func takesValue(c *cobra.Command, arg string) bool {
	name, long := strings.CutPrefix(arg, "--")
	flag := c.Flag(name)
	if !long {
		if len(arg) != 2 || arg[0] != '-' {
			return false
		}
		flag = c.Flags().ShorthandLookup(arg[1:])
	}
	return flag != nil && flag.NoOptDefVal == ""
}
