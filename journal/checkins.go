package journal

import "context"

// Noted is how somebody said they were, and when.
type Noted struct {
	Date    Date
	CheckIn CheckIn
	Bare    bool // without a text beside it
}

// CheckIns returns what was said of how somebody was from a day on, oldest first. It
// reads no text.
func (j *Journal) CheckIns(ctx context.Context, from Date) (notes []Noted, err error) {
	err = j.view(ctx, func(t *tx) error {
		timeline, err := t.tree(timelineTree)
		if err != nil {
			return err
		}
		notes = nil
		first := row{date: from}
		return timeline.walk(first.key(), false, func(b []byte) bool {
			r := decodeRow(b)
			if c := r.said(); !c.IsZero() {
				notes = append(notes, Noted{r.date, c, r.flags&flagBare != 0})
			}
			return true
		})
	})
	return notes, err
}

// said returns the check-in that stands in a row.
func (r *row) said() CheckIn {
	c := CheckIn{After: After(r.checkin[0]), Mood: int(r.checkin[2] >> 4), Energy: int(r.checkin[2] & 15)}
	if a := int(r.checkin[1]); a > 0 {
		a--
		c.Ache = &a
	}
	return c
}
