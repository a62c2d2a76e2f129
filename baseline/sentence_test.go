package baseline

import (
	"strings"
	"testing"

	"canhcong/monitor"
	"canhcong/targets"
)

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		e      Evidence
		vi, en string
	}{
		{Evidence{Signal: SignalSignature, Where: "title", Seen: "Hacked By Nobody"},
			"Xuất hiện dòng “Hacked By Nobody” ở tiêu đề, mẫu câu đặc trưng của tấn công thay đổi giao diện.", "Text “Hacked By Nobody” in the title matches a defacement signature."},
		{Evidence{Signal: SignalScriptOrigin, Examples: []string{"cdn.evil.bet"}, Count: 1},
			"Mã JavaScript từ nguồn mới chưa duyệt: cdn[.]evil[.]bet.", "Scripts from new, unapproved hosts: cdn[.]evil[.]bet."},
		{Evidence{Signal: SignalRedirect, Seen: "evil.bet"}, "Trang tự chuyển hướng sang evil[.]bet.", "The page redirects to evil[.]bet."},
		{Evidence{Signal: SignalPromo, Seen: "vào https://evil.bet/x ngay. Tài xỉu", Where: "html/body/div"},
			"Phát hiện nội dung quảng cáo cờ bạc hoặc rác: “vào hxxps://evil[.]bet/x ngay. Tài xỉu” trong nội dung trang.",
			"Gambling or spam promotion “vào hxxps://evil[.]bet/x ngay. Tài xỉu” in the page."},
		{Evidence{Signal: SignalRetention, Seen: "3%", Count: 5, Expected: "160"},
			"Chỉ còn 3% nội dung cố định đã duyệt (5/160 cụm từ).", "Only 3% of the approved stable text remains (5/160 phrases)."},
		{Evidence{Signal: SignalDown, Where: string(monitor.CauseHTTP), Count: 503}, "Máy chủ trả lời lỗi (HTTP 503).", "The server answers with an error (HTTP 503)."},
		{Evidence{Signal: SignalCertificate, Where: "expired", Seen: "2027-02-01"}, "Chứng thư số đã hết hạn ngày 01/02/2027.", "The certificate expired on 2027-02-01."},
	} {
		if have := c.e.Sentence(targets.Vietnamese); have != c.vi {
			t.Errorf("%s\nhave %s\nwant %s", c.e.Signal, have, c.vi)
		}
		if have := c.e.Sentence(targets.English); have != c.en {
			t.Errorf("%s\nhave %s\nwant %s", c.e.Signal, have, c.en)
		}
	}
}

// TestEverySignalSpeaks holds that no code or unfilled mark reaches a person.
func TestEverySignalSpeaks(t *testing.T) {
	for s := range sentences {
		e := Evidence{Signal: s, Seen: "x", Expected: "y", Count: 2, Examples: []string{"z"}, Where: "title"}
		for _, lang := range []targets.Language{targets.Vietnamese, targets.English} {
			if text := e.Sentence(lang); strings.ContainsAny(text, "{}") || text == string(s) {
				t.Errorf("%s in %s: %q", s, lang, text)
			}
		}
	}
	for s := range groupOf {
		if _, ok := sentences[s]; !ok {
			t.Errorf("%s has no sentence", s)
		}
	}
}

func TestStateWords(t *testing.T) {
	if have, want := StateWord(ConcernContent, string(Defaced), targets.Vietnamese), "bị thay đổi giao diện (deface)"; have != want {
		t.Errorf("have %q, want %q", have, want)
	}
	if have, want := StateWord(ConcernAvailability, string(Up), targets.English), "up"; have != want {
		t.Errorf("have %q, want %q", have, want)
	}
}
