package format

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"untangle/journal"
)

func export(t *testing.T, dir string, entries ...*journal.Entry) FolderReport {
	t.Helper()
	report, err := Folder(t.Context(), dir, stream(entries), Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkFolder(t, dir)
	return report
}

// checkFolder checks that an export left nothing unfinished.
func checkFolder(t *testing.T, dir string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(dir, tempStart+"*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %q, %v", left, err)
	}
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func wantReport(t *testing.T, got, want FolderReport) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("report %+v, want %+v", got, want)
	}
}

// days returns entries of successive days, with the texts.
func days(texts ...string) (entries []*journal.Entry) {
	for i, text := range texts {
		entries = append(entries, &journal.Entry{Date: when("2026-03-10").AddDays(i), Text: text})
	}
	return entries
}

func TestFolderGolden(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	wantReport(t, export(t, dir, samples()...), FolderReport{Added: 4})
	var all strings.Builder
	for _, name := range []string{"2024-01-31.md", "2025-01-03.md", "2026-01-03.md", "2026-03-10.md", manifestName} {
		fmt.Fprintf(&all, "-- %s --\n%s", name, read(t, dir, name))
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	golden(t, "folder.txt", all.String())
	info, err := os.Stat(dir)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("%s: %v, %v", dir, info.Mode(), err)
	}
}

func TestFolderAgain(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "2026-03-12.md", "a note of their own")
	write(t, dir, "ideas.md", "ideas")
	if err := os.Mkdir(filepath.Join(dir, "2026-03-13.md"), 0o700); err != nil {
		t.Fatal(err)
	}
	own := []Untouched{{"2026-03-12.md", NotOurs}, {"2026-03-13.md", NotOurs}}
	wantReport(t, export(t, dir, days("a", "b", "c", "d", "e")...), FolderReport{Added: 3, Untouched: own})
	before := read(t, dir, manifestName)
	wantReport(t, export(t, dir, days("a", "b", "c", "d", "e")...), FolderReport{Same: 3, Untouched: own})
	if after := read(t, dir, manifestName); after != before {
		t.Errorf("%s, want %s", after, before)
	}

	write(t, dir, "2026-03-11.md", "changed")
	changed := append([]Untouched{{"2026-03-11.md", ChangedSince}}, own...)
	wantReport(t, export(t, dir, days("A", "B", "c", "d", "e", "f")...), FolderReport{Added: 1, Updated: 1, Same: 1, Untouched: changed})
	if got := read(t, dir, "2026-03-11.md"); got != "changed" {
		t.Errorf("a changed note became %q", got)
	}

	gone := []Untouched{{"2026-03-11.md", NoEntries}, {"2026-03-14.md", NoEntries}, {"2026-03-15.md", NoEntries}}
	wantReport(t, export(t, dir, days("A")...), FolderReport{Same: 1, Untouched: gone})
	wantReport(t, export(t, dir, days("A")...), FolderReport{Same: 1, Untouched: gone})

	// A note taken away is written again, and one put back as it was is ours again.
	if err := os.Remove(filepath.Join(dir, "2026-03-10.md")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "2026-03-14.md")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "2026-03-11.md", string(appendNote(nil, days("a", "b")[1:], newProse(2))))
	wantReport(t, export(t, dir, days("A", "BB")...), FolderReport{Added: 1, Updated: 1, Untouched: gone[2:]})
	if got := read(t, dir, "2026-03-12.md") + read(t, dir, "ideas.md"); got != "a note of their ownideas" {
		t.Errorf("notes of their own became %q", got)
	}
}

// TestFolderInterrupted breaks off an export at every place where that can be seen
// from outside, with other texts each time, and has the next one end what it began.
func TestFolderInterrupted(t *testing.T) {
	broken := errors.New("broken")
	for after := range 4 {
		dir := t.TempDir()
		export(t, dir, days("a", "b", "c")...)
		for _, version := range []string{"1", "2"} {
			_, err := Folder(t.Context(), dir, func(yield func(*journal.Entry, error) bool) {
				for _, e := range days("a"+version, "b"+version, "c"+version)[:min(after, 3)] {
					if !yield(e, nil) {
						return
					}
				}
				yield(nil, broken)
			}, Options{})
			if !errors.Is(err, broken) {
				t.Fatalf("error %v", err)
			}
			checkFolder(t, dir)
		}
		// The crash came in the middle of a line, and of a note.
		log, err := os.OpenFile(filepath.Join(dir, manifestName), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(log, "0123abc")
		log.Close()
		write(t, dir, tempStart+"abc"+tempEnd, "half")
		yesterday := time.Now().Add(-25 * time.Hour)
		if err := os.Chtimes(filepath.Join(dir, tempStart+"abc"+tempEnd), yesterday, yesterday); err != nil {
			t.Fatal(err)
		}
		wantReport(t, export(t, dir, days("a3", "b3", "c3")...), FolderReport{Updated: 3})
		if n := strings.Count(read(t, dir, manifestName), "\n"); n != 3 {
			t.Errorf("%d lines, want 3", n)
		}
	}
}

// TestFolderIntent leaves the folder as it is when the power fails between the
// manifest's line and the note: the note has its old content.
func TestFolderIntent(t *testing.T) {
	dir := t.TempDir()
	export(t, dir, days("a")...)
	old := read(t, dir, "2026-03-10.md")
	manifest := read(t, dir, manifestName)
	export(t, dir, days("b")...)
	write(t, dir, "2026-03-10.md", old)
	write(t, dir, manifestName, manifest+read(t, dir, manifestName))
	// An export of other days puts nothing in order that it has not seen.
	export(t, dir, days("x", "y")[1:]...)
	wantReport(t, export(t, dir, days("c", "y")...), FolderReport{Updated: 1, Same: 1})
}

func TestFolderCancelled(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	report, err := Folder(ctx, dir, func(yield func(*journal.Entry, error) bool) {
		for i, e := range days("a", "b", "c") {
			if i == 2 {
				cancel()
			}
			if !yield(e, nil) {
				return
			}
		}
	}, Options{})
	if !errors.Is(err, context.Canceled) || report.Added != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	checkFolder(t, dir)
	wantReport(t, export(t, dir, days("a", "b", "c")...), FolderReport{Added: 2, Same: 1})
}

func TestFolderOrder(t *testing.T) {
	entries := days("a", "b")
	if _, err := Folder(t.Context(), t.TempDir(), stream([]*journal.Entry{entries[1], entries[0]}), Options{}); err == nil {
		t.Error("newest first was taken")
	}
}

func TestFolderLinks(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	write(t, outside, "secret.md", "secret")
	write(t, dir, "own.md", "own")
	for name, target := range map[string]string{
		"2026-03-10.md": filepath.Join(outside, "secret.md"), "2026-03-11.md": "own.md", "2026-03-12.md": "nowhere", "2026-03-13.md": "../x",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	report := export(t, dir, days("a", "b", "c", "d")...)
	if len(report.Untouched) != 4 || report.Added != 0 {
		t.Errorf("report %+v", report)
	}
	if got := read(t, outside, "secret.md") + read(t, dir, "own.md"); got != "secretown" {
		t.Errorf("behind links: %q", got)
	}
	if err := os.Symlink("own.md", filepath.Join(dir, manifestName)); err != nil {
		t.Fatal(err)
	}
	if _, err := Folder(t.Context(), dir, stream(days("a")), Options{}); err == nil {
		t.Error("a link was taken for the manifest")
	}
	if got := read(t, dir, "own.md"); got != "own" {
		t.Errorf("behind the link: %q", got)
	}
}

func TestFolderManifest(t *testing.T) {
	line := strings.Repeat("0", 64) + "  "
	for _, content := range []string{"hello\n", line + "../x.md\n", line + "2026-13-01.md\n", line + "2026-03-10.md.md\n", "00  2026-03-10.md\n", "\n"} {
		dir := t.TempDir()
		write(t, dir, manifestName, content)
		if _, err := Folder(t.Context(), dir, stream(days("a")), Options{}); err == nil || !strings.Contains(err.Error(), "move it away") {
			t.Errorf("%q: error %v", content, err)
		}
		if _, err := os.Lstat(filepath.Join(dir, "2026-03-10.md")); err == nil {
			t.Errorf("%q: a note was written", content)
		}
		if got := read(t, dir, manifestName); got != content {
			t.Errorf("%q became %q", content, got)
		}
	}
}

func TestFolderFails(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "file", "")
	if _, err := Folder(t.Context(), filepath.Join(dir, "file"), stream(days("a")), Options{}); err == nil {
		t.Error("a file was taken for a folder")
	}
	if _, err := Folder(t.Context(), dir, stream([]*journal.Entry{{Text: "a", Date: when("9999-12-31").AddDays(1)}}), Options{}); err == nil {
		t.Error("the year 10000 was taken")
	}
	checkFolder(t, dir)
}
