package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// attention cancels a context when the person or the system asks us to end.
// While an editor has the terminal, ^C is not meant for us: vim uses it.
type attention struct {
	held  atomic.Int32
	other atomic.Pointer[func()]
	heard chan os.Signal
	quit  chan struct{}
	last  atomic.Pointer[func()]
}

// attend returns a context that is cancelled at the first SIGINT, SIGQUIT, SIGTERM
// or SIGHUP. The second of them kills, but for SIGHUP, and unless somebody else
// listens who is not done. The attention's stop method must be called in the end.
func attend(parent context.Context) (context.Context, *attention) {
	ctx, cancel := context.WithCancelCause(parent)
	a := &attention{heard: make(chan os.Signal, 4), quit: make(chan struct{})}
	signal.Notify(a.heard, os.Interrupt, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP)
	go a.listen(cancel)
	return ctx, a
}

func (a *attention) listen(cancel context.CancelCauseFunc) {
	defer cancel(nil)
	defer signal.Stop(a.heard)
	for {
		select {
		case <-a.quit:
			return
		case s := <-a.heard:
			if s == os.Interrupt || s == syscall.SIGQUIT {
				if other := a.other.Load(); other != nil {
					(*other)()
					continue
				}
				if a.held.Load() > 0 {
					continue
				}
			}
			cancel(newInterruption(s))
			a.listenAgain()
			return
		}
	}
}

// listenAgain has the second signal end us, with the terminal as it was.
func (a *attention) listenAgain() {
	// A hang-up comes twice by itself, from the terminal and from the shell, and
	// the second must not end what the first began to save.
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	defer signal.Stop(again)
	for {
		select {
		case <-a.quit:
			return
		case s := <-a.heard:
			if s == syscall.SIGHUP {
				continue
			}
			signal.Stop(a.heard)
			if last := a.last.Load(); last != nil {
				(*last)()
			}
			endSelf(s)
		}
	}
}

// beforeEnd has something done before a second signal ends us.
func (a *attention) beforeEnd(do func()) { a.last.Store(&do) }

// hold leaves ^C to somebody else until the function it returns is called.
func (a *attention) hold() (release func()) {
	a.held.Add(1)
	return func() { a.held.Add(-1) }
}

// instead has ^C do something else, until the function it returns is called.
func (a *attention) instead(do func()) (release func()) {
	a.other.Store(&do)
	return func() { a.other.Store(nil) }
}

// stop gives the signals back. It is called once.
func (a *attention) stop() { close(a.quit) }

// interruption is why something ended early that nothing was wrong with. It is
// a context.Canceled, whatever asked for it.
type interruption struct{ cause error }

func newInterruption(s os.Signal) interruption { return interruption{errors.New(s.String())} }

// interrupted returns why a context was cancelled.
func interrupted(ctx context.Context) interruption {
	if i, ok := errors.AsType[interruption](context.Cause(ctx)); ok {
		return i
	}
	return interruption{context.Cause(ctx)}
}

func (i interruption) Error() string { return fmt.Sprintf("interrupted (%v)", i.cause) }

func (i interruption) Unwrap() error { return i.cause }

func (i interruption) Is(target error) bool { return target == context.Canceled }
