package notify

import (
	"strings"
	"testing"

	"canhcong/baseline"
	"canhcong/targets"
)

func TestShort(t *testing.T) {
	opened := Incident{ID: 12, Number: "SC-2027-0012", Site: commune, Concern: content, State: Open, Severity: Critical, SuspectedAt: at(2, 7), OpenedAt: at(2, 8)}
	with := func(change func(*Incident)) Incident {
		i := opened
		change(&i)
		return i
	}
	long := commune
	long.URL = "https://" + strings.Repeat("cong-thanh-phan.", 8) + "tinhmau.gov.vn/"
	tests := []struct {
		name string
		i    Incident
		kind Kind
		lang targets.Language
		want string
	}{
		{"as the brief shows it", opened, KindOpened, targets.Vietnamese, "KHAN 02:07 06/02: nghi bi thay doi giao dien phuongvidu.tinhmau.gov.vn SC-2027-0012."},
		{"English", opened, KindOpened, targets.English, "URGENT 02:07 06/02: suspected defacement phuongvidu.tinhmau.gov.vn SC-2027-0012."},
		{"confirmed", with(func(i *Incident) { i.ConfirmedAt = at(2, 9) }), KindConfirmed, targets.Vietnamese,
			"KHAN 02:07 06/02: xac nhan bi thay doi giao dien phuongvidu.tinhmau.gov.vn SC-2027-0012."},
		{"worse", with(func(i *Incident) { i.Severity = Major }), KindWorsened, targets.Vietnamese,
			"NGHIEM TRONG 02:07 06/02: nang them - Nghi bi chen noi dung la phuongvidu.tinhmau.gov.vn SC-2027-0012."},
		{"outage", with(func(i *Incident) { i.Concern, i.Severity = availability, Major }), KindOpened, targets.Vietnamese,
			"NGHIEM TRONG 02:07 06/02: khong truy cap duoc phuongvidu.tinhmau.gov.vn SC-2027-0012."},
		{"certificate", with(func(i *Incident) { i.Concern, i.Severity, i.Step = certificate, Warning, 3 }), KindWorsened, targets.Vietnamese,
			"CANH BAO 02:07 06/02: chung thu so sap het han - con 3 ngay phuongvidu.tinhmau.gov.vn SC-2027-0012."},
		{"quality", with(func(i *Incident) { i.Concern, i.Severity = quality, Warning }), KindOpened, targets.Vietnamese,
			"CANH BAO 02:07 06/02: trang khong hien thi tron ven, keo dai phuongvidu.tinhmau.gov.vn SC-2027-0012."},
		{"taken", with(func(i *Incident) { i.State, i.AcknowledgedBy, i.AcknowledgedAt = Acknowledged, "Trực A", at(2, 11) }), KindAcknowledged, targets.Vietnamese,
			"DA NHAN 02:11 06/02: Truc A phuongvidu.tinhmau.gov.vn SC-2027-0012."},
		{"recovered", with(func(i *Incident) { i.State, i.CloseReason, i.ClosedAt = Closed, Recovered, at(3, 40) }), KindClosed, targets.Vietnamese,
			"HET 03:40 06/02: noi dung khop ban mau da duyet phuongvidu.tinhmau.gov.vn SC-2027-0012."},
		{"told when over", with(func(i *Incident) { i.State, i.CloseReason, i.ClosedAt = Closed, Recovered, at(3, 40) }), KindOpened, targets.Vietnamese,
			"HET 03:40 06/02: 02:07 nghi bi thay doi giao dien phuongvidu.tinhmau.gov.vn SC-2027-0012."},
		{"an endless host", with(func(i *Incident) { i.Site, i.Concern, i.Severity = long, quality, Warning }), KindOpened, targets.Vietnamese,
			"CANH BAO 02:07 06/02: trang khong hien thi tron ve.. cong-thanh-phan.cong-thanh-phan.cong-thanh-phan.cong-thanh-phan.cong-thanh-pha.. SC-2027-0012."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if have := (words{speech: speech{tt.lang}, i: tt.i}).short(tt.kind); have != tt.want {
				t.Errorf("\nhave %s\nwant %s", have, tt.want)
			}
		})
	}
}

func TestGSM(t *testing.T) {
	for text, want := range map[string]string{
		"🔕 GIÁM SÁT BỊ MÙ từ 02:07: chưa kết luận trang nào ngừng": "GIAM SAT BI MU tu 02:07: chua ket luan trang nao ngung",
		"Đường “ưỡn ẹo” – hxxps://bad[.]vip…":                      `Duong "uon eo" - hxxps://bad(.)vip...`,
		"một\n\thai\x00 ba\u202e 中文 ｆｕｌｌ ﬁ":                        "mot hai ba full fi",
	} {
		if have := gsm(text); have != want {
			t.Errorf("have %q, want %q", have, want)
		}
	}
}

// FuzzShort says anything about anything: time, host and number are there, in at most 160 characters that one SMS can hold.
func FuzzShort(f *testing.F) {
	f.Add("phuongvidu.tinhmau.gov.vn", "Trực A", uint8(0), uint8(0), uint8(0), false)
	f.Add("\xff中文.vn", strings.Repeat("ế\u202e", 300), uint8(3), uint8(5), uint8(3), true)
	concerns := []baseline.Concern{content, availability, certificate, quality}
	severities := []Severity{Critical, Major, Warning, Info}
	kinds := []Kind{KindOpened, KindWorsened, KindConfirmed, KindAcknowledged, KindClosed}
	f.Fuzz(func(t *testing.T, host, who string, concern, kind, severity uint8, over bool) {
		i := Incident{Number: "SC-2027-0012", Site: targets.Site{URL: "https://" + host + "/"}, Concern: concerns[int(concern)%len(concerns)],
			Severity: severities[int(severity)%len(severities)], State: Open, SuspectedAt: at(2, 7), ClosedAt: at(2, 7)}
		i.AcknowledgedBy, i.AcknowledgedAt = who, at(2, 7)
		if over {
			i.State, i.CloseReason = Closed, Recovered
		}
		for _, lang := range []targets.Language{targets.Vietnamese, targets.English} {
			w := words{speech: speech{lang}, i: i}
			have := w.short(kinds[int(kind)%len(kinds)]) + " " + gsm(wordAgain.in(lang))
			if len(have) > shortLimit || strings.ContainsFunc(have, func(r rune) bool { return r < ' ' || r > 'z' || strings.ContainsRune("[]\\^`", r) }) {
				t.Errorf("have %d characters: %q", len(have), have)
			}
			shown := gsm(i.Site.Host())
			if !strings.Contains(have, "02:07 06/02: ") || !strings.Contains(have, " SC-2027-0012.") || !strings.Contains(have, shown[:min(len(shown), longestHost-2)]) {
				t.Errorf("have %q, want the time, %s and the number", have, shown)
			}
		}
	})
}
