package cmd

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// prepareAnyway is prepare for what people may need at a bad moment: settings that
// cannot be read count as not set.
func (r *run) prepareAnyway(c *cobra.Command, _ []string) error {
	if r.prepare(c) == nil {
		return nil
	}
	o, err := loadOptions(func(string) string { return "" }, &pflag.FlagSet{}, "")
	if err != nil {
		return err
	}
	r.options, r.unsettled, r.style = o, true, style{}
	r.ask = newAsker(r)
	return nil
}

// laid returns paragraphs as they are printed: wrapped behind the margin on a terminal,
// and one line each elsewhere.
func (r *run) laid(paragraphs ...string) string {
	var b strings.Builder
	for _, p := range paragraphs {
		if _, ok := terminal(r.Out); ok {
			p = indent(strings.Join(wrapLines(p, r.room()), "\n"), margin)
		}
		b.WriteString(p + "\n")
	}
	return b.String()
}

// pageAnyway shows a text through the pager, or as it is if the pager's name cannot be
// read.
func (r *run) pageAnyway(ctx context.Context, text string) error {
	err := r.page(ctx, text, false)
	if errors.As(err, new(*usageError)) {
		_, err = io.WriteString(r.Out, text)
	}
	return err
}

// byClock returns one of n numbers, another each second, so that nothing need be
// remembered to show something else the next time.
func (r *run) byClock(n int) int { return int(uint64(r.Now().Unix()) % uint64(n)) }
