//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package journal

import (
	"os"
	"time"
)

// lockFile leaves the lock to bbolt.
func lockFile(*os.File, time.Duration) error { return nil }

// unlockFile does nothing: the lock goes when the file is closed.
func unlockFile(*os.File) {}
