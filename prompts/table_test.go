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
)

var update = flag.Bool("update", false, "write table.go from packs/*.toml")

// TestTable checks that the table holds what the packs hold. With -update, which
// is what "go generate" runs, it writes the table.
func TestTable(t *testing.T) {
	want := render(t, readPacks(t))
	if *update {
		if err := os.WriteFile("table.go", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile("table.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("table.go is not what the packs say: run go generate ./prompts")
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

// render returns the source of the table. What is not set is left out of it.
func render(t *testing.T, prompts []Prompt) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("// Code generated from packs/*.toml by go generate. DO NOT EDIT.\n\n")
	b.WriteString("package prompts\n\n")
	b.WriteString("// table is read only, and made without any work at the start of the program.\n")
	b.WriteString("var table = []Prompt{\n")
	for _, p := range prompts {
		b.WriteString("{\n")
		v := reflect.ValueOf(p)
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				fmt.Fprintf(&b, "%s: %s,\n", v.Type().Field(i).Name, literal(v.Field(i)))
			}
		}
		b.WriteString("},\n")
	}
	b.WriteString("}\n")
	source, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return source
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
		return fmt.Sprintf("[]%s{%s}", v.Type().Elem().Name(), strings.Join(items, ", "))
	case reflect.Struct:
		fields := make([]string, v.NumField())
		for i := range fields {
			fields[i] = literal(v.Field(i))
		}
		typed := v.Type().Name()
		if typed == "StageWeight" {
			typed = "" // stands in a slice of its type
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
