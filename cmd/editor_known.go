package cmd

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kballard/go-shellquote"
)

// editorWords splits the command of an editor into words as a shell would. A
// command that is, blanks and all, the name of a program is one word.
func editorWords(command string, getenv func(string) string, goos string) ([]string, error) {
	command = strings.TrimSpace(command)
	if command == "" {
		return nil, errors.New("no editor is set: name one in EDITOR, or write with the built-in writer")
	}
	if rest, ok := strings.CutPrefix(command, "~/"); ok && getenv("HOME") != "" {
		// Only its own home, and only in front: nobody expects more of EDITOR.
		command = shellquote.Join(getenv("HOME")) + "/" + rest
	}
	if _, err := exec.LookPath(command); err == nil {
		return []string{command}, nil
	}
	words, err := shellquote.Split(command)
	if goos == "windows" {
		// There a backslash stands between directories and quotes nothing.
		words, err = shellquote.Split(strings.ReplaceAll(command, `\`, `\\`))
	}
	if err != nil || len(words) == 0 {
		return nil, fmt.Errorf("the editor %q cannot be read as a command: a quote is not closed", command)
	}
	return words, nil
}

// editorKind is what matters about an editor here.
type editorKind int

const (
	otherEditor    editorKind = iota
	vimEditor                 // vim and neovim in a terminal
	vimWindow                 // vim in a window of its own
	nanoEditor                // GNU nano
	emacsEditor               // emacs, not its client
	terminalEditor            // others that stay in the terminal
	historyEditor             // keeps a local history, and needs --wait
	waitEditor                // needs --wait
	blockEditor               // needs --block
)

// kindOf tells editors apart by name. What vi and nano are differs between
// systems, so version is asked for the first words they say of themselves.
func kindOf(program string, version func() string) editorKind {
	name := editorName(program)
	switch name {
	case "nvim", "vimx", "rvim":
		return vimEditor
	case "gvim", "mvim", "rgvim":
		return vimWindow
	case "emacs":
		return emacsEditor
	case "vi", "view", "ex":
		if v := version(); strings.Contains(v, "Vi IMproved") || strings.HasPrefix(v, "NVIM") {
			return vimEditor
		}
		return terminalEditor
	case "nano", "pico":
		if strings.Contains(version(), "GNU nano") {
			return nanoEditor
		}
		return terminalEditor
	case "nvi", "micro", "hx", "helix", "kak", "joe", "jed", "ne", "mg", "ed", "mcedit", "zile", "tilde", "dte":
		return terminalEditor
	case "code", "code-insiders", "code-oss", "codium", "vscodium", "cursor", "windsurf",
		"idea", "goland", "pycharm", "webstorm", "phpstorm", "rubymine", "clion":
		return historyEditor
	case "subl", "zed", "zeditor", "gedit", "mate", "bbedit", "xed":
		return waitEditor
	case "kate":
		return blockEditor
	}
	if name == "vim" || strings.HasPrefix(name, "vim.") {
		return vimEditor
	}
	if strings.HasPrefix(name, "emacs-") {
		return emacsEditor
	}
	return otherEditor
}

func editorName(program string) string {
	name := strings.ToLower(filepath.Base(program))
	for _, end := range []string{".exe", ".cmd", ".bat"} {
		name = strings.TrimSuffix(name, end)
	}
	return name
}

// historyWarning returns a sentence for the person if their editor keeps what
// it saves in a history of its own, outside the journal, and "" otherwise. The
// caller says it once.
func historyWarning(command string, getenv func(string) string) string {
	words, err := editorWords(command, getenv, runtime.GOOS)
	if err != nil || kindOf(words[0], func() string { return "" }) != historyEditor {
		return ""
	}
	return fmt.Sprintf("%s keeps a history of what it saves, outside this journal; its settings can turn that off.", editorName(words[0]))
}

// arguments returns what an editor is told beyond what the person set: to leave
// no copy outside the nook, to keep one inside it now and then, to begin on a
// line, and to return only when the person is done.
func (k editorKind) arguments(set []string, dir string, line int) []string {
	if k == vimEditor && slices.Contains(set, "-g") {
		k = vimWindow
	}
	switch k {
	case vimEditor:
		return vimArguments(dir, line)
	case vimWindow:
		return append(unlessSet(set, "-f", "--nofork"), vimArguments(dir, line)...)
	case nanoEditor:
		// Backups are the person's setting, and no flag turns them off. With
		// this one they stay in the nook.
		return []string{"-C", dir, "+" + strconv.Itoa(line)}
	case emacsEditor:
		return []string{"--eval", emacsSettings, "+" + strconv.Itoa(line)}
	case historyEditor, waitEditor:
		return unlessSet(set, "--wait", "-w")
	case blockEditor:
		return unlessSet(set, "--block", "-b")
	}
	return nil
}

// waits reports whether the editor surely returns only when the person is done.
func (k editorKind) waits() bool { return k != otherEditor }

func unlessSet(set []string, flag, other string) []string {
	if slices.Contains(set, flag) || slices.Contains(set, other) {
		return nil
	}
	return []string{flag}
}

// vimArguments switches off what vim writes elsewhere: the swap file, viminfo
// with its registers, undo files and backups. Its settings come after the
// person's own file, which may say otherwise. While a file is written its
// backup stands beside it.
//
// Without a swap file, what was typed since the last :w would die with vim. So
// a timer puts the changed text into a file beside the entry. It does not save
// the entry itself: that would make :q! keep what the person wanted gone, run
// their autocommands while they type, and mark the text as unmodified. Vim
// without expressions ignores what is between if and endif.
func vimArguments(dir string, line int) []string {
	const (
		fresh  = `expand("%:p:h") . "/` + entryFile + `.new"`
		beside = `expand("%:p:h") . "/` + asideFile + `"`
	)
	keep := `if &modified && expand("%:p:h:t") ==# "` + filepath.Base(dir) + `" && get(b:, "kept_tick") != b:changedtick` +
		` && writefile(getline(1, "$"), ` + fresh + `) == 0 && setfperm(` + fresh + `, "rw-------")` +
		` && rename(` + fresh + `, ` + beside + `) == 0` +
		` | let b:kept_tick = b:changedtick | endif`
	return []string{
		"-n", "-i", "NONE",
		"-c", "silent! set viminfo=",
		"-c", "silent! set noswapfile nobackup writebackup backupdir=. backupskip= patchmode=",
		"-c", "silent! set noundofile",
		"-c", `if has("timers") | call timer_start(3000, {-> execute('` + keep + `', "silent!")}, {"repeat": -1}) | endif`,
		"-c", strconv.Itoa(line),
	}
}

// emacsSettings keep emacs from leaving copies elsewhere, and make it keep one
// in the nook soon after the person stops typing.
const emacsSettings = `(setq make-backup-files nil create-lockfiles nil undo-tree-auto-save-history nil` +
	` auto-save-default t auto-save-timeout 3 auto-save-interval 60 auto-save-no-message t` +
	` auto-save-file-name-transforms nil auto-save-list-file-prefix nil)`

// editorVersion returns how a program names itself, or nothing.
func editorVersion(ctx context.Context, program string) string {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	c := exec.CommandContext(ctx, program, "--version")
	c.WaitDelay = time.Second
	b, _ := c.Output()
	return string(b[:min(len(b), 200)])
}
