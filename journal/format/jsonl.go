package format

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"untangle/journal"
)

// encodeJSONL writes an object a line.
func encodeJSONL(w io.Writer, entries iter.Seq2[*journal.Entry, error], _ Options) error {
	s := spool{w: w}
	for e, err := range entries {
		if err != nil {
			return err
		}
		s.b = append(AppendJSON(s.b, e), '\n')
		if err := s.spill(); err != nil {
			return err
		}
	}
	return s.flush()
}

// decodeJSONL reads an object a line. Blank lines are passed over.
func decodeJSONL(r io.Reader, o Options) iter.Seq2[*journal.Entry, error] {
	return func(yield func(*journal.Entry, error) bool) {
		in := bufio.NewReaderSize(r, spoolBytes)
		if err := skipMark(in); err != nil {
			yield(nil, err)
			return
		}
		var d decoder
		var line []byte
		for number := 1; ; number++ {
			var last bool
			var err error
			line, last, err = readLine(in, line[:0], o.limit())
			var e *journal.Entry
			switch text := bytes.Trim(line, " \t\r\n"); {
			case err != nil:
			case len(text) == 0 && last:
				return
			case len(text) == 0:
				continue
			case text[0] == '[':
				err = errors.New("a list begins here, as in format json; here an entry a line was expected")
			default:
				e, err = d.decode(text)
			}
			if err != nil {
				yield(nil, fmt.Errorf("line %d: %w", number, err))
				return
			}
			if !yield(e, nil) || last {
				return
			}
		}
	}
}

// readLine appends the next line to b, and reports whether it is the last.
func readLine(r *bufio.Reader, b []byte, limit int) (line []byte, last bool, err error) {
	for {
		chunk, err := r.ReadSlice('\n')
		b = append(b, chunk...)
		if len(bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))) > limit {
			return b, false, tooLarge(limit)
		}
		switch err {
		case nil:
			return b, false, nil
		case io.EOF:
			return b, true, nil
		case bufio.ErrBufferFull:
		default:
			return b, false, err
		}
	}
}

// skipMark passes over the mark that some programs put before UTF-8.
func skipMark(r *bufio.Reader) error {
	const mark = "\ufeff"
	start, err := r.Peek(len(mark))
	if err != nil && err != io.EOF {
		return err
	}
	if string(start) == mark {
		_, err = r.Discard(len(mark))
		return err
	}
	return nil
}

// tooLarge returns the error for an entry beyond the limit.
func tooLarge(limit int) error {
	size := fmt.Sprint(limit, " bytes")
	if limit >= 1<<20 && limit%(1<<20) == 0 {
		size = fmt.Sprint(limit>>20, " MiB")
	}
	return fmt.Errorf("the entry takes up more than %s (set largest-entry higher to read it)", size)
}
