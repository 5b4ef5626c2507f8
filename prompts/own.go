package prompts

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Mine is the name of the pack that holds the prompts a writer added one by one.
const Mine = "mine"

// Own is the packs of a writer's own that a journal keeps, by name. It is a value: a
// method that changes something returns the changed packs. What cannot be read, since a
// later version wrote it, is none of them, but is kept as it stands.
type Own struct {
	packs  map[string][]Prompt
	unread map[string][]json.RawMessage // prompts, by the name of their pack
	others map[string]json.RawMessage   // members that are no packs; never changed
}

// ParseOwnPacks reads what Encode wrote. No data is no packs.
func ParseOwnPacks(data []byte) (Own, error) {
	own, _, err := readOwn(data)
	if err != nil {
		return Own{}, fmt.Errorf("reading your own prompts: %w", err)
	}
	return own, nil
}

// readOwn returns the packs, and why the first of what it could not read is none of
// them.
func readOwn(data []byte) (own Own, left, err error) {
	own.packs = make(map[string][]Prompt)
	if len(data) == 0 {
		return own, nil, nil
	}
	members, err := object(data)
	if err != nil {
		return own, nil, err
	}
	seen := make(map[string]bool)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		why := own.take(name, members[name], seen)
		left = cmp.Or(left, why)
	}
	return own, left, nil
}

// take takes in a pack, and returns why some of it, or all, could not be read.
func (o *Own) take(name string, raw json.RawMessage, seen map[string]bool) (left error) {
	var all []json.RawMessage
	err := json.Unmarshal(raw, &all)
	if err == nil && !validID(name) {
		err = fmt.Errorf("%q is no name of a pack", name)
	}
	if err != nil {
		if o.others == nil {
			o.others = make(map[string]json.RawMessage)
		}
		o.others[name] = raw
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, raw := range all {
		p, err := readPrompt(raw)
		if err == nil && seen[p.ID] {
			err = fmt.Errorf("the id %q stands there twice", p.ID)
		}
		if err == nil {
			seen[p.ID] = true
			o.packs[name] = append(o.packs[name], p)
			continue
		}
		if o.unread == nil {
			o.unread = make(map[string][]json.RawMessage)
		}
		o.unread[name] = append(o.unread[name], raw)
		left = cmp.Or(left, fmt.Errorf("%s: %w", name, err))
	}
	return left
}

// readPrompt reads a prompt with nothing in it that would be lost.
func readPrompt(raw json.RawMessage) (Prompt, error) {
	var p packPrompt
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return Prompt{}, err
	}
	return p.prompt(pack{}, true)
}

// Encode returns the packs as one JSON object. Equal ones give equal bytes.
func (o Own) Encode() []byte {
	members := make(map[string]any, len(o.packs)+len(o.others))
	for name, raw := range o.others {
		members[name] = raw
	}
	rows := make(map[string][]any, len(o.packs))
	for name, prompts := range o.packs {
		for _, p := range prompts {
			rows[name] = append(rows[name], p)
		}
	}
	for name, unread := range o.unread {
		for _, raw := range unread {
			rows[name] = append(rows[name], raw)
		}
	}
	for name, row := range rows {
		members[name] = row
	}
	if len(members) == 0 {
		return nil
	}
	return marshal(members)
}

// All returns the prompts of all packs, in the order of their ids.
func (o Own) All() []Prompt {
	var all []Prompt
	for _, prompts := range o.packs {
		all = append(all, prompts...)
	}
	return newLibrary(all).All()
}

// Named returns the prompts of the pack with this name, in their order.
func (o Own) Named(name string) []Prompt { return slices.Clone(o.packs[name]) }

// With returns the packs with this one among them, in place of one of the same name. A
// pack without prompts is none. What could not be read again is refused.
func (o Own) With(name string, prompts []Prompt) (Own, error) {
	if !validID(name) {
		return o, fmt.Errorf("%q is no name of a pack (use a-z, 0-9 and single hyphens, %d at most)", name, maxID)
	}
	if _, there := o.others[name]; there {
		return o, fmt.Errorf("the pack %q was written by a later version, and stays as it is", name)
	}
	with := o.Without(name)
	if len(prompts) > 0 {
		with.packs[name] = prompts
	}
	if len(with.Encode()) > maxHistory {
		return o, errors.New("there is no room for more prompts of your own")
	}
	_, left, err := readOwn(Own{packs: with.packs}.Encode())
	if err = cmp.Or(err, left); err != nil {
		return o, err
	}
	return with, nil
}

// Without returns the packs but for the one with this name.
func (o Own) Without(name string) Own {
	packs := make(map[string][]Prompt, len(o.packs)+1)
	for other, prompts := range o.packs {
		if other != name {
			packs[other] = prompts
		}
	}
	o.packs = packs
	return o
}

// Pack returns the name of the pack that holds a prompt, and its place there.
func (o Own) Pack(id string) (name string, at int, ok bool) {
	for name, prompts := range o.packs {
		if at := slices.IndexFunc(prompts, func(p Prompt) bool { return p.ID == id }); at >= 0 {
			return name, at, true
		}
	}
	return "", 0, false
}

// OwnID makes an id for a prompt that a writer added: of the first words of its text,
// with a number behind them where that one is taken.
func OwnID(text string, taken func(string) bool) string {
	const most = 28 // bytes, few enough to be typed
	free := func(id string) bool { return !taken(id) && !stepID(id) }
	id, n := Slug(Mine+" "+text, most), 2
	switch {
	case id == Mine:
		n = 1
	case free(id):
		return id
	}
	for ; ; n++ {
		if numbered := id + "-" + strconv.Itoa(n); free(numbered) {
			return numbered
		}
	}
}

// Slug returns as many words of a text as fit into so many bytes, as an id has them;
// empty if the text has none.
func Slug(text string, most int) string {
	words := strings.FieldsFunc(strings.NewReplacer("'", "", "’", "").Replace(strings.ToLower(text)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	id := ""
	for _, w := range words {
		longer := strings.TrimPrefix(id+"-"+w, "-")
		if len(longer) > most {
			break
		}
		id = longer
	}
	return id
}
