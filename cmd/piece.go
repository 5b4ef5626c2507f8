package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	"untangle/journal"
)

// piece is something being written: what it will become, the draft it is kept as
// meanwhile, and what the journal remembers beside it.
type piece struct {
	*run
	journal  *journal.Journal
	draft    journal.Draft // its Entry is what the piece becomes
	question string        // shown above the page
	id       journal.ID    // of the entry that is being changed; zero for a new one
	safe     bool          // whether the text it begins with is kept already
	state    func(*journal.State) error
}

// errStopped is returned when somebody stops writing. A draft stays.
var errStopped = errors.New("stopped")

// start begins a piece from an entry, and from its text, if it has any.
func (r *run) start(j *journal.Journal, e journal.Entry) *piece {
	if e.ID == (journal.ID{}) {
		e.ID = journal.NewID() // the same in all drafts of it
	}
	return &piece{run: r, journal: j, question: questionOf(&e), draft: journal.Draft{Entry: e, Owner: ownerName()}}
}

// compose lets somebody write, in their editor if they set one, or else on the page,
// and returns what they wrote. Meanwhile it is kept as a draft.
func (p *piece) compose(ctx context.Context) (string, error) {
	editor := p.editor()
	refused := p.desk(editor).refusal()
	if editor != "" && refused != nil {
		p.say("%s", refused)
		editor = ""
	}
	if editor != "" {
		if warning := historyWarning(editor, p.Getenv); warning != "" && p.firstTime(ctx, editor) {
			p.say("%s", warning)
		}
		return p.edit(ctx, editor)
	}
	in, out := p.ends()
	text, end, err := writePage(ctx, in, out, page{
		private: p.journal.Sealed(), idle: p.idle(), forget: p.journal.Lock,
		question: p.question, text: p.draft.Entry.Text, safe: p.safe || p.draft.Number != 0, save: p.save, canEdit: p.anyEditor() != "" && refused == nil, style: p.style,
	})
	p.curtainAgain()
	switch {
	case end == pageKept:
		return text, nil
	case end == pageHandedOn:
		p.draft.Entry.Text = text
		return p.edit(ctx, p.anyEditor())
	case err != nil:
		return "", p.rescue(text, err)
	case ctx.Err() != nil:
		return "", interrupted(ctx)
	default:
		return "", errStopped
	}
}

// stopped says how Ctrl-C left the piece. In a closed journal it takes everything off the
// screen first.
func (p *piece) stopped(sentence string) {
	if p.curtain != nil {
		p.curtain.fall()
		p.say("%s", indent(sentence, margin))
		return
	}
	p.tell("", sentence)
}

// whenOffered says when a draft that was just left is offered.
func (p *piece) whenOffered() string {
	if p.journal.Locked() {
		return "Stopped. A draft is kept; it is offered when the journal is opened."
	}
	return "Stopped. A draft is kept; the next start offers it."
}

// idle is how long nobody may press a key before the journal is closed; 0 for ever.
func (p *piece) idle() time.Duration {
	if !p.unsealed() {
		return 0
	}
	return p.closesAfter()
}

// warnedState is the name under which a journal remembers which editor was warned of.
const warnedState = "warned-of"

// firstTime reports whether somebody was not yet warned of this editor, and remembers
// that they are now.
func (p *piece) firstTime(ctx context.Context, editor string) bool {
	first := false
	err := p.journal.UpdateState(ctx, func(s *journal.State) error {
		known, err := s.Get(warnedState)
		if err != nil || string(known) == editor {
			return err
		}
		first = true
		return s.Put(warnedState, []byte(editor))
	})
	return first || err != nil
}

// editor returns the editor that somebody set for this program or for all, empty
// for the built-in writer.
func (r *run) editor() string {
	if editor := r.text("editor"); editor != "" {
		return editor
	}
	if editor := r.Getenv("VISUAL"); editor != "" {
		return editor
	}
	return r.Getenv("EDITOR")
}

// anyEditor returns the editor that Ctrl-E opens.
func (r *run) anyEditor() string { return firstEditor(r.editor()) }

// desk is where an editor works on the piece.
func (p *piece) desk(editor string) desk {
	return desk{
		editor: editor, getenv: p.Getenv, save: p.save,
		about: p.errand(), attention: p.attention,
		sealed: p.closed(), onDisk: p.is("editor-on-disk"), idle: p.idle(), forget: p.journal.Lock,
	}
}

func (p *piece) edit(ctx context.Context, editor string) (string, error) {
	in, out := p.ends()
	errs, ok := p.Err.(*os.File)
	if !ok {
		errs = out
	}
	putBack := p.behindScreen(out)
	e, err := p.desk(editor).edit(ctx, in, out, errs, p.question, p.draft.Entry.Text)
	putBack()
	if err != nil {
		return "", err
	}
	if e.missed != nil {
		p.say("A draft could not be kept meanwhile: %v", e.missed)
	}
	if e.quick {
		p.say("The editor came back at once. If it has a window of its own, a flag like --wait makes it stay.")
	}
	if e.aside {
		p.tell("", "The editor was left without saving. What stood there is kept as a draft.")
		if strings.TrimSpace(e.text) == "" || e.text == p.draft.Entry.Text {
			return "", errors.Join(e.done(), errTold)
		}
		p.draft.Number = 0 // what was saved goes on by itself
		if p.id == (journal.ID{}) {
			p.draft.Entry.ID = journal.NewID()
		}
	}
	// The draft is in the journal; the editor's file has done its work.
	if strings.TrimSpace(e.text) != "" && e.text != p.draft.Entry.Text {
		if err := p.save(e.text); err != nil {
			return e.text, nil // the file stays, in case the entry cannot be kept either
		}
	}
	return e.text, e.done()
}

// save keeps the text as a draft in the journal.
func (p *piece) save(text string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	d := p.draft
	d.Entry.Text = readable(text)
	if len(text) > journal.MaxText {
		return errors.New("the text is longer than a journal takes")
	}
	kept, err := p.journal.SaveDraft(context.Background(), d)
	if err != nil {
		return err
	}
	p.draft.Number = kept.Number
	return nil
}

// drop removes the draft of a piece that came to nothing.
func (p *piece) drop(ctx context.Context) error {
	if p.draft.Number == 0 {
		return nil
	}
	return p.journal.DropDraft(ctx, p.draft.Number)
}

// keep makes the text an entry. While another window has the journal, it waits. A
// text that cannot be kept is put where the person finds it again, and the error
// says where.
func (p *piece) keep(ctx context.Context, text string) (journal.Entry, error) {
	e := p.draft.Entry
	e.Text = readable(text)
	beside := journal.Beside{State: p.state, Draft: p.draft.Number}
	var kept journal.Entry
	err := p.patiently(ctx, func() (err error) {
		kept, err = p.journal.Add(ctx, e, beside)
		return err
	})
	if err != nil {
		return kept, p.rescue(text, err)
	}
	return kept, nil
}

// patiently does something with the journal, and again while it is open elsewhere, for
// a minute at most.
func (r *run) patiently(ctx context.Context, do func() error) error {
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for said := false; ; {
		err := do()
		if !errors.Is(err, journal.ErrBusy) || !r.interactive() || limited.Err() != nil {
			return err
		}
		if !said {
			r.say("The journal is open in another window. Waiting for it; the text is safe here.")
			said = true
		}
		select {
		case <-limited.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// ownerName names this process, so that no other window is offered its drafts.
func ownerName() string {
	name, err := json.Marshal(newOwner(leaf{}, ""))
	if err != nil {
		return ""
	}
	return string(name)
}

// beingWritten reports whether a living process works on the draft.
func beingWritten(d journal.Draft) bool {
	var o owner
	return d.Owner != "" && json.Unmarshal([]byte(d.Owner), &o) == nil && o.alive()
}
