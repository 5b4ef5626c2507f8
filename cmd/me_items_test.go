package cmd

import (
	"slices"
	"testing"

	"untangle/prompts"
)

// Every word that can be chosen is one that is kept, and every stage and theme can be.
func TestMeItems(t *testing.T) {
	t.Parallel()
	var names []string
	for _, i := range meItems() {
		names = append(names, i.name)
		for _, o := range i.options {
			if _, err := (prompts.Me{}).Set(i.name, o.value); err != nil {
				t.Errorf("%s: %v", i.name, err)
			}
			if o.says == "" {
				t.Errorf("%s: %s has no words", i.name, o.value)
			}
		}
	}
	for _, name := range prompts.MeNames() {
		if !slices.Contains(names, name) {
			t.Errorf("%s is neither asked nor shown", name)
		}
	}
	if got := len(stageOptions()); got != len(prompts.Stages()) {
		t.Errorf("%d stages can be chosen, want %d", got, len(prompts.Stages()))
	}
	if got := len(themeOptions()); got != len(prompts.Themes()) {
		t.Errorf("%d themes can be chosen, want %d", got, len(prompts.Themes()))
	}
}

func TestNextItems(t *testing.T) {
	t.Parallel()
	put := func(me prompts.Me, names ...string) prompts.Me {
		for _, name := range names {
			me = me.Tell("asked " + name)
		}
		return me
	}
	for _, c := range []struct {
		name  string
		me    prompts.Me
		again bool
		want  []string
	}{
		{"at first", prompts.Me{}, false, []string{"stages", "side"}},
		{"one answered, one left open", put(prompts.Me{Stages: prompts.Stages()[:1]}, "stages", "side"), false, []string{"role", "fear"}},
		{"left open ones wait for the others", put(prompts.Me{}, "stages"), true, []string{"side", "role"}},
		{"no parting to ask for", put(prompts.Me{Side: prompts.Before}, "stages", "role", "fear", "needs", "avoid"), false, []string{"check-ins"}},
		{"all put", put(prompts.Me{}, prompts.MeNames()...), false, nil},
		{"all put, and asked for again", put(prompts.Me{Role: prompts.Left}, prompts.MeNames()...), true, []string{"stages", "side"}},
	} {
		var got []string
		for _, i := range nextItems(c.me, c.again) {
			got = append(got, i.name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Taking everything back leaves nothing said, and the program's own notes as they are.
func TestForgetMe(t *testing.T) {
	t.Parallel()
	me := prompts.Me{Looked: 5, Eased: 6, Told: []string{"me", "asked side", "letter x"}, Dates: []prompts.Date{{Month: 3, Day: 10, Name: "the key"}}}
	for _, i := range meItems() {
		value := map[string]string{"parted": "2026-02-14", "country": "nz"}[i.name]
		if len(i.options) > 0 {
			value = i.options[0].value
		}
		var err error
		if me, err = me.Set(i.name, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := forgetMe(&me); err != nil {
		t.Fatal(err)
	}
	want := prompts.Me{Looked: 5, Eased: 6, Told: []string{"me", "letter x"}}
	if got := string(me.Encode()); got != string(want.Encode()) {
		t.Errorf("%s, want %s", got, want.Encode())
	}
}
