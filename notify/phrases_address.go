package notify

var (
	wordTestTitle   = phrase{"✅ KIỂM TRA KÊNH: tin đã tới", "✅ CHANNEL TEST: this has arrived"}
	wordTestBody    = phrase{"Cảnh báo gửi cho %s sẽ tới đây. Không cần trả lời.", "Alerts for %s will arrive here. Nothing to do."}
	wordNoWays      = phrase{"Chưa cấu hình kênh gửi nào: khai báo Telegram, thư điện tử… trong tệp cấu hình trước.", "No channel is configured: set up Telegram, e-mail … in the configuration first."}
	wordNoSuchWay   = phrase{"Không có kênh “%s”; các kênh đã cấu hình: %s.", "There is no channel %q; configured are: %s."}
	wordNoRecipient = phrase{"Hãy nhập địa chỉ nhận trên kênh đó: mã chat, hộp thư… (một dòng, tối đa 300 ký tự).", "Enter the address on that channel: a chat id, a mailbox … (one line, 300 characters at most)."}
)
