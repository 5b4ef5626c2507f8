package cmd

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"untangle/journal"
)

// plainCopy is a file that can be read by whoever opens it, and has of the journal.
type plainCopy struct {
	path string
	is   string // what it is, for people
	mine bool   // whether it is as untangle wrote it, so that untangle may remove it
}

// plainCopies returns the open copies of the journal that are known of: backups beside it,
// and its exports.
func (r *run) plainCopies(ctx context.Context, j *journal.Journal) (copies []plainCopy, err error) {
	backups, err := j.PlainCopies(ctx)
	if err != nil {
		return nil, err
	}
	raw, err := j.State(ctx, backupsState)
	if err != nil {
		return nil, err
	}
	noted := exportsOf(raw)
	for path := range noted {
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && !slices.Contains(backups, path) {
			backups = append(backups, path)
		}
	}
	slices.Sort(backups)
	for _, path := range backups {
		hash, err := hashOf(path)
		if err == nil && slices.Contains(slices.Collect(maps.Values(noted)), hash) {
			copies = append(copies, plainCopy{path, "a backup", true})
		} else {
			copies = append(copies, plainCopy{path, "a copy, which may hold more", false})
		}
	}
	if raw, err = j.State(ctx, exportsState); err != nil {
		return nil, err
	}
	known := exportsOf(raw)
	for _, path := range slices.Sorted(maps.Keys(known)) {
		info, err := os.Lstat(path)
		switch {
		case err != nil:
		case known[path] == "" && info.IsDir():
			copies = append(copies, plainCopy{path, "a folder of notes", false})
		case !info.Mode().IsRegular() || closedExport(path):
		case mayReplace(path, known[path]) == nil:
			copies = append(copies, plainCopy{path, "an export", true})
		default:
			copies = append(copies, plainCopy{path, "an export, changed since", false})
		}
	}
	return copies, nil
}

// closedExport reports whether an export is encrypted.
func closedExport(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head)
	return encryptedWithAge(head[:n])
}

// offerRemoval lists the open copies, and removes those that somebody wants removed.
func (r *run) offerRemoval(ctx context.Context, copies []plainCopy, all bool) error {
	if len(copies) == 0 {
		return nil
	}
	r.say("Whoever can open these can still read what was written so far:")
	for _, c := range copies {
		r.say("  %s (%s)", r.shownPath(c.path), c.is)
	}
	var stay []string
	copies = slices.DeleteFunc(copies, func(c plainCopy) bool {
		if !c.mine {
			stay = append(stay, r.shownPath(c.path))
		}
		return !c.mine
	})
	if len(stay) > 0 {
		r.say("What untangle did not write, or was changed since, is for you to remove: %s. Copies elsewhere are not known here.", strings.Join(stay, ", "))
	} else {
		r.say("Copies elsewhere are not known here.")
	}
	if len(copies) == 0 || !all && !r.interactive() {
		return nil
	}
	letter := "a"
	if !all {
		var err error
		if letter, err = r.askRemoval(ctx, len(copies)); err != nil || letter == "" {
			return err
		}
	}
	removed := 0
	for _, c := range copies {
		if letter == "o" {
			r.tell(r.shownPath(c.path) + " (" + c.is + ")")
			answer, err := r.ask.letter(ctx, []answer{{"", "keep"}, {"y", "remove"}}, nil)
			if err != nil {
				return err
			}
			if answer == "" {
				continue
			}
		}
		if err := os.Remove(c.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			r.say("%s stays, since it could not be removed: %v", r.shownPath(c.path), err)
			continue
		}
		os.Remove(c.path + ".lock") // of a backup that was opened
		removed++
	}
	if removed > 0 {
		r.say("%s removed. That does not reach other backups, nor what the disk keeps of a file that was removed.", counted(removed, "file was", "files were"))
	}
	return nil
}

// askRemoval asks what is to become of open copies.
func (r *run) askRemoval(ctx context.Context, n int) (string, error) {
	ways := []answer{{"", "keep them"}, {"a", "remove them"}, {"o", "one by one"}, {"h", "help"}}
	if n == 1 {
		ways = []answer{{"", "keep it"}, {"a", "remove it"}, {"h", "help"}}
	}
	for {
		r.show("")
		letter, err := r.ask.letter(ctx, ways, nil)
		if err != nil || letter != "h" {
			return letter, err
		}
		if err := r.helpPage(ctx); err != nil {
			return "", err
		}
	}
}
