package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// The file systems that live in memory, by their numbers in statfs(2).
const (
	tmpfsMagic = 0x01021994
	ramfsMagic = 0x858458f6
)

// memoryPlaces returns the directories that are kept in memory, of those that
// are meant for it: XDG_RUNTIME_DIR may as well be on a disk. What is there may
// still be swapped out, to a disk that we cannot choose.
func memoryPlaces(getenv func(string) string) []string {
	var places []string
	for _, dir := range []string{getenv("XDG_RUNTIME_DIR"), "/dev/shm"} {
		var st syscall.Statfs_t
		if !filepath.IsAbs(dir) || syscall.Statfs(dir, &st) != nil {
			continue
		}
		if kind := uint32(st.Type); kind == tmpfsMagic || kind == ramfsMagic {
			places = append(places, dir)
		}
	}
	return places
}

// started tells when a process started, in words that only compare with
// themselves, and whether it is alive.
func started(pid int) (start string, alive bool) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if os.IsNotExist(err) {
		// Where /proc hides the processes of others (hidepid=2), it hides one that is
		// hardened from its own person as well.
		return "", !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
	}
	// The name, in parentheses, may hold anything; the state is the first word
	// after it, the start the twentieth.
	words := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if err != nil || len(words) < 20 {
		return "", true
	}
	return words[19], words[0] != "Z" && words[0] != "X"
}

// machine names the running system, so that a process number of before the
// last start of the machine, or from another container, is told apart.
func machine() (boot, space string) {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	space, _ = os.Readlink("/proc/self/ns/pid")
	return strings.TrimSpace(string(id)), space
}
