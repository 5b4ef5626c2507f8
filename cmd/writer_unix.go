//go:build unix

package cmd

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// endingSignals are those at which the writing stops with its draft kept.
func endingSignals() []os.Signal {
	return []os.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT}
}

// watchTerminal tells when the terminal has another size, and when it is ours
// again after somebody stopped and continued us.
func watchTerminal() (resized, continued <-chan os.Signal, stop func()) {
	r, c := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(r, syscall.SIGWINCH)
	signal.Notify(c, syscall.SIGCONT)
	return r, c, func() { signal.Stop(r); signal.Stop(c) }
}

// suspendSelf stops the program until the shell continues it. Where no shell would,
// the signal does nothing, and we go on.
func suspendSelf() {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	if syscall.Kill(0, syscall.SIGTSTP) != nil {
		return
	}
	select {
	case <-continued:
	case <-time.After(200 * time.Millisecond):
	}
}

// prepareOutput does what a terminal needs to understand us: nothing here.
func prepareOutput(*os.File) (restore func() error, err error) {
	return func() error { return nil }, nil
}
