package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"untangle/journal"
)

func muteCommand(r *run) *cobra.Command {
	var o muting
	var asJSON bool
	c := &cobra.Command{
		Use:         "mute [ID...]",
		GroupID:     groupChange,
		Short:       "Keep entries from coming up unasked",
		Annotations: rare(),
		Long: paragraphs(
			"Mutes entries, all entries with a tag, or all entries of some days. They stay in the journal as they are, and stay out of list, search and every look back until they are asked for: with --muted, with --tag and the muted tag (or the tag among the words of a search), with dates that lie within the muted days, or by their id. Exports and backups always have them.",
			"Without anything to mute it lists what is muted. \"untangle unmute\" takes it back."),
		Example:           examples("untangle mute last", "untangle mute --tag sister", "untangle mute --on 2024-03", "untangle mute"),
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: r.completeIDs,
		RunE: func(c *cobra.Command, args []string) error {
			m, err := o.settle(args, r.Now())
			if err != nil {
				return err
			}
			if asJSON && (len(args) > 0 || !m.none()) {
				return usagef("--json lists what is muted, and goes alone")
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			if len(args) == 0 && m.none() {
				return r.listMutes(c.Context(), j, asJSON)
			}
			if _, err := m.named(c.Context(), j, args); err != nil {
				return err
			}
			_, changed, err := changeMutes(c.Context(), j, func(all mutes) mutes { return all.with(m) })
			switch {
			case err != nil:
				return err
			case !changed:
				r.say("Muted already.")
			default:
				r.say("%s muted, and %s.", m.subject(), m.asking())
			}
			return nil
		},
	}
	o.flags(r, c)
	c.Flags().BoolVar(&asJSON, "json", false, "list what is muted as an array of {\"entry\"}, {\"tag\"} and {\"from\", \"to\"}")
	return c
}

func unmuteCommand(r *run) *cobra.Command {
	var o muting
	c := &cobra.Command{
		Use:         "unmute ID...",
		GroupID:     groupChange,
		Short:       "Let muted entries come up again",
		Annotations: rare(),
		Long: paragraphs(
			"Takes back what \"untangle mute\" did, for entries, a tag or some days. Of a longer stretch of muted days, those named here are let go and the others stay muted."),
		Example:           examples("untangle unmute last", "untangle unmute --tag sister", "untangle unmute --from 2024-03-01 --to 2024-03-15"),
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: r.completeIDs,
		RunE: func(c *cobra.Command, args []string) error {
			m, err := o.settle(args, r.Now())
			if err != nil {
				return err
			}
			if len(args) == 0 && m.none() {
				return withHint(usagef("say what is not to be muted any more"), "give an id, --tag or --on; \"untangle mute\" lists what is muted")
			}
			j, err := r.open(c.Context())
			if err != nil {
				return err
			}
			entries, err := m.named(c.Context(), j, args)
			if err != nil {
				return err
			}
			rest, changed, err := changeMutes(c.Context(), j, func(all mutes) mutes { return all.without(m) })
			if err != nil {
				return err
			}
			still := 0
			for _, e := range entries {
				if rest.has(e) {
					still++
				}
			}
			switch {
			case changed:
				r.say("%s muted no longer.", m.subject())
			case still == 0:
				r.say("Nothing to change. \"untangle mute\" lists what is muted.")
			}
			if still > 0 {
				r.say("%s muted through a tag or a day all the same; \"untangle mute\" lists those.", counted(still, "entry is", "entries are"))
			}
			return nil
		},
	}
	o.flags(r, c)
	return c
}

// muting is the set of flags that say what to mute: tags or days.
type muting struct {
	tags         []string
	from, to, on string
}

func (o *muting) flags(r *run, c *cobra.Command) {
	flags := c.Flags()
	flags.StringArrayVar(&o.tags, "tag", nil, "all entries with this tag; more than once for more")
	flags.StringVar(&o.from, "from", "", "from this day on, together with --to")
	flags.StringVar(&o.to, "to", "", "to the end of this day")
	flags.StringVar(&o.on, "on", "", "this day, month or year (2024-03-09, 2024-03)")
	_ = c.RegisterFlagCompletionFunc("tag", r.completeTags)
}

// settle returns the tags or the days that the flags name.
func (o *muting) settle(args []string, now time.Time) (m mutes, err error) {
	if m.tags, err = parseTags(o.tags); err != nil {
		return m, err
	}
	f := filter{from: o.from, to: o.to, on: o.on}
	var q journal.Query
	if err := f.dates(&q, now); err != nil {
		return m, err
	}
	switch {
	case q.From.IsZero() != q.To.IsZero():
		return m, usagef("--from and --to go together; --on takes a day, a month or a year")
	case q.From.Timed() || q.To.Timed():
		return m, usagef("days are muted whole, so they are named without a time")
	case q.From.Compare(q.To) > 0:
		return m, usagef("--from lies after --to")
	case !q.From.IsZero():
		m.days = []stretch{{q.From, q.To}}
	}
	kinds := 0
	for _, given := range []int{len(args), len(m.tags), len(m.days)} {
		kinds += min(1, given)
	}
	if kinds > 1 {
		return m, usagef("give ids, --tag or days, one of them at a time")
	}
	return m.inOrder(), nil
}

// named takes in the entries that somebody named.
func (m *mutes) named(ctx context.Context, j *journal.Journal, names []string) ([]*journal.Entry, error) {
	entries, err := byNames(ctx, j, names, journal.Query{})
	if err == nil {
		m.entries = idsOf(entries)
		*m = m.inOrder()
	}
	return entries, err
}

// subject is how a sentence about what is muted begins.
func (m mutes) subject() string {
	switch {
	case len(m.tags) > 0:
		return "Entries with @" + strings.Join(m.tags, ", @") + " are"
	case len(m.days) > 0:
		return "Entries of " + m.days[0].String() + " are"
	}
	return counted(len(m.entries), "entry is", "entries are")
}

// asking says how what is muted is asked for.
func (m mutes) asking() string {
	switch {
	case len(m.tags) > 0:
		return "come up only when asked for: with --muted, or --tag " + m.tags[0]
	case len(m.days) > 0:
		return "come up only when asked for: with --muted, or dates within these days"
	case len(m.entries) == 1:
		return "comes up only when asked for: with --muted, or by its id"
	}
	return "come up only when asked for: with --muted, or by their ids"
}

// listMutes prints what is muted. Of entries it says their day, and no word of them.
func (r *run) listMutes(ctx context.Context, j *journal.Journal, asJSON bool) error {
	m, err := r.mutes(ctx, j)
	if err != nil {
		return err
	}
	rows := make([]map[string]string, 0, len(m.entries)+len(m.tags)+len(m.days))
	var lines []string
	for _, id := range m.entries {
		e, err := j.Entry(ctx, id.String())
		if errors.Is(err, journal.ErrNoEntry) {
			continue // it was deleted for ever
		}
		if err != nil {
			return err
		}
		rows = append(rows, map[string]string{"entry": id.String()})
		lines = append(lines, "entry  "+nameOf(ctx, j, id)+"  "+strings.TrimSpace(e.Date.Midnight().String()+" "+clock(e.Date)))
	}
	for _, tag := range m.tags {
		rows = append(rows, map[string]string{"tag": tag})
		lines = append(lines, "tag    @"+tag)
	}
	for _, s := range m.days {
		rows = append(rows, map[string]string{"from": s.from.String(), "to": s.to.String()})
		lines = append(lines, "days   "+s.String())
	}
	if asJSON {
		return json.NewEncoder(r.Out).Encode(rows)
	}
	if len(lines) == 0 {
		r.say("Nothing is muted.")
	}
	for _, line := range lines {
		if err := r.put(line); err != nil {
			return err
		}
	}
	return nil
}
