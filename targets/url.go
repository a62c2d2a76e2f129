package targets

import (
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// maxAddress is the longest address that is taken, in bytes: browsers and proxies cut longer ones.
const maxAddress = 2048

// AddressProblem says why an address cannot be watched.
type AddressProblem string

// The problems of addresses.
const (
	AddressEmpty     AddressProblem = "empty"
	AddressTooLong   AddressProblem = "too long"
	AddressMalformed AddressProblem = "malformed"
	AddressScheme    AddressProblem = "scheme"   // neither http nor https
	AddressUserinfo  AddressProblem = "userinfo" // carries a name or password
	AddressNoDomain  AddressProblem = "no domain"
	AddressHost      AddressProblem = "host"
	AddressPort      AddressProblem = "port"
)

// AddressError says that an address cannot be watched, and why.
type AddressError struct {
	Address string // as it was entered, shortened, without a password
	Problem AddressProblem
}

// Error is for the log.
func (e *AddressError) Error() string {
	return fmt.Sprintf("address %q cannot be watched: %s", e.Address, e.Problem)
}

// Text tells a person what is wrong and what to do about it.
func (e *AddressError) Text(lang Language) string {
	text := addressTexts[e.Problem]
	return fmt.Sprintf(text.in(lang), e.Address)
}

// text is one message in both languages.
type text struct{ vi, en string }

func (t text) in(lang Language) string {
	if lang == English {
		return t.en
	}
	return t.vi
}

var addressTexts = map[AddressProblem]text{
	AddressEmpty: {
		"Chưa có địa chỉ%.0s. Hãy nhập địa chỉ trang chủ, ví dụ https://phuongvidu.tinhmau.gov.vn",
		"There is no address%.0s. Enter the address of the home page, for example https://phuongvidu.tinhmau.gov.vn"},
	AddressTooLong: {
		"Địa chỉ “%s” quá dài (tối đa 2048 ký tự). Hãy nhập địa chỉ trang chủ của cổng.",
		"The address “%s” is too long (2048 characters at most). Enter the address of the portal's home page."},
	AddressMalformed: {
		"Địa chỉ “%s” viết chưa đúng. Hãy sao chép lại địa chỉ từ thanh địa chỉ của trình duyệt.",
		"The address “%s” is not written correctly. Copy it again from the address bar of the browser."},
	AddressScheme: {
		"Địa chỉ “%s” không phải địa chỉ trang web. Chỉ theo dõi được địa chỉ bắt đầu bằng http:// hoặc https://",
		"The address “%s” is not that of a web page. Only addresses that start with http:// or https:// can be watched."},
	AddressUserinfo: {
		"Địa chỉ “%s” có chứa tên đăng nhập hoặc mật khẩu. Hãy bỏ phần đứng trước dấu @.",
		"The address “%s” contains a user name or a password. Remove what stands before the @."},
	AddressNoDomain: {
		"Địa chỉ “%s” thiếu tên miền đầy đủ. Hãy nhập cả phần đuôi, ví dụ phuongvidu.tinhmau.gov.vn",
		"The address “%s” has no complete domain name. Enter all of it, for example phuongvidu.tinhmau.gov.vn"},
	AddressHost: {
		"Tên miền trong địa chỉ “%s” không hợp lệ. Tên miền chỉ gồm chữ, số, dấu gạch nối và dấu chấm.",
		"The domain name in the address “%s” is not valid. It may have letters, digits, hyphens and dots."},
	AddressPort: {
		"Số cổng (sau dấu hai chấm) trong địa chỉ “%s” không hợp lệ. Hãy bỏ đi hoặc nhập số từ 1 đến 65535.",
		"The port number (after the colon) in the address “%s” is not valid. Remove it or enter 1 to 65535."},
}

// Key returns the identity of the portal at address, and the address in the form in which it is looked at.
//
// Two addresses are the same portal when they differ only in http or https, www, case, the default port, trailing
// slashes, the fragment, or Unicode against punycode. A path or a query makes another portal: communes are often
// sub-sites of one installation. A missing scheme is taken as https. The error is an *AddressError.
func Key(address string) (key, normal string, err error) {
	u, problem := parseAddress(address)
	if problem != "" {
		return "", "", &AddressError{Address: shown(address), Problem: problem}
	}
	host := u.Host
	if rest, ok := strings.CutPrefix(host, "www."); ok && strings.Contains(rest, ".") {
		host = rest
	}
	key = host + keyPath(u.Path)
	if u.RawQuery != "" {
		key += "?" + u.RawQuery
	}
	return key, u.String(), nil
}

// keyPath is a path without its trailing slash and case: many portals run on servers that do not tell case apart, and
// no two portals were ever seen that differ in it.
func keyPath(p string) string {
	clean := path.Clean("/" + norm.NFC.String(p))
	if clean == "/" {
		return ""
	}
	return (&url.URL{Path: strings.ToLower(clean)}).EscapedPath()
}

// parseAddress returns the address with scheme, host and port normalised, or the problem it has.
func parseAddress(address string) (*url.URL, AddressProblem) {
	address = strings.TrimFunc(visible(address), unicode.IsSpace)
	switch {
	case address == "":
		return nil, AddressEmpty
	case len(address) > maxAddress:
		return nil, AddressTooLong
	case strings.ContainsFunc(address, unicode.IsSpace) || strings.ContainsAny(address, "\\\uFFFD"):
		return nil, AddressMalformed
	}
	address, problem := withScheme(norm.NFC.String(address))
	if problem != "" {
		return nil, problem
	}
	u, err := url.Parse(address)
	switch {
	case strings.Contains(authority(address), "@"): // asked first, so that no password is ever called a bad port
		return nil, AddressUserinfo
	case err != nil && strings.Contains(err.Error(), "invalid port"): // url has no type for it
		return nil, AddressPort
	case err != nil:
		return nil, AddressMalformed
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, AddressScheme
	}
	return normalise(u)
}

// withScheme adds https:// where a person left it out.
func withScheme(address string) (string, AddressProblem) {
	if strings.HasPrefix(address, "//") {
		return "https:" + address, ""
	}
	if head, _, ok := strings.Cut(address, "://"); ok && !strings.ContainsAny(head, "/?#@:.") {
		return address, ""
	}
	head, _, _ := strings.Cut(address, "/")
	scheme, rest, colon := strings.Cut(head, ":")
	switch {
	case !colon || strings.ContainsAny(scheme, ".[@") || strings.Contains(rest, "@"):
		return "https://" + address, ""
	case strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"):
		return "", AddressMalformed // https:/x and https:x
	case allDigits(rest):
		return "https://" + address, "" // localhost:8080, which is refused for want of a domain
	}
	return "", AddressScheme
}

// normalise writes host and port in one way and drops what does not name a page.
func normalise(u *url.URL) (*url.URL, AddressProblem) {
	host, problem := normalHost(u.Hostname())
	if problem != "" {
		return nil, problem
	}
	port, problem := normalPort(u.Scheme, u.Port())
	if problem != "" {
		return nil, problem
	}
	u.Host = host
	if port != "" {
		u.Host += ":" + port
	}
	u.Fragment, u.RawFragment, u.ForceQuery = "", "", false
	u.RawQuery = asciiQuery(u.RawQuery)
	if u.Path == "" {
		u.Path = "/"
	}
	return u, ""
}

// lookupName maps names as browsers do. It lets underscores through: such hosts exist.
var lookupName = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false),
	idna.CheckHyphens(false), idna.VerifyDNSLength(true))

// normalHost is the host in punycode and small letters, an IPv6 address in brackets.
func normalHost(host string) (string, AddressProblem) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return normalIP(ip)
	}
	ascii, err := lookupName.ToASCII(strings.TrimSuffix(host, "."))
	if host == "" || host == "." {
		return "", AddressNoDomain
	}
	if err != nil || strings.HasSuffix(ascii, ".") || strings.ContainsFunc(ascii, notHostRune) {
		return "", AddressHost
	}
	dot := strings.LastIndexByte(ascii, '.')
	switch {
	case dot < 0:
		return "", AddressNoDomain
	case allDigits(ascii[dot+1:]) || strings.HasPrefix(ascii[dot+1:], "0x"): // 10.0.0 and 10.0.0.999, which browsers read as numbers
		if ip, err := netip.ParseAddr(ascii); err == nil { // written with full-width digits
			return normalIP(ip)
		}
		return "", AddressHost
	}
	return ascii, ""
}

func normalIP(ip netip.Addr) (string, AddressProblem) {
	ip = ip.Unmap()
	switch {
	case ip.Zone() != "" || ip.IsUnspecified() || ip.IsMulticast():
		return "", AddressHost
	case ip.Is6():
		return "[" + ip.String() + "]", ""
	}
	return ip.String(), ""
}

func normalPort(scheme, port string) (string, AddressProblem) {
	if port == "" {
		return "", ""
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 1 || number > 65535 {
		return "", AddressPort
	}
	if scheme == "http" && number == 80 || scheme == "https" && number == 443 {
		return "", ""
	}
	return strconv.Itoa(number), ""
}

func notHostRune(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_')
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// asciiQuery escapes what is not ASCII in a query, as browsers do, so that both ways of writing it are one.
func asciiQuery(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if query[i] < 0x80 {
			b.WriteByte(query[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", query[i])
		}
	}
	return b.String()
}

// authority is what stands between the scheme and the path.
func authority(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		rest = address
	}
	if end := strings.IndexAny(rest, "/?#\\"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// shown is an address for a message: without a password, on one line and short enough for a table.
func shown(address string) string {
	const longest = 120
	address = OneLine(strings.ToValidUTF8(address, "?"))
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		address = "…" + address[at:]
	}
	if runes := []rune(address); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return address
}

// hostOf is the host name of an address, in Unicode for people.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	name, err := idna.ToUnicode(u.Hostname())
	if err != nil {
		return u.Hostname()
	}
	return name
}
