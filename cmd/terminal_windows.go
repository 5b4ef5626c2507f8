package cmd

import (
	"os"

	"golang.org/x/sys/windows"
)

// ownTerminal opens the console that the program was started from.
func ownTerminal() (in, out *os.File, err error) {
	if in, err = os.OpenFile("CONIN$", os.O_RDWR, 0); err != nil {
		return nil, nil, err
	}
	if out, err = os.OpenFile("CONOUT$", os.O_RDWR, 0); err != nil {
		in.Close()
		return nil, nil, err
	}
	return in, out, nil
}

// inherited reports whether the program was given an open file with this handle.
func inherited(number int) bool {
	kind, err := windows.GetFileType(windows.Handle(number))
	return err == nil && kind != windows.FILE_TYPE_UNKNOWN
}

// stayHere has nothing to do: nothing stops a program here.
func stayHere() (free func()) { return func() {} }

// dropTyped forgets what was typed and not read.
func dropTyped(console *os.File) { _ = windows.FlushConsoleInputBuffer(windows.Handle(console.Fd())) }

// hush has a console not show what is typed until the function it returns is called.
func hush(console *os.File) (speak func()) {
	handle := windows.Handle(console.Fd())
	var before uint32
	if windows.GetConsoleMode(handle, &before) != nil ||
		windows.SetConsoleMode(handle, before&^windows.ENABLE_ECHO_INPUT) != nil {
		return func() {}
	}
	return func() { _ = windows.SetConsoleMode(handle, before) }
}
