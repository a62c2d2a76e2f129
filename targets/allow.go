package targets

import (
	"fmt"
	"strings"

	"canhcong/monitor/egress"
)

// maxAllow is how many exceptions from the egress policy one site may have.
const maxAllow = 50

// AllowError says that an exception from the egress policy cannot be made, and why.
type AllowError struct {
	Entry  string // as it was entered, shortened
	Barred string // what it would open and nothing may, "" when it cannot be read
}

// Error is for the log.
func (e *AllowError) Error() string {
	if e.Barred != "" {
		return fmt.Sprintf("%q would open %s", e.Entry, e.Barred)
	}
	return fmt.Sprintf("%q is no exception from the egress policy", e.Entry)
}

// Text tells a person what is wrong and what to do about it.
func (e *AllowError) Text(lang Language) string {
	if e.Barred != "" {
		return fmt.Sprintf(allowBarred.in(lang), e.Entry)
	}
	return fmt.Sprintf(allowUnread.in(lang), e.Entry)
}

var (
	allowUnread = text{"Không đọc được “%s”. Hãy viết dải địa chỉ, kèm cổng nếu cần, cách nhau bằng dấu cách: 10.20.0.0/16 hoặc 10.20.1.2:8181 (tối đa 50 dải).",
		"“%s” cannot be read. Write networks, with a port where needed, separated by spaces: 10.20.0.0/16 or 10.20.1.2:8181 (50 at most)."}
	allowBarred = text{"Không thể mở “%s”: đây là địa chỉ của chính máy giám sát hoặc địa chỉ đặc biệt, không cổng thông tin nào đặt ở đó.",
		"“%s” cannot be opened: it is this machine's own or a special address, and no portal stands there."}
)

// ParseAllow reads a list of exceptions from the egress policy, separated by spaces or commas. The error is an *AllowError.
func ParseAllow(list string) ([]egress.Exception, error) {
	var allow []egress.Exception
	for _, entry := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ';' || r <= ' ' }) {
		e, err := egress.ParseException(entry)
		if err != nil || len(allow) == maxAllow {
			return nil, &AllowError{Entry: shown(entry)}
		}
		if barred := e.Barred(); barred != "" {
			return nil, &AllowError{Entry: shown(entry), Barred: barred}
		}
		allow = append(allow, e)
	}
	return allow, nil
}

// AllowList writes exceptions as ParseAllow reads them.
func AllowList(allow []egress.Exception) string {
	words := make([]string, len(allow))
	for i, e := range allow {
		words[i] = e.String()
	}
	return strings.Join(words, " ")
}
