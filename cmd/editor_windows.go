package cmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// ours reports true: the directory for temporary files is inside the person's
// profile, and its access list admits nobody else.
func ours(fs.FileInfo) bool { return true }

// private reports whether this is a directory; see ours.
func private(info fs.FileInfo) bool { return info.IsDir() }

// guarded reports whether this is a directory; see ours.
func guarded(info fs.FileInfo) bool { return info.IsDir() }

// memoryPlaces returns nothing: Windows keeps no directory in memory.
func memoryPlaces(func(string) string) []string { return nil }

// onDiskPlace returns the directory for temporary files.
func onDiskPlace(getenv func(string) string) string {
	for _, name := range []string{"TMP", "TEMP"} {
		if dir := getenv(name); filepath.IsAbs(dir) {
			return dir
		}
	}
	return os.TempDir()
}

// nudge does nothing: a console program cannot be asked to end.
func nudge(*os.Process) {}

// started tells when a process started, in words that only compare with
// themselves, and whether it is alive.
func started(pid int) (start string, alive bool) {
	const queryLimited, noSuchProcess = 0x1000, syscall.Errno(87)
	h, err := syscall.OpenProcess(queryLimited|syscall.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return "", !errors.Is(err, noSuchProcess)
	}
	defer func() { _ = syscall.CloseHandle(h) }()
	if gone, err := syscall.WaitForSingleObject(h, 0); err == nil && gone == syscall.WAIT_OBJECT_0 {
		return "", false
	}
	var created, exited, kernel, user syscall.Filetime
	if syscall.GetProcessTimes(h, &created, &exited, &kernel, &user) != nil {
		return "", true
	}
	return strconv.FormatInt(created.Nanoseconds(), 10), true
}

// machine returns nothing: the start of a process is a time of day here, and
// tells it from those before the last start of the machine.
func machine() (boot, space string) { return "", "" }

// foreground does nothing: a console belongs to all its programs.
func foreground(*os.File) (regain func()) { return func() {} }

// inForeground reports true; see foreground.
func inForeground(*os.File) bool { return true }

// endSelf does nothing: a console's ^C cannot be sent again, and the next one ends us.
func endSelf(os.Signal) {}
