package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNew(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, want string }{
		{"", "none"}, {"none", "none"}, {"English", "english"}, {"en", "english"}, {" DE ", "german"}, {"nb", "norwegian"}, {"nn", "norwegian"},
	} {
		if a, err := New(test.name); err != nil || a.Language() != test.want {
			t.Errorf("%q: %v, %v", test.name, a, err)
		}
	}
	for _, name := range Languages() {
		if a, err := New(name); err != nil || a.Language() != name {
			t.Errorf("%q: %v, %v", name, a, err)
		}
	}
	for _, name := range []string{"klingon", "e", "no nb"} {
		if _, err := New(name); err == nil || !strings.Contains(err.Error(), "none, arabic, danish") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// found reports whether a query finds a text.
func found(t *testing.T, a *Analyser, query, text string) bool {
	t.Helper()
	q, err := Parse(query, Options{Analyser: a})
	if err != nil {
		t.Fatalf("%q: %v", query, err)
	}
	return q.Match(&Doc{Text: a.Tokens(text)})
}

// What a reader of a language expects to find. The sources: U, The Unicode Standard, by
// chapter; UAX 29, 15, 44 and UTS 51, 10, by section; CLDR, its transliteration Latin-ASCII;
// L, the analyser of that language in Lucene, by class; S, the test vocabulary of the
// Snowball stemmer.
func TestReaders(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		language, text, query string
		want                  bool
		source                string
	}{
		{"none", "Je l'ai aimé", "aime", true, "UTS 10, 1.1: accents are a secondary difference"},
		{"none", "I was naive", "naïve", true, "UTS 10, 1.1"},
		{"none", "cafe\u0301", "caf\u00e9", true, "UAX 15, 1.1: canonically the same"},
		{"none", "caf\u00e9", "cafe\u0301", true, "UAX 15, 1.1"},
		{"none", "\u1112\u1161\u11ab\u1100\u1173\u11af", "한글", true, "UAX 15, 1.1: Hangul, as macOS spells file names"},
		{"none", "ﬁne", "fine", true, "UAX 15, 1.1: compatibility"},
		{"none", "He said don’t", "don't", true, "UAX 29, 4.1, WB6 and WB7: MidNumLetQ"},
		{"none", "I can", "can't", false, "a word and its negation are two"},
		{"none", "the soft\u00adhyphen", "softhyphen", true, "U 23.2: a soft hyphen shows nothing"},
		{"none", "_really_ sorry", "really", true, "Markdown's emphasis; UAX 29, WB13a joins it"},
		{"none", "in room 2\u202f345", "\"2 345\"", true, "UAX 29, WB13a joins it; thousands are set apart by it"},
		{"none", "at 18:30", "18.30", true, "UAX 29, 4.1: tailored, numbers part"},
		{"none", "Æsir and smørrebrød", "smorrebrod aesir", true, "CLDR, Latin-ASCII"},
		{"none", "Łódź", "lodz", true, "CLDR, Latin-ASCII"},
		{"none", "Dvořák", "dvorak", true, "UTS 10, 1.1"},
		{"none", "Tiếng Việt", "tieng viet", true, "UTS 10, 1.1: two marks on a letter"},
		{"none", "col·lecció", "colleccio", true, "UAX 29, 4.1, WB6: MidLetter"},

		{"english", "I was gardening", "gardens", true, "S: garden"},
		{"english", "my sister's flat", "sister", true, "S: 's goes in step 0"},
		{"english", "my sister’s flat", "sister's", true, "S: 's goes in step 0"},
		{"english", "guilty", "guilt", false, "S: guilti, guilt; families.go offers it"},
		{"english", "gardening", `"gardens"`, false, "what is quoted stands as it is"},

		{"german", "Die Straße", "STRASSE", true, "U 5.18: full case folding"},
		{"german", "DIE STRASSE", "straße", true, "U 5.18"},
		{"german", "STRAẞE", "strasse", true, "U 5.18: the capital sharp s"},
		{"german", "schöne Häuser", "haus", true, "S: hauser, haus"},
		{"german", "die Übung", "ubung", true, "UTS 10, 1.1"},
		{"german", "ein Mädchen", "maedchen", false, "DIN 5007-2 is for telephone books alone"},

		{"french", "à l’amour", "amour", true, "L: ElisionFilter"},
		{"french", "d'amours", "l'amour", true, "L: ElisionFilter; S: amour"},
		{"french", "je l'ai mangée", "manger", true, "S: mang"},
		{"french", "ils mangèrent", "manger", true, "S: mang"},
		{"spanish", "varias naciones", "nación", true, "S: nacion"},
		{"portuguese", "as separações", "separação", true, "S: separ"},
		{"french", "ŒUVRE", "oeuvre", true, "CLDR, Latin-ASCII"},
		{"italian", "dell'arte", "arte", true, "L: ElisionFilter"},
		{"spanish", "muchas canciones", "canción", true, "S: cancion"},
		{"spanish", "el año", "ano", true, "UTS 10, 1.1, for keyboards without ñ"},
		{"portuguese", "os meninos", "menino", true, "S: menin"},
		{"dutch", "drie lichamelijke", "lichamelijk", true, "S: licham"},
		{"swedish", "flickorna", "flicka", true, "S: flick"},
		{"norwegian", "dager", "dag", true, "S: dag"},
		{"danish", "bøgerne", "boger", true, "S: bøg; CLDR, Latin-ASCII"},
		{"finnish", "taloissa", "talo", true, "S: talo"},
		{"hungarian", "házak", "ház", true, "S: ház"},
		{"romanian", "casele", "casă", true, "S: cas"},
		{"irish", "teach", "teach", true, "S: teach"},
		{"tamil", "வீடுகள்", "வீடுகள்", true, "U 12.6: marks are vowels, and stay"},

		{"turkish", "IŞIK", "ışık", true, "U 5.18: I is the capital of ı"},
		{"turkish", "IŞIK", "isik", true, "U 5.18, for keyboards without ı"},
		{"turkish", "ışık", "IŞIK", true, "U 5.18"},
		{"turkish", "İSTANBUL", "istanbul", true, "U 5.18: İ is the capital of i"},
		{"none", "DIYARBAKIR", "Diyarbakır", true, "U 5.18, without the language"},
		{"none", "diyarbakir", "Dİyarbakır", true, "U 5.18"},
		{"turkish", "evler", "ev", true, "S: ev"},

		{"none", "ΟΔΥΣΣΕΥΣ", "οδυσσεύς", true, "U 3.13: the final sigma"},
		{"none", "Ὀδυσσεύς", "ΟΔΥΣΣΕΥΣ", true, "U 7.2: breathings and tonos"},
		{"none", "άνθρωπος", "ανθρωποσ", true, "U 7.2"},

		{"russian", "ещё", "еще", true, "L: RussianLightStemmer's filter; ё is mostly written е"},
		{"none", "мой", "мои", false, "U 7.4: й is a letter"},
		{"russian", "мои\u0306", "мой", true, "UAX 15, 1.1"},
		{"russian", "за\u0301мок", "замок", true, "stress marks are for learners"},
		{"russian", "красивая", "красивую", true, "S: красив"},
		{"none", "Україна, її", "її", true, "U 7.4: ї is a letter"},

		{"arabic", "كَتَبَ", "كتب", true, "L: ArabicNormalizer, harakat"},
		{"arabic", "كتـــب", "كتب", true, "L: ArabicNormalizer, tatweel"},
		{"arabic", "أحمد", "احمد", true, "L: ArabicNormalizer, hamza on alef"},
		{"arabic", "إلى", "الي", true, "L: ArabicNormalizer, alef maksura"},
		{"arabic", "آمال", "امال", true, "L: ArabicNormalizer, madda"},
		{"arabic", "مدرسة", "مدرسه", true, "L: ArabicNormalizer, teh marbuta"},
		{"none", "ﻛﺘﺎﺏ", "كتاب", true, "UAX 15, 1.1: presentation forms"},
		{"none", "سال ۱۴۰۳", "1403", true, "UAX 44, 5.7.1: decimal digits"},
		{"none", "می\u200cخواهم", "میخواهم", true, "U 9.2: ZWNJ shapes letters only"},
		{"none", "کتاب", "كتاب", true, "L: PersianNormalizer, keheh"},

		{"none", "שָׁלוֹם", "שלום", true, "U 9.1: points are optional"},
		{"none", `צה"ל`, "צה״ל", true, "UAX 29, WB7b: gershayim"},
		{"none", "צה״ל", `צה"ל`, true, "UAX 29, WB7b"},
		{"none", "ג'ירפה", "גירפה", true, "UAX 29, WB7a: geresh"},

		{"none", "ฉันรักเธอ", "รัก", true, "UAX 29, 4: Thai has no spaces; L: pairs as CJKBigramFilter"},
		{"none", "ฉันรักเธอ", "รก", false, "U 16.1: vowels above belong to their letter"},
		{"none", "ຂ້ອຍຮັກເຈົ້າ", "ຮັກ", true, "UAX 29, 4: nor has Lao"},
		{"none", "ខ្ញុំស្រឡាញ់\u200bអ្នក", "ស្រឡាញ់អ្នក", true, "U 23.2: a space without width parts no word for a reader"},
		{"none", "ปี ๒๕๖๗", "2567", true, "UAX 44, 5.7.1"},

		{"none", "我今天很难过", "难过", true, "L: CJKBigramFilter"},
		{"none", "我今天很难过", "天", true, "L: CJKBigramFilter, outputUnigrams"},
		{"none", "我今天很难过", "今天很难", true, "L: CJKBigramFilter, in a row"},
		{"none", "我今天很难过", "难今", false, "L: CJKBigramFilter"},
		{"none", "今 天", "今天", false, "a space parts"},
		{"none", "\uf9e0", "易", true, "UAX 15, 1.1: compatibility ideographs"},
		{"none", "私は日本語を書く", "日本", true, "L: CJKBigramFilter"},
		{"none", "私は日本語を書く", "書く", true, "L: CJKBigramFilter, scripts mixed"},
		{"none", "ﾗｰﾒﾝ", "ラーメン", true, "UAX 15, 1.1: half width"},
		{"none", "がっこう", "かっこう", false, "U 18.4: voiced kana are letters"},
		{"none", "か\u3099っこう", "がっこう", true, "UAX 15, 1.1"},
		{"none", "나는 사랑을 했다", "사랑", true, "L: CJKBigramFilter, particles"},
		{"none", "나는 사랑을 했다", "사랑을 나는", true, "L: CJKBigramFilter"},
		{"none", "나는 사랑을 했다", `"나는 사랑을"`, true, "L: CJKBigramFilter, in a row"},
		{"none", "집에 왔다", "집", true, "L: CJKBigramFilter, outputUnigrams"},

		{"none", "so 😭😭", "😭", true, "UAX 29, WB999: each is one"},
		{"none", "👍🏽", "👍", true, "UTS 51, 2.4: a modifier changes the look"},
		{"none", "👍", "👍🏽", false, "UTS 51, 2.4"},
		{"none", "👩🏽‍💻", "👩‍💻", true, "UTS 51, 2.4"},
		{"none", "🤷🏽‍♀️", "🤷", true, "UTS 51, 2.3: the sequence falls back on it"},
		{"none", "🤷‍♀", "🤷‍♀️", true, "UTS 51, 1.4.3: minimally qualified"},
		{"none", "I ❤️ it", "❤", true, "UTS 51, 1.4.3: presentation selectors"},
		{"none", "🇫🇷🇩🇪", "🇩🇪", true, "UAX 29, WB15 and WB16"},
		{"none", "🇫🇷🇩🇪", "🇷🇩", false, "UAX 29, WB15 and WB16"},
		{"none", "ok👍", "ok", true, "UAX 29, WB999"},
		{"none", "1️⃣", "1", true, "UTS 51, 1.4.2: a keycap"},

		{"none", "हिन्दी", "हिन्दी", true, "U 12.1: marks are vowels, and stay"},
		{"none", "हिन्दी", "हन्द", false, "U 12.1"},
		{"none", "क\u093c", "\u0958", true, "UAX 15, 5: composition exclusions"},
		{"none", "Ա և Բ", "եւ", true, "U 3.13: the ligature ech yiwn"},
		{"none", "Ⴀ", "ⴀ", true, "U 3.13: Georgian capitals"},
	} {
		t.Run(fmt.Sprintf("%s %s in %s", test.language, test.query, test.text), func(t *testing.T) {
			a := analyser(t, test.language)
			if got := found(t, a, test.query, test.text); got != test.want {
				t.Errorf("found %v, want %v: %s (%q in %q)", got, test.want, test.source, terms(a, test.query), terms(a, test.text))
			}
		})
	}
}

// No stemmer stumbles over words of other languages, or over what is no word at all.
func TestStemAnything(t *testing.T) {
	t.Parallel()
	letters := []string{
		"a", "e", "i", "o", "u", "y", "s", "t", "l", "n", "ing", "ed", "ss", "'", "s'", "issement", "ungen", "é", "ä", "ß", "ı", "ş", "ő", "ă",
		"я", "ия", "ость", "ا", "ال", "ون", "க", "ள்", "日", "👍", "1", "́", "-",
	}
	for _, language := range Languages() {
		a := analyser(t, language)
		r := rand.New(rand.NewPCG(7, 8))
		for range 3000 {
			var b strings.Builder
			for range 1 + r.IntN(7) {
				b.WriteString(letters[r.IntN(len(letters))])
			}
			stem := a.Stem(b.String())
			if stem == "" || !utf8.ValidString(stem) || strings.IndexByte(stem, 0) >= 0 {
				t.Errorf("%s: %q becomes %q", language, b.String(), stem)
			}
		}
	}
}

// Stems are the same when they are asked for again, also behind a full cache.
func TestStemCache(t *testing.T) {
	t.Parallel()
	a := analyser(t, "english")
	for range 2 {
		for i := range 3 * cacheWords {
			if got, want := a.Stem(fmt.Sprintf("wo%drs", i)), fmt.Sprintf("wo%dr", i); got != want {
				t.Fatalf("%q, want %q", got, want)
			}
		}
		if got := a.Stem("gardening"); got != "garden" {
			t.Fatalf("%q", got)
		}
	}
	if n := len(a.stems.young) + len(a.stems.old); n > 2*cacheWords {
		t.Errorf("%d words are kept", n)
	}
}

// Families are symmetric, and offer nothing that is found anyway.
func TestFamilies(t *testing.T) {
	t.Parallel()
	a := analyser(t, "english")
	family := make(map[string]string)
	for _, line := range families {
		for word := range strings.FieldsSeq(line) {
			stem := a.Stem(word)
			if other, ok := family[stem]; ok {
				t.Errorf("%q is in %q and in %q", word, line, other)
			}
			if word != Fold(word) {
				t.Errorf("%q is no term", word)
			}
			family[stem] = line
			for _, kin := range a.Family(stem) {
				back := a.Family(a.Stem(kin))
				if !slices.ContainsFunc(back, func(w string) bool { return a.Stem(w) == stem }) {
					t.Errorf("%q leads to %q, and that to %q", word, kin, back)
				}
				if found(t, a, word, kin) {
					t.Errorf("%q finds %q anyway", word, kin)
				}
			}
		}
	}
	if !slices.IsSorted(families[:]) {
		t.Error("the families are out of order")
	}
	for _, test := range []struct{ word, want string }{
		{"guilt", "guilty blame"}, {"guilty", "guilt blame"}, {"Anger", "angry furious rage"}, {"garden", ""},
	} {
		if got := strings.Join(a.Family(a.Stem(Fold(test.word))), " "); got != test.want {
			t.Errorf("%q: %q, want %q", test.word, got, test.want)
		}
	}
	if kin := analyser(t, "german").Family("guilt"); kin != nil {
		t.Errorf("in German: %q", kin)
	}
}
