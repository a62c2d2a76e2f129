package notify

var deedWords = map[deed]phrase{
	deedTake:    {"👤 Tôi nhận", "👤 I take it"},
	deedReal:    {"✅ Sự cố thật", "✅ Real"},
	deedFalse:   {"🚫 Báo sai", "🚫 False alarm"},
	deedQuiet30: {"⏸ Tạm lắng 30 phút", "⏸ Quiet for 30 min"},
	deedQuiet60: {"⏸ Tạm lắng 60 phút", "⏸ Quiet for 60 min"},
	deedContact: {"📞 Đầu mối", "📞 Contact"},
	deedDetails: {"🔎 Chi tiết", "🔎 Details"},
}

// What somebody hears who pressed a button or sent a command. A toast has 200 characters at most.
var (
	wordNotLinked   = phrase{"Tài khoản này chưa được liên kết với người trực nào. Nhờ quản trị cấp mã liên kết.", "This account is not linked to anybody on duty. Ask the administrator for a code."}
	wordNotOnRoster = phrase{"Bạn không có trong danh sách trực nên chưa thao tác được ở đây. Hãy dùng bảng điều khiển.", "You are not on the list of duty and cannot act here. Use the console."}
	wordButtonGone  = phrase{"Nút này không dùng được. Gõ /xacnhan kèm số sự cố, hoặc mở bảng điều khiển.", "This button does not work. Send /xacnhan with the incident's number, or open the console."}
	wordButtonOld   = phrase{"Nút đã quá hạn. Gõ /xacnhan %s, hoặc mở bảng điều khiển.", "The button has expired. Send /xacnhan %s, or open the console."}
	wordTakenByYou  = phrase{"Bạn đã nhận %s lúc %s.", "You took %s on at %s."}
	wordTakenBy     = phrase{"%s đã nhận %s lúc %s.", "%s took %s on at %s."}
	wordIsOver      = phrase{"%s đã kết thúc lúc %s: %s.", "%s was closed at %s: %s."}
	wordIsNotOpen   = phrase{"%s không còn mở.", "%s is not open."}
	wordStory       = phrase{"Diễn biến", "What happened"}

	wordFoundNow        = phrase{"Đã ghi %s: %s.", "Noted of %s: %s."}
	wordFoundBy         = phrase{"%s đã xác minh %s: %s, lúc %s.", "%s found %s to be: %s, at %s."}
	wordOnlyOnConsole   = phrase{"%s có dấu hiệu tấn công: muốn kết luận báo sai phải đăng nhập bảng điều khiển.", "%s shows signs of an attack: to call it a false alarm, log in to the console."}
	wordWriteWhy        = phrase{"Hãy trả lời tin vừa gửi: vì sao là báo sai?", "Reply to the message just sent: why is it a false alarm?"}
	wordWhy             = phrase{"Vì sao %s là %s?", "Why is %s: %s?"}
	wordHowToReply      = phrase{"Trả lời (Reply) chính tin này bằng lý do, 5–500 ký tự, trong 10 phút.", "Reply to this message with the reason, in 5–500 characters, within 10 minutes."}
	wordAskedTooLongAgo = phrase{"Đã quá 10 phút. Hãy bấm lại nút dưới tin cảnh báo.", "More than 10 minutes have passed. Press the button under the alert again."}
	wordPressedOn       = phrase{"bấm nút trên %s", "a button on %s"}
	wordQuiet           = phrase{"%s tạm lắng đến %s; kết thúc thì vẫn báo.", "%s is quiet until %s; its end is told."}
	wordNeverQuiet      = phrase{"%s không tạm lắng được.", "%s cannot be kept quiet."}
	wordContact         = phrase{"Đầu mối của %s: %s.", "Contact of %s: %s."}
	wordNoContact       = phrase{"Chưa có đầu mối nào của %s trong danh sách.", "Nobody of %s is in the list of contacts."}

	wordBadCode         = phrase{"Mã không đúng hoặc đã hết hạn. Nhờ quản trị cấp mã mới.", "The code is wrong or has expired. Ask the administrator for a new one."}
	wordLinkedToAnother = phrase{"Tài khoản này đang được liên kết với %s. Nhờ quản trị gỡ liên kết cũ trước.", "This account is linked to %s. Ask the administrator to take that away first."}
	wordWelcome         = phrase{"Xin chào %s", "Hello %s"}
	wordWelcomeMore     = phrase{"Tài khoản này đã được liên kết: cảnh báo của bạn được gửi tới đây, và bạn nhận sự cố bằng nút dưới tin nhắn.", "This account is linked: your alerts come here, and you take incidents on with the buttons under them."}
	wordStranger        = phrase{"Đây là bot cảnh báo nội bộ. Nếu bạn là người trực, nhờ quản trị cấp mã rồi gửi: /start MÃ", "This bot carries internal alerts. If you are on duty, ask the administrator for a code and send: /start CODE"}
	wordStrangeChat     = phrase{"Nhóm %s chưa được khai báo, bot rời nhóm.", "The chat %s is not configured, the bot leaves it."}
	wordStrangeChatHow  = phrase{"Muốn nhận cảnh báo ở đây: quản trị ghi số này vào telegram.chat trong cấu hình, khởi động lại canhcong, rồi mời lại bot.", "To get alerts here, the administrator writes this number into telegram.chat of the configuration, restarts canhcong, and lets the bot in again."}
	wordGuest           = phrase{"Ở đây chỉ trả lời người trực và lãnh đạo. Trang của đơn vị bạn xem trên bảng điều khiển.", "Only duty officers and leaders are answered here. See your unit's portals on the console."}

	wordHelp         = phrase{"Các lệnh", "Commands"}
	wordWhichNumber  = phrase{"Sự cố nào? Gõ kèm số, ví dụ: /xacnhan SC-2027-0012", "Which one? Send its number, such as: /xacnhan SC-2027-0012"}
	wordNoSuchNumber = phrase{"Không có sự cố %s.", "There is no incident %s."}
	wordPlan         = phrase{"Báo trước bảo trì", "Announce maintenance"}
	wordPlanHow      = phrase{"Gõ: /baotri ĐỊA-CHỈ THỜI-GIAN LÝ-DO\nVí dụ: /baotri phuongvidu.tinhmau.gov.vn 45p thay máy chủ\nTối đa 1 giờ, tính từ bây giờ; dài hơn, hoặc đổi giao diện, thì khai báo trên bảng điều khiển.", "Send: /baotri ADDRESS TIME REASON\nSuch as: /baotri phuongvidu.tinhmau.gov.vn 45m new server\nOne hour at most, from now on; for longer, or a change of looks, use the console."}
	wordPlanLong     = phrase{"Ở đây chỉ báo trước tối đa 1 giờ; dài hơn thì khai báo trên bảng điều khiển.", "One hour at most can be announced here; for longer, use the console."}
	wordNoSuchPortal = phrase{"Không có cổng %s trong danh sách của bạn.", "You have no portal %s."}
	wordPlanned      = phrase{"Đã ghi bảo trì %s đến %s", "Maintenance of %s is noted, until %s"}
	wordPlanLimits   = phrase{"Trong lúc đó không báo gián đoạn của cổng này; dấu hiệu tấn công vẫn báo ngay. Hết giờ mà cổng còn gián đoạn thì sẽ báo.", "Meanwhile outages of this portal are not told; signs of an attack are, at once. If it is still down after that, that is told."}

	wordDuty         = phrase{"👥 Ca trực", "👥 On duty"}
	wordNobodyOnDuty = phrase{"Lịch trực đang trống: không có ai trực bây giờ và trong 14 ngày tới.", "The roster is empty: nobody is on duty now or in the next 14 days."}
	wordOnDutyUntil  = phrase{"%s: %s, đến %s", "%s: %s, until %s"}
	wordNobodyInTier = phrase{"%s: chưa có ai", "%s: nobody"}
	wordOnDutyFrom   = phrase{"– tiếp theo: %s, từ %s", "– next: %s, from %s"}

	wordStatus   = phrase{"📊 Trạng thái lúc %s", "📊 Status at %s"}
	wordFree     = phrase{"Chưa ai nhận: %d", "Nobody has taken on: %d"}
	wordMoreFree = phrase{"… và %d sự cố khác", "… and %d more"}
)

// tierWords name the tiers of the roster.
var tierWords = map[Tier]phrase{
	TierWatch:     {"Trực giám sát", "Watching"},
	TierTechnical: {"Trực kỹ thuật", "Technical"},
	TierLeader:    {"Lãnh đạo trực", "Leading"},
}

// commandWords say what each command does, in the order in which they are listed.
var commandWords = []struct {
	verb    verb
	example string // of what follows it
	does    phrase
}{
	{verbDuty, "", phrase{"ai đang trực, ai trực tiếp theo", "who is on duty now and next"}},
	{verbStatus, "", phrase{"bao nhiêu cổng hoạt động, sự cố nào đang mở", "how many portals are up, what is open"}},
	{verbTake, "SC-2027-0012", phrase{"nhận sự cố", "take an incident on"}},
	{verbPlan, "", phrase{"báo trước bảo trì", "announce maintenance"}},
	{verbHelp, "", phrase{"các lệnh này", "these commands"}},
}
