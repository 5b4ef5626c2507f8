//go:build !windows

package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// modesChild makes and uses a journal under a umask: the path, the umask.
func modesChild(args []string) {
	ctx, path := context.Background(), args[0]
	syscall.Umask(number(args[1]))
	j, err := Create(ctx, path, Options{})
	die(err)
	e, err := j.Add(ctx, Entry{Date: At(time.Now()), Text: "x"}, Beside{})
	die(err)
	_, err = j.SaveDraft(ctx, Draft{Entry: Entry{Text: "y"}})
	die(err)
	die(j.Backup(ctx, filepath.Join(filepath.Dir(path), "backup.db"), nil))
	die(j.DeleteForever(ctx, nil, e.ID))
	_, err = j.Verify(ctx, nil)
	die(err)
}

// Requirement 18, for the modes: they are 0600 and 0700 whatever the umask.
func TestModes(t *testing.T) {
	for _, umask := range []int{0, 0o022, 0o777} {
		dir := t.TempDir()
		if os.Getuid() == 0 { // what root may do proves nothing about modes, but they are the same
			t.Log("as root")
		}
		child := start(t, "modes", filepath.Join(dir, "a", "b", "journal.db"), umask)
		if _, err := child.rest(); err != nil {
			t.Errorf("umask %o: %v: %s", umask, err, child.err.String())
		}
		files := 0
		err := filepath.WalkDir(filepath.Join(dir, "a"), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			want := fs.FileMode(0o600)
			if d.IsDir() {
				want = fs.ModeDir | 0o700
			}
			if err == nil && info.Mode() != want {
				t.Errorf("umask %o: %s is %v, want %v", umask, d.Name(), info.Mode(), want)
			}
			files++
			return err
		})
		if err != nil || files < 5 {
			t.Errorf("umask %o: %d files, %v", umask, files, err)
		}
	}
}

// limitedChild writes under a limit on the size of files: the path.
func limitedChild(args []string) {
	ctx := context.Background()
	j, err := Open(ctx, args[0], Options{})
	die(err)
	var was syscall.Rlimit
	die(syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
	die(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 300 << 10, Max: was.Max}))
	for n := 0; ; n++ {
		text := fmt.Sprint("text-", n, strings.Repeat("x", 2000))
		if _, err := j.Add(ctx, Entry{Date: At(time.Now()), Text: text}, Beside{}); err != nil {
			fmt.Println("refused", oneLine(err))
			break
		}
		fmt.Println(text)
	}
	die(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was))
	_, err = j.Add(ctx, Entry{Date: At(time.Now()), Text: "text-after"}, Beside{})
	die(err)
	fmt.Println("text-after")
}

func TestLimitedFile(t *testing.T) {
	j := made(t)
	child := start(t, "limited", j.Path())
	lines, err := child.rest()
	if err != nil {
		t.Fatalf("%v: %s", err, child.err.String())
	}
	want := slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return strings.HasPrefix(s, "refused") })
	got := texts(all(t, j, Query{}))
	slices.Sort(want)
	slices.Sort(got)
	if len(want) == len(lines) || !slices.Equal(got, want) {
		t.Errorf("%d entries, %d were acknowledged, in %d lines", len(got), len(want), len(lines))
	}
}

// smallDisk mounts a file system in memory of so many KiB.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk", size), "tmpfs", dir).CombinedOutput()
	if err != nil {
		t.Skipf("no file system can be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("%v %s", err, out)
		}
	})
	return dir
}

// crowd leaves so many bytes free on the disk, and returns the file that takes the rest.
func crowd(t *testing.T, dir string, free int64) string {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "filler")
	if n := int64(s.Bavail)*int64(s.Bsize) - free; n > 0 {
		if err := os.WriteFile(path, make([]byte, n), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// Requirement 15: a full disk takes nothing of what was acknowledged.
func TestFullDiskAdding(t *testing.T) {
	dir := smallDisk(t, 2048)
	filler := crowd(t, dir, 1<<20)
	path := filepath.Join(dir, "journal.db")
	j, err := Create(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	refused := 0
	for n := 0; refused < 5 && n < 5000; n++ {
		text := fmt.Sprint(n, strings.Repeat("x", 3000))
		_, err := j.Add(t.Context(), Entry{Date: At(noon), Text: text}, Beside{})
		if err == nil {
			want = append(want, text)
			continue
		}
		if refused++; !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "the disk is full") {
			t.Errorf("the error is %v", err)
		}
	}
	if refused == 0 || len(want) < 50 {
		t.Fatalf("%d kept, %d refused", len(want), refused)
	}
	whole(t, j)
	if got := texts(all(t, j, Query{Oldest: true})); !slices.Equal(got, want) {
		t.Errorf("%d entries, want %d", len(got), len(want))
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	add(t, j, Entry{Text: "after"})
	if got := all(t, j, Query{}); len(got) != len(want)+1 {
		t.Errorf("%d entries after making room, want %d", len(got), len(want)+1)
	}
	whole(t, j)
}

// Requirement 15, for all else that writes.
func TestFullDiskOtherwise(t *testing.T) {
	dir := smallDisk(t, 4096)
	path := filepath.Join(dir, "journal.db")
	j, err := Create(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range 200 {
		e := add(t, j, Entry{Text: fmt.Sprint("kept ", i, strings.Repeat("y", 2000))})
		want = append(want, e.Text)
	}
	for name, act := range map[string]func() error{
		"compact": func() error { _, _, err := j.Compact(t.Context(), nil); return err },
		"backup":  func() error { return j.Backup(t.Context(), filepath.Join(dir, "backup.db"), nil) },
		"draft": func() error {
			d, err := j.SaveDraft(t.Context(), Draft{Entry: Entry{Text: strings.Repeat("z", 2<<20)}})
			return errors.Join(err, j.DropDraft(t.Context(), d.Number))
		},
		"import": func() error {
			_, err := j.Import(t.Context(), func(yield func(*Entry, error) bool) {
				for i := range 1000 {
					if !yield(&Entry{Date: Day(2001, 1, 1+i), Text: fmt.Sprint("brought ", i, strings.Repeat("y", 1000))}, nil) {
						return
					}
				}
			}, nil)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			filler := crowd(t, dir, 64<<10)
			if err := act(); !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "the disk is full") {
				t.Errorf("the error is %v", err)
			}
			whole(t, j)
			if got := texts(all(t, j, Query{Oldest: true, To: At(noon), From: At(noon)})); !slices.Equal(got, want) {
				t.Errorf("%d entries, want %d", len(got), len(want))
			}
			if left := beside(t, path); !slices.Equal(left, []string{"filler"}) {
				t.Errorf("beside it there is %v", left)
			}
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			if name == "compact" || name == "backup" { // the others need more room than there is
				if err := act(); err != nil {
					t.Errorf("after making room: %v", err)
				}
				os.Remove(filepath.Join(dir, "backup.db"))
			}
			add(t, j, Entry{Date: Day(2027, 1, 1), Text: "after"})
			whole(t, j)
		})
	}
}
