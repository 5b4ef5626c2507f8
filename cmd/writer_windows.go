package cmd

import (
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// endingSignals are those at which the writing stops with its draft kept:
// Windows sends SIGTERM for a closed window, a log-off and a shutdown.
func endingSignals() []os.Signal { return []os.Signal{os.Interrupt, windows.SIGTERM} }

// watchTerminal tells when it is time to look at the terminal's size, for
// Windows has no signal that would. Nothing stops and continues us here.
func watchTerminal() (resized, continued <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(250 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				select {
				case c <- os.Interrupt:
				default:
				}
			case <-done:
				return
			}
		}
	}()
	return c, nil, func() { close(done) }
}

// suspendSelf does nothing: Windows has no shell that continues programs.
func suspendSelf() {}

// prepareOutput makes the console understand escape sequences.
func prepareOutput(out *os.File) (restore func() error, err error) {
	console := windows.Handle(out.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return nil, err
	}
	wanted := mode | windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	if err := windows.SetConsoleMode(console, wanted); err != nil {
		return nil, err
	}
	return func() error { return windows.SetConsoleMode(console, mode) }, nil
}
