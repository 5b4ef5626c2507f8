package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// page is what somebody writes on.
type page struct {
	question string                  // shown above a rule, never scrolled away; may be empty
	text     string                  // what stands there already
	safe     bool                    // whether that is kept elsewhere, as long as nobody changes it
	save     func(text string) error // keeps a draft; may be slow
	canEdit  bool                    // whether Ctrl-E hands the text to one's own editor
	private  bool                    // whether nothing of it may stay in the scrollback
	style    style                   // whether hints and rules may be dim
	idle     time.Duration           // after how long without a key forget is called; 0 for never
	forget   func()                  // forgets what only who sits there may have
	every    time.Duration           // how often a changed text is kept as a draft; 0 means 5 s
}

// ending is how the writing on a page ended.
type ending int

const (
	// pageStopped says that the writer left, or the terminal went away: the
	// text has been kept as a draft.
	pageStopped ending = iota
	// pageKept says that the text is to be kept.
	pageKept
	// pageHandedOn says that the writer wants to go on in an editor.
	pageHandedOn
)

const (
	draftInterval = 5 * time.Second
	// An escape sequence arrives whole well within escapePause; a paste that
	// sends nothing for pastePause may have lost its end.
	escapePause = 60 * time.Millisecond
	pastePause  = time.Second
)

// writePage lets a person write on a page in a terminal, and returns what they
// wrote, byte for byte, and how it ended.
//
// While they write, and whenever the writing ends other than by being kept, the
// text goes to p.save; calls never overlap, and none is under way when writePage
// returns. It stops for SIGHUP, SIGTERM, the end of ctx and a terminal that goes
// away, and then returns no error if the draft was kept. The terminal is as it
// was before, however it ends.
//
// Reading ends with the key that ended the writing: what was typed in the same
// instant behind it is dropped, and all else is left to whoever reads next. Only
// after a signal or the end of ctx may one more key be taken.
func writePage(ctx context.Context, in, out *os.File, p page) (text string, end ending, err error) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, endingSignals()...)
	defer signal.Stop(signals)

	s, err := openScreen(in, out)
	w := newWriter(p, s)
	if err != nil {
		return p.text, pageStopped, errors.Join(err, w.settled(pageStopped))
	}
	end, err = w.write(ctx, signals)
	if end != pageKept {
		w.keepDraft()
	}
	_ = s.leave() // a terminal that cannot be given back is gone
	err = errors.Join(err, w.settled(end))
	text = w.String()
	if end == pageKept && !p.private {
		s.send(w.remains())
	}
	return text, end, err
}

// pageWriter is a page being written on.
type pageWriter struct {
	pageWindow
	page
	screen  *pageScreen
	decoder decoder

	saved   chan error // what became of a draft
	saving  bool
	keeping int   // the change that is being kept
	kept    int   // the change that has been kept
	failed  error // why the last draft was not
	late    bool  // whether the screen is behind the text
	pause   *time.Timer
	draft   *time.Timer
	away    *time.Timer // nobody pressed a key
}

// newWriter returns a writer of a page. Text that stands there from the start
// is kept like text that is typed, unless it is safe: it may have been given as
// arguments.
func newWriter(p page, s *pageScreen) *pageWriter {
	if p.every == 0 {
		p.every = draftInterval
	}
	w := &pageWriter{pageWindow: pageWindow{paper: newPaper(p.text)}, page: p, screen: s, saved: make(chan error, 1)}
	w.pause, w.draft, w.late = time.NewTimer(time.Hour), time.NewTimer(p.every), true
	w.away = time.NewTimer(p.idle)
	if p.idle == 0 {
		w.away.Stop()
	}
	if p.text != "" && !p.safe {
		w.changes = 1
	}
	return w
}

// write runs until the writing ends. A panic ends it too, and its message says
// nothing of the text.
func (w *pageWriter) write(ctx context.Context, signals <-chan os.Signal) (end ending, err error) {
	defer func() {
		if r := recover(); r != nil {
			end, err = pageStopped, fmt.Errorf("the page closed by itself%s", panicReason(r))
		}
	}()
	defer w.pause.Stop()
	defer w.draft.Stop()
	defer w.away.Stop()
	resized, continued, forget := watchTerminal()
	defer forget()
	chunks, more := make(chan readChunk, 1), make(chan struct{}, 1)
	defer close(more)
	go w.screen.read(chunks, more)
	more <- struct{}{}

	for {
		w.show()
		select {
		case <-ctx.Done():
			return pageStopped, nil
		case <-signals:
			return pageStopped, nil
		case c := <-chunks:
			if end, over := w.act(w.decoder.feed(c.bytes)); over {
				return end, nil
			}
			if c.err != nil {
				w.act(w.decoder.finish())
				return pageStopped, nil
			}
			w.awaitPause()
			if w.idle > 0 {
				w.away.Reset(w.idle)
			}
			more <- struct{}{}
		case <-w.pause.C:
			w.act(w.decoder.pause())
		case <-w.away.C:
			if w.saving { // what keeps a draft has the key in hand
				w.away.Reset(w.every)
				continue
			}
			w.forget()
		case <-resized:
			w.late = true
		case <-continued:
			if w.screen.again() != nil {
				return pageStopped, nil
			}
			w.late = true
		case <-w.draft.C:
			w.keepDraft()
			w.draft.Reset(w.every)
		case err := <-w.saved:
			w.draftKept(err)
			w.late = true
		case err := <-w.screen.painted:
			w.screen.busy = false
			if err != nil {
				return pageStopped, nil
			}
		}
	}
}

// awaitPause sets the clock that tells the decoder of a pause.
func (w *pageWriter) awaitPause() {
	switch {
	case w.decoder.pasting:
		w.pause.Reset(pastePause)
	case w.decoder.waiting():
		w.pause.Reset(escapePause)
	}
}

// act does what the presses ask for, and reports whether one ended the writing.
func (w *pageWriter) act(all []press) (end ending, over bool) {
	for _, p := range all {
		w.late = true
		switch p.key {
		case keyText:
			w.insert(p.text)
		case keyEnter:
			w.insert("\n")
		case keyKeep:
			return pageKept, true
		case keyStop:
			return pageStopped, true
		case keyEditor:
			if w.canEdit {
				return pageHandedOn, true
			}
		case keySuspend:
			w.rest()
		case keyRedraw:
			_ = w.screen.again()
		default:
			w.move(p.key)
		}
	}
	return pageStopped, false
}

// rest hands the terminal to the shell until it continues us.
func (w *pageWriter) rest() {
	// Whoever is stopped in the middle of it keeps everybody out of the journal.
	if w.saving {
		w.draftKept(<-w.saved)
	}
	if w.keepDraft(); w.saving {
		w.draftKept(<-w.saved)
	}
	if w.screen.leave() == nil {
		_, _ = w.screen.out.WriteString("\r\n   \"fg\" and Enter bring the page back.\r\n")
		suspendSelf()
	}
	_ = w.screen.enter()
}

// move does what a key asks for that moves the cursor or deletes.
func (w *pageWriter) move(k key) {
	switch k {
	case keyLeft:
		w.left()
	case keyRight:
		w.right()
	case keyUp:
		w.vertical(-1)
	case keyDown:
		w.vertical(1)
	case keyWordLeft:
		w.wordLeft()
	case keyWordRight:
		w.wordRight()
	case keyHome:
		w.home()
	case keyEnd:
		w.rowEnd()
	case keyPageUp:
		w.vertical(min(-1, 1-w.height))
	case keyPageDown:
		w.vertical(max(1, w.height-1))
	case keyStart:
		w.start()
	case keyFinish:
		w.end()
	case keyBackspace:
		w.erase(w.left)
	case keyDelete:
		w.erase(w.right)
	case keyCutWordLeft:
		w.cutOver(w.wordLeft)
	case keyCutWordRight:
		w.cutOver(w.wordRight)
	case keyCutToStart:
		w.cutOver(w.lineStart)
	case keyCutToEnd:
		w.cutOver(w.lineEnd)
	case keyPutBack:
		w.insert(w.cut)
	}
}
