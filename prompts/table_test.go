package prompts

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

var update = flag.Bool("update", false, "write the tables from what stands in packs, letters and journeys")

// TestTable checks that the tables hold what the packs, letters and journeys hold. With
// -update, which is what "go generate" runs, it writes them.
func TestTable(t *testing.T) {
	for name, want := range map[string][]byte{
		"table.go":          render(t, "table", readPacks(t)),
		"table_letters.go":  render(t, "letterTable", readLetters(t)),
		"table_journeys.go": render(t, "journeyTable", readJourneys(t)),
		"table_rests.go":    render(t, "restTable", readRests(t)),
	} {
		if *update {
			if err := os.WriteFile(name, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the packs say: run go generate ./prompts", name)
		}
	}
}

func TestPackIsOneTheme(t *testing.T) {
	for _, theme := range Themes() {
		name := filepath.Join("packs", strings.ToLower(string(theme))+".toml")
		for _, p := range readPack(t, name) {
			if p.Theme != theme {
				t.Errorf("%s: the prompt %q has the theme %s", name, p.ID, p.Theme)
			}
		}
	}
}

func readPacks(t *testing.T) []Prompt {
	t.Helper()
	names, err := filepath.Glob("packs/*.toml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no packs: %v", err)
	}
	var all []Prompt
	for _, name := range names {
		all = append(all, readPack(t, name)...)
	}
	return newLibrary(all).All()
}

func readPack(t *testing.T, name string) []Prompt {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	// As it is named in errors everywhere, also where paths have backslashes.
	prompts, err := ParsePack(filepath.ToSlash(name), data)
	if err != nil {
		t.Fatal(err)
	}
	return prompts
}

// A letter, a journey and a step as they stand in their files.
type (
	letterFile struct {
		Lang   string
		Letter []struct {
			ID, Title, For, Text string
			Side                 word[Side]
			Role                 word[Role]
			Stages               map[string]int
			AvoidIf              []word[Avoid] `toml:"avoid_if"`
			Seeds                []string
		}
	}
	journeyFile struct {
		Lang, ID, Title, About string
		Number, Cap            int
		For                    []word[Stage]
		Side                   word[Side]
		Role                   word[Role]
		Gate                   string
		Step                   []stepFile
	}
	stepFile struct {
		ID, Title, Text, Instead, Grounding line
		Followups                           []line
		Form                                word[Form]
		Intensity                           int
		Gated                               bool
		Evidence                            struct {
			Note  string
			Grade word[Grade]
		}
		Seeds []string
	}
)

// decode reads a file of ours, in which nothing may be unknown.
func decode(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(into); err != nil {
		t.Fatal(locate(name, err))
	}
}

func readLetters(t *testing.T) (letters []Letter) {
	t.Helper()
	var file letterFile
	decode(t, "letters/letters.toml", &file)
	for _, l := range file.Letter {
		stages, err := weights(l.Stages)
		if err != nil {
			t.Fatalf("%s: %v", l.ID, err)
		}
		letters = append(letters, Letter{
			ID: l.ID, Title: l.Title, For: l.For, Text: strings.TrimSpace(l.Text), Side: l.Side.word, Role: l.Role.word,
			Stages: stages, AvoidIf: plain(l.AvoidIf), Seeds: l.Seeds,
		})
	}
	return letters
}

func readJourneys(t *testing.T) (journeys []Journey) {
	t.Helper()
	names, err := filepath.Glob("journeys/*.toml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no journeys: %v", err)
	}
	for _, name := range names {
		if filepath.Base(name) == "rests.toml" {
			continue
		}
		var file journeyFile
		decode(t, name, &file)
		journeys = append(journeys, Journey{
			ID: file.ID, Number: file.Number, Title: file.Title, About: file.About, For: plain(file.For),
			Side: file.Side.word, Role: file.Role.word, Cap: file.Cap, Gate: Gate(file.Gate), Steps: steps(file.Step),
		})
	}
	slices.SortFunc(journeys, func(a, b Journey) int { return a.Number - b.Number })
	return journeys
}

func readRests(t *testing.T) []Step {
	t.Helper()
	var file struct {
		Lang string
		Step []stepFile
	}
	decode(t, "journeys/rests.toml", &file)
	return steps(file.Step)
}

func steps(files []stepFile) (steps []Step) {
	for _, f := range files {
		steps = append(steps, Step{
			ID: f.ID.text, Title: f.Title.text, Text: f.Text.text, Instead: f.Instead.text, Followups: texts(f.Followups),
			Form: f.Form.word, Intensity: f.Intensity, Grounding: f.Grounding.text, Gated: f.Gated,
			Evidence: Evidence{f.Evidence.Note, f.Evidence.Grade.word}, Seeds: f.Seeds,
		})
	}
	return steps
}

// render returns the source of a table. What is not set is left out of it.
func render[T any](t *testing.T, name string, rows []T) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("// Code generated from packs, letters and journeys by go generate. DO NOT EDIT.\n\n")
	b.WriteString("package prompts\n\n")
	fmt.Fprintf(&b, "// %s is read only, and made without any work at the start of the program.\n", name)
	fmt.Fprintf(&b, "var %s = []%s{\n", name, reflect.TypeFor[T]().Name())
	for _, row := range rows {
		b.WriteString(members(reflect.ValueOf(row)) + ",\n")
	}
	b.WriteString("}\n")
	source, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// members returns the literal of a struct, with the names of the fields that are set.
func members(v reflect.Value) string {
	var all []string
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			all = append(all, v.Type().Field(i).Name+": "+literal(v.Field(i)))
		}
	}
	return "{" + strings.Join(all, ", ") + "}"
}

func literal(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = literal(v.Index(i))
		}
		if v.Type().Elem() == reflect.TypeFor[Step]() {
			return "[]Step{\n" + strings.Join(items, ",\n") + ",\n}" // a line each
		}
		return fmt.Sprintf("[]%s{%s}", v.Type().Elem().Name(), strings.Join(items, ", "))
	case reflect.Struct:
		fields := make([]string, v.NumField())
		for i := range fields {
			fields[i] = literal(v.Field(i))
		}
		typed := v.Type().Name()
		switch typed {
		case "Step":
			return members(v) // stands in a slice of its type, as a weight does
		case "StageWeight":
			typed = ""
		}
		return fmt.Sprintf("%s{%s}", typed, strings.Join(fields, ", "))
	}
	return fmt.Sprint(v.Interface())
}

func TestLibraryFindsItsPrompts(t *testing.T) {
	lib := Default()
	all := lib.All()
	if !slices.IsSortedFunc(all, func(a, b Prompt) int { return cmp.Compare(a.ID, b.ID) }) {
		t.Error("the table is not in the order of its ids")
	}
	for _, want := range all {
		if got, ok := lib.Prompt(want.ID); !ok || got.Text != want.Text {
			t.Errorf("Prompt(%q) = %v, %v", want.ID, got.ID, ok)
		}
	}
	for _, id := range []string{"", "a", "zzz", all[0].ID + "x"} {
		if _, ok := lib.Prompt(id); ok {
			t.Errorf("there is a prompt %q", id)
		}
	}
	all[0].Text = "changed"
	if p, _ := lib.Prompt(all[0].ID); p.Text == "changed" {
		t.Error("a caller can change the library")
	}
}
