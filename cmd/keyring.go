package cmd

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/zalando/go-keyring"
	"untangle/journal"
)

// Keyring holds secrets for an account of this computer, by a service and a name.
type Keyring interface {
	Set(service, name, secret string) error
	Get(service, name string) (string, error)
	Delete(service, name string) error
}

const (
	// keyringService is what our secrets are filed under in a keyring.
	keyringService = "untangle"
	// keyringPatience is how long a keyring may take where nobody waits for it.
	keyringPatience = 3 * time.Second
	// keyringTurn is how long a keyring may take that somebody is just asked to open.
	keyringTurn = 20 * time.Second
)

// The occasions on which a keyring does not do what it is asked for.
var (
	errNoKeyring   = errors.New("no keyring runs here")
	errSlowKeyring = errors.New("the keyring does not answer")
)

// systemKeyring is the keyring of the system: the Secret Service, the Keychain, the
// Credential Manager.
type systemKeyring struct{}

func (systemKeyring) Set(service, name, secret string) error {
	if !keyringRuns() {
		return errNoKeyring
	}
	return keyring.Set(service, name, secret)
}

func (systemKeyring) Get(service, name string) (string, error) {
	if !keyringRuns() {
		return "", errNoKeyring
	}
	return keyring.Get(service, name)
}

func (systemKeyring) Delete(service, name string) error {
	if !keyringRuns() {
		return errNoKeyring
	}
	err := keyring.Delete(service, name)
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// keyringRuns reports whether there may be a keyring. Where there is no message bus one
// would be started to ask on, and stay behind.
func keyringRuns() bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return true
	}
	if at := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); at != "" {
		return at != "autolaunch:"
	}
	for _, name := range []string{"bus", "dbus-session"} {
		if _, err := os.Stat(filepath.Join("/run/user", strconv.Itoa(os.Getuid()), name)); err == nil {
			return true
		}
	}
	return false
}

// tryKeyring tries the secret that the system's keyring holds for a journal.
func (r *run) tryKeyring(ctx context.Context, store string, try func(journal.Secret) error) bool {
	var held string
	err := withKeyring(ctx, keyringPatience, func() (err error) {
		held, err = r.Keyring.Get(keyringService, store)
		return err
	})
	if err != nil {
		return false
	}
	secret, err := base64.StdEncoding.DecodeString(held)
	defer clear(secret)
	return err == nil && try(journal.Secret{Kind: journal.Keyring, Bytes: secret}) == nil
}

// rememberIn puts a secret for a journal into the keyring.
func (r *run) rememberIn(ctx context.Context, store string, secret journal.Secret) error {
	return withKeyring(ctx, keyringTurn, func() error {
		return r.Keyring.Set(keyringService, store, base64.StdEncoding.EncodeToString(secret.Bytes))
	})
}

// forgetIn removes the secret for a journal from the keyring, if there is one.
func (r *run) forgetIn(ctx context.Context, store string) error {
	return withKeyring(ctx, keyringTurn, func() error { return r.Keyring.Delete(keyringService, store) })
}

// withKeyring does something with a keyring, and does not wait for ever: it may ask its
// owner for a password, or be gone. What it does after that is left alone.
func withKeyring(ctx context.Context, patience time.Duration, do func() error) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- errNoKeyring // a panic's value may hold the secret
			}
		}()
		done <- do()
	}()
	select {
	case err := <-done:
		if err != nil && !errors.Is(err, errNoKeyring) {
			return fmt.Errorf("the keyring says: %w", err)
		}
		return err
	case <-time.After(patience):
		return errSlowKeyring
	case <-ctx.Done():
		return interrupted(ctx)
	}
}
