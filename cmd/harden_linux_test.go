package cmd

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// hardenVariable tells TestHardenChild what to do first.
const hardenVariable = "UNTANGLE_TEST_HARDEN"

// hardness is what a process can tell of its own hardening.
type hardness struct {
	Soft, Hard uint64 // of core files
	Dumpable   int
	Start      bool // whether it finds its own start and place, which drafts are told apart by
	Child      *hardness
}

// TestHardenChild is the program that the test below starts, and that starts itself
// once more, as we start an editor.
func TestHardenChild(t *testing.T) {
	do := os.Getenv(hardenVariable)
	if do == "" {
		t.Skip("the child process of TestHarden, which runs it with its variable set")
	}
	var limit unix.Rlimit
	if do == "harden" {
		if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil {
			t.Fatal(err)
		}
		limit.Cur = limit.Max
		if err := unix.Setrlimit(unix.RLIMIT_CORE, &limit); err != nil {
			t.Fatal(err)
		}
		harden()
	}
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil {
		t.Fatal(err)
	}
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, space := machine()
	h := hardness{Soft: limit.Cur, Hard: limit.Max, Dumpable: dumpable, Start: newProcess(os.Getpid()).Start != "" && space != ""}
	if do == "harden" {
		h.Child = new(hardness)
		hardnessOf(t, "look", h.Child)
	}
	if err := json.NewEncoder(os.NewFile(3, "answer")).Encode(h); err != nil {
		t.Fatal(err)
	}
}

// hardnessOf runs TestHardenChild and reads what it says.
func hardnessOf(t *testing.T, do string, into *hardness) {
	t.Helper()
	answer, say, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	c := exec.Command(os.Args[0], "-test.run=^TestHardenChild$")
	c.Env = append(os.Environ(), hardenVariable+"="+do)
	c.ExtraFiles = []*os.File{say}
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	say.Close()
	if err := json.NewDecoder(answer).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// SECURITY.md, Memory: there are no core files, nobody looks into the process, and it
// still finds what tells its drafts from those of dead processes. A program that it
// starts leaves no core file either, but is otherwise as it would be without us.
func TestHarden(t *testing.T) {
	var before, h hardness
	hardnessOf(t, "look", &before)
	hardnessOf(t, "harden", &h)
	if h.Soft != 0 || h.Dumpable != 0 || h.Hard != before.Hard || !h.Start {
		t.Errorf("the process has %+v", h)
	}
	if h.Child.Soft != 0 || h.Child.Hard != before.Hard || h.Child.Dumpable != before.Dumpable || !h.Child.Start {
		t.Errorf("a program that it starts has %+v, want %+v without core files", h.Child, before)
	}
}
