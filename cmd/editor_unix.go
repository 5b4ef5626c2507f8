//go:build unix

package cmd

import (
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// ours reports whether a file belongs to the person who runs this process.
func ours(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int64(st.Uid) == int64(os.Geteuid())
}

// private reports whether nobody else may look into a directory of ours.
func private(info fs.FileInfo) bool {
	return info.IsDir() && ours(info) && info.Mode().Perm() == 0o700
}

// guarded reports whether nobody else can move our directories in this one
// away: only we or root own it, and others may not write to it, or only add to
// it, as in /tmp.
func guarded(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && info.IsDir() && (st.Uid == 0 || ours(info)) &&
		(info.Mode().Perm()&0o022 == 0 || info.Mode()&fs.ModeSticky != 0)
}

// onDiskPlace returns the directory for temporary files.
func onDiskPlace(getenv func(string) string) string {
	if dir := getenv("TMPDIR"); filepath.IsAbs(dir) {
		return dir
	}
	return "/tmp"
}

// nudge asks a process to end. One that was suspended is woken, or it would
// never hear of it.
func nudge(p *os.Process) {
	_ = p.Signal(syscall.SIGTERM)
	_ = p.Signal(syscall.SIGCONT)
}

// inForeground reports whether a terminal is ours to set.
func inForeground(tty *os.File) bool {
	has, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && has == syscall.Getpgrp()
}

// endSelf has a signal end us, unless somebody here still listens for it. Go answers
// SIGQUIT with a list of all it does, which is for nobody to read.
func endSelf(s os.Signal) {
	number, ok := s.(syscall.Signal)
	if !ok || number == syscall.SIGQUIT {
		number = syscall.SIGTERM
	}
	_ = syscall.Kill(syscall.Getpid(), number)
}

// foreground returns a function that takes the terminal back, if it was ours
// and nobody has it any more: emacs works in a group of its own, and when it is
// killed the terminal stays with that. Whoever is not in the foreground is
// stopped for setting the terminal right.
func foreground(tty *os.File) (regain func()) {
	fd, us := int(tty.Fd()), syscall.Getpgrp()
	if !inForeground(tty) {
		return func() {}
	}
	return func() {
		has, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
		if err != nil || has == us || syscall.Kill(-has, 0) != syscall.ESRCH {
			return
		}
		signal.Ignore(syscall.SIGTTOU)
		defer signal.Reset(syscall.SIGTTOU)
		_ = unix.IoctlSetPointerInt(fd, unix.TIOCSPGRP, us)
	}
}
