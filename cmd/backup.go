package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func backupCommand(r *run) *cobra.Command {
	return &cobra.Command{
		Use:     "backup [FILE]",
		GroupID: groupSafe,
		Short:   "Copy the journal into a new file",
		Long: paragraphs(
			"Copies the journal as it stands at one moment, and reads the copy back before it gets its name. FILE may be a folder, such as that of a stick; without it the copy lies beside the journal. Nothing is ever written over.",
			"A backup is a journal like any other: --journal FILE opens it, and copied to the journal's place it is the journal again.",
			"The copy of a journal that is closed with a passphrase is closed too, and opens with the passphrase of that day: to change or remove one later does not reach it."),
		Example: examples("untangle backup", "untangle backup ./journal-copy.db", "untangle --journal ./journal-copy.db list"),
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			to := filepath.Dir(j.Path())
			if len(args) == 1 {
				to = args[0]
			}
			if info, err := os.Stat(to); err == nil && info.IsDir() {
				name := strings.TrimSuffix(filepath.Base(j.Path()), ".db") + r.Now().Format("-2006-01-02-150405") + ".db"
				to = filepath.Join(to, name)
			}
			bar := r.progress("Copying")
			err = j.Backup(c.Context(), to, bar.set)
			bar.done()
			if errors.Is(err, fs.ErrExist) {
				return withHint(err, "it stays as it is; choose another name")
			}
			if err == nil {
				closed := "It is open like the journal: whoever can open the file can read it."
				if j.Sealed() {
					closed = "It stays closed, and the same passphrase opens it."
				} else {
					r.rememberBackup(c.Context(), j, to)
				}
				r.say("The journal is copied to %s, and the copy was read back. %s", r.shownPath(to), closed)
			}
			return err
		},
	}
}

// backupsState is the name under which a journal remembers where its open backups are, and
// a hash of each.
const backupsState = "backups"

// rememberBackup notes an open backup, so that it is named when the journal is closed. A
// journal that takes no note is copied all the same.
func (r *run) rememberBackup(ctx context.Context, j *journal.Journal, path string) {
	full, err := filepath.Abs(path)
	if err != nil {
		return
	}
	hash, err := hashOf(full)
	if err != nil {
		return
	}
	_ = j.UpdateState(ctx, func(s *journal.State) error {
		raw, err := s.Get(backupsState)
		if err != nil {
			return err
		}
		known := exportsOf(raw)
		known[full] = hash
		if raw, err = json.Marshal(known); err != nil {
			return err
		}
		return s.Put(backupsState, raw)
	})
}

// hashOf returns the SHA-256 of a file, in hexadecimal.
func hashOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
