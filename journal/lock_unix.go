//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package journal

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// lockFile takes the lock that bbolt takes for writing, which then is ours already.
// bbolt asks for it every 50 ms only, and readers are done much sooner.
func lockFile(file *os.File, wait time.Duration) error {
	for end := time.Now().Add(wait); ; time.Sleep(time.Millisecond) {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, syscall.EWOULDBLOCK):
			return nil // bbolt will say what is wrong
		case time.Now().After(end):
			return ErrBusy
		}
	}
}

// unlockFile gives the lock back. Closing the file does not while bbolt has it mapped
// into memory.
func unlockFile(file *os.File) { syscall.Flock(int(file.Fd()), syscall.LOCK_UN) }
