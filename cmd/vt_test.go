package cmd

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// vt is the screen of a test's terminal. It knows what our programs send, and
// characters that are wide or combine. It keeps what it does not know in
// unknown.
type vt struct {
	cells       [][]string // "" behind a wide character
	row, column int
	noWrap      bool
	other       [][]string // the main screen while the alternate one shows
	saved       [2]int
	modes       map[string]bool
	rest        string // a sequence whose end has not come
	unknown     []string
	spilled     []string // what stood on rows that were too long
}

func newVT(rows, columns int) *vt {
	v := &vt{modes: map[string]bool{}}
	v.resize(rows, columns)
	return v
}

// resize cuts and fills; it does not wrap anew.
func (v *vt) resize(rows, columns int) {
	for len(v.cells) > rows {
		v.cells = v.cells[1:]
		v.row--
	}
	for len(v.cells) < rows {
		v.cells = append(v.cells, nil)
	}
	for i := range v.cells {
		v.cells[i] = slices.Concat(v.cells[i], slices.Repeat([]string{" "}, columns))[:columns]
	}
	v.row, v.column = max(0, min(v.row, rows-1)), min(v.column, columns-1)
}

func (v *vt) String() string {
	var rows []string
	for _, cells := range v.cells {
		rows = append(rows, strings.TrimRight(strings.Join(cells, ""), " "))
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

// sequences returns what a control sequence, a report's question and a short
// escape look like.
func sequences() *regexp.Regexp {
	return regexp.MustCompile(`^\x1b(?:\[([<-?]?)([0-9;:]*)([ -/]*)([@-~])|[\]P_^X]([^\x07\x1b]*)(?:\x07|\x1b\\)|[ -/]*[0-Z\\` + "`" + `-~])`)
}

// write shows text and returns what a terminal answers.
func (v *vt) write(text string) (answers string) {
	text, v.rest = v.rest+text, ""
	re := sequences()
	for text != "" {
		switch b := text[0]; {
		case b == '\x1b':
			m := re.FindStringSubmatch(text)
			if m == nil {
				v.rest = text
				return answers
			}
			answers += v.sequence(m)
			text = text[len(m[0]):]
		case b < ' ' || b == 0x7f:
			v.control(b)
			text = text[1:]
		case !utf8.FullRuneInString(text):
			v.rest = text
			return answers
		default:
			g := displaywidth.StringGraphemes(text)
			g.Next()
			v.put(g.Value(), g.Width())
			text = text[len(g.Value()):]
		}
	}
	return answers
}

func (v *vt) control(b byte) {
	switch b {
	case '\r':
		v.column = 0
	case '\n':
		v.down()
	case '\b':
		v.column = max(0, v.column-1)
	case '\t':
		v.column = min(len(v.cells[0])-1, v.column/8*8+8)
	default:
		v.unknown = append(v.unknown, fmt.Sprintf("%q", b))
	}
}

func (v *vt) down() {
	if v.row++; v.row == len(v.cells) {
		v.row--
		v.cells = append(v.cells[1:], slices.Repeat([]string{" "}, len(v.cells[0])))
	}
}

func (v *vt) put(c string, width int) {
	columns := len(v.cells[0])
	if width == 0 {
		if v.column > 0 {
			v.cells[v.row][v.column-1] += c
		}
		return
	}
	if v.column+width > columns {
		if v.noWrap {
			v.column = columns - width
		} else {
			v.spilled = append(v.spilled, strings.Join(v.cells[v.row], ""))
			v.column = 0
			v.down()
		}
	}
	v.cells[v.row][v.column] = c
	if width == 2 {
		v.cells[v.row][v.column+1] = ""
	}
	v.column += width
}

// sequence does what an escape sequence asks for.
func (v *vt) sequence(m []string) (answer string) {
	if m[4] == "" {
		switch m[0] {
		case "\x1b7":
			v.saved = [2]int{v.row, v.column}
			return ""
		case "\x1b8":
			v.row, v.column = v.saved[0], v.saved[1]
			return ""
		}
		if strings.HasPrefix(m[5], "1") && strings.HasSuffix(m[5], ";?") {
			return "\x1b]" + strings.TrimSuffix(m[5], "?") + "rgb:0000/0000/0000\x1b\\"
		}
		if strings.HasPrefix(m[0], "\x1b]52") || m[5] == "" {
			v.unknown = append(v.unknown, m[0])
		}
		return ""
	}
	var n [2]int
	for i, s := range strings.SplitN(m[2], ";", 3)[:min(2, strings.Count(m[2], ";")+1)] {
		n[i], _ = strconv.Atoi(s)
	}
	rows, columns := len(v.cells), len(v.cells[0])
	by := max(1, n[0])
	switch m[1] + m[3] + m[4] {
	case "A":
		v.row = max(0, v.row-by)
	case "B":
		v.row = min(rows-1, v.row+by)
	case "C":
		v.column = min(columns-1, v.column+by)
	case "D":
		v.column = max(0, v.column-by)
	case "E":
		v.row, v.column = min(rows-1, v.row+by), 0
	case "F":
		v.row, v.column = max(0, v.row-by), 0
	case "G":
		v.column = min(columns, by) - 1
	case "H", "f":
		v.row, v.column = min(rows, by)-1, min(columns, max(1, n[1]))-1
	case "J", "K":
		v.erase(m[4], n[0])
	case "s":
		v.saved = [2]int{v.row, v.column}
	case "u":
		v.row, v.column = v.saved[0], v.saved[1]
	case "?h", "?l":
		v.mode(m[2], m[4] == "h")
	case "m", "t", " q", "r":
	case "n":
		if n[0] == 6 {
			return fmt.Sprintf("\x1b[%d;%dR", v.row+1, min(v.column, columns-1)+1)
		}
		return "\x1b[0n"
	case "c":
		return "\x1b[?62;22c"
	case ">c":
		return "\x1b[>1;10;0c"
	case ">q":
		return "\x1bP>|test\x1b\\"
	case "?$p":
		return "\x1b[?" + m[2] + ";2$y"
	case "?u":
		return "\x1b[?0u"
	default:
		v.unknown = append(v.unknown, m[0])
	}
	return ""
}

func (v *vt) mode(modes string, on bool) {
	for mode := range strings.SplitSeq(modes, ";") {
		v.modes[mode] = on
		switch mode {
		case "7":
			v.noWrap = !on
		case "1049":
			if on == (v.other != nil) {
				continue
			}
			rows, columns := len(v.cells), len(v.cells[0])
			if on {
				v.saved = [2]int{v.row, v.column}
				v.other, v.cells = v.cells, nil
			} else {
				v.cells, v.other = v.other, nil
				v.row, v.column = v.saved[0], v.saved[1]
			}
			v.resize(rows, columns)
		}
	}
}

func (v *vt) erase(what string, how int) {
	rows, columns := len(v.cells), len(v.cells[0])
	for r := range rows {
		for c := range columns {
			before := r < v.row || r == v.row && c <= v.column
			after := r > v.row || r == v.row && c >= v.column
			here := how == 2 || how == 3 || how == 0 && after || how == 1 && before
			if here && (what == "J" || r == v.row) {
				v.cells[r][c] = " "
			}
		}
	}
}
