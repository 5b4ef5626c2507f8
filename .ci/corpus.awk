# Prints n made-up entries as JSON lines, 1.1 KB each on average, the same for the same n with
# any awk: its numbers are Lehmer's. How often a word comes follows Zipf's law as Mandelbrot
# mended it. Of five words, four are forms of one stem, which Porter's stemmer (SQLite's) and
# its successor (ours) take off alike. One word in a hundred is new, as names and mistakes
# are. Some have accents, and some a possessive, which SQLite takes for a word: those are not
# among the frequent ones, so that phrases are found alike.
function chance() { return (state = state * 48271 % 2147483647) / 2147483647 }
function some(set) { return substr(set, 1 + int(chance() * length(set)), 1) }
function opening() { return some("tnrmhldcsfpbgw") some("eaoiu") }
function stem(syllables,    s) {
  while (syllables-- > 0) s = s opening()
  return s substr("ndrkmpltrmlkrnskftrd", 1 + 2 * int(chance() * 10), 2)
}
BEGIN {
  state = 4
  for (i = 0; i < 30000; i++) {
    if (i < 60) do w = opening(); while (w in known)
    else if (i < 100) do w = opening() some("tnrm"); while (w in known)
    else if (i % 5 > 1) w = s substr("s  ed ing", 3 * (i % 5) - 5, i % 5 - 1)
    else do w = s = stem(1 + (i > 1500) + (i > 12000)); while (w in known)
    if (i > 100 && i % 40 == 0) sub(/e/, "é", w)
    known[w]
    word[i] = w
    above[i] = sum += (i + 2.7) ^ -1.07
  }
  for (i = at = 0; i < 65536; i++) { # where to begin to look for a chance
    while (above[at] < sum * i / 65536) at++
    first[i] = at
  }
  for (day = 0; day < n; day++) {
    text = ""
    capital = 1
    for (left = 20 - int(185 * log(1 - chance())); left > 0; left--) {
      if ((x = chance()) < 0.01) w = stem(3)
      else {
        x = (x - 0.01) / 0.99
        at = first[int(x * 65536)]
        while (above[at] < x * sum) at++
        w = word[at]
      }
      if (capital) w = toupper(substr(w, 1, 1)) substr(w, 2)
      x = int(chance() * 100)
      capital = x < 8
      text = text w (left == 1 ? "." : x < 1 ? ".\\n\\n" : x < 8 ? ". " : x < 14 ? ", " : x < 15 ? " – " : x < 16 && length(w) > 4 ? "’s " : " ")
    }
    printf "{\"date\":\"%04d-%02d-%02d\",\"text\":\"%s\"}\n", 1700 + day / 360, 1 + day / 30 % 12, 1 + day % 28, text
  }
}
