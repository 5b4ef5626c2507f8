package cmd

import (
	"errors"
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// memoryPlaces returns nothing: macOS keeps no directory in memory.
func memoryPlaces(func(string) string) []string { return nil }

// started tells when a process started, in words that only compare with
// themselves, and whether it is alive.
func started(pid int) (start string, alive bool) {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return "", false
	}
	info, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return "", true
	}
	t := info.Proc.P_starttime
	return fmt.Sprintf("%d.%06d", t.Sec, t.Usec), true
}

// machine returns nothing: the start of a process is a time of day here, and
// tells it from those before the last start of the machine.
func machine() (boot, space string) { return "", "" }
