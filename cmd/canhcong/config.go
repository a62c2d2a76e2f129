package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/notify/telegram"
)

// config is everything an installation can set. Each key of the TOML file is also an environment variable: CANHCONG_ and the
// key's path in capitals, such as CANHCONG_TELEGRAM_CHAT. CANHCONG_WEBHOOK names the webhooks that are not in the file.
type config struct {
	Data       string            `toml:"data"`
	Listen     string            `toml:"listen"`
	Language   string            `toml:"language"`
	ConsoleURL string            `toml:"console_url"` // what messages link to, and the host names the console answers to
	Hosts      map[string]string `toml:"hosts"`       // host name or *.suffix → address[:port], as /etc/hosts does
	Lexicon    string            `toml:"lexicon"`     // file with the province's own terms, see baseline.UseLocalTerms
	Canaries   []string          `toml:"canaries"`    // what should always answer, see monitor.ParseCanaries
	Resolvers  []string          `toml:"resolvers"`   // asked after the machine's own, see monitor.ParseResolvers
	Chrome     chromeConfig      `toml:"chrome"`
	Egress     egressConfig      `toml:"egress"`
	Storage    storageConfig     `toml:"storage"`
	Notes      notesConfig       `toml:"notes"`
	Roster     rosterConfig      `toml:"roster"`
	Escalation escalationConfig  `toml:"escalation"`
	Heartbeat  heartbeatConfig   `toml:"heartbeat"`
	Neighbour  neighbourConfig   `toml:"neighbour"`
	Report     reportConfig      `toml:"report"`

	Telegram telegramConfig           `toml:"telegram"`
	Mail     mailConfig               `toml:"mail"`
	Webhook  map[string]webhookConfig `toml:"webhook"`
	Ntfy     ntfyConfig               `toml:"ntfy"`
}

// notesConfig is when people are told every day how things are, by Vietnam's clock; "none" for not at all.
type notesConfig struct {
	Morning string `toml:"morning"`
	Evening string `toml:"evening"`
}

type heartbeatConfig struct {
	URL string `toml:"url"` // asked for every minute while all is well, with /fail at its end otherwise; a secret
}

// neighbourConfig is the installation elsewhere that watches ours, and that ours watches.
type neighbourConfig struct {
	URL        string `toml:"url"`         // its /healthz/cycle; "" watches none
	SecretFile string `toml:"secret_file"` // the key that both share, which answers are signed with
}

type storageConfig struct {
	Budget string `toml:"budget"` // of artefacts, such as "20GiB"; "0" sets no limit, see monitor.Retention
	Backup string `toml:"backup"` // folder of the nightly backups, "" for one in the data directory, "none" for no backups
}

type chromeConfig struct {
	Path       string `toml:"path"`
	NoSandbox  bool   `toml:"no_sandbox"`  // for tests and the demonstration only: pages can then attack this machine
	PageMemory string `toml:"page_memory"` // that one page may take, such as "1GiB"
}

type egressConfig struct {
	AllowLoopback bool `toml:"allow_loopback"` // for tests and the demonstration only: pages can then reach this machine's own services
}

func defaultConfig() config {
	return config{Data: "data", Listen: "127.0.0.1:8080", Language: "vi", Canaries: monitor.DefaultCanaries, Resolvers: monitor.DefaultResolvers,
		Chrome: chromeConfig{PageMemory: "1GiB"},
		Notes:  notesConfig{Morning: "07:30", Evening: "19:00"},
		Report: reportConfig{Initial: "24h", Closing: "72h"},
		Roster: rosterConfig{Cover: string(notify.CoverPeriods), CheckIn: true},

		Escalation: escalationConfig{Critical: "5m,15m,30m", Major: "5m,15m,30m"},
		Telegram:   telegramConfig{APIBases: []string{telegram.DefaultAPIBase}}}
}

// loadConfig reads the file, if one is named, and then the environment over it.
func loadConfig(file string, getenv func(string) string) (config, error) {
	c := defaultConfig()
	if file != "" {
		if err := readConfig(file, &c); err != nil {
			return c, err
		}
	}
	if err := readEnvironment(reflect.ValueOf(&c).Elem(), "CANHCONG", getenv); err != nil {
		return c, err
	}
	if path := getenv("CHROME"); path != "" {
		c.Chrome.Path = path
	}
	return c, nil
}

func readConfig(file string, c *config) error {
	meta, err := toml.DecodeFile(file, c)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the configuration: there is no file %s", file)
	}
	if err != nil {
		return fmt.Errorf("read the configuration %s: %w", file, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return fmt.Errorf("read the configuration %s: unknown key %q; the README lists the keys", file, unknown[0].String())
	}
	return nil
}

// readEnvironment sets each field whose variable is not empty.
func readEnvironment(v reflect.Value, prefix string, getenv func(string) string) error {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		name := prefix + "_" + strings.ToUpper(field.Tag.Get("toml"))
		if fixed := field.Tag.Get("env"); fixed != "" {
			name = fixed
		}
		var err error
		switch {
		case value.Kind() == reflect.Struct:
			err = readEnvironment(value, name, getenv)
		case value.Kind() == reflect.Map && value.Type().Elem().Kind() == reflect.Struct:
			err = readNamed(value, name, getenv)
		default:
			err = readField(value, name, getenv)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readNamed sets the fields of the structs of a map: of those that it has, and of those that the variable names.
func readNamed(m reflect.Value, prefix string, getenv func(string) string) error {
	if m.IsNil() {
		m.Set(reflect.MakeMap(m.Type()))
	}
	for _, name := range words(getenv(prefix)) {
		if key := reflect.ValueOf(name); !m.MapIndex(key).IsValid() {
			m.SetMapIndex(key, reflect.Zero(m.Type().Elem()))
		}
	}
	for _, key := range m.MapKeys() {
		one := reflect.New(m.Type().Elem()).Elem()
		one.Set(m.MapIndex(key))
		if err := readEnvironment(one, prefix+"_"+strings.ToUpper(key.String()), getenv); err != nil {
			return err
		}
		m.SetMapIndex(key, one)
	}
	return nil
}

func readField(v reflect.Value, name string, getenv func(string) string) error {
	text := getenv(name)
	if text == "" {
		return nil
	}
	if err := setField(v, text); err != nil {
		return fmt.Errorf("read the environment variable %s: %w", name, err)
	}
	return nil
}

func setField(v reflect.Value, text string) error {
	switch v.Kind() {
	case reflect.Bool:
		on, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		v.SetBool(on)
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is not a number", text)
		}
		v.SetInt(int64(n))
	case reflect.Map:
		pairs := map[string]string{}
		for pair := range strings.SplitSeq(text, ",") {
			name, given, ok := strings.Cut(strings.TrimSpace(pair), "=")
			if !ok {
				return fmt.Errorf("%q is not name=value,name=value", text)
			}
			pairs[name] = given
		}
		v.Set(reflect.ValueOf(pairs))
	case reflect.Slice:
		v.Set(reflect.ValueOf(words(text)))
	default:
		v.SetString(text)
	}
	return nil
}

// words splits a list at commas and spaces.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

func (c *config) override(data, lang string) {
	if data != "" {
		c.Data = data
	}
	if lang != "" {
		c.Language = lang
	}
}

func (c *config) validate() error {
	if c.Language != "vi" && c.Language != "en" {
		return fmt.Errorf("the language %q is not known: use vi or en", c.Language)
	}
	for name := range c.Webhook {
		if !webhookName.MatchString(name) {
			return fmt.Errorf("a webhook cannot be called %q: use small letters, digits and _", name)
		}
	}
	_, err := c.Escalation.ladders()
	return errors.Join(c.Roster.validate(), err)
}

// useLocalTerms reads the province's own terms, if there are any.
func (c *config) useLocalTerms() error {
	if c.Lexicon == "" {
		return nil
	}
	text, err := os.ReadFile(c.Lexicon)
	if err != nil {
		return fmt.Errorf("read the local terms: %w", err)
	}
	if err := baseline.UseLocalTerms(string(text)); err != nil {
		return fmt.Errorf("read the local terms in %s: %w", c.Lexicon, err)
	}
	return nil
}
