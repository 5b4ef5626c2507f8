// Package format writes entries out, and reads them in, in the forms that other
// programs and people understand. Each format has a file of its own and one row in
// All; help, completion and tests range over the rows.
//
// Encoders and decoders stream: they hold one entry, or one day, at a time. No error
// of theirs holds anything of an entry's text.
package format

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"untangle/journal"
)

// Format is one way to write entries out, or to read them in, or both.
type Format struct {
	// Name is what a person types, Alias what else they may type for it.
	Name  string
	Alias []string
	// About says in one line what the format is good for.
	About string
	// Ext is the ending of its files' names, with the dot.
	Ext string
	// Encode writes the entries, and ends at the first error, its own or the
	// stream's; what was written until then is no whole document. It is nil if the
	// format cannot be written.
	Encode func(w io.Writer, entries iter.Seq2[*journal.Entry, error], o Options) error
	// Folder writes the entries as files of a folder, as the function Folder does. It
	// is nil if the format makes no folders.
	Folder func(ctx context.Context, dir string, entries iter.Seq2[*journal.Entry, error], o Options) (FolderReport, error)
	// Decode reads entries. The sequence can be run through once, and ends after its
	// first error, which names the line or the entry. It is nil if the format cannot
	// be read.
	Decode func(r io.Reader, o Options) iter.Seq2[*journal.Entry, error]
}

// Options say how entries are written or read. The zero Options will do.
type Options struct {
	// Title heads a document, "Journal" if it is empty.
	Title string
	// Limit is the most bytes one entry may take up in what is read, 1 MiB if
	// it is 0.
	Limit int
	// Partial says that the entries are not all of the journal's, so that a folder's
	// notes of other days are no finding.
	Partial bool
}

// defaultLimit is the most bytes one entry may take up, unless Options say otherwise.
const defaultLimit = 1 << 20

func (o Options) limit() int {
	if o.Limit > 0 {
		return o.Limit
	}
	return defaultLimit
}

// All returns the formats in the order in which help shows them.
func All() []Format {
	return []Format{
		{
			Name: "markdown", Alias: []string{"md"}, Ext: ".md",
			About:  "one document by year, month and day, or a folder of daily notes",
			Encode: encodeMarkdown, Folder: Folder,
		},
		{
			Name: "json", Ext: ".json",
			About:  "one list of all entries with everything about them",
			Encode: encodeJSON, Decode: decodeJSON,
		},
		{
			Name: "jsonl", Alias: []string{"ndjson"}, Ext: ".jsonl",
			About:  "the same, one entry a line",
			Encode: encodeJSONL, Decode: decodeJSONL,
		},
	}
}

// Named returns the format with the name or alias, in upper or lower case. The error
// lists the names there are.
func Named(name string) (Format, error) {
	var names []string
	for _, f := range All() {
		same := func(s string) bool { return strings.EqualFold(s, name) }
		if same(f.Name) || slices.ContainsFunc(f.Alias, same) {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, fmt.Errorf("unknown format %q (have %s)", name, strings.Join(names, ", "))
}

// spool gathers small pieces until they are worth a write.
type spool struct {
	w io.Writer
	b []byte
}

const spoolBytes = 64 << 10

// spill writes what was gathered, if it is enough.
func (s *spool) spill() error {
	if len(s.b) < spoolBytes {
		return nil
	}
	return s.flush()
}

func (s *spool) flush() error {
	if len(s.b) == 0 {
		return nil
	}
	_, err := s.w.Write(s.b)
	s.b = s.b[:0]
	return err
}
