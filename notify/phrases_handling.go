package notify

import (
	"canhcong/baseline"
	"canhcong/targets"
)

var (
	wordOwner      = phrase{"Người xử lý", "Handled by"}
	wordFound      = phrase{"ĐÃ XÁC MINH: %s (%s)", "VERIFIED: %s (%s)"}
	wordAsked      = phrase{"CHỜ NGƯỜI THỨ HAI: %s đề nghị kết thúc vì “%s”", "A SECOND PERSON IS NEEDED: %s would close it as “%s”"}
	wordAskedAlone = phrase{"%s đề nghị kết thúc vì “%s”; danh sách KHÔNG CÓ NGƯỜI THỨ HAI, nên từ %s được tự xác nhận lại. Ai thấy không đúng hãy báo quản trị ngay",
		"%s would close it as “%s”; there is NO SECOND PERSON in the list, who may therefore confirm it alone from %s. Whoever disagrees: tell the administrator now"}
	wordAlone      = phrase{"MỘT NGƯỜI quyết định, danh sách không có người thứ hai", "decided by ONE PERSON, there is no second one in the list"}
	wordFixed      = phrase{"ĐANG KIỂM TRA PHỤC HỒI: %s báo đã khắc phục lúc %s", "CHECKING THE RECOVERY: %s says that it was mended at %s"}
	wordUnfixed    = phrase{"Chưa khắc phục được, lần nhìn sau vẫn thấy", "Not mended, still there"}
	wordQuietUntil = phrase{"Tạm lắng đến %s", "Quiet until %s"}
	wordOutlasted  = phrase{"Đã báo trước bảo trì đến %s; hết giờ mà vẫn còn", "Announced as maintenance until %s; it lasts longer"}
	wordWoken      = phrase{"Hết tạm lắng, vẫn còn", "No longer quiet, still there"}
	wordFlapping   = phrase{"Truy cập chập chờn, lúc được lúc không", "It comes and goes"}
	wordDrops      = phrase{"%d lần gián đoạn từ %s", "%d outages since %s"}

	wordRecurred = phrase{"TÁI DIỄN LẦN %d", "RECURRENCE %d"}
	wordDrill    = phrase{"DIỄN TẬP", "DRILL"}
	wordNoHarm   = phrase{"Đây là diễn tập: cổng không gặp sự cố.", "This is a drill: nothing is wrong with the portal."}
)

// scenarios are what is supposed to have happened in a drill.
var scenarios = map[baseline.Concern]phrase{
	baseline.ConcernContent:      {"giả định trang chủ bị thay bằng nội dung lạ", "suppose that the home page was replaced"},
	baseline.ConcernAvailability: {"giả định cổng không truy cập được", "suppose that the portal cannot be reached"},
}

// What to do first.
var (
	wordToCompare = phrase{"nhận sự cố, so ảnh trước/sau, gọi đầu mối; giữ chứng cứ trước khi sửa", "take it on, compare the pictures, call the contact; keep the evidence before anything is changed"}
	wordToApprove = phrase{"đăng nhập bảng điều khiển, so ảnh rồi duyệt lại bản mẫu", "log in to the console, compare the pictures and approve a baseline anew"}

	todos = map[baseline.Concern]phrase{
		baseline.ConcernContent:      {"nhận sự cố, so ảnh trước/sau, hỏi đầu mối có chủ động thay đổi không", "take it on, compare the pictures, ask the contact whether the change is theirs"},
		baseline.ConcernAvailability: {"nhận sự cố, thử mở từ mạng khác (4G), gọi đầu mối hỏi có bảo trì không", "take it on, try from another network (4G), ask the contact whether it is maintenance"},
		baseline.ConcernCertificate:  {"báo đầu mối gia hạn hoặc cài lại chứng thư số", "tell the contact to renew or mend the certificate"},
		baseline.ConcernQuality:      {"báo đầu mối trong giờ làm việc", "tell the contact in office hours"},
	}

	// lackingTodos are those of what we or the site keep from being looked at.
	lackingTodos = map[string]phrase{
		"denied":  {"quản trị cho phép địa chỉ này ở trang của cổng trên bảng điều khiển", "the administrator allows the address on the portal's page of the console"},
		"refused": {"nhờ đầu mối cho địa chỉ của máy giám sát qua tường lửa, trong giờ làm việc", "ask the contact, in office hours, to let the monitor's address pass"},
	}
)

// Text names the finding for people.
func (f Finding) Text(lang targets.Language) string { return findings[f].in(lang) }

var findings = map[Finding]phrase{
	FoundReal:       {"sự cố thật", "real"},
	FoundFalse:      {"báo sai", "false alarm"},
	FoundLegitimate: {"thay đổi hợp lệ", "legitimate change"},
}

// Text names the stage for people.
func (s Stage) Text(lang targets.Language) string { return stages[s].in(lang) }

var stages = map[Stage]phrase{
	StageOpened:   {"Mở", "Opened"},
	StageTaken:    {"Tiếp nhận", "Taken on"},
	StageVerified: {"Xác minh", "Verified"},
	StageFixed:    {"Khắc phục", "Mended"},
	StageOver:     {"Kết thúc", "Over"},
}
