package baseline

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// wellKnown are hosts that portals add without thinking: CDNs, analytics, maps, video, social widgets. New ones weigh
// little; they are still shown.
var wellKnown = map[string]bool{
	"google.com": true, "googleapis.com": true, "gstatic.com": true, "googletagmanager.com": true, "google-analytics.com": true,
	"youtube.com": true, "youtube-nocookie.com": true, "ytimg.com": true, "doubleclick.net": true, "recaptcha.net": true,
	"facebook.com": true, "facebook.net": true, "fbcdn.net": true, "twitter.com": true, "x.com": true, "zalo.me": true, "zdn.vn": true,
	"zaloapp.com": true, "cloudflare.com": true, "cloudflareinsights.com": true, "jsdelivr.net": true, "unpkg.com": true, "jquery.com": true,
	"bootstrapcdn.com": true, "fontawesome.com": true, "microsoft.com": true, "clarity.ms": true, "bing.com": true, "aspnetcdn.com": true,
	"openstreetmap.org": true, "addthis.com": true, "sharethis.com": true, "vimeo.com": true, "w3.org": true, "adobe.com": true,
	"apple.com": true, "histats.com": true, "buttons.github.io": true, "tawk.to": true, "hotjar.com": true, "typekit.net": true, "vnpt.vn": true, "viettel.vn": true, "misa.vn": true, "gov.vn": true, "vietnamplus.vn": true,
}

// attackHosts are where defacements keep their pictures, music and contacts.
var attackHosts = map[string]bool{
	"top4top.io": true, "top4top.net": true, "ibb.co": true, "imgur.com": true, "t.me": true, "telegram.me": true, "telegram.org": true,
	"postimg.cc": true, "archive.org": true, "pastebin.com": true, "catbox.moe": true, "discordapp.com": true,
}

// domainOf is what one owner controls: the registrable domain of a host. An address stays itself, and so does a name under
// gov.vn, where a province's domain holds the names of many agencies.
func domainOf(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	if isPeer(host) {
		return strings.TrimPrefix(host, "www.")
	}
	d, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return d
}

// isPeer tells the hosts of other Vietnamese agencies, which portals link to and embed all the time.
func isPeer(host string) bool {
	return host == "gov.vn" || strings.HasSuffix(host, ".gov.vn") || host == "dcs.vn" || host == "chinhphu.vn"
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// noise are query parameters that change without meaning: sessions, tokens, cache busters.
var noise = map[string]bool{
	"v": true, "t": true, "ver": true, "_": true, "ts": true, "time": true, "rnd": true, "random": true, "sid": true, "phpsessid": true,
	"jsessionid": true, "p_auth": true, "token": true, "csrf": true, "nocache": true, "utm_source": true, "utm_medium": true, "utm_campaign": true,
}

// linkKey is what makes two addresses the same link: host, path and the parameters that mean something.
func linkKey(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	var kept []string
	for name := range q {
		if !noise[strings.ToLower(name)] {
			kept = append(kept, name+"="+q.Get(name))
		}
	}
	slices.Sort(kept)
	path, _, _ := strings.Cut(u.Path, ";jsessionid")
	return strings.ToLower(u.Hostname()) + strings.TrimSuffix(path, "/") + "?" + strings.Join(kept, "&")
}

var (
	brandWord = regexp.MustCompile(`^(?:[a-z]{0,8}\d{1,4}[a-z]{0,4}(?:bet|win|club|vip|king|vin|casino|slot)|(?:bet|casino|slot|nohu|lode|keo|kubet|kuwin)\d{1,4})$`)
	brandName = regexp.MustCompile(`^(?:go|fb|fun|jun|hi|new|vn|ae|bk|sun|sh|ok|mb|ku|rik|man|hit|iwin|five|lode|bong|cmd|sbo|loto|w|m|b|k|i|f|qh|hb|uk|ee|xo|tk|da|nh|s|t|q)?(?:88|99|66|68|77|79|365|388|666|789|888|999|52)$|^(?:kubet|kuwin|sunwin|hitclub|manclub|rikvip|iwin|thabet|jbo|vwin|zowin|nhacaiuytin)$`)
	notBrand  = regexp.MustCompile(`^(?:covid19|win\d+|windows\d*|\d+|[a-z]?\d{1,3})$`)
)

var brandTLDs = []string{".vip", ".win", ".club", ".bet", ".casino", ".top", ".poker", ".games"}

// brandIn finds a token with the shape of a gambling brand. Only titles and links may be asked: elsewhere a document
// number has the same shape.
func brandIn(text string) string {
	for token := range strings.FieldsSeq(words(clean(text))) {
		if !notBrand.MatchString(token) && (brandWord.MatchString(token) || brandName.MatchString(token) && strings.ContainsAny(token, "abcdefghijklmnopqrstuvwxyz")) {
			return token
		}
	}
	return ""
}

// brandHost tells a host that looks like a gambling site.
func brandHost(host string) bool {
	for _, tld := range brandTLDs {
		if strings.HasSuffix(host, tld) {
			return true
		}
	}
	first, _, _ := strings.Cut(domainOf(host), ".")
	return brandIn(first) != "" || slices.ContainsFunc(brandStems, func(s string) bool { return strings.Contains(first, s) })
}

// brandStems are words that host names of gambling sites are built of.
var brandStems = []string{"nhacai", "casino", "taixiu", "kubet", "sodo66", "xoso88", "togel", "slot-", "-slot", "slot88", "baccarat", "nohu", "keonhacai", "lode88", "bongda88"}

// defang writes a host so that no reader can follow it by accident.
func defang(s string) string {
	s = strings.ReplaceAll(s, "http", "hxxp")
	return strings.ReplaceAll(s, ".", "[.]")
}
