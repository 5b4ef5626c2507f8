package format

import "strings"

// Some texts that nobody writes by hand, but a file to import may hold, keep a
// Markdown parser busy for minutes: quotations within quotations by the thousand, or
// links' definitions without an end. Nothing in them needs to be found: they are
// shown as code, where they stay to the byte and disturb nothing.
const (
	maxNesting     = 100  // quotations and lists within each other
	maxDefinitions = 1000 // lines that may define a link
)

// thorny reports whether a text is one of these.
func thorny(s string) bool {
	definitions := 0
	for line := range strings.Lines(s) {
		depth, rest := nesting(line)
		if depth > maxNesting {
			return true
		}
		if strings.HasPrefix(rest, "[") {
			definitions++
		}
		if definitions > maxDefinitions {
			return true
		}
	}
	return false
}

// nesting returns how many quotations and lists a line may be within at most, and what
// follows their marks.
func nesting(line string) (depth int, rest string) {
	rest = strings.TrimLeft(line, " \t")
	columns := len(line) - len(rest) + 3*strings.Count(line[:len(line)-len(rest)], "\t")
	for {
		n := markLength(rest)
		if n == 0 {
			break
		}
		depth++
		rest = strings.TrimLeft(rest[n:], " \t")
	}
	if depth > 0 {
		depth += columns / 2 // each list around it is indented by two at least
	}
	return depth, rest
}

// markLength returns the length of the quotation's or list's mark that s begins with,
// 0 if with none.
func markLength(s string) int {
	if strings.HasPrefix(s, ">") {
		return 1
	}
	n := 0
	for n < len(s) && n < 9 && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == len(s) || n > 0 && s[n] != '.' && s[n] != ')' || n == 0 && strings.IndexByte("-+*", s[0]) < 0 {
		return 0
	}
	n++
	if n < len(s) && strings.IndexByte(" \t\n\r", s[n]) < 0 {
		return 0
	}
	return n
}

// fenced returns a text as a block of code.
func fenced(s string) string {
	longest, run := 2, 0
	for i := range len(s) {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	return fence + "\n" + s + "\n" + fence
}
