package prompts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// asOwn returns the prompts that come with the program as if a writer had written them.
func asOwn() []Prompt {
	all := Default().All()
	for i := range all {
		all[i].ID, all[i].Own = fmt.Sprintf("own-%d", i), true
	}
	return all
}

func TestEncodePackIsReadBack(t *testing.T) {
	want := asOwn()
	data, err := EncodePack(want)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > MaxPack {
		t.Fatalf("the pack has %d bytes, more than may be read", len(data))
	}
	got, err := ParseOwn("own.toml", data, Default())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the pack is not read back as it was")
	}
}

func TestOwnIsReadBack(t *testing.T) {
	all := asOwn()
	want := Own{packs: map[string][]Prompt{Mine: all[:3], "others": all[3:]}}
	data := want.Encode()
	got, err := ParseOwnPacks(data)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) || string(got.Encode()) != string(data) {
		t.Errorf("the packs are not read back as they were")
	}
	if got.All()[0].ID != "own-0" || len(got.All()) != len(all) {
		t.Errorf("the packs have %d prompts, the first is %q", len(got.All()), got.All()[0].ID)
	}
	if data := (Own{packs: map[string][]Prompt{"empty": nil}}).Encode(); data != nil {
		t.Errorf("a pack without prompts is kept as %s", data)
	}
}

// Every field of a prompt stands in its JSON, also where it is empty.
func TestPromptJSON(t *testing.T) {
	p, err := NewOwn("mine-lamp", "Look at <one> lamp.")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"mine-lamp","text":"Look at \u003cone\u003e lamp.","followups":[],"theme":"","side":"any","role":"any",` +
		`"stages":{},"form":"question","depth":"five-minutes","tone":"gentle","intensity":1,"avoid_if":[],"needs":[],` +
		`"min_days_since":0,"grounding":"","evidence":{"note":"","grade":""},"seeds":[],"lang":"en"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestParseOwnPacksRefuses(t *testing.T) {
	for _, test := range []struct{ data, want string }{
		{`lamp`, `invalid character`},
		{`[]`, `cannot unmarshal array`},
		{`null`, `no JSON object`},
		{strings.Repeat(" ", maxHistory) + `{}`, `more than 8 MiB`},
	} {
		own, err := ParseOwnPacks([]byte(test.data))
		if len(own.All()) > 0 || err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "reading your own prompts: ") {
			t.Errorf("%.60s: %v, %v, want %q", test.data, own, err, test.want)
		}
	}
}

// What cannot be read is left out, for the reason given, and kept to the byte: also
// when the packs change around it.
func TestParseOwnPacksKeepsUnread(t *testing.T) {
	chair, err := NewOwn("mine-chair", "Look at one chair.")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ unread, want string }{
		{`"mine":{}`, `mine: json: cannot unmarshal object`},
		{`"mine":"\u001b[2J"`, `mine: json: cannot unmarshal string`},
		{`"My pack":[{"id":"lamp-2","text":"Look."}]`, `"My pack" is no name of a pack`},
		{`"mine":[{}]`, `mine: the prompt "" has no id`},
		{`"mine":[5]`, `mine: json: cannot unmarshal number`},
		{`"mine":[null]`, `has no id`},
		{`"mine":[{"id":"mine-lamp"}]`, `mine: the prompt "mine-lamp" has no text`},
		{`"mine":[{"id":"mine-lamp","text":" "}]`, `has no text`},
		{`"mine":[{"id":"Mine lamp","text":"Look."}]`, `"Mine lamp" is no id`},
		{`"mine":[{"id":"lamp","text":"Look."}]`, `mine: the id "lamp" stands there twice`},
		{`"mine":[{"id":"a","text":"Look.\u001b[2J"}]`, `control character U+001B`},
		{`"mine":[{"id":"a","text":"Look.","followups":["\u202e"]}]`, `control character U+202E`},
		{`"mine":[{"id":"a","text":"Look.","theme":"LAMP"}]`, `unknown theme "LAMP"`},
		{`"mine":[{"id":"a","text":"Look.","form":"drawing"}]`, `unknown form "drawing"`},
		{`"mine":[{"id":"a","text":"Look.","colour":"blue"}]`, `unknown field "colour"`},
		{`"mine":[{"id":"a","text":"Look.","needs":[""]}]`, `a word in a list is empty`},
		{`"mine":[{"id":"a","text":"Look.","stages":{"late":1}}]`, `unknown stage`},
		{`"mine":[{"id":"a","text":"Look.","intensity":9}]`, `unknown intensity 9 (have 1 to 4; 5 belongs to journeys)`},
		{`"mine":[{"id":"a","text":"Look.","intensity":5}]`, `unknown intensity 5 (have 1 to 4; 5 belongs to journeys)`},
		{`"mine":[{"id":"a","text":"Look.","intensity":4,"grounding":" "}]`, `the prompt "a" has intensity 4, and needs a grounding`},
	} {
		data := `{"kitchen":[{"id":"lamp","text":"Look."}],` + test.unread + `}`
		own, left, err := readOwn([]byte(data))
		if err != nil || left == nil || !strings.Contains(left.Error(), test.want) {
			t.Errorf("%s: %v, %v, want %q", data, left, err, test.want)
			continue
		}
		if all := own.All(); len(all) != 1 || all[0].ID != "lamp" {
			t.Errorf("%s: read as %v", data, all)
		}
		changed, err := own.With("hall", []Prompt{chair})
		if err != nil {
			t.Errorf("%s: %v", data, err)
		}
		for _, o := range []Own{own, changed, changed.Without("mine"), own.Without("kitchen")} {
			if !strings.Contains(string(o.Encode()), test.unread) {
				t.Errorf("%s: kept as %s", data, o.Encode())
			}
		}
	}
}

// A prompt goes into a pack beside those that cannot be read, and in the place of
// nothing that cannot be.
func TestOwnWithKeepsUnread(t *testing.T) {
	const later = `{"id":"mine-lamp","text":"Look.","theme":"LAMP"}`
	chair, err := NewOwn("mine-chair", "Look at one chair.")
	if err != nil {
		t.Fatal(err)
	}
	own, err := ParseOwnPacks([]byte(`{"mine":[` + later + `],"porch":{"of":"later"}}`))
	if err != nil {
		t.Fatal(err)
	}
	with, err := own.With(Mine, []Prompt{chair})
	if err != nil || len(with.Named(Mine)) != 1 || !strings.Contains(string(with.Encode()), `},`+later+`]`) {
		t.Errorf("%v, kept as %s", err, with.Encode())
	}
	back, err := ParseOwnPacks(with.Encode())
	if err != nil || !reflect.DeepEqual(back, with) {
		t.Errorf("%v, %+v, want %+v", err, back, with)
	}
	if without := with.Without(Mine); string(without.Encode()) != string(own.Encode()) {
		t.Errorf("without the chair, kept as %s", without.Encode())
	}
	if _, err := own.With("porch", []Prompt{chair}); err == nil || !strings.Contains(err.Error(), "later version") {
		t.Errorf("a pack of a later version was replaced: %v", err)
	}
}

func TestOwnWith(t *testing.T) {
	lamp, err := NewOwn("mine-lamp", "Look at one lamp.")
	if err != nil {
		t.Fatal(err)
	}
	chair := lamp
	chair.ID = "mine-chair"
	before := Own{packs: map[string][]Prompt{Mine: {lamp}}}
	after, err := before.With("other", []Prompt{chair})
	if err != nil || len(after.All()) != 2 || len(before.All()) != 1 {
		t.Fatalf("%v, %v, and before %v", after, err, before)
	}
	if name, at, ok := after.Pack("mine-chair"); name != "other" || at != 0 || !ok {
		t.Errorf("the chair is in %q at %d, %v", name, at, ok)
	}
	if _, _, ok := after.Pack("mine-cup"); ok {
		t.Errorf("there is a cup")
	}
	if replaced, err := after.With("other", nil); err != nil || len(replaced.All()) != 1 {
		t.Errorf("without the other pack: %v, %v", replaced, err)
	}
	for _, name := range []string{"other", "a"} {
		if _, err := after.With(name, []Prompt{lamp}); err == nil {
			t.Errorf("an id may stand in two packs, %s and mine", name)
		}
	}
	for _, spoil := range []func(*Prompt){
		func(p *Prompt) { p.ID = "No id" },
		func(p *Prompt) { p.Text = "Look.\u202e" },
		func(p *Prompt) { p.Theme = "LAMP" },
		func(p *Prompt) { p.Intensity = 5 },
		func(p *Prompt) { p.Intensity = 4 },
	} {
		bad := lamp
		bad.ID = "bad"
		spoil(&bad)
		if got, err := after.With("bad", []Prompt{bad}); err == nil || !reflect.DeepEqual(got, after) {
			t.Errorf("%+v is taken in", bad)
		}
	}
	if _, err := after.With("No name", nil); err == nil {
		t.Errorf("a pack may have any name")
	}
	long := make([]Prompt, 9000)
	for i := range long {
		long[i] = lamp
		long[i].ID, long[i].Text = fmt.Sprintf("l-%d", i), strings.Repeat("x", maxString)
	}
	if _, err := before.With("long", long); err == nil || err.Error() != "there is no room for more prompts of your own" {
		t.Errorf("packs without end: %v", err)
	}
}

func TestOwnID(t *testing.T) {
	taken := make(map[string]bool)
	for _, test := range []struct{ text, want string }{
		{"What does the hall smell of?", "mine-what-does-the-hall"},
		{"What does the hall sound like?", "mine-what-does-the-hall-2"},
		{"what DOES the hall... remember?", "mine-what-does-the-hall-3"},
		{"Don't. Won’t.", "mine-dont-wont"},
		{"夜の台所", "mine-1"},
		{"Où?", "mine-o"},
		{"Rindfleischetikettierungsüberwachung", "mine-2"},
	} {
		got := OwnID(test.text, func(id string) bool { return taken[id] })
		if got != test.want || !validID(got) {
			t.Errorf("%q has the id %q, want %q", test.text, got, test.want)
		}
		taken[got] = true
	}
}

// A step's id tells what an entry was written to, and is nobody else's.
func TestOwnIDsAreNoSteps(t *testing.T) {
	steps := slices.Clone(restTable)
	for _, j := range Journeys() {
		steps = append(steps, j.Steps...)
	}
	for _, s := range steps {
		data := fmt.Sprintf("[[prompt]]\nid = %q\ntext = \"Look.\"\n", s.ID)
		want := fmt.Sprintf("the id %q is taken", s.ID)
		if _, err := ParseOwn("x", []byte(data), Default()); err == nil || err.Error() != "x:1: "+want {
			t.Errorf("%s: %v, want %q", s.ID, err, want)
		}
		if _, err := NewOwn(s.ID, "Look."); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %q", s.ID, err, want)
		}
	}
	if stepID("mine-lamp") {
		t.Errorf("there is a step mine-lamp")
	}
}

func TestOwnIntensity(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"intensity = 3", ""},
		{"intensity = 4\ngrounding = \"Feet on the floor.\"", ""},
		{"intensity = 4", `x:1: the prompt "lamp" has intensity 4, and needs a grounding: a sentence to read after writing`},
		{"intensity = 5\ngrounding = \"Feet on the floor.\"", "x:1: unknown intensity 5 (have 1 to 4; 5 belongs to journeys)"},
		{"intensity = -1", "x:1: unknown intensity -1 (have 1 to 4; 5 belongs to journeys)"},
	} {
		got := ""
		if _, err := ParseOwn("x", []byte("[[prompt]]\nid = \"lamp\"\ntext = \"Look.\"\n"+test.line), Default()); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%q: %q, want %q", test.line, got, test.want)
		}
	}
}

func FuzzParseOwn(f *testing.F) {
	lib := Default()
	f.Add([]byte(wholePack))
	f.Add([]byte("[[prompt]]\nid = \"a\"\ntext = \"A?\"\n"))
	f.Add([]byte("[[prompt]]\nid = \"com-ten-breaths\"\ntext = '''A?'''\nstages = { grief = 1 }\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		prompts, err := ParseOwn("x", data, lib)
		if err != nil {
			if prompts != nil || !strings.HasPrefix(err.Error(), "x:") {
				t.Fatalf("%v with the error %v", prompts, err)
			}
			return
		}
		if len(lib.With(prompts).All()) != len(lib.All())+len(prompts) {
			t.Fatal("an id is taken")
		}
		written, err := EncodePack(prompts)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseOwn("x", written, lib)
		if err != nil && len(written) <= MaxPack || err == nil && !reflect.DeepEqual(again, prompts) {
			t.Fatalf("%v, %+v, want %+v, from\n%s", err, again, prompts, written)
		}
		own, err := Own{}.With("x", prompts)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseOwnPacks(own.Encode()); err != nil || !reflect.DeepEqual(back, own) {
			t.Fatalf("%v, %+v, want %+v", err, back, own)
		}
	})
}

func FuzzParseOwnPacks(f *testing.F) {
	f.Add([]byte(`{"mine":[{"id":"mine-lamp","text":"Look.","stages":{"grief":2},"evidence":{"note":"a lamp","grade":"D"}}]}`))
	f.Add([]byte(`{"mine":[{"id":"a","text":"Look."},{"id":"a","text":"<\u001b>"},{"id":"b","theme":"LAMP"},5],"porch":{"of":"later"}}`))
	f.Add(Own{packs: map[string][]Prompt{"all": asOwn()[:20]}}.Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		own, err := ParseOwnPacks(data)
		if err != nil {
			if !reflect.DeepEqual(own, Own{}) {
				t.Fatalf("%v with the error %v", own, err)
			}
			return
		}
		if found := uniqueIDs(own.All()); found != nil {
			t.Fatal(found)
		}
		for _, p := range own.All() {
			if err := p.whole(); err != nil {
				t.Fatal(err)
			}
		}
		encoded := own.Encode()
		kept := slices.Collect(maps.Values(own.others))
		for _, unread := range own.unread {
			kept = append(kept, unread...)
		}
		for _, raw := range kept {
			if plain, err := json.Marshal(raw); err != nil || !bytes.Contains(encoded, plain) {
				t.Fatalf("%v: %s is not kept in %s", err, plain, encoded)
			}
		}
		back, err := ParseOwnPacks(encoded)
		if err != nil && len(encoded) <= maxHistory || err == nil && string(back.Encode()) != string(encoded) {
			t.Fatalf("%v: %s, want %s", err, back.Encode(), encoded)
		}
		if err == nil && len(back.All()) != len(own.All()) {
			t.Fatalf("%d prompts are read back, want %d", len(back.All()), len(own.All()))
		}
	})
}
