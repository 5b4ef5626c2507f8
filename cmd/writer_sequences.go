package cmd

import (
	"bytes"
	"strconv"
	"strings"
)

// controlKey returns what Ctrl and a letter ask for.
func controlKey(b byte) key {
	switch b {
	case 'A' & 0x1f:
		return keyHome
	case 'B' & 0x1f:
		return keyLeft
	case 'C' & 0x1f:
		return keyStop
	case 'D' & 0x1f:
		return keyKeep
	case 'E' & 0x1f:
		return keyEditor
	case 'F' & 0x1f:
		return keyRight
	case 'K' & 0x1f:
		return keyCutToEnd
	case 'L' & 0x1f:
		return keyRedraw
	case 'N' & 0x1f:
		return keyDown
	case 'P' & 0x1f:
		return keyUp
	case 'U' & 0x1f:
		return keyCutToStart
	case 'W' & 0x1f:
		return keyCutWordLeft
	case 'Y' & 0x1f:
		return keyPutBack
	case 'Z' & 0x1f:
		return keySuspend
	}
	return keyNone
}

// escapeSequence decodes the sequence that in begins with and returns its length, 0 if
// its end has not come. What is no sequence is an Esc alone: the character
// behind it stays, for somebody who pressed Esc and went on writing.
func escapeSequence(in []byte) (int, key) {
	if len(in) < 2 {
		return 0, keyNone
	}
	switch b := in[1]; b {
	case '[':
		return controlSequence(in)
	case 'O':
		if len(in) < 3 {
			return 0, keyNone
		}
		if k := finalKey(in[2], false); k != keyNone || in[2] >= 'M' && in[2] <= 'y' {
			return 3, k
		}
		return 1, keyNone
	case ']', 'P':
		return lateReport(in), keyNone
	case 'b':
		return 2, keyWordLeft
	case 'f':
		return 2, keyWordRight
	case 'd':
		return 2, keyCutWordRight
	case '<':
		return 2, keyStart
	case '>':
		return 2, keyFinish
	case 0x7f, '\b':
		return 2, keyCutWordLeft
	}
	return 1, keyNone
}

// lateReport returns the length of a terminal's late answer to a question that some
// earlier program asked, and 1 if in is none: then it is Esc, and text.
func lateReport(in []byte) int {
	end, mark := bytes.Index(in[1:], []byte("\x1b\\")), 2
	if in[1] == ']' {
		if bell := bytes.IndexByte(in[1:], '\a'); bell >= 0 && (end < 0 || bell < end) {
			end, mark = bell, 1
		}
		if len(in) > 2 && (in[2] < '0' || in[2] > '9') {
			return 1
		}
	}
	if end < 0 {
		return 1
	}
	return 1 + end + mark
}

// controlSequence decodes what begins with ESC [.
func controlSequence(in []byte) (int, key) {
	if len(in) > 2 && in[2] == '[' { // a function key of the Linux console
		if len(in) == 3 {
			return 0, keyNone
		}
		return 4, keyNone
	}
	i := 2
	for i < len(in) && in[i] >= 0x20 && in[i] <= 0x3f {
		i++
	}
	if i == len(in) {
		if i > 64 {
			return 1, keyNone
		}
		return 0, keyNone
	}
	if in[i] < 0x40 || in[i] > 0x7e {
		return i, keyNone
	}
	n := parameters(string(in[2:i]))
	words := n[1] > 2 && n[1] < 8 // with Alt or Ctrl
	switch {
	case in[i] == 'u':
		return i + 1, modifiedKey(n[0], n[1])
	case in[i] != '~':
		return i + 1, finalKey(in[i], words)
	case n[0] == 27:
		return i + 1, modifiedKey(n[2], n[1])
	}
	return i + 1, numberedKey(n[0], words)
}

// parameters returns the first three numbers of a sequence, 0 where there are
// none.
func parameters(text string) (n [3]int) {
	for i, s := range strings.SplitN(text, ";", 4)[:min(3, strings.Count(text, ";")+1)] {
		n[i], _ = strconv.Atoi(s)
	}
	return n
}

// modifiedKey returns the key of a terminal that some other program has told to
// send letters with Ctrl, and Enter, as sequences, and that nobody told to stop.
func modifiedKey(code, modifiers int) key {
	switch {
	case code == '\r':
		return keyEnter
	case code == 0x7f:
		return keyBackspace
	case modifiers > 0 && (modifiers-1)&4 != 0 && code >= 'a' && code <= 'z':
		return controlKey(byte(code) & 0x1f)
	}
	return keyNone
}

// finalKey returns the key of a sequence that its last letter tells.
func finalKey(b byte, words bool) key {
	switch {
	case b == 'A':
		return keyUp
	case b == 'B':
		return keyDown
	case b == 'C' && words:
		return keyWordRight
	case b == 'C':
		return keyRight
	case b == 'D' && words:
		return keyWordLeft
	case b == 'D':
		return keyLeft
	case b == 'F' && words:
		return keyFinish
	case b == 'F':
		return keyEnd
	case b == 'H' && words:
		return keyStart
	case b == 'H':
		return keyHome
	}
	return keyNone
}

// numberedKey returns the key of a sequence that its number tells.
func numberedKey(number int, words bool) key {
	switch number {
	case 1, 7:
		return keyHome
	case 4, 8:
		return keyEnd
	case 3:
		if words {
			return keyCutWordRight
		}
		return keyDelete
	case 5:
		return keyPageUp
	case 6:
		return keyPageDown
	}
	return keyNone
}
