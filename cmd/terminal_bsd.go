//go:build unix && !linux

package cmd

import "golang.org/x/sys/unix"

// How a terminal's settings are read and set.
const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)
