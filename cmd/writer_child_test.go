package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// childPage is the page that a test gives to a program of its own to write on.
type childPage struct {
	Dir            string // where its results go: text, draft, saves, error
	Question, Text string
	CanEdit        bool
	Private        bool
	Every          time.Duration
	Slow           time.Duration // how long a save takes
	Fail           string        // what a save says; "panic" and "show" break off
	Cancel         time.Duration // after which the context ends
}

const childVariable = "UNTANGLE_TEST_WRITER"

// writerChild writes on the page that the environment describes, if there is
// one, and reports whether there was.
func writerChild() bool {
	described, ok := os.LookupEnv(childVariable)
	if !ok {
		return false
	}
	var c childPage
	if err := json.Unmarshal([]byte(described), &c); err != nil {
		panic(err)
	}
	ctx := context.Background()
	if c.Cancel > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, c.Cancel)
		defer stop()
	}
	unspoken := &unspeakable{}
	under, overlaps := 0, make(chan struct{}, 1)
	save := func(text string) error {
		select {
		case overlaps <- struct{}{}:
			defer func() { <-overlaps }()
		default:
			c.put("overlap", "yes")
		}
		under++
		c.put("saves", fmt.Sprint(under))
		time.Sleep(c.Slow)
		switch c.Fail {
		case "":
		case "panic":
			panic(text)
		case "show":
			unspoken.text = text
			return unspoken
		default:
			return errors.New(c.Fail)
		}
		c.put("draft.new", text)
		return os.Rename(filepath.Join(c.Dir, "draft.new"), filepath.Join(c.Dir, "draft"))
	}
	p := page{question: c.Question, text: c.Text, save: save, canEdit: c.CanEdit, private: c.Private, every: c.Every, style: style{on: true}}
	text, end, err := writePage(ctx, os.Stdin, os.Stdout, p)
	c.put("text", text)
	if err != nil {
		c.put("error", err.Error())
	}
	names := map[ending]string{pageStopped: "stopped", pageKept: "kept", pageHandedOn: "handed on"}
	c.put("end", names[end])
	fmt.Println("ended: " + names[end])
	return true
}

// put writes one of the results.
func (c childPage) put(name, text string) {
	if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(text), 0o600); err != nil {
		panic(err)
	}
}

// unspeakable is an error that breaks off whoever first wants to show it.
type unspeakable struct {
	text  string
	asked bool
}

func (e *unspeakable) Error() string {
	if e.asked {
		return "no room"
	}
	e.asked = true
	panic("cannot show " + e.text)
}
