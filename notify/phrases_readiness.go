package notify

import "canhcong/targets"

// lackPhrases say what is lacking and what to do about it.
type lackPhrases struct{ is, todo phrase }

// Text says what is lacking.
func (k LackKind) Text(lang targets.Language) string { return lackWords[k].is.in(lang) }

// ToDo says what to do about it.
func (k LackKind) ToDo(lang targets.Language) string { return lackWords[k].todo.in(lang) }

var lackWords = map[LackKind]lackPhrases{
	LackChannels: {phrase{"Chưa cấu hình kênh gửi nào", "No channel is configured"},
		phrase{"khai báo Telegram, thư điện tử, webhook hoặc ntfy trong tệp cấu hình", "set up Telegram, e-mail, a webhook or ntfy in the configuration"}},
	LackHoles: {phrase{"Lịch trực còn khoảng trống", "The roster has holes"},
		phrase{"phân công người trực cho các khoảng này", "put somebody on duty there"}},
	LackBaselines: {phrase{"Cổng chưa có bản mẫu được phê duyệt: chưa so được giao diện", "Portals without an approved baseline: not compared yet"},
		phrase{"xem và phê duyệt bản mẫu ở trang Phê duyệt", "look at the baselines that are offered, and approve them"}},
	LackUnreachable: {phrase{"Người trực không có địa chỉ nhận tin nào dùng được", "People on duty have no address that works"},
		phrase{"thêm địa chỉ ở trang Người dùng, rồi thử gửi", "give them an address on the page of people, and test it"}},
	LackUntested: {phrase{"Địa chỉ chưa nhận được tin nào trong 7 ngày", "Addresses where nothing has arrived for 7 days"},
		phrase{"thử gửi: canhcong channel test, hoặc nút thử ở trang Người dùng", "test them: canhcong channel test, or the button on the page of people"}},
	LackTroubles: {phrase{"Chính máy giám sát đang có trục trặc", "The monitor itself is in trouble"},
		phrase{"làm theo hướng dẫn ở trang Cảnh báo", "do as the page of alerts says"}},
	LackDisk: {phrase{"Ổ đĩa máy giám sát còn ít chỗ", "The monitor's disk has little room"},
		phrase{"dọn ổ đĩa hoặc thêm dung lượng trước đợt", "make room, or add some, before the period"}},
	LackBackup: {phrase{"Chưa có bản sao lưu trong 48 giờ", "No backup of the last 48 hours"},
		phrase{"chạy canhcong backup, và xem vì sao sao lưu đêm không chạy", "run canhcong backup, and see why the nightly one failed"}},
	LackCertificates: {phrase{"Chứng thư số sắp hết hạn hoặc không hợp lệ", "Certificates that end soon or are not valid"},
		phrase{"nhắc đơn vị gia hạn trước đợt", "have the units renew them before the period"}},
	LackSecondWay: {phrase{"Chỉ có một kênh gửi: hỏng là không báo được ai", "There is one channel only: without it nobody is told"},
		phrase{"cấu hình thêm một kênh khác loại", "set up another one of another kind"}},
	LackUnits: {phrase{"Cổng chưa rõ đơn vị chủ quản", "Portals that nobody is known to own"},
		phrase{"ghi đơn vị cho cổng, nhập lại danh sách cổng nếu cần", "name their unit, by importing the list again if need be"}},
	LackContacts: {phrase{"Đơn vị chưa có đầu mối", "Units with nobody to call"},
		phrase{"thêm đầu mối của đơn vị ở trang Đầu mối (hoặc canhcong contact import), hoặc webmaster ở trang Người dùng", "add a contact of the unit on the page of contacts (or by canhcong contact import), or a webmaster on the page of people"}},
	LackClashes: {phrase{"Một người trực hai ca cùng lúc", "People on duty twice at once"},
		phrase{"đổi một trong hai ca", "give one of the shifts to somebody else"}},
}
