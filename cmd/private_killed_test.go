//go:build linux

package cmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// killed is a way of writing that is killed.
type killed struct {
	name  string
	args  func(h *home, n int) []string
	stdin func(word string) string // empty for a terminal
	says  string                   // what is shown on a terminal once the text is kept
	typed bool                     // on the page, and not in an editor
	whole bool                     // a text counts as kept once the command has ended well
}

// word is the text of the n-th try, with a word before it that is easy to find.
func word(n int) string { return fmt.Sprintf("Quillwort k%04d.", n) }

func ways(entry string) []killed {
	text := func(word string) string { return word + "\n" }
	return []killed{
		{name: "a pipe", stdin: text, args: func(*home, int) []string { return []string{"write"} }},
		{name: "a pipe, open", stdin: text, args: func(h *home, _ int) []string { return h.opening("write") }},
		{
			name: "import", whole: true, args: func(h *home, _ int) []string { return h.opening("import", "--format", "jsonl", "-") },
			stdin: func(word string) string { return `{"date":"2071-01-02","text":"` + word + `"}` + "\n" },
		},
		{name: "the page", says: "Kept.", typed: true, args: func(*home, int) []string { return []string{"write", "--blank"} }},
		{name: "the page, open", says: "Kept.", typed: true, args: func(h *home, _ int) []string { return h.opening("write", "--blank") }},
		{name: "an editor", says: "Kept.", args: func(*home, int) []string { return []string{"write", "--blank"} }},
		{name: "an editor, open", says: "Kept.", args: func(h *home, _ int) []string { return h.opening("write", "--blank") }},
		{name: "edit", says: "Kept", args: func(h *home, _ int) []string { return h.opening("edit", entry) }},
		{name: "export", whole: true, stdin: func(string) string { return "four herons on a weir\n" }, args: func(h *home, n int) []string {
			return h.opening("export", "--new-passphrase-fd", "0", "-o", fmt.Sprintf("%d.md.age", n))
		}},
	}
}

// Requirements 2 and 15, for the program: killed at any moment of writing, editing, bringing
// in and taking out, it leaves nothing in the clear on the disk, and what it said was kept
// is there once.
func TestKilledInAClosedJournal(t *testing.T) {
	t.Parallel()
	h := newHome(t, true)
	put(t, h.path("given/on-disk"), "")
	if err := os.WriteFile(h.path("given/editor"), []byte("#!/bin/sh\ncat \"$GIVEN/text\" >>\"$1\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	h.env = append(h.env, "GIVEN="+h.path("given"))
	plain, withEditor := h.env, append(h.env[:len(h.env):len(h.env)], "EDITOR="+h.path("given/editor"))
	entry := h.must("Quillwort, to be changed.\n", h.opening("write")...)
	private := quick(findingWords("Quillwort"))
	rounds := 6
	if long() {
		rounds = 120
	}
	moments := rand.New(rand.NewPCG(4, 15))
	kept := make(map[string]bool)
	n := 0
	for _, way := range ways(entry) {
		h.env = withEditor
		if way.typed {
			h.env = plain
		}
		var takes time.Duration
		for round := range rounds + 1 {
			n++
			wait := time.Duration(-1) // the first goes on to its end, and tells how long that takes
			if round > 0 {
				wait = time.Duration(moments.Int64N(int64(takes) * 11 / 10))
			}
			began := time.Now()
			kept[word(n)] = h.kill(way, n, wait) && way.name != "export"
			if round == 0 {
				takes = time.Since(began)
				if !kept[word(n)] && way.name != "export" {
					t.Fatalf("%s: it is not said that the text was kept", way.name)
				}
			}
			if places := foundIn(h.files("home", "tmp", "asked"), private); len(places) > 0 {
				t.Fatalf("%s, killed after %v: %v", way.name, wait, places)
			}
		}
	}
	h.env = plain
	h.must("", h.opening("verify")...)
	all := h.exported()
	said := 0
	for n := range n + 1 {
		switch count := strings.Count(all, word(n)); {
		case kept[word(n)] && count != 1:
			t.Errorf("%s was kept, and is there %d times", word(n), count)
		case count > 1:
			t.Errorf("%s is there %d times", word(n), count)
		}
		if kept[word(n)] {
			said++
		}
	}
	t.Logf("%d of %d were kept", said, n)
}

// kill starts a way of writing and kills it after a while, or never. It reports whether the
// text was said to be kept.
func (h *home) kill(way killed, n int, wait time.Duration) bool {
	h.t.Helper()
	if way.stdin != nil {
		c := h.command(way.stdin(word(n)), way.args(h, n)...)
		var out bytes.Buffer
		c.Stdout = &out
		if err := c.Start(); err != nil {
			h.t.Fatal(err)
		}
		if wait >= 0 {
			time.Sleep(wait)
			_ = c.Process.Kill()
		}
		err := c.Wait()
		if err != nil && !errors.As(err, new(*exec.ExitError)) {
			h.t.Fatal(err)
		}
		return !way.whole && out.Len() > 0 || way.whole && err == nil
	}
	put(h.t, h.path("given/text"), word(n)+"\n")
	x := h.sit(way.args(h, n)...)
	ended := time.Now().Add(wait)
	is := func() bool { return strings.Contains(flowing(x.Output()), way.says) }
	over := func(so func() bool) func() bool {
		return func() bool { return wait >= 0 && time.Now().After(ended) || so() }
	}
	if way.typed {
		x.WaitUntil("the page", over(func() bool { return strings.Contains(x.Output(), "Ctrl-D") }), scriptPatience)
		_, _ = io.WriteString(x.pty, word(n))
		_, _ = io.WriteString(x.pty, "\x04")
	}
	x.WaitUntil(way.says, over(is), scriptPatience)
	said := is()
	_ = x.process.Kill()
	x.Wait(scriptPatience)
	return said
}

// exported returns the texts of all entries, a line each.
func (h *home) exported() string {
	h.t.Helper()
	var all strings.Builder
	lines := json.NewDecoder(strings.NewReader(h.must("", h.opening("export", "--format", "jsonl", "--shut")...)))
	for {
		var e struct{ Text string }
		if err := lines.Decode(&e); errors.Is(err, io.EOF) {
			return all.String()
		} else if err != nil {
			h.t.Fatal(err)
		}
		all.WriteString(e.Text + "\n")
	}
}

// Requirement 3: what is deleted for good is in no page of the file, nor in any other; no
// version of it either. Of a closed journal even what it was sealed as is gone.
func TestDeletedForever(t *testing.T) {
	t.Parallel()
	for _, sealed := range []bool{false, true} {
		h := newHome(t, sealed)
		for n := range 40 {
			h.must(fmt.Sprintf("Around it, %d.\n", n), h.opening("write")...)
		}
		before := h.pieces()
		long := strings.Repeat("Gonebunting in the hedge, and in the lane. ", 800)
		id := h.must(long, h.opening("write", "--title", "Gonefinch", "--tag", "goneserin")...)
		h.must("Gonesiskin.\n", h.opening("write", "--append")...)
		with := h.pieces()
		for piece := range before {
			delete(with, piece)
		}
		if len(with) < 100 {
			t.Fatalf("the text is %d pieces", len(with))
		}
		private := findingWords("Gonebunting", "Gonefinch", "goneserin", "Gonesiskin")
		if places := foundIn(h.made(), private); !sealed && len(places) < len(private) {
			t.Errorf("before it is deleted, only this is found: %v", places)
		}
		h.must("", h.opening("delete", id, "--yes")...)
		h.must("", h.opening("compact")...)
		h.must("", h.opening("delete", id, "--forever", "--yes")...)
		for _, place := range foundIn(h.made(), private) {
			t.Error(place)
		}
		left := 0
		for piece := range h.pieces() {
			if with[piece] {
				left++
			}
		}
		if left > len(with)/100 { // the pages of what was around it are there still
			t.Errorf("closed: %v, of %d pieces of the file with the text, %d are there still", sealed, len(with), left)
		}
		if out := h.must("", h.opening("verify")...); !strings.Contains(out, "40 entries") {
			t.Errorf("closed: %v, verify says %q", sealed, out)
		}
	}
}

// pieces returns what the journal's file is made of, cut wherever 32 bytes begin that are
// not blank.
func (h *home) pieces() map[string]bool {
	h.t.Helper()
	b, err := os.ReadFile(h.journal())
	if err != nil {
		h.t.Fatal(err)
	}
	const size = 32
	all := make(map[string]bool)
	for at := 0; at+size <= len(b); at++ {
		if piece := b[at : at+size]; bytes.Count(piece, []byte{0}) < size/4 {
			all[string(piece)] = true
		}
	}
	return all
}
