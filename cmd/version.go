package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use:         "version",
		GroupID:     groupMore,
		Short:       "Which version this is",
		Long:        paragraphs("Prints the program's version, and what it was built with and for."),
		Example:     examples("untangle version"),
		Args:        cobra.NoArgs,
		Annotations: rare(),

		PersistentPreRunE: withoutSettings,
		RunE: func(*cobra.Command, []string) error {
			return r.put(versionLine())
		},
	}
}

func versionLine() string {
	version := "development version"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		version = info.Main.Version
	}
	return fmt.Sprintf("untangle %s, %s, %s/%s", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
