package journal

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

// PlainCopies returns the files beside the journal that hold the same journal and are not
// sealed: backups under the names that Backup and Open give, as far as they can be read.
func (j *Journal) PlainCopies(ctx context.Context) (paths []string, err error) {
	dir, name := filepath.Split(j.path)
	files, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return nil, j.wrap(err)
	}
	stem := strings.TrimSuffix(name, ".db")
	for _, f := range files {
		path := filepath.Join(dir, f.Name())
		if !f.Type().IsRegular() || f.Name() == name || strings.HasSuffix(f.Name(), ".lock") || !strings.HasPrefix(f.Name(), stem) {
			continue
		}
		_, missing := os.Lstat(path + ".lock")
		h, err := newJournal(path, Options{}).readHeader(ctx)
		if missing != nil {
			os.Remove(path + ".lock")
		}
		if err == nil && h.store == j.store && h.sealed == 0 {
			paths = append(paths, path)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return paths, nil
}
