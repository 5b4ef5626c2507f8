package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"untangle/journal"
	"untangle/prompts"
)

// filter is the set of flags that choose entries, the same on every command that
// takes some.
type filter struct {
	from, to, on              string
	todayInHistory            bool
	year, month               string
	tags, notTags             []string
	starred, deleted          bool
	checkIns                  bool
	shut, muted               bool
	prompt, theme, journey    string
	limit                     int
	sort                      string
	reverse                   bool
	ranks                     bool // entries can be sorted by how well they fit
	sorted, limited, anything bool // what was given
}

// The orders that entries can be sorted in.
const (
	newestFirst = "newest"
	oldestFirst = "oldest"
	bestFirst   = "best"
)

// orders are those that the command knows.
func (f *filter) orders() []string {
	if f.ranks {
		return []string{bestFirst, newestFirst, oldestFirst}
	}
	return []string{newestFirst, oldestFirst}
}

func (f *filter) flags(r *run, c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.from, "from", "", "from this day on (2026-02-14, \"last monday\", 2026-02)")
	flags.StringVar(&f.to, "to", "", "to the end of this day")
	flags.StringVar(&f.on, "on", "", "on this day, or in this month or year")
	flags.BoolVar(&f.todayInHistory, "today-in-history", false, "on this day of any year")
	flags.StringVar(&f.year, "year", "", "in this year")
	flags.StringVar(&f.month, "month", "", "in this month of any year (2, feb)")
	flags.StringArrayVar(&f.tags, "tag", nil, "with this tag; more than once for all of them")
	flags.StringArrayVar(&f.notTags, "not-tag", nil, "without this tag")
	flags.BoolVar(&f.starred, "starred", false, "with a star")
	flags.BoolVar(&f.deleted, "deleted", false, "deleted entries, instead of those that stand")
	shutFlag(c, &f.shut)
	flags.BoolVar(&f.checkIns, "check-ins", false, "check-ins without a text as well")
	flags.StringVar(&f.prompt, "prompt", "", "written to the prompt with this id")
	flags.StringVar(&f.theme, "theme", "", "written to a prompt of this theme")
	flags.StringVar(&f.journey, "journey", "", "written on this journey")
	flags.IntVarP(&f.limit, "limit", "n", 0, "at most this many (-3 for three)")
	about := "newest or oldest first"
	if f.ranks {
		about = "best, newest or oldest first; best if not said otherwise, and newest without words"
	}
	flags.StringVar(&f.sort, "sort", "", about)
	flags.BoolVar(&f.reverse, "reverse", false, "the other way round")
	_ = c.RegisterFlagCompletionFunc("tag", r.completeTags)
	_ = c.RegisterFlagCompletionFunc("not-tag", r.completeTags)
	_ = c.RegisterFlagCompletionFunc("prompt", r.completePrompts)
	_ = c.RegisterFlagCompletionFunc("theme", completeThemes)
	_ = c.RegisterFlagCompletionFunc("sort", cobra.FixedCompletions(f.orders(), cobra.ShellCompDirectiveNoFileComp))
	for _, date := range []string{"from", "to", "on"} {
		_ = c.RegisterFlagCompletionFunc(date, cobra.FixedCompletions([]string{"today", "yesterday", "last week", "last month"}, cobra.ShellCompDirectiveNoFileComp))
	}
}

// query returns what the flags choose, seen from now.
func (f *filter) query(c *cobra.Command, now time.Time) (q journal.Query, err error) {
	c.Flags().Visit(func(flag *pflag.Flag) {
		switch flag.Name {
		case "limit":
			f.limited = true
		case "sort", "reverse":
			f.sorted = true
		case "from", "to", "on", "today-in-history", "year", "month", "tag", "not-tag", "starred", "deleted", "prompt", "theme", "journey":
			f.anything = true
		}
	})
	q = journal.Query{
		Starred: f.starred, Deleted: f.deleted, CheckIns: f.checkIns, Shut: f.shut, Prompt: strings.ToLower(f.prompt), Theme: strings.ToUpper(f.theme),
		Journey: f.journey, Limit: f.limit,
	}
	if f.limited && f.limit < 1 {
		return q, usagef("--limit takes a number from 1 on")
	}
	if f.sort != "" && !slices.Contains(f.orders(), f.sort) {
		return q, usagef("--sort cannot be %q (have %s)", f.sort, strings.Join(f.orders(), ", "))
	}
	q.Oldest = (f.sort == oldestFirst) != f.reverse
	if err := f.dates(&q, now); err != nil {
		return q, err
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.From.Midnight().Compare(q.To) > 0 {
		return q, usagef("--from lies after --to")
	}
	if q.Theme != "" && !slices.Contains(prompts.Themes(), prompts.Theme(q.Theme)) {
		return q, usagef("unknown theme %q (have %s)", f.theme, themeNames())
	}
	q.Tags, err = parseTags(f.tags)
	if err == nil {
		q.Without, err = parseTags(f.notTags)
	}
	return q, err
}

// wholeDays reports whether the flags choose by dates alone, and all entries of a day
// or none.
func (f *filter) wholeDays() bool {
	return !f.limited && !f.starred && !f.deleted && f.prompt == "" && f.theme == "" && f.journey == "" &&
		len(f.tags)+len(f.notTags) == 0 && !strings.Contains(f.from+f.to+f.on, ":")
}

func themeNames() string {
	var names []string
	for _, t := range prompts.Themes() {
		names = append(names, strings.ToLower(string(t)))
	}
	return strings.Join(names, ", ")
}

// dates fills in the part of the query that is about time.
func (f *filter) dates(q *journal.Query, now time.Time) error {
	if f.on != "" && (f.from != "" || f.to != "") {
		return usagef("--on goes without --from and --to")
	}
	for _, bound := range []struct{ flag, value string }{{"from", f.from}, {"to", f.to}, {"on", f.on}} {
		if bound.value == "" {
			continue
		}
		from, to, err := span(bound.value, now)
		if err != nil {
			return usagef("--%s: %w", bound.flag, err)
		}
		if bound.flag != "to" {
			q.From = from
		}
		if bound.flag != "from" {
			q.To = to
		}
	}
	if f.year != "" {
		year, err := strconv.Atoi(f.year)
		if err != nil || year < 1 || year > 9999 {
			return usagef("--year takes a year like 2026")
		}
		q.Year = year
	}
	if f.month != "" {
		month, err := parseMonth(f.month)
		if err != nil {
			return err
		}
		q.Month = month
	}
	if f.todayInHistory {
		if q.Year != 0 || q.Month != 0 {
			return usagef("--today-in-history goes without --year and --month")
		}
		_, q.Month, q.Day = now.Date()
	}
	return nil
}

func parseMonth(s string) (time.Month, error) {
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= 12 {
		return time.Month(n), nil
	}
	for m := time.January; m <= time.December && len(s) >= 3; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), strings.ToLower(s)) {
			return m, nil
		}
	}
	return 0, usagef("--month takes a month like 2, feb or february")
}

// parseTags reads tags as people give them: home, @home, or several with commas.
func parseTags(given []string) (tags []string, err error) {
	for _, one := range given {
		for part := range strings.SplitSeq(one, ",") {
			if strings.TrimSpace(part) == "" {
				continue
			}
			tag, err := journal.ParseTag(part)
			if err != nil {
				return nil, usagef("%w", err)
			}
			tags = append(tags, tag)
		}
	}
	return tags, nil
}

// byName returns the entry that somebody named: by a prefix of its id, or as last,
// last~1 and so on, counted back in time among the entries that a query chooses.
func byName(ctx context.Context, j *journal.Journal, name string, among journal.Query) (*journal.Entry, error) {
	back, ok := strings.CutPrefix(strings.ToLower(name), "last")
	if !ok {
		return j.Entry(ctx, name)
	}
	n := 0
	if back != "" {
		var err error
		if n, err = strconv.Atoi(strings.TrimPrefix(back, "~")); err != nil || n < 0 || back[0] != '~' {
			return nil, usagef("%q is no entry (write last, last~1, last~2, or an id)", name)
		}
	}
	empty := true
	among.Limit = n + 1
	for e, err := range j.Entries(ctx, among) {
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return e, nil
		}
		n, empty = n-1, false
	}
	if empty {
		return nil, withHint(errors.New("nothing is written here yet"), "\"untangle write\" opens a page")
	}
	return nil, fmt.Errorf("%s: %w", name, journal.ErrNoEntry)
}

// byNames returns the entries that somebody named, each once, with last counted among
// those that a query chooses.
func byNames(ctx context.Context, j *journal.Journal, names []string, among journal.Query) (entries []*journal.Entry, err error) {
	seen := make(map[journal.ID]bool)
	for _, name := range names {
		e, err := byName(ctx, j, name, among)
		if err != nil {
			return nil, err
		}
		if !seen[e.ID] {
			seen[e.ID] = true
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// someEntries returns the entries that ids and filters choose, for commands that
// change them. Choosing none at all is an error, so that nobody changes everything by
// leaving a word out.
func someEntries(c *cobra.Command, j *journal.Journal, f *filter, names []string, now time.Time) ([]*journal.Entry, error) {
	q, err := f.query(c, now)
	if err != nil {
		return nil, err
	}
	if len(names) > 0 {
		if f.anything || f.limited {
			return nil, usagef("give ids or filters, not both")
		}
		return byNames(c.Context(), j, names, journal.Query{Deleted: f.deleted, Shut: f.shut})
	}
	if !f.anything && !f.limited {
		return nil, withHint(usagef("say which entries"), "give an id, as \"untangle list\" shows them, or \"last\", or a filter like --on yesterday")
	}
	var entries []*journal.Entry
	for e, err := range j.Entries(c.Context(), q) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		return nil, errors.New("no entry is like that")
	}
	return entries, nil
}

func idsOf(entries []*journal.Entry) (ids []journal.ID) {
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	return ids
}
