package chrome

import (
	"log/slog"
	"regexp"
	"strings"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
)

// userAgent is how we present ourselves: the installed Chromium, without the word Headless, which firewalls block and
// attackers cloak for.
type userAgent struct {
	text  string
	major string
}

// chromeVersion finds the version in a product string or user agent.
var chromeVersion = regexp.MustCompile(`Chrome/((\d+)[.\d]*)`)

// plainAgent derives the user agent from what the browser says about itself. The version is reduced as Chrome itself does.
func plainAgent(v browser.GetVersionResult) userAgent {
	text := strings.ReplaceAll(v.UserAgent, "HeadlessChrome", "Chrome")
	major := "140"
	if m := chromeVersion.FindStringSubmatch(text); m != nil {
		major = m[2]
		text = strings.ReplaceAll(text, m[1], major+".0.0.0")
	}
	return userAgent{text: text, major: major}
}

// override returns the protocol's words for the agent: header, navigator and client hints.
func (a userAgent) override() emulation.SetUserAgentOverrideParams {
	brands := []*emulation.UserAgentBrandVersion{
		{Brand: "Chromium", Version: a.major},
		{Brand: "Not)A;Brand", Version: "24"},
	}
	return emulation.SetUserAgentOverrideParams{
		UserAgent:      a.text,
		AcceptLanguage: acceptLanguage,
		Platform:       "Linux x86_64",
		UserAgentMetadata: &emulation.UserAgentMetadata{
			Brands:       brands,
			Platform:     "Linux",
			Architecture: "x86",
			Bitness:      "64",
		},
	}
}

// logTo gives chromedp's own complaints to the log at debug level: they are about events it does not know.
func logTo(log *slog.Logger) func(string, ...any) {
	return func(format string, args ...any) { log.Debug("chromedp", "format", format, "args", args) }
}
