//go:build !windows

package journal

import (
	"errors"
	"os"
	"syscall"
)

// syncFolder makes a rename in the folder last. Some file systems cannot, and say
// so in one of two ways; with them there is nothing more to do.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}
