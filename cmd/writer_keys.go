package cmd

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A press is what a person did: text that was typed or pasted, or a key.
type press struct {
	key  key
	text string // when the key is keyText
}

// key names what a key asks for.
type key int

const (
	keyText key = iota
	keyNone
	keyEnter // where a terminal sends it as a sequence
	keyLeft
	keyRight
	keyUp
	keyDown
	keyWordLeft
	keyWordRight
	keyHome
	keyEnd
	keyPageUp
	keyPageDown
	keyStart
	keyFinish
	keyBackspace
	keyDelete
	keyCutWordLeft
	keyCutWordRight
	keyCutToStart
	keyCutToEnd
	keyPutBack
	keyRedraw
	keySuspend // this and what follows end the writing, or halt it
	keyKeep
	keyStop
	keyEditor
)

const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
	// pasteBurst is more than anybody types between two reads. In so much text at
	// once a control character was pasted, not pressed, unless it ends the text
	// and the writing; but a terminal that marks pastes has marked that one.
	pasteBurst = 256
)

// decoder makes presses of the bytes that a terminal sends. It loses none of
// them but key sequences that mean nothing here: a paste comes out as it went
// in, whatever it holds, and bytes that are not UTF-8 stay as they are. Only
// line ends become newlines, because terminals themselves send them as carriage
// returns.
type decoder struct {
	rest    []byte // a beginning whose end has not come yet
	paste   []byte // what has come of a paste
	pasting bool
	marks   bool // whether the terminal marks pastes
	stalled bool // whether the paste has paused so long that it may never end
	line    bool // whether the last byte was a carriage return
}

// waiting reports whether a pause would tell the decoder something.
func (d *decoder) waiting() bool { return d.pasting || len(d.rest) > 0 || d.line }

// feed takes what came and returns the presses in it.
func (d *decoder) feed(chunk []byte) []press {
	if d.pasting && d.stalled && len(chunk) == 1 && controlKey(chunk[0]) != keyNone {
		d.pasting = false
	}
	d.stalled = false
	pasted := !d.marks && len(chunk) >= pasteBurst && mostlyText(chunk)
	in := chunk
	if len(d.rest) > 0 {
		in = append(d.rest, chunk...)
		d.rest = nil
	}
	var out presses
	for len(in) > 0 {
		if d.pasting {
			in = d.takePaste(in, &out)
			continue
		}
		n := d.take(in, pasted, &out)
		if n == 0 {
			d.rest = bytes.Clone(in)
			break
		}
		in = in[n:]
	}
	return out.done()
}

// take decodes what stands first and returns its length, 0 if its end is
// missing.
func (d *decoder) take(in []byte, pasted bool, out *presses) int {
	after := d.line
	d.line = false
	switch b := in[0]; {
	case b == '\x1b':
		n, k := escapeSequence(in)
		if n == len(pasteStart) && string(in[:n]) == pasteStart {
			d.pasting, d.marks, d.paste = true, true, nil
			return n
		}
		if n > 0 {
			out.key(k)
		}
		return n
	case b == '\r':
		d.line = true
		out.text("\n")
		return 1
	case b == '\n':
		if !after {
			out.text("\n")
		}
		return 1
	case b == '\t':
		out.text("\t")
		return 1
	case b == 0x7f, b == '\b':
		out.key(keyBackspace)
		return 1
	case b < ' ':
		if k := controlKey(b); pasted && (len(in) > 1 || k < keySuspend) {
			out.text(string(in[:1]))
		} else {
			out.key(k)
		}
		return 1
	}
	n := bytes.IndexFunc(in, func(r rune) bool { return r < ' ' || r == 0x7f })
	if n < 0 {
		n = wholeCharacters(in)
	}
	out.text(string(in[:n]))
	return n
}

// wholeCharacters returns the length of b without a last character that is not all there.
func wholeCharacters(b []byte) int {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return i
			}
			break
		}
	}
	return len(b)
}

// takePaste collects a paste to its end, and returns what follows it.
func (d *decoder) takePaste(in []byte, out *presses) []byte {
	if before, after, ok := bytes.Cut(in, []byte(pasteEnd)); ok {
		d.paste = append(d.paste, before...)
		d.pasting = false
		out.text(asNewlines(d.paste))
		d.paste = nil
		return after
	}
	keep := 0
	for n := min(len(in), len(pasteEnd)-1); n > 0; n-- {
		if bytes.HasSuffix(in, []byte(pasteEnd[:n])) {
			keep = n
			break
		}
	}
	d.paste = append(d.paste, in[:len(in)-keep]...)
	d.rest = bytes.Clone(in[len(in)-keep:])
	return nil
}

// pause tells the decoder that nothing more has come for a while, and returns
// what there is of a paste. An escape that nothing followed was the Esc key,
// which does nothing.
func (d *decoder) pause() []press {
	d.line = false
	if d.pasting {
		d.stalled = true
		n := len(bytes.TrimSuffix(d.paste, []byte("\r"))) // its newline may follow
		var out presses
		out.text(asNewlines(d.paste[:n]))
		d.paste = d.paste[n:]
		return out.done()
	}
	if len(d.rest) > 0 && d.rest[0] == '\x1b' {
		d.rest = nil
	}
	return nil
}

// finish returns the text that had come when the terminal went away.
func (d *decoder) finish() []press {
	var out presses
	if d.pasting {
		out.text(asNewlines(append(d.paste, d.rest...)))
	} else if len(d.rest) > 0 && d.rest[0] != '\x1b' {
		out.text(string(d.rest))
	}
	d.rest, d.paste, d.pasting = nil, nil, false
	return out.done()
}

// asNewlines returns pasted text with the line ends of a text.
func asNewlines(paste []byte) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(paste))
}

// mostlyText reports whether what came is text rather than a key held down.
func mostlyText(chunk []byte) bool {
	n := 0
	for _, b := range chunk {
		if b < ' ' && b != '\n' && b != '\r' && b != '\t' || b == 0x7f {
			n++
		}
	}
	return n < len(chunk)/8
}

// presses collects presses, joining text that follows text.
type presses struct {
	all  []press
	last strings.Builder
}

func (p *presses) text(s string) { p.last.WriteString(s) }

func (p *presses) key(k key) {
	if k != keyNone {
		p.all = append(p.done(), press{key: k})
	}
}

func (p *presses) done() []press {
	if p.last.Len() > 0 {
		p.all = append(p.all, press{text: p.last.String()})
		p.last.Reset()
	}
	return p.all
}
