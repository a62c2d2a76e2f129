package notify

import (
	"cmp"

	"canhcong/targets"
)

// WayText names a way to people, as they call it; one that has no other name is called as it is configured.
func WayText(name string, lang targets.Language) string { return ways[name].or(name).in(lang) }

var ways = map[string]phrase{
	"telegram": {"Telegram", "Telegram"},
	"mail":     {"thư điện tử", "e-mail"},
}

// or is the phrase, or the same words in both languages where there is none.
func (p phrase) or(words string) phrase {
	return phrase{cmp.Or(p.vi, words), cmp.Or(p.en, words)}
}

// wayWords, awayWords and sharedWords are those of notices about a way, whose name stands in KÊNH_NÀY and THIS_WAY.
var (
	wayWords = noticePhrases{
		mark: "📵", unmark: "✅",
		began: phrase{"KÊNH KÊNH_NÀY KHÔNG GỬI ĐƯỢC từ %s", "THE CHANNEL THIS_WAY CANNOT SEND since %s"},
		over:  phrase{"KÊNH KÊNH_NÀY GỬI LẠI ĐƯỢC lúc %s (sau %s)", "THE CHANNEL THIS_WAY SENDS AGAIN at %s (after %s)"},
		both:  phrase{"KÊNH KÊNH_NÀY TỪNG KHÔNG GỬI ĐƯỢC, GỬI LẠI ĐƯỢC lúc %s (sau %s)", "THE CHANNEL THIS_WAY COULD NOT SEND, IT SENDS AGAIN at %s (after %s)"},
		means: phrase{"Không ai nhận được tin qua kênh này; người trực được báo qua kênh tiếp theo của mình.", "Nobody gets anything on this channel; people on duty are told on their next one."},
		todo:  phrase{"sửa mã truy cập hoặc mật khẩu của kênh trong cấu hình, rồi khởi động lại canhcong", "mend the token or password of the channel in the configuration, then restart canhcong"},
	}
	awayWords = noticePhrases{
		mark: "📵", unmark: "✅",
		began: phrase{"KÊNH KÊNH_NÀY KHÔNG TRẢ LỜI từ %s", "THE CHANNEL THIS_WAY DOES NOT ANSWER since %s"},
		over:  phrase{"KÊNH KÊNH_NÀY TRẢ LỜI LẠI lúc %s (sau %s)", "THE CHANNEL THIS_WAY ANSWERS AGAIN at %s (after %s)"},
		both:  phrase{"KÊNH KÊNH_NÀY TỪNG KHÔNG TRẢ LỜI, TRẢ LỜI LẠI lúc %s (sau %s)", "THE CHANNEL THIS_WAY DID NOT ANSWER, IT DOES AGAIN at %s (after %s)"},
		means: phrase{"Tin qua kênh này phải chờ và được thử lại liên tục; người trực được báo qua kênh tiếp theo của mình.", "What goes over this channel waits and is tried again and again; people on duty are told on their next one."},
		todo:  phrase{"kiểm tra đường truyền ra ngoài, proxy và địa chỉ máy chủ của kênh; kênh trả lời lại là tự gửi tiếp", "check the uplink, the proxy and the address of the channel's server; once it answers, all of it leaves by itself"},
	}
	sharedWords = noticePhrases{
		mark: "📵", unmark: "✅",
		began: phrase{"ĐỊA CHỈ CHUNG trên KÊNH_NÀY KHÔNG NHẬN ĐƯỢC TIN từ %s", "THE SHARED ADDRESS on THIS_WAY CANNOT BE REACHED since %s"},
		over:  phrase{"ĐỊA CHỈ CHUNG trên KÊNH_NÀY NHẬN LẠI ĐƯỢC TIN lúc %s (sau %s)", "THE SHARED ADDRESS on THIS_WAY IS REACHED AGAIN at %s (after %s)"},
		both:  phrase{"ĐỊA CHỈ CHUNG trên KÊNH_NÀY TỪNG KHÔNG NHẬN ĐƯỢC TIN, NHẬN LẠI lúc %s (sau %s)", "THE SHARED ADDRESS on THIS_WAY COULD NOT BE REACHED, IT IS AGAIN at %s (after %s)"},
		means: phrase{"Nhóm hoặc hộp thư chung trong cấu hình không nhận được tin nào.", "The shared chat or mailbox of the configuration gets nothing."},
		todo:  phrase{"mời lại bot vào nhóm và cho quyền gửi tin, hoặc sửa địa chỉ trong cấu hình", "let the bot back into the chat and give it the right to write, or mend the address in the configuration"},
	}
)
