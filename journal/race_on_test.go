//go:build race

package journal

// raced says that the race detector is on, with which all takes ten times as long.
const raced = true
