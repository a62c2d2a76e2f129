package baseline

import (
	"strconv"
	"strings"

	"canhcong/monitor"
	"canhcong/targets"
)

// sentence is one kind of evidence in words. Marks in braces are replaced: {seen}, {expected}, {count}, {where}, and {hosts},
// which are defanged.
type sentence struct{ vi, en string }

var sentences = map[Signal]sentence{
	SignalSignature:    {"Xuất hiện dòng “{seen}” ở {where}, mẫu câu đặc trưng của tấn công thay đổi giao diện.", "Text “{seen}” in {where} matches a defacement signature."},
	SignalGreeting:     {"Có {count} cụm từ thường đi kèm trang bị tấn công: “{example}”.", "{count} phrases that come with defacements: “{example}”."},
	SignalMedia:        {"Tải nội dung từ {count} nơi mà trang bị tấn công hay dùng: {hosts}.", "Content from {count} hosts that defacements use: {hosts}."},
	SignalPromo:        {"Phát hiện nội dung quảng cáo cờ bạc hoặc rác: “{seen}” trong {where}.", "Gambling or spam promotion “{seen}” in {where}."},
	SignalHiddenLinks:  {"{count} liên kết ẩn trỏ ra trang lạ: {hosts}.", "{count} hidden links to unknown sites: {hosts}."},
	SignalOverlay:      {"Một lớp phủ mới che phần lớn màn hình: “{seen}”.", "Something new covers most of the screen: “{seen}”."},
	SignalRedirect:     {"Trang tự chuyển hướng sang {seen|host}.", "The page redirects to {seen|host}."},
	SignalInside:       {"Trang chuyển hướng tới địa chỉ nội bộ ({seen|host}) – đã chặn, nghi bị tấn công.", "The page redirects to an internal address ({seen|host}): blocked, probably an attack."},
	SignalDownload:     {"Trang tự tải xuống {count} tệp: {hosts}.", "The page starts {count} downloads by itself: {hosts}."},
	SignalObfuscation:  {"{count} đoạn mã JavaScript mới cố che giấu nội dung.", "{count} new scripts hide what they do."},
	SignalWatched:      {"Nội dung cần xem xét: “{seen}” trong {where}.", "Content to look at: “{seen}” in {where}."},
	SignalRetention:    {"Chỉ còn {seen} nội dung cố định đã duyệt ({count}/{expected} cụm từ).", "Only {seen} of the approved stable text remains ({count}/{expected} phrases)."},
	SignalLinks:        {"Liên kết nội bộ giảm từ {expected} còn {seen}.", "Internal links fell from {expected} to {seen}."},
	SignalViness:       {"Tỷ lệ từ tiếng Việt có dấu giảm từ {expected} còn {seen}.", "The share of Vietnamese words with diacritics fell from {expected} to {seen}."},
	SignalStructure:    {"Chỉ còn {seen} cấu trúc trang đã duyệt.", "Only {seen} of the approved page structure remains."},
	SignalVisual:       {"Giao diện khác bản mẫu {seen} (báo từ {expected}).", "The page looks {seen} different (told from {expected})."},
	SignalDark:         {"Nền trang chuyển tối: {seen} màn hình (trước đây {expected}).", "The page turned dark: {seen} of the screen (was {expected})."},
	SignalTitle:        {"Tiêu đề đổi từ “{expected}” thành “{seen}”.", "The title changed from “{expected}” to “{seen}”."},
	SignalScriptOrigin: {"Mã JavaScript từ nguồn mới chưa duyệt: {hosts}.", "Scripts from new, unapproved hosts: {hosts}."},
	SignalFrameOrigin:  {"Khung nhúng từ nguồn mới chưa duyệt: {hosts}.", "Frames from new, unapproved hosts: {hosts}."},
	SignalFormOrigin:   {"Biểu mẫu gửi dữ liệu tới nơi mới chưa duyệt: {hosts}.", "A form sends data to a new, unapproved host: {hosts}."},
	SignalFetchOrigin:  {"Trang kết nối tới nơi mới chưa duyệt: {hosts}.", "The page connects to new, unapproved hosts: {hosts}."},
	SignalStyleOrigin:  {"Tệp giao diện (CSS) từ nguồn mới chưa duyệt: {hosts}.", "Style sheets from new, unapproved hosts: {hosts}."},
	SignalCanonical:    {"Trang tự khai bản gốc ở nơi khác: {seen|host}.", "The page names another site as its original: {seen|host}."},
	SignalMeta:         {"Thông tin trang tự khai đã đổi ở {where}: từ “{expected}” thành “{seen}”.", "What the page says of itself changed in {where}: from “{expected}” to “{seen}”."},
	SignalServer:       {"Phần mềm máy chủ đổi từ “{expected}” thành “{seen}”; hãy hỏi lại nếu không ai chuyển máy chủ.", "The server's software changed from “{expected}” to “{seen}”; ask, unless somebody moved the site."},
	SignalRegion:       {"Vùng hay thay đổi có hình ảnh khác thường, lấy từ {seen|host}.", "A moving area shows an unusual picture from {seen|host}."},
	SignalReplaced:     {"Toàn trang bị thay thế, chưa rõ nguyên nhân.", "The whole page was replaced; the cause is unknown."},
	SignalTextAdded:    {"Có {count} đoạn nội dung mới: “{example}”.", "{count} new pieces of text: “{example}”."},
	SignalTextRemoved:  {"{seen} nội dung cố định không còn.", "{seen} of the stable text is gone."},
	SignalAppearance:   {"Giao diện trông khác bản mẫu {seen}.", "The page looks {seen} different from the baseline."},
	SignalScale:        {"Quy mô trang khác thường: {where} {seen} (thường khoảng {expected}).", "Unusual for this page: {where} {seen} (usually about {expected})."},
	SignalColour:       {"Trang đổi màu (độ đậm màu từ {expected} thành {seen}), nội dung giữ nguyên.", "Only the colours changed (saturation from {expected} to {seen})."},
	SignalRepair:       {"Trang báo bảo trì: “{seen}”.", "The page speaks of maintenance: “{seen}”."},
	SignalStandIn:      {"Thay vào cổng là trang mặc định của máy chủ, trang báo lỗi hoặc trang treo tên miền: “{seen}”.", "A default, error or parking page stands in for the portal: “{seen}”."},
	SignalBlank:        {"Trang trả lời nhưng trắng trơn: không có chữ, không có hình.", "The site answers with a blank page: no text, no picture."},
	SignalDegraded:     {"Trang tải chưa đủ; không kết luận về giao diện.", "The page arrived incomplete; nothing is concluded about its looks."},
	SignalTampered:     {"Bản mẫu bị hỏng hoặc bị sửa từ bên ngoài, KHÔNG còn phát hiện được thay đổi giao diện; cần duyệt lại.", "The stored baseline is damaged or was changed from outside; changes are NOT detected until it is approved again."},
	SignalDrift:        {"Trang đã đổi dần, {seen} nội dung cố định đã duyệt không còn; nên duyệt lại bản mẫu.", "The page has changed little by little: {seen} of the approved stable text is gone; approve it again."},
	SignalLowCoverage:  {"Độ phủ hình ảnh thấp: trang chuyển động nhiều nên chủ yếu dựa vào nội dung và liên kết.", "Low visual coverage: the page moves so much that mostly its text and links are judged."},
	SignalSlow:         {"Trang trả lời chậm: {seen}.", "The site answers slowly: {seen}."},
	SignalDenied:       {"Không kiểm tra được: chính sách của hệ thống giám sát không cho phép tới địa chỉ này; nếu cổng thật sự ở đó, quản trị viên có thể cho phép.", "Could not look: the monitor's own policy forbids the address; if the portal really is there, an administrator may allow it."},
	SignalBlocked:      {"Không kiểm tra được: trang từ chối hệ thống giám sát{status}.", "Could not look: the site refuses the monitor{status}."},
}

// variants are sentences for one place of a signal; the others have the signal's own.
var variants = map[Signal]map[string]sentence{
	SignalOverlay: {
		"frame":   {"Một lớp phủ mới che phần lớn màn hình, hiện hoặc dẫn tới nội dung của {seen|host}.", "Something new covers most of the screen and shows, or leads to, {seen|host}."},
		"picture": {"Một hình ảnh mới che kín màn hình đầu, không có nút đóng, không có lời thông báo: {seen}.", "A new picture hides the whole first screen, without a button to close it and without a notice: {seen}."},
		"text":    {"Một lớp phủ mới che kín màn hình đầu, không có nút đóng, chữ không phải tiếng Việt: “{seen}”.", "Something new hides the whole first screen, without a button to close it, in a foreign language: “{seen}”."},
		"dark":    {"Một lớp phủ tối màu che kín màn hình đầu, không có nút đóng, không có lời thông báo.", "A dark layer hides the whole first screen, without a button to close it and without a notice."},
	},
	SignalRedirect: {
		"attempt": {"Trang tìm cách chuyển người xem sang {seen|host} rồi mới tới trang hiện tại.", "The page set out for {seen|host} before it went where it is now."},
		"meta":    {"Trang yêu cầu trình duyệt chuyển sang {seen|host}.", "The page asks browsers to go to {seen|host}."},
	},
	SignalRegion: {
		"own": {"Vùng hay thay đổi có hình ảnh mới, khác thường: {seen}.", "A moving area shows a new and unusual picture: {seen}."},
	},
}

// Sentence says the evidence in one sentence a webmaster understands. Hosts are written so that nobody follows them by
// accident.
func (e Evidence) Sentence(lang targets.Language) string {
	switch e.Signal {
	case SignalDown:
		return downSentence(e, lang)
	case SignalCertificate:
		return certificateSentence(e, lang)
	case SignalLasting:
		s := lastingSentences[e.Where]
		return e.fill(pick(lang, s.vi, s.en), lang)
	}
	s, ok := variants[e.Signal][e.Where]
	if !ok {
		s, ok = sentences[e.Signal]
	}
	if !ok {
		return string(e.Signal)
	}
	return e.excused(e.fill(pick(lang, s.vi, s.en), lang), lang)
}

func pick(lang targets.Language, vi, en string) string {
	if lang == targets.English {
		return en
	}
	return vi
}

func (e Evidence) fill(text string, lang targets.Language) string {
	example, status := "", ""
	if len(e.Examples) > 0 {
		example = e.Examples[0]
	}
	if e.Count > 0 {
		status = " (HTTP " + strconv.Itoa(e.Count) + ")"
	}
	return strings.NewReplacer(
		"{seen|host}", defang(e.Seen), "{seen}", defangAddresses(clip(e.Seen, 120)), "{expected}", clip(e.Expected, 120),
		"{count}", strconv.Itoa(e.Count), "{where}", e.place(lang), "{example}", defangAddresses(clip(example, 120)),
		"{hosts}", defang(strings.Join(e.Examples, ", ")), "{status}", status,
	).Replace(text)
}

// places are the kinds of units in words; anything else is a place in the page.
var places = map[string]sentence{
	"title": {"tiêu đề", "the title"}, "dialog": {"hộp thoại", "a dialog"}, "hidden": {"phần ẩn của trang", "a hidden part of the page"},
	"link": {"một liên kết", "a link"}, "alt": {"một hình ảnh", "a picture"},
	"scale text": {"số ký tự", "characters"}, "scale links": {"số liên kết", "links"}, "scale internal": {"số liên kết nội bộ", "internal links"},
	"scale viness": {"tỷ lệ từ tiếng Việt", "share of Vietnamese words"}, "scale height": {"chiều cao trang (điểm ảnh)", "height in pixels"},
	"scale nodes": {"số phần tử", "elements"}, "scale files": {"số tệp tải", "files"},
	"icon": {"biểu tượng của trang", "its icon"}, "lang": {"ngôn ngữ khai báo", "its declared language"},
	"hreflang": {"danh sách bản ngôn ngữ khác", "its list of other languages"},
}

func (e Evidence) place(lang targets.Language) string {
	if s, ok := places[e.Where]; ok {
		return pick(lang, s.vi, s.en)
	}
	if strings.HasPrefix(e.Where, "meta ") {
		return pick(lang, "phần mô tả cho máy tìm kiếm", "the description for search engines")
	}
	return pick(lang, "nội dung trang", "the page")
}

// defangAddresses breaks what looks like an address inside a quotation, and leaves sentences alone.
func defangAddresses(s string) string {
	fields := strings.Fields(s)
	for i, f := range fields {
		if before, after, ok := strings.Cut(f, "."); ok && before != "" && after != "" && strings.ContainsFunc(after, isLetter) {
			fields[i] = defang(f)
		}
	}
	return strings.Join(fields, " ")
}

var downSentences = map[monitor.Cause]sentence{
	monitor.CauseDNS:     {"Không phân giải được tên miền.", "The name does not resolve."},
	monitor.CauseTCP:     {"Không kết nối được tới máy chủ.", "The server does not accept connections."},
	monitor.CauseTLS:     {"Không thiết lập được kết nối bảo mật (TLS).", "The secure connection (TLS) fails."},
	monitor.CauseTimeout: {"Máy chủ không trả lời trong thời gian cho phép.", "The server does not answer in time."},
	monitor.CauseHTTP:    {"Máy chủ trả lời lỗi{status}.", "The server answers with an error{status}."},
}

func downSentence(e Evidence, lang targets.Language) string {
	s, ok := downSentences[monitor.Cause(e.Where)]
	if !ok {
		s = sentence{"Trang không hoạt động.", "The site is down."}
	}
	return e.fill(pick(lang, s.vi, s.en), lang)
}

var certificateSentences = map[string]sentence{
	string(monitor.CertificateExpired):      {"Chứng thư số đã hết hạn ngày {seen}.", "The certificate expired on {seen}."},
	string(monitor.CertificateNameMismatch): {"Chứng thư số không dành cho tên miền này.", "The certificate is not for this name."},
	string(monitor.CertificateSelfSigned):   {"Chứng thư số tự ký, không được trình duyệt tin cậy.", "The certificate is self-signed; browsers do not trust it."},
	string(monitor.CertificateUntrusted):    {"Chứng thư số do nơi cấp không được tin cậy.", "The certificate is of an authority that is not trusted."},
	string(monitor.CertificateIncomplete):   {"Máy chủ gửi thiếu chứng thư trung gian: nhiều điện thoại và phần mềm không mở được trang.", "The server leaves out an intermediate certificate: many telephones and programs cannot open the page."},
	string(monitor.CertificateEarly):        {"Chứng thư số chưa đến ngày có hiệu lực.", "The certificate is not valid yet."},
	"renew":                                 {"Chứng thư số còn {count} ngày là hết hạn (ngày {seen}); nên gia hạn.", "The certificate expires in {count} days (on {seen}); renew it."},
	"expiring":                              {"Chứng thư số còn {count} ngày là hết hạn (ngày {seen}).", "The certificate expires in {count} days (on {seen})."},
}

func certificateSentence(e Evidence, lang targets.Language) string {
	s, ok := certificateSentences[e.Where]
	if !ok {
		s = sentence{"Chứng thư số có vấn đề.", "Something is wrong with the certificate."}
	}
	text := pick(lang, s.vi, s.en)
	return strings.NewReplacer("{seen}", day(e.Seen, lang), "{count}", strconv.Itoa(e.Count)).Replace(text)
}

// day writes a stored date the way the language does.
func day(date string, lang targets.Language) string {
	if p := strings.Split(date, "-"); len(p) == 3 && lang != targets.English {
		return p[2] + "/" + p[1] + "/" + p[0]
	}
	return date
}
