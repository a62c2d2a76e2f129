package baseline

import (
	"bytes"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// wellKnown are hosts that portals add without thinking: CDNs, analytics, maps, video, social widgets, accessibility and
// chat. New ones weigh little; they are still shown.
var wellKnown = func() map[string]bool {
	set := map[string]bool{}
	for host := range strings.FieldsSeq(wellKnownHosts) {
		set[host] = true
	}
	return set
}()

const wellKnownHosts = `google.com googleapis.com gstatic.com googletagmanager.com google-analytics.com googleusercontent.com withgoogle.com
	youtube.com youtube-nocookie.com ytimg.com doubleclick.net recaptcha.net hcaptcha.com
	facebook.com facebook.net fbcdn.net fbsbx.com instagram.com messenger.com twitter.com x.com twimg.com linkedin.com tiktok.com pinterest.com
	zalo.me zdn.vn zaloapp.com zadn.vn coccoc.com
	cloudflare.com cloudflareinsights.com jsdelivr.net unpkg.com jquery.com bootstrapcdn.com fontawesome.com aspnetcdn.com esm.sh esm.run skypack.dev
	jspm.io jspm.dev bootcdn.net bootcdn.cn staticfile.org staticfile.net baomitu.com tailwindcss.com
	cloudfront.net azureedge.net fastly.net datatables.net ckeditor.com tiny.cloud tinymce.com highcharts.com amcharts.com
	highcharts.net telerik.com syncfusion.com kendostatic.com chartjs.org d3js.org mathjax.org threejs.org plyr.io jwplayer.com jwpcdn.com vimeo.com vimeocdn.com
	dailymotion.com soundcloud.com spotify.com typekit.net fonts.net myfonts.net bunny.net
	microsoft.com clarity.ms bing.com live.com office.com office365.com sharepoint.com apple.com adobe.com w3.org schema.org
	openstreetmap.org leafletjs.com mapbox.com arcgis.com arcgisonline.com maptiler.com goong.io vietmap.vn map4d.vn windy.com
	addthis.com addtoany.com sharethis.com disqus.com disquscdn.com gravatar.com wp.com onesignal.com pusher.com sentry.io sentry-cdn.com newrelic.com
	nr-data.net hotjar.com matomo.cloud statcounter.com histats.com tawk.to subiz.com subiz.net subiz.com.vn crisp.chat zopim.com zendesk.com intercom.io
	userway.org accessibe.com equalweb.com nextcloud.com freshworks.com fpt.ai fpt.vn vnpt.vn viettel.vn misa.vn bkav.com gov.vn vietnamplus.vn
	buttons.github.io`

// shared are the parts of well-known hosts where anybody may put a script.
var shared = []string{"cdn.jsdelivr.net/gh/", "cdn.jsdelivr.net/combine/gh/", "storage.googleapis.com/", "sites.google.com/", "docs.google.com/uc"}

// isShared tells the address of what anybody may have put there.
func isShared(address string) bool {
	_, rest, _ := strings.Cut(address, "//")
	return slices.ContainsFunc(shared, func(s string) bool { return strings.HasPrefix(rest, s) })
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
	if isAddress(host) {
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

// isAddress tells an IP address. Only what can be one is parsed: a name that is none costs an error each time.
func isAddress(host string) bool {
	if host == "" || !strings.Contains(host, ":") && (host[len(host)-1] < '0' || host[len(host)-1] > '9') {
		return false
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// isPeer tells the hosts of other Vietnamese agencies, which portals link to and embed all the time.
func isPeer(host string) bool {
	return host == "gov.vn" || strings.HasSuffix(host, ".gov.vn") || host == "dcs.vn" || host == "chinhphu.vn"
}

func hostOf(address string) string {
	if host, ok := plainHost(address); ok {
		return host
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// plainHost reads the addresses that nearly all links have, about which no parser can differ: http or https, a name in lower
// case, and after it printable ASCII without escapes.
func plainHost(address string) (host string, ok bool) {
	rest, ok := strings.CutPrefix(address, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(address, "http://")
	}
	n := 0
	for n < len(rest) && (rest[n] == '.' || rest[n] == '-' || rest[n] >= '0' && rest[n] <= '9' || rest[n] >= 'a' && rest[n] <= 'z') {
		n++
	}
	if !ok || n < len(rest) && rest[n] != '/' && rest[n] != '?' && rest[n] != '#' {
		return "", false
	}
	for _, c := range []byte(rest[n:]) {
		if c <= ' ' || c > '~' || c == '%' {
			return "", false
		}
	}
	return rest[:n], true
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
func brandIn(text string) string { return houseIn(text, false) }

// houseIn finds a token that reads like the name of a gambling house: by the shape of a brand; and, in texts that lead to a
// stranger, by a few letters and a lucky number.
func houseIn(text string, leads bool) string {
	cleaned := appendClean(make([]byte, 0, len(text)), text)
	for token := range bytes.FieldsSeq(appendWords(make([]byte, 0, len(cleaned)), cleaned)) {
		switch {
		case notBrand.Match(token):
		case brandWord.Match(token), brandName.Match(token) && bytes.ContainsAny(token, "abcdefghijklmnopqrstuvwxyz"),
			leads && luckyShape.Match(token) && !documents[string(bytes.TrimRight(token, "0123456789"))]:
			return string(token)
		}
	}
	return ""
}

// luckyShape is a short name with a number that gamblers like at its end.
var luckyShape = regexp.MustCompile(`^[a-z]{2,8}(?:88|68|86|66|79|77|99|33|55|365|388|666|686|789|868|888|889|988|999)$`)

// documents begin the numbers of documents, which have the same shape: NQ68, TT88.
var documents = map[string]bool{"nq": true, "qd": true, "tt": true, "nd": true, "ct": true, "kh": true, "cv": true, "tb": true, "bc": true, "ttr": true,
	"vb": true, "hd": true, "kl": true, "gm": true, "pl": true, "ubnd": true, "hdnd": true, "ttlt": true, "ql": true, "tl": true, "hl": true, "iso": true,
	"tcvn": true, "qcvn": true, "so": true, "ngay": true, "nam": true, "thang": true, "dt": true, "tel": true, "fax": true, "hotline": true}

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
