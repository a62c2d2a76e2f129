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
	"canhcong/notify/telegram"
)

// config is everything an installation can set. Each key of the TOML file is also an environment variable: CANHCONG_ and the
// key's path in capitals, such as CANHCONG_TELEGRAM_CHAT.
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
	Telegram   telegramConfig    `toml:"telegram"`
	Storage    storageConfig     `toml:"storage"`
	Notes      notesConfig       `toml:"notes"`
	Heartbeat  heartbeatConfig   `toml:"heartbeat"`
}

// notesConfig is when people are told every day how things are, by Vietnam's clock; "none" for not at all.
type notesConfig struct {
	Morning string `toml:"morning"`
	Evening string `toml:"evening"`
}

type heartbeatConfig struct {
	URL string `toml:"url"` // asked for every minute while all is well, with /fail at its end otherwise; a secret
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

type telegramConfig struct {
	TokenFile string   `toml:"token_file"`
	Token     string   `toml:"-" env:"CANHCONG_TELEGRAM_TOKEN"` // never in the file
	Chat      string   `toml:"chat"`
	APIBases  []string `toml:"api_base"` // in the order in which they are tried
	Proxy     string   `toml:"proxy"`
}

func defaultConfig() config {
	return config{Data: "data", Listen: "127.0.0.1:8080", Language: "vi", Canaries: monitor.DefaultCanaries, Resolvers: monitor.DefaultResolvers,
		Chrome:   chromeConfig{PageMemory: "1GiB"},
		Notes:    notesConfig{Morning: "07:30", Evening: "19:00"},
		Telegram: telegramConfig{APIBases: []string{telegram.DefaultAPIBase}}}
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
		if value.Kind() == reflect.Struct {
			if err := readEnvironment(value, name, getenv); err != nil {
				return err
			}
			continue
		}
		if text := getenv(name); text != "" {
			if err := setField(value, text); err != nil {
				return fmt.Errorf("read the environment variable %s: %w", name, err)
			}
		}
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
	case reflect.Map:
		pairs := map[string]string{}
		for pair := range strings.SplitSeq(text, ",") {
			name, address, ok := strings.Cut(strings.TrimSpace(pair), "=")
			if !ok {
				return fmt.Errorf("%q is not name=address,name=address", text)
			}
			pairs[name] = address
		}
		v.Set(reflect.ValueOf(pairs))
	case reflect.Slice:
		v.Set(reflect.ValueOf(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })))
	default:
		v.SetString(text)
	}
	return nil
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
	return nil
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

// telegramToken returns the bot token from the environment or the token file, "" when neither is set.
func (c *config) telegramToken() (string, error) {
	t := c.Telegram
	if t.Token != "" || t.TokenFile == "" {
		return t.Token, nil
	}
	b, err := os.ReadFile(t.TokenFile)
	if err != nil {
		return "", fmt.Errorf("read the Telegram token file: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}
