package notify

import "canhcong/targets"

var (
	wordOwner   = phrase{"Người xử lý", "Handled by"}
	wordFound   = phrase{"ĐÃ XÁC MINH: %s (%s)", "VERIFIED: %s (%s)"}
	wordAsked   = phrase{"CHỜ NGƯỜI THỨ HAI: %s đề nghị kết thúc vì “%s”", "A SECOND PERSON IS NEEDED: %s would close it as “%s”"}
	wordFixed   = phrase{"ĐANG KIỂM TRA PHỤC HỒI: %s báo đã khắc phục lúc %s", "CHECKING THE RECOVERY: %s says that it was mended at %s"}
	wordUnfixed = phrase{"Chưa khắc phục được, lần nhìn sau vẫn thấy", "Not mended, still there"}
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
