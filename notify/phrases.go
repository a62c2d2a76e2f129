package notify

import (
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// phrase is the same words in both languages.
type phrase struct{ vi, en string }

func (p phrase) in(lang targets.Language) string {
	if lang == targets.English {
		return p.en
	}
	return p.vi
}

var (
	wordWorse         = phrase{"Nặng thêm", "Worse"}
	wordOver          = phrase{"✅ ĐÃ XẢY RA, NAY ĐÃ HẾT", "✅ HAPPENED, NOW OVER"}
	wordRecovered     = phrase{"ĐÃ KHÔI PHỤC", "RECOVERED"}
	wordClosed        = phrase{"KẾT THÚC", "CLOSED"}
	wordNotSentBefore = phrase{"Tin báo lúc mở sự cố trước đó chưa gửi được.", "The first message could not be sent at the time."}
	wordNotOurs       = phrase{"Thay đổi không phải do đơn vị thực hiện", "A change the unit did not make"}
	wordUnitSaysNo    = phrase{"ĐÃ XÁC MINH: không phải thay đổi của đơn vị", "VERIFIED: not a change of the unit"}
	wordUnverified    = phrase{"CHƯA XÁC MINH", "UNVERIFIED"}
	wordConfirmed     = phrase{"XÁC NHẬN: các lần nhìn lại đều thấy – chưa có người xác minh", "CONFIRMED: every look agrees – not verified by a person"}
	wordSuspected     = phrase{"NGHI NGỜ – chưa xác minh, đang nhìn lại", "SUSPECTED – unverified, looking again"}
	wordUnseen        = phrase{"CHƯA XÁC MINH – không nhìn lại được trọn vẹn", "UNVERIFIED – it could not be looked at again as a whole"}
	wordAcknowledged  = phrase{"Đã tiếp nhận", "Acknowledged"}
	wordState         = phrase{"Trạng thái", "Status"}
	wordSigns         = phrase{"Dấu hiệu", "Signs"}
	wordCause         = phrase{"Nguyên nhân", "Cause"}
	wordDaysLeft      = phrase{"còn %d ngày", "%d days left"}
	wordCertificate   = phrase{"Chứng thư số", "Certificate"}
	wordLooks         = phrase{"Số lần nhìn thấy", "Looks that agree"}
	wordLasted        = phrase{"Kéo dài", "Lasted"}
	wordDetails       = phrase{"Chi tiết", "Details"}
	wordAgain         = phrase{"(gửi lại)", "(sent again)"}
	wordLoginRule     = phrase{"Tên đăng nhập: 3–40 ký tự, chữ thường không dấu, số, dấu chấm, gạch; bắt đầu bằng chữ.", "A login has 3–40 characters: plain lower-case letters, digits, dots, hyphens; it begins with a letter."}
	wordBlind         = phrase{"Bản mẫu bị hỏng, KHÔNG phát hiện được thay đổi", "The baseline is damaged, changes are NOT detected"}
	wordSeeing        = phrase{"đã so sánh lại được với bản mẫu", "the page can be compared again"}
	wordDays          = phrase{"ngày", "d"}
	wordHours         = phrase{"giờ", "h"}
	wordMinutes       = phrase{"phút", "min"}
	wordSeconds       = phrase{"giây", "s"}
	approvedAndNow    = phrase{"Đã duyệt | Hiện tại", "Approved | Now"}
)

var weekdays = map[time.Weekday]phrase{
	time.Monday:    {"thứ Hai", "Monday"},
	time.Tuesday:   {"thứ Ba", "Tuesday"},
	time.Wednesday: {"thứ Tư", "Wednesday"},
	time.Thursday:  {"thứ Năm", "Thursday"},
	time.Friday:    {"thứ Sáu", "Friday"},
	time.Saturday:  {"thứ Bảy", "Saturday"},
	time.Sunday:    {"Chủ nhật", "Sunday"},
}

var severityTitles = map[Severity]phrase{
	Critical: {"🔴 KHẨN", "🔴 URGENT"},
	Major:    {"🟠 NGHIÊM TRỌNG", "🟠 MAJOR"},
	Warning:  {"🟡 CẢNH BÁO", "🟡 WARNING"},
	Info:     {"🔵 THÔNG TIN", "🔵 INFORMATION"},
}

type headline struct {
	concern  baseline.Concern
	severity Severity
}

var headlines = map[headline]phrase{
	{baseline.ConcernContent, Critical}:    {"Nghi bị thay đổi giao diện", "Suspected defacement"},
	{baseline.ConcernContent, Major}:       {"Nghi bị chèn nội dung lạ", "Suspected foreign content"},
	{baseline.ConcernAvailability, Major}:  {"Không truy cập được", "Cannot be reached"},
	{baseline.ConcernCertificate, Major}:   {"Chứng thư số không hợp lệ", "Invalid certificate"},
	{baseline.ConcernCertificate, Warning}: {"Chứng thư số sắp hết hạn", "Certificate about to expire"},
	{baseline.ConcernCertificate, Info}:    {"Chứng thư số nên được gia hạn", "Certificate due for renewal"},
	{baseline.ConcernQuality, Warning}:     {"Trang không hiển thị trọn vẹn, kéo dài", "The page keeps arriving incomplete"},
}

// confirmedHeadlines are those of what later looks have confirmed.
var confirmedHeadlines = map[headline]phrase{
	{baseline.ConcernContent, Critical}: {"Xác nhận bị thay đổi giao diện", "Defacement confirmed"},
	{baseline.ConcernContent, Major}:    {"Xác nhận bị chèn nội dung lạ", "Foreign content confirmed"},
}

var recoveries = map[baseline.Concern]phrase{
	baseline.ConcernContent:      {"nội dung khớp bản mẫu đã duyệt", "the content is as approved"},
	baseline.ConcernAvailability: {"đã truy cập lại được", "can be reached again"},
	baseline.ConcernCertificate:  {"chứng thư số đã hợp lệ", "the certificate is valid again"},
	baseline.ConcernQuality:      {"trang đã hiển thị trọn vẹn", "the page arrives whole again"},
}

// lacking is what a page has been without, by Evidence.Where of the signal that says so.
var lacking = map[string]phrase{
	"resources": {"Trang mất CSS/ảnh kéo dài", "The page has lost its styles or pictures"},
	"blank":     {"Trang trắng kéo dài", "The page stays blank"},
	"heavy":     {"Trang quá nặng kéo dài", "The page is too heavy"},
	"denied":    {"Chính sách giám sát chặn địa chỉ của cổng, kéo dài", "The monitor's own policy keeps forbidding the portal's address"},
	"refused":   {"Trang chặn hệ thống giám sát kéo dài", "The site keeps refusing the monitor"},
}

var causes = map[monitor.Cause]phrase{
	monitor.CauseDNS:     {"không phân giải được tên miền (DNS)", "the name does not resolve (DNS)"},
	monitor.CauseTCP:     {"không kết nối được tới máy chủ (TCP)", "no connection to the server (TCP)"},
	monitor.CauseTLS:     {"không thiết lập được kết nối bảo mật (TLS)", "no secure connection (TLS)"},
	monitor.CauseHTTP:    {"máy chủ trả về lỗi", "the server answers with an error"},
	monitor.CauseTimeout: {"quá thời gian chờ, máy chủ không trả lời", "no answer in time"},
}

var certificates = map[monitor.CertificateProblem]phrase{
	"":                              {"hết hạn ngày", "expires on"},
	monitor.CertificateExpired:      {"đã hết hạn ngày", "expired on"},
	monitor.CertificateNameMismatch: {"không đúng tên miền", "is for another name"},
	monitor.CertificateSelfSigned:   {"tự ký, không được tin cậy", "is self-signed"},
	monitor.CertificateUntrusted:    {"do nơi cấp không được tin cậy", "is of an unknown authority"},
	monitor.CertificateIncomplete:   {"máy chủ gửi thiếu chứng thư trung gian", "is sent without its intermediate"},
	monitor.CertificateEarly:        {"chưa đến ngày có hiệu lực", "is not valid yet"},
}

// Text names the state for people.
func (s State) Text(lang targets.Language) string { return states[s].in(lang) }

var states = map[State]phrase{
	Suspected:    {"đang nghi ngờ", "suspected"},
	Open:         {"đang mở", "open"},
	Acknowledged: {"đã tiếp nhận", "acknowledged"},
	Closed:       {"đã kết thúc", "closed"},
	Dropped:      {"đã bỏ nghi ngờ", "dropped"},
}

// Text names the severity for people.
func (s Severity) Text(lang targets.Language) string { return severityWords[s].in(lang) }

var severityWords = map[Severity]phrase{
	Critical: {"khẩn cấp", "critical"},
	Major:    {"nghiêm trọng", "major"},
	Warning:  {"cảnh báo", "warning"},
	Info:     {"thông tin", "information"},
}

// Text says why the incident was closed, for people. It is empty for one that is not.
func (r CloseReason) Text(lang targets.Language) string { return closings[r].in(lang) }

var closings = map[CloseReason]phrase{
	Recovered:  {"đã khôi phục", "recovered"},
	Legitimate: {"thay đổi hợp lệ", "legitimate change"},
	Harmless:   {"không còn dấu hiệu tấn công, nhưng trang còn thiếu nội dung so với bản mẫu", "no sign of an attack is left, but the page lacks some of what was approved"},
	Refuted:    {"báo sai", "false alarm"},
	Practised:  {"kết thúc diễn tập", "the drill is over"},
	Recurrence: {"tái diễn của sự cố trước", "an earlier incident goes on instead"},
	Unstable:   {"trang không ổn định: các lần nhìn không khớp nhau", "an unstable page: the looks did not agree"},
	Unwatched:  {"cổng không còn được giám sát", "the portal is no longer watched"},
}

// Text says what happened, for the timeline.
func (r Reason) Text(lang targets.Language) string { return reasons[r].in(lang) }

var reasons = map[Reason]phrase{
	ReasonQuiet:        {"bình thường", "nothing is wrong"},
	ReasonSilent:       {"lần nhìn không kết luận được", "the look says nothing"},
	ReasonRepeated:     {"lần nhìn đã được ghi nhận", "the look was counted already"},
	ReasonSuspected:    {"bắt đầu nghi ngờ, đang kiểm tra lại", "suspected, looking again"},
	ReasonAgreed:       {"lần nhìn lại cho cùng kết quả", "another look agrees"},
	ReasonEarly:        {"lần nhìn lại quá sớm, chưa tính", "another look, too soon to count"},
	ReasonAwaiting:     {"vẫn không truy cập được, chờ lần nhìn bằng trình duyệt", "still not reachable, waiting for the browser's look"},
	ReasonWavering:     {"lần nhìn lại thấy khác, nhìn thêm lần nữa", "another look differs, looking once more"},
	ReasonUnstable:     {"các lần nhìn không khớp nhau: trang không ổn định, bỏ nghi ngờ", "the looks do not agree: the page is unstable, dropped"},
	ReasonInterrupted:  {"mạng của máy giám sát bị mất, sẽ kiểm tra lại từ đầu", "our own network was away, checking anew"},
	ReasonConfirmed:    {"các lần nhìn lại đều thấy, đã xác nhận", "all looks agree, confirmed"},
	ReasonDropped:      {"lần nhìn lại bình thường, bỏ nghi ngờ", "another look is clean, dropped"},
	ReasonExpired:      {"quá lâu không thấy lại, bỏ nghi ngờ", "not seen again for too long, dropped"},
	ReasonOpened:       {"mở sự cố", "opened"},
	ReasonUnseen:       {"không nhìn lại được trọn vẹn, mở sự cố chưa xác minh", "could not be looked at again as a whole, opened unverified"},
	ReasonPersists:     {"vẫn tiếp diễn", "still bad"},
	ReasonWorsened:     {"nặng thêm", "worse"},
	ReasonRecovering:   {"có dấu hiệu khôi phục, đang kiểm tra lại", "one clean look, looking again"},
	ReasonFlapping:     {"chập chờn: lúc được lúc không", "flapping: it comes and goes"},
	ReasonDigest:       {"vẫn chập chờn", "still flapping"},
	ReasonSteady:       {"hết chập chờn, ngừng hẳn", "no longer flapping, down"},
	ReasonHealing:      {"đã bình thường, còn chờ cả hai cách nhìn đều thấy", "clean, waiting for every view to agree"},
	ReasonRelapsed:     {"lại xấu đi, chưa khôi phục", "bad again"},
	ReasonRecovered:    {"đã khôi phục, kết thúc sự cố", "recovered, closed"},
	ReasonEscalated:    {"chưa ai nhận, đã chuyển cấp trực", "nobody took it on, others were told"},
	ReasonRaised:       {"người có trách nhiệm xác nhận không phải thay đổi của đơn vị, mở sự cố", "raised by a person: not our change"},
	ReasonNoted:        {"người có trách nhiệm xác nhận không phải thay đổi của đơn vị", "confirmed by a person: not our change"},
	ReasonAcknowledged: {"đã tiếp nhận", "acknowledged"},
	ReasonGrouped:      {"gộp vào nhóm sự cố cùng nguyên nhân", "one of many with one cause"},
	ReasonExcused:      {"thay đổi hợp lệ, kết thúc sự cố", "legitimate change, closed"},
	ReasonRetired:      {"cổng không còn được giám sát, kết thúc sự cố", "the portal is no longer watched, closed"},
	ReasonVerified:     {"xác minh: sự cố thật", "verified: real"},
	ReasonAsked:        {"đề nghị bỏ qua, chờ người thứ hai xác nhận", "would be excused, a second person has to agree"},
	ReasonRefuted:      {"xác minh: báo sai, kết thúc sự cố", "verified: a false alarm, closed"},
	ReasonAssigned:     {"giao người xử lý", "given to"},
	ReasonFixed:        {"báo đã khắc phục, bắt đầu kiểm tra phục hồi", "said to be mended, checking that it is"},
	ReasonUnfixed:      {"báo đã khắc phục nhưng lần nhìn sau vẫn thấy, tiếp tục xử lý", "said to be mended, but still there"},
	ReasonForgotten:    {"không còn thấy điều đã bỏ qua", "what was excused is gone"},
	ReasonTicked:       {"đã làm", "done"},
	ReasonUnticked:     {"chưa làm xong", "still to be done"},
	ReasonSnoozed:      {"tạm lắng", "quiet for a while"},
	ReasonWoken:        {"hết tạm lắng, vẫn còn", "no longer quiet, still there"},
	ReasonAnnounced:    {"đơn vị đã báo trước bảo trì, chưa báo cho ai", "maintenance was announced, nobody is told"},
	ReasonSpared:       {"đã báo nhiều lần trong 24 giờ, chỉ báo nếu kéo dài", "told often enough within 24 hours, only if it lasts"},
	ReasonStillThere:   {"hết thời gian chưa báo, vẫn còn", "the quiet time is over, still there"},
	ReasonPractised:    {"bắt đầu diễn tập", "a drill begins"},
	ReasonPracticeOver: {"kết thúc diễn tập", "the drill is over"},
	ReasonRecurred:     {"tái diễn, mở lại sự cố", "it is there again, opened anew"},
	ReasonMerged:       {"là tái diễn của sự cố trước", "an earlier incident goes on instead"},
	ReasonCounted:      {"đổi mốc tính giờ báo cáo", "the time for its reports is counted from"},
	ReasonNeedless:     {"không phải báo cáo", "nothing has to be reported"},
	ReasonReported:     {"đã gửi", "sent"},
	ReasonOutdated:     {"đã duyệt một lần nhìn cũ hơn; sự cố vẫn mở, chờ nhìn lại", "an older look was approved; still open until looked at again"},
}
