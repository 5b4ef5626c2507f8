//go:build unix

package cmd

import "golang.org/x/sys/unix"

// harden keeps what is in our memory from being written to a disk when we crash, and
// from being read by other programs of the same person, as far as the system lets us.
// It is best effort, and costs three small system calls at most: where one is refused,
// we are as safe as any other program, which is no reason not to let somebody write.
//
// Memory can still be swapped out: locking all of it is beyond what a person may, and
// an editor's would not be locked.
func harden() {
	forbidCores()
	hideMemory()
}

// forbidCores lowers the limit for core files to nothing, and leaves the hard limit, so
// that who looks into a crash of a program that we start can raise it there. An
// editor inherits it, and should: it holds the same text.
func forbidCores() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) != nil || limit.Cur == 0 {
		return
	}
	limit.Cur = 0
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit) // best effort
}
