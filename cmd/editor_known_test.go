package cmd

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEditorWords(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "my editors")
	program := filepath.Join(dir, "an editor.exe")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, command, goos string
		want                []string
	}{
		{"a word", "vim", "linux", []string{"vim"}},
		{"flags", ` vim  -u NONE -c "set tw=60" `, "linux", []string{"vim", "-u", "NONE", "-c", "set tw=60"}},
		{"blanks in its path", program, "linux", []string{program}},
		{"a quoted path", "'" + program + "' -w", "linux", []string{program, "-w"}},
		{"an escaped path", strings.ReplaceAll(program, " ", `\ `), "linux", []string{program}},
		{"home", "~/bin/ed -p x", "linux", []string{"/home/the person/bin/ed", "-p", "x"}},
		{"windows", `"C:\Program Files\Notepad++\notepad++.exe" -multiInst`, "windows", []string{`C:\Program Files\Notepad++\notepad++.exe`, "-multiInst"}},
		{"windows, plain", `C:\bin\vim.exe -u NONE`, "windows", []string{`C:\bin\vim.exe`, "-u", "NONE"}},
		{"not closed", `vim "`, "linux", nil},
		{"nothing", `''`, "linux", []string{""}},
	}
	home := func(string) string { return "/home/the person" }
	for _, tt := range tests {
		got, err := editorWords(tt.command, home, tt.goos)
		if !slices.Equal(got, tt.want) || (err != nil) != (tt.want == nil) {
			t.Errorf("%s: got %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestKindOf(t *testing.T) {
	tests := []struct {
		program, version string
		want             editorKind
	}{
		{"vim", "", vimEditor},
		{"/usr/bin/vim.tiny", "", vimEditor},
		{"nvim", "", vimEditor},
		{"vi", "VIM - Vi IMproved 9.0", vimEditor},
		{"vi", "usage: vi [-eFRrSv]", terminalEditor},
		{"nano", " GNU nano, version 7.2", nanoEditor},
		{"nano", "Pico 5.09", terminalEditor},
		{"/opt/emacs", "", emacsEditor},
		{"emacsclient", "", otherEditor},
		{"code", "", historyEditor},
		{"Code.exe", "", historyEditor},
		{"subl", "", waitEditor},
		{"my-script", "", otherEditor},
	}
	for _, tt := range tests {
		if got := kindOf(tt.program, func() string { return tt.version }); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.program, got, tt.want)
		}
	}
}

func TestEditorArguments(t *testing.T) {
	const dir = "/dev/shm/edit-abc"
	tests := []struct {
		kind editorKind
		set  []string
		want string
	}{
		{vimEditor, nil, "-n -i NONE"},
		{vimEditor, nil, `expand("%:p:h:t") ==# "edit-abc"`},
		{vimEditor, []string{"-g"}, "-f -n"},
		{vimWindow, nil, "-f -n"},
		{nanoEditor, nil, "-C /dev/shm/edit-abc +3"},
		{emacsEditor, nil, "make-backup-files nil"},
		{historyEditor, nil, "--wait"},
	}
	for _, tt := range tests {
		if got := strings.Join(tt.kind.arguments(tt.set, dir, 3), " "); !strings.Contains(got, tt.want) {
			t.Errorf("%v %v: got %s, want %s", tt.kind, tt.set, got, tt.want)
		}
	}
	for kind, set := range map[editorKind]string{historyEditor: "-w", waitEditor: "--wait", blockEditor: "-b", otherEditor: "-x"} {
		if got := kind.arguments([]string{set}, dir, 3); len(got) != 0 {
			t.Errorf("%v with %s set: got %v", kind, set, got)
		}
	}
}

func TestHistoryWarning(t *testing.T) {
	none := func(string) string { return "" }
	for command, want := range map[string]bool{"code --wait": true, "/usr/bin/codium": true, "vim": false, "": false, "'": false} {
		if got := historyWarning(command, none); (got != "") != want {
			t.Errorf("%q: got %q", command, got)
		}
	}
}
