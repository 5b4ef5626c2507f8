package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// Some tests have the system fail, or the process die, at each write, sync, rename and
// the like, one after the other. A child, faults, runs another under ptrace. That one
// asks for a fault with a system call that otherwise does nothing: getpgid of askFault,
// with the number of the call that is to fail, and the error, or 0 for death.
const askFault = 0x756e7467

// ask has the n-th call from now on fail, none if n is 0. It returns how many there were
// since it was asked before, or less than 0 without a tracer.
func ask(n int, errno syscall.Errno) int {
	had, _, failed := syscall.RawSyscall(syscall.SYS_GETPGID, askFault, uintptr(n), uintptr(errno))
	if failed != 0 {
		return -1
	}
	return int(had)
}

// sysRenameAt2 is the one that package syscall has no name for.
const sysRenameAt2 = 316

// mayFail reports whether a call is one that changes files, or opens one to change it.
func mayFail(r *syscall.PtraceRegs) bool {
	switch r.Orig_rax {
	case syscall.SYS_PWRITE64, syscall.SYS_FSYNC, syscall.SYS_FDATASYNC, syscall.SYS_FTRUNCATE,
		syscall.SYS_RENAME, syscall.SYS_RENAMEAT, sysRenameAt2, syscall.SYS_LINKAT, syscall.SYS_UNLINKAT,
		syscall.SYS_FCHMOD, syscall.SYS_FCHMODAT:
		return true
	case syscall.SYS_OPENAT:
		return r.Rdx&(syscall.O_WRONLY|syscall.O_RDWR|syscall.O_CREAT) != 0
	}
	return false
}

// tracer is what faults knows of the child that it traces.
type tracer struct {
	child    int
	count    int
	at       int
	errno    int
	results  map[int]int // by thread, what the call it is in is to return
	unwaited bool        // something was written, and the disk not waited for
}

// call handles a stop of a thread before or behind a system call.
func (tr *tracer) call(thread int) {
	var r syscall.PtraceRegs
	if syscall.PtraceGetRegs(thread, &r) != nil {
		return
	}
	if result, ok := tr.results[thread]; ok {
		delete(tr.results, thread)
		r.Rax = uint64(result)
		_ = syscall.PtraceSetRegs(thread, &r)
		return
	}
	if int64(r.Rax) != -int64(syscall.ENOSYS) {
		return // behind the call
	}
	switch {
	case r.Orig_rax == syscall.SYS_GETPGID && r.Rdi == askFault:
		tr.results[thread] = tr.count
		tr.count, tr.at, tr.errno, tr.unwaited = 0, int(r.Rsi), int(r.Rdx), false
	case mayFail(&r):
		switch r.Orig_rax {
		case syscall.SYS_PWRITE64, syscall.SYS_FTRUNCATE:
			tr.unwaited = true
		case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
			tr.unwaited = false
		case syscall.SYS_RENAME, syscall.SYS_RENAMEAT, sysRenameAt2:
			if tr.unwaited {
				fmt.Println("renamed before the disk was waited for")
			}
		}
		tr.count++
		if tr.count != tr.at {
			return
		}
		if tr.errno == 0 {
			_ = syscall.Kill(tr.child, syscall.SIGKILL)
			return
		}
		tr.results[thread] = -tr.errno
		r.Orig_rax = ^uint64(0) // no call at all
		_ = syscall.PtraceSetRegs(thread, &r)
	}
}

// faultsChild runs the child that it is told, with its arguments, under ptrace.
func faultsChild(args []string) {
	runtime.LockOSThread()
	die(os.Setenv(childName, args[0]))
	p, err := os.StartProcess(os.Args[0], append([]string{os.Args[0]}, args[1:]...), &os.ProcAttr{
		Files: []*os.File{nil, os.Stdout, os.Stderr}, Sys: &syscall.SysProcAttr{Ptrace: true, Pdeathsig: syscall.SIGKILL},
	})
	die(err)
	var status syscall.WaitStatus
	_, err = syscall.Wait4(p.Pid, &status, 0, nil)
	die(err)
	const sysGood, exitKill = 1, 0x100000
	die(syscall.PtraceSetOptions(p.Pid, sysGood|exitKill|syscall.PTRACE_O_TRACECLONE))
	die(syscall.PtraceSyscall(p.Pid, 0))
	tr := &tracer{child: p.Pid, results: make(map[int]int)}
	for {
		thread, err := syscall.Wait4(-1, &status, syscall.WALL, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		die(err)
		signal := 0
		switch {
		case status.Exited() && thread == p.Pid:
			os.Exit(status.ExitStatus())
		case status.Signaled() && thread == p.Pid:
			os.Exit(9)
		case !status.Stopped():
			continue
		case status.StopSignal() == syscall.SIGTRAP|0x80:
			tr.call(thread)
		case status.StopSignal() == syscall.SIGTRAP, status.StopSignal() == syscall.SIGSTOP:
		default:
			signal = int(status.StopSignal())
		}
		_ = syscall.PtraceSyscall(thread, signal)
	}
}

// sealWork are the ways to change what opens a journal. The journal is sealed for "old"
// and "other", or plain, before, and opens with "old" or "new", or is plain, after.
func sealWork() map[string]func(context.Context, *Journal) error {
	return map[string]func(context.Context, *Journal) error{
		"encrypt": func(ctx context.Context, j *Journal) error { return j.Seal(ctx, nil, phrase("new")) },
		"rekey":   func(ctx context.Context, j *Journal) error { return j.Seal(ctx, nil, phrase("new")) },
		"decrypt": func(ctx context.Context, j *Journal) error { return j.Unseal(ctx, nil) },
		"change":  func(ctx context.Context, j *Journal) error { return j.ChangeSecret(ctx, 0, phrase("new")) },
		"add":     func(ctx context.Context, j *Journal) error { return j.AddSecret(ctx, phrase("new")) },
		"remove":  func(ctx context.Context, j *Journal) error { return j.RemoveSecret(ctx, 1) },
		"write": func(ctx context.Context, j *Journal) error {
			_, err := j.Add(ctx, Entry{ID: ID{5}, Date: Day(2026, 5, 5), Text: "new"}, Beside{})
			return err
		},
		"leave": func(ctx context.Context, j *Journal) error {
			return leave(ctx, j.Path(), Entry{ID: ID{5}, Date: Day(2026, 5, 5), Text: "new"})
		},
	}
}

// faultyChild does one kind of work again and again: the path of the journal as it was
// before, the work, and either "fail" or the number of the call at which it is to die.
func faultyChild(args []string) {
	ctx, work := context.Background(), args[1]
	if args[2] != "fail" {
		j, err := enterAt(ctx, args[0], phrase("old"))
		die(err)
		ask(number(args[2]), 0)
		die(sealWork()[work](ctx, j))
		fmt.Println("calls", ask(0, 0))
		return
	}
	before, err := os.ReadFile(args[0])
	die(err)
	for n := 1; ; n++ {
		path := filepath.Join(filepath.Dir(args[0]), fmt.Sprint(n), "journal.db")
		die(errors.Join(os.Mkdir(filepath.Dir(path), 0o700), os.WriteFile(path, before, 0o600)))
		j, err := enterAt(ctx, path, phrase("old"))
		die(err)
		errno := []syscall.Errno{syscall.EIO, syscall.ENOSPC}[n%2]
		if ask(n, errno) < 0 {
			fmt.Println("untraced")
			return
		}
		err = sealWork()[work](ctx, j)
		if calls := ask(0, 0); calls < n {
			die(err)
			fmt.Println("calls", calls)
			return
		}
		fmt.Println("fault", n, err == nil)
	}
}

// settled makes sure that a journal whose change was interrupted is the one of before or
// that of after, whole, and that the next opening leaves nothing beside it.
func settled(t *testing.T, path, want, work string, changed bool) {
	t.Helper()
	j, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("it does not open: %v", err)
	}
	isNew := false
	if j.Sealed() {
		if isNew = j.Unlock(t.Context(), phrase("new")) == nil; !isNew {
			err = j.Unlock(t.Context(), phrase("old"))
		}
		if err != nil {
			t.Fatalf("neither the old nor the new passphrase opens it: %v", err)
		}
	}
	whole(t, j)
	got, err := contents(t.Context(), path, phrase("old"), phrase("new"))
	if err != nil {
		t.Fatal(err)
	}
	switch work {
	case "write", "leave":
		lines := slices.DeleteFunc(strings.Split(got, "\n"), func(l string) bool { return strings.HasSuffix(l, "-05new") || strings.Contains(l, "2026-05-05") })
		isNew = len(lines) < len(strings.Split(got, "\n"))
		got = strings.Join(lines, "\n")
	case "decrypt":
		isNew = !j.Sealed()
	case "remove":
		isNew = errors.Is(j.Unlock(t.Context(), phrase("other")), ErrWrongSecret)
	}
	if got != want {
		t.Errorf("it holds something else than before")
	}
	if changed && !isNew {
		t.Errorf("it was said to be done, and is not")
	}
	if left := beside(t, path); len(left) > 0 {
		t.Errorf("beside it lies %v", left)
	}
}

// Requirements 12 and 15: every write, sync, rename and the like of what changes a
// journal's locks fails once, and the program is killed before each. The journal opens
// with the old passphrase or the new one, and is complete; nothing stays beside it.
func TestFaultsWhileSealing(t *testing.T) {
	for work := range sealWork() {
		t.Run(work, func(t *testing.T) {
			t.Parallel()
			dir := quickDir(t)
			path := filepath.Join(dir, "journal.db")
			secrets := []Secret{phrase("old"), phrase("other")}
			if work == "encrypt" {
				secrets = nil
			}
			j := sealedAt(t, path, secrets...)
			few(t, j)
			want, err := contents(t.Context(), path, phrase("old"), phrase("new"))
			if err != nil {
				t.Fatal(err)
			}
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			p := start(t, "faults", "faulty", path, work, "fail")
			lines, err := p.rest()
			if err != nil && strings.Contains(p.err.String(), "not permitted") || len(lines) == 1 && lines[0] == "untraced" {
				t.Skip("no process can be traced here")
			}
			if err != nil || len(lines) == 0 {
				t.Fatalf("%v: %s", err, p.err.String())
			}
			calls, faults := 0, 0
			for _, line := range lines {
				if strings.HasPrefix(line, "renamed") {
					t.Error(line)
				}
				var n int
				var done bool
				if c, _ := fmt.Sscanf(line, "fault %d %t", &n, &done); c == 2 {
					faults++
					if settled(t, filepath.Join(dir, fmt.Sprint(n), "journal.db"), want, work, done); t.Failed() {
						t.Fatalf("after fault %d, done %v", n, done)
					}
				}
				fmt.Sscanf(line, "calls %d", &calls)
			}
			if calls < 5 || faults != calls {
				t.Fatalf("%d faults in %d calls", faults, calls)
			}
			for n := 1; n <= calls; n++ {
				path := filepath.Join(dir, fmt.Sprint("killed", n), "journal.db")
				if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o700), os.WriteFile(path, before, 0o600)); err != nil {
					t.Fatal(err)
				}
				p := start(t, "faults", "faulty", path, work, n)
				if lines, err := p.rest(); err == nil {
					t.Fatalf("it was not killed at call %d: %s", n, lines)
				}
				if settled(t, path, want, work, false); t.Failed() {
					t.Fatalf("after being killed at call %d", n)
				}
			}
			t.Log(calls, "calls")
		})
	}
}
