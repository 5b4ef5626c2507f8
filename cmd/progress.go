package cmd

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows on a terminal how far long work has come; anywhere else it is quiet.
// It appears only when the work takes a while.
type progress struct {
	bar   *progressbar.ProgressBar
	begun time.Time
	of    int
	make  func(of int) *progressbar.ProgressBar
}

func (r *run) progress(what string) *progress {
	out, ok := terminal(r.Err)
	p := &progress{begun: time.Now()}
	if !ok {
		return p
	}
	p.make = func(of int) *progressbar.ProgressBar {
		return progressbar.NewOptions(of,
			progressbar.OptionSetWriter(io.Writer(out)), progressbar.OptionSetDescription("   "+what),
			progressbar.OptionSetWidth(20), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(false),
			progressbar.OptionSetElapsedTime(false))
	}
	return p
}

// set says that some of the work is done. It is quick.
func (p *progress) set(done, of int) {
	if p.make == nil || p.bar == nil && time.Since(p.begun) < 300*time.Millisecond {
		return
	}
	if p.bar == nil || of != p.of {
		p.bar, p.of = p.make(of), of
	}
	_ = p.bar.Set(done)
}

// count says how much was done, where nobody knows how much there is.
func (p *progress) count(done int) { p.set(done, -1) }

// done takes the progress off the screen.
func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
