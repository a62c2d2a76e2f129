package baseline

import "canhcong/targets"

var stateWords = map[Concern]map[string]sentence{
	ConcernAvailability: {
		string(Up):                  {"đang hoạt động", "up"},
		string(Slow):                {"chậm", "slow"},
		string(IsDown):              {"gián đoạn", "down"},
		string(IsBlocked):           {"bị chặn, không kiểm tra được", "blocked, cannot look"},
		string(AvailabilityUnknown): {"chưa rõ", "unknown"},
	},
	ConcernContent: {
		string(Unjudged):   {"chưa kết luận", "not judged"},
		string(Normal):     {"bình thường", "normal"},
		string(Changed):    {"có thay đổi thường", "changed"},
		string(Suspicious): {"nghi bị thay đổi giao diện", "suspicious"},
		string(Defaced):    {"bị thay đổi giao diện (deface)", "defaced"},
	},
	ConcernQuality: {
		string(Complete):       {"hiển thị trọn vẹn", "whole"},
		string(Degraded):       {"tải thiếu", "incomplete"},
		string(Broken):         {"hiển thị thiếu kéo dài", "incomplete for long"},
		string(qualityUnknown): {"chưa rõ", "unknown"},
	},
	ConcernCertificate: {
		string(CertificateValid):    {"hợp lệ", "valid"},
		string(CertificateRenew):    {"nên gia hạn", "due for renewal"},
		string(CertificateExpiring): {"sắp hết hạn", "expiring"},
		string(CertificateInvalid):  {"không hợp lệ", "invalid"},
		string(CertificateNone):     {"không có (HTTP)", "none (plain HTTP)"},
		string(CertificateUnknown):  {"chưa rõ", "unknown"},
	},
}

// StateWord names a state of a concern for people; a state it does not know is named as it is.
func StateWord(c Concern, state string, lang targets.Language) string {
	s, ok := stateWords[c][state]
	if !ok {
		return state
	}
	return pick(lang, s.vi, s.en)
}
