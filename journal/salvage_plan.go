package journal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
)

// salvagePlan is what comes into the new journal.
type salvagePlan struct {
	*haul
	head    head
	certain bool
	rows    map[ID]knownID
	kept    []kept
	erased  []ID
	state   []found
	drafts  []found
	items   []found
	report  Salvaged
}

// knownID is what the file says of an id.
type knownID struct {
	version uint64
	flags   byte
	sure    bool // the newest head's tree says so
}

// kept is a version of an entry, and what becomes of it.
type kept struct {
	found
	version uint64
	as      byte
}

// What becomes of a version.
const (
	toStand  byte = iota
	toBury        // as an earlier version
	toDelete      // as what is left of a deleted entry
)

// plan chooses what counts of what was found.
func (h *haul) plan(ctx context.Context) (*salvagePlan, error) {
	p := &salvagePlan{haul: h, rows: make(map[ID]knownID)}
	p.head, p.certain = h.newest()
	p.readIDs()
	for _, choose := range []func(context.Context) error{p.mark, p.chooseEntries, p.chooseState, p.chooseDrafts, p.chooseItems} {
		if err := errors.Join(ctx.Err(), choose(ctx)); err != nil {
			return nil, err
		}
	}
	for id, k := range p.rows {
		switch {
		case k.flags&idErased != 0:
			p.erased = append(p.erased, id)
		case k.flags == 0:
			p.report.Missing++ // the others were taken out of the map
		}
	}
	slices.SortFunc(p.erased, func(a, b ID) int { return bytes.Compare(a[:], b[:]) })
	p.report.Broken = h.broken
	return p, nil
}

// chooseEntries chooses, of each entry, the newest version and those before it.
func (p *salvagePlan) chooseEntries(context.Context) error {
	var versions []found
	for _, bucket := range []byte{inEntries, inHistory} {
		for _, f := range p.in(bucket) {
			if f.number&nodeBit == 0 {
				versions = append(versions, f)
			}
		}
	}
	slices.SortFunc(versions, func(a, b found) int {
		return cmp.Or(bytes.Compare(a.id[:], b.id[:]), cmp.Compare(a.number, b.number))
	})
	for len(versions) > 0 {
		n := 1
		for n < len(versions) && versions[n].id == versions[0].id {
			n++
		}
		p.chooseVersions(versions[:n])
		versions = versions[n:]
	}
	p.tellApart()
	return nil
}

// chooseVersions chooses between the versions of one entry, sorted by number.
func (p *salvagePlan) chooseVersions(all []found) {
	id, newest := all[0].id, all[len(all)-1].number
	row, known := p.rows[id]
	if row.flags&idErased != 0 {
		return
	}
	delete(p.rows, id)
	if known && row.version > newest {
		p.report.Older++
	}
	as := toStand
	if p.wasDeleted(row, all) {
		as = toDelete
	}
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].number == all[0].number {
			n++
		}
		k := kept{version: all[0].number, as: toBury}
		if k.version == newest {
			k.as = as
		}
		k.found = slices.MaxFunc(all[:n], func(a, b found) int { return cmp.Compare(a.worth(k.as), b.worth(k.as)) })
		p.kept = append(p.kept, k)
		switch k.as {
		case toStand:
			p.report.Entries++
		case toDelete:
			p.report.Deleted++
		default:
			p.report.Versions++
		}
		all = all[n:]
	}
}

// wasDeleted reports whether an entry does not stand any more.
func (p *salvagePlan) wasDeleted(row knownID, all []found) bool {
	newest := all[len(all)-1].number
	if row.sure && newest <= p.head.sequence {
		return row.flags&idDeleted != 0
	}
	deleted := false
	for _, f := range all {
		if f.number != newest {
			continue
		}
		if f.marks&isLive != 0 {
			return f.marks&isDeleted != 0
		}
		deleted = deleted || f.marks&isDeleted != 0
	}
	return deleted
}

// worth says how much speaks for a record, of several of one version.
func (f found) worth(as byte) (n int) {
	for _, one := range []struct {
		speaks bool
		worth  int
	}{
		{f.marks&isCurrent != 0, 16},
		{f.marks&isLive != 0, 8},
		{as == toStand && f.bucket == inEntries, 4},
		{as == toDelete && f.marks&isDeleted != 0, 4},
		{as == toBury && f.bucket == inHistory && f.marks&isDeleted == 0, 4},
		{f.marks&isDeleted == 0, 2},
		{f.marks&isChecked != 0, 1},
	} {
		if one.speaks {
			n += one.worth
		}
	}
	return n
}

// tellApart gives other numbers to the versions of entries of which one has the number of
// another entry's, as happens when a change is cut short and its number is given out again.
func (p *salvagePlan) tellApart() {
	slices.SortFunc(p.kept, func(a, b kept) int {
		return cmp.Or(cmp.Compare(a.version, b.version), cmp.Compare(b.worth(b.as), a.worth(a.as)), bytes.Compare(a.id[:], b.id[:]))
	})
	moved := make(map[ID]bool)
	last := p.head.sequence
	for i, k := range p.kept {
		if i > 0 && p.kept[i-1].version == k.version {
			moved[k.id] = true
		}
		last = max(last, k.version)
	}
	for i := range p.kept {
		if moved[p.kept[i].id] {
			last++
			p.kept[i].version = last
		}
	}
	slices.SortFunc(p.kept, func(a, b kept) int { return cmp.Compare(a.version, b.version) })
	p.head.sequence = last
}

// sure reports whether only what the structure leads to counts in a bucket.
func (p *salvagePlan) sure(bucket byte) bool { return !p.torn[bucket] }

// chooseState chooses one value for each name.
func (p *salvagePlan) chooseState(context.Context) error {
	best := make(map[ID]found)
	weight := func(f found) int {
		n := 0
		if f.marks&isCurrent != 0 && p.certain {
			n += 2
		}
		if f.marks&isLive != 0 {
			n++
		}
		return n
	}
	for _, f := range p.in(inState) {
		if f.number&nodeBit != 0 || p.sure(inState) && weight(f) == 0 {
			continue
		}
		have, ok := best[f.id]
		if !ok || cmp.Or(cmp.Compare(weight(f), weight(have)), cmp.Compare(f.number, have.number)) > 0 {
			best[f.id] = f
		}
	}
	for _, f := range best {
		p.state = append(p.state, f)
	}
	slices.SortFunc(p.state, func(a, b found) int { return cmp.Compare(a.number, b.number) })
	return nil
}

// chooseDrafts chooses the drafts. No tree tells which there are; where the structure does
// not either, those count that did not become entries, as they were last saved.
func (p *salvagePlan) chooseDrafts(context.Context) error {
	newest := make(map[ID]uint64)
	for _, k := range p.kept {
		newest[k.id] = max(newest[k.id], k.found.number)
	}
	var saved Date
	for _, f := range p.in(inDrafts) {
		if f.marks&isLive == 0 && p.sure(inDrafts) {
			continue
		}
		value, _, err := p.read(f)
		if err != nil {
			return err
		}
		d, err := decodeDraft(value)
		if err != nil {
			return damagef("draft %d", f.number)
		}
		at, known := newest[f.id]
		if f.marks&isLive == 0 && (known && d.Entry.Version < at || p.rows[f.id].flags != 0) {
			continue
		}
		last := len(p.drafts) - 1
		switch {
		case last < 0 || p.drafts[last].number != f.number:
			p.drafts, saved = append(p.drafts, f), d.Saved
		case f.marks&isLive > p.drafts[last].marks&isLive ||
			f.marks&isLive == p.drafts[last].marks&isLive && d.Saved.Compare(saved) > 0:
			p.drafts[last], saved = f, d.Saved
		}
	}
	p.report.Drafts = len(p.drafts)
	return nil
}

// chooseItems chooses what of the inbox was not taken in yet. The items stay sealed, and
// come into the inbox of the new journal.
func (p *salvagePlan) chooseItems(context.Context) error {
	here := make(map[ID]bool)
	for _, k := range p.kept {
		here[k.id] = true
	}
	var saved Date
	for _, f := range p.in(inInbox) {
		live := f.marks&isLive != 0
		_, record, err := p.read(f)
		if err != nil {
			return err
		}
		i, err := p.item(f.number, record)
		if err != nil {
			return err
		}
		id := i.draft.Entry.ID
		gone := p.rows[id].flags != 0
		switch {
		case live:
		case i.kind == itemEntry && (here[id] || gone):
			continue
		case i.kind == itemEntry:
			if _, lost := p.rows[id]; !lost && p.sure(inInbox) {
				continue
			}
		case i.kind == itemCheckIn, p.sure(inInbox), here[id] && i.draft.Entry.Version == 0, gone:
			continue
		}
		if i.kind == itemEntry && !here[id] && !gone {
			here[id] = true
			delete(p.rows, id)
		}
		last := len(p.items) - 1
		switch {
		case last < 0 || p.items[last].number != f.number:
			p.items, saved = append(p.items, f), i.draft.Saved
		case f.marks&isLive > p.items[last].marks&isLive ||
			f.marks&isLive == p.items[last].marks&isLive && i.draft.Saved.Compare(saved) > 0:
			p.items[last], saved = f, i.draft.Saved
		}
	}
	p.report.Waiting = len(p.items)
	return nil
}
