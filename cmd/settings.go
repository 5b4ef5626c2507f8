package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
)

// setting is one thing that people can set: by a flag, in the environment, in the
// config file.
type setting struct {
	key, fallback, about string
	choices              []string // what it may be; empty for anything check takes
	check                func(string) error
	boolean, number      bool
}

// settings returns all of them, in the order they are shown in.
func settings() []setting {
	yesNo := []string{"true", "false"}
	return []setting{
		{key: "journal", about: "the journal's file, or the name of one in [journals]"},
		{key: "editor", about: "your editor; empty for the built-in writer"},
		{key: "editor-on-disk", fallback: "false", choices: yesNo, boolean: true, about: "with a passphrase, let your editor's file lie on the disk"},
		{key: "day-starts", fallback: "04:00", check: checkClock, about: "when the question of the day changes"},
		{key: "sitting", fallback: "true", choices: yesNo, boolean: true, about: "stay in list and search until you leave"},
		{key: "color", fallback: "auto", choices: []string{"auto", "always", "never"}, about: "bold and dim text"},
		{key: "pager", about: "the program that long texts are shown with; empty for PAGER"},
		{key: "text-from-arguments", fallback: "false", choices: yesNo, boolean: true, about: "keep words given as arguments at once"},
		{key: "passphrase-fd", check: checkNumber, about: "the number of an open file that the passphrase is read from"},
		{key: "passphrase-command", about: "a program that prints the passphrase, with its arguments; no shell runs it"},
		{key: "closes-after", fallback: "5m", check: checkIdle, about: "how long a journal with a passphrase stays open without a key"},
		{key: "largest-entry", fallback: "1048576", check: checkSize, number: true, about: "the most bytes of one entry from a pipe or an import"},
	}
}

func checkClock(s string) error {
	if _, err := time.Parse("15:04", s); err != nil {
		return errors.New("write a time like 04:00")
	}
	return nil
}

func checkNumber(s string) error {
	if n, err := strconv.Atoi(s); s != "" && (err != nil || n < 0) {
		return errors.New("write the number of an open file, like 3")
	}
	return nil
}

func checkSize(s string) error {
	if n, err := strconv.Atoi(s); err != nil || n < 1 || n > 64<<20 {
		return errors.New("write a number of bytes from 1 to 67108864")
	}
	return nil
}

// valid returns why a value cannot be set, with the choices there are.
func (s setting) valid(value string) error {
	if len(s.choices) > 0 && !slices.Contains(s.choices, value) {
		return fmt.Errorf("%s cannot be %q (have %s)", s.key, value, strings.Join(s.choices, ", "))
	}
	if s.check != nil {
		if err := s.check(value); err != nil {
			return fmt.Errorf("%s cannot be %q: %w", s.key, value, err)
		}
	}
	return nil
}

func (s setting) variable() string {
	return "UNTANGLE_" + strings.ToUpper(strings.ReplaceAll(s.key, "-", "_"))
}

func settingNamed(key string) (setting, error) {
	all := settings()
	if i := slices.IndexFunc(all, func(s setting) bool { return s.key == key }); i >= 0 {
		return all[i], nil
	}
	return setting{}, fmt.Errorf("unknown setting %q (have %s)", key, strings.Join(settingKeys(), ", "))
}

func settingKeys() (keys []string) {
	for _, s := range settings() {
		keys = append(keys, s.key)
	}
	return keys
}

// options are the settings as they hold for one run, and where each came from.
type options struct {
	viper    *viper.Viper
	journals map[string]string
	sources  map[string]string
	path     string // of the config file
}

func (o *options) text(key string) string { return o.viper.GetString(key) }
func (o *options) is(key string) bool     { return o.viper.GetBool(key) }
func (o *options) number(key string) int  { return o.viper.GetInt(key) }

// dayStarts returns how long after midnight the question of the day changes.
func (o *options) dayStarts() time.Duration {
	t, err := time.Parse("15:04", o.text("day-starts"))
	if err != nil {
		return 4 * time.Hour
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// loadOptions reads all settings: flags before the environment, that before the
// config file, that before what the program comes with.
func loadOptions(getenv func(string) string, flags *pflag.FlagSet, path string) (*options, error) {
	o := &options{viper: viper.New(), sources: make(map[string]string), path: path}
	for _, s := range settings() {
		o.viper.SetDefault(s.key, s.fallback)
		o.sources[s.key] = "default"
	}
	if err := o.readFile(); err != nil {
		return nil, err
	}
	environment := make(map[string]any)
	for _, s := range settings() {
		value := getenv(s.variable())
		if value == "" {
			continue
		}
		if err := s.valid(value); err != nil {
			return nil, usagef("%s: %w", s.variable(), err)
		}
		environment[s.key], o.sources[s.key] = value, s.variable()
	}
	if err := o.viper.MergeConfigMap(environment); err != nil {
		return nil, err
	}
	for _, s := range settings() {
		flag := flags.Lookup(s.key)
		if flag == nil {
			continue
		}
		if err := o.viper.BindPFlag(s.key, flag); err != nil {
			return nil, err
		}
		if flag.Changed {
			o.sources[s.key] = "--" + s.key
			if err := s.valid(flag.Value.String()); err != nil {
				return nil, usagef("%w", err)
			}
		}
	}
	return o, nil
}

// readFile merges the config file, if there is one.
func (o *options) readFile() error {
	data, err := os.ReadFile(o.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the settings: %w", err)
	}
	values, journals, err := parseConfig(data)
	if err != nil {
		return usagef("%s: %w", o.path, err)
	}
	for key := range values {
		o.sources[key] = o.path
	}
	o.journals = journals
	return o.viper.MergeConfigMap(values)
}

// parseConfig reads a config file. An error names the line and the choices.
func parseConfig(data []byte) (values map[string]any, journals map[string]string, err error) {
	var all map[string]any
	if err := toml.Unmarshal(data, &all); err != nil {
		var broken *toml.DecodeError
		if errors.As(err, &broken) {
			line, _ := broken.Position()
			return nil, nil, fmt.Errorf("line %d cannot be read (write one setting a line, like color = \"never\")", line)
		}
		return nil, nil, errors.New("it cannot be read as settings")
	}
	values = make(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if key == "journals" {
			if journals, err = namedJournals(data, all[key]); err != nil {
				return nil, nil, err
			}
			continue
		}
		s, err := settingNamed(key)
		if err == nil {
			err = s.fits(all[key])
		}
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", lineOf(data, key), err)
		}
		values[key] = all[key]
	}
	return values, journals, nil
}

// fits returns why a value of the config file cannot be set.
func (s setting) fits(value any) error {
	switch v := value.(type) {
	case string:
		if !s.boolean && !s.number {
			return s.valid(v)
		}
	case bool:
		if s.boolean {
			return nil
		}
	case int64:
		if s.number {
			return s.valid(strconv.FormatInt(v, 10))
		}
	}
	switch {
	case s.boolean:
		return fmt.Errorf("%s is true or false, without quotes", s.key)
	case s.number:
		return fmt.Errorf("%s is a number, without quotes", s.key)
	default:
		return fmt.Errorf("%s is a text in quotes", s.key)
	}
}

func namedJournals(data []byte, table any) (map[string]string, error) {
	named, ok := table.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("line %d: journals is a table: write [journals], and below it name = \"path\"", lineOf(data, "journals"))
	}
	journals := make(map[string]string)
	for name, path := range named {
		text, ok := path.(string)
		if !ok || text == "" {
			return nil, fmt.Errorf("line %d: the journal %q needs its path, in quotes", lineOf(data, name), name)
		}
		journals[name] = text
	}
	return journals, nil
}

// lineOf returns the line a key of the config file stands on, counted from 1.
func lineOf(data []byte, key string) int {
	number := 0
	for line := range bytes.Lines(data) {
		number++
		name, _, _ := strings.Cut(string(line), "=")
		if strings.Trim(strings.TrimSpace(name), `[]"' `) == key {
			return number
		}
	}
	return 1
}

// configPath returns where the config file is looked for.
func configPath(getenv func(string) string) string {
	return filepath.Join(place(getenv, "XDG_CONFIG_HOME", ".config", "Library/Application Support", "APPDATA"), "untangle", "config.toml")
}

// dataFolder returns where journals are kept.
func dataFolder(getenv func(string) string) string {
	return filepath.Join(place(getenv, "XDG_DATA_HOME", ".local/share", "Library/Application Support", "LOCALAPPDATA"), "untangle")
}

// stateFolder returns where this computer remembers closed journals, empty where no home
// folder is set.
func stateFolder(getenv func(string) string) string {
	home := place(getenv, "XDG_STATE_HOME", ".local/state", "Library/Application Support", "LOCALAPPDATA")
	if !filepath.IsAbs(home) {
		return ""
	}
	return filepath.Join(home, "untangle")
}

// place returns a folder of the person's own: where the variable says, or else where
// the system keeps such things.
func place(getenv func(string) string, variable, unix, mac, windows string) string {
	if dir := getenv(variable); filepath.IsAbs(dir) {
		return dir
	}
	switch runtime.GOOS {
	case "windows":
		return getenv(windows)
	case "darwin":
		return filepath.Join(getenv("HOME"), filepath.FromSlash(mac))
	default:
		return filepath.Join(getenv("HOME"), filepath.FromSlash(unix))
	}
}
