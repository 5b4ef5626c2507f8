package cmd

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEditThatEndsBadly(t *testing.T) {
	tests := []struct {
		name, editor string
		draft        string
		say          string
	}{
		{name: "left with :cq", editor: `echo "the lilacs" > "$f"; exit 1`, draft: "the lilacs", say: "exit status 1"},
		{name: "killed", editor: `echo "the lilacs" > "$f"; kill -9 $$`, draft: "the lilacs", say: "killed"},
		{name: "killed before saving", editor: `kill -9 $$`, say: "nothing new"},
		{name: "a copy of its last moment", editor: `echo old > "$f"; sleep 0.1; echo lilacs > "$f.save"; exit 1`, draft: "lilacs"},
		{name: "an older copy", editor: `echo old > "$f.save"; sleep 0.1; echo lilacs > "$f"; exit 1`, draft: "lilacs"},
		{name: "killed over writing", editor: `echo lilacs > "$f~"; : > "$f"; kill -9 $$`, draft: "lilacs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newTable(t, script(t, tt.editor))
			b.every = time.Hour
			_, err := b.write(t.Context(), t, "", "roses")
			var bad *editError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), tt.say) || bad.place != "" {
				t.Errorf("got %v", err)
			}
			if got := strings.Join(b.drafts(), "|"); got != tt.draft {
				t.Errorf("kept %q, want %q", got, tt.draft)
			}
			if left := b.nooks(t); len(left) != 0 {
				t.Errorf("%v is left", left)
			}

			b = newTable(t, b.editor)
			b.save = func(string) error { return errors.New("the disk is full") }
			_, err = b.write(t.Context(), t, "", "roses")
			if !errors.As(err, &bad) || (bad.place == "") != (tt.draft == "") {
				t.Fatalf("got %v", err)
			}
			if tt.draft != "" {
				if got, err := os.ReadFile(bad.place); err != nil || string(got) != tt.draft+"\n" {
					t.Errorf("the place holds %q, %v", got, err)
				}
			}
		})
	}
}

func TestEditLeavesWhatItCannotTakeIn(t *testing.T) {
	tests := []struct{ name, editor string }{
		{name: "not UTF-8", editor: `printf 'lilacs \377' > "$f"`},
		{name: "too long", editor: `head -c 17000000 /dev/zero > "$f"`},
		{name: "a link", editor: `rm "$f"; ln -s /etc/passwd "$f"`},
		{name: "a pipe", editor: `rm "$f"; mkfifo "$f"`},
		{name: "gone", editor: `rm "$f"`},
		{name: "gone but for a copy", editor: `mv "$f" "$f.save"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newTable(t, script(t, tt.editor))
			_, err := b.write(t.Context(), t, "", "roses")
			var bad *editError
			if !errors.As(err, &bad) || !strings.HasPrefix(bad.place, b.place) {
				t.Fatalf("got %v", err)
			}
			if _, err := os.Lstat(bad.place); err != nil || len(b.nooks(t)) != 1 {
				t.Errorf("the place is gone: %v", err)
			}
			if slices.ContainsFunc(b.drafts(), func(s string) bool { return strings.Contains(s, "root:") }) {
				t.Error("the link was followed")
			}
		})
	}
}

func TestEditCutShort(t *testing.T) {
	tests := []struct {
		name, editor, draft string
		open                bool
	}{
		{name: "ends when asked", editor: `echo lilacs > "$f"; sleep 60 & wait`, draft: "lilacs"},
		{name: "saves when asked", editor: `trap 'echo lilacs > "$f"; exit 1' TERM; echo old > "$f"; sleep 60 & wait`, draft: "lilacs"},
		{name: "does not end", editor: `trap '' TERM; echo lilacs > "$f"; sleep 5`, draft: "lilacs", open: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newTable(t, script(t, tt.editor))
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(400*time.Millisecond, cancel)
			_, err := b.write(ctx, t, "", "")
			if !errors.Is(err, context.Canceled) || errors.Is(err, errStillOpen) != tt.open {
				t.Errorf("got %v", err)
			}
			if d := b.drafts(); len(d) == 0 || d[len(d)-1] != tt.draft {
				t.Errorf("kept %q, want %q", d, tt.draft)
			}
			if left := b.nooks(t); (len(left) == 1) != tt.open {
				t.Errorf("%v is left", left)
			}
		})
	}
}

func TestEditLeftWithoutSaving(t *testing.T) {
	b := newTable(t, script(t, `echo saved > "$f"; sleep 0.1; echo lilacs > "$f.save"; sleep 0.1`))
	e, err := b.write(t.Context(), t, "", "")
	if err != nil || e.text != "saved" || !e.aside {
		t.Fatalf("got %+v, %v", e, err)
	}
	if d := b.drafts(); d[len(d)-1] != secret {
		t.Errorf("kept %q", d)
	}
	if err := e.done(); err != nil || len(b.nooks(t)) != 0 {
		t.Errorf("done: %v, and %v is left", err, b.nooks(t))
	}

	b = newTable(t, b.editor)
	b.save = func(string) error { return errors.New("the disk is full") }
	if e, err = b.write(t.Context(), t, "", ""); err != nil {
		t.Fatal(err)
	}
	if err := e.done(); err == nil || !strings.Contains(err.Error(), b.place) || len(b.nooks(t)) != 1 {
		t.Errorf("done: %v, and %v is left", err, b.nooks(t))
	}
}
