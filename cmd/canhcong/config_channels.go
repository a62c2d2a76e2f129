package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

type telegramConfig struct {
	TokenFile string    `toml:"token_file"`
	Token     string    `toml:"-" env:"CANHCONG_TELEGRAM_TOKEN"` // never in the file
	Chat      string    `toml:"chat"`
	APIBases  addresses `toml:"api_base"` // in the order in which they are tried
	Proxy     string    `toml:"proxy"`
}

// addresses are several, or one that is written without brackets.
type addresses []string

// UnmarshalTOML implements toml.Unmarshaler.
func (a *addresses) UnmarshalTOML(value any) error {
	list, several := value.([]any)
	if !several {
		list = []any{value}
	}
	*a = nil
	for _, one := range list {
		text, ok := one.(string)
		if !ok {
			return fmt.Errorf("%v is not an address in quotation marks, nor a list of them", one)
		}
		*a = append(*a, text)
	}
	return nil
}

type mailConfig struct {
	Server       string `toml:"server"`
	Port         int    `toml:"port"` // 0 for the usual one
	TLS          string `toml:"tls"`  // see mail.Encryption
	CAFile       string `toml:"ca_file"`
	Username     string `toml:"username"`
	PasswordFile string `toml:"password_file"`
	From         string `toml:"from"`
	To           string `toml:"to"`
	Proxy        string `toml:"proxy"`
}

// webhookConfig is one of those that are told apart by name: [webhook.sms].
type webhookConfig struct {
	URL          string            `toml:"url"`
	URLFile      string            `toml:"url_file"` // where the address itself is a secret
	Template     string            `toml:"template"`
	TemplateFile string            `toml:"template_file"`
	Expect       string            `toml:"expect"`
	SecretFile   string            `toml:"secret_file"`
	Headers      map[string]string `toml:"headers"` // header → file with its value
	Secrets      map[string]string `toml:"secrets"` // name in the template → file with its value
	To           string            `toml:"to"`
	Proxy        string            `toml:"proxy"`
}

type ntfyConfig struct {
	Server    string `toml:"server"`
	TokenFile string `toml:"token_file"`
	Topic     string `toml:"topic"`
	Proxy     string `toml:"proxy"`
}

// webhookName is what a webhook may be called: it stands in environment variables and in messages.
var webhookName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// telegramToken returns the bot token from the environment or the token file, "" when neither is set.
func (c *config) telegramToken() (string, error) {
	if c.Telegram.Token != "" {
		return c.Telegram.Token, nil
	}
	return secret(c.Telegram.TokenFile)
}

// secret reads a file that holds one; no file is no secret.
func secret(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// secrets reads a file for each name.
func secrets(files map[string]string) (map[string]string, error) {
	values := map[string]string{}
	for name, file := range files {
		value, err := secret(file)
		if err != nil {
			return nil, err
		}
		values[name] = value
	}
	return values, nil
}
