//go:build unix && !linux

package cmd

// hideMemory does nothing: the limit for core files is what these systems have in common.
func hideMemory() {}
