// Untangle is a private, guided journal for the terminal.
package main

import (
	"os"

	"untangle/cmd"
)

func main() { os.Exit(cmd.Main(cmd.System(), os.Args[1:])) }
