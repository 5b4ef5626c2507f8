//go:build unix && !linux && !darwin

package cmd

import (
	"errors"
	"syscall"
)

// memoryPlaces returns nothing: which directories live in memory is unknown.
func memoryPlaces(func(string) string) []string { return nil }

// started tells whether a process is alive; when it started is unknown.
func started(pid int) (start string, alive bool) {
	return "", !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// machine returns nothing: it is unknown.
func machine() (boot, space string) { return "", "" }
