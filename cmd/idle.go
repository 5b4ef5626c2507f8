package cmd

import (
	"context"
	"errors"
	"time"
)

// errIdle ends a wait for somebody who may have left a closed journal open.
var errIdle = errors.New("nobody pressed a key")

// closesAfter is how long a journal that was opened with its passphrase stays open
// without a key.
func (o *options) closesAfter() time.Duration {
	d, err := time.ParseDuration(o.text("closes-after"))
	if err != nil {
		return longestIdle
	}
	return d
}

// longestIdle is the most that may be set for it.
const longestIdle = 5 * time.Minute

func checkIdle(s string) error {
	if d, err := time.ParseDuration(s); err != nil || d < time.Second || d > longestIdle {
		return errors.New("write a time from 1s to 5m, like 90s")
	}
	return nil
}

// unsealed reports whether a journal is open that its passphrase closes.
func (r *run) unsealed() bool { return r.held != nil && !r.held.Locked() }

// idling returns a context that ends as well when nobody pressed a key for too long.
func (r *run) idling(ctx context.Context) (context.Context, context.CancelFunc) {
	if !r.unsealed() {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, r.closesAfter(), errIdle)
}

// closeIdle closes the journal if a wait ended because nobody pressed a key, and clears
// what is on the screen. It reports whether it did.
func (r *run) closeIdle(waited context.Context) bool {
	if !errors.Is(context.Cause(waited), errIdle) {
		return false
	}
	r.held.Lock()
	if r.curtain != nil {
		r.curtain.fall()
	}
	r.say("The journal was closed, since no key was pressed for a while. \"untangle\" opens it again.")
	return true
}
