package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// input reads what is typed, and can stop waiting for it. A read that was given up
// goes on in the background, and what it brings is the first of the next.
type input struct {
	in      io.Reader
	rest    []byte
	reading chan chunk // nil while nobody reads
}

type chunk struct {
	bytes []byte
	err   error
}

// more waits for the next bytes and adds them to the rest.
func (i *input) more(ctx context.Context) error {
	if i.reading == nil {
		i.reading = make(chan chunk, 1)
		go func(got chan<- chunk) {
			b := make([]byte, 4096)
			n, err := i.in.Read(b)
			got <- chunk{b[:n], err}
		}(i.reading)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case got := <-i.reading:
		i.reading = nil
		i.rest = append(i.rest, got.bytes...)
		return got.err
	}
}

// line returns the next line without its end, or errLeft at the end of the input.
func (i *input) line(ctx context.Context) (string, error) {
	for {
		if line, rest, ok := bytes.Cut(i.rest, []byte("\n")); ok {
			i.rest = rest
			return string(line), nil
		}
		err := i.more(ctx)
		if ctx.Err() != nil {
			return "", interrupted(ctx)
		}
		if err == nil {
			continue
		}
		if errors.Is(err, io.EOF) && len(i.rest) > 0 {
			line := i.rest
			i.rest = nil
			return string(line), nil
		}
		return "", errLeft
	}
}
