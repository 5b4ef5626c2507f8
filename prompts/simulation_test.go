package prompts

import (
	"math/rand/v2"
	"testing"
)

// capMix says on how many of a hundred days the cap is 1, 2 and 3.
type capMix [3]int

// ache returns what somebody says on a day drawn from the mix: nothing on a day with a
// cap of 2.
func (m capMix) ache(r *rand.Rand) *int {
	much, little := mostAche, 3
	switch n := r.IntN(100); {
	case n < m[0]:
		return &much
	case n < m[0]+m[1]:
		return nil
	default:
		return &little
	}
}

// freshDaysOf returns for how many days a new writer is asked without a repeat.
func freshDaysOf(t *testing.T, me Me, mix capMix) int {
	t.Helper()
	lib, d := Default(), day(t, "2026-01-01")
	me.Parted = d - 400
	r := rand.New(rand.NewPCG(1, 2))
	w := Writer{Me: me, Salt: "simulated"}
	for n := range 400 {
		w.Ache = mix.ache(r)
		c := Choose(lib, d, w)
		if c.Prompt.ID == "" || c.Revisit {
			return n
		}
		if c.Prompt.Intensity > w.Cap(d) {
			t.Fatalf("day %d: %s has intensity %d, above %d", n, c.Prompt.ID, c.Prompt.Intensity, w.Cap(d))
		}
		w.History = w.History.Show(d, c.Prompt.ID).Answer(d, c.Prompt.ID)
		d++
	}
	return 400
}

// TestHalfAYear simulates writers over roles and mixes of caps: nobody is asked the
// same twice before the days that the first 300 prompts are to last.
func TestHalfAYear(t *testing.T) {
	mixes := []capMix{{15, 35, 50}, {30, 40, 30}}
	constant := capMix{0, 100, 0}
	for _, role := range []Role{"", Leaver, Left, Mutual} {
		for _, side := range []Side{Before, After} {
			me := Me{Side: side, Role: role, Fear: No}
			for _, mix := range mixes {
				if n := freshDaysOf(t, me, mix); n < 200 {
					t.Errorf("%s %q, caps %v: a repeat after %d days, want 200", side, role, mix, n)
				}
			}
			if n := freshDaysOf(t, me, constant); n < 180 {
				t.Errorf("%s %q, always 2: a repeat after %d days, want 180", side, role, n)
			}
		}
	}
	for _, mix := range append(mixes, constant) {
		n := freshDaysOf(t, Me{}, mix)
		want := 170
		if mix == constant {
			want = 165
		}
		if n < want {
			t.Errorf("nothing said, caps %v: a repeat after %d days, want %d", mix, n, want)
		}
		t.Logf("nothing said, caps %v: %d days", mix, n)
	}
}

// TestUnsafeNeverSeesRisk asks for every prompt of ten years of a writer who may not be
// safe, and of one who has said nothing at all.
func TestUnsafeNeverSeesRisk(t *testing.T) {
	for _, me := range []Me{{}, {Fear: Unsure, Side: Before}, {Fear: Yes, Side: After, Role: Leaver}, {Side: Before}} {
		d := day(t, "2026-01-01")
		w := Writer{Me: me, Salt: "s"}
		for range 700 {
			c := Choose(Default(), d, w)
			for _, avoid := range c.Prompt.AvoidIf {
				if avoid == Unsafe {
					t.Fatalf("%+v is asked %s", me, c.Prompt.ID)
				}
			}
			if c.Prompt.Side != AnySide && c.Prompt.Side != me.Side || c.Prompt.Role != AnyRole && c.Prompt.Role != me.Role {
				t.Fatalf("%+v is asked %s", me, c.Prompt.ID)
			}
			if len(c.Prompt.Needs) > 0 || c.Prompt.MinDays > 0 {
				t.Fatalf("%+v is asked %s", me, c.Prompt.ID)
			}
			w.History = w.History.Show(d, c.Prompt.ID)
			d++
		}
	}
}
