package monitor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"canhcong/monitor/egress"
)

// outcomeOfError names why a probe got no answer.
func outcomeOfError(err error) (Outcome, Cause, string) {
	detail := err.Error()
	switch {
	case errors.Is(err, egress.ErrDenied):
		return Policy, "", detail
	case isOurFault(err):
		return Fault, "", detail
	case isOurNetwork(err):
		return Blind, "", detail
	case isDNS(err):
		return Down, CauseDNS, detail
	case errors.Is(err, errRedirectLoop):
		return Down, CauseHTTP, detail
	case isTLS(err):
		return Down, CauseTLS, detail
	case errors.Is(err, context.Canceled):
		return Fault, "", detail
	case isTimeout(err):
		return Down, CauseTimeout, detail
	case isConnection(err):
		return Down, CauseTCP, detail
	}
	return Down, CauseHTTP, detail
}

// isOurFault tells errors of this machine: out of file descriptors, memory or ports.
func isOurFault(err error) bool {
	return isAny(err, syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EADDRNOTAVAIL)
}

// isOurNetwork tells errors between this machine and its first hop: no route, or no resolver that answers anything. A name
// server of the site that fails is the site's.
func isOurNetwork(err error) bool {
	return isAny(err, syscall.ENETUNREACH, syscall.ENETDOWN) || errors.Is(err, errNoResolver)
}

func isAny(err error, list ...syscall.Errno) bool {
	return slices.ContainsFunc(list, func(e syscall.Errno) bool { return errors.Is(err, e) })
}

func isDNS(err error) bool {
	_, ok := errors.AsType[*net.DNSError](err)
	return ok
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return errors.Is(err, context.DeadlineExceeded) || ok && timeout.Timeout()
}

func isTLS(err error) bool {
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return true
	}
	return strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "TLS handshake") ||
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

func isConnection(err error) bool {
	_, ok := errors.AsType[*net.OpError](err)
	return ok || errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET)
}

// refusedAt is the address on the way of a request at which it failed.
func refusedAt(err error) string {
	if at, ok := errors.AsType[*url.Error](err); ok {
		return at.URL
	}
	return ""
}

// outcomeOfResponse names what an answer means before its content is looked at.
func outcomeOfResponse(status int, header map[string]string, s source) (Outcome, Cause, string) {
	if name := challenge(header, s); name != "" {
		return Blocked, "", "challenge page: " + name
	}
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusTooManyRequests:
		return Blocked, "", fmt.Sprintf("HTTP %d", status)
	case status >= 500, status == http.StatusNotFound, status == http.StatusGone:
		return Down, CauseHTTP, fmt.Sprintf("HTTP %d", status)
	}
	return OK, "", ""
}

// outcomeOfRender does the same for what a browser brought back.
func outcomeOfRender(r Rendering) (Outcome, Cause, string) {
	if r.NetError != "" {
		outcome, cause := outcomeOfNetError(r.NetError)
		return outcome, cause, r.NetError
	}
	return outcomeOfResponse(r.Status, r.Header, sourceOfPage(r.Page))
}

// netErrors maps the beginnings of Chrome's net errors to causes (net/base/net_error_list.h).
var netErrors = []struct {
	prefix string
	cause  Cause
}{
	{"net::ERR_NAME_", CauseDNS},
	{"net::ERR_DNS_", CauseDNS},
	{"net::ERR_ICANN_", CauseDNS},
	{"net::ERR_TIMED_OUT", CauseTimeout},
	{"net::ERR_CONNECTION_TIMED_OUT", CauseTimeout},
	{"net::ERR_SSL_", CauseTLS},
	{"net::ERR_CERT_", CauseTLS},
	{"net::ERR_BAD_SSL_", CauseTLS},
	{"net::ERR_CONNECTION_", CauseTCP},
	{"net::ERR_ADDRESS_", CauseTCP},
	{"net::ERR_SOCKET_", CauseTCP},
	{"net::ERR_EMPTY_RESPONSE", CauseHTTP},
}

// ownFaults are net errors that say nothing about the site: our network is away, our browser is, or we do not let it go there.
var ownFaults = map[string]Outcome{
	"net::ERR_INTERNET_DISCONNECTED":   Blind,
	"net::ERR_NETWORK_CHANGED":         Blind,
	"net::ERR_INSUFFICIENT_RESOURCES":  Fault,
	"net::ERR_OUT_OF_MEMORY":           Fault,
	"net::ERR_FILE_NO_SPACE":           Fault,
	"net::ERR_NETWORK_ACCESS_DENIED":   Policy,
	"net::ERR_UNSAFE_PORT":             Policy,
	"net::ERR_PROXY_CONNECTION_FAILED": Fault, // the browser's gate is ours
	"net::ERR_SOCKS_CONNECTION_FAILED": Fault, // and it knows of no reason
	"renderer crashed":                 Fault, // before any document: a page cannot do that by being down
}

func outcomeOfNetError(text string) (Outcome, Cause) {
	if outcome, ok := ownFaults[text]; ok {
		return outcome, ""
	}
	for _, e := range netErrors {
		if strings.HasPrefix(text, e.prefix) {
			return Down, e.cause
		}
	}
	return Down, CauseHTTP
}

func lower(s string) string { return strings.ToLower(s) }
