package journal

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// cheapFile is an empty sealed journal for the tests of the program, which run it as it is
// built, hundreds of times: to try a passphrase of it costs next to nothing. The program
// itself makes none like it. "The heron" opens it.
const cheapFile = "../cmd/testdata/sealed.db.gz"

// TestCheapFile makes that journal, if there is none and the test is run with -update.
func TestCheapFile(t *testing.T) {
	t.Parallel()
	packed, err := os.ReadFile(cheapFile)
	if errors.Is(err, fs.ErrNotExist) && *update {
		packed = packedCheap(t)
		err = os.WriteFile(cheapFile, packed, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	path := filepath.Join(quickDir(t), "journal.db")
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	j := unlocked(t, path, phrase("the heron"))
	whole(t, j)
	err = j.view(t.Context(), func(t *tx) error {
		lock, err := t.header.lock()
		if err == nil && (len(lock.Slots) != 1 || lock.Slots[0].Cost != cheaply(&Journal{}).cost) {
			err = errors.New("it is not cheap")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func packedCheap(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile(sealedJournal(t, phrase("the heron")).Path())
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(b)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}
