package cmd

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"untangle/journal"
)

// folderKeyring is a keyring of files in a folder. Without a folder there is none.
type folderKeyring string

func (k folderKeyring) file(service, name string) (string, error) {
	if k == "" {
		return "", errNoKeyring
	}
	return filepath.Join(string(k), service+"-"+name), nil
}

func (k folderKeyring) Set(service, name, secret string) error {
	path, err := k.file(service, name)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(secret), 0o600)
}

func (k folderKeyring) Get(service, name string) (string, error) {
	path, err := k.file(service, name)
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(path)
	return string(b), err
}

func (k folderKeyring) Delete(service, name string) error {
	path, err := k.file(service, name)
	if err != nil {
		return err
	}
	return os.Remove(path)
}

// A keyring that waits for its owner, breaks off or is not there stops nobody.
func TestWithKeyring(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		do   func() error
		want error
	}{
		"answers": {func() error { return nil }, nil},
		"refuses": {func() error { return broken }, broken},
		"breaks":  {func() error { panic("a secret") }, errNoKeyring},
		"waits":   {func() error { time.Sleep(time.Hour); return nil }, errSlowKeyring},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				if err := withKeyring(t.Context(), keyringPatience, c.do); !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
				if took := time.Since(begun); took > keyringPatience {
					t.Errorf("it took %v", took)
				}
				time.Sleep(2 * time.Hour) // until what was left alone has ended
			})
		})
	}
}

func TestWithKeyringInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := withKeyring(ctx, time.Hour, func() error { time.Sleep(time.Minute); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
		time.Sleep(time.Hour)
	})
}

// What a keyring holds is tried as it is, and what is no key of ours is not tried.
func TestTryKeyring(t *testing.T) {
	t.Parallel()
	folder := folderKeyring(t.TempDir())
	r := &run{World: World{Keyring: folder}}
	secret := journal.NewKeyring()
	want := slices.Clone(secret.Bytes)
	var tried []byte
	try := func(s journal.Secret) error {
		tried = slices.Clone(s.Bytes)
		if s.Kind != journal.Keyring {
			t.Errorf("tried as %v", s.Kind)
		}
		return nil
	}
	if r.tryKeyring(t.Context(), "store", try) || tried != nil {
		t.Error("an empty keyring opened it")
	}
	if err := r.rememberIn(t.Context(), "store", secret); err != nil {
		t.Fatal(err)
	}
	if !r.tryKeyring(t.Context(), "store", try) || !slices.Equal(tried, want) {
		t.Errorf("tried %v, want %v", tried, want)
	}
	tried = nil
	if err := folder.Set(keyringService, "store", "!"+base64.StdEncoding.EncodeToString(want)); err != nil {
		t.Fatal(err)
	}
	if r.tryKeyring(t.Context(), "store", try) || tried != nil {
		t.Error("what is no key was tried")
	}
	if r.tryKeyring(t.Context(), "another", try) {
		t.Error("another journal's key opened it")
	}
}
