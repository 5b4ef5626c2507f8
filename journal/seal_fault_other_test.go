//go:build !(linux && amd64)

package journal

func faultsChild([]string) {}
func faultyChild([]string) {}
