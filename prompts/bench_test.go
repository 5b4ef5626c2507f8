package prompts

import "testing"

// tenYears returns a library as large as it is to become, and the history of
// somebody who was asked two of its questions on each day of ten years.
func tenYears(tb testing.TB) (*Library, Day, History) {
	lib, d := small(540), day(tb, "2016-03-10")
	var h History
	for range 3652 {
		c := Choose(lib, d, Writer{History: h, Salt: "s"})
		h = h.Show(d, c.Prompt.ID).Skip(d, c.Prompt.ID)
		c = Choose(lib, d, Writer{History: h, Salt: "s"})
		h = h.Show(d, c.Prompt.ID).Answer(d, c.Prompt.ID)
		d++
	}
	return lib, d, h
}

func BenchmarkChoose(b *testing.B) {
	lib, d, h := tenYears(b)
	b.Run("after ten years", func(b *testing.B) {
		for b.Loop() {
			Choose(lib, d, Writer{History: h, Salt: "s"})
		}
	})
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			Choose(lib, d, Writer{History: History{}, Salt: "s"})
		}
	})
}

func BenchmarkParseHistory(b *testing.B) {
	_, _, h := tenYears(b)
	data := h.Encode()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := ParseHistory(data); err != nil {
			b.Fatal(err)
		}
	}
}
