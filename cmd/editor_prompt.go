package cmd

import "strings"

// leaf is what is laid out for writing: a question, which may be empty, and
// the text below it.
type leaf struct {
	Question string `json:"question,omitempty"`
	Text     string `json:"text,omitempty"`
}

// file returns the leaf as an editor gets it. Editors end a file with a
// newline of their own, so one is added to a text that has none. It also gives
// the person an empty line to begin on below a question.
func (l leaf) file() string {
	f := withPrompt(l.Question, l.Text)
	if f == "" || l.Text != "" && strings.HasSuffix(l.Text, "\n") {
		return f
	}
	return f + "\n"
}

// read returns the text of a file that began as this leaf, without what we
// and editors add: the question, the final newline if the text went out
// without one, a byte order mark and, where every line has them, the carriage
// returns of Windows. A leaf that nobody touched reads as its own text.
func (l leaf) read(file string) string {
	before := l.file()
	if !strings.HasPrefix(before, "\ufeff") {
		file = strings.TrimPrefix(file, "\ufeff")
	}
	if n := strings.Count(file, "\r\n"); n > 0 && n == strings.Count(file, "\n") && !strings.Contains(before, "\r\n") {
		file = strings.ReplaceAll(file, "\r\n", "\n")
	}
	text := withoutPrompt(l.Question, file)
	if !strings.HasSuffix(l.Text, "\n") {
		text = strings.TrimSuffix(text, "\n")
	}
	return text
}

// line returns the number, from 1, of the line in the file on which writing
// goes on, below the question.
func (l leaf) line() int {
	return 1 + strings.Count(withPrompt(l.Question, ""), "\n")
}

// withPrompt puts a question above a text, as a block quote followed by an
// empty line. An empty question leaves the text as it is.
func withPrompt(question, text string) string {
	if question == "" {
		return text
	}
	return quoted(question) + "\n" + text
}

// withoutPrompt removes the question from the top of an edited text if it
// stands there byte for byte as withPrompt put it. In every other case the text
// is the person's own, quotes and headings included, and comes back whole.
func withoutPrompt(question, edited string) string {
	if question == "" {
		return edited
	}
	block := quoted(question)
	if text, ok := strings.CutPrefix(edited, block+"\n"); ok {
		return text
	}
	// Some editors drop the empty lines at the end of a file, and with nothing
	// written below the question its own empty line is one of them.
	if edited == block || edited+"\n" == block {
		return ""
	}
	return edited
}

func quoted(question string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(question, "\n") {
		// Editors trim the blanks at the end of a line, so there are none.
		b.WriteString(strings.TrimRight("> "+line, " \t"))
		b.WriteByte('\n')
	}
	return b.String()
}
