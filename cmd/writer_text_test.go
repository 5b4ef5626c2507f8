package cmd

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzWriterText types, moves and deletes at random, and checks after each step
// that the page can be shown and that nothing was changed but what was asked.
func FuzzWriterText(f *testing.F) {
	f.Add("one two\nthree é 日本 👩‍👩‍👧\x1b\xff\r\n", []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 200, 17})
	f.Add(strings.Repeat("a ", 100), []byte{3, 3, 9, 14, 19, 12, 12})
	f.Add("e\u0301\u0301\u200d\u200d🏴\U000e0067\U000e0062\U000e007f\tx", []byte{1, 1, 1, 13, 13, 0})
	f.Fuzz(func(t *testing.T, text string, keys []byte) {
		w := newWriter(page{text: text, question: text}, nil)
		for i, k := range keys {
			before, changes := w.String(), w.changes
			switch k := key(k % byte(keySuspend)); k {
			case keyText:
				piece := text[min(i, len(text)):]
				w.insert(piece)
				if len(w.String()) != len(before)+len(piece) {
					t.Fatalf("%d bytes after %d were added to %d", len(w.String()), len(piece), len(before))
				}
			default:
				w.move(k)
			}
			if w.changes == changes && w.String() != before {
				t.Fatal("the text changed, and nobody was told")
			}
			rows, width := 1+i%30, 1+i*7%90
			screen := w.frame(rows, width)
			if len(screen.lines) > rows || screen.row >= rows || screen.column >= width {
				t.Fatalf("%d lines, cursor at %d, %d on a screen of %d by %d", len(screen.lines), screen.row, screen.column, rows, width)
			}
			for _, line := range screen.lines {
				if !utf8.ValidString(line) || visible(line) != line {
					t.Fatalf("%q may not be shown", line)
				}
			}
		}
		if len(keys) == 0 && w.String() != text {
			t.Fatal("the text is not what it was")
		}
	})
}

// FuzzWriterInput cuts what a terminal sends anywhere, and checks that a paste
// comes out whole.
func FuzzWriterInput(f *testing.F) {
	f.Add([]byte("a\x1b[31m\x1b]0;x\a\xff\x00\x03é\x1bq"), 3)
	f.Add([]byte("\x1b[20"), 1)
	f.Fuzz(func(t *testing.T, paste []byte, cut int) {
		sent := pasteStart + strings.NewReplacer(pasteEnd, "", "\r", "").Replace(string(paste))
		want := sent[len(pasteStart):]
		if strings.Contains(want, pasteEnd) || strings.HasSuffix(want, "\x1b") {
			t.Skip("no terminal sends this")
		}
		sent += pasteEnd + "é!"
		var d decoder
		var got strings.Builder
		for size := 1 + (cut&0xff)%len(sent); len(sent) > 0; {
			size = min(size, len(sent))
			for _, p := range d.feed([]byte(sent[:size])) {
				if p.key != keyText {
					t.Fatalf("a paste pressed key %d", p.key)
				}
				got.WriteString(p.text)
			}
			sent = sent[size:]
		}
		if got.String() != want+"é!" {
			t.Fatalf("%q, want %q", got.String(), want+"é!")
		}
	})
}

func TestWriterInput(t *testing.T) {
	long := strings.Repeat("the kitchen ", 40)
	for _, c := range []struct {
		name string
		in   []string // with "" for a pause
		want []press
	}{
		{"text around a key", []string{"a\x1b[Db"}, []press{{text: "a"}, {key: keyLeft}, {text: "b"}}},
		{"a split key", []string{"a\x1b", "[1;", "5C"}, []press{{text: "a"}, {key: keyWordRight}}},
		{"a split character", []string{"a\xe6\x97", "\xa5b"}, []press{{text: "a"}, {text: "日b"}}},
		{"no character", []string{"a\xe6\x97", "b\xff"}, []press{{text: "a"}, {text: "\xe6\x97b\xff"}}},
		{"esc, then text", []string{"\x1b", "", "[A"}, []press{{text: "[A"}}},
		{"esc and text at once", []string{"\x1bI am"}, []press{{text: "I am"}}},
		{"enter, split line ends", []string{"a\r", "\nb\r", "", "\nc"}, []press{{text: "a\n"}, {text: "b\n"}, {text: "\nc"}}},
		{"controls in much text", []string{long + "\x01\x03\x04\x1a" + long}, []press{{text: long + "\x01\x03\x04\x1a" + long}}},
		{"a control behind much text", []string{long + "\x04"}, []press{{text: long}, {key: keyKeep}}},
		{"an arrow held down", []string{strings.Repeat("\x1b[A", 100)}, slices.Repeat([]press{{key: keyUp}}, 100)},
		{"a paste without an end", []string{"\x1b[200~abc", "", "\x03"}, []press{{text: "abc"}, {key: keyStop}}},
		{"a paste that pauses", []string{"\x1b[200~abc\r", "", "\ndef\x1b[201~g"}, []press{{text: "abc"}, {text: "\ndefg"}}},
		{"a function key of the console", []string{"\x1b[[Aa"}, []press{{text: "a"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d decoder
			var got []press
			for _, in := range c.in {
				if in == "" {
					got = append(got, d.pause()...)
				} else {
					got = append(got, d.feed([]byte(in))...)
				}
			}
			if len(got) != len(c.want) {
				t.Fatalf("%+v, want %+v", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("press %d is %+v, want %+v", i, got[i], c.want[i])
				}
			}
		})
	}
}

func BenchmarkWriterKey(b *testing.B) {
	sentence := "The kitchen at my sister's. I put down my phone, for once, because the baby was asleep. "
	for _, c := range []struct{ name, text string }{
		{"1MB in lines", strings.Repeat(sentence+"\n", 1<<20/len(sentence))},
		{"1MB in one line", strings.Repeat(sentence, 1<<20/len(sentence))},
		{"1MB CJK in one line", strings.Repeat("台所に立っていた。", 1<<20/27)},
		{"10MB in lines", strings.Repeat(sentence+"\n", 10<<20/len(sentence))},
	} {
		b.Run(c.name, func(b *testing.B) {
			w := newWriter(page{text: c.text}, nil)
			w.frame(24, 80)
			w.line, w.at = len(w.lines)/2, 0
			for b.Loop() {
				w.insert("x")
				w.frame(24, 80)
			}
		})
		b.Run(c.name+", save", func(b *testing.B) {
			w := newWriter(page{text: c.text}, nil)
			for b.Loop() {
				_ = w.String()
			}
		})
	}
}
